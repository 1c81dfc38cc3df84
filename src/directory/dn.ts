import { DirectoryError } from './error.ts'
import { type Guid, parseGuid, readGuid } from './guid.ts'
import { type Sid, parseSid, readSid } from './sid.ts'

/** One `type=value` of a relative distinguished name. */
export interface NamePart {
  /** As written, an OID as `2.5.4.3`: without prefix `OID.` and without leading zeros in its arcs. */
  readonly type: string
  /** Without escapes. Octets where the name has `#hex` that is not the BER of a string. */
  readonly value: string | Uint8Array
}

/** A relative distinguished name: one part, or several joined by `+`, which AD never has. */
export type Rdn = readonly NamePart[]

/** A distinguished name, from the object up to the root; the root DSE has none. */
export type Dn = readonly Rdn[]

/**
 * Reads a distinguished name (RFC 4514), and what older writers made of it (RFC 2253 §4): spaces
 * around separators, `;` between names, values in quotes, `OID.` before OIDs.
 * @throws DirectoryError `malformed` with the index of the character.
 */
export function parseDn(text: string): Dn {
  const names: NamePart[][] = []
  let at = skipSpaces(text, 0)
  if (at === text.length) return names
  let current: NamePart[] = []
  for (;;) {
    const equals = text.indexOf('=', at)
    if (equals === -1) throw wrong('no "=" after an attribute type', at)
    const type = parseType(text.slice(at, equals).trim(), at)
    const [value, end] = parseValue(text, skipSpaces(text, equals + 1))
    current.push({ type, value })
    const separator = text[end]
    if (separator !== '+') {
      names.push(current)
      current = []
    }
    if (separator === undefined) return names
    at = skipSpaces(text, end + 1)
  }
}

/**
 * Writes a distinguished name as AD does: special characters behind a backslash, control
 * characters as two hex digits, no spaces around separators.
 */
export function formatDn(dn: Dn): string {
  return dn.map(formatRdn).join(',')
}

/** Writes one relative distinguished name, as {@link formatDn} does. */
export function formatRdn(rdn: Rdn): string {
  return rdn.map(({ type, value }) => `${type}=${formatValue(value)}`).join('+')
}

