import { Tag } from '#ber'
import { type OperationCodec, resultCodec } from './operation.ts'
import type { LdapResult } from './result.ts'

/** The removal of an entry (RFC 4511 §4.8). */
export interface DelRequest {
  readonly op: 'delRequest'
  readonly entry: string
}

/** The answer to a delete. */
export interface DelResponse extends LdapResult {
  readonly op: 'delResponse'
}

const requestTag = Tag.application(10)

/** `DelRequest ::= [APPLICATION 10] LDAPDN`. */
export const delRequest: OperationCodec<DelRequest> = {
  op: 'delRequest',
  tag: requestTag,
  read: (reader) => ({ op: 'delRequest', entry: reader.text('DelRequest', requestTag) }),
  write: (writer, { entry }) => writer.text(entry, requestTag),
}

/** `DelResponse ::= [APPLICATION 11] LDAPResult`. */
export const delResponse: OperationCodec<DelResponse> = resultCodec(
  'delResponse',
  Tag.applicationConstructed(11),
)
