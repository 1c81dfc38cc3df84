import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { connect as connectTls } from 'node:tls'
import { Client } from 'ldapts'
import { readSid, type Snapshot } from '#directory'
import { encode, extensionOids, LdapClient, type Message, parseFilter } from '#ldap'
import { makeCertificates } from '../../test/certificates.ts'
import { bindAs, codeOf, RawClient, searchBelow } from '../../test/raw-client.ts'
import { collect } from '../collect/index.ts'
import {
  hashPassword,
  openReplica,
  type Replica,
  type ReplicaError,
  type ReplicaOptions,
} from './index.ts'
import { forestCatalog, snapshotOf } from './testing.ts'

const run = promisify(execFile)
const goad = new URL('../../../shared/lab/goad-essos.ldif.gz', import.meta.url).pathname
const needsGoad = existsSync(goad) ? false : 'needs ../shared/lab/goad-essos.ldif.gz'
const needs = (path: string, debian: string) =>
  needsGoad || (existsSync(path) ? false : `needs Debian package ${debian}`)
const password = await hashPassword('Gl4cis-reader')
const accounts = [
  { name: 'missandei', password },
  { name: 'reader', password },
]
const base = 'DC=essos,DC=local'

const dir = await mkdtemp(join(tmpdir(), 'glacis-replica-'))
after(() => rm(dir, { recursive: true }))
const certificates = await makeCertificates(dir, ['DNS:localhost', 'IP:127.0.0.1'])
const tls = await certificates.of('good')

/** A replica that ends with the test that opened it. */
async function serve(
  options: Partial<ReplicaOptions> & Pick<ReplicaOptions, 'snapshot'>,
): Promise<Replica> {
  const replica = await openReplica({
    accounts,
    port: 0,
    onFault: (error) => faults.push(error),
    ...options,
  })
  replicas.push(replica)
  return replica
}

const replicas: Replica[] = []
const faults: unknown[] = []
after(async () => {
  await Promise.all(replicas.map((replica) => replica.close()))
  assert.deepEqual(faults, [])
})

