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
}

/** A leaf that says the same of every object. */
export function constant(truth: Truth): Leaf {
  return { test: () => truth, candidates: () => (truth === TRUE ? undefined : new Uint32Array()) }
}

/** True when one of an object's values matches. Objects that share their values are judged once. */
export function valueLeaf(
  type: AttributeType,
  catalog: Catalog,
  matches: (octets: Uint8Array) => boolean,
): Leaf {
  const judge = (id: ObjectId): Truth => (catalog.valuesOf(id, type).some(matches) ? TRUE : FALSE)
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
export function needsOf(type: AttributeType, catalog: Catalog): readonly Preparation[] {
  return [catalog.indexBehind(type) ?? []].flat()
}
