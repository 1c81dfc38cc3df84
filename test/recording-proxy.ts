import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { Framer, type Message, decode, pduSize } from '#ldap'
import type { Certificate } from './certificates.ts'

/** A proxy between a client and a domain controller that remembers every message the client sends. */
export interface RecordingProxy {
  /** Loopback address it listens on, ports 389 and 636. */
  readonly host: string
  /** What the client sent so far, over both ports. */
  readonly sent: readonly Message[]
  stop(): Promise<void>
}

/** Starts a proxy to `upstream`, ports 389 and 636; on 636 it ends TLS with the given certificate. */
export async function startRecordingProxy(
  upstream: string,
  { cert, key }: Certificate,
): Promise<RecordingProxy> {
  const sent: Message[] = []
  const sockets = new Set<Socket>()

  function pass(client: Socket, server: Socket): void {
    const framer = new Framer(pduSize.afterBind)
    client.on('data', (chunk: Buffer) => {
      framer.push(chunk)
      for (let pdu = framer.next(); pdu !== undefined; pdu = framer.next())
        sent.push(decode(pdu.slice()))
      server.write(chunk)
    })
    server.on('data', (chunk: Buffer) => client.write(chunk))
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('end', () => other.end())
      one.on('error', () => other.destroy())
      one.on('close', () => sockets.delete(one))
    }
  }

  const plain = createServer((client) => pass(client, connect(389, upstream)))
  const tls = createTlsServer({ cert, key }, (client) =>
    pass(client, connectTls({ host: upstream, port: 636, rejectUnauthorized: false })),
  )
  tls.on('tlsClientError', () => {})
  const host = await listenOnFreeAddress([plain, 389], [tls, 636])
  return {
    host,
    sent,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([plain, tls].map((server) => once(server.close(), 'close')))
    },
  }
}

/** Makes servers listen on one loopback address, each on its port, and answers the address. Ports below 1024 need root. */
export async function listenOnFreeAddress(
  ...servers: readonly (readonly [server: Server, port: number])[]
): Promise<string> {
  for (let tries = 0; ; tries++) {
    const host = `127.${randomInt(128, 192)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
    try {
      for (const [server, port] of servers) await once(server.listen(port, host), 'listening')
      return host
    } catch (error) {
      if (tries === 20) throw error
      for (const [server] of servers) server.close()
    }
  }
}

/** The port a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
