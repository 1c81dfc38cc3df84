import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { inspect } from 'node:util'
import {
  type Certificate,
  type Certificates,
  makeCertificates,
} from '../../../test/certificates.ts'
import {
  type ClientOptions,
  decode,
  encode,
  Framer,
  LdapClient,
  LdapError,
  type LdapErrorCode,
  noticeOfDisconnection,
  result,
} from '../index.ts'
import { hex } from '../testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'glacis-tls-'))
let authority: Certificates
let ca: string
before(async () => {
  authority = await makeCertificates(folder, ['DNS:localhost', 'IP:127.0.0.1'])
  ca = authority.ca.toString()
})

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
  rmSync(folder, { recursive: true })
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Answers binds, so that a connection can be seen to work. */
function answerBinds(socket: Socket): void {
  const framer = new Framer()
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    framer.push(chunk)
    for (let pdu = framer.next(); pdu; pdu = framer.next()) {
      const { id, op } = decode(pdu)
      if (op === 'bindRequest') socket.write(encode({ id, op: 'bindResponse', ...result() }))
    }
  })
}

/** A port with TLS from the start. */
function listenTls({ cert, key }: Certificate, options: object = {}): Promise<number> {
  const server = createTlsServer({ cert, key, ...options }, answerBinds)
  server.on('tlsClientError', () => {})
  return listen(server)
}

/** A port that answers the request for TLS with these bytes, and then begins it. */
function listenStartTls({ cert, key }: Certificate, answer: Uint8Array): Promise<number> {
  return listen(
    createServer((socket) => {
      socket.once('data', (request) => {
        assert.equal(decode(request as Buffer).op, 'extendedRequest')
        socket.write(answer)
        const secured = new TLSSocket(socket, { isServer: true, cert, key })
        answerBinds(secured)
      })
    }),
  )
}

function connect(port: number, options: Partial<ClientOptions> = {}): Promise<LdapClient> {
  return LdapClient.connect({ host: '127.0.0.1', port, security: 'ldaps', ...options })
}

async function refusal(attempt: Promise<LdapClient>, code: LdapErrorCode): Promise<LdapError> {
  const outcome = await attempt.catch((reason: unknown) => reason)
  if (outcome instanceof LdapClient) await outcome.close()
  assert(outcome instanceof LdapError, inspect(outcome))
  assert.equal(outcome.code, code, outcome.message)
  return outcome
}

const granted = encode({ id: 1, op: 'extendedResponse', ...result() })

suite('reaching a server', () => {
  test('a port where nothing listens refuses', async () => {
    const server = createServer()
    const port = await listen(server)
    server.close()
    const error = await refusal(connect(port, { security: 'plain' }), 'refused')
    assert.equal(
      error.message,
      `127.0.0.1:${port} refuses the connection. Is this the right port, and is the service running?`,
    )
  })

  test('a name that does not resolve is unknown', async () => {
    const host = 'no-such-host.invalid'
    await refusal(connect(389, { host, security: 'plain' }), 'hostUnknown')
  })

  test('a server that accepts and says nothing is given up at the deadline', async () => {
    const port = await listen(createServer())
    for (const security of ['ldaps', 'startTls'] as const) {
      const error = await refusal(connect(port, { security, connectTimeoutMs: 60 }), 'timeout')
      assert.match(error.message, /within 60 ms/)
    }
  })

  test('the deadline holds for a server that drips', async () => {
    const port = await listen(
      createServer((socket) => {
        const timer = setInterval(() => socket.write(hex`30`), 5)
        socket.on('close', () => clearInterval(timer))
        socket.write(hex`30 82 10 00`)
      }),
    )
    await refusal(connect(port, { security: 'startTls', connectTimeoutMs: 80 }), 'timeout')
  })

  test('a signal gives up, before and while connecting', async () => {
    const port = await listen(createServer())
    await refusal(connect(port, { signal: AbortSignal.abort() }), 'aborted')
    await refusal(connect(port, { signal: AbortSignal.timeout(20) }), 'aborted')
  })
})

