/** What a hostile server can put into its answers, beyond sending too much of them (collect-hostile.test.ts). */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Socket, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import {
  type CollectOptions,
  CollectError,
  type Progress,
  collect,
  writeSnapshotFile,
} from '#collect'
import { ForestBuilder, type RawAttribute, type Snapshot } from '#directory'
import { assess, catalogue } from '#exposure'
import {
  type Control,
  type Envelope,
  type SearchRequest,
  encode,
  extensionOids,
  pagedResults,
  result,
} from '#ldap'
import { type Certificates, makeCertificates } from './certificates.ts'
import { glacis } from './cli.ts'
import {
  type Handler,
  type Peer,
  type TestEntry,
  honest,
  lastPage,
  startServer,
} from './ldap-server.ts'
import { portOf } from './recording-proxy.ts'

const forest = new ForestBuilder()
forest.user('ann')
forest.group('staff', { members: [forest.user('bob')] })
const root = forest.dn
const entries: readonly TestEntry[] = [...forest.entries()].map(([dn, attributes]) => [
  dn,
  [...attributes],
])
const rootDse = {
  supportedCapabilities: ['1.2.840.113556.1.4.800'],
  namingContexts: [
    root,
    forest.configurationDn,
    forest.schemaDn,
    `DC=DomainDnsZones,${root}`,
    `DC=ForestDnsZones,${root}`,
  ],
  defaultNamingContext: [root],
  rootDomainNamingContext: [root],
  configurationNamingContext: [forest.configurationDn],
  schemaNamingContext: [forest.schemaDn],
  dnsHostName: ['dc1.corp.example'],
  currentTime: ['20260115120000.0Z'],
}
const plain = honest({ entries, rootDse })

const timeouts = { connectMs: 5000, idleMs: 2000, pageMs: 3000, retryMs: [], totalMs: 60_000 }

function optionsFor(port: number, more: CollectOptions = {}): CollectOptions {
  return {
    account: { name: 'reader@corp.example', password: () => Buffer.from('Gl4cis-reader') },
    addresses: { 'dc1.corp.example': `127.0.0.1:${port}` },
    allowPlaintext: true,
    probe: false,
    timeouts,
    ...more,
  }
}

interface Outcome {
  readonly snapshot?: Snapshot
  readonly error?: CollectError
}

async function against(handler: Handler, more: CollectOptions = {}): Promise<Outcome> {
  const server = await startServer(handler)
  try {
    return { snapshot: await collect('ldap://dc1.corp.example', optionsFor(server.port, more)) }
  } catch (error) {
    if (error instanceof CollectError) return { error }
    throw error
  } finally {
    await server.stop()
  }
}

/** An honest server but where the objects of the domain are read. */
function inDomain(
  rogue: (request: Envelope & SearchRequest, peer: Peer) => Promise<void>,
): Handler {
  return async (request, peer) => {
    const isPass =
      request.op === 'searchRequest' &&
      request.baseObject === root &&
      pagedResults.isIn(request.controls)
    await (isPass ? rogue(request, peer) : plain(request, peer))
  }
}

/** What an honest server says of the domain, and some objects more. */
function withMore(
  more: readonly (readonly [dn: string, attributes: readonly RawAttribute[]])[],
): Handler {
  return inDomain(async ({ id, controls }, peer) => {
    const own = entries.filter(([dn]) => dn === root || dn.endsWith(`,CN=Users,${root}`))
    for (const [objectName, attributes] of [...own, ...more]) {
      await peer.send({
        id,
        op: 'searchResultEntry',
        objectName,
        attributes: attributes.map(([type, values]) => ({ type, values: [...values] })),
      })
    }
    await peer.send(done(id, controls))
  })
}

function done(id: number, controls: readonly Control[] | undefined): Uint8Array {
  return encode({ id, op: 'searchResultDone', ...result(), controls: lastPage(controls) })
}

function gapsOf({ snapshot }: Outcome): string {
  return (snapshot?.coverage ?? [])
    .flatMap(({ source, gaps = [] }) => gaps.map(({ because }) => `${source}: ${because}`))
    .join('\n')
}

