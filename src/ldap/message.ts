import { BerReader, BerWriter, DecodeError, Tag } from '#ber'
import { type AbandonRequest, abandonRequest } from './abandon.ts'
import { type AddRequest, addRequest, type AddResponse, addResponse } from './add.ts'
import {
  type BindRequest,
  bindRequest,
  type BindResponse,
  bindResponse,
  type UnbindRequest,
  unbindRequest,
} from './bind.ts'
import {
  type CompareRequest,
  compareRequest,
  type CompareResponse,
  compareResponse,
} from './compare.ts'
import { type Control, readControls, writeControls } from './control.ts'
import { type DelRequest, delRequest, type DelResponse, delResponse } from './delete.ts'
import {
  type ExtendedRequest,
  extendedRequest,
  type ExtendedResponse,
  extendedResponse,
  type IntermediateResponse,
  intermediateResponse,
} from './extended.ts'
import { defaultLimits, type MessageLimits } from './limits.ts'
import {
  type ModifyDNRequest,
  modifyDNRequest,
  type ModifyDNResponse,
  modifyDNResponse,
} from './modify-dn.ts'
import { type ModifyRequest, modifyRequest, type ModifyResponse, modifyResponse } from './modify.ts'
import type { OperationCodec } from './operation.ts'
import {
  type SearchRequest,
  searchRequest,
  type SearchResultDone,
  searchResultDone,
  type SearchResultEntry,
  searchResultEntry,
  type SearchResultReference,
  searchResultReference,
} from './search.ts'

/** What a client may ask. */
export type Request =
  | BindRequest
  | UnbindRequest
  | SearchRequest
  | ModifyRequest
  | AddRequest
  | DelRequest
  | ModifyDNRequest
  | CompareRequest
  | AbandonRequest
  | ExtendedRequest

/** What a server may answer. */
export type Response =
  | BindResponse
  | SearchResultEntry
  | SearchResultReference
  | SearchResultDone
  | ModifyResponse
  | AddResponse
  | DelResponse
  | ModifyDNResponse
  | CompareResponse
  | ExtendedResponse
  | IntermediateResponse

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
/** A whole message from a client. */
export type RequestMessage = Envelope & Request
/** A whole message from a server. */
export type ResponseMessage = Envelope & Response

type Codecs = { readonly [Op in Operation['op']]: OperationCodec<Extract<Operation, { op: Op }>> }

const codecs: Codecs = {
  bindRequest,
  bindResponse,
  unbindRequest,
  searchRequest,
  searchResultEntry,
  searchResultReference,
  searchResultDone,
  modifyRequest,
  modifyResponse,
  addRequest,
  addResponse,
  delRequest,
  delResponse,
  modifyDNRequest,
  modifyDNResponse,
  compareRequest,
  compareResponse,
  abandonRequest,
  extendedRequest,
  extendedResponse,
  intermediateResponse,
}

const byTag = new Map<number, Pick<OperationCodec<Operation>, 'op' | 'read'>>(
  Object.values(codecs).map(({ tag, op, read }) => [tag, { op, read }]),
)

/** Tag of a message's controls. */
export const controlsTag: number = Tag.contextConstructed(0)

/** Tags of all that a message may hold, none of which may come twice. */
export const messageTags: readonly number[] = [Tag.integer, controlsTag, ...byTag.keys()]

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
  const outer = reader.descend('LDAPMessage')
  const id = reader.natural('LDAPMessage.messageID')
  const tag = reader.peek()
  const codec = tag === undefined ? undefined : byTag.get(tag)
  if (codec === undefined) {
    const code = tag === undefined ? 'truncated' : 'choice'
    return reader.fail(code, 'LDAPMessage.protocolOp', 'no known operation')
  }
  const operation = codec.read(reader, limits)
  const controls = reader.nextIs(controlsTag) ? readControls(reader, controlsTag, limits) : []
  reader.finish('LDAPMessage', messageTags)
  reader.leave(outer)
  // The operation first: to copy it and then add is quicker than the other way round.
  return controls.length > 0 ? { ...operation, id, controls } : { ...operation, id }
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
  // The codec found by `op` is the one for this operation, which the type system cannot follow.
  const { write } = codecs[message.op] as OperationCodec<Operation>
  write(writer, message)
  if (controls !== undefined && controls.length > 0) writeControls(writer, controlsTag, controls)
  writer.end(mark)
}

/** Id and kind alone, where they can be read, to answer a message that could not be (RFC 4511 §4.1.1). */
export function peekMessage(
  pdu: Uint8Array,
): { readonly id: number; readonly op: Operation['op'] } | undefined {
  try {
    const message = new BerReader(pdu).enter('LDAPMessage')
    const id = message.natural('LDAPMessage.messageID')
    const codec = byTag.get(message.peek() ?? 0)
    return codec && { id, op: codec.op }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
