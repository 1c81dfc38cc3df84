import {
  DirectoryError,
  dnKey,
  type ObjectId,
  parseDnWithBinary,
  parseDnWithString,
} from '#directory'
import type { AttributeType } from './attribute-types.ts'
import type { Catalog } from './catalog.ts'
import { constant, FALSE, type Leaf, TRUE, UNDEFINED, valueLeaf } from './leaf.ts'
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
  const reach = new Prepared(closure(target, before))
  return {
    test: (id) => (reach.result.has(id) ? TRUE : FALSE),
    candidates: () => Uint32Array.from(reach.result).toSorted(),
    needs: [...needs, reach],
  }
}

interface StepsBack {
  /** Objects one link away, against the direction of the link. */
  readonly before: (id: ObjectId) => Iterable<ObjectId>
  readonly needs: readonly Preparation[]
}

function stepsBack(type: AttributeType, catalog: Catalog): StepsBack {
  if (type.syntax !== 'dn') return { before: holdersByTarget(type, catalog), needs: [] }
  const forward = isBackLink(type) ? catalog.types.byLinkId(type.linkId! - 1) : undefined
  const needs = [catalog.index(type)]
  if (forward === undefined) return { before: (id) => catalog.pointingAt(type, id), needs }
  // A back link is what the forward link says; where that could not be read, the back link is all there is.
  const before = (id: ObjectId) => {
    const values = catalog.valuesOf(id, forward)
    return values.length === 0 ? catalog.pointingAt(type, id) : named(values, catalog)
  }
  return { before, needs }
}

function* named(values: readonly Uint8Array[], { snapshot }: Catalog): Generator<ObjectId> {
  for (const value of values) {
    const id = snapshot.byDn(textOf(value))
    if (id !== undefined) yield id
  }
}

function* closure(
  target: ObjectId | undefined,
  before: (id: ObjectId) => Iterable<ObjectId>,
): Generator<void, ReadonlySet<ObjectId>> {
  const found = new Set<ObjectId>()
  const open = target === undefined ? [] : [target]
  let seen = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const id of before(next)) {
      if (++seen % linksPerStep === 0) yield
      if (found.has(id)) continue
      found.add(id)
      open.push(id)
    }
  }
  return found
}

const linksPerStep = 2048

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

/** Whether an attribute is the other side of a link. */
export function isBackLink(type: AttributeType): boolean {
  return type.linkId !== undefined && type.linkId % 2 === 1
}
