import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CollectOptions, CollectError, collect } from '#collect'
import { ForestBuilder, type Snapshot, type Source } from '#directory'
import {
  type Envelope,
  type SearchRequest,
  encode,
  extensionOids,
  noticeOfDisconnection,
  pagedResults,
  result,
} from '#ldap'
import { type Certificates, makeCertificates } from './certificates.ts'
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
const emea = forest.childDomain('emea')
forest.user('ann')
emea.user('bea')
const everything: readonly TestEntry[] = [...forest.entries(), ...emea.entries()].map(
  ([dn, attributes]) => [dn, [...attributes]],
)
const seen = new Set<string>()
const distinct = everything.filter(([dn]) => !seen.has(dn) && seen.add(dn))
const isChild = ([dn]: TestEntry): boolean => dn === emea.dn || dn.endsWith(`,${emea.dn}`)
/** What the first controller holds, and what that of the child domain holds. */
const entries = distinct.filter((each) => !isChild(each))
const childEntries = distinct.filter(
  (each) => isChild(each) || each[0].endsWith(forest.configurationDn),
)
const root = forest.dn
const child = emea.dn

function rootDseOf(name: string, contexts: readonly string[]): Record<string, readonly string[]> {
  return {
    supportedCapabilities: ['1.2.840.113556.1.4.800'],
    namingContexts: contexts,
    defaultNamingContext: [contexts[0]!],
    rootDomainNamingContext: [root],
    configurationNamingContext: [forest.configurationDn],
    schemaNamingContext: [forest.schemaDn],
    dnsHostName: [name],
    currentTime: ['20260115120000.0Z'],
  }
}

const rootDse = rootDseOf('dc1.corp.example', [
  root,
  forest.configurationDn,
  forest.schemaDn,
  `DC=DomainDnsZones,${root}`,
  `DC=ForestDnsZones,${root}`,
])
const plain = honest({ entries, rootDse })

type Rogue = (request: Envelope & SearchRequest, peer: Peer) => Promise<boolean | void>

/** An honest server but for searches that `rogue` answers itself; it says false to leave one to the honest server. */
function rogueServer(rogue: Rogue): Handler {
  return async (request, peer) => {
    if (request.op === 'searchRequest' && (await rogue(request, peer)) !== false) return
    await plain(request, peer)
  }
}

/** A rogue only where the objects of the domain are read, page by page. */
function inDomain(rogue: Rogue): Handler {
  return rogueServer(async (request, peer) =>
    request.baseObject === root && pagedResults.isIn(request.controls)
      ? rogue(request, peer)
      : false,
  )
}

function optionsFor(port: number, more: CollectOptions = {}): CollectOptions {
  return {
    account: { name: 'reader@corp.example', password: () => Buffer.from('Gl4cis-reader') },
    addresses: { 'dc1.corp.example': `127.0.0.1:${port}` },
    allowPlaintext: true,
    probe: false,
    timeouts: { connectMs: 2000, idleMs: 1000, pageMs: 3000, retryMs: [], totalMs: 60_000 },
    ...more,
  }
}

/** For servers that keep us busy: on a machine with much else to do, that must not look like silence. */
const patient = { connectMs: 5000, idleMs: 20_000, pageMs: 60_000, retryMs: [], totalMs: 60_000 }

interface Outcome {
  readonly snapshot?: Snapshot
  readonly error?: CollectError
  /** How much the process grew, at most. */
  readonly grownBytes: number
  readonly tookMs: number
}

/** Collects from a server and watches time and memory. */
async function against(handler: Handler, more: CollectOptions = {}): Promise<Outcome> {
  const server = await startServer(handler)
  globalThis.gc?.()
  const atStart = process.memoryUsage.rss()
  let most = atStart
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20)
  const start = performance.now()
  const done = (): Pick<Outcome, 'grownBytes' | 'tookMs'> => ({
    grownBytes: Math.max(most, process.memoryUsage.rss()) - atStart,
    tookMs: performance.now() - start,
  })
  try {
    return {
      snapshot: await collect('ldap://dc1.corp.example', optionsFor(server.port, more)),
      ...done(),
    }
  } catch (error) {
    if (!(error instanceof CollectError)) throw error
    for (const text of [error.what, error.why, error.tryThis]) assert.notEqual(text, '')
    assert.doesNotMatch(error.message, /Gl4cis-reader/)
    return { error, ...done() }
  } finally {
    clearInterval(watch)
    await server.stop()
  }
}

