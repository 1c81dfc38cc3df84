import { type BerReader, type BerWriter, Tag } from '#ber'
import { type OperationCodec, resultCodec } from './operation.ts'
import type { LdapResult } from './result.ts'

/** A new name or place for an entry (RFC 4511 §4.9). */
export interface ModifyDNRequest {
  readonly op: 'modifyDNRequest'
  readonly entry: string
  readonly newrdn: string
  readonly deleteoldrdn: boolean
  readonly newSuperior?: string
}

/** The answer to a modify DN. */
export interface ModifyDNResponse extends LdapResult {
  readonly op: 'modifyDNResponse'
}

const requestTag = Tag.applicationConstructed(12)
const newSuperiorTag = Tag.context(0)

/** `ModifyDNRequest ::= [APPLICATION 12] SEQUENCE`. */
export const modifyDNRequest: OperationCodec<ModifyDNRequest> = {
  op: 'modifyDNRequest',
  tag: requestTag,
  read: readModifyDNRequest,
  write: writeModifyDNRequest,
}

/** `ModifyDNResponse ::= [APPLICATION 13] LDAPResult`. */
export const modifyDNResponse: OperationCodec<ModifyDNResponse> = resultCodec(
  'modifyDNResponse',
  Tag.applicationConstructed(13),
)

function readModifyDNRequest(reader: BerReader): ModifyDNRequest {
  const value = reader.enter('ModifyDNRequest', requestTag)
  const request: ModifyDNRequest = {
    op: 'modifyDNRequest',
    entry: value.text('ModifyDNRequest.entry'),
    newrdn: value.text('ModifyDNRequest.newrdn'),
    deleteoldrdn: value.boolean('ModifyDNRequest.deleteoldrdn'),
    ...(value.nextIs(newSuperiorTag) && {
      newSuperior: value.text('ModifyDNRequest.newSuperior', newSuperiorTag),
    }),
  }
  value.finish('ModifyDNRequest', [Tag.octetString, Tag.boolean, newSuperiorTag])
  return request
}

function writeModifyDNRequest(writer: BerWriter, request: ModifyDNRequest): void {
  writer.nest(requestTag, () => {
    writer.text(request.entry)
    writer.text(request.newrdn)
    writer.boolean(request.deleteoldrdn)
    if (request.newSuperior !== undefined) writer.text(request.newSuperior, newSuperiorTag)
  })
}
