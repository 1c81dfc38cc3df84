import {
  type AttributeName,
  type CoverageGap,
  type Kind,
  type ObjectId,
  type Snapshot,
  type Source,
  kinds,
} from '#directory'
import {
  type Exposure,
  type Gap,
  type Hit,
  type ObjectExposure,
  type Row,
  type Severity,
  severities,
} from './define.ts'
import { Forest } from './forest.ts'

/** An object an exposure was found on. */
export interface Exposed {
  readonly dn: string
  readonly sid?: string
  readonly name: string
  readonly says: string
  readonly severity: Severity
  readonly evidence: Hit['evidence']
}

/** An exposure with the objects it was found on. */
export interface Finding {
  readonly rule: Exposure
  /** The worst of its objects. */
  readonly severity: Severity
  readonly objects: readonly Exposed[]
  /** What the rule could not decide; there may be more than was found. */
  readonly gaps: readonly string[]
}

/** The verdict on every rule: each is in exactly one of the three lists, in the order of the catalogue. */
export interface Assessment {
  /** What was assessed, with the answers worked out on the way. */
  readonly forest: Forest
  readonly findings: readonly Finding[]
  readonly passed: readonly Exposure[]
  readonly notAssessed: readonly { readonly rule: Exposure; readonly because: string }[]
  /** Ids of the rules that each source's gaps kept from a full verdict. */
  readonly affected: ReadonlyMap<Source, readonly string[]>
}

/** How far an assessment is. */
export interface AssessProgress {
  readonly done: number
  readonly total: number
}

/** Checks a snapshot against rules. `now` is the clock of every rule. */
export function assess(snapshot: Snapshot, rules: readonly Exposure[], now: Date): Assessment {
  const steps = assessInSteps(snapshot, rules, now)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same in steps of some milliseconds, for a caller that has other work to do between them, or stops. */
export function* assessInSteps(
  snapshot: Snapshot,
  rules: readonly Exposure[],
  now: Date,
): Generator<AssessProgress, Assessment> {
  const forest = new Forest(snapshot, now)
  const verdicts = rules.map((rule) => new Verdict(rule, snapshot))
  const open = verdicts.filter(({ isOpen }) => isOpen)
  yield* checkObjects(forest, open)
  for (const verdict of open) {
    verdict.checkForest(forest)
    yield { done: snapshot.count, total: snapshot.count }
  }
  return {
    forest,
    findings: verdicts.flatMap((verdict) => verdict.finding ?? []),
    passed: verdicts.filter(({ isPassed }) => isPassed).map(({ rule }) => rule),
    notAssessed: verdicts.flatMap(({ rule, because }) =>
      because === undefined ? [] : [{ rule, because }],
    ),
    affected: affectedRules(snapshot, verdicts),
  }
}

/** What has been found out about one rule so far. */
class Verdict {
  readonly rule: Exposure
  readonly objects: Exposed[] = []
  readonly gaps = new Set<string>()
  /** Objects that were passed over because something about them could not be read, by what it was. */
  readonly unread = new Map<string, { count: number; example: string }>()
  /** Sources whose gaps concern the rule. */
  readonly touchedBy = new Set<Source>()
  #impossible: string | undefined

  constructor(rule: Exposure, snapshot: Snapshot) {
    this.rule = rule
    this.#impossible = this.#missing(snapshot)
  }

  /** Whether the rule can be run at all. */
  get isOpen(): boolean {
    return this.#impossible === undefined
  }

  get finding(): Finding | undefined {
    if (this.objects.length === 0) return undefined
    const worst = Math.min(
      ...new Set(this.objects.map(({ severity }) => severities.indexOf(severity))),
    )
    return {
      rule: this.rule,
      severity: severities[worst] ?? this.rule.severity,
      objects: this.objects,
      gaps: this.#allGaps(),
    }
  }

  get isPassed(): boolean {
    return this.isOpen && this.objects.length === 0 && this.#allGaps().length === 0
  }

  /** Why the rule has no verdict; nothing when it has one. */
  get because(): string | undefined {
    if (this.#impossible !== undefined) return this.#impossible
    return this.objects.length > 0 || this.isPassed ? undefined : this.#allGaps().join(' ')
  }

  add(snapshot: Snapshot, on: ObjectId | string, result: Hit | Gap): void {
    if ('gap' in result) {
      this.gaps.add(result.gap)
      return
    }
    const { says, evidence, severity = this.rule.severity } = result
    const sid = typeof on === 'number' ? snapshot.sid(on) : undefined
    const dn = typeof on === 'number' ? snapshot.dn(on) : on
    const name = typeof on === 'number' ? snapshot.name(on) : on
    this.objects.push({ dn, ...(sid === undefined ? {} : { sid }), name, says, severity, evidence })
  }

  couldNotRead(what: string, example: string): void {
    if (what === 'nTSecurityDescriptor') this.touchedBy.add(what)
    const known = this.unread.get(what)
    if (known === undefined) this.unread.set(what, { count: 1, example })
    else known.count++
  }

  checkForest(forest: Forest): void {
    if (!('checkForest' in this.rule)) return
    forest.takeUnreadable()
    for (const hit of this.rule.checkForest(forest))
      this.add(forest.snapshot, 'on' in hit ? hit.on : '', hit)
    for (const id of forest.takeUnreadable())
      this.couldNotRead('nTSecurityDescriptor', forest.snapshot.dn(id))
  }

  #allGaps(): string[] {
    const unread = [...this.unread].map(
      ([what, { count, example }]) =>
        `${what} could not be read on ${count} object${count === 1 ? '' : 's'}, such as ${example}.`,
    )
    return [...this.gaps, ...unread]
  }

  /** Why the rule cannot be run on this snapshot. Notes gaps of sources on the way. */
  #missing(snapshot: Snapshot): string | undefined {
    for (const need of this.rule.needs) {
      const absent = this.#note(snapshot, need)
      if (absent !== undefined) return absent
    }
    for (const need of this.rule.alsoNeeds ?? []) {
      const absent = this.#note(snapshot, need)
      if (absent !== undefined) this.gaps.add(absent)
    }
    const unasked = this.rule.reads.filter((name) => !snapshot.wasAsked(name))
    return unasked.length === 0
      ? undefined
      : `${unasked.join(', ')} ${unasked.length === 1 ? 'is' : 'are'} not in what was read.`
  }

  /** Notes the gaps of a source; answers why it is absent when it is. */
  #note(snapshot: Snapshot, need: Source): string | undefined {
    const coverage = snapshot.coverage.find(({ source }) => source === need)
    const isAbsent = coverage === undefined || coverage.state === 'absent'
    const gaps = (coverage?.gaps ?? []).filter((gap) => concerns(gap, this.rule))
    if (gaps.length > 0 || isAbsent) this.touchedBy.add(need)
    if (isAbsent)
      return coverage?.gaps?.map(({ because }) => because).join(' ') ?? `${need} was not read.`
    for (const { because } of gaps) this.gaps.add(because)
    return undefined
  }
}

