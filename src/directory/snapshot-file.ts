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
 * A snapshot as lines of JSON, the inside of a `.glacis` file. The file's trailer is not among them.
 *
 * 1. The manifest, an object that begins with `"format": "glacis.snapshot/1"`.
 * 2. `{"descriptor": number, "value": base64}`: each distinct security descriptor once, numbered from 0.
 * 3. One object a line: `dn`, then its attributes. One value is a string, several are an array of strings. Values that are
 *    not plain text stand in base64 under the attribute's name and `::`, as in LDIF. `nTSecurityDescriptor` is a number.
 */
export function* snapshotLines(snapshot: Snapshot): Generator<string, void> {
  yield JSON.stringify(manifestOf(snapshot))
  const numbers = new Map<number, number>()
  for (const id of snapshot.having('nTSecurityDescriptor')) {
    const list = snapshot.valueId(id, 'nTSecurityDescriptor')
    if (numbers.has(list)) continue
    const [value, ...others] = snapshot.raw(id, 'nTSecurityDescriptor')
    if (value === undefined || others.length > 0) continue
    yield `{"descriptor":${numbers.size},"value":"${value.toBase64()}"}`
    numbers.set(list, numbers.size)
  }
  yield* objectLines(snapshot, numbers)
}

/** Counts that a file's trailer confirms. */
export interface SnapshotCounts {
  readonly objects: number
  readonly descriptors: number
}

/** Takes the lines that {@link snapshotLines} gives, one by one, and makes the snapshot again. */
export class SnapshotLineReader {
  readonly #builder = new SnapshotBuilder()
  /** Numbers in the builder of the descriptors taken so far. */
  readonly #descriptors: number[] = []
  readonly #names = new Map<string, { readonly name: string; readonly isBase64: boolean }>()
  #manifest: Manifest | undefined
  #rows = 0
  #arena = new Uint8Array(1 << 16)
  #arenaUsed = 0

