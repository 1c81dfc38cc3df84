import { type Format, UsageError, formats, openDocument, render, writeWhole } from '#app'
import { defineCommand } from '../define.ts'
import { sourceArgument, sourceOptions, sourceRequest } from '../source-options.ts'
import { parseNow } from '../now.ts'

export default defineCommand({
  name: 'report',
  summary: 'Render an assessment again, from its JSON or from a snapshot',
  arguments: { source: { help: `what glacis assess --json printed, or ${sourceArgument.help}` } },
  options: {
    format: {
      type: 'text',
      value: 'FORMAT',
      choices: [...formats],
      help: `${formats.join(', ')}; html when not given`,
    },
    out: { type: 'text', value: 'FILE', help: 'file to write; standard output when not given' },
    json: { type: 'flag', help: 'the same as --format json' },
    now: { type: 'text', value: 'DATE', help: 'judge ages as of this date' },
    maskNames: { type: 'text', value: 'KEYFILE', help: 'replace names by codes; needs a snapshot' },
    ...sourceOptions,
  },
  examples: [
    ['glacis report assessment.json --out report.html', 'HTML from a saved assessment'],
    ['glacis report corp.glacis --format csv --out findings.csv', 'a table for a spreadsheet'],
  ],
  async run(inputs, io) {
    const { source, format, out, json, now, maskNames } = inputs
    if (json && format !== undefined && format !== 'json')
      throw new UsageError(
        '--json and another --format',
        'only one form can be printed',
        'Keep one of them.',
      )
    const document = await openDocument({
      ...sourceRequest(source, inputs, io),
      ...(now === undefined ? {} : { now: parseNow(now) }),
      ...(maskNames === undefined ? {} : { maskNames }),
    })
    const chunks = render(document, (json ? 'json' : (format ?? 'html')) as Format)
    if (out === undefined) for (const chunk of chunks) await io.print(chunk)
    else {
      await writeWhole(out, chunks, { signal: io.signal, source })
      io.say(`Written to ${out}`)
    }
    return 0
  },
})
