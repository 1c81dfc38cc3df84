import { type BerReader, type BerWriter, Tag } from '#ber'
import { type OperationCodec, resultCodec } from './operation.ts'
import type { LdapResult } from './result.ts'

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

const requestTag = Tag.applicationConstructed(14)

/** `CompareRequest ::= [APPLICATION 14] SEQUENCE`. */
export const compareRequest: OperationCodec<CompareRequest> = {
  op: 'compareRequest',
  tag: requestTag,
  read: readCompareRequest,
  write: writeCompareRequest,
}

/** `CompareResponse ::= [APPLICATION 15] LDAPResult`. */
export const compareResponse: OperationCodec<CompareResponse> = resultCodec(
  'compareResponse',
  Tag.applicationConstructed(15),
)

function readCompareRequest(reader: BerReader): CompareRequest {
  const value = reader.enter('CompareRequest', requestTag)
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

function writeCompareRequest(writer: BerWriter, request: CompareRequest): void {
  writer.nest(requestTag, () => {
    writer.text(request.entry)
    writer.nest(Tag.sequence, () => {
      writer.text(request.attribute)
      writer.octets(request.value)
    })
  })
}