function gapsOf(snapshot: Snapshot | undefined, source: Source): string {
  return (snapshot?.coverage.find((coverage) => coverage.source === source)?.gaps ?? [])
    .map(({ because }) => because)
    .join('\n')
}

const MiB = 2 ** 20
const entry = (
  id: number,
  objectName: string,
  attributes: Record<string, readonly Uint8Array[]>,
): Uint8Array =>
  encode({
    id,
    op: 'searchResultEntry',
    objectName,
    attributes: Object.entries(attributes).map(([type, values]) => ({ type, values: [...values] })),
  })

/** An element with a length of four octets. */
function wrap(tag: number, content: Buffer): Buffer {
  const head = Buffer.alloc(6)
  head[0] = tag
  head[1] = 0x84
  head.writeUInt32BE(content.length, 2)
  return Buffer.concat([head, content])
}

suite('a hostile server cannot fill the memory', () => {
  test('with objects without end', async () => {
    const { error, grownBytes } = await against(
      inDomain(async ({ id }, peer) => {
        for (let n = 0; peer.isOpen; n++)
          await peer.send(entry(id, `CN=${n},${root}`, { cn: [Buffer.from(String(n))] }))
      }),
      { limits: { objects: 50_000 }, timeouts: patient },
    )
    assert.equal(error?.code, 'too-big')
    assert.match(error.why, /more than 50000 objects/)
    assert.ok(grownBytes < 200 * MiB, `${grownBytes / MiB} MiB`)
  })

  test('with large objects without end: the limit on memory stops it', async () => {
    const value = Buffer.alloc(256 * 1024, 'x')
    const { error, grownBytes } = await against(
      inDomain(async ({ id }, peer) => {
        for (let n = 0; peer.isOpen; n++) {
          value.writeUInt32LE(n)
          await peer.send(entry(id, `CN=${n},${root}`, { info: [value] }))
        }
      }),
      {
        limits: { memoryBytes: process.memoryUsage.rss() + 150 * MiB },
        timeouts: patient,
      },
    )
    assert.equal(error?.code, 'too-big')
    assert.match(error.why, /MiB of memory/)
    assert.ok(grownBytes < 500 * MiB, `${grownBytes / MiB} MiB`)
  })

  test('with a value of 256 MiB, announced or begun', async () => {
    const { error, grownBytes } = await against(
      inDomain(async (_, peer) => {
        // LDAPMessage of 256 MiB.
        await peer.send(Buffer.from('308410000000', 'hex'))
        const piece = Buffer.alloc(64 * 1024)
        while (peer.isOpen) await peer.send(piece)
      }),
    )
    assert.equal(error?.code, 'protocol')
    assert.ok(grownBytes < 100 * MiB, `${grownBytes / MiB} MiB`)
  })

  test('with a million attributes in one object', async () => {
    const attribute = Buffer.from('30050401613100', 'hex')
    const body = Buffer.concat(Array.from({ length: 1_000_000 }, () => attribute))
    const { error, grownBytes } = await against(
      inDomain(async ({ id }, peer) => {
        const operation = wrap(
          0x64,
          Buffer.concat([Buffer.from('040141', 'hex'), wrap(0x30, body)]),
        )
        await peer.send(wrap(0x30, Buffer.concat([Buffer.of(2, 1, id), operation])))
      }),
    )
    assert.equal(error?.code, 'protocol')
    assert.ok(grownBytes < 200 * MiB, `${grownBytes / MiB} MiB`)
  })
})