/** Whether objects a gap may hide are ones the rule looks at. */
function concerns({ hides }: CoverageGap, rule: Exposure): boolean {
  if (hides === undefined) return true
  const looksAt = 'over' in rule ? [rule.over].flat() : rule.looksAt
  if (looksAt === undefined || looksAt.includes('any')) return hides.length > 0
  return looksAt.some((kind) => hides.includes(kind))
}

/** Goes over all objects once, each seen by every rule of its kind. */
function* checkObjects(forest: Forest, verdicts: readonly Verdict[]): Generator<AssessProgress> {
  const { snapshot } = forest
  const object = new ObjectInView(snapshot)
  const work = (Object.keys(kinds) as Kind[]).map((kind) => ({
    ids: snapshot.ofKind(kind),
    checks: verdicts.flatMap((verdict) => {
      const { rule } = verdict
      return 'over' in rule && [rule.over].flat().includes(kind)
        ? [new Check(verdict, rule, kind, object)]
        : []
    }),
  }))
  const total = work.reduce(
    (sum, { ids, checks }) => sum + (checks.length === 0 ? 0 : ids.length),
    0,
  )
  let done = 0
  for (const { ids, checks } of work) {
    if (checks.length === 0) continue
    for (const id of ids) {
      object.look(id)
      for (const check of checks) check.run(forest)
      if (++done % 1000 === 0) yield { done, total }
    }
  }
}

/** One rule on the objects of one kind. */
class Check {
  readonly #verdict: Verdict
  readonly #rule: ObjectExposure
  readonly #object: ObjectInView
  readonly #row: Row<AttributeName, Kind>
  readonly #required: readonly (() => unknown)[]
  readonly #requiredNames: readonly AttributeName[]

  constructor(verdict: Verdict, rule: ObjectExposure, kind: Kind, object: ObjectInView) {
    this.#verdict = verdict
    this.#rule = rule
    this.#object = object
    this.#row = object.rowOf(rule.reads)
    const always: readonly AttributeName[] = kinds[kind]
    const required = rule.reads.filter((name) => always.includes(name))
    this.#requiredNames = rule.needs.includes('nTSecurityDescriptor')
      ? [...required, 'nTSecurityDescriptor']
      : required
    this.#required = this.#requiredNames.map((name) => object.reader(name))
  }

  run(forest: Forest): void {
    const missing = this.#required.findIndex((read) => read() === undefined)
    if (missing >= 0) {
      this.#verdict.couldNotRead(
        this.#requiredNames[missing] ?? '',
        forest.snapshot.dn(this.#object.id),
      )
      return
    }
    const result = this.#rule.check(this.#row, forest)
    if (result !== undefined) this.#verdict.add(forest.snapshot, this.#object.id, result)
  }
}

/** The object that is looked at: its attributes are decoded when asked for, and at most once for all rules. */
class ObjectInView {
  readonly #snapshot: Snapshot
  readonly #readers = new Map<AttributeName, () => unknown>()
  id: ObjectId = -1

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  look(id: ObjectId): void {
    this.id = id
  }

  /** Reads an attribute of whatever object is looked at. */
  reader(name: AttributeName): () => unknown {
    const known = this.#readers.get(name)
    if (known !== undefined) return known
    let seenOn: ObjectId = -1
    let value: unknown
    const reader = () => {
      if (seenOn !== this.id) {
        seenOn = this.id
        value = this.#snapshot.value(seenOn, name)
      }
      return value
    }
    this.#readers.set(name, reader)
    return reader
  }

  /** What a rule gets: exactly the attributes it declares, as properties. */
  rowOf(names: readonly AttributeName[]): Row<AttributeName, Kind> {
    const row = Object.defineProperty({}, 'id', { enumerable: true, get: () => this.id })
    for (const name of names)
      Object.defineProperty(row, name, { enumerable: true, get: this.reader(name) })
    return row as Row<AttributeName, Kind>
  }
}

function affectedRules(
  snapshot: Snapshot,
  verdicts: readonly Verdict[],
): Map<Source, readonly string[]> {
  const result = new Map<Source, readonly string[]>()
  for (const { source } of snapshot.coverage) {
    const ids = verdicts.filter(({ touchedBy }) => touchedBy.has(source)).map(({ rule }) => rule.id)
    if (ids.length > 0) result.set(source, ids)
  }
  return result
}
