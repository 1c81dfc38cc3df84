import { type ObjectId, attributeTypes } from '#directory'
import type { Forest } from './forest.ts'

/** The last originating change of an attribute, as the domain controllers keep it. */
export interface Change {
  readonly at: Date
  /** How often it was written, from 1; taking a value away counts too. */
  readonly version: number
}

/** Attributes that rules ask about. */
type Tracked = 'unicodePwd' | 'unixUserPassword' | 'userPassword'

const HEADER_BYTES = 16
const ENTRY_BYTES = 48
/** Seconds from 1601 to 1970. */
const EPOCH_SECONDS = 11_644_473_600n

/**
 * When an attribute of an object was last changed, and how often: from `replPropertyMetaData`. Nothing when that was not read,
 * is broken, or has no entry for the attribute. Layout: u32 version 1, u32 0, u32 count, u32 0, then entries of 48 octets: u32
 * attribute, u32 version, i64 seconds since 1601, GUID of the originating controller, i64 its USN, i64 local USN; little-endian
 * (MS-ADTS 3.1.1.1.9, MS-DRSR 5.165). The attribute's stored form is read, since constructed ones are not computed by every
 * server.
 */
export function lastChange(forest: Forest, id: ObjectId, name: Tracked): Change | undefined {
  const [blob] = forest.snapshot.raw(id, 'replPropertyMetaData')
  const wanted = attributeTypes[name]
  if (blob === undefined || wanted === undefined || blob.length < HEADER_BYTES) return undefined
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length)
  if (view.getUint32(0, true) !== 1) return undefined
  const entries = Math.min(
    view.getUint32(8, true),
    Math.floor((blob.length - HEADER_BYTES) / ENTRY_BYTES),
  )
  for (let entry = 0; entry < entries; entry++) {
    const at = HEADER_BYTES + entry * ENTRY_BYTES
    if (view.getUint32(at, true) !== wanted) continue
    const seconds = Number(view.getBigInt64(at + 8, true) - EPOCH_SECONDS)
    const time = new Date(seconds * 1000)
    if (Number.isNaN(time.getTime())) return undefined
    return { at: time, version: view.getUint32(at + 4, true) }
  }
  return undefined
}
