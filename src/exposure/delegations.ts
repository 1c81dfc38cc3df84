import {
  type Ace,
  type Holder,
  type Kind,
  type ObjectId,
  type Operation,
  type Sid,
  aceFlags,
  isAllow,
  mapGenericRights,
  wellKnownSid,
} from '#directory'
import { isAdminSdHolder, templateBehind } from './admin-sd-holder.ts'
import { decidingAces, howHeld, strongest } from './control.ts'
import type { Evidence, ForestHit } from './define.ts'
import type { Forest } from './forest.ts'
import { isHeldByExchange } from './mail-grants.ts'
import { perForest } from './per-forest.ts'
import { count, enumerate } from './words.ts'

/** A trustee outside Tier Zero, and what was given to it at one place. */
export interface Delegate {
  readonly sid: Sid
  readonly name: string
  /** It stands for nearly everybody. */
  readonly isBroad: boolean
  readonly operations: ReadonlySet<Operation>
  readonly by: ReadonlySet<string>
  /** How many objects it reaches from here, and the first of them. */
  readonly objects: number
  readonly example: ObjectId
}

/**
 * Where something was given away: the object itself when its own list says so, otherwise the one from which it is inherited,
 * so that a right inherited by 300,000 accounts is one place and not 300,000.
 */
export interface Delegation {
  readonly on: ObjectId
  readonly delegates: readonly Delegate[]
}

/** One trustee that holds at least one of the operations asked for, on objects that share the answer. */
export interface Grant {
  readonly sid: Sid
  readonly can: readonly { readonly operation: Operation; readonly holder: Holder }[]
  readonly isBroad: boolean
  /** Enabled accounts the trustee stands for. */
  readonly reach: number
}

interface Question {
  readonly of: { readonly kinds: readonly Kind[] } | { readonly objects: Iterable<ObjectId> }
  /** What is asked of objects, or of each by its example of those alike. */
  readonly operations:
    | readonly (Operation | undefined)[]
    | ((example: ObjectId) => readonly (Operation | undefined)[])
  /** Who is no outsider, instead of Tier Zero. */
  readonly trusts?: (sid: Sid) => boolean
  /** Which grants are worth telling; all when not said. */
  readonly accepts?: (grant: Grant) => boolean
  /** Which objects count; all when not said. */
  readonly counts?: (object: ObjectId) => boolean
}

/**
 * Who outside Tier Zero holds any of the operations on any of the objects, by the places where that was set. Not what objects
 * may do to themselves, and not what everybody may do for want of an access list, nor what the set-up of Exchange gives its
 * groups, which are exposures of their own. Objects
 * whose descriptor could not be read are noted with the forest, for the engine.
 */
export function delegations(forest: Forest, question: Question): readonly Delegation[] {
  const { access, snapshot } = forest
  const tallies = new Map<ObjectId, Map<Sid, Tally>>()
  for (const { ids } of alike(forest, question.of)) {
    const example = ids[0]!
    if (!access.readable(example)) {
      for (const id of ids) forest.outsiders(id, [])
      continue
    }
    for (const grant of grantsOn(forest, example, question)) {
      if (question.accepts?.(grant) === false) continue
      const places = new Map<ObjectId | undefined, ObjectId>()
      const self = snapshot.bySid(grant.sid, snapshot.domainOf(example))
      for (const id of ids) {
        if (id === self || question.counts?.(id) === false) continue
        tally(tallies, placeOf(forest, id, grant.can[0]!.holder, places), id, grant)
      }
    }
  }
  return gathered(forest, tallies)
}

/** Answers to several questions as one: what a trustee was given at a place by any of them. */
export function together(all: readonly Delegation[]): readonly Delegation[] {
  const places = new Map<ObjectId, Map<Sid, Delegate>>()
  for (const { on, delegates } of all) {
    let there = places.get(on)
    if (there === undefined) {
      there = new Map()
      places.set(on, there)
    }
    for (const delegate of delegates) {
      const known = there.get(delegate.sid)
      there.set(
        delegate.sid,
        known === undefined ? delegate : { ...known, ...joined([known, delegate]) },
      )
    }
  }
  return [...places].map(([on, there]) => ({ on, delegates: [...there.values()] }))
}

