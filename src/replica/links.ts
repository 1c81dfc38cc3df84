import {
  DirectoryError,
  dnKey,
  type ObjectId,
  parseDnWithBinary,
  parseDnWithString,
} from '#directory'
import type { AttributeType } from './attribute-types.ts'
import type { Catalog } from './catalog.ts'
import { constant, FALSE, type Leaf, TRUE, UNDEFINED, valuesLeaf } from './leaf.ts'
import { type Preparation, Prepared } from './preparation.ts'
import { textOf } from './values.ts'

/** LDAP_MATCHING_RULE_TRANSITIVE_EVAL: objects from which links lead to the one asked for (MS-ADTS 3.1.1.3.4.4.3). */
export function transitive(type: AttributeType, value: Uint8Array, catalog: Catalog): Leaf {
  if (type.linkId === undefined) return constant(UNDEFINED)
  const name = type.syntax === 'dn' ? textOf(value) : readerOfData(type)?.(value)?.dn
  const dn = name === undefined ? undefined : orNothing(() => catalog.plainDn(name))
  if (dn === undefined) return constant(UNDEFINED)
  const target = catalog.snapshot.byDn(dn)
  const { before, needs } = stepsBack(type, catalog)
  const leaf = reaching(target, before, catalog)
  return { ...leaf, needs: [...needs, ...leaf.needs!] }
}

/** True for objects from which steps lead to the target. */
function reaching(
  target: ObjectId | undefined,
  before: StepsBack['before'],
  { snapshot: { count } }: Catalog,
): Leaf {
  const reach = new Prepared(closure(target, before, count))
  return {
    test: (id) => ((reach.result.isReached[id >>> 3]! >>> (id & 7)) & 1 ? TRUE : FALSE),
    candidates: () => reach.result.reached,
    needs: [reach],
    weight: Math.ceil(count / 2048),
  }
}

/** Whether a number is in an ascending list. */
export function isAmong(wanted: number, ascending: Uint32Array): boolean {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return ascending[low] === wanted
}

interface StepsBack {
  /** Objects one link away, against the direction of the link. */
  readonly before: (id: ObjectId) => Iterable<ObjectId>
  readonly needs: readonly Preparation[]
}

function stepsBack(type: AttributeType, catalog: Catalog): StepsBack {
  if (type.syntax !== 'dn') return { before: holdersByTarget(type, catalog), needs: [] }
  const forward = isBackLink(type) ? catalog.types.byLinkId(type.linkId! - 1) : undefined
  const links = catalog.links(type)
  if (forward === undefined) return { before: (id) => links.candidates(id), needs: [links] }
  // A back link is what the forward link says; where that could not be read, the back link is all there is.
  const before = (id: ObjectId) => {
    const values = catalog.valuesOf(id, forward)
    return values.length === 0 ? links.candidates(id) : named(values, catalog)
  }
  return { before, needs: [links] }
}

function* named(values: readonly Uint8Array[], { snapshot }: Catalog): Generator<ObjectId> {
  for (const value of values) {
    const id = snapshot.byDn(textOf(value))
    if (id !== undefined) yield id
  }
}

/** Equality of an attribute of DN syntax, when there is an object of the name. */
export function linkTo(type: AttributeType, target: ObjectId, catalog: Catalog): Leaf {
  const forward = catalog.forwardOf(type)
  if (forward === undefined) {
    const links = catalog.links(type)
    let holders: Uint32Array | undefined
    const known = () => (holders ??= links.candidates(target))
    return {
      test: (id) => (isAmong(id, known()) ? TRUE : FALSE),
      candidates: known,
      needs: [links],
    }
  }
  const before = (id: ObjectId) =>
    id === target ? named(catalog.valuesOf(target, forward), catalog) : []
  return reaching(target, before, catalog)
}

/** For each object a bit that says whether it was reached; and those that were, ascending, when they are few. */
interface Reach {
  readonly reached: Uint32Array | undefined
  readonly isReached: Uint8Array
}

function* closure(
  target: ObjectId | undefined,
  before: (id: ObjectId) => Iterable<ObjectId>,
  count: number,
): Generator<void, Reach> {
  const isReached = new Uint8Array((count >>> 3) + 1)
  const reached: ObjectId[] = []
  const open = target === undefined ? [] : [target]
  let seen = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++seen % linksPerStep === 0) yield
    for (const id of before(next)) {
      if (++seen % linksPerStep === 0) yield
      const bit = 1 << (id & 7)
      if ((isReached[id >>> 3]! & bit) !== 0) continue
      isReached[id >>> 3]! |= bit
      reached.push(id)
      open.push(id)
    }
  }
  const isFew = reached.length <= count / 32
  return { reached: isFew ? Uint32Array.from(reached).toSorted() : undefined, isReached }
}

const linksPerStep = 512

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

/** LDAP_MATCHING_RULE_DN_WITH_DATA: the same name, or any when it is empty, and data that begin so (MS-ADTS 3.1.1.3.4.4.4). */
export function dnWithData(type: AttributeType, value: Uint8Array, catalog: Catalog): Leaf {
  const read = readerOfData(type)
  const asked = read?.(value)
  if (read === undefined || asked === undefined) return constant(UNDEFINED)
  const key = asked.dn === '' ? undefined : dnKey(asked.dn)
  const matches = (octets: Uint8Array) => {
    const held = read(octets)
    if (held === undefined || !held.data.startsWith(asked.data)) return false
    return key === undefined || dnKey(held.dn) === key
  }
  return valuesLeaf(type, catalog, (id) => catalog.valuesOf(id, type).some(matches))
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

/** Whether an attribute is the other side of a link. */
export function isBackLink(type: AttributeType): boolean {
  return type.linkId !== undefined && type.linkId % 2 === 1
}
