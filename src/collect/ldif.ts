import type { RawAttribute } from '#directory'
import { CollectError } from './error.ts'

/** How much of a file may be in memory at once; over it the file is refused. */
export interface LdifLimits {
  /** Bytes of one attribute line, unfolded. */
  readonly lineBytes: number
  /** Bytes of all lines of one entry. */
  readonly entryBytes: number
  /** Values of one entry. */
  readonly entryValues: number
}

/** Enough for a group of a million members or a value of 100 MiB. */
export const ldifLimits: LdifLimits = {
  lineBytes: 160 * 1024 * 1024,
  entryBytes: 256 * 1024 * 1024,
  entryValues: 2_000_000,
}

/** One entry. Values share memory with the reader: they are good until the next entry is taken. */
export interface LdifEntry {
  /** Empty for the rootDSE. */
  readonly dn: string
  readonly attributes: readonly RawAttribute[]
  /** Attributes of which the file holds only the first values: a `;range=0-1499` that nothing continues. */
  readonly cut: readonly string[]
}

/**
 * Reads LDIF (RFC 2849) that is pushed in piece by piece: content records, and the `changetype: add` records that `ldifde`
 * exports. What `ldapsearch` and `ldbsearch` print around entries (comments, references, the result) is understood.
 * Options of attributes are taken off: ranges are joined, `;binary` dropped. URLs are never followed.
 */
export class LdifReader {
  readonly #limits: LdifLimits
  /** Lines of the entry being read, unfolded, one after the other. */
  #text = Buffer.allocUnsafe(1 << 16)
  #used = 0
  /** Where the logical line being read begins in #text, and whether there is one. */
  #lineStart = 0
  #inLine = false
  /** Whether the next octet begins a physical line. */
  #atLineStart = true
  /** Number of the physical line being read, and of the one the logical line began on. */
  #lineNumber = 1
  #logicalNumber = 1
  #record: 'none' | 'entry' | 'result' = 'none'
  #dn = ''
  #attributes: [string, Uint8Array[]][] = []
  #values = 0
  /** How far the ranges of an attribute have come, by the attributes that came in ranges. */
  #ranges: Map<string, Ranges> | undefined
  readonly #names = new NameTable()
  #entryNumber = 1
  #result = 0
  #resultText = ''
  #references = 0
  #requested: string | undefined

  constructor(limits: Partial<LdifLimits> = {}) {
    this.#limits = { ...ldifLimits, ...limits }
  }

