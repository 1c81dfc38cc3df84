import { DirectoryError } from './error.ts'
import { interned } from './intern.ts'

/**
 * A GUID as lower-case text with dashes and without braces, `bf967aba-0de6-11d0-a285-00aa003049e2`.
 * Two GUIDs are the same exactly when these strings are equal.
 */
export type Guid = string

/** The GUID of 16 zero octets. */
export const nullGuid: Guid = '00000000-0000-0000-0000-000000000000'

const SIZE_BYTES = 16
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * Reads a GUID of 16 octets: u32, u16, u16 little-endian, then 8 octets as they stand (MS-DTYP
 * 2.3.4.2). What follows is ignored. @throws DirectoryError `truncated`.
 */
export function readGuid(bytes: Uint8Array, offset = 0): Guid {
  if (offset + SIZE_BYTES > bytes.length) {
    const has = Math.max(0, bytes.length - offset)
    throw new DirectoryError('truncated', 'GUID', `needs 16 bytes, has ${has}`, offset)
  }
  return internGuid(bytes, offset, SIZE_BYTES)
}

/** Writes what {@link readGuid} reads. @throws DirectoryError `malformed`. */
export function writeGuid(value: Guid): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.fromHex(parseGuid(value).replaceAll('-', ''))
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}

/**
 * Brings a GUID written elsewhere into normal form: any case, in braces or not.
 * @throws DirectoryError `malformed`.
 */
export function parseGuid(text: string): Guid {
  const match = /^\s*(\{?)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\}?)\s*$/i.exec(text)
  if (match === null || (match[1] === '{') !== (match[3] === '}')) {
    throw new DirectoryError('malformed', 'GUID', 'not 32 hex digits in groups of 8-4-4-4-12')
  }
  return match[2]!.toLowerCase()
}

/** Whether the text is a GUID in normal form. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

/**
 * A GUID constant: ``guid('bf967aba-…')`` in a table, so that a mistyped one stops the program
 * when it loads. @throws DirectoryError `malformed` unless it is in normal form.
 */
export function guid(text: string): Guid {
  if (isGuid(text)) return text
  throw new DirectoryError('malformed', 'GUID', `constant ${text} is not in normal form`)
}

const internGuid = interned(SIZE_BYTES / 4, (bytes, offset) => {
  const order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15]
  return order.map((i) => (i === -1 ? '-' : HEX[bytes[offset + i]!])).join('')
})
