import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'
import { type LdapResult, readResult, resultTags, writeResult } from './result.ts'

/** The removal of an entry (RFC 4511 §4.8). */
export interface DelRequest {
  readonly op: 'delRequest'
  readonly entry: string
}

/** The answer to a delete. */
export interface DelResponse extends LdapResult {
  readonly op: 'delResponse'
}

export const delRequestTag: number = Tag.application(10)
export const delResponseTag: number = Tag.applicationConstructed(11)

export function readDelRequest(reader: BerReader): DelRequest {
  return { op: 'delRequest', entry: reader.text('DelRequest', delRequestTag) }
}

export function writeDelRequest(writer: BerWriter, request: DelRequest): void {
  writer.text(request.entry, delRequestTag)
}

export function readDelResponse(reader: BerReader, limits: MessageLimits): DelResponse {
  const value = reader.enter('DelResponse', delResponseTag)
  const response: DelResponse = { op: 'delResponse', ...readResult(value, limits) }
  value.finish('DelResponse', resultTags)
  return response
}

export function writeDelResponse(writer: BerWriter, response: DelResponse): void {
  writer.nest(delResponseTag, () => writeResult(writer, response))
}
