import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type AttributeName,
  ForestBuilder,
  type ForestOptions,
  type Kind,
  type Snapshot,
  type TestObject,
  attributeNames,
  baseAttributes,
} from '#directory'
import { type Assessment, type Exposed, assess } from './assess.ts'
import type { Exposure, ForestExposure, Gap, Hit, ObjectExposure, Row } from './define.ts'
import { Forest } from './forest.ts'

/** Objects a case expects to be found: built objects, or DNs. */
type Expected = TestObject | string | readonly (TestObject | string)[]

/** An object's attributes, for rules that look at nothing else. */
type RowCase<R extends AttributeName, O extends Kind> = Omit<Row<R, O>, 'id'>

interface Cases<Given> {
  /** Each is found: a row, or a forest that answers which objects must be found in it, and no others. */
  readonly exposed: Record<string, Given | ((forest: ForestBuilder) => Expected)>
  /** In each nothing is found, and the verdict is "passed". */
  readonly clean: Record<string, Given | ((forest: ForestBuilder) => void)>
  /** What each of these forests takes away makes the verdict "not assessed". */
  readonly notAssessed?: Record<string, (forest: ForestBuilder) => void>
}

/**
 * Tests a rule: one test per named case, one that a fresh forest is clean, and one for each source it needs, which taken
 * away must make it "not assessed". In each the rule must read nothing that it does not declare.
 */
export function exposureTest<R extends AttributeName, O extends Kind>(
  rule: ObjectExposure<R, O>,
  cases: Cases<RowCase<R, O>>,
  options?: ForestOptions,
): void
export function exposureTest<R extends AttributeName>(
  rule: ForestExposure<R>,
  cases: Cases<never>,
  options?: ForestOptions,
): void
export function exposureTest(
  given: unknown,
  cases: Cases<object>,
  options: ForestOptions = {},
): void {
  const rule = given as Exposure
  suite(rule.id, () => {
    for (const [name, exposed] of Object.entries(cases.exposed)) {
      test(`finds ${name}`, () => {
        if (typeof exposed !== 'function') {
          const hit = checkRow(rule, exposed)
          assert.ok(hit !== undefined && 'says' in hit, 'nothing was found')
          assert.notEqual(hit.says, '')
          return
        }
        const forest = new ForestBuilder(options)
        const expected = [exposed(forest)]
          .flat()
          .map((object) => (typeof object === 'string' ? object : object.dn))
        const found = run(rule, forest.build()).findings.flatMap(({ objects }) =>
          objects.map(({ dn }) => dn),
        )
        assert.deepEqual(new Set(found), new Set(expected))
        assert.equal(found.length, new Set(found).size, 'an object was found twice')
      })
    }
    for (const [name, clean] of Object.entries({
      'a fresh forest': (_forest: ForestBuilder) => {},
      ...cases.clean,
    })) {
      test(`passes ${name}`, () => {
        if (typeof clean !== 'function') {
          assert.equal(checkRow(rule, clean), undefined)
          return
        }
        const forest = new ForestBuilder(options)
        clean(forest)
        const { findings, notAssessed } = run(rule, forest.build())
        assert.deepEqual(
          findings.flatMap(({ objects }) => objects.map(({ says }) => says)),
          [],
        )
        assert.deepEqual(
          notAssessed.map(({ because }) => because),
          [],
        )
      })
    }
    for (const need of [...rule.needs, ...(rule.alsoNeeds ?? [])]) {
      test(`is not assessed without ${need}`, () => {
        const forest = new ForestBuilder(options)
        forest.without(need)
        expectNotAssessed(rule, forest)
      })
    }
    for (const [name, takeAway] of Object.entries(cases.notAssessed ?? {})) {
      test(`is not assessed with ${name}`, () => {
        const forest = new ForestBuilder(options)
        takeAway(forest)
        expectNotAssessed(rule, forest)
      })
    }
  })
}

/** What a rule finds in a forest: for tests that look at severity, sentence or evidence. */
export function foundIn(rule: unknown, build: (forest: ForestBuilder) => void): readonly Exposed[] {
  const forest = new ForestBuilder()
  build(forest)
  return run(rule as Exposure, forest.build()).findings.flatMap(({ objects }) => objects)
}

function expectNotAssessed(rule: Exposure, forest: ForestBuilder): void {
  const { findings, passed, notAssessed } = run(rule, forest.build())
  assert.deepEqual([findings.length, passed.length, notAssessed.length], [0, 0, 1])
  assert.notEqual(notAssessed[0]?.because, '')
}

function run(rule: Exposure, snapshot: Snapshot): Assessment {
  const { seen, reads } = recordReads(snapshot)
  const assessment = assess(seen, [rule], snapshot.origin.takenAt)
  assert.deepEqual(undeclared(rule, reads), [], 'attributes are read that are not declared')
  return assessment
}

/** A snapshot that answers as the given one does, and the attributes it was asked for, as the table spells them. */
export function recordReads(snapshot: Snapshot): {
  readonly seen: Snapshot
  readonly reads: ReadonlySet<string>
} {
  const reads = new Set<string>()
  const seen = new Proxy(snapshot, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target)
      if (typeof member !== 'function') return member
      const position = positionOfName.get(property)
      return (...values: unknown[]): unknown => {
        const name = position === undefined ? undefined : values[position]
        if (typeof name === 'string') reads.add(spellings.get(name.toLowerCase()) ?? name)
        return Reflect.apply(member, target, values)
      }
    },
  })
  return { seen, reads }
}

/** Attributes among those read that are neither of every rule nor declared by this one. */
export function undeclared(rule: Exposure, reads: Iterable<string>): readonly string[] {
  const known = new Set<string>([...baseAttributes, ...rule.reads, ...(rule.alsoReads ?? [])])
  return [...reads].filter((name) => !known.has(name))
}

/** Which argument of a snapshot's method is the name of an attribute. */
const positionOfName: ReadonlyMap<string | symbol, number> = new Map([
  ['value', 1],
  ['raw', 1],
  ['valueId', 1],
  ['has', 1],
  ['having', 0],
])
const spellings = new Map<string, string>(attributeNames.map((name) => [name.toLowerCase(), name]))

let fresh: Forest | undefined

function checkRow(rule: Exposure, row: object): Hit | Gap | undefined {
  assert.ok(
    'check' in rule,
    'a rule over the forest has no rows: give a function that builds a forest',
  )
  if (fresh === undefined) {
    const snapshot = new ForestBuilder().build()
    fresh = new Forest(snapshot, snapshot.origin.takenAt)
  }
  return rule.check({ id: -1, ...row } as Row<AttributeName, Kind>, fresh)
}
