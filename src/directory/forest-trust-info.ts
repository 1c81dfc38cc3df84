import { ByteReader } from './byte-reader.ts'
import { type Sid, readSid } from './sid.ts'

/** One record of what a trusted forest may vouch for. */
export type ForestTrustRecord =
  | {
      readonly kind: 'topLevelName' | 'topLevelNameExclusion'
      readonly name: string
      /** 1 new, 2 disabled by an administrator, 4 disabled by a conflict; 0 in force. */
      readonly flags: number
    }
  | {
      readonly kind: 'domain'
      readonly sid: Sid | undefined
      readonly dnsName: string
      readonly netbiosName: string
      /** 1 and 2: SID disabled, 4 and 8: NetBIOS name disabled; 0 in force. */
      readonly flags: number
    }

/**
 * Reads `msDS-TrustForestTrustInfo`. Layout: u32 version 1, u32 count, then records: u32 length of
 * what follows, u32 flags, u32 high and u32 low half of a FILETIME, u8 type, data (MS-ADTS
 * 6.1.6.9.3). Records of other types are passed over. @throws DirectoryError with the byte offset.
 */
export function readForestTrustInfo(bytes: Uint8Array): ForestTrustRecord[] {
  const reader = new ByteReader(bytes, 'msDS-TrustForestTrustInfo')
  const version = reader.u32()
  if (version !== 1) throw reader.error('unsupported', `version ${version} is not 1`)
  const count = reader.u32()
  const records: ForestTrustRecord[] = []
  for (let i = 0; i < count; i += 1) {
    const record = readRecord(
      new ByteReader(reader.octets(reader.u32()), 'msDS-TrustForestTrustInfo'),
    )
    if (record !== undefined) records.push(record)
  }
  return records
}

function readRecord(reader: ByteReader): ForestTrustRecord | undefined {
  const flags = reader.u32()
  reader.octets(8)
  const type = reader.u8()
  if (type === 0 || type === 1) {
    const kind = type === 0 ? 'topLevelName' : 'topLevelNameExclusion'
    return { kind, name: readText(reader), flags }
  }
  if (type !== 2) return undefined
  const sid = reader.octets(reader.u32())
  const dnsName = readText(reader)
  const netbiosName = readText(reader)
  return {
    kind: 'domain',
    sid: sid.length === 0 ? undefined : readSid(sid),
    dnsName,
    netbiosName,
    flags,
  }
}

function readText(reader: ByteReader): string {
  return utf8.decode(reader.octets(reader.u32()))
}

const utf8 = new TextDecoder()
