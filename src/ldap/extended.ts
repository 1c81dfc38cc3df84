import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'
import { extensionOids } from './oids.ts'
import type { OperationCodec } from './operation.ts'
import {
  type LdapResult,
  readResult,
  result,
  type ResultCode,
  resultTags,
  writeResult,
} from './result.ts'

/** An operation named by an OID (RFC 4511 §4.12). */
export interface ExtendedRequest {
  readonly op: 'extendedRequest'
  readonly requestName: string
  readonly requestValue?: Uint8Array
}

/** The answer to an extended request; with message id 0, a notice nobody asked for (§4.4). */
export interface ExtendedResponse extends LdapResult {
  readonly op: 'extendedResponse'
  readonly responseName?: string
  readonly responseValue?: Uint8Array
}

/** An answer before the final one (RFC 4511 §4.13). */
export interface IntermediateResponse {
  readonly op: 'intermediateResponse'
  readonly responseName?: string
  readonly responseValue?: Uint8Array
}

const extendedRequestTag = Tag.applicationConstructed(23)
const extendedResponseTag = Tag.applicationConstructed(24)
const intermediateResponseTag = Tag.applicationConstructed(25)
const requestNameTag = Tag.context(0)
const requestValueTag = Tag.context(1)
const responseNameTag = Tag.context(10)
const responseValueTag = Tag.context(11)
const intermediateNameTag = Tag.context(0)
const intermediateValueTag = Tag.context(1)

/** `ExtendedRequest ::= [APPLICATION 23] SEQUENCE`. */
export const extendedRequest: OperationCodec<ExtendedRequest> = {
  op: 'extendedRequest',
  tag: extendedRequestTag,
  read: readExtendedRequest,
  write: writeExtendedRequest,
}

/** `ExtendedResponse ::= [APPLICATION 24] SEQUENCE`, of the members of LDAPResult and two more. */
export const extendedResponse: OperationCodec<ExtendedResponse> = {
  op: 'extendedResponse',
  tag: extendedResponseTag,
  read: readExtendedResponse,
  write: writeExtendedResponse,
}

/** `IntermediateResponse ::= [APPLICATION 25] SEQUENCE`. */
export const intermediateResponse: OperationCodec<IntermediateResponse> = {
  op: 'intermediateResponse',
  tag: intermediateResponseTag,
  read: readIntermediateResponse,
  write: writeIntermediateResponse,
}

/** What a server sends, under message id 0, before it closes the connection (RFC 4511 §4.4.1). */
export function noticeOfDisconnection(
  resultCode: ResultCode,
  diagnosticMessage: string,
): ExtendedResponse & { readonly id: 0 } {
  return {
    id: 0,
    op: 'extendedResponse',
    ...result(resultCode, { diagnosticMessage }),
    responseName: extensionOids.noticeOfDisconnection,
  }
}

function readExtendedRequest(reader: BerReader): ExtendedRequest {
  const value = reader.enter('ExtendedRequest', extendedRequestTag)
  const request: ExtendedRequest = {
    op: 'extendedRequest',
    requestName: value.name('ExtendedRequest.requestName', requestNameTag),
    ...(value.nextIs(requestValueTag) && {
      requestValue: value.octets('ExtendedRequest.requestValue', requestValueTag),
    }),
  }
  value.finish('ExtendedRequest', [requestNameTag, requestValueTag])
  return request
}

function writeExtendedRequest(writer: BerWriter, request: ExtendedRequest): void {
  writer.nest(extendedRequestTag, () => {
    writer.text(request.requestName, requestNameTag)
    if (request.requestValue !== undefined) writer.octets(request.requestValue, requestValueTag)
  })
}

function readExtendedResponse(reader: BerReader, limits: MessageLimits): ExtendedResponse {
  const value = reader.enter('ExtendedResponse', extendedResponseTag)
  const response: ExtendedResponse = {
    op: 'extendedResponse',
    ...readResult(value, limits),
    ...(value.nextIs(responseNameTag) && {
      responseName: value.name('ExtendedResponse.responseName', responseNameTag),
    }),
    ...(value.nextIs(responseValueTag) && {
      responseValue: value.octets('ExtendedResponse.responseValue', responseValueTag),
    }),
  }
  value.finish('ExtendedResponse', [...resultTags, responseNameTag, responseValueTag])
  return response
}

function writeExtendedResponse(writer: BerWriter, response: ExtendedResponse): void {
  const { responseName, responseValue } = response
  writer.nest(extendedResponseTag, () => {
    writeResult(writer, response)
    if (responseName !== undefined) writer.text(responseName, responseNameTag)
    if (responseValue !== undefined) writer.octets(responseValue, responseValueTag)
  })
}

function readIntermediateResponse(reader: BerReader): IntermediateResponse {
  const value = reader.enter('IntermediateResponse', intermediateResponseTag)
  const response: IntermediateResponse = {
    op: 'intermediateResponse',
    ...(value.nextIs(intermediateNameTag) && {
      responseName: value.name('IntermediateResponse.responseName', intermediateNameTag),
    }),
    ...(value.nextIs(intermediateValueTag) && {
      responseValue: value.octets('IntermediateResponse.responseValue', intermediateValueTag),
    }),
  }
  value.finish('IntermediateResponse', [intermediateNameTag, intermediateValueTag])
  return response
}

function writeIntermediateResponse(writer: BerWriter, response: IntermediateResponse): void {
  const { responseName, responseValue } = response
  writer.nest(intermediateResponseTag, () => {
    if (responseName !== undefined) writer.text(responseName, intermediateNameTag)
    if (responseValue !== undefined) writer.octets(responseValue, intermediateValueTag)
  })
}
