import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'
import { type LdapResult, readResult, resultTags, writeResult } from './result.ts'

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

export const modifyDNRequestTag: number = Tag.applicationConstructed(12)
export const modifyDNResponseTag: number = Tag.applicationConstructed(13)

const newSuperiorTag = Tag.context(0)

export function readModifyDNRequest(reader: BerReader): ModifyDNRequest {
  const value = reader.enter('ModifyDNRequest', modifyDNRequestTag)
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

export function writeModifyDNRequest(writer: BerWriter, request: ModifyDNRequest): void {
  writer.nest(modifyDNRequestTag, () => {
    writer.text(request.entry)
    writer.text(request.newrdn)
    writer.boolean(request.deleteoldrdn)
    if (request.newSuperior !== undefined) writer.text(request.newSuperior, newSuperiorTag)
  })
}

export function readModifyDNResponse(reader: BerReader, limits: MessageLimits): ModifyDNResponse {
  const value = reader.enter('ModifyDNResponse', modifyDNResponseTag)
  const response: ModifyDNResponse = { op: 'modifyDNResponse', ...readResult(value, limits) }
  value.finish('ModifyDNResponse', resultTags)
  return response
}

export function writeModifyDNResponse(writer: BerWriter, response: ModifyDNResponse): void {
  writer.nest(modifyDNResponseTag, () => writeResult(writer, response))
}
