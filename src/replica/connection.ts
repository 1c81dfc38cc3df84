import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import {
  BerWriter,
  DecodeError,
  decode,
  defaultLimits,
  encode,
  Framer,
  type LdapResult,
  type Message,
  type MessageLimits,
  noticeOfDisconnection,
  pduSize,
  peekMessage,
  type RequestMessage,
  writeMessage,
} from '#ldap'
import { isPassword } from './accounts.ts'
import { answers } from './answers.ts'
import { Holding, type Memory, unitBytes } from './memory.ts'
import { pause } from './search.ts'
import { type Answer, type RunningSearch, type Served, Session, type Step } from './session.ts'
import { type Addresses, type FairPool, Share, type Turns } from './turns.ts'

/** What clients may take up. Defaults are those of Active Directory where it has them. */
export interface ReplicaLimits {
  /** Connections at once. When there is one more, one on which nobody is signed in has to go, or else the new one. */
  readonly connections: number
  /** Operations of a connection at once; more are answered `busy`. */
  readonly operations: number
  /** Octets of a request at most, once somebody is signed in (MaxReceiveBuffer). */
  readonly requestBytes: number
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

/** What the connections share. */
export interface Shared {
  readonly served: Served
  readonly limits: ReplicaLimits
  readonly secureContext: SecureContext | undefined
  readonly now: () => Date
  readonly onFault: (error: unknown) => void
  readonly connections: Set<Connection>
  readonly addresses: Addresses
  /** For requests of which only the beginning is here. */
  readonly requestMemory: Memory
  /** The processor, one slice after the other. */
  readonly turns: Turns
  /** Passwords are looked at a few at a time: each takes as much work as thousands of searches. */
  readonly passwords: FairPool
}

/** One client: its socket, and the operations under way. */
export class Connection {
  readonly #shared: Shared
  readonly #session: Session
  readonly #framer = new Framer(pduSize.beforeBind)
  readonly #begun: Holding
  /** Searches under way by message id. */
  readonly #running = new Map<number, Search>()
  readonly #share: Share
  /** Where the client is. */
  readonly address: string
  #socket: Socket
  #isEnding = false
  #isReading = false
  #requestTimer: NodeJS.Timeout | undefined
  #drained: Promise<void> | undefined

  /** Serves a client that has just come; `isTls` on a port where TLS is spoken from the start. */
  constructor(socket: Socket, isTls: boolean, shared: Shared) {
    this.#shared = shared
    this.address = socket.remoteAddress ?? ''
    this.#share = new Share(shared.addresses.join(this.address))
    this.#begun = new Holding(shared.requestMemory)
    this.#session = new Session(shared.served, isTls)
    this.#socket = socket
    this.#attach(socket)
    if (isTls) this.#secure()
  }

  /** Whether somebody is signed in. */
  get isBound(): boolean {
    return this.#session.isBound
  }

  /** Says why, and closes. */
  disconnect({ resultCode, diagnosticMessage }: LdapResult): void {
    this.#end(encode(noticeOfDisconnection(resultCode, diagnosticMessage)))
  }

  /** Closes at once. */
  drop(): void {
    this.#socket.destroy()
  }

  #attach(socket: Socket): void {
    socket.setNoDelay(true)
    socket.on('timeout', () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      // A socket that TLS was put upon closes with it; only the one in use tells.
      if (socket === this.#socket) this.#forget()
    })
    socket.on('data', this.#onData)
    this.#limit()
  }

  /** Sets what depends on whether somebody is signed in. */
  #limit(): void {
    const { idleMs, idleBeforeBindMs, requestBytes } = this.#shared.limits
    this.#socket.setTimeout(this.isBound ? idleMs : idleBeforeBindMs)
    this.#framer.maxSize = this.isBound ? requestBytes : pduSize.beforeBind
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isEnding) return
    this.#framer.push(chunk)
    if (!this.#isReading) void this.#read()
  }

