import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { connect as connectTls } from 'node:tls'
import { Client } from 'ldapts'
import { readSid, type Snapshot } from '#directory'
import {
  decode,
  encode,
  extensionOids,
  Framer,
  LdapClient,
  type Message,
  parseFilter,
  type RequestMessage,
} from '#ldap'
import { makeCertificates } from '../../test/certificates.ts'
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

/** A connection that says and hears LDAP messages as they are. */
class Raw {
  readonly socket: Socket
  readonly heard: Message[] = []
  readonly #framer = new Framer(1 << 26)
  #wake = () => {}
  isClosed = false

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
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

  async until(isEnough: (heard: readonly Message[]) => boolean): Promise<void> {
    const deadline = Date.now() + 10_000
    while (!isEnough(this.heard) && !this.isClosed) {
      if (Date.now() > deadline)
        throw new Error(`heard only ${this.heard.map(({ op }) => op).join(' ')}`)
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), sleep(50)])
    }
  }

  async signIn(): Promise<void> {
    this.say(bind(1))
    await this.until((heard) => heard.length > 0)
    assert.equal(code(this.heard[0]), 'success')
    this.heard.length = 0
  }
}

const code = (message: Message | undefined) =>
  message !== undefined && 'resultCode' in message ? message.resultCode : message?.op
const bind = (id: number, secret = 'Gl4cis-reader'): RequestMessage => ({
  id,
  op: 'bindRequest',
  version: 3,
  name: 'reader',
  authentication: { method: 'simple', password: Buffer.from(secret) },
})
const searching = (id: number, more: object = {}): RequestMessage => ({
  id,
  op: 'searchRequest',
  baseObject: corp,
  scope: 'wholeSubtree',
  derefAliases: 'neverDerefAliases',
  sizeLimit: 0,
  timeLimit: 0,
  typesOnly: false,
  filter: parseFilter('(objectClass=*)'),
  attributes: ['1.1'],
  ...more,
})
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
    const raw = new Raw(port)
    raw.say(
      searching(1),
      bind(2, 'wrong'),
      searching(3),
      bind(4),
      searching(5, { scope: 'baseObject' }),
    )
    await raw.until((heard) => heard.length >= 6)
    assert.deepEqual(
      raw.heard.map((message) => [message.id, code(message)]),
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
      const raw = new Raw(port)
      raw.socket.write(octets)
      await raw.until(() => raw.isClosed)
      const [notice, ...more] = raw.heard
      assert.deepEqual(more, [])
      assert.equal(code(notice), 'protocolError')
      assert.equal(notice?.id, 0)
      assert.equal(
        notice.op === 'extendedResponse' && notice.responseName,
        extensionOids.noticeOfDisconnection,
      )
    })
  }

  test('messages of megabytes are read once somebody is signed in', async () => {
    const raw = new Raw(port)
    await raw.signIn()
    raw.say({
      id: 2,
      op: 'compareRequest',
      entry: corp,
      attribute: 'cn',
      value: Buffer.alloc(3_000_000, 65),
    })
    await raw.until((heard) => heard.length > 0)
    assert.equal(code(raw.heard[0]), 'noSuchAttribute')
    raw.socket.destroy()
  })

  test('half a request is given up after its time, however it trickles in', async () => {
    const raw = new Raw(port)
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
    const quick = await serve({
      snapshot: forestCatalog().snapshot,
      limits: { idleBeforeBindMs: 100, idleMs: 300 },
    })
    const raw = new Raw(quick.port!)
    await raw.until(() => raw.isClosed)
    const bound = new Raw(quick.port!)
    await bound.signIn()
    await sleep(200)
    assert.equal(bound.isClosed, false)
    await bound.until(() => bound.isClosed)
  })

  test('octets sent on after StartTLS and before the handshake end the connection', async () => {
    const raw = new Raw(port)
    raw.say({ id: 1, op: 'extendedRequest', requestName: extensionOids.startTls }, searching(2))
    await raw.until(() => raw.isClosed)
    assert.equal(
      raw.heard.some(({ op }) => op === 'searchResultEntry'),
      false,
    )
    assert.equal(code(raw.heard.at(-1)), 'protocolError')
  })

  test('a handshake that does not come is not waited for', async () => {
    const raw = new Raw(port)
    raw.say({ id: 1, op: 'extendedRequest', requestName: extensionOids.startTls })
    await raw.until((heard) => heard.length > 0)
    assert.equal(code(raw.heard[0]), 'success')
    await raw.until(() => raw.isClosed)
    assert.ok(raw.isClosed)
  })

  test('more connections than may be are closed as they come', async () => {
    const narrow = await serve({ snapshot: forestCatalog().snapshot, limits: { connections: 2 } })
    const first = [new Raw(narrow.port!), new Raw(narrow.port!)]
    await Promise.all(first.map((raw) => once(raw.socket, 'connect')))
    await sleep(50)
    const third = new Raw(narrow.port!)
    await third.until(() => third.isClosed)
    assert.ok(third.isClosed)
    assert.ok(first.every((raw) => !raw.isClosed))
    for (const raw of first) raw.socket.destroy()
  })

  test('closing tells every client and ends', async () => {
    const other = await serve({ snapshot: forestCatalog().snapshot, tlsPort: 0, tls })
    const raw = new Raw(other.port!)
    await raw.signIn()
    const secure = connectTls({ port: other.tlsPort!, host: '127.0.0.1', ca: certificates.ca })
    await once(secure, 'secureConnect')
    secure.resume()
    await other.close()
    await raw.until(() => raw.isClosed)
    assert.equal(code(raw.heard[0]), 'unavailable')
    await assert.rejects(once(connect(other.port!, '127.0.0.1'), 'connect'), {
      code: 'ECONNREFUSED',
    })
  })

  test('an abandoned search stops without another word, and the connection goes on', async () => {
    const big = await serve({ snapshot: heavy() })
    const raw = new Raw(big.port!)
    await raw.signIn()
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
    const raw = new Raw(slow.port!)
    await raw.signIn()
    raw.say(searching(2, { attributes: ['jpegPhoto'], timeLimit: 1 }))
    await raw.until(ends(1))
    assert.equal(code(raw.heard.at(-1)), 'timeLimitExceeded')
    assert.ok(raw.heard.length > 1 && raw.heard.length < 60)
    raw.socket.destroy()
  })

  test('a client that does not read costs no memory, and later gets everything', async () => {
    const big = await serve({ snapshot: heavy(), limits: { operations: 6 } })
    const raw = new Raw(big.port!)
    await raw.signIn()
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
      .map((message) => code(message))
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
    const one = new Raw(wide.port!)
    const other = new Raw(wide.port!)
    await Promise.all([one.signIn(), other.signIn()])
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
    const raw = new Raw(wide.port!)
    raw.say(bind(1))
    await raw.until((heard) => heard.length > 0)
    assert.equal(code(raw.heard[0]), 'strongerAuthRequired')
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
