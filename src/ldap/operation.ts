import type { BerReader, BerWriter } from '#ber'
import type { MessageLimits } from './limits.ts'
import { type LdapResult, readResult, resultTags, writeResult } from './result.ts'

/** How one operation is read and written; its tag tells it from the others inside a message. */
export interface OperationCodec<Operation extends { readonly op: string }> {
  readonly op: Operation['op']
  readonly tag: number
  /** Reads it whole, tag and length included. @throws DecodeError naming the field and its byte offset. */
  readonly read: (reader: BerReader, limits: MessageLimits) => Operation
  /** Writes what `read` reads, in the only canonical form. */
  readonly write: (writer: BerWriter, operation: Operation) => void
}

/** The codec of an answer that is an LDAPResult and nothing else. */
export function resultCodec<Op extends string>(
  op: Op,
  tag: number,
): OperationCodec<LdapResult & { readonly op: Op }> {
  const field = op.charAt(0).toUpperCase() + op.slice(1)
  return {
    op,
    tag,
    read(reader, limits) {
      const outer = reader.descend(field, tag)
      const answer = { ...readResult(reader, limits), op }
      reader.finish(field, resultTags)
      reader.leave(outer)
      return answer
    },
    write: (writer, answer) => writer.nest(tag, () => writeResult(writer, answer)),
  }
}
