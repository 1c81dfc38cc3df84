import { createHash } from 'node:crypto'
import type { AssessmentDocument, ExposedObject, FindingDocument, SourceCoverage } from './document.ts'
import { Markup, html } from './markup.ts'
import { script } from './html-script.ts'
import { style } from './html-style.ts'

/** Most objects listed under one finding; the rest is counted and is in the CSV and JSON forms. */
const mostObjects = 200

const severityOrder = ['critical', 'high', 'medium', 'low', 'info'] as const

const sourceNames: Readonly<Record<string, string>> = {
  rootdse: 'Server information (rootDSE)',
  'ldap-domain': 'Domain objects',
  'ldap-config': 'Configuration',
  'ldap-schema': 'Schema',
  'ldap-dns': 'DNS zones',
  nTSecurityDescriptor: 'Permissions',
  'ldap-probe': 'LDAP probes of the controllers',
  sysvol: 'SYSVOL and group policies',
  'smb-probe': 'SMB probes of the controllers',
  rpc: 'Remote procedure calls',
  registry: 'Registry of controllers and CAs',
}

const areaNames: Readonly<Record<string, string>> = {
  accounts: 'Accounts',
  acl: 'Permissions',
  adcs: 'Certificate services',
  delegation: 'Delegation',
  dns: 'DNS',
  'domain-controllers': 'Domain controllers',
  'entra-hybrid': 'Entra hybrid',
  exchange: 'Exchange',
  'forest-config': 'Forest configuration',
  gpo: 'Group policy',
  hygiene: 'Hygiene',
  kerberos: 'Kerberos',
  laps: 'LAPS',
  ldap: 'LDAP',
  passwords: 'Passwords',
  privilege: 'Privileged groups',
  'service-accounts': 'Service accounts',
  stale: 'Stale objects',
  sysvol: 'SYSVOL',
  trusts: 'Trusts',
}

/**
 * The assessment as one self-contained page: no outside asset, readable without scripts, light and dark, prints whole. All
 * directory text is escaped, and the page's own policy lets no other script run.
 */
