import { createServer, isIP, type Server, type Socket } from 'node:net'
import {
  createSecureContext,
  createServer as createTlsServer,
  type SecureContext,
  TLSSocket,
} from 'node:tls'
import { lookup } from 'node:dns/promises'
import type { Snapshot } from '#directory'
import {
  DecodeError,
  decode,
  encode,
  Framer,
  type LdapResult,
  type Message,
  noticeOfDisconnection,
  pduSize,
  type RequestMessage,
} from '#ldap'
import { type Account, Accounts, isPassword } from './accounts.ts'
import { answers } from './answers.ts'
import { Catalog } from './catalog.ts'
import { ReplicaError } from './error.ts'
import { pause } from './search.ts'
import { type Answer, type RunningSearch, type Served, Session, type Step } from './session.ts'

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

/** What clients may take up. Defaults are those of Active Directory where it has them. */
export interface ReplicaLimits {
  /** Connections at once; more are closed as they come. */
  readonly connections: number
  /** Operations of a connection at once; more are answered `busy`. */
  readonly operations: number
  /** Entries in one answer (MaxPageSize). */
  readonly pageSize: number
  /** Seconds a search may take (MaxQueryDuration). */
  readonly searchSeconds: number
  /** Without anything sent or received before somebody is signed in (InitRecvTimeout). */
  readonly idleBeforeBindMs: number
  /** Without anything sent or received (MaxConnIdleTime). */
  readonly idleMs: number
  /** From the first to the last octet of a request, and for a TLS handshake. */
  readonly requestMs: number
}

const defaultLimits: ReplicaLimits = {
  connections: 5000,
  operations: 20,
  pageSize: 1000,
  searchSeconds: 120,
  idleBeforeBindMs: 120_000,
  idleMs: 900_000,
  requestMs: 10_000,
}

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
    isClosing: false,
  }
  const servers: Server[] = []
  try {
    if (port !== undefined) {
      const server = createServer((socket) => connect(socket, false, shared))
      servers.push(await listen(server, address, port, limits))
    }
    if (tlsPort !== undefined) {
      const server = createTlsServer(
        { ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.requestMs },
        (socket) => {
          connect(socket, true, shared)
        },
      )
      // Whoever cannot speak TLS is gone by then; nobody else is affected.
      server.on('tlsClientError', () => {})
      servers.push(await listen(server, address, tlsPort, limits))
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
      shared.isClosing = true
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const connection of shared.connections) connection.disconnect(answers.goodbye)
      await Promise.all(closed)
    },
  }
}

/** What the connections share. */
interface Shared {
  readonly served: Served
  readonly limits: ReplicaLimits
  readonly secureContext: SecureContext | undefined
  readonly now: () => Date
  readonly onFault: (error: unknown) => void
  readonly connections: Set<Connection>
  /** Who comes now, or gets through the TLS handshake, is told to go. */
  isClosing: boolean
}

function connect(socket: Socket, isEncrypted: boolean, shared: Shared): void {
  const connection = new Connection(socket, isEncrypted, shared)
  shared.connections.add(connection)
  if (shared.isClosing) connection.disconnect(answers.goodbye)
}

/** One client: its socket, and the operations under way. */
class Connection {
  readonly #shared: Shared
  readonly #session: Session
  readonly #framer = new Framer(pduSize.beforeBind)
  /** Operations under way by message id; what they hold ends them. */
  readonly #running = new Map<number, AbortController>()
  #socket: Socket
  #isEnding = false
  #isReading = false
  #requestTimer: NodeJS.Timeout | undefined
  #drained: Promise<void> | undefined

  constructor(socket: Socket, isEncrypted: boolean, shared: Shared) {
    this.#shared = shared
    this.#session = new Session(shared.served, isEncrypted)
    this.#socket = socket
    this.#attach(socket)
  }

