import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { suite, test } from 'node:test'
import { collect } from '#collect'
import type { Snapshot } from '#directory'
import { assess, catalogue, categories, severities } from '#exposure'
import { makeSample } from '#sample'
import { type AssessmentDocument, documentOf } from './document.ts'
import { json } from './json.ts'

const goad = new URL('../../../shared/lab/goad-essos.ldif.gz', import.meta.url).pathname
const now = new Date('2026-01-15T09:00:00Z')
const forests: readonly [string, () => Promise<Snapshot> | Snapshot, string | false][] = [
  [
    'a sample forest with everything planted',
    () => makeSample({ objects: 3000, now, exposures: 'all' }).snapshot,
    false,
  ],
  ['a sample forest with two domains', () => makeSample({ objects: 12_000, now }).snapshot, false],
  [
    'a clean sample forest',
    () => makeSample({ objects: 800, now, exposures: 'none' }).snapshot,
    false,
  ],
  [
    'the forest of the GOAD lab',
    () => collect(goad),
    existsSync(goad) ? false : 'needs ../shared/lab',
  ],
]

for (const [name, open, skip] of forests) {
  suite(`the document of ${name}`, { skip }, () => {
    test('keeps the contract of glacis.assessment/1', async () => {
      const document = documentOf(assess(await open(), catalogue, now))
      const text = [...json(document)].join('')
      assert.equal(text, `${JSON.stringify(document, null, 2)}\n`, 'plain JSON, nothing lost')
      assert.deepEqual(faultsOf(JSON.parse(text) as AssessmentDocument), [])
      assert.deepEqual(JSON.parse(text), document, 'nothing in it that JSON has not')
    })
  })
}

test('the contract check finds what is wrong', async () => {
  const document = documentOf(assess(makeSample({ objects: 800, now }).snapshot, catalogue, now))
  const [finding] = document.findings
  assert.ok(finding)
  const broken: readonly [AssessmentDocument, RegExp][] = [
    [{ ...document, passed: [...document.passed, finding.id] }, /is in 2 lists/],
    [{ ...document, passed: document.passed.slice(1) }, /is in 0 lists/],
    [{ ...document, takenAt: 'yesterday' }, /takenAt/],
    [
      { ...document, findings: [{ ...finding, objects: [] }, ...document.findings.slice(1)] },
      /no objects/,
    ],
    [{ ...document, findings: document.findings.toReversed() }, /order/],
  ]
  for (const [each, says] of broken) assert.match(faultsOf(each).join('\n'), says)
})

/** What is wrong with a document, by DESIGN's contract. */
function faultsOf(document: AssessmentDocument): string[] {
  const {
    format,
    forest,
    takenAt,
    now: clock,
    coverage,
    findings,
    passed,
    notAssessed,
    rules,
    inventory,
  } = document
  const faults: string[] = []
  const expect = (isRight: boolean, fault: string) => {
    if (!isRight) faults.push(fault)
  }
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  const isTime = (value: unknown) =>
    typeof value === 'string' && new Date(value).toISOString() === value
  const time = (value: string, what: string) => {
    try {
      expect(isTime(value), what)
    } catch {
      faults.push(`${what} is no time`)
    }
  }
  expect(format === 'glacis.assessment/1', 'format')
  time(takenAt, 'takenAt')
  time(clock, 'now')
  expect(
    forest.domains.length > 0 && forest.domains.some(({ name }) => name === forest.rootDomain),
    'root domain',
  )
  for (const { dn, sid, name } of forest.domains)
    expect(/^DC=/i.test(dn) && /^S-1-5-21-\d+-\d+-\d+$/.test(sid) && isText(name), `domain ${dn}`)

  const lists = [findings.map(({ id }) => id), passed, notAssessed.map(({ id }) => id)]
  for (const { id } of catalogue) {
    const times = lists.flat().filter((each) => each === id).length
    expect(times === 1, `${id} is in ${times} lists`)
  }
  expect(lists.flat().length === catalogue.length, 'unknown ids')
  for (const { id, because } of notAssessed)
    expect(isText(because), `${id} is not assessed for no reason`)
  for (const id of [...passed, ...notAssessed.map((each) => each.id)]) {
    const rule = rules[id]
    expect(
      rule !== undefined &&
        isText(rule.title) &&
        severities.includes(rule.severity) &&
        categories.includes(rule.category),
      `rule ${id}`,
    )
  }

  const rank = (severity: (typeof severities)[number]) => severities.indexOf(severity)
  for (const [
    index,
    { id, title, category, severity, why, fix, objects, attack, refs },
  ] of findings.entries()) {
    expect([title, why, fix].every(isText) && categories.includes(category), `texts of ${id}`)
    expect(objects.length > 0, `${id} has no objects`)
    expect(
      objects.every((object) => rank(object.severity) >= rank(severity)),
      `severity of ${id}`,
    )
    expect(rank(findings[index - 1]?.severity ?? 'critical') <= rank(severity), `order of ${id}`)
    expect(Array.isArray(attack) && typeof refs === 'object', `references of ${id}`)
    for (const { dn, sid, name, says, evidence } of objects) {
      expect(
        isText(dn) && isText(name) && isText(says) && typeof evidence === 'object',
        `object ${dn} of ${id}`,
      )
      expect(sid === undefined || /^S-1-\d+(-\d+)+$/.test(sid), `SID of ${dn}`)
    }
  }

  for (const { source, state, objects, because, affects } of coverage) {
    expect(['read', 'partial', 'absent'].includes(state), `state of ${source}`)
    expect(state === 'read' || (because ?? []).every(isText), `reason of ${source}`)
    expect(objects === undefined || Number.isInteger(objects), `objects of ${source}`)
    for (const id of affects ?? []) expect(lists.flat().includes(id), `${source} affects ${id}`)
    // What a source's gap touches has no clean verdict.
    for (const id of affects ?? [])
      expect(!passed.includes(id), `${id} passed, though ${source} was not whole`)
  }
  expect(Object.values(inventory.counts).every(Number.isInteger), 'counts')
  return faults
}