export function htmlReport(document: AssessmentDocument, about: { readonly version: string; readonly areNamesMasked?: boolean }): string {
  const hash = createHash('sha256').update(JSON.stringify(document)).digest('hex')
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'; style-src '${cspHash(style)}'; script-src '${cspHash(script)}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${document.forest.rootDomain}: Glacis assessment, ${day(document.takenAt)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#summary">Skip to the summary</a>
${cover(document, hash, about)}
<div class="page">
${contents(document)}
<main>
${summary(document)}
${workList(document)}
${findings(document)}
${passed(document)}
${notAssessed(document)}
${inventory(document)}
${method(document, about.version)}
</main>
</div>
<script>${new Markup(script)}</script>
</body>
</html>
`
  return page.text
}

/** Source expression of an inline script or style (CSP Level 3, 2.3.1). */
function cspHash(text: string): Markup {
  return new Markup(`sha256-${createHash('sha256').update(text).digest('base64')}`)
}

function cover(document: AssessmentDocument, hash: string, { version, areNamesMasked }: { version: string; areNamesMasked?: boolean }): Markup {
  const { forest, takenAt, now, source, collectedBy, coverage } = document
  const incomplete = coverage.filter(({ source: name, state }) => state === 'partial' || (state === 'absent' && isExpected(name)))
  return html`<header class="cover">
<p class="brand">Glacis</p>
<h1>${forest.rootDomain === '' ? 'Unknown forest' : forest.rootDomain}</h1>
<dl class="facts">
<div><dt>Read</dt><dd>${time(takenAt)}${now !== takenAt && html` (judged as of ${time(now)})`}</dd></div>
<div><dt>From</dt><dd>${source}</dd></div>
${collectedBy !== undefined && html`<div><dt>As</dt><dd>${collectedBy}</dd></div>`}
<div><dt>Domains</dt><dd>${forest.domains.map(({ name }) => name).join(', ')}</dd></div>
<div><dt>Names</dt><dd>${areNamesMasked === true ? 'masked' : 'not masked'}</dd></div>
<div><dt>Glacis</dt><dd>${version}</dd></div>
<div><dt>SHA-256 of the data</dt><dd><code>${hash.slice(0, 16)}</code></dd></div>
</dl>
<button type="button" id="theme" hidden>Light or dark</button>
${incomplete.length > 0 && html`<aside class="gaps" aria-label="What could not be read"><h2>Not everything could be read</h2><ul>${incomplete.map(gap)}</ul></aside>`}
</header>`
}

/** Sources that a look over LDAP alone is expected to have; the others are further ways of looking. */
function isExpected(source: string): boolean {
  return source.startsWith('ldap-') ? source !== 'ldap-probe' : source === 'rootdse' || source === 'nTSecurityDescriptor'
}

function gap({ source, state, because, affects }: SourceCoverage): Markup {
  return html`<li><strong>${sourceNames[source] ?? source}</strong> ${state === 'partial' ? 'only in part' : 'not at all'}: ${(because ?? ['no reason was given']).join(' ')}
${affects !== undefined && html`<span class="dim">Affects ${count(affects.length, 'exposure')}.</span>`}</li>`
}

function contents({ findings, passed, notAssessed }: AssessmentDocument): Markup {
  return html`<nav aria-label="Contents"><ol>
<li><a href="#summary">Summary</a></li>
<li><a href="#work-list">Work list</a></li>
<li><a href="#findings">Findings</a> <span class="dim">${findings.length}</span></li>
<li><a href="#passed">Passed</a> <span class="dim">${passed.length}</span></li>
<li><a href="#not-assessed">Not assessed</a> <span class="dim">${notAssessed.length}</span></li>
<li><a href="#inventory">Inventory</a></li>
<li><a href="#method">Method</a></li>
</ol></nav>`
}

function summary(document: AssessmentDocument): Markup {
  const { findings, passed, notAssessed, rules, inventory: { counts }, forest } = document
  const bySeverity = severityOrder.map((severity) => ({ severity, number: findings.filter((finding) => finding.severity === severity).length }))
  const critical = bySeverity[0]?.number ?? 0
  const high = bySeverity[1]?.number ?? 0
  const areas = [...new Set([...findings.map(({ category }) => category), ...passed.map((id) => rules[id]?.category ?? 'hygiene')])].toSorted()
  return html`<section id="summary">
<h2>Summary</h2>
<p class="lead">${critical + high === 0
    ? html`No critical or high exposure was found in ${forest.rootDomain}.`
    : html`${count(critical, 'critical exposure')} and ${count(high, 'high one')} stand open in ${forest.rootDomain}.`}
${passed.length} others were looked for and not found${notAssessed.length === 0 ? '.' : `; ${notAssessed.length} could not be assessed with what was read.`}
${critical > 0 && 'A critical exposure lets an ordinary user or an outsider take the whole forest, so begin there.'}</p>
<ul class="tiles">${bySeverity.map(({ severity, number }) => html`<li class="tile ${severity}"><b>${number}</b> ${severity}</li>`)}
<li class="tile"><b>${counts['enabled users'] ?? 0}</b> enabled users</li><li class="tile"><b>${counts['enabled computers'] ?? 0}</b> enabled computers</li><li class="tile"><b>${counts['Tier Zero objects'] ?? 0}</b> Tier Zero objects</li></ul>
${findings.length > 0 && html`<h3>First five</h3><ol class="first">${findings.slice(0, 5).map(({ id, title, severity, fix, objects }) => html`<li>${badge(severity)} <a href="#${id}">${title}</a> <span class="dim">${count(objects.length, 'object')}</span><br>${fix}</li>`)}</ol>`}
<h3>By area</h3>
<table class="areas"><caption class="dim">Share of the critical and high checks of each area that found nothing</caption>
<thead><tr><th scope="col">Area</th><th scope="col">Passed</th><th scope="col" class="number">Found</th><th scope="col" class="number">Not assessed</th></tr></thead>
<tbody>${areas.map((area) => {
    const found = findings.filter(({ category }) => category === area).length
    const good = passed.filter((id) => rules[id]?.category === area).length
    const unknown = notAssessed.filter(({ id }) => rules[id]?.category === area).length
    return html`<tr><th scope="row">${areaNames[area] ?? area}</th><td><meter min="0" max="${found + good + unknown}" value="${good}"></meter> ${good} of ${found + good + unknown}</td><td class="number">${found}</td><td class="number">${unknown}</td></tr>`
  })}</tbody></table>
</section>`
}

function workList({ findings }: AssessmentDocument): Markup {
  if (findings.length === 0) return html`<section id="work-list"><h2>Work list</h2><p>Nothing to do: no exposure was found.</p></section>`
  return html`<section id="work-list"><h2>Work list</h2>
<table class="sortable"><caption class="dim">Worst first; each row leads to proof and fix</caption>
<thead><tr><th scope="col">Severity</th><th scope="col">Exposure</th><th scope="col">Area</th><th scope="col" class="number">Objects</th><th scope="col">Id</th></tr></thead>
<tbody>${findings.map(({ id, title, severity, category, objects }) => html`<tr><td data-sort="${severityOrder.indexOf(severity)}">${badge(severity)}</td><td><a href="#${id}">${title}</a></td><td>${areaNames[category] ?? category}</td><td class="number" data-sort="${objects.length}">${objects.length}</td><td><code>${id}</code></td></tr>`)}</tbody></table>
</section>`
}

function findings({ findings: all }: AssessmentDocument): Markup {
  return html`<section id="findings"><h2>Findings</h2>
${all.length > 0 && html`<p class="controls"><label for="filter">Find</label> <input id="filter" type="search" hidden placeholder="name, id or words"> <button type="button" id="open-all" hidden>Open all</button></p>`}
${all.length === 0 ? html`<p>Nothing was found.</p>` : all.map(finding)}</section>`
}

function finding({ id, title, severity, why, fix, objects, gaps, attack, refs }: FindingDocument): Markup {
  return html`<details class="finding" id="${id}"><summary>${badge(severity)} <span class="title">${title}</span> <span class="dim">${count(objects.length, 'object')}</span></summary>
<div class="body">
<p>${why}</p>
<h3>What to do</h3><p>${fix}</p>
${gaps !== undefined && html`<p class="gap"><strong>Not seen:</strong> ${gaps.join(' ')} There may be more.</p>`}
<h3>Proof</h3>
<table><thead><tr><th scope="col">Object</th><th scope="col">What was found</th></tr></thead><tbody>${objects.slice(0, mostObjects).map((object) => proof(object, severity))}</tbody></table>
${objects.length > mostObjects && html`<p>${objects.length - mostObjects} more are not listed here; the CSV and JSON forms have all ${objects.length}.</p>`}
<p class="refs dim">${references(id, attack, refs)}</p>
</div></details>`
}

function proof({ dn, sid, name, says, evidence, severity }: ExposedObject, worst: string): Markup {
  const values = Object.entries(evidence)
  return html`<tr><th scope="row"><b>${name}</b>${severity !== worst && html` ${badge(severity)}`}<br><span class="dn">${dn}</span>${sid !== undefined && html`<br><code>${sid}</code>`}</th><td>${says}
${values.length > 0 && html`<dl class="evidence">${values.map(([key, value]) => html`<div><dt>${key}</dt><dd>${evidenceText(value)}</dd></div>`)}</dl>`}</td></tr>`
}

/** Longest evidence shown; JSON has all of it. */
const longestEvidence = 600

function evidenceText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > longestEvidence ? `${text.slice(0, longestEvidence)} …` : text
}

function references(id: string, attack: readonly string[], refs: FindingDocument['refs']): Markup {
  const named = [
    ['ATT&CK', attack],
    ['Specification', refs.spec],
    ['ANSSI', refs.anssi],
    ['PingCastle', refs.pingcastle],
    ['Purple Knight', refs.purpleKnight],
    ['BloodHound', refs.bloodhound],
  ] as const
  return html`<code>${id}</code>${named.map(([name, ids]) => ids !== undefined && ids.length > 0 && html` · ${name}: ${ids.join(', ')}`)}`
}

function passed({ passed: ids, rules }: AssessmentDocument): Markup {
  return html`<section id="passed"><h2>Passed</h2><p>Looked for in everything they need, and not found.</p>
<ul class="rules">${ids.map((id) => html`<li>${rules[id]?.title ?? id} <code>${id}</code></li>`)}</ul></section>`
}

function notAssessed({ notAssessed: list, rules }: AssessmentDocument): Markup {
  return html`<section id="not-assessed"><h2>Not assessed</h2><p>These may well be there: what would show them could not be read.</p>
<table><thead><tr><th scope="col">Exposure</th><th scope="col">Why there is no verdict</th></tr></thead><tbody>${list.map(({ id, because }) => html`<tr><th scope="row">${rules[id]?.title ?? id}<br><code>${id}</code></th><td>${because}</td></tr>`)}</tbody></table></section>`
}

function inventory({ inventory: facts }: AssessmentDocument): Markup {
  return html`<section id="inventory"><h2>Inventory</h2><p>Facts, not findings.</p>
${table('Objects', ['What', 'Number'], Object.entries(facts.counts))}
${table('Domains', ['Domain', 'Functional level', 'Machine account quota'], facts.domains.map(({ name, functionalLevel, machineAccountQuota }) => [name, functionalLevel, machineAccountQuota]))}
${table('Domain controllers', ['Name', 'Domain', 'Operating system', 'Kind'], facts.controllers.map(({ name, domain, operatingSystem, isReadOnly }) => [name, domain, operatingSystem, isReadOnly ? 'read-only' : 'writable']))}
${table('Trusts', ['Domain', 'Partner', 'Direction', 'Type', 'Attributes'], facts.trusts.map(({ domain, partner, direction, type, attributes }) => [domain, partner, direction, type, attributes.join(', ')]))}
${table('Password policies', ['Policy', 'Applies to', 'Length', 'Age in days', 'History', 'Lockout after'], facts.passwordPolicies.map(({ name, appliesTo, minimumLength, maximumAgeDays, history, lockoutAfter }) => [name, appliesTo.join('; '), minimumLength, maximumAgeDays, history, lockoutAfter]))}
${table('Privileged groups', ['Group', 'Domain', 'Members', 'Who, nested groups included'], facts.privilegedGroups.map(({ name, domain, count: number, members }) => [name, domain, number, members.join(', ') + (number > members.length ? ' …' : '')]))}
${table('Managed service accounts', ['Account', 'May retrieve the password'], facts.managedAccounts.map(({ name, readers }) => [name, readers.join(', ')]))}
${table('Certification authorities', ['Authority', 'Host', 'Published templates'], facts.authorities.map(({ name, host, templates }) => [name, host, templates.join(', ')]))}
</section>`
}

function table(title: string, heads: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): Markup {
  if (rows.length === 0) return html`<h3>${title}</h3><p class="dim">None.</p>`
  return html`<h3>${title}</h3><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first ?? ''}</th>${rest.map((cell) => html`<td>${cell ?? html`<span class="dim">not set</span>`}</td>`)}</tr>`)}</tbody></table>`
}

