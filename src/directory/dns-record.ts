import { ByteReader } from './byte-reader.ts'
import { readFileTime } from './time.ts'

/** One DNS record, a value of `dnsRecord` on a dnsNode. */
export interface DnsRecord {
  /** One of {@link dnsType}. */
  readonly type: number
  /** 0xf0: of this zone; lower ones are glue, root hints, cache. */
  readonly rank: number
  readonly serial: number
  readonly ttlSeconds: number
  /** When a host last refreshed it; nothing for records made by hand, which never age. */
  readonly refreshed: Date | undefined
  /**
   * In the text of zone files: an address, a name without the last dot, `priority weight port
   * host`, the strings of a TXT. Nothing for types not known here and for tombstones.
   */
  readonly data: string | undefined
  /** Of a tombstone (type 0): when the record was deleted. */
  readonly deleted?: Date | undefined
}

/** Types of records (MS-DNSP 2.2.2.1.1). */
export const dnsType = {
  tombstone: 0,
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  mx: 15,
  txt: 16,
  aaaa: 28,
  srv: 33,
  dname: 39,
  wins: 0xff01,
  winsR: 0xff02,
} as const

/** One setting of a DNS zone, a value of `dNSProperty`. */
export interface DnsProperty {
  /** One of {@link dnsPropertyId}. */
  readonly id: number
  readonly data: Uint8Array
  /** The first octets as a number; nothing when there are none. */
  readonly value: number | undefined
}

/** Settings of a zone (MS-DNSP 2.3.2.1.1). */
export const dnsPropertyId = {
  zoneType: 0x1,
  allowUpdate: 0x2,
  secureTime: 0x8,
  noRefreshInterval: 0x10,
  scavengingServers: 0x11,
  agingEnabledTime: 0x12,
  refreshInterval: 0x20,
  agingState: 0x40,
  deletedFromHostname: 0x80,
} as const

/** Values of `allowUpdate` (MS-DNSP 2.2.6.1.1): who may change records over DNS. */
export const dnsAllowUpdate = { off: 0, unsecure: 1, secure: 2 } as const

const MS_PER_HOUR = 3_600_000
const HOURS_1601_TO_1970 = 3_234_576

/**
 * Reads a DNS record. Layout: u16 length of the data, u16 type, u8 version 5, u8 rank, u16 flags,
 * u32 serial, u32 big-endian TTL, u32 0, u32 hours since 1601, data (MS-DNSP 2.3.2.2).
 * @throws DirectoryError with the byte offset.
 */
export function readDnsRecord(bytes: Uint8Array): DnsRecord {
  const reader = new ByteReader(bytes, 'dnsRecord')
  const length = reader.u16()
  const type = reader.u16()
  const version = reader.u8()
  if (version !== 5) throw reader.error('unsupported', `version ${version} is not 5`)
  const rank = reader.u8()
  reader.u16()
  const serial = reader.u32()
  const ttlSeconds = reader.u32be()
  reader.u32()
  const hours = reader.u32()
  const octets = reader.octets(length)
  const refreshed = hours === 0 ? undefined : new Date((hours - HOURS_1601_TO_1970) * MS_PER_HOUR)
  const common = { type, rank, serial, ttlSeconds, refreshed }
  if (type === dnsType.tombstone)
    return { ...common, data: undefined, deleted: readFileTime(octets) }
  return { ...common, data: formatData(type, octets) }
}

/**
 * Reads a setting of a zone. Layout: u32 length of the data, u32 length of the name, u32 flag, u32
 * version 1, u32 id, data, name (MS-DNSP 2.3.2.1). With no data the default of the id holds, not
 * what may follow. @throws DirectoryError with the byte offset.
 */
export function readDnsProperty(bytes: Uint8Array): DnsProperty {
  const reader = new ByteReader(bytes, 'dNSProperty')
  const length = reader.u32()
  reader.u32()
  reader.u32()
  const version = reader.u32()
  if (version !== 1) throw reader.error('unsupported', `version ${version} is not 1`)
  const id = reader.u32()
  const data = reader.octets(length)
  const value = data.subarray(0, 4).reduceRight((sum, octet) => sum * 256 + octet, 0)
  return { id, data, value: length === 0 ? undefined : value }
}

function formatData(type: number, octets: Uint8Array): string | undefined {
  const reader = new ByteReader(octets, 'dnsRecord')
  switch (type) {
    case dnsType.a: {
      return [...reader.octets(4)].join('.')
    }
    case dnsType.aaaa: {
      return formatIpv6(Array.from({ length: 8 }, () => reader.u16be()))
    }
    case dnsType.ns:
    case dnsType.cname:
    case dnsType.ptr:
    case dnsType.dname: {
      return readName(reader)
    }
    case dnsType.mx: {
      return `${reader.u16be()} ${readName(reader)}`
    }
    case dnsType.srv: {
      return `${reader.u16be()} ${reader.u16be()} ${reader.u16be()} ${readName(reader)}`
    }
    case dnsType.soa: {
      const numbers = Array.from({ length: 5 }, () => reader.u32be())
      return `${readName(reader)} ${readName(reader)} ${numbers.join(' ')}`
    }
    case dnsType.txt: {
      const strings: string[] = []
      while (reader.remaining > 0)
        strings.push(JSON.stringify(utf8.decode(reader.octets(reader.u8()))))
      return strings.join(' ')
    }
    default: {
      return undefined
    }
  }
}

/** A counted name: u8 octets, u8 labels, then each label behind its length, then 0 (MS-DNSP 2.2.2.2.2). */
function readName(reader: ByteReader): string {
  const length = reader.u8()
  const count = reader.u8()
  const inner = new ByteReader(reader.octets(length), 'dnsRecord')
  const labels = Array.from({ length: count }, () => utf8.decode(inner.octets(inner.u8())))
  return labels.join('.')
}

/** An IPv6 address with its longest run of zeros left out (RFC 5952). */
function formatIpv6(groups: readonly number[]): string {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === 0) length += 1
    if (length > best.length) best = { start, length }
  }
  if (best.length < 2) return hexGroups(groups)
  return `${hexGroups(groups.slice(0, best.start))}::${hexGroups(groups.slice(best.start + best.length))}`
}

const hexGroups = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(':')

const utf8 = new TextDecoder()
