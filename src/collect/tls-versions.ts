import { randomBytes } from 'node:crypto'
import { connect, isIP } from 'node:net'

/** Protocol versions by the names Node and OpenSSL give them, oldest first. */
export const tlsVersions = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

/** A protocol version of {@link tlsVersions}. */
export type TlsVersion = (typeof tlsVersions)[number]

/** Where to try: `name` is what the server calls itself, for server_name. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly name: string
}

/** What came of offering one version: taken, refused, or no answer that tells. */
export type Offer = 'accepted' | 'refused' | { readonly unknown: string }

/**
 * Offers a server exactly one protocol version and looks whether its hello takes it. The handshake goes no further, and
 * nothing depends on which versions our own TLS library still speaks.
 */
export async function offerVersion(
  version: TlsVersion,
  { host, port, name }: Place,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Offer> {
  const hello = version === 'SSLv2' ? clientHello2() : clientHello(version, name)
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let received: Buffer = Buffer.alloc(0)
    const end = (offer: Offer): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(offer)
    }
    const onAbort = (): void => end({ unknown: 'it was given up' })
    const timer = setTimeout(() => end({ unknown: `no answer within ${timeoutMs} ms` }), timeoutMs)
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted === true) onAbort()
    socket.on('connect', () => socket.write(hello))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const taken = version === 'SSLv2' ? takes2(received) : takes(received, version)
      if (taken !== undefined) end(taken ? 'accepted' : 'refused')
    })
    // Servers that know nothing of a version often just hang up.
    socket.on('end', () => end('refused'))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const isRefusal =
        error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET' || error.code === 'EPIPE'
      end(isRefusal ? 'refused' : { unknown: error.message })
    })
  })
}

/** Version numbers on the wire (RFC 6101 §5.2.1, RFC 8446 §4.2.1). */
const numbers: Readonly<Record<Exclude<TlsVersion, 'SSLv2'>, number>> = {
  SSLv3: 0x0300,
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
}

/** Cipher suites of TLS 1.3 (RFC 8446 B.4); a server that takes one of them speaks it. */
const suites13 = [0x1301, 0x1302, 0x1303]
/** Whatever controllers of all ages have: ECDHE, DHE and RSA with AES, 3DES, RC4, DES and export keys. */
const suites12 = [
  0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9, 0xc023, 0xc024, 0xc027, 0xc028, 0xc009, 0xc00a,
  0xc013, 0xc014, 0x009e, 0x009f, 0x0033, 0x0039, 0x0067, 0x006b, 0x009c, 0x009d, 0x002f, 0x0035,
  0x003c, 0x003d, 0xc008, 0xc012, 0x0016, 0x000a, 0xc007, 0xc011, 0x0005, 0x0004, 0x0009, 0x0003,
  0x0006, 0x0008, 0x00ff,
]

const Handshake = { clientHello: 1, serverHello: 2 } as const
const RECORD_HANDSHAKE = 22
const RECORD_ALERT = 21

/** A ClientHello in its record (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2; of SSL 3.0 RFC 6101 §5.6.1.2). */
function clientHello(version: Exclude<TlsVersion, 'SSLv2'>, name: string): Buffer {
  const is13 = version === 'TLSv1.3'
  // RFC 8446 §4.1.2: 1.3 is named in an extension only.
  const legacyVersion = is13 ? numbers['TLSv1.2'] : numbers[version]
  const body = Buffer.concat([
    u16(legacyVersion),
    randomBytes(32),
    list8(is13 ? randomBytes(32) : Buffer.alloc(0)),
    list16(...(is13 ? suites13 : suites12).map(u16)),
    list8(Buffer.of(0)),
    version === 'SSLv3' ? Buffer.alloc(0) : list16(...extensions(name, is13)),
  ])
  const message = Buffer.concat([Buffer.of(Handshake.clientHello, 0), u16(body.length), body])
  const recordVersion = version === 'SSLv3' ? numbers.SSLv3 : numbers.TLSv1
  return Buffer.concat([Buffer.of(RECORD_HANDSHAKE), u16(recordVersion), list16(message)])
}

function extensions(name: string, is13: boolean): Buffer[] {
  const extension = (type: number, ...content: Buffer[]): Buffer =>
    Buffer.concat([u16(type), list16(...content)])
  const groups = [0x001d, 0x0017, 0x0018, 0x0019].map(u16)
  const signatures = [
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201,
  ].map(u16)
  const all = [
    extension(10, list16(...groups)),
    extension(11, list8(Buffer.of(0))),
    extension(13, list16(...signatures)),
    extension(23),
  ]
  if (isIP(name) === 0)
    all.push(extension(0, list16(Buffer.of(0), list16(Buffer.from(name, 'latin1')))))
  if (is13) {
    all.push(
      extension(43, list8(u16(numbers['TLSv1.3']))),
      extension(45, list8(Buffer.of(1))),
      // Any 32 octets are a public key of X25519; the exchange is never finished.
      extension(51, list16(u16(0x001d), list16(randomBytes(32)))),
    )
  }
  return all
}

/** Whether the server's first message is a hello of this very version; undefined while too little has come. */
function takes(received: Buffer, version: Exclude<TlsVersion, 'SSLv2'>): boolean | undefined {
  if (received.length < 1) return undefined
  if (received[0] === RECORD_ALERT) return false
  if (received[0] !== RECORD_HANDSHAKE) return false
  // Record header 5, message header 4, version 2, random 32, session id 1 + n, suite 2.
  if (received.length < 44) return undefined
  if (received[5] !== Handshake.serverHello) return false
  if (version !== 'TLSv1.3') return received.readUInt16BE(9) === numbers[version]
  const suiteAt = 44 + received[43]!
  if (received.length < suiteAt + 2) return undefined
  return suites13.includes(received.readUInt16BE(suiteAt))
}

/** CLIENT-HELLO of SSL 2.0 with all its ciphers (draft-hickman-netscape-ssl-00 §2.5). */
function clientHello2(): Buffer {
  const ciphers = Buffer.from('0100800200800300800400800500800600400700c0', 'hex')
  const message = Buffer.concat([
    Buffer.of(1),
    u16(0x0002),
    u16(ciphers.length),
    u16(0),
    u16(16),
    ciphers,
    randomBytes(16),
  ])
  return Buffer.concat([u16(0x8000 | message.length), message])
}

/** Whether the first message is a SERVER-HELLO of SSL 2.0. */
function takes2(received: Buffer): boolean | undefined {
  if (received.length < 1) return undefined
  if ((received[0]! & 0x80) === 0) return false
  if (received.length < 7) return undefined
  return received[2] === 4 && received.readUInt16BE(5) === 0x0002
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

function list8(...content: Buffer[]): Buffer {
  const all = Buffer.concat(content)
  return Buffer.concat([Buffer.of(all.length), all])
}

function list16(...content: Buffer[]): Buffer {
  const all = Buffer.concat(content)
  return Buffer.concat([u16(all.length), all])
}
