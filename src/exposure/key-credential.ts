import { type Guid, readFileTime, readGuid } from '#directory'

/** A public key that an account may sign in with, as `msDS-KeyCredentialLink` holds it (MS-ADTS 2.2.20). */
export interface KeyCredential {
  /** `AD` or `Entra ID`: who keeps the device the key is on. */
  readonly source: string
  readonly usage: string
  readonly deviceId: Guid | undefined
  /** Only where the form of the time is certain. */
  readonly created: Date | undefined
  /** Whether the key is what a computer may write for itself (MS-ADTS 3.1.1.5.3.1.1.6). */
  readonly mayBeOwn: boolean
}

const VERSION_2 = 0x200
const entry = {
  keyUsage: 0x04,
  keySource: 0x05,
  deviceId: 0x06,
  customKeyInformation: 0x07,
  approximateLastLogon: 0x08,
  creationTime: 0x09,
} as const
const usages: Readonly<Record<number, string>> = { 1: 'NGC', 7: 'FIDO', 8: 'FEK' }
const SOURCE_AD = 0
const USAGE_NGC = 1

/**
 * Reads a KEYCREDENTIALLINK_BLOB. Layout: u32 version 0x200, then entries of u16 length of the value, u8 identifier, value;
 * little-endian (MS-ADTS 2.2.20.2, 2.2.20.3). Nothing when it is malformed or of another version.
 */
export function readKeyCredential(bytes: Uint8Array): KeyCredential | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 4 || view.getUint32(0, true) !== VERSION_2) return undefined
  const values = new Map<number, Uint8Array>()
  for (let at = 4; at < bytes.length; ) {
    if (at + 3 > bytes.length) return undefined
    const length = view.getUint16(at, true)
    const start = at + 3
    if (start + length > bytes.length) return undefined
    values.set(view.getUint8(at + 2), bytes.subarray(start, start + length))
    at = start + length
  }
  const usage = values.get(entry.keyUsage)?.[0]
  const source = values.get(entry.keySource)?.[0]
  const device = values.get(entry.deviceId)
  const created = values.get(entry.creationTime)
  return {
    source: source === SOURCE_AD ? 'AD' : source === 1 ? 'Entra ID' : 'unknown',
    usage: usages[usage ?? -1] ?? 'unknown',
    deviceId: device?.length === 16 ? readGuid(device) : undefined,
    // Keys of Entra ID count time in another way.
    created: created?.length === 8 && source === SOURCE_AD ? readFileTime(created) : undefined,
    mayBeOwn:
      usage === USAGE_NGC &&
      source === SOURCE_AD &&
      !values.has(entry.customKeyInformation) &&
      !values.has(entry.approximateLastLogon),
  }
}
