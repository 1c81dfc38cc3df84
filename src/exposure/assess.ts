import { type AttributeName, type CoverageGap, type Kind, type ObjectId, type Snapshot, type Source, kinds } from '#directory'
import { type Exposure, type Gap, type Hit, type ObjectExposure, type Row, type Severity, severities } from './define.ts'
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
export function* assessInSteps(snapshot: Snapshot, rules: readonly Exposure[], now: Date): Generator<AssessProgress, Assessment> {
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
    notAssessed: verdicts.flatMap(({ rule, because }) => (because === undefined ? [] : [{ rule, because }])),
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
    const worst = Math.min(...new Set(this.objects.map(({ severity }) => severities.indexOf(severity))))
    return { rule: this.rule, severity: severities[worst] ?? this.rule.severity, objects: this.objects, gaps: this.#allGaps() }
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
    const known = this.unread.get(what)
    if (known === undefined) this.unread.set(what, { count: 1, example })
    else known.count++
  }

  checkForest(forest: Forest): void {
    if (!('checkForest' in this.rule)) return
    forest.takeUnreadable()
    for (const hit of this.rule.checkForest(forest)) this.add(forest.snapshot, 'on' in hit ? hit.on : '', hit)
    for (const id of forest.takeUnreadable()) this.couldNotRead('nTSecurityDescriptor', forest.snapshot.dn(id))
  }

  #allGaps(): string[] {
    const unread = [...this.unread].map(
      ([what, { count, example }]) => `${what} could not be read on ${count} object${count === 1 ? '' : 's'}, such as ${example}.`,
    )
    return [...this.gaps, ...unread]
  }

  /** Why the rule cannot be run on this snapshot. Notes gaps of sources on the way. */
  #missing(snapshot: Snapshot): string | undefined {
    for (const need of this.rule.needs) {
      const coverage = snapshot.coverage.find(({ source }) => source === need)
      const gaps = (coverage?.gaps ?? []).filter((gap) => concerns(gap, this.rule))
      if (gaps.length > 0 || coverage === undefined || coverage.state === 'absent') this.touchedBy.add(need)
      if (coverage === undefined || coverage.state === 'absent') {
        return coverage?.gaps?.map(({ because }) => because).join(' ') ?? `${need} was not read.`
      }
      for (const { because } of gaps) this.gaps.add(because)
    }
    const unasked = this.rule.reads.filter((name) => !snapshot.wasAsked(name))
    return unasked.length === 0 ? undefined : `${unasked.join(', ')} ${unasked.length === 1 ? 'is' : 'are'} not in what was read.`
  }
}

/** Whether objects a gap may hide are ones the rule looks at. */
function concerns({ hides }: CoverageGap, rule: Exposure): boolean {
  if (hides === undefined) return true
  const looksAt = 'over' in rule ? [rule.over].flat() : rule.looksAt
  return looksAt === undefined || looksAt.includes('any') || looksAt.some((kind) => hides.includes(kind))
}

/** Goes over all objects once, each seen by every rule of its kind. */
function* checkObjects(forest: Forest, verdicts: readonly Verdict[]): Generator<AssessProgress> {
  const { snapshot } = forest
  const row = rowOver(snapshot, new Set(verdicts.flatMap(({ rule }) => rule.reads)))
  const work = (Object.keys(kinds) as Kind[]).map((kind) => ({
    kind,
    ids: snapshot.ofKind(kind),
    checks: verdicts.flatMap((verdict) => {
      const { rule } = verdict
      return 'over' in rule && [rule.over].flat().includes(kind) ? [new Check(verdict, rule, kind)] : []
    }),
  }))
  const total = work.reduce((sum, { ids, checks }) => sum + (checks.length === 0 ? 0 : ids.length), 0)
  let done = 0
  for (const { ids, checks } of work) {
    if (checks.length === 0) continue
    for (const id of ids) {
      row.look(id)
      for (const check of checks) check.run(row, forest)
      if (++done % 1000 === 0) yield { done, total }
    }
  }
}

/** One rule on the objects of one kind. */
class Check {
  readonly #verdict: Verdict
  readonly #rule: ObjectExposure
  readonly #required: readonly AttributeName[]

  constructor(verdict: Verdict, rule: ObjectExposure, kind: Kind) {
    this.#verdict = verdict
    this.#rule = rule
    const always: readonly AttributeName[] = kinds[kind]
    const required = rule.reads.filter((name) => always.includes(name))
    this.#required = rule.needs.includes('nTSecurityDescriptor') ? [...required, 'nTSecurityDescriptor'] : required
  }

  run(row: RowOver, forest: Forest): void {
    for (const name of this.#required) {
      if (row.read(name) !== undefined) continue
      this.#verdict.couldNotRead(name, forest.snapshot.dn(row.id))
      return
    }
    const result = this.#rule.check(row as unknown as Row<AttributeName, Kind>, forest)
    if (result !== undefined) this.#verdict.add(forest.snapshot, row.id, result)
  }
}

/** One object's attributes as properties, decoded when asked for and at most once for all rules. */
interface RowOver {
  readonly id: ObjectId
  look(id: ObjectId): void
  read(name: AttributeName): unknown
}

function rowOver(snapshot: Snapshot, names: ReadonlySet<AttributeName>): RowOver {
  const numbers = new Map([...names, 'nTSecurityDescriptor' as const].map((name, index) => [name, index]))
  const values: unknown[] = Array.from({ length: numbers.size })
  const seenOn = new Int32Array(numbers.size).fill(-1)
  const row: RowOver & { id: ObjectId } = {
    id: -1,
    look(id) {
      row.id = id
    },
    read(name) {
      const number = numbers.get(name) ?? 0
      return readAt(number, name)
    },
  }
  const readAt = (number: number, name: AttributeName): unknown => {
    if (seenOn[number] !== row.id) {
      seenOn[number] = row.id
      values[number] = snapshot.value(row.id, name)
    }
    return values[number]
  }
  for (const [name, number] of numbers) {
    Object.defineProperty(row, name, { enumerable: true, get: () => readAt(number, name) })
  }
  return row
}

function affectedRules(snapshot: Snapshot, verdicts: readonly Verdict[]): Map<Source, readonly string[]> {
  const result = new Map<Source, readonly string[]>()
  for (const { source } of snapshot.coverage) {
    const ids = verdicts.filter(({ touchedBy }) => touchedBy.has(source)).map(({ rule }) => rule.id)
    if (ids.length > 0) result.set(source, ids)
  }
  return result
}