describe('a real domain, seen by clients of others', { skip: needsGoad }, () => {
  let url = ''
  let tlsUrl = ''

  before(async () => {
    const replica = await serve({ snapshot: await collect(goad), tlsPort: 0, tls })
    url = `ldap://127.0.0.1:${replica.port}`
    tlsUrl = `ldaps://127.0.0.1:${replica.tlsPort}`
  })

  const env = {
    ...process.env,
    LDAPTLS_CACERT: certificates.caFile,
    LDAPNOINIT: undefined,
    LC_ALL: 'C',
  }

  /** Lines that `ldapsearch` prints, without comments and empty ones, and how it ended. */
  async function ldapsearch(...args: string[]): Promise<{ lines: string[]; code: number }> {
    const all = [
      '-LLL',
      '-x',
      '-o',
      'ldif-wrap=no',
      '-H',
      url,
      '-D',
      'missandei@essos.local',
      '-w',
      'Gl4cis-reader',
      ...args,
    ]
    const { stdout, code } = await run('ldapsearch', all, { env, maxBuffer: 1 << 28 }).then(
      (done) => ({ ...done, code: 0 }),
      (error: { stdout: string; code: number }) => error,
    )
    return {
      lines: stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
      code,
    }
  }

  const missing = needs('/usr/bin/ldapsearch', 'ldap-utils')

  test('ldapts signs in, pages through everything and reads values', async () => {
    const client = new Client({ url })
    await client.bind('ESSOS\\missandei', 'Gl4cis-reader')
    const { searchEntries, searchReferences } = await client.search(base, {
      filter: '(objectClass=*)',
      paged: { pageSize: 150 },
      attributes: ['cn'],
    })
    assert.equal(searchEntries.length, new Set(searchEntries.map(({ dn }) => dn)).size)
    assert.equal(searchEntries.length, 264)
    assert.equal(searchReferences.length, 3)
    const found = await client.search(base, {
      filter: '(sAMAccountName=sql_svc)',
      attributes: ['servicePrincipalName', 'objectSid', 'userAccountControl'],
      explicitBufferAttributes: ['objectSid'],
    })
    const [user] = found.searchEntries
    assert.deepEqual(user?.['servicePrincipalName'], [
      'MSSQLSvc/braavos.essos.local',
      'MSSQLSvc/braavos.essos.local:1433',
    ])
    assert.match(
      readSid(user['objectSid'] as Buffer),
      /^S-1-5-21-1757510637-1147777529-968741302-\d+$/,
    )
    assert.equal(
      await client.compare('CN=missandei,CN=Users,DC=essos,DC=local', 'givenName', 'MISSANDEI'),
      true,
    )
    await client.unbind()
  })

  test('ldapts is told of a wrong password, a missing object and a refused write as by a domain controller', async () => {
    const client = new Client({ url })
    await assert.rejects(client.bind('missandei@essos.local', 'wrong'), {
      code: 49,
      message: /data 52e, v4563/,
    })
    await assert.rejects(client.search(base, { scope: 'base' }), { code: 1, message: /^000004DC/ })
    await client.bind('missandei@essos.local', 'Gl4cis-reader')
    await assert.rejects(client.search(`OU=none,${base}`), {
      code: 32,
      message: /^0000208D: NameErr/,
    })
    await assert.rejects(client.del(`CN=missandei,CN=Users,${base}`), { code: 53 })
    await client.unbind()
  })

  test('ldapts speaks StartTLS and LDAPS', async () => {
    const client = new Client({ url })
    await client.startTLS({ ca: certificates.ca })
    await client.bind('reader@essos.local', 'Gl4cis-reader')
    assert.equal(
      (await client.search('', { scope: 'base', attributes: ['defaultNamingContext'] }))
        .searchEntries[0]?.['defaultNamingContext'],
      base,
    )
    await client.unbind()
    const secure = new Client({ url: tlsUrl, tlsOptions: { ca: certificates.ca } })
    await secure.bind('reader', 'Gl4cis-reader')
    const { searchReferences } = await secure.search(base, { scope: 'sub', filter: '(cn=none)' })
    assert.ok(searchReferences.includes('ldaps://essos.local/CN=Configuration,DC=essos,DC=local'))
    await secure.unbind()
  })

  test(
    'ldapsearch pages, and gets sizeLimitExceeded when it does not',
    { skip: missing },
    async () => {
      const paged = await ldapsearch(
        '-E',
        'pr=500/noprompt',
        '-b',
        `CN=Schema,CN=Configuration,${base}`,
        '(objectClass=attributeSchema)',
        '1.1',
      )
      assert.deepEqual([paged.code, paged.lines.length], [0, 1500])
      const whole = await ldapsearch(
        '-b',
        `CN=Schema,CN=Configuration,${base}`,
        '(objectClass=attributeSchema)',
        '1.1',
      )
      assert.deepEqual(
        [whole.code, whole.lines.filter((line) => line.startsWith('dn:')).length],
        [4, 1000],
      )
    },
  )

  test(
    'ldapsearch gets what filters, ranges, sorting and names ask for',
    { skip: missing },
    async () => {
      const users = await ldapsearch(
        '-E',
        'sss=-sAMAccountName',
        '-b',
        base,
        '(&(objectCategory=person)(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
        'sAMAccountName',
      )
      const accountsFound = users.lines
        .filter((line) => line.startsWith('sAMAccountName:'))
        .map((line) => line.slice('sAMAccountName: '.length))
      assert.deepEqual(accountsFound, [
        'viserys.targaryen',
        'vagrant',
        'sql_svc',
        'SEVENKINGDOMS$',
        'missandei',
        'khal.drogo',
        'jorah.mormont',
        'drogon',
        'daenerys.targaryen',
        'Administrator',
      ])
      const preauth = await ldapsearch(
        '-b',
        base,
        '(userAccountControl:1.2.840.113556.1.4.803:=4194304)',
        'cn',
      )
      assert.ok(preauth.lines.includes('cn: missandei'))
      const member = await ldapsearch(
        '-b',
        base,
        '(&(objectClass=group)(member=*))',
        'member;range=0-0',
      )
      assert.ok(
        member.lines.every(
          (line) => !line.startsWith('member') || /^member;range=0-(0|\*):/.test(line),
        ),
      )
      const nested = await ldapsearch(
        '-b',
        base,
        `(memberOf:1.2.840.113556.1.4.1941:=CN=Administrators,CN=Builtin,${base})`,
        'sAMAccountName',
      )
      assert.ok(nested.lines.includes('sAMAccountName: daenerys.targaryen'))
      const anr = await ldapsearch('-b', base, '(anr=khal)', '1.1')
      assert.deepEqual(
        anr.lines.filter((line) => line.startsWith('dn:')),
        [`dn: CN=khal.drogo,CN=Users,${base}`],
      )
    },
  )

  test(
    'ldapsearch is answered over TLS, and refused a password without it where that is required',
    { skip: missing },
    async () => {
      const { stdout } = await run(
        'ldapwhoami',
        ['-x', '-ZZ', '-H', url, '-D', `CN=missandei,CN=Users,${base}`, '-w', 'Gl4cis-reader'],
        { env },
      )
      assert.equal(stdout.trim(), 'u:ESSOS\\missandei')
      const strict = await serve({ snapshot: forestCatalog().snapshot, requireTls: true, tls })
      const refused = run(
        'ldapwhoami',
        ['-x', '-H', `ldap://127.0.0.1:${strict.port}`, '-D', 'reader', '-w', 'Gl4cis-reader'],
        { env },
      )
      await assert.rejects(refused, { code: 8, stderr: /00002028: LdapErr/ })
    },
  )

  test(
    'ldapdomaindump writes the domain it would write of the real one',
    { skip: needs('/usr/bin/ldapdomaindump', 'python3-ldapdomaindump'), timeout: 60_000 },
    async () => {
      const out = join(dir, 'dump')
      await run(
        'ldapdomaindump',
        ['-u', 'ESSOS\\missandei', '-p', 'Gl4cis-reader', '-at', 'SIMPLE', '-o', out, url],
        { env },
      )
      const read = async (name: string) =>
        JSON.parse(await readFile(join(out, `${name}.json`), 'utf8')) as {
          attributes: Record<string, unknown[]>
        }[]
      const users = await read('domain_users')
      const missandei = users.find(
        ({ attributes }) => attributes['sAMAccountName']?.[0] === 'missandei',
      )
      assert.deepEqual(missandei?.attributes['userAccountControl'], [4260352])
      assert.deepEqual(missandei.attributes['objectSid'], [
        'S-1-5-21-1757510637-1147777529-968741302-1116',
      ])
      const computers = await read('domain_computers')
      assert.ok(
        computers.some(
          ({ attributes }) => attributes['dNSHostName']?.[0] === 'meereen.essos.local',
        ),
      )
      const policy = await read('domain_policy')
      assert.deepEqual(policy[0]?.attributes['ms-DS-MachineAccountQuota'], [10])
      const trusts = await read('domain_trusts')
      assert.deepEqual(
        trusts.map(({ attributes }) => attributes['cn']?.[0]),
        ['sevenkingdoms.local'],
      )
    },
  )

  test(
    "python's ldap3 reads schema, information, pages and ranges",
    { skip: needs('/usr/lib/python3/dist-packages/ldap3', 'python3-ldap3'), timeout: 60_000 },
    async () => {
      const script = `
import json, sys, ldap3
server = ldap3.Server(sys.argv[1], get_info=ldap3.ALL)
c = ldap3.Connection(server, 'missandei@essos.local', 'Gl4cis-reader', auto_bind=True)
base = 'DC=essos,DC=local'
c.search(base, '(sAMAccountName=missandei)', attributes=['*'])
user = [e for e in c.response if e['type'] == 'searchResEntry'][0]
paged = list(c.extend.standard.paged_search(base, '(objectClass=*)', attributes=['cn'], paged_size=99))
who = c.extend.standard.who_am_i()
c.modify(base, {'description': [(ldap3.MODIFY_REPLACE, ['x'])]})
print(json.dumps({
  'contexts': server.info.naming_contexts, 'types': len(server.schema.attribute_types), 'classes': len(server.schema.object_classes),
  'syntax': server.schema.attribute_types['member'].syntax, 'sid': user['attributes']['objectSid'], 'uac': user['attributes']['userAccountControl'],
  'created': str(user['attributes']['whenCreated']), 'paged': len([e for e in paged if e['type'] == 'searchResEntry']),
  'who': who, 'refused': c.result['description'],
}))`
      const { stdout } = await run('/usr/bin/python3', ['-c', script, url], { env })
      const { paged, ...seen } = JSON.parse(stdout) as Record<string, unknown>
      assert.deepEqual(seen, {
        contexts: [
          base,
          `CN=Configuration,${base}`,
          `CN=Schema,CN=Configuration,${base}`,
          `DC=DomainDnsZones,${base}`,
          `DC=ForestDnsZones,${base}`,
        ],
        types: 1500,
        classes: 269,
        syntax: '1.3.6.1.4.1.1466.115.121.1.12',
        sid: 'S-1-5-21-1757510637-1147777529-968741302-1116',
        uac: 4260352,
        created: '2024-01-03 13:02:13+00:00',
        who: 'u:ESSOS\\missandei',
        refused: 'unwillingToPerform',
      })
      assert.equal(paged, 264)
    },
  )

  test('our own client reads from it as it would from a domain controller', async () => {
    const [, , port] = url.split(':')
    const client = await LdapClient.connect({
      host: '127.0.0.1',
      port: Number(port),
      security: 'startTls',
      tls: { ca: certificates.ca.toString() },
    })
    assert.equal((await client.bind('reader', 'Gl4cis-reader')).resultCode, 'success')
    assert.equal(await client.whoAmI(), 'u:ESSOS\\reader')
    let count = 0
    for await (const found of client.searchPaged(
      { baseObject: `CN=Configuration,${base}`, filter: '(objectClass=*)', attributes: ['cn'] },
      { pageSize: 250 },
    )) {
      if (found.op === 'searchResultEntry') count++
    }
    assert.equal(count, 1884)
    await client.close()
  })
})

