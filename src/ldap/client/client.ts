import type { Socket } from 'node:net'
import { DecodeError } from '#ber'
import type { Authentication, BindRequest, BindResponse, UnbindRequest } from '../bind.ts'
import type { AbandonRequest } from '../abandon.ts'
import { formatResult, LdapError, requireSuccess } from './error.ts'
import {
  type Connection,
  type ConnectOptions,
  openConnection,
  type TlsState,
} from './connection.ts'
import type { Control } from '../control.ts'
import { pagedResults } from '../controls/paged-results.ts'
import { EntryView } from '../entry-view.ts'
import type { ExtendedRequest } from '../extended.ts'
import { parseFilter } from '../filter-text.ts'
import type { Filter } from '../filter.ts'
import { Framer } from '../framer.ts'
import { pduSize } from '../limits.ts'
import { decode, encode, type Envelope, type Message, type ResponseMessage } from '../message.ts'
import { extensionOids } from '../oids.ts'
import type {
  DerefAliases,
  SearchRequest,
  SearchResultDone,
  SearchResultReference,
  SearchScope,
} from '../search.ts'

/** How long to wait and how much to take. All have defaults. */
export interface ClientOptions extends ConnectOptions {
  /** Milliseconds to wait for the answers of one operation in all, own work not counted. Default 120,000. */
  readonly operationTimeoutMs?: number
  /** Milliseconds without a byte from the server while waiting for it. Default 30,000. */
  readonly idleTimeoutMs?: number
  /** Largest message taken from the server, in bytes. Default 16 MiB. */
  readonly maxPduBytes?: number
  /** Bytes of entries held for a search that is not being read while another operation waits. Default 64 MiB. */
  readonly maxBufferedBytes?: number
}

/** What to look for. */
export interface SearchOptions {
  readonly baseObject: string
  /** Default `wholeSubtree`. */
  readonly scope?: SearchScope
  /** As a tree or as text (RFC 4515). Default `(objectClass=*)`. */
  readonly filter?: Filter | string
  /** Default: all user attributes. */
  readonly attributes?: readonly string[]
  readonly derefAliases?: DerefAliases
  /** Entries at most. Default 0: no limit of ours. */
  readonly sizeLimit?: number
  /** Seconds at most, for the server to keep. Default 0: no limit of ours. */
  readonly timeLimit?: number
  readonly typesOnly?: boolean
  readonly controls?: readonly Control[]
  /** Ends the search when raised. */
  readonly signal?: AbortSignal
}

/** What a search finds: entries, and references to other servers, which are never followed. */
export type Found = EntryView | (Envelope & SearchResultReference)

/** How a search is paged. */
export interface PageOptions {
  /** Entries per page; 1,000 is what Active Directory gives at most. Default 1,000. */
  readonly pageSize?: number
  /** Entries and references at most, against a server that never ends. Default 50,000,000. */
  readonly maxFound?: number
}

/** All that this client can send: it reads, and cannot be made to write. */
type Sendable =
  | BindRequest
  | UnbindRequest
  | SearchRequest
  | AbandonRequest
  | (ExtendedRequest & { readonly requestName: typeof extensionOids.whoAmI })

type Answer = Found | ResponseMessage

/** Pages without a single entry that are followed in a row. */
const maxEmptyPages = 1000

/** How long a server may take to close after an unbind. */
const maxGoodbyeMs = 500

/**
 * An LDAP client that only reads. One connection, many operations at a time.
 *
 * The socket is read only while somebody waits for an answer, so a slow reader slows the server down
 * instead of filling memory. Everything that can go wrong is an {@link LdapError}.
 */
export class LdapClient {
  readonly #socket: Socket
  readonly #tls: TlsState | undefined
  readonly #peer: string
  readonly #operationTimeoutMs: number
  readonly #idleTimeoutMs: number
  readonly #maxBufferedBytes: number
  readonly #framer: Framer
  readonly #pending = new Map<number, Pending>()
  #waiting = 0
  #bufferedBytes = 0
  #nextId = 1
  #heardAt = 0
  #failure: LdapError | undefined

