import type { ObjectId } from '#directory'
import { type Filter, type LdapResult, matchingRuleOids, type Substrings } from '#ldap'
import { answers } from './answers.ts'
import { type AttributeType, normalOid, parseDescription } from './attribute-types.ts'
import type { Catalog } from './catalog.ts'
import { type Holding, unitBytes } from './memory.ts'
import type { Preparation } from './preparation.ts'
import {
  constant,
  FALSE,
  keyLeaf,
  needsOf,
  type Leaf,
  TRUE,
  type Truth,
  UNDEFINED,
} from './leaf.ts'
import { dnWithData, isAmong, isBackLink, linkTo, transitive } from './links.ts'
import { ambiguousName, categoryDn } from './names.ts'
import {
  askedKeyOf,
  hasSubstrings,
  isInteger,
  isTooLong,
  keyOf,
  orderTo,
  textOf,
} from './values.ts'

/** A filter made ready for one catalog. */
export interface CompiledFilter {
  /** What must be ready, one after the other, before `candidates` and `test` are asked. */
  readonly needs: readonly Preparation[]
  /** Steps that judging one object takes at most. */
  readonly cost: number
  /** Finds objects among which all are for which the filter is true, ascending; nothing when any object may be. */
  candidates(): Generator<void, Uint32Array | undefined>
  /** Evaluates the filter for an object, without recursion. */
  test(id: ObjectId): Truth
}

/**
 * Makes a filter ready, with the semantics of Active Directory (MS-ADTS 3.1.1.3.1.3): attributes by name or OID, values
 * compared by syntax, `anr` searching all that names people, an attribute that the schema does not have never present
 * and never equal nor unequal to anything. The result of refusing it where Active Directory does: constructed attributes
 * and matching rules nobody knows; and when it is too large.
 */
export function* compiling(
  filter: Filter,
  catalog: Catalog,
  holding: Holding,
): Generator<void, CompiledFilter | LdapResult> {
  const program: Step[] = []
  let weight = 0
  let pauseAt = weightPerPause
  const open: Open[] = [{ filters: [filter], at: 0, merge: undefined, pending: [] }]
  for (let group = open.at(-1); group !== undefined; group = open.at(-1)) {
    if (group.at > 0 && group.merge !== undefined) {
      const step: Merge = { do: group.merge, end: 0 }
      program.push(step)
      group.pending.push(step)
    } else if (group.at > 0 && group.isNot === true) {
      program.push({ do: 'not' })
    }
    const next = group.filters[group.at++]
    if (next === undefined) {
      open.pop()
      if (group.merge === undefined) continue
      for (const step of group.pending) step.end = program.length
      program.push({ do: 'close' })
      continue
    }
    const own = weightOf(next)
    weight += own
    if (weight > maxWeight) return answers.tooComplex
    if (!holding.take(own)) return answers.busy
    if (weight >= pauseAt) {
      pauseAt = weight + weightPerPause
      yield
    }
    if (next.kind === 'and' || next.kind === 'or') {
      program.push({ do: 'open', from: next.kind === 'and' ? TRUE : FALSE })
      open.push({ filters: next.filters, at: 0, merge: next.kind, pending: [] })
      continue
    }
    if (next.kind === 'not') {
      open.push({ filters: [next.filter], at: 0, merge: undefined, isNot: true, pending: [] })
      continue
    }
    const leaf = compileLeaf(next, catalog)
    if ('resultCode' in leaf) return leaf
    if ('kind' in leaf) {
      open.push({ filters: [leaf], at: 0, merge: undefined, pending: [] })
      continue
    }
    if (leaf.weight !== undefined) {
      weight += leaf.weight
      if (!holding.take(leaf.weight)) return answers.busy
    }
    program.push({ do: 'leaf', leaf })
  }
  return {
    needs: program.flatMap((step) => (step.do === 'leaf' ? (step.leaf.needs ?? []) : [])),
    cost: program.length,
    candidates: () => planning(program, catalog.snapshot.count),
    test: (id) => run(program, id),
  }
}

/** Parts of a filter at most, as they weigh: a short filter may stand for a long one, as `anr` does. */
const maxWeight = 20_000
const weightPerPause = 64

/** Units of memory, and in proportion the time, that a filter itself takes, without those in it. */
function weightOf(filter: Filter): number {
  if ('value' in filter) return 1 + Math.floor(filter.value.length / unitBytes)
  if (filter.kind !== 'substrings') return 1
  const { initial, any, final } = filter
  const octets = [initial, ...any, final].reduce((sum, piece) => sum + (piece?.length ?? 0), 0)
  return Math.max(1, any.length) + Math.floor(octets / unitBytes)
}

/** An `and`, `or`, `not` or rewritten filter whose contents are being made ready. */
interface Open {
  readonly filters: readonly Filter[]
  at: number
  readonly merge: 'and' | 'or' | undefined
  readonly isNot?: true
  readonly pending: Merge[]
}