const text = (value: string): Uint8Array => Buffer.from(value)
const user: RawAttribute = ['objectClass', ['top', 'person', 'user'].map((name) => text(name))]

suite('names', () => {
  test('of other naming contexts are not taken, whether below or beside', async () => {
    const outcome = await against(
      withMore([
        [`CN=mine,${root}`, [user]],
        [`CN=made up,${forest.configurationDn}`, [user]],
        [`cn=MADE UP,cn=configuration,${root.toLowerCase()}`, [user]],
        [`CN=x\\,${root}`, [user]],
        [`CN=x,DC=elsewhere`, [user]],
        ['', [user]],
      ]),
    )
    assert.notEqual(outcome.snapshot?.byDn(`CN=mine,${root}`), undefined)
    assert.match(gapsOf(outcome), /answered with 5 objects that are not in DC=corp/)
  })

  test('of a hundred thousand parts, or of escapes, cost no time and are told', async () => {
    const start = performance.now()
    const outcome = await against(
      withMore([
        [`${'CN=a,'.repeat(100_000)}${root}`, [user]],
        [`CN=${String.raw`\2c`.repeat(100_000)},${root}`, [user]],
        [`CN=${'"'.repeat(10_000)},${root}`, [user]],
        [`${'CN=a+'.repeat(3000)}CN=b,${root}`, [user]],
        [`${Array.from({ length: 200 }, (_, part) => `OU=${part}`).join()},${root}`, [user]],
      ]),
    )
    assert.ok(outcome.snapshot !== undefined)
    assert.match(gapsOf(outcome), /2 objects whose names are longer than Active Directory has them/)
    assert.ok(performance.now() - start < 5000)
  })

  test('with control characters, NUL and marks of direction reach neither progress nor coverage raw', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u202Egnp\u2066\u0000\u009b31m'
    const partition = `CN=evil,CN=Partitions,${forest.configurationDn}`
    const crossRef: TestEntry = [
      partition,
      [
        ['objectClass', [text('top'), text('crossRef')]],
        ['nCName', [text(`DC=${evil},${root}`)]],
        ['systemFlags', [text('3')]],
      ],
    ]
    const where: string[] = []
    const handler = honest({
      entries: [
        ...entries,
        crossRef,
        [
          `CN=${evil},CN=Users,${root}`,
          [
            ['member', [text(`CN=${evil},CN=Users,${root}`)]],
            ['cn', [text(evil)]],
          ],
        ],
        [`CN=${evil},OU=gone ${evil},${root}`, [user]],
      ],
      rootDse: { ...rootDse, namingContexts: [...rootDse.namingContexts, `DC=${evil},${root}`] },
    })
    const outcome = await against(handler, {
      onProgress: (progress: Progress) => void where.push(progress.where),
    })
    const said = [...where, ...gapsOf(outcome).split('\n')]
    assert.ok(
      outcome.snapshot !== undefined && said.some((line) => line.includes('owned')),
      said.join('\n'),
    )
    for (const line of said) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u)
  })

  test('nor do they reach a terminal', async () => {
    const evil = '\u001b[2J\u202E\u009b31m'
    const server = await startServer(async (request, peer) => {
      if (request.op !== 'bindRequest') return plain(request, peer)
      const diagnosticMessage = `80090308: ${evil}\n  why: all is well\u0000`
      await peer.send({
        id: request.id,
        op: 'bindResponse',
        ...result('unwillingToPerform', { diagnosticMessage, matchedDN: evil }),
      })
    })
    const dir = await mkdtemp(join(tmpdir(), 'glacis-test-'))
    await writeFile(join(dir, 'password'), 'Gl4cis-reader', { mode: 0o600 })
    try {
      const { code, out, err } = await glacis(
        [
          'collect',
          `ldap://127.0.0.1:${server.port}`,
          '--allow-plaintext',
          '--user',
          'reader@corp.example',
          '--password-file',
          join(dir, 'password'),
        ],
        { cwd: dir },
      )
      assert.equal(code, 3, err)
      assert.equal(out, '')
      assert.equal(err.split('\n').length, 4, err)
      assert.doesNotMatch(err.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
    } finally {
      await server.stop()
      await rm(dir, { recursive: true })
    }
  })
})

