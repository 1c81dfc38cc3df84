import { ByteReader } from './byte-reader.ts'
import { type Guid, readGuid } from './guid.ts'
import { readFileTime } from './time.ts'

/** A key that its holder may sign in with instead of a password: a value of `msDS-KeyCredentialLink`. */
export interface KeyCredential {
  /** SHA-256 of the key material. */
  readonly keyId: Uint8Array | undefined
  /** Windows Hello, FIDO, file encryption; a number when it is none of them. */
  readonly usage: 'ngc' | 'fido' | 'fek' | number | undefined
  /** Who registered it: Active Directory itself, or Entra ID by its synchronisation. */
  readonly source: 'ad' | 'entra' | number | undefined
  readonly deviceId: Guid | undefined
  /** CustomKeyInformation is there, as the programs of Windows Hello write it. */
  readonly isCustomized: boolean
  readonly lastLogon: Date | undefined
  readonly created: Date | undefined
}

const VERSION_2 = 0x200
const usages: Readonly<Record<number, 'ngc' | 'fido' | 'fek'>> = { 1: 'ngc', 7: 'fido', 8: 'fek' }
const sources: Readonly<Record<number, 'ad' | 'entra'>> = { 0: 'ad', 1: 'entra' }

/**
 * Reads the binary part of a `msDS-KeyCredentialLink` value. Layout: u32 version 0x200, then
 * entries of u16 length, u8 identifier, value (KEYCREDENTIALLINK_BLOB, MS-ADTS 2.2.20). The key
 * material itself is passed over, and so are identifiers not known.
 * @throws DirectoryError with the byte offset.
 */
export function readKeyCredential(bytes: Uint8Array): KeyCredential {
  const reader = new ByteReader(bytes, 'KEYCREDENTIALLINK_BLOB')
  const version = reader.u32()
  if (version !== VERSION_2) throw reader.error('unsupported', `version ${version} is not 512`)
  const entries = new Map<number, Uint8Array>()
  while (reader.remaining > 0) {
    const length = reader.u16()
    const identifier = reader.u8()
    entries.set(identifier, reader.octets(length))
  }
  const sized = (identifier: number, size: number): Uint8Array | undefined => {
    const value = entries.get(identifier)
    if (value === undefined || value.length === size) return value
    throw reader.error('malformed', `entry ${identifier} has ${value.length} bytes, not ${size}`)
  }
  const usage = sized(0x04, 1)?.[0]
  const source = sized(0x05, 1)?.[0]
  const deviceId = sized(0x06, 16)
  const time = source === 1 ? dateOfTicks : readFileTime
  const lastLogon = sized(0x08, 8)
  const created = sized(0x09, 8)
  return {
    keyId: sized(0x01, 32),
    usage: usage === undefined ? undefined : (usages[usage] ?? usage),
    source: source === undefined ? undefined : (sources[source] ?? source),
    deviceId: deviceId && readGuid(deviceId),
    isCustomized: entries.has(0x07),
    lastLogon: lastLogon && time(lastLogon),
    created: created && time(created),
  }
}

/**
 * Entra ID writes its times as .NET does: 62 bits of 100 ns since the year 1, above them the kind.
 */
function dateOfTicks(bytes: Uint8Array): Date | undefined {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  const ms = Number((value & 0x3fff_ffff_ffff_ffffn) / 10_000n) - 62_135_596_800_000
  return ms <= -62_135_596_800_000 || ms > 8.64e15 ? undefined : new Date(ms)
}
