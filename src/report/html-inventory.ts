import type { AssessmentDocument } from './document.ts'
import type { Inventory } from './inventory.ts'
import { type Markup, html } from './markup.ts'
import { count, cut, number } from './plain-text.ts'

/** Most rows of one table, and most characters of one cell. */
const mostRows = 200
const longestCell = 600

type Cell = string | number | undefined

/** The facts of the forest that are no findings. */
export function inventory({ inventory: facts }: AssessmentDocument): Markup {
  const {
    counts,
    domains,
    controllers,
    trusts,
    passwordPolicies,
    privilegedGroups,
    managedAccounts,
    authorities,
  } = facts
  return html`<section id="inventory">
    <h2>Inventory</h2>
    <p>Facts, not findings.</p>
    <dl class="counts">
      ${Object.entries(counts).map(
        ([what, some]) =>
          html`<div>
            <dt>${what}</dt>
            <dd>${number(some)}</dd>
          </div>`,
      )}
    </dl>
    ${table(
      'Domains',
      ['Domain', 'Functional level', 'Machine account quota'],
      domains.map(({ name, functionalLevel, machineAccountQuota }) => [
        name,
        functionalLevel,
        machineAccountQuota,
      ]),
    )}
    ${table(
      'Domain controllers',
      ['Name', 'Domain', 'Operating system', 'Kind'],
      controllers.map(({ name, domain, operatingSystem, isReadOnly }) => [
        name,
        domain,
        operatingSystem,
        isReadOnly ? 'read-only' : 'writable',
      ]),
    )}
    ${table(
      'Trusts',
      ['Domain', 'Partner', 'Direction', 'Type', 'Attributes'],
      trusts.map(({ domain, partner, direction, type, attributes }) => [
        domain,
        partner,
        directions[direction] ?? direction,
        types[type] ?? type,
        attributes.join(', '),
      ]),
    )}
    ${table('Password policies', ['Policy', 'Applies to', 'Length', 'Complexity', 'Age in days', 'History', 'Lockout after'], passwordPolicies.map(policyRow))}
    ${table(
      'Privileged groups',
      ['Group', 'Domain', 'Members', 'Who, nested groups included'],
      privilegedGroups.map(({ name, domain, count: some, members }) => [
        name,
        domain,
        some,
        members.join(', ') +
          (some > members.length ? ` and ${number(some - members.length)} more` : ''),
      ]),
    )}
    ${table(
      'Managed service accounts',
      ['Account', 'May retrieve the password'],
      managedAccounts.map(({ name, readers }) => [name, readers.join(', ')]),
    )}
    ${table(
      'Certification authorities',
      ['Authority', 'Host', 'Published templates'],
      authorities.map(({ name, host, templates }) => [name, host, templates.join(', ')]),
    )}
  </section>`
}

/** What each side's accounts may do, in words; the flags are MS-ADTS 6.1.6.7.12. */
const directions: Readonly<Record<string, string>> = {
  'TRUST_DIRECTION_INBOUND, TRUST_DIRECTION_OUTBOUND': 'both ways',
  TRUST_DIRECTION_INBOUND: 'inbound: the partner trusts this domain',
  TRUST_DIRECTION_OUTBOUND: 'outbound: this domain trusts the partner',
  '': 'disabled',
}

const types: Readonly<Record<string, string>> = {
  uplevel: 'Active Directory',
  downlevel: 'older than Active Directory',
  mit: 'Kerberos realm',
}

function policyRow(policy: Inventory['passwordPolicies'][number]): Cell[] {
  const { name, appliesTo, minimumLength, isComplex, maximumAgeDays, history, lockoutAfter } =
    policy
  return [
    name,
    appliesTo.join('; '),
    minimumLength,
    isComplex === undefined ? undefined : isComplex ? 'yes' : 'no',
    maximumAgeDays ?? (minimumLength === undefined ? undefined : 'no limit'),
    history,
    lockoutAfter === 0 ? 'never' : lockoutAfter,
  ]
}

function table(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
): Markup {
  if (rows.length === 0)
    return html`<h3>${title}</h3>
      <p class="dim">None.</p>`
  const more = rows.length - mostRows
  return html`<h3>${title}</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, mostRows).map(
            ([first, ...rest]) =>
              html`<tr>
                <th scope="row">${text(first)}</th>
                ${rest.map((cell) => html`<td>${text(cell)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 && html`<p>${count(more, 'more', 'more')} not listed here; the JSON form has all ${number(rows.length)}.</p>`}`
}

function text(cell: Cell): string | Markup {
  if (cell === undefined) return html`<span class="dim">not read</span>`
  if (cell === '') return html`<span class="dim">none</span>`
  return typeof cell === 'number' ? number(cell) : cut(cell, longestCell)
}
