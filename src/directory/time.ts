import { DirectoryError } from './error.ts'

/** FILETIME counts from 1601-01-01, `Date` from 1970-01-01; this many milliseconds lie between. */
const EPOCH_MS = 11_644_473_600_000

/** The two values by which AD says "never" in a FILETIME: 0 and 2^63 - 1. */
const NEVER_MS = 922_337_203_685_477

/**
 * Reads a FILETIME attribute (`pwdLastSet`, `accountExpires`, `lastLogonTimestamp`): 100 ns since
 * 1601 UTC, as LDAP's decimal text or as an integer. Nothing for 0, negative values and
 * 0x7FFFFFFFFFFFFFFF, which mean "never" or "not set". Cut to whole milliseconds.
 * @throws DirectoryError `malformed` when it is not a 64-bit integer.
 */
export function parseFileTime(value: string | bigint): Date | undefined {
  return dateOfMs(wholeMilliseconds(value, 'FILETIME'))
}

/** The decimal text of a FILETIME, as LDAP carries it. */
export function formatFileTime(date: Date): string {
  return fileTimeOf(date).toString()
}

/** Reads a FILETIME of 8 octets, u64 little-endian (MS-DTYP 2.3.3), as {@link parseFileTime} does. */
export function readFileTime(bytes: Uint8Array, offset = 0): Date | undefined {
  if (offset + 8 > bytes.length) {
    throw new DirectoryError('truncated', 'FILETIME', 'needs 8 bytes', offset)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 8)
  const low = view.getUint32(0, true)
  const high = view.getInt32(4, true)
  // 2^32 is 429,496 ms and 7,296 units of 100 ns: in two parts every step is exact in a double.
  return dateOfMs(high * 429_496 + Math.floor((high * 7296 + low) / 10_000))
}

/** Writes what {@link readFileTime} reads. */
export function writeFileTime(date: Date): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, fileTimeOf(date), true)
  return bytes
}

/**
 * Reads an interval attribute (`maxPwdAge`, `lockoutDuration`): a negative count of 100 ns, here
 * positive milliseconds. 0 is 0; the smallest 64-bit integer means "for ever" and is `Infinity`
 * (MS-SAMR 3.1.1.8). A positive count, which AD never stores, turns out
 * negative. @throws DirectoryError `malformed` when it is not a 64-bit integer.
 */
export function parseInterval(value: string | bigint): number {
  const ms = wholeMilliseconds(value, 'interval')
  if (ms === -NEVER_MS) return Infinity
  return ms === 0 ? 0 : -ms
}

/**
 * Reads an interval of 8 octets, i64 little-endian (`pKIExpirationPeriod`, `pKIOverlapPeriod`), as
 * {@link parseInterval} does. @throws DirectoryError `truncated`.
 */
export function readInterval(bytes: Uint8Array, offset = 0): number {
  if (offset + 8 > bytes.length) {
    throw new DirectoryError('truncated', 'interval', 'needs 8 bytes', offset)
  }
  return parseInterval(
    new DataView(bytes.buffer, bytes.byteOffset + offset, 8).getBigInt64(0, true),
  )
}

/** Writes what {@link parseInterval} reads, as LDAP's decimal text. */
export function formatInterval(ms: number): string {
  if (ms >= NEVER_MS) return '-9223372036854775808'
  return (-BigInt(Math.round(ms)) * 10_000n).toString()
}

/**
 * Reads a generalized time, `20240103122624.0Z` (RFC 4517 §3.3.13): minutes and seconds may be
 * missing, the last part present may have a fraction, the zone is `Z` or an offset. A leap second
 * counts as the second after it. Cut to whole milliseconds. @throws DirectoryError `malformed`.
 */
export function parseGeneralizedTime(text: string): Date {
  const match =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)?)?(?:[.,](\d+))?(?:Z|([+-])(\d\d)(\d\d)?)$/.exec(
      text,
    )
  if (match === null) throw wrongTime('not of the form YYYYMMDDHHMMSS.0Z')
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const unitMs = match[6] !== undefined ? 1000 : match[5] !== undefined ? 60_000 : 3_600_000
  const fractionMs =
    match[7] === undefined ? 0 : Math.floor(Number(`0.${match[7]}`) * unitMs + 1e-6)
  const offsetHours = Number(match[9] ?? 0)
  const offsetMinutes = Number(match[10] ?? 0)
  if (hour! > 23 || minute! > 59 || second! > 60 || offsetHours > 23 || offsetMinutes > 59) {
    throw wrongTime('a part is out of range')
  }
  const date = new Date(0)
  date.setUTCFullYear(year!, month! - 1, day)
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) {
    throw wrongTime('there is no such day')
  }
  const offsetMs = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -60_000 : 60_000)
  const timeOfDayMs = ((hour! * 60 + minute!) * 60 + second!) * 1000 + fractionMs
  return new Date(date.getTime() + timeOfDayMs - offsetMs)
}

/** Writes a date as AD does: whole seconds in UTC, `20240103122624.0Z`. Years 0 to 9999. */
export function formatGeneralizedTime(date: Date): string {
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw wrongTime('the year has more than four digits')
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}.0Z`
}

function fileTimeOf(date: Date): bigint {
  return BigInt(date.getTime() + EPOCH_MS) * 10_000n
}

function dateOfMs(ms: number): Date | undefined {
  if (ms >= NEVER_MS || ms < 0) return undefined
  // Less than a millisecond after 1601 is 0 for every purpose AD has.
  return ms === 0 ? undefined : new Date(ms - EPOCH_MS)
}

/** The count of 100 ns cut towards zero to milliseconds; text is cut as text, which is exact and fast. */
function wholeMilliseconds(value: string | bigint, field: string): number {
  const text = typeof value === 'bigint' ? value.toString() : value
  const digits = text.startsWith('-') ? 1 : 0
  if (text.length === digits || text.length - digits > 19 || !isDecimal(text, digits)) {
    throw new DirectoryError('malformed', field, 'not a 64-bit integer')
  }
  const ms = Number(text.slice(0, -4))
  if (Math.abs(ms) > NEVER_MS) throw new DirectoryError('malformed', field, 'more than 64 bits')
  return Number.isNaN(ms) ? 0 : ms
}

function isDecimal(text: string, start: number): boolean {
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code < 0x30 || code > 0x39) return false
  }
  return true
}

function wrongTime(says: string): DirectoryError {
  return new DirectoryError('malformed', 'GeneralizedTime', says)
}
