import { type BerReader, type BerWriter, Tag } from '#ber'
import { type Attribute, readAttributes, writeAttributes } from './attribute.ts'
import type { MessageLimits } from './limits.ts'
import { type OperationCodec, resultCodec } from './operation.ts'
import type { LdapResult } from './result.ts'

/** A new entry (RFC 4511 §4.7). */
export interface AddRequest {
  readonly op: 'addRequest'
  readonly entry: string
  readonly attributes: readonly Attribute[]
}

/** The answer to an add. */
export interface AddResponse extends LdapResult {
  readonly op: 'addResponse'
}

const requestTag = Tag.applicationConstructed(8)

/** `AddRequest ::= [APPLICATION 8] SEQUENCE`. */
export const addRequest: OperationCodec<AddRequest> = {
  op: 'addRequest',
  tag: requestTag,
  read: readAddRequest,
  write: writeAddRequest,
}

/** `AddResponse ::= [APPLICATION 9] LDAPResult`. */
export const addResponse: OperationCodec<AddResponse> = resultCodec(
  'addResponse',
  Tag.applicationConstructed(9),
)

function readAddRequest(reader: BerReader, limits: MessageLimits): AddRequest {
  const value = reader.enter('AddRequest', requestTag)
  const request: AddRequest = {
    op: 'addRequest',
    entry: value.text('AddRequest.entry'),
    attributes: readAttributes(value, 'AddRequest.attributes', limits),
  }
  value.finish('AddRequest', [Tag.octetString, Tag.sequence])
  return request
}

function writeAddRequest(writer: BerWriter, { entry, attributes }: AddRequest): void {
  writer.nest(requestTag, () => {
    writer.text(entry)
    writeAttributes(writer, attributes)
  })
}
