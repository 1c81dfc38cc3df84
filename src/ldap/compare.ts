import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'
import { type LdapResult, readResult, resultTags, writeResult } from './result.ts'

/** Whether an entry has a value (RFC 4511 §4.10). */
export interface CompareRequest {
  readonly op: 'compareRequest'
  readonly entry: string
  readonly attribute: string
  readonly value: Uint8Array
}

/** The answer to a compare: `compareTrue`, `compareFalse`, or what went wrong. */
export interface CompareResponse extends LdapResult {
  readonly op: 'compareResponse'
}

export const compareRequestTag: number = Tag.applicationConstructed(14)
export const compareResponseTag: number = Tag.applicationConstructed(15)

export function readCompareRequest(reader: BerReader): CompareRequest {
  const value = reader.enter('CompareRequest', compareRequestTag)
  const entry = value.text('CompareRequest.entry')
  const ava = value.enter('CompareRequest.ava')
  const request: CompareRequest = {
    op: 'compareRequest',
    entry,
    attribute: ava.name('AttributeValueAssertion.attributeDesc'),
    value: ava.octets('AttributeValueAssertion.assertionValue'),
  }
  ava.finish('AttributeValueAssertion', [Tag.octetString])
  value.finish('CompareRequest', [Tag.octetString, Tag.sequence])
  return request
}

export function writeCompareRequest(writer: BerWriter, request: CompareRequest): void {
  writer.nest(compareRequestTag, () => {
    writer.text(request.entry)
    writer.nest(Tag.sequence, () => {
      writer.text(request.attribute)
      writer.octets(request.value)
    })
  })
}

export function readCompareResponse(reader: BerReader, limits: MessageLimits): CompareResponse {
  const value = reader.enter('CompareResponse', compareResponseTag)
  const response: CompareResponse = { op: 'compareResponse', ...readResult(value, limits) }
  value.finish('CompareResponse', resultTags)
  return response
}

export function writeCompareResponse(writer: BerWriter, response: CompareResponse): void {
  writer.nest(compareResponseTag, () => writeResult(writer, response))
}
