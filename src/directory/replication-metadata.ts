import { ByteReader } from './byte-reader.ts'
import { DirectoryError } from './error.ts'
import { type Guid, parseGuid } from './guid.ts'

/** When and where an attribute of an object was last written. */
export interface AttributeChange {
  /** The attribute as ATTRTYP, see {@link attid}. */
  readonly attributeType: number
  /** Counts the writes. */
  readonly version: number
  /** Nothing when the attribute was never written by a person or program (time 0). */
  readonly originatingTime: Date | undefined
  /** invocationId of the domain controller that took the write. */
  readonly originatingInvocationId: Guid
  readonly originatingUsn: bigint
  readonly localUsn: bigint
}

/** ATTRTYP of attributes that rules ask the time of (MS-DRSR 5.14 and 5.16.4: prefix number and last arc of the OID). */
export const attid = {
  member: 0x1f,
  userPassword: 0x23,
  dSASignature: 0x2004a,
  nTSecurityDescriptor: 0x20119,
  userAccountControl: 0x90008,
  dBCSPwd: 0x90037,
  unicodePwd: 0x9005a,
  ntPwdHistory: 0x9005e,
  pwdLastSet: 0x90060,
  supplementalCredentials: 0x9007d,
  adminCount: 0x90096,
  lmPwdHistory: 0x900a0,
  unixUserPassword: 0x90776,
} as const

const HEADER_BYTES = 16
const ENTRY_BYTES = 48
const SECONDS_1601_TO_1970 = 11_644_473_600

/**
 * Reads `replPropertyMetaData`. Layout: u32 version 1, u32 0, u32 count, u32 0, then 48 octets
 * each: u32 ATTRTYP, u32 version, i64 seconds since 1601, invocation GUID, i64 originating and i64
 * local USN (MS-ADA3 2.192; layout as Samba has it, too).
 * @throws DirectoryError with the byte offset.
 */
export function readReplPropertyMetaData(bytes: Uint8Array): AttributeChange[] {
  const reader = new ByteReader(bytes, 'replPropertyMetaData')
  const version = reader.u32()
  if (version !== 1) throw reader.error('unsupported', `version ${version} is not 1`)
  reader.u32()
  const count = reader.u32()
  reader.u32()
  if (count > (bytes.length - HEADER_BYTES) / ENTRY_BYTES) {
    throw reader.error('out-of-range', `${count} entries do not fit`)
  }
  return Array.from({ length: count }, () => ({
    attributeType: reader.u32(),
    version: reader.u32(),
    originatingTime: dateOfSeconds(reader.i64()),
    originatingInvocationId: reader.guid(),
    originatingUsn: reader.i64(),
    localUsn: reader.i64(),
  }))
}

/** When an attribute was last written; nothing when the metadata does not have it. */
export function lastChangeOf(
  changes: readonly AttributeChange[],
  attributeType: number,
): Date | undefined {
  return changes.find((change) => change.attributeType === attributeType)?.originatingTime
}

/** What happened to one link value, such as one member of a group. */
export interface LinkChange {
  /** lDAPDisplayName of the link attribute. */
  readonly attribute: string
  /** The object linked to. */
  readonly dn: string
  readonly created: Date | undefined
  /** Nothing while the link is there. */
  readonly deleted: Date | undefined
  readonly version: number
  readonly originatingTime: Date | undefined
  readonly originatingInvocationId: Guid | undefined
}

/**
 * Reads one value of `msDS-ReplValueMetaData`: XML that a Windows domain controller computes
 * (DS_REPL_VALUE_META_DATA, MS-ADA2 2.448). @throws DirectoryError `malformed`.
 */
export function parseReplValueMetaData(xml: string): LinkChange {
  const parts = elementsOf(xml, 'DS_REPL_VALUE_META_DATA')
  const invocation = parts.get('uuidlastoriginatingdsainvocationid')
  return {
    attribute: parts.get('pszattributename') ?? '',
    dn: parts.get('pszobjectdn') ?? '',
    created: xmlTime(parts.get('ftimecreated')),
    deleted: xmlTime(parts.get('ftimedeleted')),
    version: Number(parts.get('dwversion') ?? 0),
    originatingTime: xmlTime(parts.get('ftimelastoriginatingchange')),
    originatingInvocationId: invocation ? parseGuid(invocation) : undefined,
  }
}

function dateOfSeconds(secondsSince1601: bigint): Date | undefined {
  if (secondsSince1601 <= 0n) return undefined
  const date = new Date((Number(secondsSince1601) - SECONDS_1601_TO_1970) * 1000)
  // A time beyond what a Date holds is as good as none.
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** The text of the elements right below a root of one level, by name in lower case. */
function elementsOf(xml: string, root: string): Map<string, string> {
  const open = xml.indexOf(`<${root}>`)
  const close = xml.indexOf(`</${root}>`, open)
  if (open === -1 || close === -1) throw new DirectoryError('malformed', root, 'is not there whole')
  const parts = new Map<string, string>()
  for (const match of xml.slice(open + root.length + 2, close).matchAll(/<(\w+)>([^<]*)<\/\1>/g)) {
    parts.set(match[1]!.toLowerCase(), unescapeXml(match[2]!))
  }
  return parts
}

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(lt|gt|quot|apos|amp|#\d{1,7}|#x[0-9a-f]{1,6});/gi,
    (entity, name: string) => {
      const named = xmlEntities[name.toLowerCase()]
      if (named !== undefined) return named
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity
    },
  )
}

const xmlEntities: Readonly<Record<string, string | undefined>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
}

/** Seconds in UTC; 1601 is "never". */
function xmlTime(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text))
    return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) || time <= -SECONDS_1601_TO_1970 * 1000 ? undefined : new Date(time)
}
