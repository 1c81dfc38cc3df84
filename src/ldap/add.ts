import { type BerReader, type BerWriter, Tag } from '#ber'
import { type Attribute, readAttributes, writeAttributes } from './attribute.ts'
import type { MessageLimits } from './limits.ts'
import { type LdapResult, readResult, resultTags, writeResult } from './result.ts'

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

export const addRequestTag: number = Tag.applicationConstructed(8)
export const addResponseTag: number = Tag.applicationConstructed(9)

export function readAddRequest(reader: BerReader, limits: MessageLimits): AddRequest {
  const value = reader.enter('AddRequest', addRequestTag)
  const request: AddRequest = {
    op: 'addRequest',
    entry: value.text('AddRequest.entry'),
    attributes: readAttributes(value, 'AddRequest.attributes', limits),
  }
  value.finish('AddRequest', [Tag.octetString, Tag.sequence])
  return request
}

export function writeAddRequest(writer: BerWriter, { entry, attributes }: AddRequest): void {
  writer.nest(addRequestTag, () => {
    writer.text(entry)
    writeAttributes(writer, attributes)
  })
}

export function readAddResponse(reader: BerReader, limits: MessageLimits): AddResponse {
  const value = reader.enter('AddResponse', addResponseTag)
  const response: AddResponse = { op: 'addResponse', ...readResult(value, limits) }
  value.finish('AddResponse', resultTags)
  return response
}

export function writeAddResponse(writer: BerWriter, response: AddResponse): void {
  writer.nest(addResponseTag, () => writeResult(writer, response))
}
