import { DirectoryError } from './error.ts'
import { type Guid, readGuid } from './guid.ts'

/**
 * Takes little-endian values from octets one after the other, for the small packed structures that
 * AD keeps in attributes. Every step is checked against the end.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #field: string
  #at = 0

  /** `field` is named in errors. */
  constructor(bytes: Uint8Array, field: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#field = field
  }

  get offset(): number {
    return this.#at
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true)
  }

  /** Network byte order. */
  u16be(): number {
    return this.#view.getUint16(this.#take(2))
  }

  /** Network byte order. */
  u32be(): number {
    return this.#view.getUint32(this.#take(4))
  }

  guid(): Guid {
    return readGuid(this.#bytes, this.#take(16))
  }

  /** Shares memory with what is read. */
  octets(count: number): Uint8Array {
    const start = this.#take(count)
    return this.#bytes.subarray(start, start + count)
  }

  /** An error about what was just read. */
  error(code: 'malformed' | 'out-of-range' | 'unsupported', says: string): DirectoryError {
    return new DirectoryError(code, this.#field, says, this.#at)
  }

  #take(count: number): number {
    if (count > this.remaining) {
      const says = `needs ${count} more bytes, has ${this.remaining}`
      throw new DirectoryError('truncated', this.#field, says, this.#at)
    }
    const start = this.#at
    this.#at += count
    return start
  }
}
