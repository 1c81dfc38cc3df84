import type { Evidence } from '#exposure'
import type { AssessmentDocument, ExposedObject, FindingDocument } from './document.ts'
import { Markup, html } from './markup.ts'
import { count, cut, number } from './plain-text.ts'

/** Most objects listed under one finding; the rest is counted and is in the CSV and JSON forms. */
const mostObjects = 200
/** Most octets of all proofs together, so that the whole page stays below 5 MB. */
const mostProof = 3_500_000
/** Most characters of one sentence, of one value of evidence and of one gap; most values and gaps. */
const longestText = 1000
const longestEvidence = 600
const longestGap = 500
const mostValues = 30
const mostGaps = 10

/** The findings: each closed, its id as anchor inside it, which browsers open by themselves. */
export function findings({ findings: all }: AssessmentDocument): Markup {
  const rows = all.map(({ objects, severity }) =>
    objects.slice(0, mostObjects).map((object) => proof(object, severity)),
  )
  const share = fairShare(rows.map(bytesOf))
  return html`<section id="findings">
    <h2>Findings</h2>
    ${all.length === 0 && html`<p>None.</p>`}
    ${all.length > 0 && html`<p id="controls" class="controls" hidden><label for="filter">Find</label> <input id="filter" type="search" placeholder="name, id or words" /> <button type="button" id="open-all">Open all</button> <output id="shown" for="filter"></output></p>`}
    ${all.map((finding, index) => section(finding, within(rows[index] ?? [], share)))}
  </section>`
}

/** A severity as a word, with shape and colour. */
export function badge(severity: string): Markup {
  return html`<span class="badge ${severity}">${severity}</span>`
}

function section(finding: FindingDocument, rows: readonly Markup[]): Markup {
  const { id, title, severity, why, fix, objects, gaps = [], attack, refs } = finding
  const more = objects.length - rows.length
  return html`<details class="finding">
    <summary>
      ${badge(severity)} <span class="title">${title}</span>
      <span class="dim">${count(objects.length, 'object')}</span>
    </summary>
    <div class="body" id="${id}">
      <p>${why}</p>
      <h3>What to do</h3>
      <p>${fix}</p>
      ${
        gaps.length > 0 &&
        html`<p class="gap">
          <strong>Not seen:</strong> ${gaps
            .slice(0, mostGaps)
            .map((gap) => cut(gap, longestGap))
            .join(' ')}
          There may be more.
        </p>`
      }
      <h3>Proof</h3>
      <table class="proof">
        <thead>
          <tr>
            <th scope="col">Object</th>
            <th scope="col">What was found</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      ${more > 0 && html`<p>${number(more)} more ${more === 1 ? 'is' : 'are'} not listed here; the CSV and JSON forms have all ${number(objects.length)}.</p>`}
      <p class="dim">${references(id, attack, refs)}</p>
    </div>
  </details>`
}

function proof({ dn, sid, name, says, evidence, severity }: ExposedObject, worst: string): Markup {
  return html`<tr>
    <th scope="row">
      <b>${cut(name, longestText)}</b>${severity !== worst && html` ${badge(severity)}`}<br /><span
        class="dn"
        >${cut(dn, longestText)}</span
      >${sid !== undefined && html`<br /><code>${sid}</code>`}
    </th>
    <td>${cut(says, longestText)}${values(evidence)}</td>
  </tr> `
}

function values(evidence: Evidence): Markup | undefined {
  const entries = Object.entries(evidence)
  if (entries.length === 0) return undefined
  return html`<dl class="evidence">
    ${entries.slice(0, mostValues).map(
      ([key, value]) =>
        html`<div>
          <dt>${cut(key, 100)}</dt>
          <dd>${valueText(value)}</dd>
        </div>`,
    )}
  </dl>`
}

/** A value of evidence for people: lists line by line, the fields of a record side by side. */
function valueText(value: unknown): Markup | string {
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none'
    if (value.length === 1) return valueText(value[0])
    const shown = value.slice(0, mostValues)
    return html`<ul class="plain">
      ${shown.map((each: unknown) => html`<li>${inline(each)}</li>`)}${value.length > shown.length && html`<li>… and ${number(value.length - shown.length)} more</li>`}
    </ul>`
  }
  return inline(value)
}

function inline(value: unknown): string {
  return cut(text(value), longestEvidence)
}

function text(value: unknown): string {
  if (value === null) return 'not set'
  if (Array.isArray(value))
    return value
      .slice(0, mostValues)
      .map((each: unknown) => text(each))
      .join(', ')
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (typeof value !== 'object') return ''
  return Object.entries(value)
    .slice(0, mostValues)
    .map(([key, each]: [string, unknown]) => `${key}: ${text(each)}`)
    .join(' · ')
}

function references(id: string, attack: readonly string[], refs: FindingDocument['refs']): Markup {
  const named = [
    ['ATT&CK', attack],
    ['Specification', refs.spec],
    ['ANSSI', refs.anssi],
    ['PingCastle', refs.pingcastle],
    ['Purple Knight', refs.purpleKnight],
    ['BloodHound', refs.bloodhound],
    ['Certificate services', refs.esc],
  ] as const
  return html`<code>${id}</code
    >${named.map(([name, ids]) => ids !== undefined && ids.length > 0 && html` · ${name}: ${ids.join(', ')}`)}`
}

function bytesOf(rows: readonly Markup[]): number {
  return rows.reduce((sum, { text: row }) => sum + Buffer.byteLength(row), 0)
}

/** How much each of several lists may take so that all fit: short ones are whole, and what they leave is the long ones'. */
function fairShare(sizes: readonly number[]): number {
  let left = mostProof
  for (const [index, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = left / (sizes.length - index)
    if (size > share) return share
    left -= size
  }
  return Infinity
}

/** As many rows as the share has room for, and at least one. */
function within(rows: readonly Markup[], share: number): readonly Markup[] {
  let used = 0
  const end = rows.findIndex(
    ({ text: row }, index) => (used += Buffer.byteLength(row)) > share && index > 0,
  )
  return end < 0 ? rows : rows.slice(0, end)
}
