import {
  dnKey,
  DirectoryError,
  foldName,
  parseDnWithBinary,
  parseDnWithString,
  parseGeneralizedTime,
  parseGuid,
  parseSid,
  type SyntaxName,
  writeGuid,
  writeSid,
} from '#directory'
import { isOid, normalOid } from './attribute-types.ts'

/** What values mean that are names: of classes and attributes, or of objects. */
export interface Words {
  /** lDAPDisplayName of a class or attribute, by name or OID. */
  nameOf(word: string): string | undefined
  /** Whether a word that has no name is certainly neither class nor attribute. */
  readonly areComplete: boolean
  /** The plain name of an object in any of AD's forms; '' for an object that is not there. @throws DirectoryError. */
  plainDn(text: string): string
}

/** How a syntax lets values be compared (MS-ADTS 3.1.1.2.2.4); what it does not allow is Undefined in a filter. */
interface Comparison {
  /** What two values are equal by. Nothing when the octets are not of the syntax. */
  readonly key: (octets: Uint8Array, words: Words) => string | undefined
  /** Like `key`, for what a client wrote: more forms are taken. */
  readonly asked?: (octets: Uint8Array, words: Words) => string | undefined
  /** For the key of what is asked: how other keys stand to it, less than 0 when they come before. Absent where values have no order. */
  readonly orderTo?: (asked: string) => (key: string) => number
  /** Whether pieces of the keys may be looked for. */
  readonly hasSubstrings?: true
}

/**
 * What values of a syntax are equal by: the same key, the same value. Nothing when the octets are not of the syntax, or the
 * syntax cannot be compared.
 */
export function keyOf(syntax: SyntaxName, octets: Uint8Array, words: Words): string | undefined {
  return orNothing(comparisons[syntax].key, octets, words)
}

/**
 * The key of a value a client asks for: GUIDs and SIDs may be text, 32-bit numbers without sign, classes OIDs.
 * Nothing when it can be none of the syntax, which makes a filter Undefined.
 */
export function askedKeyOf(
  syntax: SyntaxName,
  octets: Uint8Array,
  words: Words,
): string | undefined {
  const { key, asked } = comparisons[syntax]
  if (isTooLong(syntax, octets)) return undefined
  return orNothing(asked ?? key, octets, words)
}

/** Whether more is asked for than anybody would: folding text costs far more than sending it. */
export function isTooLong(syntax: SyntaxName, octets: Uint8Array): boolean {
  return octets.length > maxAskedBytes && comparisons[syntax].key !== binary.key
}

const maxAskedBytes = 65_536

/** How keys of a syntax stand to one of them, less than 0 when they come before it; nothing when they have no order. */
export function orderTo(syntax: SyntaxName, asked: string): ((key: string) => number) | undefined {
  return comparisons[syntax].orderTo?.(asked)
}

/** How keys of a syntax are sorted; those that have no order of their own, as text. */
export function sortOrder(syntax: SyntaxName): (a: string, b: string) => number {
  const { orderTo: order } = comparisons[syntax]
  if (order === byNumber) return (a, b) => Number(a) - Number(b)
  if (order === byLargeNumber) return (a, b) => byLargeNumber(b)(a)
  return order === byCode ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : collate
}

/** Whether pieces of values of a syntax can be looked for. */
export function hasSubstrings(syntax: SyntaxName): boolean {
  return comparisons[syntax].hasSubstrings === true
}

/** Whether bits of values of a syntax can be tested. */
export function isInteger(syntax: SyntaxName): boolean {
  return syntax === 'integer' || syntax === 'enumeration' || syntax === 'largeInteger'
}

/** Octets as text; broken UTF-8 becomes U+FFFD. */
export function textOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('utf8')
}

/** Text as UTF-8. */
export function octetsOf(text: string): Uint8Array {
  return encoder.encode(text)
}

const encoder = new TextEncoder()

/** Windows orders text by language; the root order of Unicode is the same for what names are made of. */
const { compare: collate } = new Intl.Collator('en-US', {
  sensitivity: 'variant',
  ignorePunctuation: false,
})

