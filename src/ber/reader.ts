import type { Codes, OpenCodes } from './codes.ts'
import { type DecodeCode, DecodeError } from './error.ts'
import { internName } from './names.ts'
import { Tag } from './tag.ts'

/** Bounds on the work one reader does, whatever the bytes say. */
export interface ReaderLimits {
  /** Elements inside elements. Default 512. */
  readonly depth?: number
  /** Elements looked at in all. Default: the number of bytes plus one, which honest reading never reaches. */
  readonly steps?: number
}

/** What all readers over the same bytes share. */
interface Source {
  readonly bytes: Uint8Array
  readonly buffer: Buffer
  readonly maxDepth: number
  readonly maxSteps: number
  steps: number
}

/** INTEGER (0 .. maxInt), RFC 4511 §4.1.1. */
const maxInt = 0x7fff_ffff

/**
 * Reads BER elements one after the other (X.690, as narrowed by RFC 4511 §5.1): definite lengths of at
 * most four octets in any form, tags of one octet, strings in primitive form.
 *
 * The bytes are all there: running out is an error, never "wait for more". Every method reads one
 * element and moves past it, or throws {@link DecodeError} naming the field and the offset. Octets are
 * views that share memory with the input.
 */
export class BerReader {
  readonly #source: Source
  #end: number
  #depth: number
  #at: number

