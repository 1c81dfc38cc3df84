import { DirectoryError } from './error.ts'
import { interned } from './intern.ts'

/**
 * A security identifier in its normal text form, `S-1-5-21-…`: capital S, decimal without leading
 * zeros, an authority of 2^32 or more as `0x` and 12 lower-case hex digits (MS-DTYP 2.4.2.1).
 * Two SIDs are the same exactly when these strings are equal.
 */
export type Sid = string

const MAX_SUB_AUTHORITIES = 15
const HEADER_BYTES = 8
const DOMAIN = 'S-1-5-21-'
const BUILTIN = 'S-1-5-32'

/**
 * Reads a binary SID; what follows it is ignored. Layout: revision 1, count n ≤ 15, 6 octets
 * big-endian authority, n × u32 little-endian (MS-DTYP 2.4.2.2).
 * @throws DirectoryError `truncated`, `unsupported` (revision) or `too-big` (count).
 */
export function readSid(bytes: Uint8Array, offset = 0): Sid {
  return internSid(bytes, offset, sidSizeBytes(bytes, offset))
}

/** Size of the binary SID at `offset`, all of which is there. @throws DirectoryError as {@link readSid}. */
export function sidSizeBytes(bytes: Uint8Array, offset = 0): number {
  const revision = bytes[offset]
  const count = bytes[offset + 1]
  if (revision === undefined || count === undefined) {
    throw new DirectoryError('truncated', 'SID', 'no bytes left', offset)
  }
  if (revision !== 1) {
    throw new DirectoryError('unsupported', 'SID.Revision', `${revision} is not 1`, offset)
  }
  if (count > MAX_SUB_AUTHORITIES) {
    throw new DirectoryError('too-big', 'SID.SubAuthorityCount', `${count} is over 15`, offset + 1)
  }
  const size = HEADER_BYTES + 4 * count
  if (offset + size > bytes.length) {
    const has = bytes.length - offset
    throw new DirectoryError('truncated', 'SID', `needs ${size} bytes, has ${has}`, offset)
  }
  return size
}

/** Writes the binary form of a SID. @throws DirectoryError `malformed` when the text is no SID. */
export function writeSid(sid: Sid): Uint8Array<ArrayBuffer> {
  const { authority, subAuthorities } = splitSid(sid)
  const bytes = new Uint8Array(HEADER_BYTES + 4 * subAuthorities.length)
  const view = new DataView(bytes.buffer)
  bytes[0] = 1
  bytes[1] = subAuthorities.length
  view.setUint16(2, Math.floor(authority / 2 ** 32))
  view.setUint32(4, authority % 2 ** 32)
  subAuthorities.forEach((part, i) => view.setUint32(HEADER_BYTES + 4 * i, part, true))
  return bytes
}

/**
 * Brings a SID written by a person or another program into normal form: any case, surrounding
 * spaces, leading zeros, hexadecimal authority. @throws DirectoryError `malformed`.
 */
export function parseSid(text: string): Sid {
  const { authority, subAuthorities } = splitSid(text.trim())
  return formatSid(authority, subAuthorities)
}

/** Whether the text is a SID in normal form, as all SIDs inside Glacis are. */
export function isSid(text: string): boolean {
  try {
    return parseSid(text) === text
  } catch {
    return false
  }
}

/** The SID of an identifier authority (48 bits) and its sub-authorities (32 bits each). */
export function formatSid(authority: number, subAuthorities: readonly number[]): Sid {
  let sid =
    authority < 2 ** 32 ? `S-1-${authority}` : `S-1-0x${authority.toString(16).padStart(12, '0')}`
  for (const part of subAuthorities) sid += `-${part}`
  return sid
}

/**
 * SID of the domain a principal belongs to: `S-1-5-21-a-b-c` of its accounts, `S-1-5-32` of
 * BUILTIN aliases. Nothing for a domain's own SID and for principals of no domain (`S-1-5-11`).
 */
export function domainOfSid(sid: Sid): Sid | undefined {
  const cut = relativeIdStart(sid)
  return cut === undefined ? undefined : sid.slice(0, cut)
}

/**
 * Relative identifier of a principal within its domain or BUILTIN, such as 512 of Domain Admins.
 * Nothing where {@link domainOfSid} has nothing, so a domain whose SID happens to end in 512 is
 * never taken for a group.
 */
export function ridOfSid(sid: Sid): number | undefined {
  const cut = relativeIdStart(sid)
  return cut === undefined ? undefined : Number(sid.slice(cut + 1))
}

/** Whether the SID names a domain itself: `S-1-5-21` and three more sub-authorities. */
export function isDomainSid(sid: Sid): boolean {
  return sid.startsWith(DOMAIN) && dashesAfter(sid, DOMAIN.length) === 2
}

/** Index of the dash before the relative identifier. */
function relativeIdStart(sid: Sid): number | undefined {
  if (sid.startsWith(DOMAIN)) {
    return dashesAfter(sid, DOMAIN.length) === 3 ? sid.lastIndexOf('-') : undefined
  }
  if (!sid.startsWith(`${BUILTIN}-`)) return undefined
  return dashesAfter(sid, BUILTIN.length) === 1 ? BUILTIN.length : undefined
}

function dashesAfter(sid: Sid, start: number): number {
  let dashes = 0
  for (let i = sid.indexOf('-', start); i !== -1; i = sid.indexOf('-', i + 1)) dashes += 1
  return dashes
}

function splitSid(text: string): { authority: number; subAuthorities: number[] } {
  const match = /^S-1-(\d{1,15}|0x[0-9a-f]{1,12})((?:-(?:\d{1,15}|0x[0-9a-f]{1,8}))*)$/i.exec(text)
  if (match === null) throw new DirectoryError('malformed', 'SID', 'not of the form S-1-5-…')
  const authority = Number(match[1])
  if (authority >= 2 ** 48) {
    throw new DirectoryError('malformed', 'SID.IdentifierAuthority', 'does not fit in 48 bits')
  }
  const subAuthorities = match[2]!.split('-').slice(1).map(Number)
  if (subAuthorities.length > MAX_SUB_AUTHORITIES) {
    throw new DirectoryError('malformed', 'SID.SubAuthority', 'there are more than 15')
  }
  if (subAuthorities.some((part) => part >= 2 ** 32)) {
    throw new DirectoryError('malformed', 'SID.SubAuthority', 'does not fit in 32 bits')
  }
  return { authority, subAuthorities }
}

const internSid = interned((HEADER_BYTES + 4 * MAX_SUB_AUTHORITIES) / 4, (bytes, offset, size) => {
  if (size !== ACCOUNT_BYTES) return formatOctets(bytes, offset, size)
  // The accounts of a domain differ in the last part alone.
  const at = offset + size - 4
  const rid =
    bytes[at]! + bytes[at + 1]! * 0x100 + bytes[at + 2]! * 0x10000 + bytes[at + 3]! * 0x1000000
  return `${internDomain(bytes, offset, size - 4)}-${rid}`
})

const ACCOUNT_BYTES = HEADER_BYTES + 4 * 5
const internDomain = interned(ACCOUNT_BYTES / 4, formatOctets)

/** Text of a SID of `size` octets, whatever its count says. */
function formatOctets(bytes: Uint8Array, offset: number, size: number): Sid {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, size)
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4)
  const subAuthorities: number[] = []
  for (let at = HEADER_BYTES; at < size; at += 4) subAuthorities.push(view.getUint32(at, true))
  return formatSid(authority, subAuthorities)
}