/** Escapes a value for use behind `type=` in a distinguished name. */
export function escapeDnValue(value: string): string {
  return value
    .replaceAll(/[\\,+"<>;=]/g, String.raw`\$&`)
    .replace(/^[# ]/, String.raw`\$&`)
    .replace(/(?<!^\\) $/, String.raw`\ `)
    .replaceAll(/\p{Cc}/gu, (character) =>
      character > '\x7f'
        ? character
        : `\\${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
    )
}

/** The name one level up, as it stands in the text; nothing for the last one. */
export function parentDn(dn: string): string | undefined {
  const end = firstRdnEnd(dn)
  return end === dn.length ? undefined : dn.slice(end + 1).trimStart()
}

/** The first relative name as it stands in the text, `CN=Users`. */
export function rdnOf(dn: string): string {
  return dn.slice(0, firstRdnEnd(dn)).trimEnd()
}

/** The value of the first relative name, without escapes: `Users`. Text that is no DN comes back. */
export function nameOfDn(dn: string): string {
  try {
    const value = parseDn(rdnOf(dn))[0]?.[0]?.value
    return typeof value === 'string' ? value : rdnOf(dn)
  } catch {
    return dn
  }
}

/**
 * The same string for all names that AD takes for the same object, so that `===` and a `Map` do:
 * case, accents, width and kind of kana do not count (MS-ADTS 6.5), nor do spaces around
 * separators, ways of escaping, and OIDs instead of short names. A name is below another exactly
 * when its key ends in `,` and the other's key. Text that is no DN is its own key, in lower case.
 *
 * Windows compares by its own tables. This folds by Unicode's compatibility decomposition, which
 * agrees for names people give; to be certain about an odd one, compare objectGUIDs.
 */
export function dnKey(dn: string): string {
  if (plain.test(dn)) return dn.toLowerCase()
  if (plainLetters.test(dn)) return foldName(dn)
  let names: Dn
  try {
    names = parseDn(dn)
  } catch {
    return dn.toLowerCase()
  }
  return names.map(rdnKey).join(',')
}

/** Whether an object is below another one, at any depth. Everything is below the root, ''. */
export function isBelow(dn: string, ancestor: string): boolean {
  const above = dnKey(ancestor)
  const key = dnKey(dn)
  return above === '' ? key !== '' : key.endsWith(`,${above}`)
}

/** A string in the form in which AD compares names: case, accents, width, kind of kana do not count. */
export function foldName(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœςァ-ヶヽヾ]/g, (character) => folded[character] ?? hiragana(character))
}

/** The DNS name that the `DC=` parts of a name make: `essos.local`. Empty when it has none, or is no DN. */
export function dnsNameOfDn(dn: string): string {
  let names: Dn
  try {
    names = parseDn(dn)
  } catch {
    return ''
  }
  return names
    .flatMap(([part]) =>
      part !== undefined && isDomainComponent(part) ? [String(part.value)] : [],
    )
    .join('.')
}

/** The name of a domain's head, from its DNS name: `DC=essos,DC=local`. */
export function dnOfDnsName(dnsName: string): string {
  const labels = dnsName.split('.').filter((label) => label !== '')
  return labels.map((label) => `DC=${escapeDnValue(label)}`).join(',')
}

/**
 * The canonical name of an object, `essos.local/Users/Jorah` (MS-ADA1 2.98); of a domain
 * `essos.local/`. @throws DirectoryError `malformed`.
 */
export function canonicalName(dn: string): string {
  const parts = parseDn(dn).map(([part]) => part!)
  let domainParts = 0
  while (domainParts < parts.length && isDomainComponent(parts.at(-1 - domainParts)!))
    domainParts += 1
  const domain = parts.slice(parts.length - domainParts).map(({ value }) => String(value))
  const path = parts.slice(0, parts.length - domainParts).toReversed()
  const names = path.map(({ value }) => String(value).replaceAll(/[\\/]/g, String.raw`\$&`))
  return `${domain.join('.')}/${names.join('/')}`
}

/** What AD made of a name when it deleted the object or found two of the same name (MS-ADTS 3.1.1.5.5). */
export interface MangledName {
  readonly kind: 'deleted' | 'conflict'
  /** What it was called before. */
  readonly name: string
  readonly objectGuid: Guid
}

/** Reads the value of a name that ends in a line feed, `DEL:` or `CNF:` and a GUID; nothing for any other. */
export function parseMangledName(value: string): MangledName | undefined {
  const match = /^(.*)\n(DEL|CNF):([0-9a-f-]{36})$/is.exec(value)
  if (match === null) return undefined
  try {
    const kind = match[2]!.toUpperCase() === 'DEL' ? 'deleted' : 'conflict'
    return { kind, name: match[1]!, objectGuid: parseGuid(match[3]!) }
  } catch {
    return undefined
  }
}

/** A value of syntax Object(DN-Binary). */
export interface DnWithBinary {
  readonly binary: Uint8Array<ArrayBuffer>
  readonly dn: string
}

/** Reads `B:n:hex:dn`, n being the number of hex digits (MS-ADTS 3.1.1.2.2.2). @throws DirectoryError. */
export function parseDnWithBinary(text: string): DnWithBinary {
  const [value, dn] = splitCounted(text, 'B', 'Object(DN-Binary)')
  if (value.length % 2 !== 0 || /[^0-9a-f]/i.test(value)) {
    throw new DirectoryError('malformed', 'Object(DN-Binary)', 'not pairs of hex digits', 2)
  }
  return { binary: Uint8Array.fromHex(value), dn }
}

/** Writes what {@link parseDnWithBinary} reads. */
export function formatDnWithBinary({ binary, dn }: DnWithBinary): string {
  const hex = binary.toHex().toUpperCase()
  return `B:${hex.length}:${hex}:${dn}`
}

/** A value of syntax Object(DN-String). */
export interface DnWithString {
  readonly string: string
  readonly dn: string
}

/** Reads `S:n:string:dn`, n being the number of characters (MS-ADTS 3.1.1.2.2.2). @throws DirectoryError. */
export function parseDnWithString(text: string): DnWithString {
  const [value, dn] = splitCounted(text, 'S', 'Object(DN-String)')
  return { string: value, dn }
}

/** Writes what {@link parseDnWithString} reads. */
export function formatDnWithString({ string, dn }: DnWithString): string {
  return `S:${string.length}:${string}:${dn}`
}

/** A name with what AD puts before it or takes instead of it. */
export interface ExtendedDn {
  readonly guid?: Guid
  readonly sid?: Sid
  /** Seconds that the link lives on. */
  readonly ttlSeconds?: number
  /** GUID of a well-known object below `dn`, as 32 upper-case hex digits. */
  readonly wellKnownGuid?: string
  /** '' when the name is by GUID or SID alone. */
  readonly dn: string
}

/**
 * Reads a name in any of AD's forms: `<GUID=…>;<SID=…>;dn` and its parts alone, in hex or dashed
 * (MS-ADTS 3.1.1.3.1.2.4, extended DN control), `<WKGUID=…,dn>`, `<TTL=…>,dn` and `<TTL=…,dn>`
 * (link TTL control), or a plain one. Components not known are passed over.
 * @throws DirectoryError `malformed`. The plain name in it is not checked.
 */
export function parseExtendedDn(text: string): ExtendedDn {
  const found: { -readonly [K in keyof ExtendedDn]: ExtendedDn[K] } = { dn: '' }
  let rest = text
  for (;;) {
    const match = /^\s*<([A-Za-z_]+)=([^>]*)>\s*[;,]?/.exec(rest)
    if (match === null) break
    const [component, name, value] = match as unknown as [string, string, string]
    const at = text.length - rest.length
    const [, counted = value, below] = /^([^,]*),(.*)$/s.exec(value) ?? []
    switch (name.toUpperCase()) {
      case 'GUID': {
        found.guid = value.includes('-') ? parseGuid(value) : readGuid(hexOctets(value, at))
        break
      }
      case 'SID': {
        found.sid = /^S-/i.test(value) ? parseSid(value) : readSid(hexOctets(value, at))
        break
      }
      case 'TTL': {
        if (!/^\d{1,10}$/.test(counted)) throw wrong('TTL is not a number of seconds', at)
        found.ttlSeconds = Number(counted)
        break
      }
      case 'WKGUID': {
        if (!/^[0-9a-f]{32}$/i.test(counted)) throw wrong('WKGUID is not 32 hex digits', at)
        found.wellKnownGuid = counted.toUpperCase()
        break
      }
      default:
    }
    rest = rest.slice(component.length)
    if (below !== undefined && rest === '') rest = below
  }
  if (rest.trimStart().startsWith('<')) throw wrong('"<" without ">"', text.length - rest.length)
  found.dn = rest.trimStart()
  return found
}

/** Short names of the attribute types that name objects, for their OIDs (RFC 4514 §3, RFC 4519). */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  '2.5.4.4': 'sn',
  '2.5.4.6': 'c',
  '2.5.4.7': 'l',
  '2.5.4.8': 'st',
  '2.5.4.9': 'street',
  '2.5.4.10': 'o',
  '2.5.4.11': 'ou',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300.100.1.25': 'dc',
}

const folded: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ς: 'σ' }

/** Katakana to hiragana, which lie 0x60 apart. */
function hiragana(katakana: string): string {
  return String.fromCharCode(katakana.charCodeAt(0) - 0x60)
}

function rdnKey(rdn: Rdn): string {
  const parts = rdn.map(({ type, value }) => {
    const text = typeof value === 'string' ? foldName(value) : `#${value.toHex()}`
    return `${shortNames[type] ?? type.toLowerCase()}=${text.replaceAll(/[\\,+]/g, keyEscape)}`
  })
  return parts.length === 1 ? parts[0]! : parts.toSorted().join('+')
}

/** In keys a comma ends a name, always. */
function keyEscape(character: string): string {
  return `\\${character.charCodeAt(0).toString(16)}`
}

function isDomainComponent({ type }: NamePart): boolean {
  return (shortNames[type] ?? type.toLowerCase()) === 'dc'
}

/** Names of parts that stand as they are: nothing escaped or quoted, no spaces around separators, no OIDs. */
function plainNames(signs: string): RegExp {
  const word = `[${signs}]+`
  const rdn = `[A-Za-z][A-Za-z0-9-]*=${word}(?: +${word})*`
  return new RegExp(`^${rdn}(?:,${rdn})*$`)
}

const asciiSigns = String.raw`!$-*\--:=?-[\]-~`

/** Names whose key is their lower case, as nearly all are: printable ASCII. */
const plain = plainNames(asciiSigns)

/** Names whose key is what they fold to: with Latin, Greek and Cyrillic letters, none of which folds to a separator. */
const plainLetters = plainNames(String.raw`${asciiSigns}\u00c0-\u036f\u0386-\u04ff`)

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) > 0x7f) return false
  }
  return true
}

