import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { after, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import {
  type ClientOptions,
  controlOids,
  decode,
  encode,
  extensionOids,
  Framer,
  LdapClient,
  LdapError,
  type LdapErrorCode,
  type Message,
  noticeOfDisconnection,
  pagedResults,
  requireSuccess,
  result,
  sdFlags,
} from '../index.ts'
import { hex, octets } from '../testing.ts'

type Answer = (message: Message, socket: Socket) => void

const servers: { server: Server; sockets: Set<Socket> }[] = []
after(() => {
  for (const { server, sockets } of servers) {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
})

/** A server on loopback that hands every message to `answer`, and the messages it got. */
async function serve(answer: Answer) {
  const received: Message[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    const framer = new Framer()
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      framer.push(chunk)
      for (let pdu = framer.next(); pdu; pdu = framer.next()) {
        const message = decode(pdu)
        received.push(message)
        answer(message, socket)
      }
    })
  })
  servers.push({ server, sockets })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connect = (options: Partial<ClientOptions> = {}) =>
    LdapClient.connect({ host: '127.0.0.1', port, security: 'plain', ...options })
  return { port, received, connect }
}

function entry(id: number, cn: string): Uint8Array {
  const attributes = [{ type: 'cn', values: [octets(cn)] }]
  return encode({ id, op: 'searchResultEntry', objectName: `CN=${cn},DC=x`, attributes })
}

function done(id: number, more: Parameters<typeof result> = []): Uint8Array {
  return encode({ id, op: 'searchResultDone', ...result(...more) })
}

/** Entries as fast as they are taken, until the connection ends. */
function flood(id: number, socket: Socket): void {
  const many = Buffer.concat(Array.from({ length: 500 }, (_, i) => entry(id, `n${i}`)))
  const more = () => {
    if (!socket.destroyed && socket.write(many)) setImmediate(more)
  }
  socket.on('drain', more)
  more()
}