suite('a hostile server cannot keep us for ever', () => {
  test('with the same object again and again', async () => {
    const { error } = await against(
      inDomain(async ({ id }, peer) => {
        while (peer.isOpen)
          await peer.send(entry(id, `CN=same,${root}`, { cn: [Buffer.from('same')] }))
      }),
      { timeouts: patient },
    )
    assert.equal(error?.code, 'protocol')
    assert.match(error.why, /again and again/)
  })

  for (const [what, cookieOf, withEntry] of [
    ['the same cookie for page after empty page', () => 'same', false],
    ['ever new cookies for empty pages', (n: number) => String(n), false],
    ['ever new cookies for the same object', (n: number) => String(n), true],
  ] as const) {
    test(`with ${what}`, async () => {
      let pages = 0
      const { error } = await against(
        inDomain(async ({ id }, peer) => {
          const page = ++pages
          if (withEntry)
            for (let n = 0; n < 50; n++)
              await peer.send(entry(id, `CN=same,${root}`, { cn: [Buffer.from('same')] }))
          await peer.send({
            id,
            op: 'searchResultDone',
            ...result(),
            controls: [pagedResults.of({ size: 0, cookie: Buffer.from(cookieOf(page)) })],
          })
        }),
      )
      assert.equal(error?.code, 'protocol')
      assert.ok(pages < 5000, String(pages))
    })
  }

  test('with silence, before or in the middle of an answer', async () => {
    for (const handler of [
      inDomain(async () => {}),
      async () => {},
      inDomain(async ({ id }, peer) => peer.send(entry(id, `CN=a,${root}`, {}))),
    ]) {
      const { error, tookMs } = await against(handler)
      assert.equal(error?.code, 'timeout')
      assert.ok(tookMs < 5000, String(tookMs))
    }
  })

  test('with an answer that drips', async () => {
    const { error, tookMs } = await against(
      inDomain(async ({ id }, peer) => {
        const octets = entry(id, `CN=a,${root}`, { cn: [Buffer.alloc(1000)] })
        for (let at = 0; peer.isOpen && at < octets.length; at++) {
          await peer.send(octets.subarray(at, at + 1))
          await sleep(20)
        }
      }),
    )
    assert.equal(error?.code, 'timeout')
    assert.ok(tookMs < 8000, String(tookMs))
  })

  test('with pages that each come in time, for hours: the limit on all of it stops it', async () => {
    let n = 0
    const { error, tookMs } = await against(
      inDomain(async ({ id }, peer) => {
        await sleep(20)
        await peer.send(entry(id, `CN=${n++},${root}`, {}))
        await peer.send({
          id,
          op: 'searchResultDone',
          ...result(),
          controls: [pagedResults.of({ size: 0, cookie: Buffer.from(String(n)) })],
        })
      }),
      { timeouts: { connectMs: 2000, idleMs: 1000, pageMs: 3000, retryMs: [], totalMs: 2000 } },
    )
    assert.equal(error?.code, 'timeout')
    assert.match(error.why, /longer than 2 seconds/)
    assert.ok(tookMs < 6000, String(tookMs))
  })
})

suite('ranges that lead in circles', () => {
  const group = `CN=big,${root}`
  const first = { 'member;range=0-0': [Buffer.from('CN=a')], objectClass: [Buffer.from('group')] }

  async function withRanges(
    next: (low: number) => readonly [type: string, value: string] | undefined,
  ): Promise<Outcome & { requests: number }> {
    let requests = 0
    const outcome = await against(
      rogueServer(async ({ id, baseObject, attributes, controls }, peer) => {
        if (baseObject === group) {
          requests++
          const low = Number(/range=(\d+)-/.exec(attributes[0]!)![1])
          const answer = next(low)
          if (answer !== undefined)
            await peer.send(entry(id, group, { [answer[0]]: [Buffer.from(answer[1])] }))
          await peer.send({ id, op: 'searchResultDone', ...result() })
          return
        }
        if (baseObject !== root || !pagedResults.isIn(controls)) return false
        await peer.send(entry(id, group, first))
        await peer.send({ id, op: 'searchResultDone', ...result(), controls: lastPage(controls) })
      }),
    )
    return { ...outcome, requests }
  }

  test('an honest one is read to its end', async () => {
    const { snapshot } = await withRanges((low) =>
      low < 5 ? [`member;range=${low}-${low}`, `CN=${low}`] : [`member;range=${low}-*`, 'CN=last'],
    )
    const values = snapshot!
      .raw(snapshot!.byDn(group)!, 'member')
      .map((value) => Buffer.from(value).toString())
    assert.deepEqual(values, ['CN=a', 'CN=1', 'CN=2', 'CN=3', 'CN=4', 'CN=last'])
    assert.doesNotMatch(gapsOf(snapshot, 'ldap-domain'), /Not all values/)
  })

  for (const [what, next, says] of [
    ['the same range again', () => ['member;range=0-0', 'CN=a'], /does not go on at value 1/],
    [
      'a range that runs backwards',
      (low: number) => [`member;range=${low}-0`, 'CN=a'],
      /does not go on at value 1/,
    ],
    ['nothing', () => undefined, /ends before value 1/],
    [
      'another attribute',
      (low: number) => [`memberOf;range=${low}-*`, 'CN=a'],
      /ends before value 1/,
    ],
    ['ranges without end', (low: number) => [`member;range=${low}-${low}`, 'CN=a'], /does not end/],
  ] as const) {
    test(`${what}: the values that came are kept, and the gap names the attribute and object`, async () => {
      const { snapshot, requests } = await withRanges(
        next as (low: number) => readonly [string, string] | undefined,
      )
      assert.match(
        gapsOf(snapshot, 'ldap-domain'),
        new RegExp(
          `Not all values could be read of 1 attributes: member of "CN=big,.*${says.source}`,
        ),
      )
      assert.ok(snapshot!.raw(snapshot!.byDn(group)!, 'member').length >= 1)
      assert.ok(requests <= 4000)
    })
  }
})

