import { constants } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { createServer, isIP, type Server, type Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Snapshot } from '#directory'
import { type Account, Accounts } from './accounts.ts'
import { answers } from './answers.ts'
import { Catalog } from './catalog.ts'
import { Connection, type ReplicaLimits, type Shared } from './connection.ts'
import { ReplicaError } from './error.ts'
import { Memory } from './memory.ts'
import { Addresses, FairPool, Turns } from './turns.ts'

/** How a snapshot is to be served. */
export interface ReplicaOptions {
  readonly snapshot: Snapshot
  readonly accounts: readonly Account[]
  /** Address or name to listen on. Default 127.0.0.1; beyond this machine only with `tls`. */
  readonly host?: string
  /** Port of LDAP, which offers StartTLS when there is `tls`. 0 for any; absent for none. */
  readonly port?: number
  /** Port of LDAPS. 0 for any; absent for none. */
  readonly tlsPort?: number
  /** Private key and certificate chain, PEM. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer }
  /** Whether passwords are only taken over TLS, as on a domain controller that requires signing. Default: beyond this machine. */
  readonly requireTls?: boolean
  readonly limits?: Partial<ReplicaLimits>
  /** The clock. */
  readonly now?: () => Date
  /** Is told of faults of this program, which end a connection. Default: they end the program. */
  readonly onFault?: (error: unknown) => void
}

const defaultLimits: ReplicaLimits = {
  connections: 5000,
  operations: 20,
  requestBytes: 10_485_760,
  pageSize: 1000,
  searchSeconds: 120,
  idleBeforeBindMs: 120_000,
  idleMs: 900_000,
  requestMs: 10_000,
}

/** What all requests may take whose end is not here yet: 64 MB. */
const requestUnits = 131_072

/** A snapshot that is being served. */
export interface Replica {
  /** Address it listens on. */
  readonly host: string
  readonly port: number | undefined
  readonly tlsPort: number | undefined
  /** Tells all clients, and ends when the last connection is closed. */
  close(): Promise<void>
}

/**
 * Serves a snapshot over LDAP, read-only, so that clients take it for a domain controller. Returns when it listens.
 * @throws ReplicaError when it may not or cannot.
 */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const { snapshot, host = '127.0.0.1', port, tlsPort, tls } = options
  if (port === undefined && tlsPort === undefined) {
    throw new ReplicaError(
      'no-listener',
      'there is no port to listen on',
      'Give a port for LDAP, for LDAPS, or both.',
    )
  }
  const address = isIP(host) === 0 ? await addressOf(host) : host
  const isLocal = isLoopback(address)
  if (tls === undefined && (!isLocal || tlsPort !== undefined)) {
    throw new ReplicaError(
      'tls-needed',
      isLocal
        ? 'LDAPS needs a certificate'
        : `${host} is not this machine alone, and there is no certificate`,
      'Give a key and a certificate, or listen on 127.0.0.1 without LDAPS.',
    )
  }
  const limits = { ...defaultLimits, ...options.limits }
  const catalog = new Catalog(snapshot)
  // Takes seconds for a million objects, and would hold up everybody when it is first needed.
  void catalog.memberships
  const shared: Shared = {
    served: {
      catalog,
      accounts: new Accounts(options.accounts, catalog),
      hasTls: tls !== undefined,
      requireTls: options.requireTls ?? !isLocal,
      maxPageSize: limits.pageSize,
    },
    limits,
    secureContext: tls && secureContextOf(tls),
    now: options.now ?? (() => new Date()),
    onFault: options.onFault ?? throwLater,
    connections: new Set(),
    addresses: new Addresses(),
    requestMemory: new Memory(requestUnits),
    turns: new Turns(),
    // One processor is left for everything else.
    passwords: new FairPool(Math.max(1, Math.min(4, availableParallelism() - 1))),
  }
  const servers: Server[] = []
  try {
    for (const [at, isTls] of [
      [port, false],
      [tlsPort, true],
    ] as const) {
      if (at === undefined) continue
      const server = createServer((socket) => accept(socket, isTls, shared))
      servers.push(await listen(server, address, at, limits.connections))
    }
  } catch (error) {
    for (const server of servers) server.close()
    throw error
  }
  const ports = servers.map(portOf)
  return {
    host: address,
    port: port === undefined ? undefined : ports[0],
    tlsPort: tlsPort === undefined ? undefined : ports.at(-1),
    async close() {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const connection of shared.connections) connection.disconnect(answers.goodbye)
      await Promise.all(closed)
    },
  }
}

/**
 * Takes a client in. When there are too many, the oldest on which nobody is signed in has to go, rather one from the same
 * address than another; or else the new one.
 */
function accept(socket: Socket, isTls: boolean, shared: Shared): void {
  const { connections, limits } = shared
  if (connections.size >= limits.connections) {
    const strangers = () => connections.values().filter(({ isBound }) => !isBound)
    const stranger =
      strangers().find(({ address }) => address === socket.remoteAddress) ??
      strangers().next().value
    if (stranger === undefined) {
      socket.destroy()
      return
    }
    stranger.drop()
  }
  connections.add(new Connection(socket, isTls, shared))
}

function secureContextOf(tls: NonNullable<ReplicaOptions['tls']>): SecureContext {
  try {
    return createSecureContext({
      ...tls,
      minVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    })
  } catch (cause) {
    throw new ReplicaError(
      'bad-certificate',
      'key and certificate cannot be used together',
      'Give the private key without a passphrase and the certificate that belongs to it, both PEM.',
      { cause },
    )
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address
  } catch (cause) {
    throw new ReplicaError(
      'cannot-listen',
      `${host} is no address of this machine`,
      'Give an IP address, such as 127.0.0.1.',
      { cause },
    )
  }
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** `backlog`: clients that may come at once, before each is taken in. */
function listen(server: Server, host: string, port: number, backlog: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = reasons[cause.code ?? ''] ?? cause.message
      reject(
        new ReplicaError(
          'cannot-listen',
          `cannot listen on ${host} port ${port}: ${why}`,
          'Choose another port.',
          { cause },
        ),
      )
    })
    server.listen({ host, port, backlog, exclusive: true }, () => {
      // A client that could not be taken in, as when files run out, is not there; the others go on.
      server.on('error', () => {})
      resolve(server)
    })
  })
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program does already',
  EACCES: 'ports below 1024 need more rights',
  EADDRNOTAVAIL: 'it is no address of this machine',
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
