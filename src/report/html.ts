import { createHash } from 'node:crypto'
import type { Category, Severity } from '#exposure'
import type { AssessmentDocument, SourceCoverage } from './document.ts'
import { badge, findings } from './html-findings.ts'
import { inventory } from './html-inventory.ts'
import { script } from './html-script.ts'
import { style } from './html-style.ts'
import { json } from './json.ts'
import { Markup, html } from './markup.ts'
import { count, cut, number } from './plain-text.ts'
import { areaNames, directorySources, nameOfSource, severityMeanings } from './words.ts'

/** About the making of the report. */
export interface ReportAbout {
  readonly version: string
}

const severityOrder = Object.keys(severityMeanings) as readonly Severity[]

/** Most reasons listed for one source, and most of one reason. */
const mostReasons = 10
const longestReason = 1000

/**
 * The assessment as one self-contained page: no outside asset, readable without scripts, light and dark, prints whole. All
 * directory text is escaped, and the page's own policy lets no other script run. Long lists are cut with their count, so that
 * the page stays below 5 MB whatever the size of the forest.
 */
export function htmlReport(document: AssessmentDocument, about: ReportAbout): string {
  const hash = createHash('sha256')
  for (const chunk of json(document)) hash.update(chunk)
  const sha256 = hash.digest('hex')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; base-uri 'none'; form-action 'none'; style-src '${cspHash(style)}'; script-src '${cspHash(script)}'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${forestName(document)}: Glacis assessment, ${document.takenAt.slice(0, 10)}</title>
        ${element('style', style)}
      </head>
      <body>
        <a class="skip" href="#summary">Skip to the summary</a>
        ${cover(document, about)}
        <div class="page">
          ${contents(document)}
          <main>
            ${summary(document)} ${workList(document)} ${findings(document)} ${passed(document)}
            ${notAssessed(document)} ${inventory(document)}
            ${method(document, about.version, sha256)}
          </main>
        </div>
        ${element('script', script)}
      </body>
    </html> `
  return page.text
}

/** Source expression of an inline script or style (CSP Level 3, 2.3.1). */
function cspHash(text: string): Markup {
  return new Markup(`sha256-${createHash('sha256').update(text).digest('base64')}`)
}

/** An element with exactly this text in it: the policy's hash is over every sign. Not a template, which formatters indent. */
function element(name: 'style' | 'script', text: string): Markup {
  return new Markup(`<${name}>${text}</${name}>`)
}

function forestName({ forest }: AssessmentDocument): string {
  return forest.rootDomain === '' ? 'Unknown forest' : cut(forest.rootDomain, 260)
}

function cover(document: AssessmentDocument, { version }: ReportAbout): Markup {
  const { forest, takenAt, now, source, collectedBy, areNamesMasked, coverage } = document
  const domains = forest.domains.map(({ name }) => name)
  const gaps = coverage.filter(isGap)
  return html`<header class="cover">
    <p class="brand">Glacis assessment</p>
    <h1>${forestName(document)}</h1>
    <dl class="facts">
      <div>
        <dt>Read</dt>
        <dd>${time(takenAt)}</dd>
      </div>
      ${
        now !== takenAt &&
        html`<div>
          <dt>Judged as of</dt>
          <dd>${time(now)}</dd>
        </div>`
      }
      <div>
        <dt>From</dt>
        <dd>${cut(source, 300)}</dd>
      </div>
      ${
        collectedBy !== undefined &&
        collectedBy !== source &&
        html`<div>
          <dt>As</dt>
          <dd>${cut(collectedBy, 300)}</dd>
        </div>`
      }
      ${
        domains.length > 1 &&
        html`<div>
          <dt>Domains</dt>
          <dd>${domains.length}: ${cut(domains.join(', '), 600)}</dd>
        </div>`
      }
      <div>
        <dt>Names</dt>
        <dd>${areNamesMasked === true ? 'masked' : 'not masked'}</dd>
      </div>
      <div>
        <dt>Glacis</dt>
        <dd>${version}</dd>
      </div>
    </dl>
    <p class="coverage"><strong>Coverage:</strong> ${coverageInWords(document)}</p>
    ${
      gaps.length > 0 &&
      html`<section class="gaps" aria-labelledby="gaps">
        <h2 id="gaps">Not everything could be read</h2>
        <ul>
          ${gaps.map(gap)}
        </ul>
      </section>`
    }
    <button type="button" id="theme" hidden>Dark</button>
  </header>`
}

/** A part of the directory that was not read whole, or another source that was and answered only in part. */
function isGap({ source, state }: SourceCoverage): boolean {
  return state === 'partial' || (state === 'absent' && directorySources.includes(source))
}

function coverageInWords({ coverage, inventory: { counts } }: AssessmentDocument): string {
  if (coverage.length === 0) return 'nothing is known about what was read.'
  const directory = coverage.filter(({ source }) => directorySources.includes(source))
  const others = coverage.filter(({ source }) => !directorySources.includes(source))
  const isWhole = directory.length > 0 && directory.every(({ state }) => state === 'read')
  const also = others.filter(({ state }) => state === 'read')
  const missed = others.filter(({ state, affects }) => state === 'absent' && affects !== undefined)
  return [
    `${isWhole ? 'all of the directory read' : 'the directory was read only in part'}, ${count(counts['objects'] ?? 0, 'object')}`,
    ...also.map(({ source }) => `${nameOfSource(source)} read`),
    ...missed.map(
      ({ source, affects }) =>
        `${nameOfSource(source)} not read: affects ${count(affects?.length ?? 0, 'exposure')}`,
    ),
  ].join('; ')
}

function gap({ source, state, because = [], affects }: SourceCoverage): Markup {
  const reasons = because.length === 0 ? ['No reason was given.'] : because
  return html`<li>
    <strong>${nameOfSource(source)}</strong> ${state === 'partial' ? 'only in part' : 'not at all'}:
    ${reasonsOf(reasons)}
    ${affects !== undefined && html`<span class="dim">Affects ${count(affects.length, 'exposure')}.</span>`}
  </li>`
}

function reasonsOf(because: readonly string[]): string {
  const more = because.length - mostReasons
  const shown = because.slice(0, mostReasons).map((each) => cut(each, longestReason))
  return `${shown.join(' ')}${more > 0 ? ` And ${count(more, 'more reason')}, in the JSON form.` : ''}`
}

function contents({
  findings: found,
  passed: good,
  notAssessed: unknown,
}: AssessmentDocument): Markup {
  return html`<nav aria-label="Contents">
    <ol>
      <li><a href="#summary">Summary</a></li>
      <li><a href="#work-list">Work list</a></li>
      <li><a href="#findings">Findings</a> <span class="dim">${found.length}</span></li>
      <li><a href="#passed">Passed</a> <span class="dim">${good.length}</span></li>
      <li><a href="#not-assessed">Not assessed</a> <span class="dim">${unknown.length}</span></li>
      <li><a href="#inventory">Inventory</a></li>
      <li><a href="#method">Method</a></li>
    </ol>
  </nav>`
}

function summary(document: AssessmentDocument): Markup {
  const {
    findings: found,
    inventory: { counts },
  } = document
  const facts = ['enabled users', 'enabled computers', 'Tier Zero objects'] as const
  return html`<section id="summary">
    <h2>Summary</h2>
    <p class="lead">${inThreeSentences(document)}</p>
    <ul class="tiles" aria-label="Exposures by severity">
      ${severityOrder.map((severity) => html`<li class="tile ${severity}"><b>${number(ofSeverity(document, severity))}</b> ${severity}</li>`)}
    </ul>
    <ul class="tiles facts-only" aria-label="Size of the forest">
      ${facts.map((what) => html`<li class="tile"><b>${number(counts[what] ?? 0)}</b> ${what}</li>`)}
    </ul>
    <div class="halves">
      ${
        found.length > 0 &&
        html`<div>
          <h3>Begin with these</h3>
          <ol class="first">
            ${found.slice(0, 5).map(({ id, title, severity, fix, objects }) => html`<li>${badge(severity)} <a href="#${id}">${title}</a> <span class="dim nowrap">${count(objects.length, 'object')}</span><br />${fix}</li>`)}
          </ol>
        </div>`
      }
      <div>
        <h3>By area</h3>
        ${areas(document)}
      </div>
    </div>
  </section>`
}

function ofSeverity({ findings: found }: AssessmentDocument, severity: Severity): number {
  return found.filter((finding) => finding.severity === severity).length
}

function inThreeSentences(document: AssessmentDocument): string {
  const { findings: found, passed: good, notAssessed: unknown } = document
  const counts = severityOrder
    .map((severity) => [severity, ofSeverity(document, severity)] as const)
    .filter(([, some]) => some > 0)
  const worst = counts.slice(0, 2)
  const rest = found.length - worst.reduce((sum, [, some]) => sum + some, 0)
  const last = worst.at(-1)
  const sentences = [
    found.length === 0
      ? `No exposure was found in ${forestName(document)}.`
      : `${worst.map(([severity, some]) => `${some} ${severity}`).join(' and ')} ${last?.[1] === 1 && worst.length === 1 ? 'exposure stands' : 'exposures stand'} open in ${forestName(document)}${rest > 0 ? `, and ${rest} less severe` : ''}.`,
    good.length === 0
      ? 'Nothing else could be ruled out.'
      : `${count(good.length, found.length === 0 ? 'exposure' : 'other', found.length === 0 ? 'exposures' : 'others')} ${good.length === 1 ? 'was' : 'were'} looked for in everything they need, and not found.`,
    ...(unknown.length === 0
      ? []
      : [
          `${count(unknown.length, 'exposure')} could not be assessed with what was read, and may well be there.`,
        ]),
    ...(ofSeverity(document, 'critical') > 0
      ? [`Critical means that ${severityMeanings.critical}: begin there.`]
      : []),
  ]
  return sentences.join(' ')
}

function areas({
  findings: found,
  passed: good,
  notAssessed: unknown,
  rules,
}: AssessmentDocument): Markup {
  const rows = (Object.keys(areaNames) as Category[])
    .map((area) => {
      const isHere = (id: string) => rules[id]?.category === area
      const here = found.filter(({ category }) => category === area)
      const worst = Math.min(...here.map(({ severity }) => severityOrder.indexOf(severity)))
      return {
        area,
        worst,
        open: here.length,
        clean: good.filter(isHere).length,
        unknown: unknown.filter(({ id }) => isHere(id)).length,
      }
    })
    .filter(({ open, clean, unknown: unclear }) => open + clean + unclear > 0)
    .toSorted((a, b) => b.open - a.open || a.worst - b.worst || b.unknown - a.unknown)
  if (rows.length === 0) return html`<p>No exposure was looked for.</p>`
  return html`<table class="areas">
    <caption class="dim">
      How many of the exposures looked for in each area were not found
    </caption>
    <thead>
      <tr>
        <th scope="col">Area</th>
        <th scope="col">Passed</th>
        <th scope="col" class="number">Found</th>
        <th scope="col" class="number">Not assessed</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ area, open, clean, unknown: unclear }) =>
          html`<tr>
            <th scope="row">${areaNames[area]}</th>
            <td>
              <meter
                aria-hidden="true"
                min="0"
                max="${open + clean + unclear}"
                value="${clean}"
              ></meter>
              ${clean} of ${open + clean + unclear}
            </td>
            <td class="number">${open}</td>
            <td class="number">${unclear}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

function workList({ findings: found, notAssessed: unknown }: AssessmentDocument): Markup {
  if (found.length === 0) {
    return html`<section id="work-list">
      <h2>Work list</h2>
      <p>
        Nothing to mend: no exposure was
        found.${unknown.length > 0 && html` See what was <a href="#not-assessed">not assessed</a>.`}
      </p>
    </section>`
  }
  return html`<section id="work-list">
    <h2>Work list</h2>
    <table class="sortable work">
      <caption class="dim">
        Worst first; each row leads to proof and fix. With one line an object, for a spreadsheet:
        <code>--format csv</code>
      </caption>
      <thead>
        <tr>
          <th scope="col">Severity</th>
          <th scope="col">Exposure</th>
          <th scope="col">Area</th>
          <th scope="col" class="number">Objects</th>
          <th scope="col">Id</th>
        </tr>
      </thead>
      <tbody>
        ${found.map(
          ({ id, title, severity, category, objects }) =>
            html`<tr>
              <td data-sort="${severityOrder.indexOf(severity)}">${badge(severity)}</td>
              <td><a href="#${id}">${title}</a></td>
              <td>${areaNames[category] ?? category}</td>
              <td class="number" data-sort="${objects.length}">${number(objects.length)}</td>
              <td><code>${id}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

function passed({ passed: ids, rules }: AssessmentDocument): Markup {
  const byArea = Object.groupBy(ids, (id) => rules[id]?.category ?? 'hygiene')
  return html`<section id="passed">
    <h2>Passed</h2>
    ${ids.length === 0 ? html`<p>None: nothing could be ruled out.</p>` : html`<p>Looked for in everything they need, and not found.</p>`}
    ${Object.entries(byArea).map(
      ([area, here]) =>
        html`<h3>${areaNames[area as Category] ?? area} <span class="dim">${here.length}</span></h3>
          <ul class="rules">
            ${here.map((id) => html`<li>${rules[id]?.title ?? id} <code>${id}</code></li>`)}
          </ul>`,
    )}
  </section>`
}

function notAssessed({ notAssessed: list, rules }: AssessmentDocument): Markup {
  if (list.length === 0) {
    return html`<section id="not-assessed">
      <h2>Not assessed</h2>
      <p>None: every exposure that was looked for has a verdict.</p>
    </section>`
  }
  const byReason = Object.entries(Object.groupBy(list, ({ because }) => because))
  return html`<section id="not-assessed">
    <h2>Not assessed</h2>
    <p>These may well be there: what would show them could not be read.</p>
    <table>
      <thead>
        <tr>
          <th scope="col">Why there is no verdict</th>
          <th scope="col">Exposure</th>
        </tr>
      </thead>
      <tbody>
        ${byReason.map(
          ([because, these = []]) =>
            html`<tr>
              <th scope="row">${cut(because, longestReason)}</th>
              <td>
                <ul class="plain">
                  ${these.map(({ id }) => html`<li>${badge(rules[id]?.severity ?? 'info')} ${rules[id]?.title ?? id} <code>${id}</code></li>`)}
                </ul>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

function method(document: AssessmentDocument, version: string, sha256: string): Markup {
  const {
    coverage,
    source,
    collectedBy,
    findings: found,
    passed: good,
    notAssessed: unknown,
  } = document
  return html`<section id="method">
    <h2>Method</h2>
    <p>
      Glacis ${version} looked for ${count(found.length + good.length + unknown.length, 'exposure')}
      in what was read from
      ${cut(source, 300)}${collectedBy !== undefined && collectedBy !== source && html` as ${cut(collectedBy, 300)}`}.
      It only reads. Access is worked out as a domain controller does it: every entry of a
      permission list in its order, denials, inheritance, nested groups and ownership included; by
      SID, never by name.
    </p>
    <p>
      <dfn>Tier Zero</dfn> is the set of objects whose control is control of the forest: the
      privileged groups and everyone in them, domain controllers, krbtgt, AdminSDHolder, the heads
      of the domains, certification authorities and their hosts.
    </p>
    <p>
      An exposure is <em>passed</em> only when everything it needs was read; otherwise it is
      <em>not assessed</em>. Findings are in the order of their severity, then of the catalogue. The
      severity of a finding is that of its worst object:
    </p>
    <dl class="meanings">
      ${severityOrder.map(
        (severity) =>
          html`<div>
            <dt>${badge(severity)}</dt>
            <dd>${severityMeanings[severity]}</dd>
          </div>`,
      )}
    </dl>
    <div class="scroll">
      <table>
        <caption>
          What was read
        </caption>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">State</th>
            <th scope="col" class="number">Objects</th>
            <th scope="col">Why, and what it affects</th>
          </tr>
        </thead>
        <tbody>
          ${coverage.map(
            ({ source: name, state, objects, because = [], affects }) =>
              html`<tr>
                <th scope="row">${nameOfSource(name)}</th>
                <td>
                  ${state === 'absent' ? 'not read' : state === 'partial' ? 'in part' : 'read'}
                </td>
                <td class="number">${objects !== undefined && number(objects)}</td>
                <td>
                  ${reasonsOf(because)}${affects !== undefined && html` <span class="dim">Affects ${affects.join(', ')}.</span>`}${state === 'absent' && affects === undefined && html` <span class="dim">No exposure that was looked for needs it.</span>`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="dim">SHA-256 of the data, as <code>--json</code> prints it: <code>${sha256}</code></p>
  </section>`
}

function time(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}
