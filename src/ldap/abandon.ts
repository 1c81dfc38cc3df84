import { Tag } from '#ber'
import type { OperationCodec } from './operation.ts'

/** A wish not to hear more of an operation (RFC 4511 §4.11). Has no answer. */
export interface AbandonRequest {
  readonly op: 'abandonRequest'
  /** The id of the request that is given up. */
  readonly messageId: number
}

const tag = Tag.application(16)

/** `AbandonRequest ::= [APPLICATION 16] MessageID`. */
export const abandonRequest: OperationCodec<AbandonRequest> = {
  op: 'abandonRequest',
  tag,
  read: (reader) => ({
    op: 'abandonRequest',
    messageId: reader.natural('AbandonRequest', undefined, tag),
  }),
  write: (writer, { messageId }) => writer.integer(messageId, tag),
}