/** After each part of an `and` or `or`: takes it in, and leaves for `end` when nothing can change any more. */
interface Merge {
  readonly do: 'and' | 'or'
  end: number
}

type Step =
  | { readonly do: 'leaf'; readonly leaf: Leaf }
  | { readonly do: 'not' }
  | { readonly do: 'open'; readonly from: Truth }
  | Merge
  | { readonly do: 'close' }

function run(program: readonly Step[], id: ObjectId): Truth {
  const groups: Truth[] = []
  let truth: Truth = TRUE
  for (let at = 0; at < program.length; at++) {
    const step = program[at]!
    switch (step.do) {
      case 'leaf':
        truth = step.leaf.test(id)
        break
      case 'not':
        truth = (2 - truth) as Truth
        break
      case 'open':
        groups.push(step.from)
        break
      case 'and': {
        const least = Math.min(groups.at(-1)!, truth) as Truth
        groups[groups.length - 1] = least
        if (least === FALSE) at = step.end - 1
        break
      }
      case 'or': {
        const most = Math.max(groups.at(-1)!, truth) as Truth
        groups[groups.length - 1] = most
        if (most === TRUE) at = step.end - 1
        break
      }
      case 'close':
        truth = groups.pop()!
    }
  }
  return truth
}

/** The narrowest set that indexes give. Sets that together have over a quarter of all objects are not worth joining. */
function* planning(
  program: readonly Step[],
  count: number,
): Generator<void, Uint32Array | undefined> {
  const groups: { readonly isAnd: boolean; readonly sets: (Uint32Array | undefined)[] }[] = []
  let set: Uint32Array | undefined
  for (const step of program) {
    switch (step.do) {
      case 'leaf':
        set = step.leaf.candidates()
        yield
        break
      case 'not':
        set = undefined
        break
      case 'open':
        groups.push({ isAnd: step.from === TRUE, sets: [] })
        break
      case 'and':
      case 'or':
        groups.at(-1)!.sets.push(set)
        break
      case 'close': {
        const { isAnd, sets } = groups.pop()!
        set = isAnd ? narrowest(sets) : union(sets, count / 4)
        yield
      }
    }
  }
  return set
}

function narrowest(sets: readonly (Uint32Array | undefined)[]): Uint32Array | undefined {
  let found: Uint32Array | undefined
  for (const set of sets) {
    if (set !== undefined && (found === undefined || set.length < found.length)) found = set
  }
  return found
}

function union(sets: readonly (Uint32Array | undefined)[], most: number): Uint32Array | undefined {
  const distinct = new Set(sets)
  let size = 0
  for (const set of distinct) {
    if (set === undefined) return undefined
    size += set.length
  }
  if (distinct.size > 1 && size > most) return undefined
  const all = new Uint32Array(size)
  let at = 0
  for (const set of distinct) {
    all.set(set!, at)
    at += set!.length
  }
  return all.toSorted().filter((id, place, sorted) => place === 0 || id !== sorted[place - 1])
}

type LeafFilter = Exclude<Filter, { readonly kind: 'and' | 'or' | 'not' }>

/** A leaf, the filter it stands for, or why it is refused. */
function compileLeaf(filter: LeafFilter, catalog: Catalog): Leaf | Filter | LdapResult {
  if (filter.kind === 'extensibleMatch' && filter.attribute === undefined) {
    return isKnownRule(filter.matchingRule) ? constant(UNDEFINED) : answers.inappropriateMatching
  }
  const type = catalog.types.find(parseDescription(filter.attribute!).type)
  if (filter.kind === 'extensibleMatch' && !isKnownRule(filter.matchingRule))
    return answers.inappropriateMatching
  if (type === undefined) return constant(filter.kind === 'present' ? FALSE : UNDEFINED)
  if (type.key === 'anr') return ambiguousName(filter, catalog) ?? constant(UNDEFINED)
  if (type.isConstructed) return answers.inappropriateMatching
  if (type.isSecret) return constant(FALSE)
  switch (filter.kind) {
    case 'present':
      return presence(type, catalog)
    case 'equalityMatch':
    case 'approxMatch':
      return equality(type, filter.value, catalog)
    case 'greaterOrEqual':
      return ordering(type, filter.value, catalog, (order) => order >= 0)
    case 'lessOrEqual':
      return ordering(type, filter.value, catalog, (order) => order <= 0)
    case 'substrings':
      return substrings(type, filter, catalog)
    case 'extensibleMatch':
      return extensible(type, filter.matchingRule, filter.value, catalog)
  }
}

function presence(type: AttributeType, catalog: Catalog): Leaf {
  // What every object has is true without looking: the source may not have been allowed to read it.
  if (alwaysThere.has(type.key)) return constant(TRUE)
  return {
    test: (id) => (catalog.has(id, type) ? TRUE : FALSE),
    candidates: () => catalog.holders(type),
    needs: needsOf(type, catalog),
  }
}