  /** LDAP result code that an export ended with, 0 when it says nothing, and its words. */
  get result(): { readonly code: number; readonly text: string } {
    return { code: this.#result, text: this.#resultText }
  }

  /** The attributes that were asked for, as `ldapsearch` notes them above its answer; nothing where no note was met yet. */
  get requested(): string | undefined {
    return this.#requested
  }

  /** Continuation references that the export holds; none are followed. */
  get references(): number {
    return this.#references
  }

  /** Takes the next piece and yields the entries that end in it. @throws CollectError naming the line. */
  *push(chunk: Uint8Array): Generator<LdifEntry, void> {
    let at = 0
    while (at < chunk.length) {
      if (this.#atLineStart) {
        const first = chunk[at]
        if (first === SPACE) {
          // A folded line goes on: RFC 2849 note 2. Exactly one space is taken off.
          if (!this.#inLine) {
            this.#logicalNumber = this.#lineNumber
            throw this.#error('begins with a space but continues no line')
          }
          at++
        } else {
          const entry = this.#endLine()
          if (entry !== undefined) yield entry
          this.#lineStart = this.#used
          this.#logicalNumber = this.#lineNumber
          this.#inLine = true
        }
        this.#atLineStart = false
      }
      let end = chunk.indexOf(NEWLINE, at)
      const isWhole = end >= 0
      if (!isWhole) end = chunk.length
      this.#append(chunk, at, end)
      at = end
      if (!isWhole) return
      at++
      if (this.#used > this.#lineStart && this.#text[this.#used - 1] === RETURN) this.#used--
      this.#atLineStart = true
      this.#lineNumber++
      // An empty line cannot be folded: a line that begins with a space after it continues nothing.
      if (this.#used === this.#lineStart) {
        const entry = this.#endLine()
        if (entry !== undefined) yield entry
      }
    }
  }

  /** Says that nothing follows and yields the last entry. @throws CollectError */
  *end(): Generator<LdifEntry, void> {
    const last = this.#endLine()
    if (last !== undefined) yield last
    const entry = this.#endRecord()
    if (entry !== undefined) yield entry
  }

  #append(chunk: Uint8Array, from: number, to: number): void {
    const needed = this.#used + to - from
    if (needed - this.#lineStart > this.#limits.lineBytes) {
      throw this.#tooBig(`the line is longer than ${this.#limits.lineBytes} bytes`)
    }
    if (needed > this.#limits.entryBytes) {
      throw this.#tooBig(`the entry is larger than ${this.#limits.entryBytes} bytes`)
    }
    if (needed > this.#text.length) {
      // Values already taken keep pointing into the smaller one.
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#text.length * 2))
      this.#text.copy(larger, 0, 0, this.#used)
      this.#text = larger
    }
    if (to - from < 64) {
      for (let at = from, put = this.#used; at < to; at++, put++) this.#text[put] = chunk[at]!
    } else {
      this.#text.set(chunk.subarray(from, to), this.#used)
    }
    this.#used = needed
  }

  /** Takes the logical line that is complete now; an empty one ends a record, whose entry is returned. */
  #endLine(): LdifEntry | undefined {
    if (!this.#inLine) return undefined
    this.#inLine = false
    const start = this.#lineStart
    if (this.#used === start) return this.#endRecord()
    if (this.#text[start] === HASH) {
      const note = this.#text.toString('latin1', start, Math.min(this.#used, start + MAX_NOTE))
      this.#requested = /^# requesting: (.*)$/.exec(note)?.[1] ?? this.#requested
      this.#used = start
      return undefined
    }
    const colon = this.#text.indexOf(COLON, start)
    if (colon < 0 || colon >= this.#used || colon === start)
      throw this.#error('is not of the form "attribute: value"')
    const name = this.#names.find(this.#text, start, colon)
    if (name === 'too many')
      throw this.#tooBig(`the file has more than ${MAX_ATTRIBUTES} different attributes`)
    if (name === undefined) throw this.#error('does not begin with an attribute name')
    if (this.#record === 'none') this.#beginRecord(name, colon)
    else if (this.#record === 'entry') this.#addValue(name, colon)
    else this.#addResult(name, colon)
    return undefined
  }

  #beginRecord(name: Name, colon: number): void {
    switch (name.text.toLowerCase()) {
      case 'dn':
        this.#record = 'entry'
        this.#dn = textOf(this.#value(colon))
        return
      case 'version':
        // First in a file, and again in the middle where files were joined.
        if (textOf(this.#value(colon)) !== '1')
          throw this.#error('is of another LDIF version than 1')
        this.#used = 0
        return
      // Printed by ldapsearch and ldbsearch beside entries.
      case 'ref':
      case 'search':
      case 'result':
        this.#record = 'result'
        this.#addResult(name, colon)
        return
      default:
        throw this.#error(
          'begins a record, but is no "dn:" line',
          'Each entry must begin with "dn:" and follow an empty line.',
        )
    }
  }

  #addResult(name: Name, colon: number): void {
    const key = name.text.toLowerCase()
    if (key === 'ref') this.#references++
    if (key !== 'result') return
    const [, code, text] = /^(\d{1,9})\s*(.{0,200})/.exec(textOf(this.#value(colon))) ?? []
    // A referral (10) is no fault of the export: it tells of what lies elsewhere.
    if (code === undefined || Number(code) === 10) return
    this.#result ||= Number(code)
    if (Number(code) !== 0) this.#resultText ||= text ?? ''
  }

  #addValue(name: Name, colon: number): void {
    const { base } = name
    if (base.special !== undefined) this.#checkSpecial(base, colon)
    if (
      base.special === 'changetype' ||
      (base.special === 'control' && this.#attributes.length === 0)
    )
      return
    if (++this.#values > this.#limits.entryValues) {
      throw this.#tooBig(`the entry has more than ${this.#limits.entryValues} values`)
    }
    const value = this.#value(colon)
    // An option with no values of its own is how `member;range=` announces itself beside an empty `member:`.
    if (base.entry !== this.#entryNumber) {
      base.entry = this.#entryNumber
      base.index = this.#attributes.length
      this.#attributes.push([base.name, []])
    }
    if (name.range !== undefined) this.#noteRange(base.name, name.range)
    this.#attributes[base.index]![1].push(value)
  }

  #checkSpecial(base: Base, colon: number): void {
    if (base.special === 'dn') {
      throw this.#error('begins an entry inside another one', 'Put an empty line between entries.')
    }
    // A change record has its controls and changetype right after the dn (RFC 2849): later they are attributes' names.
    if (this.#attributes.length > 0 || base.special === 'control') return
    if (textOf(this.#value(colon)).trim().toLowerCase() === 'add') return
    throw this.#fault('file-syntax', {
      why: 'it is a change record, which tells what to alter, not what is there',
      tryThis: 'Give an export: ldapsearch … > file, ldbsearch, or ldifde -f.',
    })
  }

  #noteRange(name: string, range: Range): void {
    this.#ranges ??= new Map()
    const known = this.#ranges.get(name)
    // Each value of a range names it again.
    if (known?.last.low === range.low && known.last.high === range.high) return
    const follows = known?.last.high === undefined ? 0 : known.last.high + 1
    const isWhole = range.low === follows && known?.isWhole !== false
    this.#ranges.set(name, { last: range, isWhole })
  }

  #endRecord(): LdifEntry | undefined {
    const record = this.#record
    this.#record = 'none'
    this.#used = 0
    this.#lineStart = 0
    if (record !== 'entry') return undefined
    const cut: string[] = []
    for (const [name, { last, isWhole }] of this.#ranges ?? [])
      if (!isWhole || last.high !== undefined) cut.push(name)
    const entry = { dn: this.#dn, attributes: this.#attributes, cut }
    this.#attributes = []
    this.#values = 0
    this.#ranges = undefined
    this.#entryNumber++
    return entry
  }

  /** The value after the colon at `colon`, decoded. */
  #value(colon: number): Uint8Array {
    let start = colon + 1
    // Behind the end of the line stands what an earlier one left.
    const kind = start < this.#used ? this.#text[start] : undefined
    if (kind === COLON || kind === LESS) start++
    while (start < this.#used && this.#text[start] === SPACE) start++
    if (kind === LESS) {
      throw this.#fault('file-syntax', {
        why: 'its value is a URL (":<"), and other files are never opened',
        tryThis: 'Export again with the values in the file (ldapsearch without -t).',
      })
    }
    if (kind !== COLON) return this.#text.subarray(start, this.#used)
    const encoded = this.#text.toString('latin1', start, this.#used)
    try {
      // Decoded over its own text, which is longer.
      const { written } = this.#text
        .subarray(start, this.#used)
        .setFromBase64(encoded, { lastChunkHandling: 'strict' })
      return this.#text.subarray(start, start + written)
    } catch {
      throw this.#error('is not base64 after "::"')
    }
  }

  #error(
    says: string,
    tryThis = 'Mend that line, or export again; the file may have been cut or edited.',
  ): CollectError {
    return this.#fault('file-syntax', { why: `it ${says}`, tryThis })
  }

  #tooBig(why: string): CollectError {
    return this.#fault('too-big', {
      why,
      tryThis: 'Check that this is an LDIF export; if it is, leave that entry out.',
    })
  }

  #fault(
    code: 'file-syntax' | 'too-big',
    { why, tryThis }: { why: string; tryThis: string },
  ): CollectError {
    return new CollectError(code, { what: `LDIF line ${this.#logicalNumber}`, why, tryThis })
  }
}

/** The range of an attribute that was met last, and whether those until then lie one after the other from 0 on. */
interface Ranges {
  readonly last: Range
  readonly isWhole: boolean
}

interface Range {
  readonly low: number
  /** Last index, or nothing for `*`: the values end here. */
  readonly high: number | undefined
}

/** An attribute whatever its options and case; knows where its values go in the entry being read. */
interface Base {
  readonly name: string
  readonly special: 'dn' | 'changetype' | 'control' | undefined
  entry: number
  index: number
}

interface Name {
  readonly octets: Uint8Array
  /** As written, without options. */
  readonly text: string
  readonly range: Range | undefined
  readonly base: Base
  readonly next: Name | undefined
}

/** Attribute names met so far, found by their octets: text is made of each spelling once, not once a line. */
class NameTable {
  readonly #slots: (Name | undefined)[] = Array.from({ length: 4096 })
  readonly #bases = new Map<string, Base>()
  #count = 0

