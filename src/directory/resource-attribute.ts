import { DirectoryError } from './error.ts'
import { type Sid, readSid, sidSizeBytes, writeSid } from './sid.ts'

/**
 * A claim that a resource attribute ACE puts on an object, in its application data
 * (CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1, MS-DTYP 2.4.10.1).
 */
export interface ResourceAttribute {
  readonly name: string
  /** As SDDL spells them: 64-bit integer, unsigned, string, SID, boolean, octets. */
  readonly type: ClaimType
  readonly flags: number
  readonly values: readonly (bigint | string | boolean | Uint8Array)[]
}

/** SDDL's letters for the types of claim values (MS-DTYP 2.5.1.1). */
export type ClaimType = keyof typeof claimTypes

const claimTypes = { TI: 0x1, TU: 0x2, TS: 0x3, TD: 0x5, TB: 0x6, TX: 0x10 } as const
const claimTypeNames = new Map<number, ClaimType>(
  (Object.entries(claimTypes) as [ClaimType, number][]).map(([name, code]) => [code, name]),
)

const HEADER_BYTES = 16
const FIELD = 'CLAIM_SECURITY_ATTRIBUTE'

/**
 * Reads a claim. Layout: u32 offset of the name, u16 type, u16 0, u32 flags, u32 count, count ×
 * u32 offset of a value; names and strings are UTF-16 up to a null, integers and booleans 64 bits,
 * SIDs and octets begin with their u32 length. @throws DirectoryError with the byte offset.
 */
export function readResourceAttribute(bytes: Uint8Array): ResourceAttribute {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < HEADER_BYTES) throw cut(bytes.length)
  const type = claimTypeNames.get(view.getUint16(4, true))
  if (type === undefined) throw new DirectoryError('unsupported', FIELD, 'an unknown type', 4)
  const count = view.getUint32(12, true)
  if (count > (bytes.length - HEADER_BYTES) / 4) {
    throw new DirectoryError('out-of-range', FIELD, `${count} values do not fit`, 12)
  }
  const values: ResourceAttribute['values'][number][] = []
  // Offsets may repeat: without a bound, a few octets could stand for gigabytes.
  let budget = MAX_VALUE_BYTES
  for (let i = 0; i < count; i += 1) {
    const value = readValue(bytes, view, view.getUint32(HEADER_BYTES + 4 * i, true), type)
    budget -= typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
    if (budget < 0) throw new DirectoryError('too-big', FIELD, 'values overlap', HEADER_BYTES)
    values.push(value)
  }
  const name = readText(bytes, view.getUint32(0, true))
  return { name, type, flags: view.getUint32(8, true), values }
}

/** Writes what {@link readResourceAttribute} reads, as Windows does: without gaps but at the end. */
export function writeResourceAttribute(claim: ResourceAttribute): Uint8Array<ArrayBuffer> {
  const parts = [
    textOctets(claim.name),
    ...claim.values.map((value) => valueOctets(value, claim.type)),
  ]
  const offsets: number[] = []
  let size = HEADER_BYTES + 4 * claim.values.length
  for (const part of parts) {
    offsets.push(size)
    size += part.length
  }
  const bytes = new Uint8Array(size + (-size & 3))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, offsets[0]!, true)
  view.setUint16(4, claimTypes[claim.type], true)
  view.setUint32(8, claim.flags, true)
  view.setUint32(12, claim.values.length, true)
  parts.forEach((part, i) => {
    if (i > 0) view.setUint32(HEADER_BYTES + 4 * (i - 1), offsets[i]!, true)
    bytes.set(part, offsets[i])
  })
  return bytes
}

/** Writes a claim as SDDL does, without parentheses: `"Project",TS,0x0,"Windows","SQL"`. */
export function formatResourceAttribute(
  claim: ResourceAttribute,
  formatSid: (sid: Sid) => string = (sid) => sid,
): string {
  const values = claim.values.map((value) => {
    if (typeof value === 'boolean') return value ? '1' : '0'
    if (typeof value === 'bigint') return value.toString()
    if (typeof value !== 'string') return `#${value.toHex()}`
    return claim.type === 'TD' ? `SID(${formatSid(value)})` : quoted(value)
  })
  const flags = `0x${claim.flags.toString(16)}`
  return [quoted(claim.name), claim.type, flags, ...values].join(',')
}