/** Findings of {@link delegations}, one for each place. `noun` is what the objects are: `account`. */
export function* delegationHits(
  forest: Forest,
  places: readonly Delegation[],
  noun: string,
  severity?: (place: Delegation) => ForestHit['severity'],
): Generator<ForestHit> {
  for (const place of places) {
    const given = severity?.(place)
    yield {
      on: place.on,
      says: sayDelegation(forest, place, noun),
      evidence: { trustees: place.delegates.map((delegate) => delegateEvidence(forest, delegate)) },
      ...(given === undefined ? {} : { severity: given }),
    }
  }
}

/** `Staff: for each of 3000 accounts here, HelpDesk can reset its password`, for at most three trustees. */
function sayDelegation(forest: Forest, { on, delegates }: Delegation, noun: string): string {
  const where = isAdminSdHolder(forest, on) ? 'that it protects' : 'here'
  const said = delegates.map(({ name, operations, objects, example }) => {
    const words = strongest(forest, [...operations]).map((operation) => operation.words)
    const can = `${name} can ${enumerate([...new Set(words)], 4)}`
    if (objects > 1) return `for each of ${count(objects, noun)} ${where}, ${can}`
    return example === on ? can : `for ${forest.snapshot.name(example)} ${where}, ${can}`
  })
  const rest = said.length - 3
  return `${forest.snapshot.name(on)}: ${said.slice(0, 3).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`
}

function delegateEvidence(forest: Forest, delegate: Delegate): Evidence {
  const { sid, name, operations, by, objects, example } = delegate
  return {
    sid,
    name,
    rights: [...operations].map(({ words }) => words),
    by: [...by],
    objects,
    example: forest.snapshot.dn(example),
  }
}

type Reached = Pick<Delegate, 'operations' | 'by' | 'objects' | 'example' | 'isBroad'>

interface Tally extends Reached {
  readonly operations: Set<Operation>
  readonly by: Set<string>
  objects: number
}

function tally(
  tallies: Map<ObjectId, Map<Sid, Tally>>,
  place: ObjectId,
  id: ObjectId,
  { sid, can, isBroad }: Grant,
): void {
  let there = tallies.get(place)
  if (there === undefined) {
    there = new Map()
    tallies.set(place, there)
  }
  let known = there.get(sid)
  if (known === undefined) {
    known = { operations: new Set(), by: new Set(), objects: 0, example: id, isBroad }
    there.set(sid, known)
  }
  known.objects++
  for (const { operation, holder } of can) {
    known.operations.add(operation)
    known.by.add(howHeld(holder))
  }
}

/** What trustees outside Tier Zero hold on an object, each with all its operations. */
function grantsOn(forest: Forest, id: ObjectId, question: Question): Grant[] {
  const { access, memberships, snapshot, tierZero } = forest
  const domain = snapshot.domainOf(id)
  const { trusts = (sid) => tierZero.has(sid, domain) } = question
  const operations =
    typeof question.operations === 'function' ? question.operations(id) : question.operations
  const found = new Map<Sid, { operation: Operation; holder: Holder }[]>()
  for (const operation of operations) {
    if (operation === undefined) continue
    for (const holder of access.holders(id, operation)) {
      const { sid, because } = holder
      if (because === 'nullDacl' || sid === wellKnownSid.self || trusts(sid)) continue
      if (isHeldByExchange(forest, id, holder)) continue
      const known = found.get(sid)
      if (known === undefined) found.set(sid, [{ operation, holder }])
      else known.push({ operation, holder })
    }
  }
  return [...found].map(([sid, can]) => ({
    sid,
    can,
    isBroad: memberships.isBroad(sid, domain),
    reach: memberships.reach(sid, domain),
  }))
}

/** Where a right on an object was set; AdminSDHolder for what SDProp put there. `known` keeps the answers by parent, for objects that share a descriptor. */
function placeOf(
  forest: Forest,
  id: ObjectId,
  holder: Holder,
  known: Map<ObjectId | undefined, ObjectId>,
): ObjectId {
  const template = templateBehind(forest, id, holder)
  if (template !== undefined) return template
  const aces = decidingAces(holder)
  const [ace] = aces
  if (ace === undefined || aces.some(({ flags }) => (flags & aceFlags.inherited) === 0)) return id
  const parent = forest.snapshot.parent(id)
  let place = known.get(parent)
  if (place === undefined) {
    place = originOf(forest, parent, ace) ?? id
    if (place !== id) known.set(parent, place)
  }
  return place
}