  /** The name in text[from, to); nothing when it is none. */
  find(text: Buffer, from: number, to: number): Name | 'too many' | undefined {
    let hash = 0
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + text[at]!) | 0
    const slot = hash & 4095
    for (let name = this.#slots[slot]; name !== undefined; name = name.next) {
      if (isSame(name.octets, text, from, to)) return name
    }
    const name = this.#parse(text, from, to, this.#slots[slot])
    // Ranges spell one attribute in many ways; beyond a bound they are no longer remembered.
    if (typeof name === 'object' && this.#count < MAX_NAMES) {
      this.#slots[slot] = name
      this.#count++
    }
    return name
  }

  #parse(
    text: Buffer,
    from: number,
    to: number,
    next: Name | undefined,
  ): Name | 'too many' | undefined {
    if (to - from > 1000) return undefined
    const octets = Uint8Array.prototype.slice.call(text, from, to)
    const [name = '', ...options] = text.toString('latin1', from, to).split(';')
    if (!/^[a-z0-9](?:[\w.-]*)$/i.test(name)) return undefined
    const range = options
      .map((option) => /^range=(\d{1,9})-(\d{1,9}|\*)$/i.exec(option))
      .find((match) => match !== null)
    const key = name.toLowerCase()
    let base = this.#bases.get(key)
    if (base === undefined) {
      const special = key === 'dn' || key === 'changetype' || key === 'control' ? key : undefined
      base = { name, special, entry: 0, index: 0 }
      if (this.#bases.size === MAX_ATTRIBUTES) return 'too many'
      this.#bases.set(key, base)
    }
    return {
      octets,
      text: name,
      range:
        range === undefined
          ? undefined
          : { low: Number(range[1]), high: range[2] === '*' ? undefined : Number(range[2]) },
      base,
      next,
    }
  }
}

function isSame(octets: Uint8Array, text: Buffer, from: number, to: number): boolean {
  if (octets.length !== to - from) return false
  for (let at = 0; at < octets.length; at++) if (octets[at] !== text[from + at]) return false
  return true
}

/** Ten times as many as the largest schemas have. */
const MAX_ATTRIBUTES = 50_000
const MAX_NAMES = 100_000
/** Characters of a comment that are looked at. */
const MAX_NOTE = 50_000

const decoder = new TextDecoder()

function textOf(octets: Uint8Array): string {
  return decoder.decode(octets)
}

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const HASH = 0x23
const COLON = 0x3a
const LESS = 0x3c
