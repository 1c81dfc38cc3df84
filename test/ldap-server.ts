import { once } from 'node:events'
import { type Server, type Socket, createServer } from 'node:net'
import { TLSSocket, createServer as createTlsServer } from 'node:tls'
import { type RawAttribute, dnKey } from '#directory'
import {
  type Control,
  type Filter,
  Framer,
  type Message,
  type RequestMessage,
  decode,
  encode,
  extensionOids,
  pagedResults,
  pduSize,
  result,
} from '#ldap'
import type { Certificate } from './certificates.ts'
import { portOf } from './recording-proxy.ts'

/** One client of a {@link TestServer}. */
export interface Peer {
  /** Sends a message, or octets as they are; waits while the client does not read. */
  send(message: Message | Uint8Array): Promise<void>
  /** Hangs up. */
  drop(): void
  readonly isOpen: boolean
}

/** What a server does with a request. */
export type Handler = (request: RequestMessage, peer: Peer) => Promise<void>

/** An LDAP server that does what a test wants. */
export interface TestServer {
  readonly port: number
  readonly requests: readonly RequestMessage[]
  /** Connections taken so far. */
  readonly connections: number
  stop(): Promise<void>
}

/** Starts a server on 127.0.0.1, with LDAPS when it has a certificate. Requests of one client are handled one after the other. */
export async function startServer(
  handler: Handler,
  certificate?: Certificate,
): Promise<TestServer> {
  const requests: RequestMessage[] = []
  const sockets = new Set<Socket>()
  let connections = 0

  function accept(socket: Socket): void {
    connections++
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.setMaxListeners(0)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    const framer = new Framer(pduSize.afterBind)
    const peer: Peer = {
      get isOpen() {
        return !socket.destroyed
      },
      async send(message) {
        const octets = message instanceof Uint8Array ? message : encode(message)
        if (socket.destroyed || socket.write(octets)) return
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {})
      },
      drop() {
        socket.destroy()
      },
    }
    let queue: Promise<unknown> = Promise.resolve()
    socket.on('data', (chunk: Buffer) => {
      framer.push(chunk)
      for (let pdu = framer.next(); pdu !== undefined; pdu = framer.next()) {
        const request = decode(pdu.slice()) as RequestMessage
        requests.push(request)
        queue = queue.then(() => handler(request, peer)).catch(() => socket.destroy())
      }
    })
  }

  const server: Server =
    certificate === undefined
      ? createServer(accept)
      : createTlsServer(certificate, (socket: TLSSocket) => accept(socket))
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: portOf(server),
    requests,
    get connections() {
      return connections
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}

/** An object of an {@link honest} server. */
export type TestEntry = readonly [dn: string, attributes: readonly RawAttribute[]]

/** A directory that answers as a domain controller does, as far as the collector asks. */
export function honest({
  entries,
  rootDse,
  isWelcome = () => true,
}: {
  readonly entries: readonly TestEntry[]
  readonly rootDse: Readonly<Record<string, readonly string[]>>
  readonly isWelcome?: (name: string, password: string) => boolean
}): Handler {
  const keyed = entries.map(([dn, attributes]) => ({ key: dnKey(dn), dn, attributes }))
  const contexts = (rootDse['namingContexts'] ?? []).map((dn) => dnKey(dn))
  const contextOf = (key: string): string | undefined =>
    contexts
      .filter((context) => key === context || key.endsWith(`,${context}`))
      .toSorted((a, b) => b.length - a.length)[0]

  return async (request, peer) => {
    const { id } = request
    if (request.op === 'bindRequest') {
      const { authentication, name } = request
      const isIn =
        authentication.method === 'simple' &&
        isWelcome(name, Buffer.from(authentication.password).toString())
      const text =
        '80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v4563'
      await peer.send({
        id,
        op: 'bindResponse',
        ...(isIn ? result() : result('invalidCredentials', { diagnosticMessage: text })),
      })
    } else if (request.op === 'extendedRequest' && request.requestName === extensionOids.whoAmI) {
      await peer.send({
        id,
        op: 'extendedResponse',
        ...result(),
        responseValue: Buffer.from('u:CORP\\reader'),
      })
    } else if (request.op === 'searchRequest' && request.baseObject === '') {
      const attributes = Object.entries(rootDse).map(([type, values]) => ({
        type,
        values: values.map((value) => Buffer.from(value)),
      }))
      await peer.send({ id, op: 'searchResultEntry', objectName: '', attributes })
      await peer.send({ id, op: 'searchResultDone', ...result() })
    } else if (request.op === 'searchRequest') {
      const base = dnKey(request.baseObject)
      const wanted = new Set(request.attributes.map((name) => name.toLowerCase()))
      for (const { key, dn, attributes } of keyed) {
        const isInScope =
          key === base || (request.scope === 'wholeSubtree' && key.endsWith(`,${base}`))
        if (
          !isInScope ||
          contextOf(key) !== contextOf(base) ||
          !matches(request.filter, attributes)
        )
          continue
        const shown = attributes.filter(([name]) => wanted.has(name.toLowerCase()))
        await peer.send({
          id,
          op: 'searchResultEntry',
          objectName: dn,
          attributes: shown.map(([type, values]) => ({ type, values: [...values] })),
        })
      }
      await peer.send({
        id,
        op: 'searchResultDone',
        ...result(),
        controls: lastPage(request.controls),
      })
    }
  }
}

/** The paging control that ends a paged search. */
export function lastPage(controls: readonly Control[] | undefined): readonly Control[] {
  return pagedResults.isIn(controls) ? [pagedResults.of({ size: 0, cookie: new Uint8Array() })] : []
}

function matches(filter: Filter, attributes: readonly RawAttribute[]): boolean {
  if (filter.kind === 'or') return filter.filters.some((part) => matches(part, attributes))
  const values = (name: string): readonly Uint8Array[] =>
    attributes.find(([type]) => type.toLowerCase() === name.toLowerCase())?.[1] ?? []
  if (filter.kind === 'present') return values(filter.attribute).length > 0
  if (filter.kind !== 'equalityMatch') return false
  const wanted = Buffer.from(filter.value).toString().toLowerCase()
  return values(filter.attribute).some(
    (value) => Buffer.from(value).toString().toLowerCase() === wanted,
  )
}
