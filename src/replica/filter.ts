import {
  dnKey,
  DirectoryError,
  dsHeuristic,
  heuristic,
  nameOfDn,
  type ObjectId,
  parseDnWithBinary,
  parseDnWithString,
} from '#directory'
import { type Filter, type LdapResult, matchingRuleOids, type Substrings } from '#ldap'
import { type AttributeType, normalOid, parseDescription } from './attribute-types.ts'
import type { Catalog } from './catalog.ts'
import type { EqualityIndex } from './equality-index.ts'
import { answers } from './answers.ts'
import { askedKeyOf, hasSubstrings, isInteger, keyOf, octetsOf, orderTo, textOf } from './values.ts'

/** What a filter says of an object (RFC 4511 §4.5.1.7), so that `and` is the least, `or` the greatest and `not` 2 − x. */
export const FALSE = 0
export const UNDEFINED = 1
export const TRUE = 2
export type Truth = typeof FALSE | typeof UNDEFINED | typeof TRUE

/** A filter made ready for one catalog. */
export interface CompiledFilter {
  /** Indexes that must be filled before `candidates` and `test` are asked. */
  readonly indexes: readonly EqualityIndex[]
  /** Objects among which all are for which the filter is true, ascending; nothing when any object may be. */
  candidates(): Uint32Array | undefined
  /** Evaluates the filter for an object, without recursion. */
  test(id: ObjectId): Truth
}

/**
 * Makes a filter ready, with the semantics of Active Directory (MS-ADTS 3.1.1.3.1.3): attributes by name or OID, values
 * compared by syntax, `anr` searching all that names people, an attribute that the schema does not have never present
 * and never equal nor unequal to anything. The result of refusing it where Active Directory does: constructed attributes
 * and matching rules nobody knows.
 */
export function compileFilter(filter: Filter, catalog: Catalog): CompiledFilter | LdapResult {
  const program: Step[] = []
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
    switch (next.kind) {
      case 'and':
      case 'or':
        program.push({ do: 'open', from: next.kind === 'and' ? TRUE : FALSE })
        open.push({ filters: next.filters, at: 0, merge: next.kind, pending: [] })
        break
      case 'not':
        open.push({ filters: [next.filter], at: 0, merge: undefined, isNot: true, pending: [] })
        break
      default: {
        const leaf = compileLeaf(next, catalog)
        if ('resultCode' in leaf) return leaf
        if ('kind' in leaf) open.push({ filters: [leaf], at: 0, merge: undefined, pending: [] })
        else program.push({ do: 'leaf', leaf })
      }
    }
  }
  return {
    indexes: program.flatMap((step) => (step.do === 'leaf' ? (step.leaf.indexes ?? []) : [])),
    candidates: () => planOf(program, catalog.snapshot.count),
    test: (id) => run(program, id),
  }
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

interface Leaf {
  readonly test: (id: ObjectId) => Truth
  /** Objects among which all are for which it is true; nothing when there is no telling. */
  readonly candidates: () => Uint32Array | undefined
  readonly indexes?: readonly EqualityIndex[]
}

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

/** The narrowest set that indexes give. Sets over a quarter of all objects are not worth joining. */
function planOf(program: readonly Step[], count: number): Uint32Array | undefined {
  const groups: { readonly isAnd: boolean; set: Uint32Array | undefined; isOpenEnded: boolean }[] = []
  let set: Uint32Array | undefined
  for (const step of program) {
    const group = groups.at(-1)
    switch (step.do) {
      case 'leaf':
        set = step.leaf.candidates()
        break
      case 'not':
        set = undefined
        break
      case 'open':
        groups.push({
          isAnd: step.from === TRUE,
          set: step.from === TRUE ? undefined : new Uint32Array(),
          isOpenEnded: false,
        })
        break
      case 'and':
        if (set !== undefined && (group!.set === undefined || set.length < group!.set.length)) group!.set = set
        break
      case 'or':
        if (set === undefined || set.length + (group!.set?.length ?? 0) > count / 4) group!.isOpenEnded = true
        else group!.set = union(group!.set!, set)
        break
      case 'close': {
        const { isOpenEnded, set: found } = groups.pop()!
        set = isOpenEnded ? undefined : found
      }
    }
  }
  return set
}

function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0) return b
  if (b.length === 0) return a
  return Uint32Array.from(new Set([...a, ...b])).sort()
}

type LeafFilter = Exclude<Filter, { readonly kind: 'and' | 'or' | 'not' }>

