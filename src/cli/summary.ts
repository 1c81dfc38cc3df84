import type { AssessmentDocument } from '#app'
import { oneLine } from './one-line.ts'

/** The assessment for a terminal: what was read, what was found worst first, and what could not be seen. */
export function summary(document: AssessmentDocument): string {
  const { forest, takenAt, source, coverage, findings, passed, notAssessed } = document
  const lines = [
    `${oneLine(forest.rootDomain) || 'Unknown forest'}, read ${takenAt.slice(0, 16).replace('T', ' ')} UTC from ${oneLine(source)}`,
    '',
  ]
  for (const { severity, id, title, objects } of findings) {
    lines.push(`${severity.toUpperCase().padEnd(9)}${title}  [${id}]`)
    for (const { says } of objects.slice(0, 3)) lines.push(`         - ${oneLine(says)}`)
    if (objects.length > 3) lines.push(`         - and ${objects.length - 3} more`)
  }
  if (findings.length === 0) lines.push('No exposure was found.')
  const count = (severity: string) =>
    findings.filter((finding) => finding.severity === severity).length
  lines.push(
    '',
    `${findings.length} exposures found (${count('critical')} critical, ${count('high')} high), ${passed.length} passed, ${notAssessed.length} not assessed.`,
  )
  for (const { source: name, state, because } of coverage) {
    if (state === 'read') continue
    lines.push(
      `Not ${state === 'absent' ? '' : 'fully '}read: ${name}. ${oneLine((because ?? []).join(' '))}`,
    )
  }
  return `${lines.join('\n')}\n`
}
