import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { decode, encode, Framer, type Message, parseFilter, type RequestMessage } from '#ldap'

/** A connection that says and hears LDAP messages as they are, or octets that are none. */
export class RawClient {
  readonly socket: Socket
  readonly heard: Message[] = []
  isClosed = false
  readonly #framer = new Framer(1 << 26)
  #wake = () => {}

  /** `from`: the address of this machine to come from, as if from another one. */
  constructor(port: number, from = '127.0.0.1') {
    this.socket = connect({ port, host: '127.0.0.1', localAddress: from })
    this.socket.on('data', (chunk: Buffer) => {
      this.#framer.push(chunk)
      for (let pdu = this.#framer.next(); pdu !== undefined; pdu = this.#framer.next())
        this.heard.push(decode(pdu))
      this.#wake()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isClosed = true
      this.#wake()
    })
  }

  say(...messages: RequestMessage[]): void {
    this.socket.write(Buffer.concat(messages.map((message) => encode(message))))
  }

  /** Waits until enough was heard or the connection is closed. */
  async until(isEnough: (heard: readonly Message[]) => boolean, mostMs = 10_000): Promise<void> {
    const deadline = Date.now() + mostMs
    while (!isEnough(this.heard) && !this.isClosed) {
      if (Date.now() > deadline)
        throw new Error(`heard only ${this.heard.map(({ op }) => op).join(' ')}`)
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), sleep(50)])
    }
  }

  /** Says one message and waits for the answer that ends it. */
  async ask(message: RequestMessage, mostMs?: number): Promise<Message | undefined> {
    const isLast = (heard: Message) => heard.id === message.id && 'resultCode' in heard
    this.say(message)
    await this.until((heard) => heard.some(isLast), mostMs)
    return this.heard.find(isLast)
  }

  async signIn(name: string, password: string): Promise<void> {
    assert.equal(codeOf(await this.ask(bindAs(1, name, password))), 'success')
    this.heard.length = 0
  }

  drop(): void {
    this.socket.destroy()
  }
}

/** The result code of an answer, or what it is when it has none. */
export function codeOf(message: Message | undefined): unknown {
  return message !== undefined && 'resultCode' in message ? message.resultCode : message?.op
}

/** A simple bind. */
export function bindAs(id: number, name: string, password: string): RequestMessage {
  return {
    id,
    op: 'bindRequest',
    version: 3,
    name,
    authentication: { method: 'simple', password: Buffer.from(password) },
  }
}

/** A search for everything below `baseObject`, without attributes, unless `more` says otherwise. */
export function searchBelow(
  baseObject: string,
  id: number,
  more: Partial<Extract<RequestMessage, { op: 'searchRequest' }>> = {},
): RequestMessage {
  return {
    id,
    op: 'searchRequest',
    baseObject,
    scope: 'wholeSubtree',
    derefAliases: 'neverDerefAliases',
    sizeLimit: 0,
    timeLimit: 0,
    typesOnly: false,
    filter: parseFilter('(objectClass=*)'),
    attributes: ['1.1'],
    ...more,
  }
}