/** The nearest object upwards that has the ACE explicitly, else the topmost that passes it on. */
function originOf(forest: Forest, from: ObjectId | undefined, ace: Ace): ObjectId | undefined {
  const { snapshot } = forest
  let topmost: ObjectId | undefined
  for (let id = from; id !== undefined; id = snapshot.parent(id)) {
    if (!forest.access.readable(id)) break
    const same = (snapshot.value(id, 'nTSecurityDescriptor')?.dacl ?? []).filter((other) =>
      passesOn(other, ace),
    )
    if (same.length === 0) break
    topmost = id
    if (same.some(({ flags }) => (flags & aceFlags.inherited) === 0)) break
  }
  return topmost
}

/** Whether an ACE of a parent is the one its child has inherited. */
function passesOn(above: Ace, below: Ace): boolean {
  return (
    (above.flags & aceFlags.containerInherit) !== 0 &&
    above.sid === below.sid &&
    isAllow(above.type) &&
    above.objectType === below.objectType &&
    above.inheritedObjectType === below.inheritedObjectType &&
    mapGenericRights(above.mask) === mapGenericRights(below.mask)
  )
}

/** Objects whose own lists name the same trustee are told one by one up to this many in one container. */
const MOST_SINGLE_OBJECTS = 20

function gathered(
  forest: Forest,
  tallies: ReadonlyMap<ObjectId, ReadonlyMap<Sid, Tally>>,
): Delegation[] {
  const { snapshot, memberships } = forest
  const merged = new Map<ObjectId, Map<Sid, Tally>>()
  const singles = new Map<string, { parent: ObjectId; sid: Sid; at: ObjectId[]; all: Tally[] }>()
  const put = (place: ObjectId, sid: Sid, found: Tally) => {
    const there = merged.get(place)
    const known = there?.get(sid)
    if (there === undefined) merged.set(place, new Map([[sid, found]]))
    else if (known === undefined) there.set(sid, found)
    else there.set(sid, joined([known, found]))
  }
  for (const [place, there] of tallies) {
    for (const [sid, found] of there) {
      const parent =
        found.objects === 1 && found.example === place ? snapshot.parent(place) : undefined
      if (parent === undefined) {
        put(place, sid, found)
        continue
      }
      const key = `${parent} ${sid}`
      const known = singles.get(key)
      if (known === undefined) singles.set(key, { parent, sid, at: [place], all: [found] })
      else {
        known.at.push(place)
        known.all.push(found)
      }
    }
  }
  for (const { parent, sid, at, all } of singles.values()) {
    if (at.length > MOST_SINGLE_OBJECTS) put(parent, sid, joined(all))
    else for (const [index, place] of at.entries()) put(place, sid, all[index]!)
  }
  return [...merged]
    .toSorted(([a], [b]) => a - b)
    .map(([on, there]) => ({
      on,
      delegates: [...there].map(([sid, found]) => ({
        sid,
        name: memberships.nameOf(sid, snapshot.domainOf(on)),
        ...found,
      })),
    }))
}

function joined(all: readonly Reached[]): Tally {
  return {
    operations: new Set(all.flatMap(({ operations }) => [...operations])),
    by: new Set(all.flatMap(({ by }) => [...by])),
    objects: all.reduce((sum, { objects }) => sum + objects, 0),
    example: all[0]!.example,
    isBroad: all[0]!.isBroad,
  }
}

/** Objects with the same descriptor, classes and naming context: every question about access has one answer for them. */
interface Alike {
  readonly ids: ObjectId[]
}

function alike(forest: Forest, of: Question['of']): readonly Alike[] {
  if ('objects' in of) return grouped(forest, of.objects)
  return of.kinds.flatMap((kind) => alikeOfKind(forest, kind))
}

const alikeByKind = perForest(() => new Map<Kind, readonly Alike[]>())

function alikeOfKind(forest: Forest, kind: Kind): readonly Alike[] {
  const byKind = alikeByKind(forest)
  let found = byKind.get(kind)
  if (found === undefined) {
    found = grouped(forest, forest.snapshot.ofKind(kind))
    byKind.set(kind, found)
  }
  return found
}

function grouped({ snapshot }: Forest, ids: Iterable<ObjectId>): Alike[] {
  const groups = new Map<string, Alike>()
  for (const id of ids) {
    const descriptor = snapshot.valueId(id, 'nTSecurityDescriptor')
    const key = `${descriptor} ${snapshot.valueId(id, 'objectClass')} ${snapshot.namingContextOf(id)}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { ids: [id] })
    else known.ids.push(id)
  }
  return [...groups.values()]
}
