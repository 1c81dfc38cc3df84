import { type Form, attribute, attributeNames } from './attributes.ts'
import { type Guid, nullGuid, writeGuid } from './guid.ts'
import { type SecurityDescriptor, writeSecurityDescriptor } from './security-descriptor.ts'
import { writeSid } from './sid.ts'
import { formatFileTime, formatGeneralizedTime, formatInterval } from './time.ts'

/** An object a builder made: give it wherever its DN or SID is wanted. */
export interface TestObject {
  readonly dn: string
  /** sAMAccountName, else displayName of a policy, else the value of the RDN. */
  readonly name: string
  readonly guid: Guid
  readonly sid?: string
}

/** An object that can be a trustee or a member. */
export interface TestPrincipal extends TestObject {
  readonly sid: string
}

/** One value, written as people think of it. What it becomes depends on the attribute, see {@link encodeValue}. */
export type FriendlyValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | SecurityDescriptor
  | TestObject

/** Attributes by lDAPDisplayName. `undefined` takes away what the builder would set by itself. */
export interface FriendlyAttributes {
  readonly [name: string]: FriendlyValue | readonly FriendlyValue[] | undefined
}

/**
 * The octets of a value in an attribute. `Uint8Array` goes as it is everywhere, and so does text in attributes whose
 * form is not octets. Otherwise by form:
 *
 * - integer: a number; bit 31 may be given unsigned. flag: a boolean.
 * - fileTime, time: a `Date`. fileTime also takes `'never'`, and a bigint of 100 ns since 1601.
 * - interval: milliseconds, `Infinity` for never; a bigint counts 100 ns and is written as it is.
 * - sid, dn: text, or the object meant. guid: text, or the object meant.
 * - descriptor: SDDL (as seen from the domain of the builder), or a parsed one.
 * - text and attributes Glacis has no form for: by the type of the value; an object is its DN.
 */
export function encodeValue(
  name: string,
  value: FriendlyValue,
  parseSddl: (sddl: string) => SecurityDescriptor,
): Uint8Array {
  if (value instanceof Uint8Array) return value
  const form = forms.get(name.toLowerCase())
  const special = form === undefined ? undefined : encodeForm(form, value, parseSddl)
  if (special !== undefined) return special
  if (typeof value === 'boolean') return utf8(value ? 'TRUE' : 'FALSE')
  if (value instanceof Date) return utf8(formatGeneralizedTime(value))
  if (isTestObject(value)) return utf8(value.dn)
  if (typeof value === 'object') throw new TypeError(`${name} takes no security descriptor`)
  return utf8(String(value))
}

/** A value that its form writes in a way of its own; nothing when its type alone tells. */
function encodeForm(
  form: Form,
  value: FriendlyValue,
  parseSddl: (sddl: string) => SecurityDescriptor,
): Uint8Array | undefined {
  if (form === 'integer' && (typeof value === 'number' || typeof value === 'bigint'))
    return utf8(signed(value).toString())
  if (form === 'fileTime' && value instanceof Date) return utf8(formatFileTime(value))
  if (form === 'fileTime' && value === 'never') return utf8('9223372036854775807')
  if (form === 'interval' && typeof value === 'number') return utf8(formatInterval(value))
  if (form === 'sid' && typeof value === 'string') return writeSid(value)
  if (form === 'sid' && isTestObject(value) && value.sid !== undefined) return writeSid(value.sid)
  if (form === 'guid' && typeof value === 'string') return writeGuid(value)
  if (form === 'guid' && isTestObject(value)) return writeGuid(value.guid)
  if (form === 'descriptor' && typeof value === 'string')
    return writeSecurityDescriptor(parseSddl(value))
  if (form === 'descriptor' && typeof value === 'object' && 'control' in value)
    return writeSecurityDescriptor(value)
  return undefined
}

/** Whether a value of a builder is an object it made. */
export function isTestObject(value: unknown): value is TestObject {
  return typeof value === 'object' && value !== null && 'dn' in value && 'guid' in value
}

/** Spelling of an attribute in the table of attributes, or as given when it is not there. */
export function spelling(name: string): string {
  return spellings.get(name.toLowerCase()) ?? name
}