function failsWith(code: LdapErrorCode, pattern = /./) {
  return (error: unknown) => {
    assert(error instanceof LdapError, inspect(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, pattern)
    return true
  }
}

async function namesOf(search: AsyncIterable<{ op: string; objectName?: string }>) {
  const names: string[] = []
  for await (const found of search) names.push(found.objectName ?? found.op)
  return names
}

/** Pages of entries, each with its cookie; an empty cookie ends them. */
async function servePages(pageOf: (cookie: string) => { names: string[]; cookie: string }) {
  return serve((message, socket) => {
    if (message.op !== 'searchRequest') return
    const asked = pagedResults.find(message.controls)!
    const { names, cookie } = pageOf(Buffer.from(asked.cookie).toString())
    for (const name of names) socket.write(entry(message.id, name))
    const controls = [pagedResults.of({ size: 0, cookie: octets(cookie) })]
    const { id } = message
    socket.write(encode({ id, op: 'searchResultDone', ...result(), controls }))
  })
}

const everywhere = { baseObject: 'DC=x' }

suite('signing in', () => {
  test('a success and a refusal are both values', async () => {
    const { connect, received } = await serve((message, socket) => {
      if (message.op !== 'bindRequest') return
      assert(message.authentication.method === 'simple')
      const isRight = Buffer.from(message.authentication.password).toString() === 'pässword'
      const answer = isRight
        ? result()
        : result('invalidCredentials', { diagnosticMessage: 'data 52e\0' })
      socket.write(encode({ id: message.id, op: 'bindResponse', ...answer }))
    })
    await using client = await connect()
    const refused = await client.bind('CORP\\ann', 'wrong')
    assert.equal(refused.resultCode, 'invalidCredentials')
    assert.throws(() => requireSuccess(refused, 'Signing in'), failsWith('result', /data 52e$/))
    assert.equal((await client.bind('CORP\\ann', 'pässword')).resultCode, 'success')
    assert.deepEqual(
      received.map((message) => message.op === 'bindRequest' && [message.version, message.name]),
      [
        [3, 'CORP\\ann'],
        [3, 'CORP\\ann'],
      ],
    )
  })

  test('a name without a password is not sent, since servers take it for nobody', async () => {
    const { connect, received } = await serve(() => {})
    await using client = await connect()
    await assert.rejects(client.bind('CN=ann', ''), failsWith('emptyPassword'))
    assert.deepEqual(received, [])
  })

  test('a SASL exchange goes step by step', async () => {
    let step = 0
    const { connect, received } = await serve((message, socket) => {
      const answer = step++ === 0 ? result('saslBindInProgress') : result()
      const serverSaslCreds = octets(`server ${step}`)
      socket.write(encode({ id: message.id, op: 'bindResponse', ...answer, serverSaslCreds }))
    })
    await using client = await connect()
    const first = await client.bindSasl('GSS-SPNEGO', octets('one'))
    assert.equal(first.resultCode, 'saslBindInProgress')
    assert.deepEqual(first.serverSaslCreds, octets('server 1'))
    const second = await client.bindSasl('GSS-SPNEGO', octets('two'))
    assert.equal(second.resultCode, 'success')
    assert.deepEqual(
      received.map((message) => message.op === 'bindRequest' && message.authentication),
      [
        { method: 'sasl', mechanism: 'GSS-SPNEGO', credentials: octets('one') },
        { method: 'sasl', mechanism: 'GSS-SPNEGO', credentials: octets('two') },
      ],
    )
  })

  test('who we are is asked and told', async () => {
    const { connect } = await serve(({ id }, socket) => {
      const responseValue = octets('u:CORP\\ann')
      socket.write(encode({ id, op: 'extendedResponse', ...result(), responseValue }))
    })
    await using client = await connect()
    assert.equal(await client.whoAmI(), 'u:CORP\\ann')
  })

  test('no error shows the password', async () => {
    const { connect } = await serve((_, socket) => socket.end(hex`16 03 01`))
    await using client = await connect()
    const error = await client.bind('ann', 'S3cret!').catch((reason: unknown) => reason)
    assert(error instanceof LdapError)
    assert(!inspect(error, { depth: 9, showHidden: true }).includes('S3cret!'))
    assert(!inspect(client, { depth: 9, showHidden: true }).includes('S3cret!'))
  })
})

suite('searching', () => {
  test('entries and references come in order, and the request is what was asked', async () => {
    const { connect, received } = await serve(({ id, op }, socket) => {
      if (op !== 'searchRequest') return
      const uris = ['ldap://elsewhere/DC=y']
      socket.write(entry(id, 'a'))
      socket.write(encode({ id, op: 'searchResultReference', uris }))
      socket.write(encode({ id, op: 'intermediateResponse' }))
      socket.write(entry(id, 'b'))
      socket.write(done(id))
    })
    await using client = await connect()
    const controls = [sdFlags.of(7, true)]
    const search = client.search({
      ...everywhere,
      scope: 'singleLevel',
      filter: '(cn=*)',
      attributes: ['cn'],
      controls,
    })
    assert.deepEqual(await namesOf(search), ['CN=a,DC=x', 'searchResultReference', 'CN=b,DC=x'])
    assert.deepEqual(received, [
      {
        id: received[0]!.id,
        op: 'searchRequest',
        baseObject: 'DC=x',
        scope: 'singleLevel',
        derefAliases: 'neverDerefAliases',
        sizeLimit: 0,
        timeLimit: 0,
        typesOnly: false,
        filter: { kind: 'present', attribute: 'cn' },
        attributes: ['cn'],
        controls,
      },
    ])
  })

  test('an end that is no success is thrown after the entries, with its referral', async () => {
    const { connect } = await serve(({ id }, socket) => {
      socket.write(entry(id, 'a'))
      socket.write(done(id, ['referral', { referral: ['ldap://elsewhere/'] }]))
    })
    await using client = await connect()
    const names: string[] = []
    await assert.rejects(
      async () => {
        for await (const found of client.search(everywhere)) {
          assert(found.op === 'searchResultEntry')
          names.push(found.objectName)
        }
      },
      (error) => {
        failsWith('result', /^Searching "DC=x" on 127.0.0.1:\d+: referral \(10\)/)(error)
        assert.deepEqual((error as LdapError).result?.referral, ['ldap://elsewhere/'])
        return true
      },
    )
    assert.deepEqual(names, ['CN=a,DC=x'])
  })

  test('leaving early abandons the search, and the connection goes on', async () => {
    const { connect, received } = await serve(({ id, op }, socket) => {
      if (op === 'searchRequest') {
        for (let i = 0; i < 100; i++) socket.write(entry(id, `e${i}`))
        if (received.length > 1) socket.write(done(id))
      }
    })
    await using client = await connect()
    for await (const _ of client.search(everywhere)) break
    assert.equal((await namesOf(client.search(everywhere))).length, 100)
    const [first, second] = received
    assert.deepEqual(second, {
      id: second!.id,
      op: 'abandonRequest',
      messageId: first!.id,
    })
  })

  test('several searches at once get their own answers', async () => {
    const waiting: number[] = []
    const { connect } = await serve((message, socket) => {
      if (message.op !== 'searchRequest') return
      waiting.push(message.id)
      if (waiting.length < 3) return
      for (const id of waiting.toReversed()) socket.write(entry(id, `for ${id}`))
      for (const id of waiting) socket.write(done(id))
    })
    await using client = await connect()
    const all = await Promise.all([1, 2, 3].map(() => namesOf(client.search(everywhere))))
    assert.deepEqual(
      all,
      waiting.map((id) => [`CN=for ${id},DC=x`]),
    )
  })

  test('another search may be made inside the loop of one', async () => {
    const { connect } = await serve((message, socket) => {
      if (message.op !== 'searchRequest') return
      const count = message.scope === 'baseObject' ? 1 : 3000
      for (let i = 0; i < count; i++) socket.write(entry(message.id, `e${i}`))
      socket.write(done(message.id))
    })
    await using client = await connect()
    let inner = 0
    for await (const _ of client.search(everywhere)) {
      if (inner > 20) continue
      inner += (await namesOf(client.search({ baseObject: 'CN=e', scope: 'baseObject' }))).length
    }
    assert.equal(inner, 21)
  })

  test('a signal ends a search that waits, and one that does not', async () => {
    const { connect } = await serve(({ id, op }, socket) => {
      if (op === 'searchRequest') socket.write(entry(id, 'a'))
    })
    await using client = await connect()
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 20)
    const search = client.search({ ...everywhere, signal: abort.signal })
    await assert.rejects(namesOf(search), failsWith('aborted'))
    const late = client.search({ ...everywhere, signal: AbortSignal.abort() })
    await assert.rejects(namesOf(late), failsWith('aborted'))
  })
})