/** A leaf, the filter it stands for, or why it is refused. */
function compileLeaf(filter: LeafFilter, catalog: Catalog): Leaf | Filter | LdapResult {
  if (filter.kind === 'extensibleMatch' && filter.attribute === undefined) {
    return isKnownRule(filter.matchingRule) ? constant(UNDEFINED) : answers.inappropriateMatching
  }
  const type = catalog.types.find(parseDescription(filter.attribute!).type)
  if (filter.kind === 'extensibleMatch' && !isKnownRule(filter.matchingRule)) return answers.inappropriateMatching
  if (type === undefined) return constant(filter.kind === 'present' ? FALSE : UNDEFINED)
  if (type.key === 'anr') return ambiguousName(filter, catalog)
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

function constant(truth: Truth): Leaf {
  return { test: () => truth, candidates: () => (truth === TRUE ? undefined : new Uint32Array()) }
}

function presence(type: AttributeType, catalog: Catalog): Leaf {
  // What every object has is true without looking: the source may not have been allowed to read it.
  if (alwaysThere.has(type.key)) return constant(TRUE)
  return {
    test: (id) => (catalog.has(id, type) ? TRUE : FALSE),
    candidates: () => catalog.holders(type),
    indexes: indexesBehind(type, catalog),
  }
}

/** MS-ADTS 3.1.1.3.1.3.1. */
const alwaysThere = new Set(['objectclass', 'distinguishedname', 'name', 'objectguid'])

function equality(type: AttributeType, asked: Uint8Array, catalog: Catalog): Leaf {
  const value = type.key === 'objectcategory' ? categoryDn(asked, catalog) : asked
  const key = askedKeyOf(type.syntax, value, catalog)
  if (key === undefined) return constant(UNDEFINED)
  if (type.key === 'distinguishedname') {
    const target = catalog.snapshot.byDn(catalog.plainDn(textOf(value)))
    return {
      test: (id) => (id === target ? TRUE : FALSE),
      candidates: () => Uint32Array.from(target === undefined ? [] : [target]),
    }
  }
  const matches =
    type.syntax === 'dn'
      ? catalog.sameDn(catalog.plainDn(textOf(value)))
      : (octets: Uint8Array) => keyOf(type.syntax, octets, catalog) === key
  if (!isWorthIndexing(type)) return valueLeaf(type, catalog, matches)
  const index = catalog.index(type)
  return {
    ...valueLeaf(type, catalog, matches),
    candidates: () => index.candidates(key),
    indexes: [index],
  }
}

/** Numbers, flags and times have few values, or are seldom asked for by equality. */
function isWorthIndexing(type: AttributeType): boolean {
  return !scanned.has(type.syntax) && type.key !== 'objectclass' && type.key !== 'objectcategory' && !isBackLink(type)
}

const scanned = new Set(['boolean', 'enumeration', 'integer', 'largeInteger', 'generalizedTime', 'utcTime', 'ntSecDesc'])

function isBackLink(type: AttributeType): boolean {
  return type.linkId !== undefined && type.linkId % 2 === 1
}

function ordering(
  type: AttributeType,
  asked: Uint8Array,
  catalog: Catalog,
  fits: (order: number) => boolean,
): Leaf {
  const key = askedKeyOf(type.syntax, asked, catalog)
  const order = key === undefined ? undefined : orderTo(type.syntax, key)
  if (order === undefined) return constant(UNDEFINED)
  return valueLeaf(type, catalog, (octets) => {
    const held = keyOf(type.syntax, octets, catalog)
    return held !== undefined && fits(order(held))
  })
}

function substrings(type: AttributeType, { initial, any, final }: Omit<Substrings, 'kind' | 'attribute'>, catalog: Catalog): Leaf {
  if (!hasSubstrings(type.syntax)) return constant(UNDEFINED)
  const piece = (octets: Uint8Array | undefined) =>
    octets === undefined ? '' : (keyOf(type.syntax, octets, catalog) ?? '')
  const start = piece(initial)
  const end = piece(final)
  const middle = any.map(piece)
  return valueLeaf(type, catalog, (octets) => {
    const held = keyOf(type.syntax, octets, catalog)
    if (held === undefined || held.length < start.length + end.length) return false
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

function extensible(type: AttributeType, rule: string | undefined, value: Uint8Array, catalog: Catalog): Leaf {
  switch (rule === undefined ? undefined : normalOid(rule)) {
    case matchingRuleOids.bitAnd:
      return bits(type, value, catalog, (held, mask) => (held & mask) === mask)
    case matchingRuleOids.bitOr:
      return bits(type, value, catalog, (held, mask) => (held & mask) !== 0n)
    case matchingRuleOids.transitiveEval:
      return transitive(type, value, catalog)
    case matchingRuleOids.dnWithData:
      return dnWithData(type, value, catalog)
    default:
      return equality(type, value, catalog)
  }
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
  return valueLeaf(type, catalog, (octets) => {
    const held = keyOf(type.syntax, octets, catalog)
    return held !== undefined && fits(BigInt(held), mask)
  })
}

/** LDAP_MATCHING_RULE_TRANSITIVE_EVAL: objects from which links lead to the one asked for (MS-ADTS 3.1.1.3.4.4.3). */
function transitive(type: AttributeType, value: Uint8Array, catalog: Catalog): Leaf {
  if (type.linkId === undefined) return constant(UNDEFINED)
  const name = type.syntax === 'dn' ? textOf(value) : readerOfData(type)?.(value)?.dn
  const dn = name === undefined ? undefined : orNothing(() => catalog.plainDn(name))
  if (dn === undefined) return constant(UNDEFINED)
  const target = catalog.snapshot.byDn(dn)
  const { before, indexes } = stepsBack(type, catalog)
  let found: Set<ObjectId> | undefined
  const reach = () => (found ??= target === undefined ? new Set() : closure(target, before))
  return {
    test: (id) => (reach().has(id) ? TRUE : FALSE),
    candidates: () => Uint32Array.from(reach()).sort(),
    indexes,
  }
}

interface StepsBack {
  /** Objects one link away, against the direction of the link. */
  readonly before: (id: ObjectId) => Iterable<ObjectId>
  readonly indexes: readonly EqualityIndex[]
}

function stepsBack(type: AttributeType, catalog: Catalog): StepsBack {
  if (type.syntax !== 'dn') return { before: holdersByTarget(type, catalog), indexes: [] }
  const forward = isBackLink(type) ? catalog.types.byLinkId(type.linkId! - 1) : undefined
  const indexes = [catalog.index(type)]
  if (forward === undefined) return { before: (id) => catalog.pointingAt(type, id), indexes }
  // A back link is what the forward link says; where that could not be read, the back link is all there is.
  const before = (id: ObjectId) => {
    const values = catalog.valuesOf(id, forward)
    if (values.length === 0) return catalog.pointingAt(type, id)
    return values.flatMap((value) => catalog.snapshot.byDn(textOf(value)) ?? [])
  }
  return { before, indexes }
}

/** For links that carry data beside the name, which few objects have. */
function holdersByTarget(type: AttributeType, catalog: Catalog): StepsBack['before'] {
  const read = readerOfData(type)
  const byTarget = new Map<ObjectId, ObjectId[]>()
  for (const id of catalog.snapshot.having(type.key)) {
    for (const value of catalog.valuesOf(id, type)) {
      const target = catalog.snapshot.byDn(read?.(value)?.dn ?? '')
      if (target !== undefined) byTarget.set(target, [...(byTarget.get(target) ?? []), id])
    }
  }
  return (id) => byTarget.get(id) ?? []
}

function closure(target: ObjectId, before: (id: ObjectId) => Iterable<ObjectId>): Set<ObjectId> {
  const found = new Set<ObjectId>()
  const open = [target]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const id of before(next)) {
      if (found.has(id)) continue
      found.add(id)
      open.push(id)
    }
  }
  return found
}

/** LDAP_MATCHING_RULE_DN_WITH_DATA: the same name, or any when it is empty, and data that begin so (MS-ADTS 3.1.1.3.4.4.4). */
function dnWithData(type: AttributeType, value: Uint8Array, catalog: Catalog): Leaf {
  const read = readerOfData(type)
  const asked = read?.(value)
  if (read === undefined || asked === undefined) return constant(UNDEFINED)
  const key = asked.dn === '' ? undefined : dnKey(asked.dn)
  return valueLeaf(type, catalog, (octets) => {
    const held = read(octets)
    if (held === undefined || !held.data.startsWith(asked.data)) return false
    return key === undefined || dnKey(held.dn) === key
  })
}

type DataReader = (octets: Uint8Array) => { readonly data: string; readonly dn: string } | undefined

/** Takes apart the values of a syntax that holds data beside a name. */
function readerOfData({ syntax }: AttributeType): DataReader | undefined {
  if (syntax === 'dnWithBinary') {
    return (octets) =>
      orNothing(() => {
        const { binary, dn } = parseDnWithBinary(textOf(octets))
        return { data: binary.toHex(), dn }
      })
  }
  if (syntax !== 'dnWithString') return undefined
  return (octets) =>
    orNothing(() => {
      const { string, dn } = parseDnWithString(textOf(octets))
      return { data: string, dn }
    })
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}

/** True when one of an object's values matches. Objects that share their values are judged once. */
function valueLeaf(type: AttributeType, catalog: Catalog, matches: (octets: Uint8Array) => boolean): Leaf {
  const judge = (id: ObjectId): Truth => (catalog.valuesOf(id, type).some(matches) ? TRUE : FALSE)
  const judged = new Judged()
  return {
    test: (id) => {
      const list = catalog.listOf(id, type)
      if (list < 0) return judge(id)
      return judged.at(list) ?? judged.keep(list, judge(id))
    },
    candidates: () => catalog.holders(type),
    indexes: indexesBehind(type, catalog),
  }
}

/** What was found of value lists, by their number. */
class Judged {
  #truths = new Uint8Array()

  at(list: number): Truth | undefined {
    const kept = this.#truths[list] ?? 0
    return kept === 0 ? undefined : ((kept - 1) as Truth)
  }

  keep(list: number, truth: Truth): Truth {
    if (list >= this.#truths.length) {
      const larger = new Uint8Array(Math.max(256, list * 2))
      larger.set(this.#truths)
      this.#truths = larger
    }
    this.#truths[list] = truth + 1
    return truth
  }
}

/** A back link that is made of its forward links needs their index. */
function indexesBehind(type: AttributeType, catalog: Catalog): readonly EqualityIndex[] {
  return [catalog.indexBehind(type) ?? []].flat()
}

/**
 * The DN that a class name stands for in `objectCategory=person`: the class's defaultObjectCategory (MS-ADTS
 * 3.1.1.3.1.3.5). Without a schema, the DN that its name would have there.
 */
function categoryDn(asked: Uint8Array, catalog: Catalog): Uint8Array {
  const word = textOf(asked)
  if (/[=<]/.test(word)) return asked
  const { snapshot } = catalog
  const name = catalog.nameOf(word)?.toLowerCase() ?? word.toLowerCase()
  for (const id of snapshot.ofClass('classSchema')) {
    if (snapshot.value(id, 'lDAPDisplayName')?.toLowerCase() !== name) continue
    return snapshot.raw(id, 'defaultObjectCategory')[0] ?? asked
  }
  const found = categories(catalog).get(withoutSchema[name] ?? name)
  return found === undefined ? asked : octetsOf(found)
}

/** Classes whose objects are of another class's category. */
const withoutSchema: Readonly<Record<string, string>> = {
  user: 'person',
  contact: 'person',
  inetorgperson: 'person',
  organizationalperson: 'person',
  domaindns: 'domaindns',
}

/** Categories that objects have, by the class name that their RDN makes: `CN=Domain-DNS` is of `domainDNS`. */
function categories(catalog: Catalog): Map<string, string> {
  const { snapshot } = catalog
  const found = new Map<string, string>()
  for (const id of snapshot.having('objectCategory')) {
    const dn = snapshot.value(id, 'objectCategory')
    if (dn !== undefined) found.set(nameOfDn(dn).replaceAll('-', '').toLowerCase(), dn)
  }
  return found
}

/** Rewrites a search for an ambiguous name (MS-ADTS 3.1.1.3.1.3.4). */
function ambiguousName(filter: LeafFilter, catalog: Catalog): Filter | Leaf {
  const asked = askedName(filter)
  if (asked === undefined) return constant(UNDEFINED)
  const isExact = asked.startsWith('=')
  const name = (isExact ? asked.slice(1) : asked).trim()
  if (name === '') return constant(UNDEFINED)
  const one = (attribute: string, text: string): Filter =>
    isExact
      ? { kind: 'equalityMatch', attribute, value: octetsOf(text) }
      : { kind: 'substrings', attribute, initial: octetsOf(text), any: [] }
  const filters = catalog.types.anr.map(({ name: attribute, key }): Filter => {
    if (key !== 'legacyexchangedn') return one(attribute, name)
    return { kind: 'equalityMatch', attribute, value: octetsOf(name) }
  })
  const space = name.indexOf(' ')
  if (space > 0) {
    const first = name.slice(0, space)
    const last = name.slice(space).trim()
    const heuristics = dsHeuristicsOf(catalog)
    const both = (given: string, family: string): Filter => ({
      kind: 'and',
      filters: [one('givenName', given), one('sn', family)],
    })
    if (heuristic(heuristics, dsHeuristic.fSupFirstLastANR) === '0') filters.push(both(first, last))
    if (heuristic(heuristics, dsHeuristic.fSupLastFirstANR) === '0') filters.push(both(last, first))
  }
  return { kind: 'or', filters }
}

function askedName(filter: LeafFilter): string | undefined {
  switch (filter.kind) {
    case 'equalityMatch':
    case 'approxMatch':
      return textOf(filter.value)
    case 'substrings': {
      const { initial, any, final } = filter
      return initial !== undefined && any.length === 0 && final === undefined ? textOf(initial) : undefined
    }
    default:
      return undefined
  }
}

function dsHeuristicsOf({ snapshot }: Catalog): string | undefined {
  const { configurationDn } = snapshot
  if (configurationDn === undefined) return undefined
  const id = snapshot.byDn(`CN=Directory Service,CN=Windows NT,CN=Services,${configurationDn}`)
  return id === undefined ? undefined : snapshot.value(id, 'dSHeuristics')
}