  /** Says why, and closes. */
  disconnect({ resultCode, diagnosticMessage }: LdapResult): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#abortAll()
    this.#socket.end(encode(noticeOfDisconnection(resultCode, diagnosticMessage)))
    this.#socket.resume()
    // Who does not take the notice in does not keep the connection open.
    const socket = this.#socket
    setTimeout(() => socket.destroy(), lastWordsMs).unref()
  }

  #attach(socket: Socket): void {
    socket.setNoDelay(true)
    socket.setTimeout(this.#shared.limits.idleBeforeBindMs)
    socket.on('timeout', () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      // A socket that TLS was put upon closes with it; only the one in use tells.
      if (socket === this.#socket) this.#forget()
    })
    socket.on('data', this.#onData)
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isEnding) return
    this.#framer.push(chunk)
    if (this.#isReading) return
    void this.#read()
  }

  #forget(): void {
    this.#isEnding = true
    this.#abortAll()
    this.#session.close()
    clearTimeout(this.#requestTimer)
    this.#shared.connections.delete(this)
  }

  #abortAll(): void {
    for (const operation of this.#running.values()) operation.abort()
    this.#running.clear()
  }

  /** Takes requests one by one. Nothing more is read while one is being answered or answers wait to be taken in. */
  async #read(): Promise<void> {
    this.#isReading = true
    this.#socket.pause()
    try {
      for (
        let pdu = this.#framer.next();
        pdu !== undefined && !this.#isEnding;
        pdu = this.#framer.next()
      ) {
        clearTimeout(this.#requestTimer)
        this.#requestTimer = undefined
        const message = decode(pdu)
        if (!isRequest(message) || message.id === 0 || this.#running.has(message.id)) {
          this.disconnect(answers.malformed)
          return
        }
        await this.#perform(message)
        await this.#takenIn()
      }
      if (this.#framer.pending > 0 && !this.#isEnding) {
        this.#requestTimer ??= setTimeout(
          () => this.#socket.destroy(),
          this.#shared.limits.requestMs,
        )
      }
    } catch (error) {
      this.disconnect(answers.malformed)
      if (!(error instanceof DecodeError)) this.#shared.onFault(error)
    } finally {
      this.#isReading = false
      this.#socket.resume()
    }
  }

  async #perform(message: RequestMessage): Promise<void> {
    const { id } = message
    if (message.op === 'bindRequest') this.#abortAll()
    const step: Step = this.#session.step(message, this.#shared.now(), this.#running.size)
    switch (step.do) {
      case 'answer':
        return this.#send(id, step.answer)
      case 'search':
        if (this.#running.size >= this.#shared.limits.operations) {
          step.run.return({ op: 'searchResultDone', ...answers.busy })
          return this.#send(id, { op: 'searchResultDone', ...answers.busy })
        }
        void this.#run(id, step.run, step.timeLimit)
        return
      case 'checkPassword': {
        const isRight = await isPassword(step.password, step.account?.password)
        this.#send(id, this.#session.endBind(step.account, isRight))
        if (!this.#session.isBound) return
        this.#framer.maxSize = pduSize.afterBind
        this.#socket.setTimeout(this.#shared.limits.idleMs)
        return
      }
      case 'startTls':
        return this.#startTls(id, step.answer)
      case 'abandon':
        this.#running.get(step.id)?.abort()
        this.#running.delete(step.id)
        return
      case 'close':
        this.#isEnding = true
        this.#abortAll()
        this.#socket.end()
    }
  }

  /** Sends what a search finds, as fast as the client takes it in, and lets others have their turn. */
  async #run(id: number, run: RunningSearch, timeLimit: number): Promise<void> {
    const operation = new AbortController()
    this.#running.set(id, operation)
    const { limits, now } = this.#shared
    const seconds =
      timeLimit === 0 ? limits.searchSeconds : Math.min(timeLimit, limits.searchSeconds)
    const deadline = now().getTime() + seconds * 1000
    const batch = new Batch()
    const isOver = () => operation.signal.aborted
    try {
      for (;;) {
        const next = run.next()
        if (next.done === true) {
          batch.add(encode({ id, ...next.value }))
          break
        }
        if (next.value !== pause) batch.add(encode({ id, ...next.value }))
        if (next.value !== pause && batch.size < batchBytes) continue
        if (now().getTime() > deadline) {
          batch.add(encode({ id, op: 'searchResultDone', ...answers.timeLimit }))
          break
        }
        if (batch.size > 0) this.#write(batch.take())
        await this.#takenIn()
        await turn()
        if (isOver()) return
      }
      if (this.#running.get(id) === operation) this.#running.delete(id)
      this.#write(batch.take())
    } catch (error) {
      this.disconnect(answers.malformed)
      this.#shared.onFault(error)
    } finally {
      // Gives up what the search still holds; nothing is sent for it any more.
      run.return({ op: 'searchResultDone', ...answers.timeLimit })
      if (this.#running.get(id) === operation) this.#running.delete(id)
    }
  }

  /** Puts TLS upon the connection (RFC 4511 §4.14). Octets sent before the handshake could be anybody's: they end it. */
  async #startTls(id: number, answer: Answer): Promise<void> {
    const { secureContext, limits } = this.#shared
    if (this.#framer.pending > 0 || secureContext === undefined)
      return this.disconnect(answers.malformed)
    const plain = this.#socket
    plain.off('data', this.#onData)
    // From now on only the socket upon it sees what comes and goes.
    plain.setTimeout(0)
    await new Promise((resolve) => plain.write(encode({ id, ...answer }), resolve))
    const secure = new TLSSocket(plain, { isServer: true, secureContext })
    this.#socket = secure
    this.#drained = undefined
    this.#session.isEncrypted = true
    const timer = setTimeout(() => secure.destroy(), limits.requestMs)
    secure.once('secure', () => clearTimeout(timer))
    secure.once('close', () => clearTimeout(timer))
    this.#attach(secure)
    if (this.#session.isBound) secure.setTimeout(limits.idleMs)
  }

  #send(id: number, answer: Answer): void {
    this.#write(encode({ id, ...answer }))
  }

  #write(octets: Uint8Array): void {
    if (!this.#isEnding && this.#socket.writable) this.#socket.write(octets)
  }

  /** Ends when the client has taken in most of what it was sent. */
  #takenIn(): Promise<void> | undefined {
    const socket = this.#socket
    if (!socket.writableNeedDrain || socket.destroyed) return undefined
    this.#drained ??= new Promise((resolve) => {
      const goOn = () => {
        socket.off('drain', goOn)
        socket.off('close', goOn)
        this.#drained = undefined
        resolve()
      }
      socket.on('drain', goOn)
      socket.on('close', goOn)
    })
    return this.#drained
  }
}