suite('attributes', () => {
  const dn = `CN=odd,CN=Users,${root}`
  const valuesOf = ({ snapshot }: Outcome, name: string): string[] =>
    snapshot!.raw(snapshot!.byDn(dn)!, name).map((value) => Buffer.from(value).toString())

  test('that come twice, in other cases or with options, are one, with all values', async () => {
    const outcome = await against(
      withMore([
        [
          dn,
          [
            ['member', [text('CN=a')]],
            ['MEMBER', [text('CN=b')]],
            ['member;x-odd', [text('CN=c')]],
            ['member;range=0-*', [text('CN=d')]],
          ],
        ],
      ]),
    )
    assert.deepEqual(valuesOf(outcome, 'member'), ['CN=a', 'CN=b', 'CN=c', 'CN=d'])
  })

  test('that nobody asked for are not kept, whatever they are called', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'unicodePwd', 'msLAPS-Password', 'x', '']
    const outcome = await against(
      withMore([[dn, [user, ...names.map((name): RawAttribute => [name, [text('S3cret')]])]]]),
    )
    const { snapshot } = outcome
    for (const name of names) assert.equal(snapshot!.has(snapshot!.byDn(dn)!, name), false, name)
    assert.equal(({} as Record<string, unknown>)['x'], undefined)
  })

  test('in ever new spellings are an error, and do not fill the memory', async () => {
    const atStart = process.memoryUsage.rss()
    const { error } = await against(
      inDomain(async ({ id }, peer) => {
        for (let n = 0; peer.isOpen; n++) {
          const attributes = Array.from({ length: 2000 }, (_, i) => ({
            type: `a${n * 2000 + i}`,
            values: [Buffer.alloc(1)],
          }))
          await peer.send({
            id,
            op: 'searchResultEntry',
            objectName: `CN=${n},${root}`,
            attributes,
          })
        }
      }),
      { timeouts: { ...timeouts, idleMs: 20_000, pageMs: 30_000 } },
    )
    assert.equal(error?.code, 'protocol')
    assert.match(error.why, /more attributes than any directory/)
    assert.ok(process.memoryUsage.rss() - atStart < 300 * 2 ** 20)
  })

  test('of half a million values are taken', async () => {
    const values = Array.from({ length: 500_000 }, (_, index) => text(`CN=${index}`))
    const outcome = await against(withMore([[dn, [['member', values]]]]), {
      timeouts: { ...timeouts, idleMs: 20_000, pageMs: 30_000 },
    })
    assert.equal(valuesOf(outcome, 'member').length, 500_000)
  })
})

suite('messages', () => {
  test('of another conversation are passed over, and do not keep us waiting for ever', async () => {
    const { error } = await against(
      inDomain(async ({ id }, peer) => {
        for (let n = 0; n < 1000; n++) await peer.send(done(id + 1 + n, undefined))
      }),
    )
    assert.equal(error?.code, 'timeout')
  })

  for (const [what, message] of [
    ['intermediate responses', (id: number) => encode({ id, op: 'intermediateResponse' })],
    [
      'references',
      (id: number) => encode({ id, op: 'searchResultReference', uris: ['ldap://127.0.0.1:1/'] }),
    ],
    [
      'answers to nothing',
      (id: number) => encode({ id: id + 1000, op: 'searchResultDone', ...result() }),
    ],
  ] as const) {
    test(`without end, ${what}, end when the time is over at the latest`, async () => {
      const start = performance.now()
      const { error } = await against(
        inDomain(async ({ id }, peer) => {
          const many = Buffer.concat(Array.from({ length: 1000 }, (): Uint8Array => message(id)))
          while (peer.isOpen) await peer.send(many)
        }),
        { timeouts: { ...timeouts, pageMs: 60_000, totalMs: 3000 } },
      )
      assert.ok(error?.code === 'timeout' || error?.code === 'protocol', String(error?.code))
      assert.ok(performance.now() - start < 10_000)
    })
  }

  test('with a cookie as large as a message are refused', async () => {
    const { error } = await against(
      inDomain(async ({ id }, peer) => {
        const controls = [pagedResults.of({ size: 0, cookie: Buffer.alloc(8 * 2 ** 20) })]
        await peer.send({ id, op: 'searchResultDone', ...result(), controls })
      }),
    )
    assert.equal(error?.code, 'protocol')
    assert.match(error.why, /cookie/)
  })
})