suite('nobody is led elsewhere', () => {
  test('neither by references, nor by referrals, nor by controllers the directory makes up', async () => {
    let visits = 0
    const evil = createServer((socket) => {
      visits++
      socket.destroy()
    })
    await once(evil.listen(0, '127.0.0.1'), 'listening')
    const uri = `ldap://127.0.0.1:${portOf(evil)}/${root}`
    const made = ['evil.test', 'dc9.notcorp.example', 'corp.example.evil.test']
    const sites = `CN=Sites,${forest.configurationDn}`
    const fakes: TestEntry[] = made.flatMap((host, index): TestEntry[] => [
      [
        `CN=X${index},CN=Servers,${sites}`,
        [
          ['objectClass', [Buffer.from('server')]],
          ['dNSHostName', [Buffer.from(host)]],
        ],
      ],
      [
        `CN=NTDS Settings,CN=X${index},CN=Servers,${sites}`,
        [
          ['objectClass', [Buffer.from('nTDSDSA')]],
          ['hasMasterNCs', [root, child, forest.configurationDn].map((dn) => Buffer.from(dn))],
        ],
      ],
    ])
    const addresses = Object.fromEntries(made.map((host) => [host, `127.0.0.1:${portOf(evil)}`]))
    const lying = honest({ entries: [...entries, ...fakes], rootDse })
    try {
      const server = await startServer(async (request, peer) => {
        if (request.op === 'searchRequest' && request.baseObject === root) {
          await peer.send({ id: request.id, op: 'searchResultReference', uris: [uri] })
        }
        if (request.op === 'searchRequest' && request.baseObject === forest.schemaDn) {
          await peer.send({
            id: request.id,
            op: 'searchResultDone',
            ...result('referral', { referral: [uri] }),
          })
          return
        }
        await lying(request, peer)
      })
      try {
        const base = optionsFor(server.port, { probe: true })
        const error = await collect('ldap://dc1.corp.example', {
          ...base,
          addresses: { ...base.addresses, ...addresses },
        }).catch((reason: unknown) => reason)
        assert.ok(error instanceof CollectError)
        assert.match(error.message, /referral/)
      } finally {
        await server.stop()
      }
      assert.equal(visits, 0)
    } finally {
      await once(evil.close(), 'close')
    }
  })

  test('objects outside the naming context that was asked for are not taken, and it is said', async () => {
    const { snapshot } = await against(
      inDomain(async ({ id, controls }, peer) => {
        for (const dn of [`CN=mine,${root}`, `CN=theirs,DC=other,DC=example`, `CN=x,${root}x`])
          await peer.send(entry(id, dn, { cn: [Buffer.from('x')] }))
        await peer.send({ id, op: 'searchResultDone', ...result(), controls: lastPage(controls) })
      }),
    )
    assert.notEqual(snapshot!.byDn(`CN=mine,${root}`), undefined)
    assert.equal(snapshot!.byDn('CN=theirs,DC=other,DC=example'), undefined)
    assert.match(gapsOf(snapshot, 'ldap-domain'), /2 objects that are not in DC=corp/)
  })
})