function method({ coverage, source, collectedBy, findings: found, passed: good, notAssessed: unknown }: AssessmentDocument, version: string): Markup {
  return html`<section id="method"><h2>Method</h2>
<p>Glacis ${version} checked ${found.length + good.length + unknown.length} exposures against what ${source} answered${collectedBy !== undefined && html` to ${collectedBy}`}. It only reads. Access is worked out as a domain controller does it: every entry of a permission list in its order, denials, inheritance, nested groups and ownership included. An exposure is <em>passed</em> only when everything it needs was read; otherwise it is <em>not assessed</em>. Order: severity, then the catalogue.</p>
<table><caption>What was read</caption><thead><tr><th scope="col">Source</th><th scope="col">State</th><th scope="col" class="number">Objects</th><th scope="col">Why, and what it affects</th></tr></thead>
<tbody>${coverage.map(({ source: name, state, objects, because, affects }) => html`<tr><th scope="row">${sourceNames[name] ?? name}</th><td>${state}</td><td class="number">${objects}</td><td>${(because ?? []).join(' ')}${affects !== undefined && html` <span class="dim">Affects ${affects.map((id) => `${id} `)}</span>`}</td></tr>`)}</tbody></table>
</section>`
}

function badge(severity: string): Markup {
  return html`<span class="badge ${severity}">${severity}</span>`
}

function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : noun === 'high one' ? 'high ones' : `${noun}s`}`
}

function time(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

function day(iso: string): string {
  return iso.slice(0, 10)
}