/** Octets of text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/**
 * `replPropertyMetaData` with one entry for each attribute given (MS-DRSR 5.163 PROPERTY_META_DATA_VECTOR as stored):
 * u32 version 1, u32 0, u32 count, u32 0, then 48 octets each: u32 attribute, u32 version, i64 seconds since 1601, GUID of
 * the originating DC, i64 originating USN, i64 local USN.
 */
export function writeReplPropertyMetaData(
  changes: ReadonlyMap<number, { at: Date; version?: number }>,
): Uint8Array {
  const bytes = new Uint8Array(16 + 48 * changes.size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 1, true)
  view.setUint32(8, changes.size, true)
  let at = 16
  for (const [id, { at: when, version = 1 }] of [...changes].toSorted(([a], [b]) => a - b)) {
    view.setUint32(at, id, true)
    view.setUint32(at + 4, version, true)
    view.setBigInt64(at + 8, BigInt(Math.floor(when.getTime() / 1000) + 11_644_473_600), true)
    bytes.set(writeGuid(nullGuid), at + 16)
    view.setBigInt64(at + 32, BigInt(version), true)
    view.setBigInt64(at + 40, BigInt(version), true)
    at += 48
  }
  return bytes
}

/**
 * One value of `msDS-ReplValueMetaData`: a member, when it was added and, if it was, taken out again (MS-ADTS 3.1.1.4.5.27,
 * MS-DRSR 4.1.13.1.25).
 */
export function writeReplValueMetaData(memberDn: string, added: Date, removed?: Date): string {
  return [
    '<DS_REPL_VALUE_META_DATA>',
    '<pszAttributeName>member</pszAttributeName>',
    `<pszObjectDn>${memberDn.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pszObjectDn>`,
    '<cbData>0</cbData>',
    '<pbData></pbData>',
    `<ftimeDeleted>${removed === undefined ? '1601-01-01T00:00:00Z' : isoSeconds(removed)}</ftimeDeleted>`,
    `<ftimeCreated>${isoSeconds(added)}</ftimeCreated>`,
    `<dwVersion>${removed === undefined ? 1 : 2}</dwVersion>`,
    `<ftimeLastOriginatingChange>${isoSeconds(removed ?? added)}</ftimeLastOriginatingChange>`,
    `<uuidLastOriginatingDsaInvocationID>${nullGuid}</uuidLastOriginatingDsaInvocationID>`,
    '<usnOriginatingChange>1</usnOriginatingChange>',
    '<usnLocalChange>1</usnLocalChange>',
    '<pszLastOriginatingDsaDN></pszLastOriginatingDsaDN>',
    '</DS_REPL_VALUE_META_DATA>\n',
  ].join('\n')
}

function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** One property of a DNS zone, a value of `dNSProperty` (MS-DNSP 2.3.2.1). */
export function writeDnsProperty(id: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(20 + data.length + 4)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length, true)
  view.setUint32(12, 1, true)
  view.setUint32(16, id, true)
  bytes.set(data, 20)
  return bytes
}

/** One record of a DNS name, a value of `dnsRecord` (MS-DNSP 2.3.2.2). */
export function writeDnsRecord(type: number, data: Uint8Array, ttlSeconds = 3600): Uint8Array {
  const bytes = new Uint8Array(24 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, data.length, true)
  view.setUint16(2, type, true)
  bytes[4] = 5
  bytes[5] = 0xf0
  view.setUint32(8, 1, true)
  view.setUint32(12, ttlSeconds)
  bytes.set(data, 24)
  return bytes
}

/** A name as DNS records hold it: octets in all, count of labels, length and octets of each, 0 (MS-DNSP 2.2.2.2.2). */
export function writeDnsName(name: string): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '')
  const bytes = labels.flatMap((label) => [label.length, ...utf8(label)])
  return Uint8Array.from([bytes.length + 1, labels.length, ...bytes, 0])
}

const forms = new Map<string, Form>(
  attributeNames.map((name) => [name.toLowerCase(), attribute(name).form]),
)
const spellings = new Map<string, string>(attributeNames.map((name) => [name.toLowerCase(), name]))
const encoder = new TextEncoder()

function signed(value: number | bigint): bigint {
  const big = BigInt(value)
  return big > 0x7fff_ffffn && big <= 0xffff_ffffn ? big - 0x1_0000_0000n : big
}