suite('paging', () => {
  test('goes from page to page with the cookie of the last one', async () => {
    const pages: Record<string, { names: string[]; cookie: string }> = {
      '': { names: ['a', 'b'], cookie: 'one' },
      one: { names: [], cookie: 'two' },
      two: { names: ['c'], cookie: '' },
    }
    const { connect, received } = await servePages((cookie) => pages[cookie]!)
    await using client = await connect()
    const search = client.searchPaged({ ...everywhere, controls: [sdFlags.of(7)] }, { pageSize: 2 })
    assert.deepEqual(await namesOf(search), ['CN=a,DC=x', 'CN=b,DC=x', 'CN=c,DC=x'])
    assert.deepEqual(
      received.map(({ controls }) => controls?.map(({ oid, criticality }) => [oid, criticality])),
      Array.from({ length: 3 }, () => [
        [controlOids.sdFlags, false],
        [controlOids.pagedResults, true],
      ]),
    )
    assert.deepEqual(
      received.map(({ controls }) => pagedResults.find(controls)?.size),
      [2, 2, 2],
    )
  })

  test('a cookie that stays the same is fine while entries come, as Samba does it', async () => {
    let page = 0
    const { connect } = await servePages(() => {
      page++
      return { names: [`p${page}`], cookie: page < 4 ? 'same' : '' }
    })
    await using client = await connect()
    assert.equal((await namesOf(client.searchPaged(everywhere))).length, 4)
  })

  test('the same cookie without entries is refused as going in circles', async () => {
    const { connect, received } = await servePages(() => ({ names: [], cookie: 'same' }))
    await using client = await connect()
    await assert.rejects(
      namesOf(client.searchPaged(everywhere)),
      failsWith('protocol', /more pages/),
    )
    assert.equal(received.length, 2)
  })

  test('new cookies without entries are followed for a while only', async () => {
    let page = 0
    const { connect } = await servePages(() => ({ names: [], cookie: `c${page++}` }))
    await using client = await connect()
    await assert.rejects(namesOf(client.searchPaged(everywhere)), failsWith('protocol'))
    assert.equal(page, 1001)
  })

  test('a server that never ends is stopped at the number of entries allowed', async () => {
    let page = 0
    const { connect } = await servePages(() => ({ names: ['a', 'b'], cookie: `c${page++}` }))
    await using client = await connect()
    const search = client.searchPaged(everywhere, { maxFound: 99 })
    const names: unknown[] = []
    await assert.rejects(async () => {
      for await (const found of search) names.push(found)
    }, failsWith('limit'))
    assert.equal(names.length, 99)
  })

  test('a server that does not page is read to its end', async () => {
    const { connect } = await serve(({ id }, socket) => {
      socket.write(entry(id, 'a'))
      socket.write(done(id))
    })
    await using client = await connect()
    assert.deepEqual(await namesOf(client.searchPaged(everywhere)), ['CN=a,DC=x'])
  })

  test('a paging control that is broken is an error', async () => {
    const controls = [{ oid: controlOids.pagedResults, criticality: false, value: hex`30 80` }]
    const { connect } = await serve(({ id }, socket) => {
      socket.write(encode({ id, op: 'searchResultDone', ...result(), controls }))
    })
    await using client = await connect()
    await assert.rejects(namesOf(client.searchPaged(everywhere)), failsWith('protocol'))
  })
})

