import type { AssessmentDocument } from './document.ts'

/**
 * One line an exposed object, for spreadsheets (RFC 4180, CRLF). A cell that a spreadsheet would take for a formula gets a
 * quote in front: directory names are an attacker's to choose.
 */
export function* csv({ findings }: AssessmentDocument): Generator<string> {
  yield line(['id', 'severity', 'category', 'title', 'name', 'dn', 'sid', 'says', 'evidence', 'fix', 'attack'])
  for (const { id, category, title, fix, attack, objects } of findings) {
    for (const { severity, name, dn, sid, says, evidence } of objects) {
      yield line([id, severity, category, title, name, dn, sid ?? '', says, JSON.stringify(evidence), fix, attack.join(' ')])
    }
  }
}

function line(cells: readonly string[]): string {
  return `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`
}

/** One cell, quoted where needed and never a formula. */
export function csvCell(text: string): string {
  // Control characters can hide a leading formula sign, and TAB or CR start one themselves.
  const safe = /^[\s\p{Cc}]*[=+\-@|%]|^[\t\r\n]/u.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
