import type { ObjectId } from '#directory'
import type { AttributeType } from './attribute-types.ts'
import type { Catalog } from './catalog.ts'
import type { Preparation } from './preparation.ts'

/** What a filter says of an object (RFC 4511 §4.5.1.7), so that `and` is the least, `or` the greatest and `not` 2 − x. */
export const FALSE = 0
export const UNDEFINED = 1
export const TRUE = 2
export type Truth = typeof FALSE | typeof UNDEFINED | typeof TRUE

/** One comparison of a filter, made ready. */
export interface Leaf {
  readonly test: (id: ObjectId) => Truth
  /** Objects among which all are for which it is true; nothing when there is no telling. */
  readonly candidates: () => Uint32Array | undefined
  /** What must be ready, one after the other, before either is asked. */
  readonly needs?: readonly Preparation[]
  /** How many ordinary leaves it takes the memory of, beside its own. */
  readonly weight?: number
}

/** A leaf that says the same of every object. */
export function constant(truth: Truth): Leaf {
  return { test: () => truth, candidates: () => (truth === TRUE ? undefined : new Uint32Array()) }
}

/** True when the key of one of an object's values matches. */
export function keyLeaf(
  type: AttributeType,
  catalog: Catalog,
  matches: (key: string) => boolean,
): Leaf {
  return valuesLeaf(type, catalog, (id) => catalog.keysOf(id, type).some(matches))
}

/** True when an object's values match. Objects that share their values are judged once. */
export function valuesLeaf(
  type: AttributeType,
  catalog: Catalog,
  matches: (id: ObjectId) => boolean,
): Leaf {
  const judge = (id: ObjectId): Truth => (matches(id) ? TRUE : FALSE)
  const judged = new Judged()
  return {
    test: (id) => {
      const list = catalog.listOf(id, type)
      if (list < 0) return judge(id)
      return judged.at(list) ?? judged.keep(list, judge(id))
    },
    candidates: () => catalog.holders(type),
    needs: needsOf(type, catalog),
  }
}

/**
 * What was found of value lists, by their number. Lists that many objects share are few, so a small table holds them;
 * its size must not depend on the data, as a filter may have thousands of leaves.
 */
class Judged {
  /** Number of a list and, in the lowest two bits, what was found of it. */
  #found: Int32Array | undefined

  at(list: number): Truth | undefined {
    const found = this.#found?.[list % slots] ?? -1
    return found >> 2 === list ? ((found & 3) as Truth) : undefined
  }

  keep(list: number, truth: Truth): Truth {
    this.#found ??= new Int32Array(slots).fill(-1)
    this.#found[list % slots] = (list << 2) | truth
    return truth
  }
}

const slots = 64

/** A back link that is made of its forward links needs to know them. */
export function needsOf(type: AttributeType, catalog: Catalog): readonly Preparation[] {
  const forward = catalog.forwardOf(type)
  return forward === undefined ? [] : [catalog.links(forward)]
}