function skipSpaces(text: string, start: number): number {
  let at = start
  while (text[at] === ' ') at += 1
  return at
}

function parseType(text: string, at: number): string {
  const oid = /^(?:oid\.)?(\d+(?:\.\d+)+)$/i.exec(text)
  if (oid !== null) return oid[1]!.replaceAll(/(^|\.)0+(?=\d)/g, '$1')
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(text)) throw wrong('not an attribute type', at)
  return text
}

function parseValue(text: string, start: number): [value: NamePart['value'], end: number] {
  if (text[start] === '#') return parseHexValue(text, start)
  const isQuoted = text[start] === '"'
  const octets: number[] = []
  let value = ''
  // Trailing spaces count only when escaped, or within quotes.
  let keep = 0
  let at = isQuoted ? start + 1 : start
  for (;;) {
    const character = text[at]
    if (character !== '\\' && octets.length > 0) {
      value += decodeOctets(octets, at)
      keep = value.length
    }
    if (character === undefined) {
      if (isQuoted) throw wrong('a quoted value has no end', start)
      break
    }
    if (
      isQuoted ? character === '"' : character === ',' || character === ';' || character === '+'
    ) {
      break
    }
    if (character === '\\') {
      const pair = text.slice(at + 1, at + 3)
      if (/^[0-9a-f]{2}$/i.test(pair)) {
        octets.push(Number.parseInt(pair, 16))
        at += 3
        continue
      }
      if (octets.length > 0) value += decodeOctets(octets, at)
      const escaped = pair[0]
      if (escaped === undefined || !' "#+,;<=>\\/'.includes(escaped)) {
        throw wrong('a backslash before what needs none', at)
      }
      value += escaped
      keep = value.length
      at += 2
      continue
    }
    if (!isQuoted && character === '"') throw wrong('a quote inside a value', at)
    if (character === '\0') throw wrong('a null character', at)
    value += character
    if (isQuoted || character !== ' ') keep = value.length
    at += 1
  }
  if (!isQuoted) return [value.slice(0, keep), at]
  const end = skipSpaces(text, at + 1)
  if (end < text.length && !',;+'.includes(text[end]!))
    throw wrong('text after a quoted value', end)
  return [value, end]
}