suite('trusting a server', () => {
  test('a certificate of the authority, for the address, is trusted and told about', async () => {
    const port = await listenTls(await authority.of('good'))
    await using client = await connect(port, { tls: { ca } })
    assert.equal((await client.bind('', '')).resultCode, 'success')
    assert.equal(client.tls!.version, 'TLSv1.3')
    const [own, root] = client.tls!.certificates
    assert.equal(own!.subject, 'CN=localhost')
    assert.equal(own!.issuer, 'CN=Test-authority, O=Glacis')
    assert.equal(own!.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1')
    assert.match(own!.fingerprint256, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    assert(own!.validFrom < own!.validTo)
    assert.equal(root!.subject, 'CN=Test-authority, O=Glacis')
    assert.equal(client.tls!.certificates.length, 2)
  })

  test('so is one for the name that is given beside the address', async () => {
    const port = await listenTls(await authority.of('good'))
    await using client = await connect(port, { tls: { ca, servername: 'localhost' } })
    assert.equal(client.isOpen, true)
  })

  for (const [kind, pattern] of [
    ['expired', /it has expired\. Renew it .* to 2021-01-01,/],
    ['foreign', /it is for another name\. .* DNS:elsewhere.example/],
    ['self-signed', /it is signed by itself\. .*CA file/],
  ] as const) {
    test(`one that is ${kind} is not, and shown`, async () => {
      const port = await listenTls(await authority.of(kind))
      const error = await refusal(connect(port, { tls: { ca } }), 'certificate')
      assert.match(error.message, pattern)
      const [own] = error.certificates!
      assert(error.message.includes(own!.fingerprint256))
    })
  }

  test('one of an authority the system does not know is not', async () => {
    const port = await listenTls(await authority.of('good'))
    const error = await refusal(connect(port), 'certificate')
    assert.match(error.message, /authority/)
    assert.equal(error.certificates![0]!.subject, 'CN=localhost')
  })

  test('a pinned fingerprint trusts exactly that certificate, whatever else is wrong with it', async () => {
    for (const kind of ['expired', 'foreign', 'self-signed'] as const) {
      const port = await listenTls(await authority.of(kind))
      const [own] = (await refusal(connect(port), 'certificate')).certificates!
      const fingerprint256 = own!.fingerprint256.replaceAll(':', '').toLowerCase()
      await using client = await connect(port, { tls: { fingerprint256 } })
      assert.equal((await client.bind('', '')).resultCode, 'success')
    }
  })

  test('a pinned fingerprint that does not fit refuses even what is trusted otherwise', async () => {
    const port = await listenTls(await authority.of('good'))
    for (const fingerprint256 of ['00'.repeat(32), '', 'no hexadecimal']) {
      const error = await refusal(connect(port, { tls: { ca, fingerprint256 } }), 'certificate')
      assert.match(error.message, /not the pinned one/)
    }
  })

  test('nothing is sent to a server that is not trusted', async () => {
    const { cert, key } = await authority.of('self-signed')
    let bytes = 0
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
    })
    const port = await listen(server)
    await refusal(connect(port, { tls: { ca } }), 'certificate')
    assert.equal(bytes, 0)
  })

  test('a TLS older than asked for is not agreed on', async () => {
    const port = await listenTls(await authority.of('good'), { maxVersion: 'TLSv1.2' })
    await refusal(connect(port, { tls: { ca, minVersion: 'TLSv1.3' } }), 'tls')
    await using client = await connect(port, { tls: { ca } })
    assert.equal(client.tls!.version, 'TLSv1.2')
  })

  test('TLS 1.1 is not agreed on unless asked for', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
    const port = await listenTls(await authority.of('good'), old)
    await refusal(connect(port, { tls: { ca } }), 'tls')
    await using client = await connect(port, { tls: { ca, minVersion: 'TLSv1.1' } })
    assert.equal(client.tls!.version, 'TLSv1.1')
  })

  test('a port without TLS is said to be one', async () => {
    const port = await listen(createServer((socket) => socket.write(hex`30 05 02 01 00 42 00`)))
    const error = await refusal(connect(port), 'tls')
    assert.match(error.message, /Does this port speak TLS/)
  })

  test('a server that closes in the handshake has no TLS', async () => {
    const port = await listen(createServer((socket) => socket.once('data', () => socket.end())))
    await refusal(connect(port), 'tls')
  })
})

