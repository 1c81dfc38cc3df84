import type { Preparation } from './preparation.ts'

/**
 * Finds the objects that may have a value: every one that has it, and by chance a few that do not, so the caller looks
 * again. Eight octets per value, whatever the values are. Filled in steps, so that a million values do not hold up
 * the other connections.
 */
export class EqualityIndex implements Preparation {
  readonly #fill: Generator<void, void>
  #hashes = new Growing()
  #objects = new Growing()
  #starts = new Uint32Array()
  #mask = 0
  readonly #long = new Map<number, Uint32Array>()
  #isReady = false

  /** `values` gives every object with the key of each of its values: text, or a number, which finds exactly. */
  constructor(values: Iterable<readonly [object: number, key: string | number]>) {
    this.#fill = this.#filling(values)
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Does one step of the filling. */
  step(): void {
    this.#isReady ||= this.#fill.next().done === true
  }

  /**
   * Objects that may have a value of this key, ascending, each once. Long lists are made once: together they are no longer
   * than the index, however many filters hold them.
   */
  candidates(key: string | number): Uint32Array {
    while (!this.#isReady) this.step()
    const wanted = hash(key)
    const known = this.#long.get(wanted)
    if (known !== undefined) return known
    const bucket = wanted & this.#mask
    const found: number[] = []
    for (let at = this.#starts[bucket]!; at < this.#starts[bucket + 1]!; at++) {
      const object = this.#objects.at(at)
      if (this.#hashes.at(at) === wanted && object !== found.at(-1)) found.push(object)
    }
    const list = Uint32Array.from(found)
    if (list.length >= long) this.#long.set(wanted, list)
    return list
  }

  *#filling(values: Iterable<readonly [number, string | number]>): Generator<void, void> {
    for (const [object, key] of values) {
      this.#hashes.push(hash(key))
      this.#objects.push(object)
      if (this.#hashes.length % valuesPerStep === 0) yield
    }
    yield* this.#sort()
  }

  /** Puts values of the same bucket side by side, keeping the order of their objects. */
  *#sort(): Generator<void, void> {
    const count = this.#hashes.length
    const buckets = 2 ** Math.ceil(Math.log2(Math.max(count, 1)))
    this.#mask = buckets - 1
    const next = new Uint32Array(buckets + 1)
    for (let at = 0; at < count; at++) {
      next[(this.#hashes.at(at) & this.#mask) + 1]!++
      if (at % (8 * valuesPerStep) === 0) yield
    }
    for (let bucket = 0; bucket < buckets; bucket++) {
      next[bucket + 1]! += next[bucket]!
      if (bucket % (64 * valuesPerStep) === 0) yield
    }
    this.#starts = next.slice()
    yield
    const hashes = new Uint32Array(count)
    const objects = new Uint32Array(count)
    for (let at = 0; at < count; at++) {
      const place = next[this.#hashes.at(at) & this.#mask]!++
      hashes[place] = this.#hashes.at(at)
      objects[place] = this.#objects.at(at)
      if (at % (4 * valuesPerStep) === 0) yield
    }
    this.#hashes = new Growing(hashes)
    this.#objects = new Growing(objects)
  }
}

const valuesPerStep = 1024
const long = 64

/** FNV-1a over UTF-16 units, with the high bits mixed down for use as a bucket. A number is its own. */
function hash(key: string | number): number {
  if (typeof key === 'number') return key
  let value = 0x811c_9dc5
  for (let at = 0; at < key.length; at++) {
    value = Math.imul(value ^ key.charCodeAt(at), 0x0100_0193)
  }
  value ^= value >>> 15
  return value >>> 0
}

/** Numbers of 32 bits that become more. */
class Growing {
  #numbers: Uint32Array
  length: number

  constructor(numbers = new Uint32Array()) {
    this.#numbers = numbers
    this.length = numbers.length
  }

  push(value: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Uint32Array(Math.max(1024, this.length * 2))
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.length++] = value
  }

  at(index: number): number {
    return this.#numbers[index]!
  }
}