suite('a hostile or broken server', () => {
  for (const [what, bytes] of Object.entries({
    'text instead of LDAP': hex`'HTTP/1.1 400 Bad Request'`,
    'a TLS alert': hex`15 03 01 00 02 02 46`,
    'a claim of 4 GiB': hex`30 84 ff ff ff ff`,
    'a claim of 17 MiB': hex`30 84 01 10 00 00`,
    'an indefinite length': hex`30 80`,
    'an unknown operation': hex`30 05 02 01 02 7a 00`,
    'an entry with a broken attribute': hex`30 0e 02 01 02 64 09 04 00 30 05 30 03 04 01 61`,
  })) {
    test(`${what} ends the search and the connection`, async () => {
      const { connect } = await serve((_, socket) => socket.write(bytes))
      await using client = await connect()
      await assert.rejects(namesOf(client.search(everywhere)), failsWith('protocol', /not LDAP/))
      assert.equal(client.isOpen, false)
      await assert.rejects(client.whoAmI(), failsWith('protocol'))
    })
  }

  test('an answer of another kind than asked for ends the connection', async () => {
    const { connect } = await serve(({ id }, socket) => {
      socket.write(encode({ id, op: 'delResponse', ...result() }))
    })
    await using client = await connect()
    await assert.rejects(client.bind('', ''), failsWith('protocol', /delResponse instead of/))
  })

  test('a request as an answer ends the connection', async () => {
    const { connect } = await serve(({ id }, socket) => {
      socket.write(encode({ id, op: 'delRequest', entry: 'DC=x' }))
    })
    await using client = await connect()
    await assert.rejects(namesOf(client.search(everywhere)), failsWith('protocol'))
  })

  test('answers to what was never asked are dropped', async () => {
    const { connect } = await serve(({ id, op }, socket) => {
      if (op !== 'searchRequest') return
      for (let i = 1; i <= 1000; i++) socket.write(entry(id + i, 'stray'))
      socket.write(done(id + 1))
      socket.write(entry(id, 'mine'))
      socket.write(done(id))
      socket.write(done(id))
    })
    await using client = await connect()
    assert.deepEqual(await namesOf(client.search(everywhere)), ['CN=mine,DC=x'])
  })

  test('an endless stream of such answers ends at the deadline', async () => {
    const { connect } = await serve(({ id, op }, socket) => {
      if (op === 'searchRequest') flood(id + 1, socket)
    })
    await using client = await connect({ operationTimeoutMs: 150 })
    await assert.rejects(namesOf(client.search(everywhere)), failsWith('timeout', /did not finish/))
  })

  test('silence ends at the idle deadline', async () => {
    const { connect } = await serve(() => {})
    await using client = await connect({ idleTimeoutMs: 60 })
    const start = performance.now()
    await assert.rejects(namesOf(client.search(everywhere)), failsWith('timeout', /was silent/))
    assert(performance.now() - start >= 59)
    assert.equal(client.isOpen, true)
  })

  test('a slow drip ends at the deadline for the whole, however often a byte comes', async () => {
    const { connect } = await serve(({ id, op }, socket) => {
      if (op !== 'searchRequest') return
      const bytes = entry(id, 'x'.repeat(1000))
      let at = 0
      const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 10)
      socket.on('close', () => clearInterval(timer))
    })
    await using client = await connect({ idleTimeoutMs: 100, operationTimeoutMs: 250 })
    await assert.rejects(namesOf(client.search(everywhere)), failsWith('timeout', /did not finish/))
  })

  test('a bind that is not answered in time leaves no connection to go on with', async () => {
    const { connect } = await serve(() => {})
    await using client = await connect({ operationTimeoutMs: 50 })
    await assert.rejects(client.bind('ann', 'secret'), failsWith('timeout'))
    assert.equal(client.isOpen, false)
  })

  test('the time the reader takes is not held against the server', async () => {
    const { connect } = await serve(({ id, op }, socket) => {
      if (op !== 'searchRequest') return
      socket.write(entry(id, 'a'))
      setTimeout(() => {
        socket.write(entry(id, 'b'))
        socket.write(done(id))
      }, 30)
    })
    await using client = await connect({ operationTimeoutMs: 120, idleTimeoutMs: 120 })
    let count = 0
    for await (const _ of client.search(everywhere)) {
      count++
      await sleep(150)
    }
    assert.equal(count, 2)
  })

  test('a slow reader stops the server instead of filling memory', async () => {
    let sent: Socket | undefined
    const { connect } = await serve(({ id, op }, socket) => {
      if (op !== 'searchRequest') return
      sent = socket
      flood(id, socket)
    })
    await using client = await connect()
    const search = client.search(everywhere)
    await search.next()
    const before = process.memoryUsage()
    let stalled = 0
    for (let last = -1; stalled < 5; await sleep(30)) {
      stalled = sent!.bytesWritten === last ? stalled + 1 : 0
      last = sent!.bytesWritten
    }
    const now = process.memoryUsage()
    const grown = now.arrayBuffers + now.heapUsed - before.arrayBuffers - before.heapUsed
    assert(grown < 32 * 1024 * 1024, `grew by ${grown} bytes`)
    await search.return(undefined as never)
  })

  test('waiting for another operation while one is flooded ends at the limit', async () => {
    const { connect } = await serve(({ id, op }, socket) => {
      if (op === 'searchRequest') flood(id, socket)
    })
    await using client = await connect({ maxBufferedBytes: 1024 * 1024 })
    await assert.rejects(
      async () => {
        for await (const _ of client.search(everywhere)) await client.whoAmI()
      },
      failsWith('limit', /unread entries/),
    )
  })

  test('a notice of disconnection is the reason that is given', async () => {
    const { connect } = await serve(({ id }, socket) => {
      socket.write(entry(id, 'a'))
      socket.end(encode(noticeOfDisconnection('unavailable', 'going down')))
    })
    await using client = await connect()
    const search = client.search(everywhere)
    assert.equal((await search.next()).done, false)
    await assert.rejects(search.next(), (error) => {
      failsWith('closed', /ended the connection: unavailable \(52\): .* going down/)(error)
      assert.equal((error as LdapError).resultCode, 'unavailable')
      return true
    })
  })

  test('other notices are ignored', async () => {
    const { connect } = await serve(({ id }, socket) => {
      const notice = { id: 0, op: 'extendedResponse', ...result(), responseName: '1.2.3' } as const
      socket.write(encode(notice))
      socket.write(entry(0, 'nobody'))
      socket.write(done(id))
    })
    await using client = await connect()
    assert.deepEqual(await namesOf(client.search(everywhere)), [])
  })

  test('a connection that ends midway gives what had come and then says so', async () => {
    const { connect } = await serve(({ id }, socket) => socket.end(entry(id, 'a')))
    await using client = await connect()
    const search = client.search(everywhere)
    assert.equal((await search.next()).done, false)
    await assert.rejects(search.next(), failsWith('closed', /closed the connection/))
    assert.equal(client.isOpen, false)
  })

  test('so does one that is reset', async () => {
    const { connect } = await serve((_, socket) => socket.resetAndDestroy())
    await using client = await connect()
    await assert.rejects(client.whoAmI(), failsWith('closed', /broke off/))
  })
})