  /** How many objects and descriptors were taken so far. */
  get counts(): SnapshotCounts {
    return { objects: this.#rows, descriptors: this.#descriptors.length }
  }

  /** Takes the next line. @throws DirectoryError when it is not what must stand there. */
  take(line: string): void {
    const value = parseLine(line)
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
    this.#descriptors.push(this.#builder.keepDescriptor(decodeBase64(value)))
  }

  #takeObject(dn: string, object: Record<string, unknown>): void {
    const attributes: RawAttribute[] = []
    let descriptor: number | undefined
    this.#arenaUsed = 0
    for (const key in object) {
      if (key === 'dn') continue
      const value = object[key]
      const { name, isBase64 } = this.#name(key)
      if (typeof value === 'string') attributes.push([name, [this.#place(value, isBase64)]])
      else if (Array.isArray(value)) {
        const values = value.map((text: unknown) => this.#place(textIn(text, name), isBase64))
        attributes.push([name, values])
      } else {
        descriptor =
          typeof value === 'number' && name === 'nTSecurityDescriptor'
            ? this.#descriptors[value]
            : undefined
        if (descriptor === undefined)
          throw wrong(name, 'is neither text nor a known security descriptor')
      }
    }
    if (this.#builder.add(dn, attributes, descriptor) < 0)
      throw wrong('dn', 'the object is in the file twice')
    this.#rows++
  }

  /** Octets of a value, good until the next object is taken. */
  #place(text: string, isBase64: boolean): Uint8Array {
    // At most three octets a UTF-16 unit. What was placed before keeps its own, smaller arena.
    const most = text.length * 3
    if (this.#arenaUsed + most > this.#arena.length) {
      this.#arena = new Uint8Array(Math.max(1 << 16, most))
      this.#arenaUsed = 0
    }
    const start = this.#arenaUsed
    this.#arenaUsed += isBase64
      ? writeBase64(text, this.#arena, start)
      : writeText(text, this.#arena, start)
    return this.#arena.subarray(start, this.#arenaUsed)
  }

  #name(key: string): { readonly name: string; readonly isBase64: boolean } {
    let known = this.#names.get(key)
    if (known === undefined) {
      const isBase64 = key.endsWith('::')
      known = { name: isBase64 ? key.slice(0, -2) : key, isBase64 }
      this.#names.set(key, known)
    }
    return known
  }
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
): Generator<string, void> {
  const columns = snapshot.attributeNames.map(
    (name) => new ColumnWriter(snapshot, name, descriptors),
  )
  const { starts, held } = attributesByObject(snapshot)
  for (let id = 0; id < snapshot.count; id++) {
    let line = `{"dn":${JSON.stringify(snapshot.dn(id))}`
    for (let at = starts[id]!; at < starts[id + 1]!; at++) line += columns[held[at]!]!.member(id)
    yield `${line}}`
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
  readonly #written = new Map<number, string>()

  constructor(snapshot: Snapshot, name: string, descriptors: ReadonlyMap<number, number>) {
    this.#snapshot = snapshot
    this.#name = name
    this.#known = knownNames.get(name.toLowerCase())
    this.#isBinary = this.#known !== undefined && binaryForms.has(attribute(this.#known).form)
    this.#descriptors = this.#known === 'nTSecurityDescriptor' ? descriptors : undefined
  }

  member(id: ObjectId): string {
    if (this.#known === undefined) return this.#format(id)
    const list = this.#snapshot.valueId(id, this.#known)
    const number = this.#descriptors?.get(list)
    if (number !== undefined) return `,"nTSecurityDescriptor":${number}`
    const known = this.#written.get(list)
    if (known !== undefined) return known
    const text = this.#format(id)
    if (this.#written.size < 4096 && text.length < 4096) this.#written.set(list, text)
    return text
  }

  #format(id: ObjectId): string {
    const values = this.#snapshot.raw(id, this.#name)
    const texts = this.#isBinary ? undefined : plainTexts(values)
    const key = JSON.stringify(texts === undefined ? `${this.#name}::` : this.#name)
    const [only, ...others] = texts ?? values.map((value) => value.toBase64())
    return `,${key}:${JSON.stringify(others.length === 0 ? only : [only, ...others])}`
  }
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** The values as text, when each of them is UTF-8 without control characters but tab and line ends. */
function plainTexts(values: readonly Uint8Array[]): string[] | undefined {
  const texts: string[] = []
  for (const value of values) {
    let isAscii = true
    for (const octet of value) {
      if (octet >= 0x80) isAscii = false
      else if (
        octet === 0x7f ||
        (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d)
      )
        return undefined
    }
    try {
      texts.push(
        isAscii && value.length < 32 ? String.fromCharCode(...value) : strictDecoder.decode(value),
      )
    } catch {
      return undefined
    }
  }
  return texts
}

/** Writes text in UTF-8, quick for ASCII, and answers how many octets it took. */
function writeText(text: string, into: Uint8Array, at: number): number {
  if (text.length > 64) return encoder.encodeInto(text, into.subarray(at)).written
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 0x80) return encoder.encodeInto(text, into.subarray(at)).written
    into[at + index] = code
  }
  return text.length
}

function parseLine(line: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new DirectoryError('malformed', 'line', 'is not JSON', undefined, { cause: error })
  }
  if (!isRecord(value)) throw wrong('line', 'is not a JSON object')
  return value
}

function decodeBase64(text: string): Uint8Array {
  const octets = new Uint8Array(text.length)
  return octets.subarray(0, writeBase64(text, octets, 0))
}

/** Writes what base64 text stands for and answers how many octets it took. */
function writeBase64(text: string, into: Uint8Array, at: number): number {
  try {
    return into.subarray(at).setFromBase64(text, { lastChunkHandling: 'strict' }).written
  } catch (error) {
    throw new DirectoryError('malformed', 'value', 'is not base64', undefined, { cause: error })
  }
}

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
  return (
    value['hides'] === undefined || isList(value['hides'], (kind) => isText(kind) && kind in kinds)
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
