import type { AssessmentDocument, FindingDocument } from './document.ts'

const most = 50

/** The assessment as Markdown, for tickets and wikis. Directory text is escaped: it stays text. */
export function* markdown(document: AssessmentDocument): Generator<string> {
  const { forest, takenAt, source, coverage, findings, passed, notAssessed, rules } = document
  yield `# ${escape(forest.rootDomain)}: ${findings.length} exposures\n\n`
  yield `Read ${takenAt} from ${escape(source)}. ${passed.length} exposures were looked for and not found, ${notAssessed.length} could not be assessed.\n\n`
  yield '| source | state | objects | why |\n| --- | --- | --- | --- |\n'
  for (const { source: name, state, objects, because } of coverage) {
    yield `| ${name} | ${state} | ${objects ?? ''} | ${escape((because ?? []).join(' '))} |\n`
  }
  yield '\n## Work list\n\n| severity | exposure | objects |\n| --- | --- | --- |\n'
  for (const { severity, title, id, objects } of findings) yield `| ${severity} | ${escape(title)} (\`${id}\`) | ${objects.length} |\n`
  yield '\n## Findings\n'
  for (const finding of findings) yield* section(finding)
  yield '\n## Passed\n\n'
  for (const id of passed) yield `- ${escape(rules[id]?.title ?? id)} (\`${id}\`)\n`
  yield '\n## Not assessed\n\n'
  for (const { id, because } of notAssessed) yield `- ${escape(rules[id]?.title ?? id)} (\`${id}\`): ${escape(because)}\n`
}

function* section({ id, title, severity, why, fix, objects, gaps, attack }: FindingDocument): Generator<string> {
  yield `\n### ${escape(title)}\n\n\`${id}\` · ${severity}${attack.length === 0 ? '' : ` · ${attack.join(', ')}`}\n\n`
  yield `${escape(why)}\n\n**What to do:** ${escape(fix)}\n\n`
  for (const { says, dn } of objects.slice(0, most)) yield `- ${escape(says)}  \n  ${escape(dn)}\n`
  if (objects.length > most) yield `- … and ${objects.length - most} more, all in the CSV and JSON forms\n`
  for (const gap of gaps ?? []) yield `\n> Not seen: ${escape(gap)}\n`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Text that Markdown shows as it is, on one line: no markup, no HTML, no link. */
function escape(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]()|~!]/g, String.raw`\$&`)
    .replace(/^ ?[#+\-=]/, String.raw`\$&`)
    .replaceAll(/[&<>]/g, (sign) => entities[sign] ?? sign)
    .replaceAll('://', ':&#47;/')
}