suite('a broken answer is one clear error or a gap, never a crash', () => {
  for (const [what, handler, code] of [
    [
      'octets that are no LDAP',
      inDomain(async (_, peer) => peer.send(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))),
      'protocol',
    ],
    [
      'an answer to something else',
      inDomain(async ({ id }, peer) => peer.send({ id, op: 'bindResponse', ...result() })),
      'protocol',
    ],
    [
      'a paging control that is broken',
      inDomain(async ({ id }, peer) =>
        peer.send({
          id,
          op: 'searchResultDone',
          ...result(),
          controls: [
            { oid: '1.2.840.113556.1.4.319', criticality: false, value: Buffer.from('x') },
          ],
        }),
      ),
      'protocol',
    ],
    [
      'a notice of disconnection',
      inDomain(async (_, peer) => peer.send(noticeOfDisconnection('unavailable', 'maintenance'))),
      'connection-lost',
    ],
    ['hanging up', inDomain(async (_, peer) => peer.drop()), 'connection-lost'],
    [
      'insufficient rights to the domain',
      inDomain(async ({ id }, peer) =>
        peer.send({ id, op: 'searchResultDone', ...result('insufficientAccessRights') }),
      ),
      'refused',
    ],
    [
      'no rootDSE',
      rogueServer(async ({ id, baseObject }, peer) =>
        baseObject === '' ? peer.send({ id, op: 'searchResultDone', ...result() }) : false,
      ),
      'protocol',
    ],
  ] as const) {
    test(what, async () => {
      const { error } = await against(handler)
      assert.equal(error?.code, code)
      assert.equal(error.family, 'reach')
    })
  }

  test('a directory that is not Active Directory is told as such', async () => {
    const { error } = await against(
      honest({ entries, rootDse: { ...rootDse, supportedCapabilities: [] } }),
    )
    assert.equal(error?.code, 'protocol')
    assert.match(error.why, /no domain controller of Active Directory/)
  })

  test('broken descriptors, SIDs and names are kept as they are, and the snapshot stands', async () => {
    const noise = Buffer.from('0102030405060708', 'hex')
    const { snapshot } = await against(
      inDomain(async ({ id, controls }, peer) => {
        for (const [dn, attributes] of entries)
          if (dn === root) await peer.send(entry(id, dn, Object.fromEntries(attributes)))
        await peer.send(
          entry(id, `CN=broken,${root}`, {
            objectClass: [noise],
            objectSid: [noise],
            objectGUID: [noise],
            nTSecurityDescriptor: [noise],
            member: [Buffer.of(0xff)],
          }),
        )
        await peer.send(entry(id, `=,,=\\,${root}`, { objectClass: [Buffer.from('user')] }))
        await peer.send({ id, op: 'searchResultDone', ...result(), controls: lastPage(controls) })
      }),
    )
    assert.deepEqual(snapshot!.raw(snapshot!.byDn(`CN=broken,${root}`)!, 'nTSecurityDescriptor'), [
      new Uint8Array(noise),
    ])
  })

  test('an end before the end (size limit) keeps what came, and is a gap', async () => {
    const { snapshot } = await against(
      inDomain(async ({ id }, peer) => {
        await peer.send(entry(id, `CN=a,${root}`, { cn: [Buffer.from('a')] }))
        await peer.send({ id, op: 'searchResultDone', ...result('sizeLimitExceeded') })
      }),
    )
    assert.notEqual(snapshot!.byDn(`CN=a,${root}`), undefined)
    assert.match(gapsOf(snapshot, 'ldap-domain'), /ended the search early.*sizeLimitExceeded/)
  })
})