/** Reads what {@link formatResourceAttribute} writes. @throws DirectoryError with the character. */
export function parseResourceAttribute(
  text: string,
  parseSid: (text: string, at: number) => Sid,
  start = 0,
): ResourceAttribute {
  let at = 0
  const take = (pattern: RegExp, what: string): RegExpExecArray => {
    const sticky = new RegExp(`\\s*(?:${pattern.source})\\s*`, 'iy')
    sticky.lastIndex = at
    const found = sticky.exec(text)
    if (found === null) throw new DirectoryError('malformed', FIELD, `${what} expected`, start + at)
    at = sticky.lastIndex
    return found
  }
  const name = take(/"([^"]*)"/, 'a name in quotes')[1]!
  take(/,/, 'a comma')
  const type = take(/T[IUSDXB]/, 'a type')[0]
    .trim()
    .toUpperCase() as ClaimType
  take(/,/, 'a comma')
  const flags = Number(take(/0x[0-9a-f]{1,8}|\d{1,10}/, 'a number')[0].trim())
  const values: ResourceAttribute['values'][number][] = []
  while (at < text.length) {
    take(/,/, 'a comma')
    values.push(parseValue(type, take, () => start + at, parseSid))
  }
  return { name, type, flags, values }
}

/** An ACE has no more. */
const MAX_VALUE_BYTES = 0x10000

function parseValue(
  type: ClaimType,
  take: (pattern: RegExp, what: string) => RegExpExecArray,
  place: () => number,
  parseSid: (text: string, at: number) => Sid,
): ResourceAttribute['values'][number] {
  switch (type) {
    case 'TS': {
      return take(/"([^"]*)"/, 'a string in quotes')[1]!
    }
    case 'TD': {
      const found = take(/SID\(([^()]*)\)|(S-1-[0-9a-fx-]+|[A-Z]{2})/, 'a SID')
      return parseSid((found[1] ?? found[2]!).trim(), place())
    }
    case 'TX': {
      return Uint8Array.fromHex(take(/#?((?:[0-9a-f]{2})*)/, 'hex digits')[1]!)
    }
    case 'TB': {
      return take(/[01]/, '0 or 1')[0].trim() === '1'
    }
    case 'TI':
    case 'TU': {
      const found = take(/([+-]?)(0x[0-9a-f]{1,16}|\d{1,20})/, 'an integer')
      const value = found[1] === '-' ? -BigInt(found[2]!) : BigInt(found[2]!)
      const kept = type === 'TI' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)
      if (kept !== value)
        throw new DirectoryError('out-of-range', FIELD, 'more than 64 bits', place())
      return value
    }
  }
}

function readValue(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  type: ClaimType,
): ResourceAttribute['values'][number] {
  if (type === 'TS') return readText(bytes, at)
  if (type === 'TD' || type === 'TX') {
    if (at + 4 > bytes.length) throw cut(at)
    const size = view.getUint32(at, true)
    const content = bytes.subarray(at + 4, at + 4 + size)
    if (content.length < size) throw cut(at)
    if (type === 'TX') return content
    if (sidSizeBytes(content) !== size) {
      throw new DirectoryError('malformed', FIELD, 'a SID of another length', at)
    }
    return readSid(content)
  }
  if (at + 8 > bytes.length) throw cut(at)
  if (type === 'TI') return view.getBigInt64(at, true)
  const value = view.getBigUint64(at, true)
  return type === 'TU' ? value : value !== 0n
}

function readText(bytes: Uint8Array, start: number): string {
  let text = ''
  for (let at = start; at + 1 < bytes.length; at += 2) {
    const unit = bytes[at]! | (bytes[at + 1]! << 8)
    if (unit === 0) return text
    text += String.fromCharCode(unit)
  }
  throw cut(start)
}

function valueOctets(value: ResourceAttribute['values'][number], type: ClaimType): Uint8Array {
  if (typeof value === 'string' && type !== 'TD') return textOctets(value)
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const content = typeof value === 'string' ? writeSid(value) : value
    const bytes = new Uint8Array(4 + content.length)
    new DataView(bytes.buffer).setUint32(0, content.length, true)
    bytes.set(content, 4)
    return bytes
  }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true)
  return bytes
}

function textOctets(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2 + 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i += 1) view.setUint16(2 * i, text.charCodeAt(i), true)
  return bytes
}

function quoted(text: string): string {
  if (!text.includes('"')) return `"${text}"`
  throw new DirectoryError('unsupported', FIELD, 'SDDL cannot say a string with a quote in it')
}

function cut(at: number): DirectoryError {
  return new DirectoryError('truncated', FIELD, 'ends within the claim', at)
}
