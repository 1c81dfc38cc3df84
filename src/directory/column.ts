import type { Attribute } from './attributes.ts'
import { DirectoryError } from './error.ts'

/**
 * How values are kept. `unique`: each object has its own (names). `shared`: many objects have the same (security
 * descriptors), so each distinct list of values is kept once. `auto`: shared until most lists turn out to be distinct.
 */
type Sharing = 'unique' | 'shared' | 'auto'

/**
 * One attribute of all objects. Values lie one after the other in one heap; an object points to a list of values, and
 * objects with the same values point to the same list, which is decoded once.
 */
export class Column {
  readonly name: string
  #sharing: Sharing
  #heap = new Uint8Array(1024)
  #heapUsed = 0
  /** Value v lies at heap [valueStart[v], valueStart[v + 1]). */
  #valueStart = new Growing()
  /** List l is values [listStart[l], listStart[l + 1]). */
  #listStart = new Growing()
  #objects = new Growing()
  #listOf = new Growing()
  /** Hash of a list → its number, and the number of the next list with the same hash. */
  #known = new Map<number, number>()
  #sameHash = new Growing()
  /** After {@link seal}: list number + 1 by object, or nothing when few objects have the attribute. */
  #dense: Uint32Array | undefined
  #decoded: unknown[] = []
  #decodedCount = 0

  constructor(name: string, sharing: Sharing) {
    this.name = name
    this.#sharing = sharing
    this.#valueStart.push(0)
    this.#listStart.push(0)
  }

  /** Objects that have the attribute. */
  get rows(): number {
    return this.#objects.length
  }

