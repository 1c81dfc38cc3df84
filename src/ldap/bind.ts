import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'
import type { OperationCodec } from './operation.ts'
import { type LdapResult, readReferral, resultCodes, resultTags, writeResult } from './result.ts'

/** Signing in (RFC 4511 §4.2). */
export interface BindRequest {
  readonly op: 'bindRequest'
  /** 3 in our days; others are for the server to refuse. 1 to 127. */
  readonly version: number
  /** Empty for an anonymous bind and for most SASL mechanisms. AD takes many forms beside DNs. */
  readonly name: string
  readonly authentication: Authentication
}

/** Ways of signing in. The Sicily ones are Windows' own NTLM exchange (MS-ADTS 5.1.1.1.3). */
export type Authentication =
  | { readonly method: 'simple'; readonly password: Uint8Array }
  | { readonly method: 'sasl'; readonly mechanism: string; readonly credentials?: Uint8Array }
  | { readonly method: SicilyMethod; readonly credentials: Uint8Array }

/** Steps of the Sicily exchange, in order: which packages there are, NTLM's first and third message. */
export type SicilyMethod = 'sicilyPackageDiscovery' | 'sicilyNegotiate' | 'sicilyResponse'

/** The answer to a bind (RFC 4511 §4.2.2). */
export interface BindResponse extends LdapResult {
  readonly op: 'bindResponse'
  readonly serverSaslCreds?: Uint8Array
  /**
   * Set when matchedDN holds no name but octets: Sicily answers carry their credentials there
   * (MS-ADTS 5.1.1.1.3, `SicilyBindResponse.serverCreds`). `matchedDN` is then empty.
   */
  readonly sicilyServerCreds?: Uint8Array
}

/** The end of a session (RFC 4511 §4.3). Has no answer. */
export interface UnbindRequest {
  readonly op: 'unbindRequest'
}

const bindRequestTag = Tag.applicationConstructed(0)
const bindResponseTag = Tag.applicationConstructed(1)
const unbindRequestTag = Tag.application(2)
const simpleTag = Tag.context(0)
const saslTag = Tag.contextConstructed(3)
const serverSaslCredsTag = Tag.context(7)
const sicilyTags: Readonly<Record<SicilyMethod, number>> = {
  sicilyPackageDiscovery: Tag.context(9),
  sicilyNegotiate: Tag.context(10),
  sicilyResponse: Tag.context(11),
}
const requestTags = [Tag.integer, Tag.octetString, simpleTag, saslTag, ...Object.values(sicilyTags)]
const responseTags = [...resultTags, serverSaslCredsTag]

/** `BindRequest ::= [APPLICATION 0] SEQUENCE`. */
export const bindRequest: OperationCodec<BindRequest> = {
  op: 'bindRequest',
  tag: bindRequestTag,
  read: readBindRequest,
  write: writeBindRequest,
}

/** `BindResponse ::= [APPLICATION 1] SEQUENCE`, of the members of LDAPResult and one more. */
export const bindResponse: OperationCodec<BindResponse> = {
  op: 'bindResponse',
  tag: bindResponseTag,
  read: readBindResponse,
  write: writeBindResponse,
}

/** `UnbindRequest ::= [APPLICATION 2] NULL`. */
export const unbindRequest: OperationCodec<UnbindRequest> = {
  op: 'unbindRequest',
  tag: unbindRequestTag,
  read(reader) {
    reader.null('UnbindRequest', unbindRequestTag)
    return { op: 'unbindRequest' }
  },
  write: (writer) => writer.null(unbindRequestTag),
}

function readBindRequest(reader: BerReader): BindRequest {
  const value = reader.enter('BindRequest', bindRequestTag)
  const request: BindRequest = {
    op: 'bindRequest',
    version: value.natural('BindRequest.version', 127),
    name: value.text('BindRequest.name'),
    authentication: readAuthentication(value),
  }
  value.finish('BindRequest', requestTags)
  return request
}

function writeBindRequest(writer: BerWriter, request: BindRequest): void {
  const { version, name, authentication } = request
  writer.nest(bindRequestTag, () => {
    writer.integer(version)
    writer.text(name)
    writeAuthentication(writer, authentication)
  })
}

function readAuthentication(value: BerReader): Authentication {
  const tag = value.peek()
  if (tag === simpleTag) {
    return { method: 'simple', password: value.octets('BindRequest.simple', simpleTag) }
  }
  if (tag === saslTag) {
    const sasl = value.enter('BindRequest.sasl', saslTag)
    const authentication: Authentication = {
      method: 'sasl',
      mechanism: sasl.text('SaslCredentials.mechanism'),
      ...(sasl.nextIs(Tag.octetString) && {
        credentials: sasl.octets('SaslCredentials.credentials'),
      }),
    }
    sasl.finish('SaslCredentials', [Tag.octetString])
    return authentication
  }
  for (const method of Object.keys(sicilyTags) as SicilyMethod[]) {
    if (tag === sicilyTags[method]) {
      return { method, credentials: value.octets(`BindRequest.${method}`, tag) }
    }
  }
  return value.fail('choice', 'BindRequest.authentication', 'no known way of signing in')
}

function writeAuthentication(writer: BerWriter, authentication: Authentication): void {
  switch (authentication.method) {
    case 'simple':
      return writer.octets(authentication.password, simpleTag)
    case 'sasl':
      return writer.nest(saslTag, () => {
        writer.text(authentication.mechanism)
        if (authentication.credentials !== undefined) writer.octets(authentication.credentials)
      })
    case 'sicilyPackageDiscovery':
    case 'sicilyNegotiate':
    case 'sicilyResponse':
      return writer.octets(authentication.credentials, sicilyTags[authentication.method])
  }
}

function readBindResponse(reader: BerReader, limits: MessageLimits): BindResponse {
  const value = reader.enter('BindResponse', bindResponseTag)
  const response: BindResponse = {
    op: 'bindResponse',
    resultCode: value.enumerated(resultCodes),
    ...readMatched(value.octets('LDAPResult.matchedDN')),
    diagnosticMessage: value.looseText('LDAPResult.diagnosticMessage'),
    ...readReferral(value, limits),
    ...(value.nextIs(serverSaslCredsTag) && {
      serverSaslCreds: value.octets('BindResponse.serverSaslCreds', serverSaslCredsTag),
    }),
  }
  value.finish('BindResponse', responseTags)
  return response
}

/** Tells a name from Sicily credentials: those are NTLM messages, which hold a NUL in their signature. */
function readMatched(octets: Uint8Array): { matchedDN: string; sicilyServerCreds?: Uint8Array } {
  if (octets.length === 0) return { matchedDN: '' }
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('utf8')
  const isText = !text.includes('\0') && !text.includes('\uFFFD')
  return isText ? { matchedDN: text } : { matchedDN: '', sicilyServerCreds: octets }
}

function writeBindResponse(writer: BerWriter, response: BindResponse): void {
  const { sicilyServerCreds, serverSaslCreds } = response
  writer.nest(bindResponseTag, () => {
    writeResult(writer, response, sicilyServerCreds)
    if (serverSaslCreds !== undefined) writer.octets(serverSaslCreds, serverSaslCredsTag)
  })
}