  private constructor({ socket, tls, peer }: Connection, options: ClientOptions) {
    this.#socket = socket
    this.#tls = tls
    this.#peer = peer
    this.#operationTimeoutMs = options.operationTimeoutMs ?? 120_000
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 30_000
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 64 * 1024 * 1024
    this.#framer = new Framer(options.maxPduBytes ?? pduSize.afterBind)
    socket.pause()
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => {
      this.#fail(new LdapError('closed', `${peer} broke off: ${error.message}.`, { cause: error }))
    })
    const onEnd = () => this.#fail(new LdapError('closed', `${peer} closed the connection.`))
    socket.on('end', onEnd)
    socket.on('close', onEnd)
  }

  /** Opens a connection. @throws LdapError when the server cannot be reached or is not trusted. */
  static async connect(options: ClientOptions): Promise<LdapClient> {
    return new LdapClient(await openConnection(options), options)
  }

  /** What was agreed on with the server; undefined on a plain connection. */
  get tls(): TlsState | undefined {
    return this.#tls
  }

  /** `host:port` of the server. */
  get peer(): string {
    return this.#peer
  }

  /** Whether operations can still be started. */
  get isOpen(): boolean {
    return this.#failure === undefined
  }

  /**
   * Signs in with a name (a DN, or in Active Directory also UPN or DOMAIN\user) and a password; both
   * empty for anonymous. A refusal is a value: see its `resultCode`, or {@link requireSuccess}.
   *
   * @throws LdapError `emptyPassword` for a name without one, which servers take for anonymous
   */
  async bind(name: string, password: string): Promise<Envelope & BindResponse> {
    if (name !== '' && password === '') {
      throw new LdapError('emptyPassword', 'A password is needed to sign in; it was empty.')
    }
    return this.#bind(name, { method: 'simple', password: Buffer.from(password) })
  }

  /** One step of a SASL bind: while the answer is `saslBindInProgress`, another must follow. */
  async bindSasl(mechanism: string, credentials?: Uint8Array): Promise<Envelope & BindResponse> {
    return this.#bind('', { method: 'sasl', mechanism, ...(credentials && { credentials }) })
  }

  /** Who the server takes us for (RFC 4532): `u:CORP\ann`, `dn:…`, or empty for nobody. */
  async whoAmI(): Promise<string> {
    const request = { op: 'extendedRequest', requestName: extensionOids.whoAmI } as const
    const answer = await this.#ask(request, 'extendedResponse')
    const { responseValue } = requireSuccess(answer, 'Asking who we are')
    return Buffer.from(responseValue ?? []).toString('utf8')
  }

  /**
   * Searches. Entries come as they arrive; leaving the loop early abandons the search.
   *
   * @throws LdapError `result`, after all that was found, when the search did not end in success: the
   * answer with code, referrals and controls is in its `result`
   */
  search(options: SearchOptions): AsyncGenerator<Found, Envelope & SearchResultDone, undefined> {
    return this.#search(searchRequest(options), options.controls ?? [], options.signal)
  }

  /**
   * Searches page by page (RFC 2696) until the server says that there is no more, and refuses to go in
   * circles: pages that stay empty while the cookie stays the same, or for too many times.
   */
  async *searchPaged(
    options: SearchOptions,
    { pageSize = 1000, maxFound = 50_000_000 }: PageOptions = {},
  ): AsyncGenerator<Found, Envelope & SearchResultDone, undefined> {
    const request = searchRequest(options)
    const tally = { found: 0, max: maxFound }
    let cookie: Uint8Array = new Uint8Array(0)
    for (let emptyPages = 0; ;) {
      const paging = pagedResults.of({ size: pageSize, cookie }, true)
      const controls = [...(options.controls ?? []), paging]
      const before = tally.found
      const done = yield* this.#search(request, controls, options.signal, tally)
      const next = this.#cookieOf(done)
      if (next.length === 0) return done
      // Samba gives the same cookie for every page, Active Directory may send an empty page; both at
      // once, or too many empty ones, is a server that leads in circles.
      const isEmpty = tally.found === before
      emptyPages = isEmpty ? emptyPages + 1 : 0
      if (emptyPages > maxEmptyPages || (isEmpty && Buffer.compare(next, cookie) === 0)) {
        const text = `${this.#peer} promises more pages again and again, and sends nothing.`
        throw new LdapError('protocol', text)
      }
      // A copy: the cookie must not keep the PDU alive.
      cookie = next.slice()
    }
  }

  /** Says goodbye and closes. What is still pending fails with `closed`. */
  async close(): Promise<void> {
    if (this.#failure === undefined) {
      this.#write(this.#newId(), { op: 'unbindRequest' })
      this.#socket.end()
      this.#fail(new LdapError('closed', `The connection to ${this.#peer} was closed by us.`))
    }
    const socket = this.#socket
    if (socket.closed) return
    await new Promise<void>((resolve) => {
      // Servers close on an unbind; one that does not is not waited for.
      const timer = setTimeout(() => socket.destroy(), maxGoodbyeMs)
      socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      socket.resume()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #bind(name: string, authentication: Authentication): Promise<Envelope & BindResponse> {
    // RFC 4511 §4.2.1: a bind gives up what is outstanding, so it may not happen unseen.
    if (this.#pending.size > 0) throw new Error('signing in while operations are pending')
    return this.#ask({ op: 'bindRequest', version: 3, name, authentication }, 'bindResponse')
  }

  /** Sends a request and waits for its only answer. */
  async #ask<Op extends 'bindResponse' | 'extendedResponse'>(
    request: Sendable,
    op: Op,
  ): Promise<Extract<ResponseMessage, { op: Op }>> {
    const pending = this.#begin([op])
    this.#write(pending.id, request)
    try {
      await this.#wait(pending, undefined)
      return pending.answers[0] as Extract<ResponseMessage, { op: Op }>
    } catch (error) {
      // Whether it was done is unknown, so nothing more may be built on this connection.
      if (error instanceof LdapError) this.#fail(error)
      throw error
    } finally {
      this.#end(pending)
    }
  }

  async *#search(
    request: SearchRequest,
    controls: readonly Control[],
    signal: AbortSignal | undefined,
    tally: { found: number; readonly max: number } = { found: 0, max: Infinity },
  ): AsyncGenerator<Found, Envelope & SearchResultDone, undefined> {
    const pending = this.#begin(searchAnswers)
    this.#write(pending.id, request, controls)
    try {
      for (;;) {
        if (pending.answers.length === 0) await this.#wait(pending, signal)
        for (const answer of this.#takeAnswers(pending)) {
          if (signal?.aborted) throw this.#aborted()
          if (answer.op === 'searchResultDone') {
            const what = `Searching "${request.baseObject}" on ${this.#peer}`
            return requireSuccess(answer, what)
          }
          if (answer.op === 'searchResultEntry' || answer.op === 'searchResultReference') {
            if (++tally.found > tally.max) {
              throw new LdapError('limit', `${this.#peer} sends more than ${tally.max} entries.`)
            }
            yield answer as Found
          }
        }
      }
    } finally {
      if (!pending.isComplete && this.isOpen) {
        this.#write(this.#newId(), { op: 'abandonRequest', messageId: pending.id })
      }
      this.#end(pending)
    }
  }

  #begin(expects: readonly string[]): Pending {
    if (this.#failure !== undefined) throw this.#failure
    const pending: Pending = {
      id: this.#newId(),
      expects,
      answers: [],
      bytes: 0,
      waitedMs: 0,
      isComplete: false,
    }
    this.#pending.set(pending.id, pending)
    return pending
  }

  #end(pending: Pending): void {
    this.#takeAnswers(pending)
    this.#pending.delete(pending.id)
  }

  #takeAnswers(pending: Pending): Answer[] {
    const { answers } = pending
    pending.answers = []
    this.#bufferedBytes -= pending.bytes
    pending.bytes = 0
    return answers
  }

  #newId(): number {
    do {
      this.#nextId = this.#nextId === 0x7fff_ffff ? 1 : this.#nextId + 1
    } while (this.#pending.has(this.#nextId))
    return this.#nextId
  }

  #write(id: number, request: Sendable, controls: readonly Control[] = []): void {
    this.#socket.write(encode({ ...request, id, controls }))
  }

  /** Lets the socket flow until this operation has an answer, a deadline passes, or all fails. */
  #wait(pending: Pending, signal: AbortSignal | undefined): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (signal?.aborted) return Promise.reject(this.#aborted())
    return new Promise((resolve, reject) => {
      const start = performance.now()
      let timer: NodeJS.Timeout
      const settle = (error?: LdapError) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        delete pending.settle
        pending.waitedMs += performance.now() - start
        if (--this.#waiting === 0) this.#socket.pause()
        if (error === undefined) resolve()
        else reject(error)
      }
      const onAbort = () => settle(this.#aborted())
      const watch = () => {
        const now = performance.now()
        const total = this.#operationTimeoutMs - pending.waitedMs - (now - start)
        const idle = this.#idleTimeoutMs - (now - Math.max(start, this.#heardAt))
        if (total <= 0) settle(this.#late('did not finish', this.#operationTimeoutMs))
        else if (idle <= 0) settle(this.#late('was silent', this.#idleTimeoutMs))
        else timer = setTimeout(watch, Math.ceil(Math.min(total, idle)))
      }
      pending.settle = settle
      signal?.addEventListener('abort', onAbort)
      this.#waiting++
      watch()
      this.#socket.resume()
    })
  }

  #receive(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return
    this.#heardAt = performance.now()
    try {
      this.#framer.push(chunk)
      for (let pdu = this.#framer.next(); pdu !== undefined; pdu = this.#framer.next()) {
        this.#route(pdu)
        if (this.#failure !== undefined) return
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const text = `${this.#peer} sent what is not LDAP: ${error.message}.`
      return this.#fail(new LdapError('protocol', text, { cause: error }))
    }
    for (const pending of this.#pending.values()) {
      if (pending.answers.length > 0) pending.settle?.()
    }
  }

  #route(pdu: Uint8Array): void {
    const answer = EntryView.over(pdu) ?? decode(pdu)
    if (answer.id === 0) return this.#notice(answer)
    const pending = this.#pending.get(answer.id)
    // An answer to what was abandoned, or to nothing.
    if (pending === undefined || pending.isComplete) return
    if (!pending.expects.includes(answer.op)) {
      const text = `${this.#peer} answered with ${answer.op} instead of ${pending.expects.join(' or ')}.`
      return this.#fail(new LdapError('protocol', text))
    }
    pending.answers.push(answer as Answer)
    pending.isComplete = answer.op === pending.expects[0]
    pending.bytes += pdu.length
    this.#bufferedBytes += pdu.length
    if (this.#bufferedBytes > this.#maxBufferedBytes) {
      const text = `Over ${this.#maxBufferedBytes} bytes of unread entries: read a search to its end before waiting for another operation, or page it.`
      this.#fail(new LdapError('limit', text))
    }
  }

  /** What nobody asked for: only the end of the connection is of interest (RFC 4511 §4.4). */
  #notice(message: Answer | Message): void {
    if (message.op !== 'extendedResponse') return
    if (message.responseName !== extensionOids.noticeOfDisconnection) return
    const text = `${this.#peer} ended the connection: ${formatResult(message)}`
    this.#fail(new LdapError('closed', text, { result: message }))
  }

  #fail(error: LdapError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    // What came before the end is handed out first; who then waits for more gets the error.
    for (const { settle, answers } of this.#pending.values()) {
      settle?.(answers.length > 0 ? undefined : error)
    }
    if (!this.#socket.writableEnded) this.#socket.destroy()
  }

  #cookieOf(done: Envelope & SearchResultDone): Uint8Array {
    try {
      return pagedResults.find(done.controls)?.cookie ?? new Uint8Array(0)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const text = `${this.#peer} sent a paging control that is broken: ${error.message}.`
      throw new LdapError('protocol', text, { cause: error })
    }
  }

  #late(what: string, ms: number): LdapError {
    return new LdapError('timeout', `${this.#peer} ${what} for ${ms} ms. Is it overloaded?`)
  }

  #aborted(): LdapError {
    return new LdapError('aborted', `The operation on ${this.#peer} was given up.`)
  }
}

/** An operation that has not ended. */
interface Pending {
  readonly id: number
  /** Operations that may answer; the first ends it. */
  readonly expects: readonly string[]
  answers: Answer[]
  /** Size of the answers that were not taken. */
  bytes: number
  /** Milliseconds spent waiting for the server so far. */
  waitedMs: number
  isComplete: boolean
  /** Ends the waiting, while somebody waits. */
  settle?: (error?: LdapError) => void
}

const searchAnswers = [
  'searchResultDone',
  'searchResultEntry',
  'searchResultReference',
  'intermediateResponse',
]

const everything: Filter = { kind: 'present', attribute: 'objectClass' }

function searchRequest(options: SearchOptions): SearchRequest {
  const { filter = everything } = options
  return {
    op: 'searchRequest',
    baseObject: options.baseObject,
    scope: options.scope ?? 'wholeSubtree',
    derefAliases: options.derefAliases ?? 'neverDerefAliases',
    sizeLimit: options.sizeLimit ?? 0,
    timeLimit: options.timeLimit ?? 0,
    typesOnly: options.typesOnly ?? false,
    filter: typeof filter === 'string' ? parseFilter(filter) : filter,
    attributes: options.attributes ?? [],
  }
}
