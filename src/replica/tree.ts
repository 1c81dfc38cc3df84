import { type ObjectId, parentDn, type Snapshot } from '#directory'
import type { Preparation } from './preparation.ts'

/** Which object stands below which. Filled in steps, as a million parents take a while to find. */
export class Tree implements Preparation {
  readonly #snapshot: Snapshot
  /** Nearest ancestor that was read, by object: as it is for the parent, as −2 − id for one further up, −1 for none. */
  readonly #above: Int32Array
  readonly #known = new Map<string, number>()
  #filled = 0

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#above = new Int32Array(snapshot.count)
  }

  get isReady(): boolean {
    return this.#filled === this.#above.length
  }

  /** Does one step of the filling. */
  step(): void {
    const end = Math.min(this.#filled + objectsPerStep, this.#above.length)
    for (; this.#filled < end; this.#filled++) {
      this.#above[this.#filled] = this.#nearest(parentDn(this.#snapshot.dn(this.#filled)))
    }
  }

  /** Whether an object is a child of another one. */
  isChild(id: ObjectId, parent: ObjectId): boolean {
    return this.#above[id] === parent
  }

  /** Whether an object is another one or below it, at any depth, across naming contexts. */
  isWithin(id: ObjectId, top: ObjectId): boolean {
    for (let at = id; at >= 0; at = this.#ancestor(at)) if (at === top) return true
    return false
  }

  #ancestor(id: ObjectId): number {
    const above = this.#above[id]!
    return above < -1 ? -2 - above : above
  }

  /** Siblings ask for the same parent, so answers are kept; containers are few. */
  #nearest(parent: string | undefined): number {
    if (parent === undefined) return -1
    const known = this.#known.get(parent)
    if (known !== undefined) return known
    let found = this.#snapshot.byDn(parent) ?? -1
    for (let name = parentDn(parent); found === -1 && name !== undefined; name = parentDn(name)) {
      const further = this.#snapshot.byDn(name)
      if (further !== undefined) found = -2 - further
    }
    this.#known.set(parent, found)
    return found
  }
}

const objectsPerStep = 1024
