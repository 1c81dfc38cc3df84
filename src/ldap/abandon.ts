import { type BerReader, type BerWriter, Tag } from '#ber'

/** A wish not to hear more of an operation (RFC 4511 §4.11). Has no answer. */
export interface AbandonRequest {
  readonly op: 'abandonRequest'
  /** The id of the request that is given up. */
  readonly messageId: number
}

export const abandonRequestTag: number = Tag.application(16)

export function readAbandonRequest(reader: BerReader): AbandonRequest {
  return {
    op: 'abandonRequest',
    messageId: reader.natural('AbandonRequest', undefined, abandonRequestTag),
  }
}

export function writeAbandonRequest(writer: BerWriter, request: AbandonRequest): void {
  writer.integer(request.messageId, abandonRequestTag)
}
