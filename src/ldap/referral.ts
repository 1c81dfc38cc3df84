import type { BerReader, BerWriter } from '#ber'
import type { MessageLimits } from './limits.ts'

/** Reads `SEQUENCE SIZE (1..MAX) OF uri URI` under the tag given (RFC 4511 §4.1.10, §4.5.2). */
export function readUris(
  reader: BerReader,
  field: string,
  tag: number,
  limits: MessageLimits,
): string[] {
  const list = reader.enter(field, tag)
  const uris: string[] = []
  do {
    if (uris.length >= limits.attributes) list.fail('count', field, `over ${limits.attributes}`)
    uris.push(list.looseText(field))
  } while (!list.isEmpty)
  return uris
}

/** Writes what {@link readUris} reads. */
export function writeUris(writer: BerWriter, tag: number, uris: readonly string[]): void {
  if (uris.length === 0) throw new RangeError('a referral names at least one server')
  writer.nest(tag, () => {
    for (const uri of uris) writer.text(uri)
  })
}
