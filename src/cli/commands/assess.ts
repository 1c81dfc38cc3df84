import {
  type Format,
  type Severity,
  UsageError,
  assessSource,
  formats,
  hasGaps,
  reaches,
  render,
  saveSnapshot,
  severities,
  writeWhole,
} from '#app'
import { defineCommand } from '../define.ts'
import { sourceArgument, sourceOptions, sourceRequest } from '../source-options.ts'
import { summary } from '../summary.ts'
import { parseNow } from '../now.ts'

export default defineCommand({
  name: 'assess',
  summary: 'Check a forest against the exposure catalogue',
  arguments: { source: sourceArgument },
  options: {
    json: { type: 'flag', help: 'print one JSON document' },
    ndjson: { type: 'flag', help: 'print one JSON object a line' },
    format: {
      type: 'text',
      value: 'FORMAT',
      choices: [...formats],
      help: `print another form: ${formats.join(', ')}`,
    },
    report: { type: 'text', value: 'FILE', help: 'write the HTML report too' },
    save: { type: 'text', value: 'FILE', help: 'keep what was read as a .glacis snapshot' },
    failOn: {
      type: 'text',
      value: 'SEVERITY',
      choices: [...severities],
      help: 'exit 10 when something this severe is found',
    },
    only: {
      type: 'list',
      value: 'ID',
      help: 'check only this exposure; may be given several times',
    },
    now: {
      type: 'text',
      value: 'DATE',
      help: 'judge ages as of this date instead of when the forest was read',
    },
    maskNames: {
      type: 'text',
      value: 'KEYFILE',
      help: 'replace names by codes, and write what turns them back into this file',
    },
    color: {
      type: 'text',
      value: 'WHEN',
      choices: ['auto', 'always', 'never'],
      help: 'colours in the summary: auto (on a terminal, without NO_COLOR), always, never',
    },
    ...sourceOptions,
  },
  examples: [
    ['glacis assess sample --report report.html', 'a made-up forest, to see what comes out'],
    [
      'glacis assess ldaps://dc1.corp.example --user reader@corp.example --report report.html',
      'your own, as an ordinary user',
    ],
    ['glacis assess forest.ldif.gz --json --fail-on critical', 'a file, for a pipeline'],
  ],
  async run(inputs, io) {
    const { source, json, ndjson, format, report, save, failOn, only, now, maskNames } = inputs
    const form = chosen({ json, ndjson, format })
    const { document, snapshot } = await assessSource({
      ...sourceRequest(source, inputs, io),
      ...(now === undefined ? {} : { now: parseNow(now) }),
      ...(only.length === 0 ? {} : { only }),
      ...(maskNames === undefined ? {} : { maskNames }),
      onAssessed: ({ done, total }) => io.progress(`assess: ${done} of ${total} objects`),
    })
    if (save !== undefined) await saveSnapshot(snapshot, save, io.signal)
    if (report !== undefined)
      await writeWhole(report, render(document, 'html'), { signal: io.signal, source })
    if (form === undefined)
      await io.print(
        summary(document, {
          ...(io.columns === undefined ? {} : { columns: io.columns }),
          ...(report === undefined ? {} : { report }),
          isColored: isColored(inputs.color, io.columns !== undefined),
        }),
      )
    else for (const chunk of render(document, form)) await io.print(chunk)
    if (report !== undefined) io.say(`Report written to ${report}`)
    if (save !== undefined) io.say(`Snapshot written to ${save}`)
    if (maskNames !== undefined)
      io.say(`Names masked; the key to them is in ${maskNames}: keep it away from the report`)
    if (failOn !== undefined && reaches(document, failOn as Severity)) return 10
    return hasGaps(snapshot) ? 4 : 0
  },
})

/** Whether to colour (no-color.org). */
function isColored(color: string | undefined, isTerminal: boolean): boolean {
  if (color === 'always' || color === 'never') return color === 'always'
  return isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

function chosen({
  json,
  ndjson,
  format,
}: {
  json: boolean
  ndjson: boolean
  format: string | undefined
}): Format | undefined {
  const given = [json ? 'json' : undefined, ndjson ? 'ndjson' : undefined, format].filter(
    (each) => each !== undefined,
  )
  if (given.length > 1)
    throw new UsageError(
      `${given.join(' and ')} at once`,
      'only one form can be printed',
      'Keep one of them.',
    )
  return given[0] as Format | undefined
}
