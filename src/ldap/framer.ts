import { DecodeError, Tag } from '#ber'
import { pduSize } from './limits.ts'

/**
 * Cuts a stream of bytes into PDUs: push what arrives, then take whole messages until there is none.
 *
 * A PDU that lies within one chunk is a view of it, without a copy. One that is spread over chunks is
 * gathered in a buffer that grows with what has arrived, never with what was announced; one that
 * announces more than `maxSize` is refused when its length is seen.
 */
export class Framer {
  /** Largest PDU in bytes, header included. May be changed at any time; holds from the next PDU on. */
  maxSize: number
  #chunk: Uint8Array = empty
  #at = 0
  /** The beginning of a PDU from earlier chunks: `#held` bytes of it, of `#needed` in all (0: unknown). */
  #partial: Uint8Array = empty
  #held = 0
  #needed = 0
  /** Whether `next` found nothing whole in what is there. */
  #isStarved = true
  /** Bytes taken so far, to say where in the stream something is wrong. */
  #before = 0

  constructor(maxSize: number = pduSize.beforeBind) {
    this.maxSize = maxSize
  }

  /** Bytes that were pushed and not yet handed out. */
  get pending(): number {
    return this.#held + this.#chunk.length - this.#at
  }

  /** Takes bytes in. They are not copied if they hold whole PDUs, so must not be changed afterwards. */
  push(chunk: Uint8Array): void {
    const rest = this.#chunk.subarray(this.#at)
    if (rest.length > 0 && this.#isStarved) this.#hold()
    this.#chunk = rest.length > 0 && !this.#isStarved ? Buffer.concat([rest, chunk]) : chunk
    this.#at = 0
    this.#isStarved = false
  }

  /** The next whole PDU, or undefined until more arrives. @throws DecodeError when this is not LDAP. */
  next(): Uint8Array | undefined {
    const pdu = this.#held > 0 ? this.#nextHeld() : this.#nextInChunk()
    this.#isStarved = pdu === undefined
    return pdu
  }

  /** Takes out all bytes not yet handed out, for a stream that stops being LDAP. */
  drain(): Uint8Array {
    this.#hold()
    const rest = this.#partial.subarray(0, this.#held)
    this.#forget()
    this.#before += rest.length
    return rest
  }

  #nextInChunk(): Uint8Array | undefined {
    const chunk = this.#chunk
    const start = this.#at
    if (start >= chunk.length) return undefined
    const size = this.#size(chunk, start, chunk.length)
    if (size === 0 || size > chunk.length - start) return undefined
    this.#at = start + size
    this.#before += size
    return chunk.subarray(start, start + size)
  }

  #nextHeld(): Uint8Array | undefined {
    // The header is at most six octets; one at a time until it tells the size.
    while (this.#needed === 0) {
      if (this.#at >= this.#chunk.length) return undefined
      this.#append(1)
      this.#needed = this.#size(this.#partial, 0, this.#held)
    }
    this.#append(Math.min(this.#needed - this.#held, this.#chunk.length - this.#at))
    if (this.#held < this.#needed) return undefined
    const pdu = this.#partial.subarray(0, this.#needed)
    this.#forget()
    this.#before += pdu.length
    return pdu
  }

  /** Moves what is left of the chunk to the partial PDU. */
  #hold(): void {
    this.#append(this.#chunk.length - this.#at)
    this.#chunk = empty
    this.#at = 0
  }

  #append(count: number): void {
    const size = this.#held + count
    if (size > this.#partial.length) {
      const room = Math.max(size, 256, Math.min(this.#partial.length * 2, this.#needed))
      const larger = new Uint8Array(room)
      larger.set(this.#partial.subarray(0, this.#held))
      this.#partial = larger
    }
    this.#partial.set(this.#chunk.subarray(this.#at, this.#at + count), this.#held)
    this.#held = size
    this.#at += count
  }

  #forget(): void {
    this.#partial = empty
    this.#held = 0
    this.#needed = 0
  }

  /** Size of the PDU that begins at `at`, or 0 while its header is not whole. */
  #size(bytes: Uint8Array, at: number, end: number): number {
    const tag = bytes[at]
    if (tag !== Tag.sequence) this.#refuse('tag', 'does not begin like an LDAP message')
    if (at + 2 > end) return 0
    const first = bytes[at + 1]!
    if (first < 0x80) return this.#bounded(2 + first)
    const octets = first & 0x7f
    if (octets === 0) this.#refuse('length', 'indefinite length')
    if (octets > 4) this.#refuse('length', `length of ${octets} octets`)
    if (at + 2 + octets > end) return 0
    let length = 0
    for (let i = 0; i < octets; i++) length = length * 256 + bytes[at + 2 + i]!
    return this.#bounded(2 + octets + length)
  }

  #bounded(size: number): number {
    if (size > this.maxSize)
      this.#refuse('size', `${size} bytes announced, ${this.maxSize} allowed`)
    return size
  }

  #refuse(code: 'tag' | 'length' | 'size', what: string): never {
    throw new DecodeError(code, 'LDAPMessage', this.#before, what)
  }
}

const empty = new Uint8Array(0)