/** Messages that go to the socket together. */
class Batch {
  #parts: Uint8Array[] = []
  size = 0

  add(octets: Uint8Array): void {
    this.#parts.push(octets)
    this.size += octets.length
  }

  take(): Uint8Array {
    const octets = Buffer.concat(this.#parts, this.size)
    this.#parts = []
    this.size = 0
    return octets
  }
}

/** Octets gathered before they are handed to the socket. */
const batchBytes = 32 * 1024
/** How long a client may take to take in a notice of disconnection. */
const lastWordsMs = 1000

const requests = new Set<Message['op']>([
  'bindRequest',
  'unbindRequest',
  'searchRequest',
  'modifyRequest',
  'addRequest',
  'delRequest',
  'modifyDNRequest',
  'compareRequest',
  'abandonRequest',
  'extendedRequest',
])

function isRequest(message: Message): message is RequestMessage {
  return requests.has(message.op)
}

function secureContextOf(tls: NonNullable<ReplicaOptions['tls']>): SecureContext {
  try {
    return createSecureContext({ ...tls, minVersion: 'TLSv1.2' })
  } catch (cause) {
    throw new ReplicaError(
      'bad-certificate',
      'key and certificate cannot be used together',
      'Give the private key without a passphrase and the certificate that belongs to it, both PEM.',
      { cause },
    )
  }
}

/** Lets everything else that waits have its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
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

function listen(
  server: Server,
  host: string,
  port: number,
  { connections }: ReplicaLimits,
): Promise<Server> {
  server.maxConnections = connections
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
    server.listen({ host, port, exclusive: true }, () => {
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
