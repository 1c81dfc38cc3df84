import type { AssessmentDocument } from './document.ts'
import { jsonText } from './json.ts'
import { plainText } from './plain-text.ts'

/**
 * One line an exposed object, for spreadsheets (RFC 4180, CRLF, UTF-8). Directory names are an attacker's to choose: no cell
 * begins as a formula, and no control character is in one. The exact values are in the JSON form.
 */
export function* csv({ findings }: AssessmentDocument): Generator<string> {
  yield line([
    'id',
    'severity',
    'category',
    'title',
    'name',
    'dn',
    'sid',
    'says',
    'evidence',
    'fix',
    'attack',
  ])
  for (const { id, category, title, fix, attack, objects } of findings) {
    for (const { severity, name, dn, sid, says, evidence } of objects) {
      yield line([
        id,
        severity,
        category,
        title,
        name,
        dn,
        sid ?? '',
        says,
        jsonText(evidence),
        fix,
        attack.join(' '),
      ])
    }
  }
}

function line(cells: readonly string[]): string {
  return `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`
}

/**
 * One cell, quoted where needed. What a spreadsheet would take for a formula gets a quote in front (the signs of OWASP "CSV
 * Injection", full-width ones included), also after a semicolon, which separates cells where commas separate decimals.
 */
export function csvCell(text: string): string {
  const safe = plainText(text)
    .replace(/^[\s\ufffd"]*(?=[=+\-@|%＝＋－＠])/u, (start) => `'${start}`)
    .replaceAll(/;[\s"']*(?=[=+\-@|%＝＋－＠])/gu, (start) => `${start}'`)
  return /[",;']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
