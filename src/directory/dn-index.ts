import type { Column } from './column.ts'
import { dnKey } from './dn.ts'

/**
 * Finds objects by distinguished name, in whatever spelling. Names are compared as `dnKey` does, but those of plain ASCII, which
 * nearly all are, as octets: no text is made of a million names, nor of the millions of names that members are.
 */
export class DnIndex {
  readonly #names: Column
  /** Object + 1 by hash, 0 where there is none; the next place is tried when one is taken. At most half full. */
  #slots = new Uint32Array(1024)
  /** Hash of each object's name. */
  #hashes = new Uint32Array(512)
  #count = 0
  /** The name that was looked for last, in vain: it is likely to be added next. */
  #missed: { readonly name: Uint8Array; readonly hash: number } | undefined

  /** @param names Names in the order of the objects: object n has the name of list n. */
  constructor(names: Column) {
    this.#names = names
  }

  /** Adds an object whose name has been put into the column, and is not in the index yet. */
  add(object: number): void {
    const name = this.#names.first(object)
    const missed = this.#missed
    this.#missed = undefined
    if (object >= this.#hashes.length) {
      const larger = new Uint32Array(Math.max(this.#hashes.length * 2, object + 1))
      larger.set(this.#hashes)
      this.#hashes = larger
    }
    const isKnown = missed !== undefined && areEqual(missed.name, name)
    this.#hashes[object] = isKnown ? missed.hash : hashOf(name)
    this.#count++
    if (this.#count * 2 > this.#slots.length) this.#grow()
    this.#put(object)
  }

  /** The object with this name (UTF-8). */
  find(name: Uint8Array): number | undefined {
    const mask = this.#slots.length - 1
    const hash = hashOf(name)
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const object = (this.#slots[at] ?? 0) - 1
      if (object < 0) {
        this.#missed = { name, hash }
        return undefined
      }
      if (this.#hashes[object] === hash && areSame(name, this.#names.first(object))) return object
    }
  }

  #put(object: number): void {
    const mask = this.#slots.length - 1
    let at = (this.#hashes[object] ?? 0) & mask
    while (this.#slots[at] !== 0) at = (at + 1) & mask
    this.#slots[at] = object + 1
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Uint32Array(before.length * 4)
    for (const slot of before) if (slot !== 0) this.#put(slot - 1)
  }
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Hash of a name's key: equal for all spellings of the same name. FNV-1a, its bits mixed once more for the low ones. */
function hashOf(name: Uint8Array): number {
  const octets = isPlain(name) ? name : encoder.encode(dnKey(decoder.decode(name)))
  let hash = 0x811c_9dc5
  for (const octet of octets) hash = Math.imul(hash ^ lower(octet), 0x0100_0193)
  return (hash ^ (hash >>> 15)) >>> 0
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  if (areSameOctets(a, b)) return true
  if (isPlain(a) && isPlain(b)) return false
  return dnKey(decoder.decode(a)) === dnKey(decoder.decode(b))
}

function areSameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (lower(a[at] ?? 0) !== lower(b[at] ?? 0)) return false
  return true
}

function lower(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet
}

const space = 0x20
const comma = 0x2c
const equals = 0x3d

const letter = 1
const typeSign = 2
const valueSign = 4
/** What an octet may be in a plain name. Values are ASCII without `"#+,;<>\`. */
const signs = Uint8Array.from({ length: 256 }, (_, octet) => {
  const sign = String.fromCharCode(octet)
  if (octet > 0x7e) return 0
  return (
    (/[A-Za-z]/.test(sign) ? letter : 0) |
    (/[A-Za-z0-9-]/.test(sign) ? typeSign : 0) |
    (/[!$-*\--:=?-[\]-~]/.test(sign) ? valueSign : 0)
  )
})

/**
 * Whether the key of a name is the name in ASCII lower case: parts `type=value` with commas between, without escapes and quotes,
 * and without spaces around separators. Says so of no name that `dnKey` would change otherwise.
 */
function isPlain(name: Uint8Array): boolean {
  let at: 'part' | 'type' | 'value' | 'inValue' | 'space' = 'part'
  for (const octet of name) {
    const sign = signs[octet] ?? 0
    if (at === 'part') {
      if ((sign & letter) === 0) return false
      at = 'type'
    } else if (at === 'type') {
      if (octet === equals) at = 'value'
      else if ((sign & typeSign) === 0) return false
    } else if (octet === comma) {
      if (at !== 'inValue') return false
      at = 'part'
    } else if (octet === space) {
      if (at === 'value') return false
      at = 'space'
    } else {
      if ((sign & valueSign) === 0) return false
      at = 'inValue'
    }
  }
  return at === 'inValue'
}
