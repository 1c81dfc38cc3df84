import { hasGaps, openSnapshot, saveSnapshot } from '#app'
import { defineCommand } from '../define.ts'
import { oneLine } from '../one-line.ts'
import { sourceArgument, sourceOptions, sourceRequest } from '../source-options.ts'

export default defineCommand({
  name: 'collect',
  summary: 'Read a forest into a snapshot file, without judging it',
  arguments: { source: sourceArgument },
  options: {
    out: {
      type: 'text',
      value: 'FILE',
      help: 'snapshot file to write; forest.glacis when not given',
    },
    json: { type: 'flag', help: 'print what was read as JSON' },
    ...sourceOptions,
  },
  examples: [
    [
      'glacis collect ldaps://dc1.corp.example --user reader@corp.example --out corp.glacis',
      'read now, assess later or elsewhere',
    ],
    ['glacis collect dump.ldif.gz --out corp.glacis', 'turn an LDIF file into a snapshot'],
  ],
  async run(inputs, io) {
    const { source, out = 'forest.glacis', json } = inputs
    const snapshot = await openSnapshot(sourceRequest(source, inputs, io))
    await saveSnapshot(snapshot, out, io.signal)
    const { coverage, count, domains, origin } = snapshot
    const gaps = coverage.flatMap(({ source: name, state, gaps: why }) =>
      state === 'read' ? [] : [`${name}: ${(why ?? []).map(({ because }) => because).join(' ')}`],
    )
    await io.print(
      json
        ? `${JSON.stringify({ file: out, objects: count, domains, takenAt: origin.takenAt, coverage }, null, 2)}\n`
        : [
            `${count} objects of ${oneLine(domains.map(({ name }) => name).join(', '))} written to ${out}`,
            ...gaps.map((gap) => `not read: ${gap}`),
            '',
          ].join('\n'),
    )
    return hasGaps(snapshot) ? 4 : 0
  },
})