const byCode = (asked: string) => (key: string) => (key < asked ? -1 : key > asked ? 1 : 0)
const byLanguage = (asked: string) => (key: string) => collate(key, asked)
const byNumber = (asked: string) => {
  const value = Number(asked)
  return (key: string) => Number(key) - value
}
const byLargeNumber = (asked: string) => {
  const value = BigInt(asked)
  return (key: string) => {
    const difference = BigInt(key) - value
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
}

const folded: Comparison = {
  key: (octets) => foldName(textOf(octets)),
  orderTo: byLanguage,
  hasSubstrings: true,
}
const exact: Comparison = { key: textOf, orderTo: byCode, hasSubstrings: true }
const binary: Comparison = { key: latin1, orderTo: byCode, hasSubstrings: true }
const time: Comparison = {
  key: (octets) => String(parseGeneralizedTime(withCentury(textOf(octets))).getTime()),
  orderTo: byNumber,
}
const number32: Comparison = {
  key: (octets) => {
    const value = decimal(octets)
    // Flags with bit 31 set may be written without the sign: AD keeps 32 bits of what is asked.
    return value === undefined || value > 0xffff_ffffn || value < -0x8000_0000n
      ? undefined
      : BigInt.asIntN(32, value).toString()
  },
  orderTo: byNumber,
}
const number64: Comparison = {
  key: (octets) => {
    const value = decimal(octets)
    return value === undefined || BigInt.asIntN(64, value) !== value ? undefined : value.toString()
  },
  orderTo: byLargeNumber,
}
const none: Comparison = { key: () => undefined }

const comparisons: Readonly<Record<SyntaxName, Comparison>> = {
  boolean: {
    key: (octets) => {
      const text = textOf(octets)
      return text === 'TRUE' || text === 'FALSE' ? text : undefined
    },
  },
  enumeration: number32,
  integer: number32,
  largeInteger: number64,
  dn: {
    key: (octets) => dnKey(textOf(octets)),
    asked: (octets, words) => dnKey(words.plainDn(textOf(octets))),
  },
  dnWithBinary: {
    key: (octets) => {
      const { binary: data, dn } = parseDnWithBinary(textOf(octets))
      return `${data.toHex()}:${dnKey(dn)}`
    },
  },
  dnWithString: {
    key: (octets) => {
      const { string, dn } = parseDnWithString(textOf(octets))
      return `${string.length}:${string}:${dnKey(dn)}`
    },
  },
  accessPoint: folded,
  orName: folded,
  presentationAddress: folded,
  replicaLink: binary,
  caseString: exact,
  ia5String: exact,
  printableString: exact,
  numericString: exact,
  teletexString: folded,
  unicodeString: folded,
  ntSecDesc: none,
  objectIdentifier: {
    key: (octets, words) => {
      const text = textOf(octets)
      return (words.nameOf(text) ?? (isOid(text) ? normalOid(text) : text)).toLowerCase()
    },
    // A word that is neither class nor attribute has no meaning; an OID has one even when nobody knows it.
    asked: (octets, words) => {
      const text = textOf(octets)
      const known = words.nameOf(text) ?? (isOid(text) ? normalOid(text) : undefined)
      return (known ?? (words.areComplete ? undefined : text))?.toLowerCase()
    },
  },
  octetString: {
    ...binary,
    asked: (octets) => latin1(guidFromText(octets) ?? octets),
  },
  sid: {
    ...binary,
    asked: (octets) => {
      const text = octets.length > 184 ? '' : textOf(octets)
      return latin1(/^s-1-/i.test(text) ? writeSid(parseSid(text.toUpperCase())) : octets)
    },
  },
  utcTime: time,
  generalizedTime: time,
}

function orNothing(
  key: (octets: Uint8Array, words: Words) => string | undefined,
  octets: Uint8Array,
  words: Words,
): string | undefined {
  try {
    return key(octets, words)
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
}

function decimal(octets: Uint8Array): bigint | undefined {
  if (octets.length > 32) return undefined
  const text = textOf(octets).trim()
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined
}

/** UTC time has years of two digits, 1950 to 2049 (RFC 4517 §3.3.34). */
function withCentury(text: string): string {
  if (!/^\d{10}(\d\d)?(Z|[+-]\d{4})$/.test(text)) return text
  return `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`
}

function guidFromText(octets: Uint8Array): Uint8Array | undefined {
  if (octets.length !== 36 && octets.length !== 38) return undefined
  try {
    return writeGuid(parseGuid(textOf(octets)))
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}