  constructor(bytes: Uint8Array, limits?: ReaderLimits)
  /** @internal */
  constructor(source: Source, limits: undefined, start: number, end: number, depth: number)
  constructor(
    from: Uint8Array | Source,
    limits?: ReaderLimits,
    start?: number,
    end?: number,
    depth?: number,
  ) {
    if (from instanceof Uint8Array) {
      this.#source = {
        bytes: from,
        buffer: asBuffer(from),
        maxDepth: limits?.depth ?? 512,
        maxSteps: limits?.steps ?? from.length + 1,
        steps: 0,
      }
      this.#at = 0
      this.#end = from.length
      this.#depth = 0
    } else {
      this.#source = from
      this.#at = start!
      this.#end = end!
      this.#depth = depth!
    }
  }

  /** Whether everything was read. */
  get isEmpty(): boolean {
    return this.#at >= this.#end
  }

  /** Bytes from the start of the input to the next element. */
  get offset(): number {
    return this.#at
  }

  /** Bytes from the start of the input to the end of what this reader may read. */
  get end(): number {
    return this.#end
  }

  /** The whole input, shared by all readers entered from one another. */
  get buffer(): Buffer {
    return this.#source.buffer
  }

  /** How many elements were looked at, by this reader and all entered from or around it. */
  get steps(): number {
    return this.#source.steps
  }

  /** The tag of the next element, or undefined at the end. */
  peek(): number | undefined {
    return this.#at < this.#end ? this.#source.bytes[this.#at] : undefined
  }

  /** Whether the next element is there and has this tag: how an optional member is told. */
  nextIs(tag: number): boolean {
    return this.#at < this.#end && this.#source.bytes[this.#at] === tag
  }

  /** Goes into a constructed element: returns a reader of its contents, and moves on past it. */
  enter(field: string, tag: number = Tag.sequence): BerReader {
    const start = this.#at
    const end = this.#open(field, tag)
    const depth = this.#depth + 1
    if (depth > this.#source.maxDepth) this.#tooDeep(field, start)
    const inner = new BerReader(this.#source, undefined, this.#at, end, depth)
    this.#at = end
    return inner
  }

  /**
   * Goes into a constructed element without a reader of its own, for elements in thousands: what is read
   * next is its contents. Hand the result to {@link leave} to go on after it.
   */
  descend(field: string, tag: number = Tag.sequence): number {
    const start = this.#at
    const end = this.#open(field, tag)
    if (++this.#depth > this.#source.maxDepth) this.#tooDeep(field, start)
    const outer = this.#end
    this.#end = end
    return outer
  }

  /** Passes over what is left of the element gone into last. */
  leave(outer: number): void {
    this.#at = this.#end
    this.#end = outer
    this.#depth--
  }

  /** A whole number of 1 to 8 octets within ±(2^53 − 1). */
  integer(field: string, tag: number = Tag.integer): number {
    const start = this.#at
    const end = this.#open(field, tag)
    const { bytes } = this.#source
    const length = end - this.#at
    if (length < 1 || length > 8) this.#refuse('integer', field, start, `${length} octets`)
    let value = (bytes[this.#at]! << 24) >> 24
    for (let at = this.#at + 1; at < end; at++) value = value * 256 + bytes[at]!
    if (!Number.isSafeInteger(value)) {
      this.#refuse('integer', field, start, 'beyond the whole numbers that fit')
    }
    this.#at = end
    return value
  }

  /** A whole number from 0 to `max`; without one, to 2^31 − 1, the maxInt of RFC 4511 §4.1.1. */
  natural(field: string, max: number = maxInt, tag: number = Tag.integer): number {
    const start = this.#at
    const value = this.integer(field, tag)
    if (value < 0 || value > max) {
      this.#refuse('range', field, start, `${value} is not in 0..${max}`)
    }
    return value
  }

  /** A whole number of 1 to 8 octets, whatever its size. */
  bigint(field: string, tag: number = Tag.integer): bigint {
    const start = this.#at
    const end = this.#open(field, tag)
    const { bytes } = this.#source
    const length = end - this.#at
    if (length < 1 || length > 8) this.#refuse('integer', field, start, `${length} octets`)
    let value = 0n
    for (let at = this.#at; at < end; at++) value = (value << 8n) | BigInt(bytes[at]!)
    this.#at = end
    return BigInt.asIntN(length * 8, value)
  }

  /** A truth value: zero is false, all else true (X.690 §8.2.2; RFC 4511 §5.1 wants FF but not all send it). */
  boolean(field: string, tag: number = Tag.boolean): boolean {
    const start = this.#at
    const end = this.#open(field, tag)
    if (end - this.#at !== 1) {
      this.#refuse('boolean', field, start, `${end - this.#at} octets instead of one`)
    }
    const value = this.#source.bytes[this.#at] !== 0
    this.#at = end
    return value
  }

  /** An enumerated value by its name; where the enumeration is open, an unknown one as its number. */
  enumerated<Name extends string>(table: Codes<Name>, tag?: number): Name
  enumerated<Name extends string>(table: OpenCodes<Name>, tag?: number): Name | number
  enumerated<Name extends string>(
    table: Codes<Name> | OpenCodes<Name>,
    tag: number = Tag.enumerated,
  ): Name | number {
    const start = this.#at
    const code = this.integer(table.field, tag)
    const name = table.nameOf(code)
    if (name !== undefined) return name
    if (table.isOpen) return code
    return this.#refuse(
      'code',
      table.field,
      start,
      `${code} is not one of ${table.names.join(', ')}`,
    )
  }

  /** Octets as they are, sharing memory with the input. */
  octets(field: string, tag: number = Tag.octetString): Uint8Array {
    const end = this.#open(field, tag)
    const value = this.#view(this.#at, end)
    this.#at = end
    return value
  }

  /** UTF-8 text; octets that are not UTF-8 are refused. */
  text(field: string, tag: number = Tag.octetString): string {
    const start = this.#at
    const end = this.#open(field, tag)
    const { buffer } = this.#source
    const value = end === this.#at ? '' : buffer.toString('utf8', this.#at, end)
    // U+FFFD stands for broken octets, or for itself.
    if (value.includes('\uFFFD') && !Buffer.from(value).equals(buffer.subarray(this.#at, end))) {
      this.#refuse('utf8', field, start, 'not UTF-8')
    }
    this.#at = end
    return value
  }

  /** UTF-8 text meant for people: octets that are not UTF-8 become U+FFFD. */
  looseText(field: string, tag: number = Tag.octetString): string {
    const end = this.#open(field, tag)
    const value = end === this.#at ? '' : this.#source.buffer.toString('utf8', this.#at, end)
    this.#at = end
    return value
  }

  /** The same as {@link text}, for short words that repeat, such as attribute types: one string is shared. */
  name(field: string, tag: number = Tag.octetString): string {
    const start = this.#at
    const end = this.#open(field, tag)
    const value = internName(this.#source.buffer, this.#at, end)
    if (value !== undefined) {
      this.#at = end
      return value
    }
    this.#at = start
    return this.text(field, tag)
  }

  /** A NULL: nothing but its tag. */
  null(field: string, tag: number = Tag.null): void {
    const start = this.#at
    const end = this.#open(field, tag)
    if (end !== this.#at) this.#refuse('null', field, start, 'has contents')
  }

  /** The next element whole, with tag and length, sharing memory with the input. */
  element(field: string): Uint8Array {
    const start = this.#at
    this.#at = this.#open(field, this.peek() ?? -1)
    return this.#view(start, this.#at)
  }

  /** Passes over the next element: one with this tag, or without one, whatever it is. */
  skip(field: string, tag: number = this.peek() ?? -1): void {
    this.#at = this.#open(field, tag)
  }

  /**
   * Ends a sequence: trailing members with unknown tags are passed over, as extensibility demands
   * (RFC 4511 §4), but one whose tag belongs to the sequence stands twice or out of order and is refused.
   */
  finish(field: string, known: readonly number[]): void {
    while (this.#at < this.#end) {
      if (known.includes(this.#source.bytes[this.#at]!)) {
        this.#refuse('duplicate', field, this.#at, 'a member stands twice or out of order')
      }
      this.skip(field)
    }
  }

  /** Ends what cannot grow: bytes that are left are refused. */
  close(field: string): void {
    if (this.#at < this.#end) {
      this.#refuse('trailing', field, this.#at, `${this.#end - this.#at} bytes too many`)
    }
  }

  /** Throws a {@link DecodeError} at the next element, for what only the caller can judge. */
  fail(code: DecodeCode, field: string, what: string): never {
    return this.#refuse(code, field, this.#at, what)
  }

  /** Reads tag and length: the reader then stands at the contents, whose end is returned. */
  #open(field: string, tag: number): number {
    const source = this.#source
    const { bytes } = source
    const end = this.#end
    const start = this.#at
    if (++source.steps > source.maxSteps) {
      this.#refuse('steps', field, start, `more than ${source.maxSteps} steps`)
    }
    if (start + 2 > end) {
      this.#refuse('truncated', field, start, start < end ? 'has no length' : 'is missing')
    }
    const found = bytes[start]!
    if (found !== tag) {
      this.#refuse('tag', field, start, `tag ${hex(found)} instead of ${hex(tag)}`)
    }
    if ((found & 0x1f) === 0x1f) this.#refuse('tag', field, start, 'tag of several octets')
    let at = start + 2
    let length = bytes[start + 1]!
    if (length > 0x7f) {
      const octets = length & 0x7f
      if (octets === 0) this.#refuse('length', field, start, 'indefinite length')
      if (octets > 4) this.#refuse('length', field, start, `length of ${octets} octets`)
      if (at + octets > end) this.#refuse('truncated', field, start, 'ends inside its length')
      length = 0
      // Multiplied, not shifted: the fourth octet must not reach a sign bit.
      for (const stop = at + octets; at < stop; at++) length = length * 256 + bytes[at]!
    }
    if (length > end - at) {
      this.#refuse('truncated', field, start, `${length} octets announced, ${end - at} there`)
    }
    this.#at = at
    return at + length
  }

  /** Made like this it is a plain Uint8Array even over a Buffer, and cheaper than `subarray`. */
  #view(start: number, end: number): Uint8Array {
    const { bytes } = this.#source
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
  }

  #tooDeep(field: string, offset: number): never {
    this.#refuse('depth', field, offset, `nested deeper than ${this.#source.maxDepth}`)
  }

  #refuse(code: DecodeCode, field: string, offset: number, what: string): never {
    throw new DecodeError(code, field, offset, what)
  }
}

/** The same memory as a Buffer, which decodes text in place. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function hex(tag: number): string {
  return tag < 0 ? 'none' : `0x${tag.toString(16).padStart(2, '0')}`
}
