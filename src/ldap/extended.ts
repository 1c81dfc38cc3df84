import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'
import {
  type LdapResult,
  readResult,
  result,
  type ResultCode,
  resultTags,
  writeResult,
} from './result.ts'
import { extensionOids } from './oids.ts'

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

export const extendedRequestTag: number = Tag.applicationConstructed(23)
export const extendedResponseTag: number = Tag.applicationConstructed(24)
export const intermediateResponseTag: number = Tag.applicationConstructed(25)

const requestNameTag = Tag.context(0)
const requestValueTag = Tag.context(1)
const responseNameTag = Tag.context(10)
const responseValueTag = Tag.context(11)
const intermediateNameTag = Tag.context(0)
const intermediateValueTag = Tag.context(1)

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

export function readExtendedRequest(reader: BerReader): ExtendedRequest {
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

export function writeExtendedRequest(writer: BerWriter, request: ExtendedRequest): void {
  writer.nest(extendedRequestTag, () => {
    writer.text(request.requestName, requestNameTag)
    if (request.requestValue !== undefined) writer.octets(request.requestValue, requestValueTag)
  })
}

export function readExtendedResponse(reader: BerReader, limits: MessageLimits): ExtendedResponse {
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

export function writeExtendedResponse(writer: BerWriter, response: ExtendedResponse): void {
  const { responseName, responseValue } = response
  writer.nest(extendedResponseTag, () => {
    writeResult(writer, response)
    if (responseName !== undefined) writer.text(responseName, responseNameTag)
    if (responseValue !== undefined) writer.octets(responseValue, responseValueTag)
  })
}

export function readIntermediateResponse(reader: BerReader): IntermediateResponse {
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

export function writeIntermediateResponse(writer: BerWriter, response: IntermediateResponse): void {
  const { responseName, responseValue } = response
  writer.nest(intermediateResponseTag, () => {
    if (responseName !== undefined) writer.text(responseName, intermediateNameTag)
    if (responseValue !== undefined) writer.octets(responseValue, intermediateValueTag)
  })
}