suite('values that are not what they should be', () => {
  const hostile: readonly Uint8Array[] = [
    '99991231235959.0Z',
    '00000101000000.0Z',
    '20261332256199.9Z',
    '9223372036854775807',
    '-9223372036854775808',
    '99999999999999999999999999',
    '1e400',
    '-0',
    'NaN',
    '2147483648',
    '4294967296',
    '-1',
    '',
    ' ',
    '\u0000',
    'S-1-5-21-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16',
    'O:BAD:(A;;;;;)',
    '[LDAP://;9]',
    '[LDAP://cn=x;',
    'B:4294967295:00:CN=x',
    'B:-1::',
    '<GUID=>;<SID=>',
    '__proto__',
    'constructor',
    '\u202E\u001b[31m',
    '((((((((((',
    '*'.repeat(5000),
    '0'.repeat(30),
    'TRUE',
  ]
    .map((value) => text(value))
    .concat([
      // A SID of 255 subauthorities, one that ends early, and one of revision 255.
      Buffer.concat([Buffer.of(1, 255, 0, 0, 0, 0, 0, 5), Buffer.alloc(255 * 4, 0xff)]),
      Buffer.of(1, 15, 0, 0, 0, 0, 0, 5, 21),
      Buffer.alloc(28, 0xff),
      Buffer.alloc(15, 1),
      Buffer.alloc(17, 1),
      Buffer.alloc(16, 0),
      // Descriptors: offsets beyond the end, an ACL that says it holds 65,535 entries.
      Buffer.from('01000480ffffffffffffffffffffffffffffffff', 'hex'),
      Buffer.from('0100048014000000140000000000000014000000010008000200ffff', 'hex'),
      Buffer.from('0100048000000000000000000000000014000000040008ffffff0000', 'hex'),
      Buffer.alloc(100_000, 0xff),
      // Replication metadata of four milliard entries.
      Buffer.from('0100000000000000ffffffff00000000', 'hex'),
    ])

  /** Numbers that look random and are the same every time. */
  function numbers(seed: number): () => number {
    let state = seed * 2_654_435_761 + 1
    return () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return (state >>> 0) / 2 ** 32
    }
  }

  function spoiled(seed: number): TestEntry[] {
    const next = numbers(seed)
    const keep = new Set(['objectclass', 'ncname'])
    return entries.map(([dn, attributes]) => [
      dn,
      attributes.map(([name, values]): RawAttribute => {
        if (next() > 0.25 || (keep.has(name.toLowerCase()) && next() > 0.05)) return [name, values]
        return [name, values.map(() => hostile[Math.floor(next() * hostile.length)]!)]
      }),
    ])
  }

  for (const seed of [1, 2, 3, 4, 5]) {
    test(`are collected, kept, written, read again and assessed without a fault (${seed})`, async () => {
      const { snapshot, error } = await against(honest({ entries: spoiled(seed), rootDse }))
      assert.equal(error, undefined)
      const { findings, passed, notAssessed } = assess(
        snapshot!,
        catalogue,
        snapshot!.origin.takenAt,
      )
      assert.equal(findings.length + passed.length + notAssessed.length, catalogue.length)
      const dir = await mkdtemp(join(tmpdir(), 'glacis-test-'))
      try {
        await writeSnapshotFile(join(dir, 'x.glacis'), snapshot!)
        const again = await collect(join(dir, 'x.glacis'))
        assert.equal(again.count, snapshot!.count)
        for (let id = 0; id < again.count; id++)
          for (const name of snapshot!.attributeNames)
            assert.deepEqual(again.raw(id, name), snapshot!.raw(id, name))
      } finally {
        await rm(dir, { recursive: true })
      }
    })
  }

  test('of a rootDSE are told or an error, never a fault', async () => {
    for (const currentTime of ['99991231235959.0Z', 'garbage', '', '00000000000000.0Z']) {
      const { snapshot } = await against(
        honest({ entries, rootDse: { ...rootDse, currentTime: [currentTime] } }),
      )
      assert.ok(!Number.isNaN(snapshot!.origin.takenAt.getTime()))
      if (currentTime.length < 10)
        assert.match(gapsOf({ snapshot: snapshot! }), /does not tell the time/)
    }
  })

  test('ten thousand objects that say they are heads of naming contexts cost no time', async () => {
    const head: RawAttribute[] = [
      ['objectClass', [text('top'), text('domainDNS')]],
      ['instanceType', [text('5')]],
    ]
    const start = performance.now()
    const heads = Array.from({ length: 10_000 }, (_, n): [string, RawAttribute[]] => [
      `DC=d${n},${root}`,
      [
        ...head,
        [
          'objectSid',
          [Buffer.from(`010400000000000515000000${(n + 1).toString(16).padStart(24, '0')}`, 'hex')],
        ],
      ],
    ])
    const { snapshot } = await against(withMore(heads), {
      timeouts: { ...timeouts, idleMs: 20_000 },
    })
    assert.ok(snapshot!.count > 10_000)
    assert.ok(performance.now() - start < 15_000, String(performance.now() - start))
  })
})