  /** Adds an object's values. Objects must come in ascending order, each at most once. */
  append(object: number, values: readonly Uint8Array[]): void {
    if (this.rows > 0 && this.#objects.at(this.rows - 1) === object) return
    this.appendList(object, this.keep(values))
  }

  /** Keeps a list of values that objects will have, and answers its number for {@link appendList}. */
  keep(values: readonly Uint8Array[]): number {
    return this.#sharing === 'unique' ? this.#store(values) : this.#intern(values)
  }

  /** Adds the list with this number to an object, in the same order as {@link append}. */
  appendList(object: number, list: number): void {
    this.#objects.push(object)
    this.#listOf.push(list)
  }

  /** Ends the filling, for `count` objects in all. */
  seal(count: number): void {
    this.#known.clear()
    this.#sameHash = new Growing()
    this.#heap = this.#heap.slice(0, this.#heapUsed)
    for (const numbers of [this.#valueStart, this.#listStart, this.#objects, this.#listOf])
      numbers.trim()
    if (this.rows * 8 < count) return
    this.#dense = new Uint32Array(count)
    for (let row = 0; row < this.rows; row++)
      this.#dense[this.#objects.at(row)] = this.#listOf.at(row) + 1
  }

  /** Number of the object's list of values, −1 when it has none. */
  list(object: number): number {
    if (this.#dense !== undefined) return (this.#dense[object] ?? 0) - 1
    let low = 0
    let high = this.rows - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const found = this.#objects.at(middle)
      if (found === object) return this.#listOf.at(middle)
      if (found < object) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  /** Objects that have the attribute, ascending. */
  *holders(): Generator<number> {
    for (let row = 0; row < this.rows; row++) yield this.#objects.at(row)
  }

  /** The object's values, sharing memory with the column. */
  raw(object: number): readonly Uint8Array[] {
    const list = this.list(object)
    return list < 0 ? [] : this.#values(list)
  }

  /** The only or first value as text. @throws RangeError when the object has none. */
  text(object: number): string {
    const list = this.list(object)
    if (list < 0) throw new RangeError(`object ${object} has no ${this.name}`)
    return textOf(this.#value(this.#listStart.at(list)))
  }

  /** First value of a list, by its number. In a `unique` column list n is that of the n-th object. */
  first(list: number): Uint8Array {
    return this.#value(this.#listStart.at(list))
  }

  /** The object's values in the attribute's type. Lists that several objects share are decoded once. */
  decoded<T>(object: number, type: Attribute<T>): T {
    const list = this.list(object)
    if (list < 0) return type.none
    if (this.#sharing === 'unique') return this.#decode(list, type)
    const known = this.#decoded[list]
    if (known !== undefined) return known as T
    const value = this.#decode(list, type)
    if (this.#sharing === 'shared' && ++this.#decodedCount > mostDecoded) {
      this.#decoded = []
      this.#decodedCount = 0
    }
    this.#decoded[list] = value
    return value
  }

  /** A value that is not of its syntax reads as none: whoever has a value but nothing decoded has a broken one. */
  #decode<T>(list: number, type: Attribute<T>): T {
    try {
      return type.decode(this.#values(list))
    } catch (error) {
      if (error instanceof DirectoryError) return type.none
      throw error
    }
  }

  #values(list: number): Uint8Array[] {
    const values: Uint8Array[] = []
    const end = this.#listStart.at(list + 1)
    for (let value = this.#listStart.at(list); value < end; value++) values.push(this.#value(value))
    return values
  }

  #value(value: number): Uint8Array {
    return this.#heap.subarray(this.#valueStart.at(value), this.#valueStart.at(value + 1))
  }

  #intern(values: readonly Uint8Array[]): number {
    const key = hash(values)
    const first = this.#known.get(key)
    let list = first ?? -1
    // Values made to collide must not make this slow: after a few, the list is kept once more instead.
    for (let tries = 0; list >= 0 && tries < 16; tries++) {
      if (this.#equals(list, values)) return list
      list = this.#sameHash.at(list) - 1
    }
    list = this.#store(values)
    this.#sameHash.push((first ?? -1) + 1)
    this.#known.set(key, list)
    if (this.#sharing === 'auto' && list >= 4096 && list * 2 > this.rows) {
      this.#sharing = 'unique'
      this.#known.clear()
    }
    return list
  }

  #equals(list: number, values: readonly Uint8Array[]): boolean {
    const start = this.#listStart.at(list)
    if (this.#listStart.at(list + 1) - start !== values.length) return false
    const heap = this.#heap
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!
      const from = this.#valueStart.at(start + index)
      if (this.#valueStart.at(start + index + 1) - from !== value.length) return false
      if (!isAt(heap, from, value)) return false
    }
    return true
  }

  #store(values: readonly Uint8Array[]): number {
    for (const value of values) {
      const end = this.#heapUsed + value.length
      if (end > 0xffff_ffff)
        throw new DirectoryError('too-big', this.name, 'has more than 4 GiB of distinct values')
      if (end > this.#heap.length) {
        const larger = new Uint8Array(Math.min(0xffff_ffff, Math.max(end, this.#heap.length * 2)))
        larger.set(this.#heap)
        this.#heap = larger
      }
      this.#heap.set(value, this.#heapUsed)
      this.#heapUsed = end
      this.#valueStart.push(end)
    }
    this.#listStart.push(this.#valueStart.length - 1)
    return this.#listStart.length - 2
  }
}

/** Decoded descriptors kept at once, at some kilobytes each: a forest may have as many distinct ones as objects. */
const mostDecoded = 20_000

/** A list of u32 that grows. */
class Growing {
  length = 0
  #numbers = new Uint32Array(16)

  push(value: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Uint32Array(this.length * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.length++] = value
  }

  /** Reading past the end is a bug of the caller's and answers 0. */
  at(index: number): number {
    return this.#numbers[index] ?? 0
  }

  trim(): void {
    this.#numbers = this.#numbers.slice(0, this.length)
  }
}

/** Whether a value stands in the heap from there on. Long ones, descriptors, are compared four octets at a time. */
function isAt(heap: Uint8Array, from: number, value: Uint8Array): boolean {
  const { length } = value
  let at = 0
  if (length >= 64) {
    const kept = new DataView(heap.buffer, from, length)
    const words = new DataView(value.buffer, value.byteOffset, length)
    for (; at + 4 <= length; at += 4) if (kept.getInt32(at) !== words.getInt32(at)) return false
  }
  for (; at < length; at++) if (heap[from + at] !== value[at]) return false
  return true
}

/** Mixes lengths and octets, four at a time: descriptors are long and there is one on every object. */
function hash(values: readonly Uint8Array[]): number {
  let result = 0x811c_9dc5
  for (const value of values) {
    const { length } = value
    result = Math.imul(result ^ length, 0x0100_0193)
    let at = 0
    for (; at + 4 <= length; at += 4) {
      const word =
        value[at]! | (value[at + 1]! << 8) | (value[at + 2]! << 16) | (value[at + 3]! << 24)
      result = Math.imul(result ^ word, 0x9e37_79b1)
      result ^= result >>> 15
    }
    for (; at < length; at++) result = Math.imul(result ^ value[at]!, 0x0100_0193)
  }
  return result >>> 0
}

const decoder = new TextDecoder()

/** UTF-8 to text, quick for short ASCII. */
export function textOf(octets: Uint8Array): string {
  if (octets.length > 64) return decoder.decode(octets)
  let text = ''
  for (const octet of octets) {
    if (octet >= 0x80) return decoder.decode(octets)
    text += String.fromCharCode(octet)
  }
  return text
}
