import { on, once } from 'node:events'
import { isIP, type Socket, connect as connectTcp } from 'node:net'
import {
  type DetailedPeerCertificate,
  type SecureVersion,
  type TLSSocket,
  connect as connectTls,
  getCACertificates,
} from 'node:tls'
import { DecodeError } from '#ber'
import { formatResult, LdapError, type PeerCertificate, printable } from './error.ts'
import { Framer } from '../framer.ts'
import { decode, encode } from '../message.ts'
import { extensionOids } from '../oids.ts'

/** How to reach a server and how sure to be of it. */
export interface ConnectOptions {
  /** Name or address. */
  readonly host: string
  /** Default 636 for `ldaps`, else 389. */
  readonly port?: number
  /**
   * `ldaps`: TLS from the start. `startTls`: TLS before anything else is said. `plain`: everybody on the
   * way can read and change everything; whoever chooses it should have asked a person.
   */
  readonly security: 'ldaps' | 'startTls' | 'plain'
  readonly tls?: TlsOptions
  /** Milliseconds for all of name look-up, connection and TLS together. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** Gives up when raised. */
  readonly signal?: AbortSignal
}

/** Whom to trust. */
export interface TlsOptions {
  /** PEM certificates of the authorities to trust, instead of those of the system. */
  readonly ca?: string | readonly string[]
  /** Name the certificate must be for. Default: the host. */
  readonly servername?: string
  /**
   * SHA-256 of the server's certificate in hexadecimal, with or without colons. It alone then decides:
   * authority, name and dates do not matter, since a person has looked at this very certificate.
   */
  readonly fingerprint256?: string
  /** Default `TLSv1.2`. Older ones are for finding out what a server still offers. */
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
}

/** What was agreed on with a server. */
export interface TlsState {
  /** As `TLSv1.3`. */
  readonly version: string
  readonly cipher: string
  /** The server's own certificate first. */
  readonly certificates: readonly PeerCertificate[]
}

/** An open connection, and what is known about it. */
export interface Connection {
  readonly socket: Socket
  readonly tls?: TlsState
  /** `host:port`, for messages. */
  readonly peer: string
}

/** Opens a connection and, unless it is plain, checks whom it leads to. @throws LdapError */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const { host, security, tls = {}, connectTimeoutMs = 10_000 } = options
  const port = options.port ?? (security === 'ldaps' ? 636 : 389)
  const peer = isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
  const deadline = AbortSignal.timeout(connectTimeoutMs)
  const signal = AbortSignal.any(options.signal ? [deadline, options.signal] : [deadline])
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true })
  // A late error, after the deadline say, must not end the process.
  socket.on('error', () => {})
  let phase: Phase = 'connect'
  try {
    signal.throwIfAborted()
    await once(socket, 'connect', { signal })
    if (security === 'plain') return { socket, peer }
    if (security === 'startTls') {
      phase = 'startTls'
      await startTls(socket, signal, peer)
    }
    phase = 'tls'
    return await secure(socket, signal, peer, host, tls)
  } catch (error) {
    socket.destroy()
    if (error instanceof LdapError) throw error
    if (!signal.aborted) throw networkError(error, phase, peer)
    throw deadline.aborted
      ? new LdapError('timeout', `${peer} ${silence[phase]} within ${connectTimeoutMs} ms.`)
      : new LdapError('aborted', `Connecting to ${peer} was given up.`)
  }
}

type Phase = 'connect' | 'startTls' | 'tls'

const silence: Readonly<Record<Phase, string>> = {
  connect: 'did not answer',
  startTls: 'did not answer the request for TLS',
  tls: 'did not finish the TLS handshake',
}

/** Asks for TLS (RFC 4511 §4.14) and makes sure that nothing but the answer came before it begins. */
async function startTls(socket: Socket, signal: AbortSignal, peer: string): Promise<void> {
  socket.write(encode({ id: 1, op: 'extendedRequest', requestName: extensionOids.startTls }))
  const framer = new Framer()
  let pdu: Uint8Array | undefined
  for await (const [chunk] of on(socket, 'data', { signal, close: ['end', 'close'] })) {
    framer.push(chunk as Uint8Array)
    pdu = framer.next()
    if (pdu !== undefined) break
  }
  if (pdu === undefined) throw new LdapError('closed', `${peer} closed when asked for TLS.`)
  const answer = decode(pdu)
  if (answer.op !== 'extendedResponse' || answer.id > 1) {
    throw new LdapError('protocol', `${peer} answered the request for TLS with ${answer.op}.`)
  }
  if (answer.id === 0 || answer.resultCode !== 'success') {
    const text = `${peer} refuses TLS on this port: ${formatResult(answer)} Try LDAPS, port 636.`
    throw new LdapError('result', text, { result: answer })
  }
  // Bytes from before the handshake would be taken for the server's own although anyone can add them.
  if (framer.pending > 0) {
    throw new LdapError(
      'protocol',
      `${peer} sent more before TLS began: somebody may be on the way.`,
    )
  }
}