suite('TLS', () => {
  let dir = ''
  let certificates: Certificates
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'glacis-test-'))
    certificates = await makeCertificates(dir, ['DNS:dc1.corp.example'])
  })
  after(() => rm(dir, { recursive: true }))

  test('what follows a yes to StartTLS in the same breath is refused, and gets no password', async () => {
    const server = await startServer(async (request, peer) => {
      const { id } = request
      const yes = encode({
        id,
        op: 'extendedResponse',
        ...result(),
        responseName: extensionOids.startTls,
      })
      await peer.send(Buffer.concat([yes, encode({ id: 2, op: 'bindResponse', ...result() })]))
    })
    try {
      const error = await collect(
        'ldap://dc1.corp.example',
        optionsFor(server.port, { allowPlaintext: false }),
      ).catch((reason: unknown) => reason)
      assert.ok(error instanceof CollectError)
      assert.equal(error.code, 'protocol')
      assert.match(error.message, /before TLS/)
      assert.equal(server.requests.length, 1)
    } finally {
      await server.stop()
    }
  })

  test('a connection that ends within a record is lost, and nothing of it is kept', async () => {
    const { cert, key, certFile, keyFile } = await certificates.of('good')
    const inner = await startServer(plain, { cert, key, certFile, keyFile })
    const sockets = new Set<Socket>()
    // Passes on so many octets, which is not at the end of a record, and hangs up.
    const gate = createServer((client) => {
      const server = new (client.constructor as typeof Socket)()
      server.connect(inner.port, '127.0.0.1')
      let left = 200_001
      for (const socket of [client, server]) sockets.add(socket.on('error', () => {}))
      client.on('data', (chunk) => server.write(chunk))
      server.on('data', (chunk: Buffer) => {
        client.write(chunk.subarray(0, left))
        left -= chunk.length
        if (left <= 0) client.end()
      })
    })
    await once(gate.listen(0, '127.0.0.1'), 'listening')
    try {
      const error = await collect(
        'ldaps://dc1.corp.example',
        optionsFor(portOf(gate), { caFile: certificates.caFile }),
      ).catch((reason: unknown) => reason)
      assert.ok(error instanceof CollectError)
      assert.equal(error.code, 'connection-lost')
    } finally {
      for (const socket of sockets) socket.destroy()
      gate.close()
      await inner.stop()
    }
  })
})