suite('closing', () => {
  test('says goodbye, and what is pending fails', async () => {
    const { connect, received } = await serve(({ op }, socket) => {
      if (op === 'unbindRequest') socket.end()
    })
    const client = await connect()
    const pending = assert.rejects(namesOf(client.search(everywhere)), failsWith('closed', /by us/))
    await sleep(10)
    await client.close()
    await pending
    assert.deepEqual(
      received.map(({ op }) => op),
      ['searchRequest', 'unbindRequest'],
    )
    await assert.rejects(client.whoAmI(), failsWith('closed'))
    await client.close()
  })

  test('does not wait long for a server that floods instead of closing', async () => {
    const { connect } = await serve(({ id, op }, socket) => {
      if (op === 'searchRequest') flood(id, socket)
    })
    const client = await connect()
    await client.search(everywhere).next()
    const start = performance.now()
    await client.close()
    assert(performance.now() - start < 2000)
  })
})

test('nothing is ever sent but bind, search, abandon, unbind and who am I', async () => {
  const { connect, received } = await serve((message, socket) => {
    const { id, op } = message
    if (op === 'bindRequest') socket.write(encode({ id, op: 'bindResponse', ...result() }))
    if (op === 'extendedRequest') socket.write(encode({ id, op: 'extendedResponse', ...result() }))
    if (op === 'unbindRequest') socket.end()
    if (op !== 'searchRequest') return
    socket.write(entry(id, 'a'))
    const referral = ['ldap://elsewhere']
    if (message.typesOnly) socket.write(done(id, ['referral', { referral }]))
    else if (message.sizeLimit === 0) socket.write(done(id))
  })
  const client = await connect()
  await client.bind('ann', 'secret')
  await client.bindSasl('GSS-SPNEGO')
  await client.whoAmI()
  await namesOf(client.searchPaged(everywhere))
  const referred = client.search({ ...everywhere, typesOnly: true })
  await assert.rejects(namesOf(referred), failsWith('result'))
  for await (const _ of client.search({ ...everywhere, sizeLimit: 1 })) break
  await client.close()
  assert.deepEqual(
    received.map((message) =>
      message.op === 'extendedRequest' ? message.requestName : message.op,
    ),
    [
      'bindRequest',
      'bindRequest',
      extensionOids.whoAmI,
      'searchRequest',
      'searchRequest',
      'searchRequest',
      'abandonRequest',
      'unbindRequest',
    ],
  )
})
