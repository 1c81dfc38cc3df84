import type { AssessmentDocument, FindingDocument } from './document.ts'
import { count, cut, plainText } from './plain-text.ts'
import { nameOfSource } from './words.ts'

/** Most objects listed under one finding, and most of a text. */
const most = 50
const longest = 1000

/** The assessment as Markdown, for tickets and wikis. Directory text is escaped: it stays text. */
export function* markdown(document: AssessmentDocument): Generator<string> {
  const { forest, takenAt, source, coverage, findings, passed, notAssessed, rules } = document
  yield `# ${escape(forest.rootDomain) || 'Unknown forest'}: ${count(findings.length, 'exposure')}\n\n`
  yield `Read ${takenAt} from ${escape(source)}. Of the other exposures, ${passed.length} were looked for and not found, and ${notAssessed.length} could not be assessed.\n\n`
  yield '| source | state | objects | why |\n| --- | --- | --- | --- |\n'
  for (const { source: name, state, objects, because } of coverage) {
    yield `| ${nameOfSource(name)} | ${state} | ${objects ?? ''} | ${escape((because ?? []).join(' '))} |\n`
  }
  yield '\n## Work list\n\n'
  if (findings.length === 0) yield 'No exposure was found.\n'
  else yield '| severity | exposure | objects |\n| --- | --- | --- |\n'
  for (const { severity, title, id, objects } of findings) {
    yield `| ${severity} | ${escape(title)} (\`${id}\`) | ${objects.length} |\n`
  }
  if (findings.length > 0) yield '\n## Findings\n'
  for (const finding of findings) yield* section(finding)
  yield '\n## Passed\n\n'
  if (passed.length === 0) yield 'None.\n'
  for (const id of passed) yield `- ${escape(rules[id]?.title ?? id)} (\`${id}\`)\n`
  yield '\n## Not assessed\n\n'
  if (notAssessed.length === 0) yield 'None: everything had a verdict.\n'
  for (const { id, because } of notAssessed) {
    yield `- ${escape(rules[id]?.title ?? id)} (\`${id}\`): ${escape(because)}\n`
  }
}

function* section(finding: FindingDocument): Generator<string> {
  const { id, title, severity, why, fix, objects, gaps, attack } = finding
  yield `\n### ${escape(title)}\n\n\`${id}\` · ${severity}${attack.length === 0 ? '' : ` · ${attack.join(', ')}`}\n\n`
  yield `${escape(why)}\n\n**What to do:** ${escape(fix)}\n\n`
  for (const { says, dn } of objects.slice(0, most)) yield `- ${escape(says)}  \n  ${escape(dn)}\n`
  if (objects.length > most) {
    yield `- … and ${objects.length - most} more, all in the CSV and JSON forms\n`
  }
  for (const gap of gaps ?? []) yield `\n> Not seen: ${escape(gap)}\n`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Text that Markdown shows as it is, on one line: no markup, HTML, link, formula, list or heading (CommonMark §2.4, GFM). */
function escape(text: string): string {
  return cut(plainText(text), longest)
    .trim()
    .replaceAll(/[\\`*_{}[\]()|~!$^@"]/g, String.raw`\$&`)
    .replace(/^[#+\-=:]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`)
    .replaceAll(/[&<>]/g, (sign) => entities[sign] ?? sign)
    .replaceAll('://', ':&#47;/')
    .replaceAll(/www\./gi, (www) => `${www.slice(0, 3)}&#46;`)
}