  #end(lastWords: Uint8Array = new Uint8Array()): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#giveUpAll()
    const socket = this.#socket
    socket.end(lastWords)
    socket.resume()
    // Who does not take the last words in, or does not close, does not keep the connection open.
    setTimeout(() => socket.destroy(), lastWordsMs).unref()
  }

  #forget(): void {
    this.#isEnding = true
    this.#giveUpAll()
    this.#begun.release()
    this.#session.close()
    clearTimeout(this.#requestTimer)
    this.#shared.connections.delete(this)
    this.#shared.addresses.leave(this.address)
  }

  #giveUpAll(): void {
    for (const id of this.#running.keys()) this.#giveUp(id)
  }

  /** Ends a search without another word. */
  #giveUp(id: number): void {
    const search = this.#running.get(id)
    if (search === undefined) return
    search.isOver = true
    this.#running.delete(id)
    search.run.return({ op: 'searchResultDone', ...answers.timeLimit })
  }

  #fault(error: unknown): void {
    if (error instanceof DecodeError) return this.disconnect(answers.malformed)
    this.disconnect(answers.fault)
    this.#shared.onFault(error)
  }

  /** Takes requests one by one. Nothing more is read while one is being answered or answers wait to be taken in. */
  async #read(): Promise<void> {
    const { turns, limits } = this.#shared
    this.#isReading = true
    this.#socket.pause()
    try {
      while (!this.#isEnding) {
        const pdu = this.#framer.next()
        if (pdu === undefined) break
        clearTimeout(this.#requestTimer)
        this.#requestTimer = undefined
        const step = await turns.take(this.#share, () => this.#take(pdu))
        if (step !== undefined) await this.#perform(step)
        await this.#takenIn()
      }
      if (this.#isEnding) return
      const { pending } = this.#framer
      if (pending > 0) {
        this.#requestTimer ??= setTimeout(() => this.#socket.destroy(), limits.requestMs)
      }
      if (!this.#begun.resize(pending / unitBytes)) this.disconnect(answers.busy)
    } catch (error) {
      this.#fault(error)
    } finally {
      this.#isReading = false
      this.#socket.resume()
    }
  }

  /** Looks at a request and answers it, or tells what takes longer. */
  #take(pdu: Uint8Array): LongStep | undefined {
    if (this.#isEnding) return undefined
    const message = this.#decode(pdu)
    if (message === undefined) return undefined
    const { id } = message
    if (!isRequest(message) || id === 0 || this.#running.has(id)) {
      this.disconnect(answers.malformed)
      return undefined
    }
    if (message.op === 'bindRequest') this.#giveUpAll()
    const step = this.#session.step(message, this.#shared.now(), this.#running.size)
    switch (step.do) {
      case 'answer':
        this.#send(id, step.answer)
        this.#limit()
        return undefined
      case 'abandon':
        this.#giveUp(step.id)
        return undefined
      case 'close':
        this.#end()
        return undefined
      case 'search':
        if (this.#running.size < this.#shared.limits.operations) return { id, ...step }
        this.#send(id, { op: step.op, ...answers.busy })
        return undefined
      case 'checkPassword':
      case 'startTls':
        return { id, ...step }
    }
  }

  /** Reads a request, or answers one that is not understood. @throws DecodeError when it cannot be answered. */
  #decode(pdu: Uint8Array): Message | undefined {
    try {
      return decode(pdu, requestLimits)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const { id = 0, op } = peekMessage(pdu) ?? {}
      const answer =
        id === 0 || op === undefined || this.#running.has(id)
          ? undefined
          : this.#session.refuse(op, error)
      if (answer === undefined) throw error
      if (op === 'bindRequest') this.#giveUpAll()
      this.#send(id, answer)
      this.#limit()
      return undefined
    }
  }

  async #perform(step: LongStep): Promise<void> {
    const { id } = step
    switch (step.do) {
      case 'search':
        return this.#start(step)
      case 'checkPassword': {
        const { account, password } = step
        const isRight = await this.#shared.passwords.run(this.#share, async () =>
          this.#isEnding ? false : isPassword(password, account?.password),
        )
        if (this.#isEnding) return
        if (isRight === undefined) this.#send(id, { op: 'bindResponse', ...answers.busy })
        else this.#send(id, this.#session.endBind(account, isRight))
        this.#limit()
        return
      }
      case 'startTls':
        return this.#startTls(id, step.answer)
    }
  }

  /** Begins a search. What is not found in its first turn is found while further requests are read. */
  async #start({ id, op, run, timeLimit }: LongStep & { do: 'search' }): Promise<void> {
    const { limits, now } = this.#shared
    const seconds = Math.min(timeLimit || Infinity, limits.searchSeconds)
    const search = { id, op, run, deadline: now().getTime() + seconds * 1000, isOver: false }
    this.#running.set(id, search)
    await this.#goOn(search)
    if (!search.isOver) void this.#finish(search)
  }

  /** Sends what a search finds, as fast as the client takes it in. */
  async #finish(search: Search): Promise<void> {
    try {
      while (!search.isOver) {
        await this.#takenIn()
        await this.#goOn(search)
      }
    } catch (error) {
      this.#fault(error)
    }
  }

  /** One turn of a search. */
  #goOn(search: Search): void | Promise<void> {
    const { turns, now } = this.#shared
    return turns.take(this.#share, () => {
      // When one answer was taken in, all searches go on, but the first fills the socket again.
      if (search.isOver || this.#isFull) return
      const { id, op, run } = search
      const writer = new BerWriter()
      let last: Answer | undefined
      if (now().getTime() > search.deadline) last = { op, ...answers.timeLimit }
      while (last === undefined && writer.size < batchBytes && !turns.isOver) {
        const next = run.next()
        if (next.done === true) last = next.value
        else if (next.value !== pause) writeMessage(writer, { id, ...next.value })
      }
      if (last !== undefined) {
        writeMessage(writer, { id, ...last })
        this.#giveUp(id)
      }
      if (writer.size > 0) this.#write(writer.take())
    })
  }

  /** Puts TLS upon the connection (RFC 4511 §4.14). Octets sent before the handshake could be anybody's: they end it. */
  async #startTls(id: number, answer: Answer): Promise<void> {
    if (this.#framer.pending > 0) return this.disconnect(answers.malformed)
    await new Promise((resolve) => this.#socket.write(encode({ id, ...answer }), resolve))
    if (!this.#isEnding) this.#secure()
  }

  #secure(): void {
    const { secureContext, limits } = this.#shared
    const plain = this.#socket
    plain.off('data', this.#onData)
    // From now on only the socket upon it sees what comes and goes.
    plain.setTimeout(0)
    const secure = new TLSSocket(plain, { isServer: true, ...(secureContext && { secureContext }) })
    this.#socket = secure
    this.#drained = undefined
    this.#session.isEncrypted = true
    const timer = setTimeout(() => secure.destroy(), limits.requestMs)
    secure.once('secure', () => clearTimeout(timer))
    secure.once('close', () => clearTimeout(timer))
    this.#attach(secure)
  }

  #send(id: number, answer: Answer): void {
    this.#write(encode({ id, ...answer }))
  }

  #write(octets: Uint8Array): void {
    if (!this.#isEnding && this.#socket.writable) this.#socket.write(octets)
  }

  /** Whether the client has yet to take in what it was sent. */
  get #isFull(): boolean {
    return this.#socket.writableNeedDrain && !this.#socket.destroyed
  }

  /** Ends when the client has taken in most of what it was sent. */
  #takenIn(): Promise<void> | undefined {
    if (!this.#isFull) return undefined
    const socket = this.#socket
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

/** What cannot be answered at once. */
type LongStep = Extract<Step, { do: 'search' | 'checkPassword' | 'startTls' }> & {
  readonly id: number
}

/** A search or comparison under way. */
interface Search {
  readonly id: number
  readonly op: 'searchResultDone' | 'compareResponse'
  readonly run: RunningSearch
  /** When its time is over, by the clock of the replica. */
  readonly deadline: number
  isOver: boolean
}

/** Octets gathered before they are handed to the socket. */
const batchBytes = 32 * 1024
/** How long a client may take to take in the last words. */
const lastWordsMs = 1000
/** What would be written is refused, so there is no need to read it by the million. */
const requestLimits: MessageLimits = { ...defaultLimits, values: 20_000, steps: 200_000 }

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
