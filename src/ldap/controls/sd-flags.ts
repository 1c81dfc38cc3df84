import { type BerReader, type BerWriter, Tag } from '#ber'
import { controlCodec, type ControlCodec } from '../control.ts'
import { controlOids } from '../oids.ts'

/**
 * The SD flags control: which parts of security descriptors are meant, as bits: owner 1, group 2,
 * DACL 4, SACL 8 (MS-ADTS 3.1.1.3.4.1.11). Without it a reader who may not see the SACL gets nothing.
 */
export const sdFlags: ControlCodec<number> = controlCodec(
  controlOids.sdFlags,
  'SDFlagsRequestValue',
  readSdFlags,
  writeSdFlags,
)

function readSdFlags(reader: BerReader): number {
  const value = reader.enter('SDFlagsRequestValue')
  const flags = value.integer('SDFlagsRequestValue.flags')
  value.finish('SDFlagsRequestValue', [Tag.integer])
  return flags
}

function writeSdFlags(writer: BerWriter, flags: number): void {
  writer.nest(Tag.sequence, () => writer.integer(flags))
}
