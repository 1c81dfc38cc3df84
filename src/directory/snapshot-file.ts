import { type AttributeName, attribute, attributeNames } from './attributes.ts'
import { DirectoryError } from './error.ts'
import { kinds } from './kinds.ts'
import {
  type Coverage,
  type LdapProbe,
  type ObjectId,
  type Origin,
  type RawAttribute,
  type Snapshot,
  SnapshotBuilder,
  type Source,
} from './snapshot.ts'

/**
 * A snapshot as lines of JSON in UTF-8, the inside of a `.glacis` file: without line ends, each good until the next is
 * taken. The file's trailer is not among them.
 *
 * 1. The manifest, an object that begins with `"format": "glacis.snapshot/1"`.
 * 2. `{"descriptor": number, "value": base64}`: each distinct security descriptor once, numbered from 0.
 * 3. One object a line: `dn`, then its attributes. One value is a string, several are an array of strings. Values that are
 *    not plain text stand in base64 under the attribute's name and `::`, as in LDIF. `nTSecurityDescriptor` is a number.
 */
export function* snapshotLines(snapshot: Snapshot): Generator<Uint8Array, void> {
  yield encoder.encode(JSON.stringify(manifestOf(snapshot)))
  const numbers = new Map<number, number>()
  for (const id of snapshot.having('nTSecurityDescriptor')) {
    const list = snapshot.valueId(id, 'nTSecurityDescriptor')
    if (numbers.has(list)) continue
    const [value, ...others] = snapshot.raw(id, 'nTSecurityDescriptor')
    if (value === undefined || others.length > 0) continue
    yield encoder.encode(`{"descriptor":${numbers.size},"value":"${value.toBase64()}"}`)
    numbers.set(list, numbers.size)
  }
  yield* objectLines(snapshot, numbers)
}

/** Counts that a file's trailer confirms. */
export interface SnapshotCounts {
  readonly objects: number
  readonly descriptors: number
}

/** Takes the lines that {@link snapshotLines} gives, one by one in UTF-8, and makes the snapshot again. */
export class SnapshotLineReader {
  readonly #builder = new SnapshotBuilder()
  /** Numbers in the builder of the descriptors taken so far. */
  readonly #descriptors: number[] = []
  readonly #names = new KeyTable()
  #manifest: Manifest | undefined
  #rows = 0
  /** Where the scanning of an object's line is. */
  #at = 0
  /** Values that do not stand in the line as they are; good until the next object. */
  #arena = new Uint8Array(1 << 16)
  #arenaUsed = 0

  /** How many objects and descriptors were taken so far. */
  get counts(): SnapshotCounts {
    return { objects: this.#rows, descriptors: this.#descriptors.length }
  }

  /** Takes the next line, without its end. @throws DirectoryError when it is not what must stand there. */
  take(line: Uint8Array): void {
    if (this.#manifest !== undefined && this.#takeAsWritten(line)) return
    const value = parseJson(decoder.decode(line))
    if (!isRecord(value)) throw wrong('line', 'is not a JSON object')
    if (this.#manifest === undefined) {
      this.#manifest = readManifest(value)
      const rootDse = Object.entries(this.#manifest.rootDse)
      this.#builder.setRootDse(
        rootDse.map(([name, texts]) => [name, texts.map((text) => encoder.encode(text))]),
      )
    } else if (typeof value['dn'] === 'string') this.#takeObject(value['dn'], value)
    else this.#takeDescriptor(value)
  }

  /** Makes the snapshot. @throws DirectoryError when there was no manifest. */
  build(): Snapshot {
    if (this.#manifest === undefined) throw wrong('manifest', 'there is none')
    const { asked, coverage, origin, probes } = this.#manifest
    return this.#builder.build({
      origin,
      coverage,
      probes,
      asked: asked === 'all' ? asked : new Set(asked),
    })
  }

  #takeDescriptor({ descriptor, value }: Record<string, unknown>): void {
    if (typeof value !== 'string' || descriptor !== this.#descriptors.length || this.#rows > 0) {
      throw wrong('line', 'is neither an object nor the next security descriptor')
    }
    const octets = decodeBase64(encoder.encode(value), 'value')
    this.#descriptors.push(this.#builder.keepDescriptor(octets))
  }