/** Decodes and empties a run of escaped octets. */
function decodeOctets(octets: number[], at: number): string {
  try {
    return strictUtf8.decode(Uint8Array.from(octets.splice(0)))
  } catch {
    throw wrong('escaped octets are not UTF-8', at)
  }
}

function parseHexValue(text: string, start: number): [value: NamePart['value'], end: number] {
  const match = /^#((?:[0-9a-f]{2})+) *(?=[,;+]|$)/i.exec(text.slice(start, start + MAX_HEX))
  if (match === null) throw wrong('"#" without pairs of hex digits', start)
  const octets = Uint8Array.fromHex(match[1]!)
  return [textOfBer(octets) ?? octets, start + match[0].length]
}

/** Names in AD are at most 255 characters; this bounds what a hostile one makes us scan. */
const MAX_HEX = 0x10000

/** Text of the BER of a string of at most 127 octets, the only kind of `#hex` met in practice. */
function textOfBer(octets: Uint8Array): string | undefined {
  const [tag, length] = octets
  const content = octets.subarray(2)
  if (length === undefined || length > 0x7f || content.length !== length) return undefined
  // OCTET STRING, UTF8String, NumericString, PrintableString, IA5String.
  if (![0x04, 0x0c, 0x12, 0x13, 0x16].includes(tag!)) return undefined
  try {
    return strictUtf8.decode(content)
  } catch {
    return undefined
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function formatValue(value: NamePart['value']): string {
  return typeof value === 'string' ? escapeDnValue(value) : `#${value.toHex().toUpperCase()}`
}

/** Index of the separator that ends the first relative name, or the length of the text. */
function firstRdnEnd(dn: string): number {
  const comma = dn.indexOf(',')
  const end = comma === -1 ? dn.length : comma
  let isSimple = true
  for (let i = 0; i < end; i += 1) {
    const code = dn.charCodeAt(i)
    // Backslash, quote, semicolon.
    if (code === 0x5c || code === 0x22 || code === 0x3b) {
      isSimple = false
      break
    }
  }
  if (isSimple) return end
  let isQuoted = false
  for (let i = 0; i < dn.length; i += 1) {
    const character = dn[i]
    if (character === '\\') i += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && (character === ',' || character === ';')) return i
  }
  return dn.length
}

function splitCounted(text: string, letter: string, field: string): [value: string, dn: string] {
  const match = /^([BS]):(\d{1,9}):/i.exec(text)
  if (match === null || match[1]!.toUpperCase() !== letter) {
    throw new DirectoryError('malformed', field, `not of the form ${letter}:n:…:dn`, 0)
  }
  const start = match[0].length
  const end = start + Number(match[2])
  if (text[end] !== ':') {
    throw new DirectoryError('malformed', field, 'the count does not fit the value', start)
  }
  return [text.slice(start, end), text.slice(end + 1)]
}

function hexOctets(hex: string, at: number): Uint8Array {
  if (hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) throw wrong('not pairs of hex digits', at)
  return Uint8Array.fromHex(hex)
}

function wrong(says: string, at: number): DirectoryError {
  return new DirectoryError('malformed', 'distinguishedName', says, at)
}
