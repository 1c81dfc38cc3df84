import type { Codes, OpenCodes } from './codes.ts'
import { Tag } from './tag.ts'

/** Elements inside elements a writer makes; readers, ours and others', refuse more. */
const maxDepth = 512

/**
 * Writes BER elements one after the other, each in its only canonical form: definite lengths and
 * integers in the fewest octets, TRUE as FF (X.690 §10, §11; RFC 4511 §5.1).
 *
 * Nesting is a function call, so no length is ever computed by hand.
 */
export class BerWriter {
  #buffer: Buffer
  #at = 0
  #depth = 0

  /** `sizeHint`: octets to make room for at first; it grows as needed. */
  constructor(sizeHint = 512) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(sizeHint, 16))
  }

  /** Octets written since the start or the last {@link take}. */
  get size(): number {
    return this.#at
  }

  /** Writes a constructed element; `contents` writes what is inside. */
  nest(tag: number, contents: () => void): void {
    const mark = this.begin(tag)
    contents()
    this.end(mark)
  }

  /** Begins a constructed element, for loops that cannot nest calls. Hand the mark to {@link end}. */
  begin(tag: number): number {
    if (++this.#depth > maxDepth) throw new RangeError(`nested deeper than ${maxDepth}`)
    this.#reserve(2)
    this.#buffer[this.#at] = tag
    this.#at += 2
    return this.#at
  }

  /** Ends the element begun last. */
  end(mark: number): void {
    this.#depth--
    const length = this.#at - mark
    if (length < 0x80) {
      this.#buffer[mark - 1] = length
      return
    }
    const octets = lengthOctets(length)
    this.#reserve(octets)
    this.#buffer.copyWithin(mark + octets, mark, this.#at)
    this.#buffer[mark - 1] = 0x80 | octets
    this.#writeBytes(mark, length, octets)
    this.#at += octets
  }

  /** A whole number within ±(2^53 − 1). */
  integer(value: number, tag: number = Tag.integer): void {
    if (!Number.isSafeInteger(value))
      throw new RangeError(`${value} is not a whole number that fits`)
    let octets = 1
    for (let top = 128; value >= top || value < -top; top *= 256) octets++
    this.#header(tag, octets)
    let rest = value
    for (let at = this.#at + octets - 1; at >= this.#at; at--) {
      this.#buffer[at] = ((rest % 256) + 256) % 256
      rest = Math.floor(rest / 256)
    }
    this.#at += octets
  }

  /** A whole number of at most 64 bits with sign. */
  bigint(value: bigint, tag: number = Tag.integer): void {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} has more than 64 bits`)
    let octets = 1
    while (BigInt.asIntN(octets * 8, value) !== value) octets++
    this.#header(tag, octets)
    let rest = value
    for (let at = this.#at + octets - 1; at >= this.#at; at--) {
      this.#buffer[at] = Number(rest & 0xffn)
      rest >>= 8n
    }
    this.#at += octets
  }

  boolean(value: boolean, tag: number = Tag.boolean): void {
    this.#header(tag, 1)
    this.#buffer[this.#at++] = value ? 0xff : 0
  }

  enumerated<Name extends string>(table: Codes<Name>, name: Name, tag?: number): void
  enumerated<Name extends string>(table: OpenCodes<Name>, name: Name | number, tag?: number): void
  enumerated<Name extends string>(
    table: Codes<Name> | OpenCodes<Name>,
    name: Name,
    tag: number = Tag.enumerated,
  ): void {
    this.integer(table.codeOf(name), tag)
  }

  octets(value: Uint8Array, tag: number = Tag.octetString): void {
    this.#header(tag, value.length)
    this.#put(value)
  }

  /** Text as UTF-8. */
  text(value: string, tag: number = Tag.octetString): void {
    // Up to 42 UTF-16 units make at most 126 octets, whose length takes one.
    if (value.length > 42) {
      const length = Buffer.byteLength(value)
      this.#header(tag, length)
      this.#at += this.#buffer.write(value, this.#at, 'utf8')
      return
    }
    this.#reserve(2 + value.length * 3)
    const start = this.#at + 2
    this.#buffer[this.#at] = tag
    const length = value.length === 0 ? 0 : this.#buffer.write(value, start, 'utf8')
    this.#buffer[start - 1] = length
    this.#at = start + length
  }

  null(tag: number = Tag.null): void {
    this.#header(tag, 0)
  }

  /** Whole elements as they are, already encoded. */
  raw(elements: Uint8Array): void {
    this.#reserve(elements.length)
    this.#put(elements)
  }

  /** What was written, as bytes of the caller's own; the writer is then empty and may be used again. */
  take(): Uint8Array {
    if (this.#depth !== 0) throw new Error('an element was begun and not ended')
    const taken = Buffer.allocUnsafe(this.#at)
    this.#buffer.copy(taken, 0, 0, this.#at)
    this.#at = 0
    return new Uint8Array(taken.buffer, taken.byteOffset, taken.length)
  }

  /** Octets there is room for without growing. */
  get capacity(): number {
    return this.#buffer.length
  }

  /** Forgets what was written, for a writer whose work failed midway. */
  reset(): void {
    this.#at = 0
    this.#depth = 0
  }

  #header(tag: number, length: number): void {
    const octets = length < 0x80 ? 0 : lengthOctets(length)
    this.#reserve(2 + octets + length)
    this.#buffer[this.#at] = tag
    if (octets === 0) {
      this.#buffer[this.#at + 1] = length
    } else {
      this.#buffer[this.#at + 1] = 0x80 | octets
      this.#writeBytes(this.#at + 2, length, octets)
    }
    this.#at += 2 + octets
  }

  /** Copies octets; for a few of them a loop is quicker than the call. */
  #put(octets: Uint8Array): void {
    const at = this.#at
    const buffer = this.#buffer
    const { length } = octets
    if (length > 24) buffer.set(octets, at)
    else for (let i = 0; i < length; i++) buffer[at + i] = octets[i]!
    this.#at = at + length
  }

  #writeBytes(at: number, value: number, octets: number): void {
    for (let i = octets - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) {
      this.#buffer[at + i] = rest % 256
    }
  }

  #reserve(octets: number): void {
    const needed = this.#at + octets
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#at))
    this.#buffer = larger
  }
}

function lengthOctets(length: number): number {
  return length < 0x100 ? 1 : length < 0x1_0000 ? 2 : length < 0x100_0000 ? 3 : 4
}