async function secure(
  socket: Socket,
  signal: AbortSignal,
  peer: string,
  host: string,
  options: TlsOptions,
): Promise<Connection> {
  const { fingerprint256, minVersion = 'TLSv1.2', maxVersion } = options
  const servername = options.servername ?? host
  const secured = connectTls({
    socket,
    host: servername,
    ...(isIP(servername) === 0 && { servername }),
    ca: [options.ca ?? getCACertificates('system')].flat(),
    minVersion,
    ...(maxVersion && { maxVersion }),
    // OpenSSL speaks what is older only when told to mind nothing.
    ...((minVersion === 'TLSv1' || minVersion === 'TLSv1.1') && { ciphers: 'DEFAULT@SECLEVEL=0' }),
    // Judged below, before a byte is sent, so that the chain can be shown when it is refused.
    rejectUnauthorized: false,
  })
  secured.on('error', () => {})
  await once(secured, 'secureConnect', { signal })
  const certificates = readChain(secured)
  const reason = judge(secured, certificates, fingerprint256)
  if (reason !== undefined) {
    secured.destroy()
    throw new LdapError('certificate', `The certificate of ${peer} is not trusted: ${reason}`, {
      certificates,
    })
  }
  const version = secured.getProtocol() ?? 'unknown'
  return { socket: secured, peer, tls: { version, cipher: secured.getCipher().name, certificates } }
}

/** Why the server's certificate is not trusted, or undefined when it is. */
function judge(
  socket: TLSSocket,
  [own]: readonly PeerCertificate[],
  fingerprint256: string | undefined,
): string | undefined {
  if (own === undefined) return 'it showed none.'
  if (fingerprint256 !== undefined) {
    if (plainHex(own.fingerprint256) === plainHex(fingerprint256)) return undefined
    return `its fingerprint is ${own.fingerprint256}, not the pinned one. If it was renewed, look at it and pin it anew; if not, somebody may be on the way.`
  }
  if (socket.authorized) return undefined
  const code = String(socket.authorizationError)
  const names = own.subjectAltName === '' ? own.subject : own.subjectAltName
  const from = own.validFrom.toISOString().slice(0, 10)
  const to = own.validTo.toISOString().slice(0, 10)
  return `${trustProblems[code] ?? `${code}.`} It is for ${names}, issued by ${own.issuer}, valid from ${from} to ${to}, SHA-256 ${own.fingerprint256}.`
}

/** What OpenSSL and Node say about certificates, and what to do about it. */
const trustProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired. Renew it on the server.',
  CERT_NOT_YET_VALID: 'it is not valid yet. Are the clocks right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself. Name a CA file, or pin its fingerprint.',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not one we trust. Name that authority as CA file.',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known. Name that authority as CA file.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known. Name that authority as CA file.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known. Name that authority as CA file.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name. Connect by a name that is in it.',
}

function readChain(socket: TLSSocket): PeerCertificate[] {
  const chain: PeerCertificate[] = []
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  // A root is its own issuer.
  while (next?.raw && !chain.some((one) => one.fingerprint256 === next?.fingerprint256)) {
    chain.push({
      subject: formatName(next.subject),
      issuer: formatName(next.issuer),
      subjectAltName: printable(next.subjectaltname ?? ''),
      validFrom: new Date(next.valid_from),
      validTo: new Date(next.valid_to),
      fingerprint256: next.fingerprint256,
      raw: new Uint8Array(next.raw),
    })
    next = next.issuerCertificate
  }
  return chain
}

function formatName(name: object | undefined): string {
  const parts = Object.entries(name ?? {}).map(
    ([type, value]) => `${type}=${[value].flat().join('+')}`,
  )
  return printable(parts.toReversed().join(', '))
}

function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-f]/gi, '').toLowerCase()
}

function networkError(error: unknown, phase: Phase, peer: string): LdapError {
  const { code, message } = error as NodeJS.ErrnoException
  const details = { cause: error }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new LdapError(
      'hostUnknown',
      `${peer}: no such host. Is the name spelt right, and does this machine ask a DNS server that knows it?`,
      details,
    )
  }
  if (code === 'ECONNREFUSED') {
    return new LdapError(
      'refused',
      `${peer} refuses the connection. Is this the right port, and is the service running?`,
      details,
    )
  }
  if (phase === 'connect') {
    const kind = code === 'ETIMEDOUT' ? 'timeout' : 'unreachable'
    return new LdapError(
      kind,
      `${peer} cannot be reached: ${message}. Is there a route, and does a firewall allow it?`,
      details,
    )
  }
  if (error instanceof DecodeError) {
    return new LdapError('protocol', `${peer} does not speak LDAP: ${message}.`, details)
  }
  if (phase === 'startTls')
    return new LdapError('closed', `${peer} broke off: ${message}.`, details)
  return new LdapError(
    'tls',
    `No TLS with ${peer}: ${message.trim()}. Does this port speak TLS, and has the server a certificate?`,
    details,
  )
}