/** MS-ADTS 3.1.1.3.1.3.1. */
const alwaysThere = new Set(['objectclass', 'distinguishedname', 'name', 'objectguid'])

function equality(type: AttributeType, asked: Uint8Array, catalog: Catalog): Leaf {
  const value = type.key === 'objectcategory' ? categoryDn(asked, catalog) : asked
  const key = askedKeyOf(type.syntax, value, catalog)
  if (key === undefined) return constant(UNDEFINED)
  if (type.syntax === 'dn') {
    const target = catalog.snapshot.byDn(catalog.plainDn(textOf(value)))
    if (type.key === 'distinguishedname') {
      return {
        test: (id) => (id === target ? TRUE : FALSE),
        candidates: () => Uint32Array.from(target === undefined ? [] : [target]),
      }
    }
    if (target !== undefined) return linkTo(type, target, catalog)
  }
  const leaf = keyLeaf(type, catalog, (held) => held === key)
  if (!isWorthIndexing(type)) return leaf
  // The values of an object may be very many, so they are only looked at where the index says that one may match.
  const index = catalog.index(type)
  let candidates: Uint32Array | undefined
  const known = () => (candidates ??= index.candidates(key))
  return {
    test: (id) => (isAmong(id, known()) ? leaf.test(id) : FALSE),
    candidates: known,
    needs: [index],
  }
}

/** Numbers, flags and times have few values, or are seldom asked for by equality. */
function isWorthIndexing(type: AttributeType): boolean {
  return (
    !scanned.has(type.syntax) &&
    type.key !== 'objectclass' &&
    // Names of nothing, as those of something are found by their links.
    !isBackLink(type)
  )
}

const scanned = new Set([
  'boolean',
  'enumeration',
  'integer',
  'largeInteger',
  'generalizedTime',
  'utcTime',
  'ntSecDesc',
])

function ordering(
  type: AttributeType,
  asked: Uint8Array,
  catalog: Catalog,
  fits: (order: number) => boolean,
): Leaf {
  const key = askedKeyOf(type.syntax, asked, catalog)
  const order = key === undefined ? undefined : orderTo(type.syntax, key)
  if (order === undefined) return constant(UNDEFINED)
  return keyLeaf(type, catalog, (held) => fits(order(held)))
}

function substrings(
  type: AttributeType,
  { initial, any, final }: Omit<Substrings, 'kind' | 'attribute'>,
  catalog: Catalog,
): Leaf {
  if (!hasSubstrings(type.syntax)) return constant(UNDEFINED)
  const pieces = [initial, ...any, final]
  if (pieces.some((octets) => octets !== undefined && isTooLong(type.syntax, octets))) {
    return constant(UNDEFINED)
  }
  const [start = '', ...others] = pieces.map((octets) =>
    octets === undefined ? '' : (keyOf(type.syntax, octets, catalog) ?? ''),
  )
  const end = others.pop() ?? ''
  const middle = others.filter((piece) => piece !== '')
  return keyLeaf(type, catalog, (held) => {
    if (held.length < start.length + end.length) return false
    if (!held.startsWith(start) || !held.endsWith(end)) return false
    let at = start.length
    for (const part of middle) {
      const found = held.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= held.length - end.length
  })
}

function extensible(
  type: AttributeType,
  rule: string | undefined,
  value: Uint8Array,
  catalog: Catalog,
): Leaf {
  const oid = rule === undefined ? undefined : normalOid(rule)
  if (oid === matchingRuleOids.bitAnd) {
    return bits(type, value, catalog, (held, mask) => (held & mask) === mask)
  }
  if (oid === matchingRuleOids.bitOr) {
    return bits(type, value, catalog, (held, mask) => (held & mask) !== 0n)
  }
  if (oid === matchingRuleOids.transitiveEval) return transitive(type, value, catalog)
  if (oid === matchingRuleOids.dnWithData) return dnWithData(type, value, catalog)
  return equality(type, value, catalog)
}

function isKnownRule(rule: string | undefined): boolean {
  return rule === undefined || rules.has(normalOid(rule))
}

const rules = new Set<string>(Object.values(matchingRuleOids))

/** LDAP_MATCHING_RULE_BIT_AND and _OR (MS-ADTS 3.1.1.3.4.4.1, .2). */
function bits(
  type: AttributeType,
  value: Uint8Array,
  catalog: Catalog,
  fits: (held: bigint, mask: bigint) => boolean,
): Leaf {
  const key = isInteger(type.syntax) ? askedKeyOf(type.syntax, value, catalog) : undefined
  if (key === undefined) return constant(UNDEFINED)
  const mask = BigInt(key)
  return keyLeaf(type, catalog, (held) => fits(BigInt(held), mask))
}
