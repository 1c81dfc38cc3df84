/** A forest of several domains, whose controllers come, go, and answer as they like: what is read of it stays the same. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type CollectOptions, type Progress, collect } from '#collect'
import { ForestBuilder, type RawAttribute, type Snapshot, SnapshotBuilder } from '#directory'
import {
  type Envelope,
  type ResultCode,
  type SearchRequest,
  noticeOfDisconnection,
  pagedResults,
  result,
} from '#ldap'
import { hashPassword, openReplica } from '#replica'
import {
  type Handler,
  type TestEntry,
  type TestServer,
  honest,
  startServer,
} from './ldap-server.ts'
import { failure } from '../src/collect/testing.ts'

const PASSWORD = 'Gl4cis-reader'

// corp.example with the child domain emea, and the tree fabrikam.example, made of another child domain by renaming it.
const forest = new ForestBuilder()
const emea = forest.childDomain('emea')
const fabrikam = forest.childDomain('fab')
const second = forest.controller('DC2')
for (let index = 0; index < 250; index++) forest.user(`ann${index}`)
forest.group('many', { members: Array.from({ length: 40 }, (_, i) => forest.user(`bob${i}`)) })
emea.user('bea')
fabrikam.user('cid')
const tree = 'DC=fabrikam,DC=example'
const root = forest.dn
const { configurationDn, schemaDn } = forest

function renamed(text: string): string {
  return text.replaceAll(fabrikam.dn, tree).replaceAll('fab.corp.example', 'fabrikam.example')
}

function renamedValue(value: Uint8Array): Uint8Array {
  const text = Buffer.from(value).toString('latin1')
  const other = renamed(text)
  return other === text ? value : Buffer.from(other, 'latin1')
}

const everything = new Map<string, readonly RawAttribute[]>()
for (const domain of [forest, emea, fabrikam]) {
  for (const [dn, attributes] of domain.entries()) {
    const values = [...attributes].map(([name, list]): RawAttribute => [
      name,
      list.map((value) => renamedValue(value)),
    ])
    if (!everything.has(renamed(dn))) everything.set(renamed(dn), values)
  }
}

const contexts = [
  root,
  configurationDn,
  schemaDn,
  `DC=DomainDnsZones,${root}`,
  `DC=ForestDnsZones,${root}`,
  emea.dn,
  `DC=DomainDnsZones,${emea.dn}`,
  tree,
  `DC=DomainDnsZones,${tree}`,
]
const shared = [configurationDn, schemaDn, `DC=ForestDnsZones,${root}`]
const held = {
  corp: [root, `DC=DomainDnsZones,${root}`, ...shared],
  emea: [emea.dn, `DC=DomainDnsZones,${emea.dn}`, ...shared],
  fabrikam: [tree, `DC=DomainDnsZones,${tree}`, ...shared],
}

// Controllers say that they hold the DNS zones too.
for (const [dn, attributes] of everything) {
  const settings = /^CN=NTDS Settings,(CN=([^,]+),.*)$/.exec(dn)
  if (settings === null) continue
  const name = settings[2]!.toLowerCase()
  const names = name.startsWith('emea')
    ? held.emea
    : name.startsWith('fab')
      ? held.fabrikam
      : held.corp
  const masters = names.map((each) => Buffer.from(each))
  everything.set(dn, [...attributes, ['msDS-hasMasterNCs', masters]])
}

function contextOf(dn: string): string | undefined {
  const holding = contexts.filter((context) => dn === context || dn.endsWith(`,${context}`))
  return holding.toSorted((a, b) => b.length - a.length)[0]
}

function entriesOf(names: readonly string[]): TestEntry[] {
  return [...everything].filter(([dn]) => names.includes(contextOf(dn) ?? ''))
}

function rootDseOf(host: string, names: readonly string[]): Record<string, readonly string[]> {
  return {
    supportedCapabilities: ['1.2.840.113556.1.4.800'],
    supportedControl: ['1.2.840.113556.1.4.319'],
    namingContexts: names,
    defaultNamingContext: [names[0]!],
    rootDomainNamingContext: [root],
    configurationNamingContext: [configurationDn],
    schemaNamingContext: [schemaDn],
    dnsHostName: [host],
    currentTime: ['20260115120000.0Z'],
  }
}

/** The host name of a controller of a domain, as the directory has it. */
function hostOf(domainDn: string, number: number): string {
  const hosts = [...everything]
    .filter(([dn]) => /^CN=[^,]+,CN=Servers,/.test(dn))
    .flatMap(([, attributes]) => attributes.filter(([name]) => name === 'dNSHostName'))
    .map(([, [value]]) => Buffer.from(value!).toString().toLowerCase())
  const domain = domainDn.replaceAll(',DC=', '.').replace('DC=', '')
  const own = hosts.filter((host) => host.slice(host.indexOf('.') + 1) === domain)
  return own.toSorted()[number]!
}
const [dc1, dc2] = [hostOf(root, 0), hostOf(root, 1)]