const bind = (id: number, secret = 'Gl4cis-reader') => bindAs(id, 'reader', secret)
const searching = (id: number, more: Parameters<typeof searchBelow>[2] = {}) =>
  searchBelow(corp, id, more)
const corp = 'DC=corp,DC=example'
const ends = (count: number) => (heard: readonly Message[]) =>
  heard.filter(({ op }) => op === 'searchResultDone').length >= count

/** 100 objects of 256 KiB each, which a snapshot holds once. */
function heavy(): Snapshot {
  const photo = Buffer.alloc(256 * 1024, 7)
  const objects = Object.fromEntries(
    Array.from({ length: 100 }, (_, n) => [
      `CN=o${n},${corp}`,
      { objectClass: ['top', 'user'], cn: `o${n}`, jpegPhoto: photo },
    ]),
  )
  return snapshotOf({ [corp]: { objectClass: ['top', 'domainDNS'], instanceType: 5 }, ...objects })
}

describe('connections', () => {
  let small: Replica
  let port = 0

  before(async () => {
    small = await serve({ snapshot: forestCatalog().snapshot, tls, limits: { requestMs: 300 } })
    port = small.port!
  })

  test('requests sent together are answered in order, a search after its bind', async () => {
    const raw = new RawClient(port)
    raw.say(
      searching(1),
      bind(2, 'wrong'),
      searching(3),
      bind(4),
      searching(5, { scope: 'baseObject' }),
    )
    await raw.until((heard) => heard.length >= 6)
    assert.deepEqual(
      raw.heard.map((message) => [message.id, codeOf(message)]),
      [
        [1, 'operationsError'],
        [2, 'invalidCredentials'],
        [3, 'operationsError'],
        [4, 'success'],
        [5, 'searchResultEntry'],
        [5, 'success'],
      ],
    )
    raw.say({ id: 6, op: 'unbindRequest' })
    await raw.until(() => raw.isClosed)
  })

  for (const [what, octets] of Object.entries({
    'what is no BER': Buffer.from('GET / HTTP/1.0\r\n\r\n'),
    'a message that is not LDAP': Buffer.from('3003020101', 'hex'),
    'a message larger than may be': Buffer.from('308400100000', 'hex'),
    'an answer': Buffer.from(
      encode({
        id: 3,
        op: 'searchResultDone',
        resultCode: 'success',
        matchedDN: '',
        diagnosticMessage: '',
      }),
    ),
    'a request with the id 0': Buffer.from(encode({ id: 0, op: 'delRequest', entry: 'CN=x' })),
  })) {
    test(`${what} is answered with a notice of disconnection`, async () => {
      const raw = new RawClient(port)
      raw.socket.write(octets)
      await raw.until(() => raw.isClosed)
      const [notice, ...more] = raw.heard
      assert.deepEqual(more, [])
      assert.equal(codeOf(notice), 'protocolError')
      assert.equal(notice?.id, 0)
      assert.equal(
        notice.op === 'extendedResponse' && notice.responseName,
        extensionOids.noticeOfDisconnection,
      )
    })
  }

  test('a request that is whole but not understood is answered, and the connection goes on', async () => {
    const raw = new RawClient(port)
    const rootDse = encode(searching(2, { baseObject: '', scope: 'baseObject' }))
    const scopeAt = Buffer.from(rootDse).indexOf('0a0100', 0, 'hex') + 2
    raw.socket.write(rootDse.with(scopeAt, 9))
    raw.socket.write(Buffer.from('300c02010360070201030400a500', 'hex'))
    const attributes = Array.from({ length: 10_001 }, () => '')
    raw.say(searching(4, { attributes }))
    raw.say({ id: 5, op: 'extendedRequest', requestName: extensionOids.whoAmI })
    await raw.until((heard) => heard.length >= 4)
    assert.deepEqual(
      raw.heard.map((message) => [message.id, message.op, codeOf(message)]),
      [
        [2, 'searchResultDone', 'protocolError'],
        [3, 'bindResponse', 'authMethodNotSupported'],
        [4, 'searchResultDone', 'adminLimitExceeded'],
        [5, 'extendedResponse', 'success'],
      ],
    )
    raw.drop()
  })

  test('a bind that is not understood ends an earlier sign-in', async () => {
    const raw = new RawClient(port)
    await raw.signIn('reader', 'Gl4cis-reader')
    raw.socket.write(Buffer.from('300c02010260070201030400a500', 'hex'))
    raw.say(searching(3))
    await raw.until((heard) => heard.length >= 2)
    assert.deepEqual(raw.heard.map(codeOf), ['authMethodNotSupported', 'operationsError'])
    raw.drop()
  })

  test('messages of megabytes are read once somebody is signed in', async () => {
    const raw = new RawClient(port)
    await raw.signIn('reader', 'Gl4cis-reader')
    raw.say({
      id: 2,
      op: 'compareRequest',
      entry: corp,
      attribute: 'cn',
      value: Buffer.alloc(3_000_000, 65),
    })
    await raw.until((heard) => heard.length > 0)
    assert.equal(codeOf(raw.heard[0]), 'noSuchAttribute')
    raw.socket.destroy()
  })

  test('half a request is given up after its time, however it trickles in', async () => {
    const raw = new RawClient(port)
    const octets = encode(bind(1))
    const started = performance.now()
    for (const octet of octets) {
      if (raw.isClosed) break
      raw.socket.write(Uint8Array.of(octet))
      await sleep(20)
    }
    await raw.until(() => raw.isClosed)
    assert.ok(raw.isClosed && raw.heard.length === 0)
    assert.ok(performance.now() - started >= 290)
  })

  test('whoever says nothing is closed after its time', async () => {
    const { snapshot } = forestCatalog()
    const hasty = await serve({ snapshot, limits: { idleBeforeBindMs: 100 } })
    const raw = new RawClient(hasty.port!)
    await raw.until(() => raw.isClosed)
    const patient = await serve({ snapshot, limits: { idleMs: 300 } })
    const bound = new RawClient(patient.port!)
    await bound.signIn('reader', 'Gl4cis-reader')
    const since = performance.now()
    await bound.until(() => bound.isClosed)
    assert.ok(performance.now() - since > 250)
  })

  test('octets sent on after StartTLS and before the handshake end the connection', async () => {
    const raw = new RawClient(port)
    raw.say({ id: 1, op: 'extendedRequest', requestName: extensionOids.startTls }, searching(2))
    await raw.until(() => raw.isClosed)
    assert.equal(
      raw.heard.some(({ op }) => op === 'searchResultEntry'),
      false,
    )
    assert.equal(codeOf(raw.heard.at(-1)), 'protocolError')
  })

  test('a handshake that does not come is not waited for', async () => {
    const raw = new RawClient(port)
    raw.say({ id: 1, op: 'extendedRequest', requestName: extensionOids.startTls })
    await raw.until((heard) => heard.length > 0)
    assert.equal(codeOf(raw.heard[0]), 'success')
    await raw.until(() => raw.isClosed)
    assert.ok(raw.isClosed)
  })

  test('when there are too many, the oldest stranger has to go, and who is signed in stays', async () => {
    const narrow = await serve({ snapshot: forestCatalog().snapshot, limits: { connections: 2 } })
    const [member, stranger] = [new RawClient(narrow.port!), new RawClient(narrow.port!)]
    await member.signIn('reader', 'Gl4cis-reader')
    const third = new RawClient(narrow.port!)
    await stranger.until(() => stranger.isClosed)
    await third.signIn('reader', 'Gl4cis-reader')
    const fourth = new RawClient(narrow.port!)
    await fourth.until(() => fourth.isClosed)
    assert.ok(!member.isClosed && !third.isClosed)
    for (const raw of [member, third]) raw.socket.destroy()
  })

  test('of too many, those from the same address have to go first', async () => {
    const narrow = await serve({ snapshot: forestCatalog().snapshot, limits: { connections: 3 } })
    const oldest = new RawClient(narrow.port!)
    await once(oldest.socket, 'connect')
    const flood: RawClient[] = []
    for (let n = 0; n < 10; n++) {
      flood.push(new RawClient(narrow.port!, '127.0.0.2'))
      await once(flood.at(-1)!.socket, 'connect')
    }
    await flood[7]!.until(() => flood[7]!.isClosed)
    await oldest.signIn('reader', 'Gl4cis-reader')
    for (const raw of [oldest, ...flood]) raw.drop()
  })

  test('large requests whose end is missing are kept for some, the others are told that there is no room', async () => {
    const patient = await serve({ snapshot: forestCatalog().snapshot })
    const begun = encode(bindAs(1, 'x'.repeat(200_000), 'x')).subarray(0, -1)
    const many = Array.from({ length: 400 }, () => new RawClient(patient.port!))
    for (const raw of many) raw.socket.write(begun)
    const isHeard = ({ heard }: RawClient) => heard.length > 0
    await many[0]!.until(() => many.some(isHeard))
    assert.equal(codeOf(many.find(isHeard)?.heard[0]), 'busy')
    const next = new RawClient(patient.port!)
    await next.signIn('reader', 'Gl4cis-reader')
    for (const raw of [...many, next]) raw.drop()
  })

  test('closing tells every client and ends', async () => {
    const other = await serve({ snapshot: forestCatalog().snapshot, tlsPort: 0, tls })
    const raw = new RawClient(other.port!)
    await raw.signIn('reader', 'Gl4cis-reader')
    const secure = connectTls({ port: other.tlsPort!, host: '127.0.0.1', ca: certificates.ca })
    await once(secure, 'secureConnect')
    secure.resume()
    await other.close()
    await raw.until(() => raw.isClosed)
    assert.equal(codeOf(raw.heard[0]), 'unavailable')
    await assert.rejects(once(connect(other.port!, '127.0.0.1'), 'connect'), {
      code: 'ECONNREFUSED',
    })
  })

  test('an abandoned search stops without another word, and the connection goes on', async () => {
    const big = await serve({ snapshot: heavy() })
    const raw = new RawClient(big.port!)
    await raw.signIn('reader', 'Gl4cis-reader')
    raw.say(searching(2, { attributes: ['jpegPhoto'] }))
    await raw.until((heard) => heard.length > 3)
    raw.say({ id: 3, op: 'abandonRequest', messageId: 2 }, searching(4, { scope: 'baseObject' }))
    await raw.until((heard) => heard.some(({ id, op }) => id === 4 && op === 'searchResultDone'))
    const entries = raw.heard.filter(({ id }) => id === 2)
    await sleep(50)
    assert.ok(entries.length < 100 && entries.every(({ op }) => op === 'searchResultEntry'))
    assert.equal(raw.heard.filter(({ id }) => id === 2).length, entries.length)
    raw.socket.destroy()
  })

  test('a search is ended by its time limit, with what was found until then', async () => {
    let time = 0
    const slow = await serve({ snapshot: heavy(), now: () => new Date((time += 100)) })
    const raw = new RawClient(slow.port!)
    await raw.signIn('reader', 'Gl4cis-reader')
    raw.say(searching(2, { attributes: ['jpegPhoto'], timeLimit: 1 }))
    await raw.until(ends(1))
    assert.equal(codeOf(raw.heard.at(-1)), 'timeLimitExceeded')
    assert.ok(raw.heard.length > 1 && raw.heard.length < 60)
    raw.socket.destroy()
  })

  test('a client that does not read costs no memory, and later gets everything', async () => {
    const big = await serve({ snapshot: heavy(), limits: { operations: 6 } })
    const raw = new RawClient(big.port!)
    await raw.signIn('reader', 'Gl4cis-reader')
    raw.socket.pause()
    const earlier = process.memoryUsage()
    raw.say(...Array.from({ length: 8 }, (_, n) => searching(n + 2, { attributes: ['jpegPhoto'] })))
    await sleep(400)
    const { arrayBuffers, external } = process.memoryUsage()
    // Answers of 25 MB each wait. Each search may have a batch in hand.
    assert.ok(arrayBuffers + external - earlier.arrayBuffers - earlier.external < 40_000_000)
    raw.socket.resume()
    await raw.until(ends(8))
    const codes = raw.heard
      .filter(({ op }) => op === 'searchResultDone')
      .map((message) => codeOf(message))
    assert.equal(codes.filter((one) => one === 'success').length === 6, true)
    assert.ok(codes.every((one) => one === 'success' || one === 'busy'))
    raw.socket.destroy()
  })

  test('a long search lets others have their turn', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60_000 }, (_, n) => [
        `CN=o${n},${corp}`,
        { objectClass: ['top', 'user'], cn: `o${n}`, description: `text ${n}` },
      ]),
    )
    const wide = await serve({
      snapshot: snapshotOf({
        [corp]: { objectClass: ['top', 'domainDNS'], instanceType: 5 },
        ...many,
      }),
    })
    const one = new RawClient(wide.port!)
    const other = new RawClient(wide.port!)
    await Promise.all([
      one.signIn('reader', 'Gl4cis-reader'),
      other.signIn('reader', 'Gl4cis-reader'),
    ])
    const filter = parseFilter(`(&${'(!(description=*none*))'.repeat(40)}(cn=none))`)
    one.say(searching(2, { filter }))
    await sleep(5)
    other.say(searching(2, { scope: 'baseObject' }))
    await Promise.all([
      one.until(ends(1)),
      other.until(ends(1)).then(() => assert.equal(one.heard.length, 0)),
    ])
    for (const raw of [one, other]) raw.socket.destroy()
  })
})

