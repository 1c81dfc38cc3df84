import { BerReader, BerWriter, DecodeError, Tag } from '#ber'
import * as abandon from './abandon.ts'
import * as add from './add.ts'
import * as bind from './bind.ts'
import * as compare from './compare.ts'
import { type Control, readControls, writeControls } from './control.ts'
import * as del from './delete.ts'
import * as extended from './extended.ts'
import { defaultLimits, type MessageLimits } from './limits.ts'
import * as modifyDN from './modify-dn.ts'
import * as modify from './modify.ts'
import * as search from './search.ts'

/** What a client may ask. */
export type Request =
  | bind.BindRequest
  | bind.UnbindRequest
  | search.SearchRequest
  | modify.ModifyRequest
  | add.AddRequest
  | del.DelRequest
  | modifyDN.ModifyDNRequest
  | compare.CompareRequest
  | abandon.AbandonRequest
  | extended.ExtendedRequest

/** What a server may answer. */
export type Response =
  | bind.BindResponse
  | search.SearchResultEntry
  | search.SearchResultReference
  | search.SearchResultDone
  | modify.ModifyResponse
  | add.AddResponse
  | del.DelResponse
  | modifyDN.ModifyDNResponse
  | compare.CompareResponse
  | extended.ExtendedResponse
  | extended.IntermediateResponse

/** Any protocolOp; `op` tells which. */
export type Operation = Request | Response

/** What every message has around its operation (RFC 4511 §4.1.1). */
export interface Envelope {
  /** 1 to 2^31 − 1, the same in request and answers; 0 only in notices nobody asked for. */
  readonly id: number
  /** Absent when there are none. */
  readonly controls?: readonly Control[]
}

/** A whole LDAPMessage as plain data. */
export type Message = Envelope & Operation
export type RequestMessage = Envelope & Request
export type ResponseMessage = Envelope & Response

type Read = (reader: BerReader, limits: MessageLimits) => Operation

const readers = new Map<number, Read>([
  [bind.bindRequestTag, bind.readBindRequest],
  [bind.bindResponseTag, bind.readBindResponse],
  [bind.unbindRequestTag, bind.readUnbindRequest],
  [search.searchRequestTag, search.readSearchRequest],
  [search.searchResultEntryTag, search.readSearchResultEntry],
  [search.searchResultReferenceTag, search.readSearchResultReference],
  [search.searchResultDoneTag, search.readSearchResultDone],
  [modify.modifyRequestTag, modify.readModifyRequest],
  [modify.modifyResponseTag, modify.readModifyResponse],
  [add.addRequestTag, add.readAddRequest],
  [add.addResponseTag, add.readAddResponse],
  [del.delRequestTag, del.readDelRequest],
  [del.delResponseTag, del.readDelResponse],
  [modifyDN.modifyDNRequestTag, modifyDN.readModifyDNRequest],
  [modifyDN.modifyDNResponseTag, modifyDN.readModifyDNResponse],
  [compare.compareRequestTag, compare.readCompareRequest],
  [compare.compareResponseTag, compare.readCompareResponse],
  [abandon.abandonRequestTag, abandon.readAbandonRequest],
  [extended.extendedRequestTag, extended.readExtendedRequest],
  [extended.extendedResponseTag, extended.readExtendedResponse],
  [extended.intermediateResponseTag, extended.readIntermediateResponse],
])

type Writers = {
  readonly [Op in Operation['op']]: (
    writer: BerWriter,
    operation: Extract<Operation, { op: Op }>,
  ) => void
}

const writers: Writers = {
  bindRequest: bind.writeBindRequest,
  bindResponse: bind.writeBindResponse,
  unbindRequest: bind.writeUnbindRequest,
  searchRequest: search.writeSearchRequest,
  searchResultEntry: search.writeSearchResultEntry,
  searchResultReference: search.writeSearchResultReference,
  searchResultDone: search.writeSearchResultDone,
  modifyRequest: modify.writeModifyRequest,
  modifyResponse: modify.writeModifyResponse,
  addRequest: add.writeAddRequest,
  addResponse: add.writeAddResponse,
  delRequest: del.writeDelRequest,
  delResponse: del.writeDelResponse,
  modifyDNRequest: modifyDN.writeModifyDNRequest,
  modifyDNResponse: modifyDN.writeModifyDNResponse,
  compareRequest: compare.writeCompareRequest,
  compareResponse: compare.writeCompareResponse,
  abandonRequest: abandon.writeAbandonRequest,
  extendedRequest: extended.writeExtendedRequest,
  extendedResponse: extended.writeExtendedResponse,
  intermediateResponse: extended.writeIntermediateResponse,
}

export const controlsTag: number = Tag.contextConstructed(0)

/** Tags of all that a message may hold, none of which may come twice. */
export const messageTags: readonly number[] = [Tag.integer, controlsTag, ...readers.keys()]

/**
 * Reads one message from the bytes of one PDU, as a `Framer` hands them out. Octets in it share memory
 * with the PDU.
 *
 * @throws DecodeError naming the field and its byte offset
 */
export function decode(pdu: Uint8Array, limits: MessageLimits = defaultLimits): Message {
  const reader = messageReader(pdu, limits)
  const message = readMessage(reader, limits)
  reader.close('LDAPMessage')
  return message
}

/** A reader under these limits; its `steps` tell afterwards how much work a message was. */
export function messageReader(pdu: Uint8Array, limits: MessageLimits = defaultLimits): BerReader {
  const { depth, steps } = limits
  return new BerReader(pdu, steps > 0 ? { depth, steps } : { depth })
}

/** Reads the next message. @throws DecodeError naming the field and its byte offset. */
export function readMessage(reader: BerReader, limits: MessageLimits = defaultLimits): Message {
  const message = reader.enter('LDAPMessage')
  const id = message.natural('LDAPMessage.messageID')
  const tag = message.peek()
  const read = tag === undefined ? undefined : readers.get(tag)
  if (read === undefined) {
    const code = tag === undefined ? 'truncated' : 'choice'
    return message.fail(code, 'LDAPMessage.protocolOp', 'no known operation')
  }
  const operation = read(message, limits)
  const controls = message.nextIs(controlsTag) ? readControls(message, controlsTag, limits) : []
  message.finish('LDAPMessage', messageTags)
  return controls.length > 0 ? { id, ...operation, controls } : { id, ...operation }
}

/** The bytes of a message, in the only canonical form. */
export function encode(message: Message): Uint8Array {
  if (scratch.capacity > maxScratch) scratch = new BerWriter(4096)
  scratch.reset()
  writeMessage(scratch, message)
  return scratch.take()
}

/** Used again for every message, since making room costs more than writing most of them. */
let scratch = new BerWriter(4096)
const maxScratch = 1024 * 1024

/** Writes what {@link readMessage} reads; many may follow one another into the same writer. */
export function writeMessage(writer: BerWriter, message: Message): void {
  const { id, controls } = message
  if (!(id >= 0 && id <= 0x7fff_ffff)) throw new RangeError(`${id} is no message id`)
  const mark = writer.begin(Tag.sequence)
  writer.integer(id)
  const write = writers[message.op] as (writer: BerWriter, operation: Operation) => void
  write(writer, message)
  if (controls !== undefined && controls.length > 0) writeControls(writer, controlsTag, controls)
  writer.end(mark)
}

/** The message id alone, where it can be read, to answer a message that could not be. */
export function peekMessageId(pdu: Uint8Array): number | undefined {
  try {
    return new BerReader(pdu).enter('LDAPMessage').natural('LDAPMessage.messageID')
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