suite('the other domains of the forest', () => {
  const childRootDse = rootDseOf('dc1.emea.corp.example', [
    child,
    forest.configurationDn,
    forest.schemaDn,
    `DC=DomainDnsZones,${child}`,
  ])
  const host = entries
    .filter(([dn]) => dn.startsWith('CN=NTDS Settings,') && dn.endsWith(forest.configurationDn))
    .map(
      ([dn]) =>
        entries
          .find(([server]) => dn === `CN=NTDS Settings,${server}`)![1]
          .find(([name]) => name === 'dNSHostName')![1][0]!,
    )
    .map((value) => Buffer.from(value).toString())
    .find((name) => name.endsWith('emea.corp.example'))!

  test('are read from their own controllers with the same account', async () => {
    const [one, two] = [
      await startServer(plain),
      await startServer(honest({ entries: childEntries, rootDse: childRootDse })),
    ]
    try {
      const base = optionsFor(one.port)
      const snapshot = await collect('ldap://dc1.corp.example', {
        ...base,
        addresses: { ...base.addresses, [host]: `127.0.0.1:${two.port}` },
      })
      assert.deepEqual(snapshot.domains.map(({ name }) => name).toSorted(), [
        'corp.example',
        'emea.corp.example',
      ])
      assert.notEqual(snapshot.byDn(`CN=bea,CN=Users,${child}`), undefined)
      assert.doesNotMatch(gapsOf(snapshot, 'ldap-domain'), /DC=emea/)
    } finally {
      await Promise.all([one.stop(), two.stop()])
    }
  })

  test('that cannot be reached are a gap with the reason, never silence', async () => {
    const { snapshot } = await against(plain)
    assert.match(
      gapsOf(snapshot, 'ldap-domain'),
      /DC=emea,DC=corp,DC=example: it could not be read.*Cannot reach emea-dc1\.emea\.corp\.example/,
    )
    assert.notEqual(snapshot!.byDn(`CN=ann,CN=Users,${root}`), undefined)
  })

  test('that refuse the account are asked once each and twice in all, lest it be locked out', async () => {
    const one = await startServer(plain)
    const two = await startServer(
      honest({ entries, rootDse: childRootDse, isWelcome: () => false }),
    )
    try {
      const base = optionsFor(one.port, { timeouts: { connectMs: 2000, retryMs: [1, 1, 1] } })
      const snapshot = await collect('ldap://dc1.corp.example', {
        ...base,
        addresses: { ...base.addresses, [host]: `127.0.0.1:${two.port}` },
      })
      assert.match(gapsOf(snapshot, 'ldap-domain'), /DC=emea.*Cannot sign in to/)
      const binds = two.requests.filter(({ op }) => op === 'bindRequest').length
      assert.ok(binds >= 1 && binds <= 2, String(binds))
    } finally {
      await Promise.all([one.stop(), two.stop()])
    }
  })

  test('cannot be read with an account named by DN, and it is said', async () => {
    const { snapshot } = await against(plain, {
      account: { name: `CN=reader,CN=Users,${root}`, password: () => Buffer.from('x') },
    })
    assert.match(gapsOf(snapshot, 'ldap-domain'), /DC=emea.*user@domain/)
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

  test('a server or someone on the way that answers no to StartTLS gets no password', async () => {
    for (const answer of ['protocolError', 'unavailable'] as const) {
      const server = await startServer(async (request, peer) => {
        if (request.op === 'extendedRequest')
          await peer.send({
            id: request.id,
            op: 'extendedResponse',
            ...result(answer),
            responseName: extensionOids.startTls,
          })
      })
      try {
        const error = await collect('ldap://dc1.corp.example', {
          ...optionsFor(server.port),
          allowPlaintext: false,
        }).catch((reason: unknown) => reason)
        assert.ok(error instanceof CollectError)
        assert.equal(error.code, 'tls')
        assert.match(error.why, /refuses TLS/)
        assert.deepEqual(
          server.requests.map(({ op }) => op),
          ['extendedRequest'],
        )
      } finally {
        await server.stop()
      }
    }
  })

  test('a server that says yes to StartTLS and goes on in plain text gets no password', async () => {
    const server = await startServer(async (request, peer) => {
      await peer.send({
        id: request.id,
        op: 'extendedResponse',
        ...result(),
        responseName: extensionOids.startTls,
      })
      await peer.send({ id: 2, op: 'bindResponse', ...result() })
    })
    try {
      const error = await collect('ldap://dc1.corp.example', {
        ...optionsFor(server.port),
        allowPlaintext: false,
      }).catch((reason: unknown) => reason)
      assert.ok(error instanceof CollectError)
      assert.ok(['tls', 'protocol', 'connection-lost'].includes(error.code), error.code)
      assert.ok(server.requests.every(({ op }) => op !== 'bindRequest'))
    } finally {
      await server.stop()
    }
  })

  for (const kind of ['expired', 'foreign', 'self-signed'] as const) {
    test(`a server with a certificate that is ${kind} gets no password; its chain is in the error`, async () => {
      const { cert, key, certFile, keyFile } = await certificates.of(kind)
      const server = await startServer(plain, { cert, key, certFile, keyFile })
      try {
        const error = await collect('ldaps://dc1.corp.example', {
          ...optionsFor(server.port),
          caFile: certificates.caFile,
        }).catch((reason: unknown) => reason)
        assert.ok(error instanceof CollectError)
        assert.equal(error.code, 'certificate')
        assert.ok(error.chain.length >= 1)
        assert.deepEqual(server.requests, [])
      } finally {
        await server.stop()
      }
    })
  }
})

test('an interrupted collection ends soon, whatever it waits for, and leaves nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'glacis-test-'))
  const where = process.cwd()
  process.chdir(dir)
  try {
    for (const handler of [inDomain(async () => {}), async () => {}]) {
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 300)
      const { error, tookMs } = await against(handler, { signal: controller.signal, timeouts: {} })
      assert.equal(error?.code, 'interrupted')
      assert.ok(tookMs < 3000, String(tookMs))
    }
    assert.deepEqual(await readdir(dir), [])
  } finally {
    process.chdir(where)
    await rm(dir, { recursive: true })
  }
})