describe('opening', () => {
  const { snapshot } = forestCatalog()
  const refused = (options: Partial<ReplicaOptions>, expected: ReplicaError['code']) =>
    assert.rejects(openReplica({ snapshot, accounts, ...options }), (error: ReplicaError) => {
      assert.equal(error.code, expected)
      assert.ok(error.message.length > 10 && error.tryThis.length > 10)
      return true
    })

  test('nothing to listen on, no certificate beyond this machine or for LDAPS, and a port in use are refused', async () => {
    await refused({}, 'no-listener')
    await refused({ port: 0, host: '0.0.0.0' }, 'tls-needed')
    await refused({ tlsPort: 0 }, 'tls-needed')
    await refused({ tlsPort: 0, tls: { key: tls.key, cert: 'no PEM' } }, 'bad-certificate')
    const taken = await serve({ snapshot })
    await refused({ port: taken.port! }, 'cannot-listen')
    await refused({ port: 0, host: 'no.such.host.invalid' }, 'cannot-listen')
  })

  test('beyond this machine passwords are only taken over TLS', async () => {
    const wide = await serve({ snapshot, host: '0.0.0.0', tls })
    const raw = new RawClient(wide.port!)
    raw.say(bind(1))
    await raw.until((heard) => heard.length > 0)
    assert.equal(codeOf(raw.heard[0]), 'strongerAuthRequired')
    raw.socket.destroy()
  })

  test('an account that is there twice, and a password that is no hash, are refused', async () => {
    await refused(
      { port: 0, accounts: [...accounts, { name: 'CORP\\reader', password }] },
      'bad-account',
    )
    await refused({ port: 0, accounts: [{ name: 'x', password: 'clear text' }] }, 'bad-account')
  })

  test('a hash is different each time and holds no password', async () => {
    const [one, two] = await Promise.all([hashPassword('same'), hashPassword('same')])
    assert.notEqual(one, two)
    assert.match(one, /^scrypt\$16384\$8\$1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/)
  })
})
