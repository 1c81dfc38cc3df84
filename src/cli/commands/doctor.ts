import { type Check, diagnose } from '#app'
import { defineCommand } from '../define.ts'
import { oneLine } from '../one-line.ts'
import { sourceOptions, sourceRequest } from '../source-options.ts'

export default defineCommand({
  name: 'doctor',
  summary: 'Find what would keep an assessment from working',
  arguments: {
    source: {
      help: 'ldaps://dc.example or a file; without one only this machine is looked at',
      isOptional: true,
    },
  },
  options: { json: { type: 'flag', help: 'print JSON' }, ...sourceOptions },
  examples: [
    ['glacis doctor ldaps://dc1.corp.example', 'name, network, TLS and clock'],
    [
      'glacis doctor ldaps://dc1.corp.example --user reader@corp.example',
      'and the account and its rights',
    ],
  ],
  async run(inputs, io) {
    const { source, json } = inputs
    // Unlike elsewhere, an account is no must here: much can be found out without one.
    const request =
      source === undefined ? {} : sourceRequest(source, inputs, io, { isAccountOptional: true })
    const checks: Check[] = []
    for await (const check of diagnose(request, new Date())) {
      checks.push(check)
      if (!json)
        await io.print(
          `${check.state.padEnd(5)}${check.what}: ${oneLine(check.says)}\n${check.tryThis === undefined ? '' : `     try: ${oneLine(check.tryThis)}\n`}`,
        )
    }
    if (json) await io.print(`${JSON.stringify({ checks }, null, 2)}\n`)
    const failed = checks.filter(({ state }) => state === 'fail')
    if (failed.length === 0) return 0
    return failed.every(({ what }) => what === 'File' || what === 'Node') ? 2 : 3
  },
})
