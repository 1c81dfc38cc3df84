import { type BerReader, type BerWriter, codes, type CodeName, Tag } from '#ber'
import { type Attribute, readAttribute, type ValueBudget, writeAttribute } from './attribute.ts'
import type { MessageLimits } from './limits.ts'
import { type OperationCodec, resultCodec } from './operation.ts'
import type { LdapResult } from './result.ts'

/** A change of an entry, all or nothing (RFC 4511 §4.6). */
export interface ModifyRequest {
  readonly op: 'modifyRequest'
  readonly object: string
  readonly changes: readonly Change[]
}

/** One step of a modification. */
export interface Change {
  readonly operation: ModifyOperation
  readonly modification: Attribute
}

/** What one step of a modification does. */
export type ModifyOperation = CodeName<typeof modifyOperations>

/** The answer to a modify. */
export interface ModifyResponse extends LdapResult {
  readonly op: 'modifyResponse'
}

/** Numbers of the steps; `increment` is RFC 4525's. */
export const modifyOperations = codes('ModifyRequest.operation', {
  add: 0,
  delete: 1,
  replace: 2,
  increment: 3,
})

const requestTag = Tag.applicationConstructed(6)

/** `ModifyRequest ::= [APPLICATION 6] SEQUENCE`. */
export const modifyRequest: OperationCodec<ModifyRequest> = {
  op: 'modifyRequest',
  tag: requestTag,
  read: readModifyRequest,
  write: writeModifyRequest,
}

/** `ModifyResponse ::= [APPLICATION 7] LDAPResult`. */
export const modifyResponse: OperationCodec<ModifyResponse> = resultCodec(
  'modifyResponse',
  Tag.applicationConstructed(7),
)

function readModifyRequest(reader: BerReader, limits: MessageLimits): ModifyRequest {
  const value = reader.enter('ModifyRequest', requestTag)
  const request: ModifyRequest = {
    op: 'modifyRequest',
    object: value.text('ModifyRequest.object'),
    changes: readChanges(value, limits),
  }
  value.finish('ModifyRequest', [Tag.octetString, Tag.sequence])
  return request
}

function writeModifyRequest(writer: BerWriter, { object, changes }: ModifyRequest): void {
  writer.nest(requestTag, () => {
    writer.text(object)
    writer.nest(Tag.sequence, () => {
      for (const { operation, modification } of changes) {
        writer.nest(Tag.sequence, () => {
          writer.enumerated(modifyOperations, operation)
          writeAttribute(writer, modification)
        })
      }
    })
  })
}

function readChanges(reader: BerReader, limits: MessageLimits): Change[] {
  const field = 'ModifyRequest.changes'
  const list = reader.enter(field)
  const changes: Change[] = []
  const budget: ValueBudget = { values: 0 }
  while (!list.isEmpty) {
    if (changes.length >= limits.attributes) list.fail('count', field, `over ${limits.attributes}`)
    const value = list.enter(field)
    changes.push({
      operation: value.enumerated(modifyOperations),
      modification: readAttribute(value, 'ModifyRequest.modification', limits, budget),
    })
    value.finish(field, [Tag.enumerated, Tag.sequence])
  }
  return changes
}