suite('StartTLS', () => {
  const security = 'startTls'

  test('is asked for first, and everything after it is inside TLS', async () => {
    const port = await listenStartTls(await authority.of('good'), granted)
    await using client = await connect(port, { security, tls: { ca } })
    assert.equal((await client.bind('ann', 'secret')).resultCode, 'success')
    assert.equal(client.tls!.certificates[0]!.subject, 'CN=localhost')
  })

  test('trusts no more than LDAPS', async () => {
    const port = await listenStartTls(await authority.of('foreign'), granted)
    const error = await refusal(connect(port, { security, tls: { ca } }), 'certificate')
    assert.equal(error.certificates![0]!.subjectAltName, 'DNS:elsewhere.example')
  })

  test('answers that were slipped in before the handshake are refused', async () => {
    const injected = encode({ id: 2, op: 'bindResponse', ...result() })
    const port = await listenStartTls(await authority.of('good'), hex`${granted}${injected}`)
    const error = await refusal(connect(port, { security, tls: { ca } }), 'protocol')
    assert.match(error.message, /sent more before TLS began/)
  })

  test('slipped in a moment later they break the handshake', async () => {
    const port = await listen(
      createServer((socket) => {
        socket.once('data', () => {
          socket.write(granted)
          socket.once('data', () =>
            socket.write(encode({ id: 2, op: 'bindResponse', ...result() })),
          )
        })
      }),
    )
    await refusal(connect(port, { security, tls: { ca } }), 'tls')
  })

  test('a refusal is told with its code', async () => {
    const answer = { id: 1, op: 'extendedResponse', ...result('unavailable') } as const
    const port = await listenStartTls(await authority.of('good'), encode(answer))
    const error = await refusal(connect(port, { security }), 'result')
    assert.equal(error.resultCode, 'unavailable')
    assert.match(error.message, /refuses TLS on this port: unavailable \(52\)/)
  })

  for (const [what, bytes, code] of [
    ['another operation', encode({ id: 1, op: 'bindResponse', ...result() }), 'protocol'],
    [
      'an answer to something else',
      encode({ id: 7, op: 'extendedResponse', ...result() }),
      'protocol',
    ],
    ['no LDAP', hex`'220 mail.example ESMTP'`, 'protocol'],
    ['a claim of 4 GiB', hex`30 84 ff ff ff ff`, 'protocol'],
    ['a notice of disconnection', encode(noticeOfDisconnection('protocolError', '')), 'result'],
    ['success as a notice', hex`30 0c 02 01 00 78 07 0a 01 00 04 00 04 00`, 'result'],
  ] as const) {
    test(`${what} as answer ends it`, async () => {
      const port = await listenStartTls(await authority.of('good'), bytes)
      await refusal(connect(port, { security, tls: { ca } }), code)
    })
  }

  test('a server that closes when asked is said to', async () => {
    const port = await listen(createServer((socket) => socket.once('data', () => socket.end())))
    await refusal(connect(port, { security }), 'closed')
  })
})

test('a plain client on a port with TLS gets an error, not silence', async () => {
  const port = await listenTls(await authority.of('good'))
  await using client = await connect(port, { security: 'plain' })
  await assert.rejects(client.bind('', ''), (error) => {
    assert(error instanceof LdapError)
    assert(error.code === 'protocol' || error.code === 'closed')
    return true
  })
})