  /** An object's line in any other JSON than ours. */
  #takeObject(dn: string, object: Record<string, unknown>): void {
    const attributes: RawAttribute[] = []
    let descriptor: number | undefined
    for (const [key, value] of Object.entries(object)) {
      if (key === 'dn') continue
      const isBase64 = key.endsWith('::')
      const name = isBase64 ? key.slice(0, -2) : key
      if (typeof value === 'number') descriptor = this.#descriptorOf(name, value)
      else {
        const texts = Array.isArray(value) ? value : [value]
        const values = texts.map((text: unknown) => encoder.encode(textIn(text, name)))
        attributes.push([
          name,
          isBase64 ? values.map((octets) => decodeBase64(octets, name)) : values,
        ])
      }
    }
    this.#add(encoder.encode(dn), attributes, descriptor)
  }

  /**
   * Takes an object whose line is written just as {@link snapshotLines} does, without making text of it: a million of them
   * are a gigabyte. False when it is anything else, and then nothing was taken.
   */
  #takeAsWritten(line: Uint8Array): boolean {
    if (!DN_KEY.every((octet, index) => line[index] === octet)) return false
    this.#at = DN_KEY.length
    this.#arenaUsed = 0
    const dn = this.#string(line, false)
    const attributes: RawAttribute[] = []
    let descriptor: number | undefined
    if (dn === undefined) return false
    while (line[this.#at] === COMMA) {
      this.#at++
      const key = this.#key(line)
      if (key === undefined || line[this.#at++] !== COLON) return false
      const { name, isBase64 } = key
      const first = line[this.#at]
      if (first === QUOTE) {
        const value = this.#string(line, isBase64)
        if (value === undefined) return false
        attributes.push([name, [value]])
      } else if (first === OPEN_BRACKET) {
        const values: Uint8Array[] = []
        do {
          this.#at++
          const value = this.#string(line, isBase64)
          if (value === undefined) return false
          values.push(value)
        } while (line[this.#at] === COMMA)
        if (line[this.#at++] !== CLOSE_BRACKET) return false
        attributes.push([name, values])
      } else descriptor = this.#descriptorOf(name, this.#number(line))
    }
    if (line[this.#at] !== CLOSE_BRACE || this.#at !== line.length - 1) return false
    this.#add(dn, attributes, descriptor)
    return true
  }

  /** Octets of the string that begins here, and moves behind it; nothing when there is none, or no base64 where it must be. */
  #string(line: Uint8Array, isBase64: boolean): Uint8Array | undefined {
    if (line[this.#at] !== QUOTE) return undefined
    const start = this.#at + 1
    let end = start
    let hasEscape = false
    for (let octet = line[end]; octet !== QUOTE; octet = line[end]) {
      if (octet === undefined) return undefined
      if (octet === BACKSLASH) {
        hasEscape = true
        end++
      }
      end++
    }
    this.#at = end + 1
    if (hasEscape) {
      const text = parseJson(decoder.decode(line.subarray(start - 1, end + 1)))
      return isBase64 ? undefined : encoder.encode(String(text))
    }
    if (!isBase64) return line.subarray(start, end)
    const most = ((end - start) / 4) * 3
    if (this.#arenaUsed + most > this.#arena.length) {
      // What was placed before keeps the smaller one.
      this.#arena = new Uint8Array(Math.max(1 << 16, most))
      this.#arenaUsed = 0
    }
    const written = writeBase64(line, start, end, this.#arena, this.#arenaUsed)
    if (written < 0) return undefined
    const value = this.#arena.subarray(this.#arenaUsed, this.#arenaUsed + written)
    this.#arenaUsed += written
    return value
  }

  #key(line: Uint8Array): Key | undefined {
    if (line[this.#at] !== QUOTE) return undefined
    const start = this.#at + 1
    let end = start
    for (let octet = line[end]; octet !== QUOTE; octet = line[end]) {
      if (octet === undefined || octet === BACKSLASH) return undefined
      end++
    }
    this.#at = end + 1
    return this.#names.find(line, start, end)
  }

  #number(line: Uint8Array): number {
    let value = 0
    const start = this.#at
    for (;;) {
      const digit = (line[this.#at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) return this.#at === start ? Number.NaN : value
      value = value * 10 + digit
      this.#at++
    }
  }

  #descriptorOf(name: string, number: number): number {
    const descriptor = name === 'nTSecurityDescriptor' ? this.#descriptors[number] : undefined
    if (descriptor === undefined) {
      throw wrong(name, 'is neither text nor a known security descriptor')
    }
    return descriptor
  }

  #add(dn: Uint8Array, attributes: readonly RawAttribute[], descriptor: number | undefined): void {
    if (this.#builder.add(dn, attributes, descriptor) < 0) {
      throw wrong('dn', 'the object is in the file twice')
    }
    this.#rows++
  }
}

const DN_KEY = new TextEncoder().encode('{"dn":')
const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const CLOSE_BRACE = 0x7d

/** A member's name: the attribute, and how its values stand. */
interface Key {
  readonly name: string
  readonly isBase64: boolean
  readonly octets: Uint8Array
  readonly next: Key | undefined
}

/** Names of members met so far, found by their octets. */
class KeyTable {
  readonly #slots: (Key | undefined)[] = Array.from({ length: 2048 })

  find(line: Uint8Array, from: number, to: number): Key {
    let hash = 0
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + line[at]!) | 0
    const slot = hash & 2047
    for (let key = this.#slots[slot]; key !== undefined; key = key.next) {
      if (isSame(key.octets, line, from, to)) return key
    }
    const octets = line.slice(from, to)
    const text = decoder.decode(octets)
    const isBase64 = text.endsWith('::')
    const name = isBase64 ? text.slice(0, -2) : text
    return (this.#slots[slot] = { name, isBase64, octets, next: this.#slots[slot] })
  }
}

function isSame(octets: Uint8Array, line: Uint8Array, from: number, to: number): boolean {
  if (octets.length !== to - from) return false
  for (let at = 0; at < octets.length; at++) if (octets[at] !== line[from + at]) return false
  return true
}

interface Manifest {
  readonly format: string
  readonly origin: Origin
  readonly asked: 'all' | readonly string[]
  readonly objects: number
  readonly rootDse: Readonly<Record<string, readonly string[]>>
  readonly coverage: readonly Coverage[]
  readonly probes: readonly LdapProbe[]
}

const FORMAT = 'glacis.snapshot/1'

function manifestOf(snapshot: Snapshot): Manifest {
  return {
    format: FORMAT,
    origin: snapshot.origin,
    asked: snapshot.asked === 'all' ? 'all' : [...snapshot.asked],
    objects: snapshot.count,
    rootDse: Object.fromEntries(snapshot.rootDse),
    coverage: snapshot.coverage,
    probes: snapshot.probes,
  }
}

/** Forms that are octets whatever they happen to look like. */
const binaryForms = new Set(['sid', 'guid', 'octets', 'descriptor'])

const knownNames = new Map<string, AttributeName>(
  attributeNames.map((name) => [name.toLowerCase(), name]),
)

function* objectLines(
  snapshot: Snapshot,
  descriptors: ReadonlyMap<number, number>,
): Generator<Uint8Array, void> {
  const columns = snapshot.attributeNames.map(
    (name) => new ColumnWriter(snapshot, name, descriptors),
  )
  const { starts, held } = attributesByObject(snapshot)
  const line = new Line()
  for (let id = 0; id < snapshot.count; id++) {
    line.clear()
    line.text(`{"dn":${JSON.stringify(snapshot.dn(id))}`)
    for (let at = starts[id]!; at < starts[id + 1]!; at++) columns[held[at]!]!.member(id, line)
    line.text('}')
    yield line.octets
  }
}

/** For each object, which of `snapshot.attributeNames` it has: held[starts[id]] … held[starts[id + 1] − 1]. */
function attributesByObject(snapshot: Snapshot): { starts: Uint32Array; held: Uint32Array } {
  const starts = new Uint32Array(snapshot.count + 1)
  for (const name of snapshot.attributeNames)
    for (const id of snapshot.having(name)) starts[id + 1]!++
  for (let id = 0; id < snapshot.count; id++) starts[id + 1]! += starts[id]!
  const held = new Uint32Array(starts[snapshot.count]!)
  const next = starts.slice()
  snapshot.attributeNames.forEach((name, index) => {
    for (const id of snapshot.having(name)) held[next[id]!++] = index
  })
  return { starts, held }
}

/** Writes one attribute's values as a member of a JSON object, `,"name":…`. Lists that many objects share are written once. */
class ColumnWriter {
  readonly #snapshot: Snapshot
  readonly #name: string
  readonly #known: AttributeName | undefined
  readonly #isBinary: boolean
  readonly #descriptors: ReadonlyMap<number, number> | undefined
  readonly #textKey: Uint8Array
  readonly #base64Key: Uint8Array
  readonly #written = new Map<number, Uint8Array>()

  constructor(snapshot: Snapshot, name: string, descriptors: ReadonlyMap<number, number>) {
    this.#snapshot = snapshot
    this.#name = name
    this.#known = knownNames.get(name.toLowerCase())
    this.#isBinary = this.#known !== undefined && binaryForms.has(attribute(this.#known).form)
    this.#descriptors = this.#known === 'nTSecurityDescriptor' ? descriptors : undefined
    this.#textKey = encoder.encode(`,${JSON.stringify(name)}:`)
    this.#base64Key = encoder.encode(`,${JSON.stringify(`${name}::`)}:`)
  }

  member(id: ObjectId, line: Line): void {
    if (this.#known === undefined) {
      this.#write(this.#snapshot.raw(id, this.#name), line)
      return
    }
    const list = this.#snapshot.valueId(id, this.#known)
    const number = this.#descriptors?.get(list)
    if (number !== undefined) {
      line.text(`,"nTSecurityDescriptor":${number}`)
      return
    }
    const known = this.#written.get(list)
    if (known !== undefined) {
      line.add(known)
      return
    }
    const start = line.octets.length
    this.#write(this.#snapshot.raw(id, this.#name), line)
    if (this.#written.size < MAX_WRITTEN) this.#written.set(list, line.octets.slice(start))
  }

  #write(values: readonly Uint8Array[], line: Line): void {
    const start = line.octets.length
    if (!this.#isBinary && this.#writeTexts(values, line)) return
    line.cut(start)
    line.add(this.#base64Key)
    if (values.length > 1) line.text('[')
    values.forEach((value, index) => {
      if (index > 0) line.text(',')
      line.base64(value)
    })
    if (values.length > 1) line.text(']')
  }

  #writeTexts(values: readonly Uint8Array[], line: Line): boolean {
    line.add(this.#textKey)
    if (values.length > 1) line.text('[')
    for (let index = 0; index < values.length; index++) {
      if (index > 0) line.text(',')
      if (!line.string(values[index]!)) return false
    }
    if (values.length > 1) line.text(']')
    return true
  }
}

/** Distinct lists of an attribute that are remembered as written. */
const MAX_WRITTEN = 4096

const decoder = new TextDecoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** A line being written. */
class Line {
  #bytes = new Uint8Array(1 << 16)
  #used = 0

  /** What was written so far; good until more is. */
  get octets(): Uint8Array {
    return this.#bytes.subarray(0, this.#used)
  }

  clear(): void {
    this.#used = 0
  }

  /** Takes back what was written after this place. */
  cut(length: number): void {
    this.#used = length
  }

  add(octets: Uint8Array): void {
    this.#reserve(octets.length)
    if (octets.length < 48) {
      for (let at = 0; at < octets.length; at++) this.#bytes[this.#used + at] = octets[at]!
    } else this.#bytes.set(octets, this.#used)
    this.#used += octets.length
  }

  text(text: string): void {
    this.#reserve(text.length * 3)
    if (text.length > 48) {
      this.#used += encoder.encodeInto(text, this.#bytes.subarray(this.#used)).written
      return
    }
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code >= 0x80) {
        this.add(encoder.encode(text.slice(at)))
        return
      }
      this.#bytes[this.#used++] = code
    }
  }

  /** A JSON string of octets that are UTF-8 without control characters but tab and line ends; false when they are not. */
  string(octets: Uint8Array): boolean {
    this.#reserve(octets.length + 2)
    const start = this.#used
    let put = start
    this.#bytes[put++] = QUOTE
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at]!
      if (octet < 0x20 || octet >= 0x7f || octet === QUOTE || octet === BACKSLASH) {
        return this.#oddString(octets)
      }
      this.#bytes[put++] = octet
    }
    this.#bytes[put++] = QUOTE
    this.#used = put
    return true
  }

  base64(octets: Uint8Array): void {
    this.text('"')
    this.#reserve(Math.ceil(octets.length / 3) * 4)
    let put = this.#used
    for (let at = 0; at < octets.length; at += 3) {
      const left = octets.length - at
      const group = (octets[at]! << 16) | ((octets[at + 1] ?? 0) << 8) | (octets[at + 2] ?? 0)
      this.#bytes[put++] = alphabet.charCodeAt(group >> 18)
      this.#bytes[put++] = alphabet.charCodeAt((group >> 12) & 63)
      this.#bytes[put++] = left > 1 ? alphabet.charCodeAt((group >> 6) & 63) : PADDING
      this.#bytes[put++] = left > 2 ? alphabet.charCodeAt(group & 63) : PADDING
    }
    this.#used = put
    this.text('"')
  }

  #oddString(octets: Uint8Array): boolean {
    let text: string
    try {
      text = strictDecoder.decode(octets)
    } catch {
      return false
    }
    if (/\p{Cc}/u.test(text.replaceAll(/[\t\r\n]/g, ''))) return false
    this.text(JSON.stringify(text))
    return true
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#used + bytes, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#used))
    this.#bytes = larger
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DirectoryError('malformed', 'line', 'is not JSON', undefined, { cause: error })
  }
}

function decodeBase64(text: Uint8Array, field: string): Uint8Array {
  const octets = new Uint8Array(text.length)
  const written = writeBase64(text, 0, text.length, octets, 0)
  if (written < 0) throw wrong(field, 'is not base64')
  return octets.subarray(0, written)
}

/** Value of each base64 digit (RFC 4648 §4), 64 for anything else. */
const base64Digits = new Uint8Array(256).fill(64)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
for (let value = 0; value < 64; value++) base64Digits[alphabet.charCodeAt(value)] = value

/** Writes what the base64 text in text[from, to) stands for and answers how many octets it took; −1 when it is none. */
function writeBase64(
  text: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
  at: number,
): number {
  if ((to - from) % 4 !== 0) return -1
  let padding = 0
  if (to > from && text[to - 1] === PADDING) padding = text[to - 2] === PADDING ? 2 : 1
  let put = at
  let wrongDigits = 0
  for (let next = from; next < to; next += 4) {
    const isLast = next + 4 === to
    const a = base64Digits[text[next]!]!
    const b = base64Digits[text[next + 1]!]!
    const c = isLast && padding === 2 ? 0 : base64Digits[text[next + 2]!]!
    const d = isLast && padding > 0 ? 0 : base64Digits[text[next + 3]!]!
    wrongDigits |= a | b | c | d
    into[put++] = (a << 2) | (b >> 4)
    if (!isLast || padding < 2) into[put++] = (b << 4) | (c >> 2)
    if (!isLast || padding === 0) into[put++] = (c << 6) | d
  }
  return wrongDigits >= 64 ? -1 : put - at
}

const PADDING = 0x3d

function textIn(value: unknown, field: string): string {
  if (typeof value !== 'string') throw wrong(field, 'holds something else than text')
  return value
}

function wrong(field: string, says: string): DirectoryError {
  return new DirectoryError('malformed', `snapshot.${field}`, says)
}

// What the manifest holds is used all over the program, so it is looked at as closely as a stranger's.

function readManifest(value: Record<string, unknown>): Manifest {
  const { format, origin, asked, objects, rootDse, coverage, probes } = value
  if (format !== FORMAT) {
    throw new DirectoryError(
      'unsupported',
      'snapshot.format',
      `is not ${FORMAT}: the file is of another version`,
    )
  }
  if (asked !== 'all' && !isList(asked, isText))
    throw wrong('asked', 'is neither "all" nor a list of names')
  if (!isRecord(rootDse) || !Object.values(rootDse).every((texts) => isList(texts, isText))) {
    throw wrong('rootDse', 'does not hold lists of texts')
  }
  if (!isList(coverage, isCoverage))
    throw wrong('coverage', 'is no list of sources with their states')
  if (!isList(probes, isRecord)) throw wrong('probes', 'is no list')
  if (!isRecord(origin) || !isText(origin['source']))
    throw wrong('origin', 'does not say what it was made from')
  const { source, collectedBy } = origin
  return {
    format,
    origin: {
      source,
      takenAt: dateIn(origin['takenAt'], 'origin.takenAt'),
      ...(isText(collectedBy) ? { collectedBy } : {}),
    },
    asked,
    objects: Number(objects),
    rootDse: rootDse as Manifest['rootDse'],
    coverage,
    probes: probes.map(readProbe),
  }
}

const sources: ReadonlySet<unknown> = new Set<Source>([
  'rootdse',
  'ldap-domain',
  'ldap-config',
  'ldap-schema',
  'ldap-dns',
  'nTSecurityDescriptor',
  'ldap-probe',
  'sysvol',
  'smb-probe',
  'rpc',
  'registry',
])
const states: ReadonlySet<unknown> = new Set<Coverage['state']>(['read', 'partial', 'absent'])

function isCoverage(value: unknown): value is Coverage {
  if (!isRecord(value) || !sources.has(value['source']) || !states.has(value['state'])) return false
  const { objects, gaps } = value
  return (
    (objects === undefined || typeof objects === 'number') &&
    (gaps === undefined || isList(gaps, isGap))
  )
}

function isGap(value: unknown): boolean {
  if (!isRecord(value) || !isText(value['because'])) return false
  const { hides, isByDesign } = value
  return (
    (hides === undefined || isList(hides, (kind) => isText(kind) && Object.hasOwn(kinds, kind))) &&
    (isByDesign === undefined || isByDesign === true)
  )
}

function readProbe(value: Record<string, unknown>): LdapProbe {
  const { server, gaps, tls } = value
  if (!isText(server) || !isList(gaps, isText))
    throw wrong('probes', 'one does not say which server it is of')
  return {
    server,
    gaps,
    ...flagIn(value, 'anonymousRead'),
    ...flagIn(value, 'signingRequired'),
    ...flagIn(value, 'channelBindingRequired'),
    ...flagIn(value, 'channelBindingChecked'),
    ...(isRecord(tls) ? { tls: readTls(tls) } : {}),
  }
}

function readTls({
  versions,
  certificate,
}: Record<string, unknown>): NonNullable<LdapProbe['tls']> {
  if (!isList(versions, isText)) throw wrong('probes.tls.versions', 'is no list of texts')
  if (!isRecord(certificate)) return { versions }
  const { subject, issuer, sha256, names, keyBits, signatureAlgorithm } = certificate
  if (!isText(subject) || !isText(issuer) || !isText(sha256) || !isList(names, isText)) {
    throw wrong('probes.tls.certificate', 'lacks a member')
  }
  return {
    versions,
    certificate: {
      subject,
      issuer,
      sha256,
      names,
      notBefore: dateIn(certificate['notBefore'], 'probes.tls.certificate.notBefore'),
      notAfter: dateIn(certificate['notAfter'], 'probes.tls.certificate.notAfter'),
      ...(typeof keyBits === 'number' ? { keyBits } : {}),
      ...(isText(signatureAlgorithm) ? { signatureAlgorithm } : {}),
    },
  }
}

function flagIn<K extends string>(
  value: Record<string, unknown>,
  key: K,
): { readonly [key in K]?: boolean } {
  const flag = value[key]
  return typeof flag === 'boolean' ? ({ [key]: flag } as { readonly [key in K]: boolean }) : {}
}

function dateIn(value: unknown, field: string): Date {
  const date = new Date(isText(value) ? value : Number.NaN)
  if (Number.isNaN(date.getTime())) throw wrong(field, 'is no date')
  return date
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList<T>(
  value: unknown,
  holds: ((item: unknown) => item is T) | ((item: unknown) => boolean),
): value is T[] {
  return Array.isArray(value) && value.every((item: unknown) => holds(item))
}
