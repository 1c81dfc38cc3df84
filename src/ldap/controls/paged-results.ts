import { type BerReader, type BerWriter, Tag } from '#ber'
import { controlCodec, type ControlCodec } from '../control.ts'
import { controlOids } from '../oids.ts'

/** Value of the simple paged results control (RFC 2696 §2). */
export interface PagedResults {
  /** Asked: entries per page. Answered: the server's estimate of all, 0 when it has none. */
  readonly size: number
  /** Opaque, shares memory with the PDU. Empty before the first page and after the last. */
  readonly cookie: Uint8Array
}

/** The simple paged results control, in requests and in the answer that ends each page. */
export const pagedResults: ControlCodec<PagedResults> = controlCodec(
  controlOids.pagedResults,
  'realSearchControlValue',
  readPagedResults,
  writePagedResults,
)

function readPagedResults(reader: BerReader): PagedResults {
  const value = reader.enter('realSearchControlValue')
  const paged = {
    size: value.natural('realSearchControlValue.size'),
    cookie: value.octets('realSearchControlValue.cookie'),
  }
  value.finish('realSearchControlValue', [Tag.integer, Tag.octetString])
  return paged
}

function writePagedResults(writer: BerWriter, { size, cookie }: PagedResults): void {
  writer.nest(Tag.sequence, () => {
    writer.integer(size)
    writer.octets(cookie)
  })
}