function optionsFor(
  servers: Readonly<Record<string, { readonly port: number; readonly host?: string }>>,
  more: CollectOptions = {},
): CollectOptions {
  const addresses = Object.entries(servers).map(([name, { port, host = '127.0.0.1' }]) => [
    name,
    `${host}:${port}`,
  ])
  return {
    account: { name: 'reader@corp.example', password: () => Buffer.from(PASSWORD) },
    addresses: Object.fromEntries(addresses) as Record<string, string>,
    allowPlaintext: true,
    probe: false,
    timeouts: { connectMs: 5000, idleMs: 1500, pageMs: 20_000, retryMs: [1, 1], totalMs: 60_000 },
    ...more,
  }
}

/** All that a snapshot holds, in no order. */
function contentsOf(snapshot: Snapshot): Map<string, readonly string[]> {
  const objects = new Map<string, readonly string[]>()
  for (let id = 0; id < snapshot.count; id++) {
    const values = snapshot.attributeNames.flatMap((name) =>
      snapshot.raw(id, name).map((value) => `${name} ${value.toHex()}`),
    )
    objects.set(snapshot.dn(id), values.toSorted())
  }
  return new Map([...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function gapsOf({ coverage }: Snapshot): string[] {
  return coverage.flatMap(({ source, gaps = [] }) =>
    source.startsWith('ldap-') && source !== 'ldap-probe'
      ? gaps.map(({ because }) => `${source}: ${because}`)
      : [],
  )
}

/** How a controller fails, at the so many-th page that it is asked for. */
interface Failing {
  readonly atPage: number
  readonly times?: number
  readonly by: ResultCode | 'dropping' | 'silence' | 'notice'
}

const PAGE = 100

/** A controller that gives pages of 100, and fails once where it is told to. */
function controller(host: string, names: readonly string[], failing?: Failing): Handler {
  const entries = entriesOf(names)
  const usual = honest({ entries, rootDse: rootDseOf(host, names) })
  let pages = 0
  let failures = 0
  return async (request, peer) => {
    const { id } = request
    if (request.op !== 'searchRequest' || !isPass(request)) return usual(request, peer)
    pages++
    const from = Number(Buffer.from(pagedResults.find(request.controls)!.cookie).toString())
    const wanted = new Set(request.attributes.map((name) => name.toLowerCase()))
    const mine = entries.filter(([dn]) => contextOf(dn) === request.baseObject)
    const page = mine.slice(from, from + PAGE)
    const fails =
      failing !== undefined && pages >= failing.atPage && failures < (failing.times ?? 1)
    // It gives a part of the page first.
    for (const [objectName, attributes] of fails ? page.slice(0, PAGE / 3) : page) {
      const shown = attributes.filter(([name]) => wanted.has(name.toLowerCase()))
      await peer.send({
        id,
        op: 'searchResultEntry',
        objectName,
        attributes: shown.map(([type, values]) => ({ type, values: [...values] })),
      })
    }
    if (!fails) {
      const next = from + PAGE < mine.length ? String(from + PAGE) : ''
      const controls = [pagedResults.of({ size: 0, cookie: Buffer.from(next) })]
      await peer.send({ id, op: 'searchResultDone', ...result(), controls })
      return
    }
    failures++
    if (failing.by === 'dropping') peer.drop()
    else if (failing.by === 'notice')
      await peer.send(noticeOfDisconnection('unavailable', 'restart'))
    else if (failing.by !== 'silence')
      await peer.send({ id, op: 'searchResultDone', ...result(failing.by) })
  }
}

/** Whether a search is the one that reads all of a naming context. */
function isPass({ filter, controls }: SearchRequest & Envelope): boolean {
  return filter.kind === 'present' && pagedResults.isIn(controls)
}

async function withServers<T>(
  handlers: Readonly<Record<string, Handler>>,
  work: (servers: Record<string, TestServer>) => Promise<T>,
): Promise<T> {
  const servers: Record<string, TestServer> = {}
  try {
    for (const [host, handler] of Object.entries(handlers))
      servers[host] = await startServer(handler)
    return await work(servers)
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()))
  }
}

const whole = await withServers({ [dc1]: controller(dc1, held.corp) }, (servers) =>
  collect(`ldap://${dc1}`, optionsFor(servers)),
)
const expected = contentsOf(whole)

suite('a controller that fails midway, and another one', () => {
  assert.equal(second.name.length > 0 && dc1 !== dc2, true)

  for (const by of [
    'dropping',
    'silence',
    'notice',
    'busy',
    'unavailable',
    'unwillingToPerform',
    'unavailableCriticalExtension',
    'sizeLimitExceeded',
  ] as const) {
    test(`by ${by}, wherever it happens: all is read, nothing twice, and it can be seen where from`, async () => {
      for (const atPage of by === 'silence' ? [6] : [1, 2, 4, 6, 8, 9]) {
        const seen = new Set<string>()
        const onProgress = ({ where }: Progress): void => void seen.add(where)
        const handlers = {
          [dc1]: controller(dc1, held.corp, { atPage, by, times: 100 }),
          [dc2]: controller(dc2, held.corp),
        }
        const snapshot = await withServers(handlers, (servers) =>
          collect(`ldap://${dc1}`, optionsFor(servers, { onProgress })),
        )
        assert.deepEqual(contentsOf(snapshot), expected, String(atPage))
        assert.deepEqual(gapsOf(snapshot), gapsOf(whole))
        assert.ok(seen.has(dc2), String(atPage))
      }
    })
  }

  test('the same controller goes on after a restart, with a new search and no old cookie', async () => {
    for (const by of ['dropping', 'unavailableCriticalExtension', 'busy'] as const) {
      const handlers = { [dc1]: controller(dc1, held.corp, { atPage: 7, by }) }
      const snapshot = await withServers(handlers, (servers) =>
        collect(`ldap://${dc1}`, optionsFor({ [dc1]: servers[dc1]!, [dc2]: { port: 1 } })),
      )
      assert.deepEqual(contentsOf(snapshot), expected)
    }
  })

  test('a search that nobody ends well keeps what was found and is a gap', async () => {
    const by = 'timeLimitExceeded'
    const handlers = {
      [dc1]: controller(dc1, held.corp, { atPage: 7, by, times: 100 }),
      [dc2]: controller(dc2, held.corp, { atPage: 1, by, times: 100 }),
    }
    const snapshot = await withServers(handlers, (servers) =>
      collect(`ldap://${dc1}`, optionsFor(servers)),
    )
    assert.ok(snapshot.count < whole.count && snapshot.count > 300, String(snapshot.count))
    assert.match(gapsOf(snapshot).join('\n'), /ended the search early: .*timeLimitExceeded/)
  })

  test('one that hangs is not waited for again', async () => {
    const handlers = {
      [dc1]: controller(dc1, held.corp, { atPage: 1, by: 'silence', times: 100 }),
      [dc2]: controller(dc2, held.corp),
    }
    await withServers(handlers, async (servers) => {
      const start = performance.now()
      assert.deepEqual(contentsOf(await collect(`ldap://${dc1}`, optionsFor(servers))), expected)
      const paged = servers[dc1]!.requests.filter(
        (request) => request.op === 'searchRequest' && isPass(request),
      )
      assert.equal(paged.length, 1)
      assert.ok(performance.now() - start < 10_000)
    })
  })

  test('a range that broke off is told, also when the controller fails afterwards', async () => {
    const usual = controller(dc1, held.corp)
    const lame: Handler = async (request, peer) => {
      const { id } = request
      if (request.op === 'searchRequest' && isPass(request) && request.baseObject === root) {
        if (pagedResults.find(request.controls)!.cookie.length > 0) return
        const objectName = `CN=many,CN=Users,${root}`
        const values = [Buffer.from(`CN=ann1,CN=Users,${root}`)]
        const attributes = [{ type: 'member;range=0-0', values }]
        await peer.send({ id, op: 'searchResultEntry', objectName, attributes })
        const controls = [pagedResults.of({ size: 0, cookie: Buffer.from('x') })]
        await peer.send({ id, op: 'searchResultDone', ...result(), controls })
      } else if (request.op === 'searchRequest' && /range=/.test(request.attributes[0] ?? '')) {
        await peer.send({ id, op: 'searchResultDone', ...result('noSuchObject') })
        setTimeout(() => peer.drop(), 100)
      } else await usual(request, peer)
    }
    const snapshot = await withServers(
      { [dc1]: lame, [dc2]: controller(dc2, held.corp) },
      (servers) => collect(`ldap://${dc1}`, optionsFor(servers)),
    )
    assert.equal(snapshot.count, whole.count)
    assert.match(gapsOf(snapshot).join('\n'), /member of "CN=many,.* ends before value 1/)
  })
})

suite('a controller that is busy when we come', () => {
  test('is asked again, and the account is not taken for refused', async () => {
    for (const op of ['bindRequest', 'searchRequest'] as const) {
      let times = 0
      const usual = controller(dc1, held.corp)
      const handler: Handler = async (request, peer) => {
        if (request.op !== op || ++times > 2) return usual(request, peer)
        const answer = op === 'bindRequest' ? 'bindResponse' : 'searchResultDone'
        await peer.send({ id: request.id, op: answer, ...result('busy') })
      }
      const snapshot = await withServers({ [dc1]: handler }, (servers) =>
        collect(`ldap://${dc1}`, optionsFor(servers)),
      )
      assert.deepEqual(contentsOf(snapshot), expected)
    }
  })

  test('and stays so is one clear error', async () => {
    const usual = controller(dc1, held.corp)
    const handler: Handler = async (request, peer) => {
      if (request.op !== 'bindRequest') return usual(request, peer)
      await peer.send({ id: request.id, op: 'bindResponse', ...result('unavailable') })
    }
    await withServers({ [dc1]: handler }, async (servers) => {
      const error = await failure(collect(`ldap://${dc1}`, optionsFor(servers)))
      assert.deepEqual([error.code, error.family], ['refused', 'reach'])
      assert.match(error.message, /Cannot sign in to .*unavailable/)
    })
  })

  test('one that answers a sign-in with a referral is not followed there', async () => {
    const handler: Handler = async (request, peer) => {
      const referral = ['ldap://127.0.0.1:1/']
      await peer.send({ id: request.id, op: 'bindResponse', ...result('referral', { referral }) })
    }
    await withServers({ [dc1]: handler }, async (servers) => {
      const error = await failure(collect(`ldap://${dc1}`, optionsFor(servers)))
      assert.equal(error.code, 'login')
      assert.equal(servers[dc1]!.connections, 1)
    })
  })
})

suite('several domains', () => {
  const hosts = { corp: dc1, emea: hostOf(emea.dn, 0), fabrikam: hostOf(tree, 0) }

  /** Replicas of a controller of each domain, each with what it holds. */
  async function withReplicas<T>(
    names: readonly (keyof typeof held)[],
    work: (servers: Record<string, { readonly port: number; readonly host: string }>) => Promise<T>,
  ): Promise<T> {
    const accounts = [{ name: 'reader@corp.example', password: await hashPassword(PASSWORD) }]
    const replicas = await Promise.all(
      names.map(async (name, index) => {
        const builder = new SnapshotBuilder()
        const rootDse = rootDseOf(hosts[name], held[name])
        builder.setRootDse(
          Object.entries(rootDse).map(([type, values]) => [
            type,
            values.map((value) => Buffer.from(value)),
          ]),
        )
        for (const [dn, attributes] of entriesOf(held[name])) builder.add(dn, attributes)
        const takenAt = new Date('2026-01-15T12:00:00Z')
        const snapshot = builder.build({ origin: { source: name, takenAt } })
        return openReplica({
          snapshot,
          accounts,
          host: `127.0.0.${index + 1}`,
          port: 0,
          requireTls: false,
        })
      }),
    )
    try {
      return await work(
        Object.fromEntries(
          names.map((name, index) => [
            hosts[name],
            { port: replicas[index]!.port!, host: replicas[index]!.host },
          ]),
        ),
      )
    } finally {
      await Promise.all(replicas.map((replica) => replica.close()))
    }
  }

  test('of one forest are read from their controllers, another tree when it was named too', async () => {
    await withReplicas(['corp', 'emea', 'fabrikam'], async (servers) => {
      const furtherTrees = ['fabrikam.example']
      const snapshot = await collect(`ldap://${dc1}`, optionsFor(servers, { furtherTrees }))
      assert.deepEqual(snapshot.domains.map(({ name }) => name).toSorted(), [
        'corp.example',
        'emea.corp.example',
        'fabrikam.example',
      ])
      assert.equal(snapshot.rootDomain?.name, 'corp.example')
      assert.deepEqual([...contentsOf(snapshot).keys()], [...everything.keys()].toSorted())
      assert.doesNotMatch(gapsOf(snapshot).join('\n'), /controller|read to its end|not taken/)
    })
  })

  test('of which one is not reachable, or not below the name that was given, are gaps with the reason', async () => {
    await withReplicas(['corp', 'fabrikam'], async (servers) => {
      const unreachable = { [hosts.emea]: { port: 1 } }
      const snapshot = await collect(`ldap://${dc1}`, optionsFor({ ...servers, ...unreachable }))
      const gaps = gapsOf(snapshot).join('\n')
      assert.match(
        gaps,
        /ldap-domain: DC=emea,DC=corp,DC=example: it could not be read to its end\. Cannot reach/,
      )
      assert.match(
        gaps,
        /ldap-domain: DC=fabrikam,DC=example: .*outside the domain tree that was named/,
      )
      assert.match(gaps, /ldap-dns: DC=DomainDnsZones,DC=emea/)
      assert.notEqual(snapshot.byDn(`CN=ann1,CN=Users,${root}`), undefined)
      assert.equal(snapshot.domains.length, 1)
    })
  })

  test('may be read from any of them: the root is found from a child', async () => {
    await withReplicas(['corp', 'emea'], async (servers) => {
      const snapshot = await collect(`ldap://${hosts.emea}`, optionsFor(servers))
      assert.deepEqual(snapshot.domains.map(({ name, isRoot }) => `${name} ${isRoot}`).toSorted(), [
        'corp.example true',
        'emea.corp.example false',
      ])
      assert.equal(snapshot.rootDomain?.name, 'corp.example')
    })
  })
})

test('the port of the global catalogue is refused: it has only a part of each object', async () => {
  for (const port of [3268, 3269]) {
    const error = await failure(collect(`ldaps://${dc1}:${port}`, optionsFor({})))
    assert.deepEqual([error.code, error.family], ['source', 'use'])
    assert.match(error.why, /global catalogue/)
  }
})
