/**
 * Attacks on a replica that serves 100,000 objects, by those who have a password and those who have none. Meanwhile a
 * client that means well must go on getting right answers, memory must stay within bounds, and in the end Ctrl-C must end
 * the process as it always does.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import {
  type Control,
  encode,
  extensionOids,
  type Filter,
  LdapClient,
  pagedResults,
  parseFilter,
  type RequestMessage,
  sort,
  sortResponse,
} from '#ldap'
import { hashPassword, openReplica, type Replica } from '#replica'
import { anyMessage, operationNames } from '../src/ldap/testing.ts'
import { forestCatalog } from '../src/replica/testing.ts'
import { makeCertificates } from './certificates.ts'
import { bindAs, codeOf, RawClient, searchBelow } from './raw-client.ts'

const base = 'DC=corp,DC=example'
const crowd = `OU=Crowd,${base}`
const objects = 100_000
const members = 20_000
const password = 'Gl4cis-reader'
const text = (value: string) => new Uint8Array(Buffer.from(value))

/** Memory in MB that the process may take beyond what it has when it begins to serve. */
const mostGrowthMb = 600

describe('a replica under attack', { timeout: 120_000 }, () => {
  let dir = ''
  let child: ChildProcess
  let said = ''
  let port = 0
  let tlsPort = 0
  let restMb = 0
  let wellMeaning: WellMeaning
  const attackers: RawClient[] = []

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'glacis-replica-attack-'))
    const ldif = join(dir, 'crowd.ldif')
    await pipeline(Readable.from(forest()), createWriteStream(ldif))
    await writeFile(join(dir, 'password'), password, { mode: 0o600 })
    const { certFile, keyFile } = await (await makeCertificates(dir, ['IP:127.0.0.1'])).of('good')
    child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, '../src/cli/main.ts'),
        ...`replica ${ldif} --listen 127.0.0.1:0 --listen-tls 127.0.0.1:0`.split(' '),
        ...`--tls-cert ${certFile} --tls-key ${keyFile}`.split(' '),
        ...`--bind-user reader --bind-password-file ${join(dir, 'password')}`.split(' '),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
    while (!/ldaps:.*\n/.test(said)) {
      assert.equal(child.exitCode, null, said)
      await sleep(50)
    }
    port = Number(/ldap:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1])
    tlsPort = Number(/ldaps:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1])
    wellMeaning = await WellMeaning.connect(port)
    restMb = await residentMb(child)
  })

  after(async () => {
    for (const client of attackers) client.drop()
    child.kill('SIGKILL')
    await rm(dir, { recursive: true })
  })

  /** An attacker without a password, or with one. */
  function attacker(from?: string): RawClient {
    const client = new RawClient(port, from)
    attackers.push(client)
    return client
  }

  async function insider(): Promise<RawClient> {
    const client = attacker()
    await client.signIn('reader', password)
    return client
  }

  /** Does something bad while the well-meaning client goes on asking; then looks at what it took. */
  async function attack(doIt: () => Promise<void>): Promise<void> {
    const answered = wellMeaning.answers
    await doIt()
    // However quick the attack was, what came of it must not stop others.
    await wellMeaning.until(answered + 5)
    const grownMb = (await residentMb(child)) - restMb
    assert.ok(grownMb < mostGrowthMb, `${grownMb} MB more than at rest`)
    for (const client of attackers.splice(0)) client.drop()
  }

  test('more connections than there may be: strangers give way, whoever signs in is served', async () => {
    await attack(async () => {
      const many: RawClient[] = []
      while (many.length < 5200) {
        const more = Array.from({ length: 400 }, () => attacker('127.0.0.3'))
        await Promise.all(more.map(({ socket }) => once(socket, 'connect')))
        many.push(...more)
      }
      const late = await insider()
      const found = await late.ask(searchBelow(base, 2, { scope: 'baseObject' }))
      assert.equal(codeOf(found), 'success')
      await eventually(() => many.some(({ isClosed }) => isClosed))
      assert.ok(many.filter(({ isClosed }) => isClosed).length < 500)
    })
  })

  test('handshakes that never come to an end', async () => {
    await attack(async () => {
      // The beginning of a ClientHello of TLS.
      const hello = Buffer.from('1603010200010001fc0303', 'hex')
      for (let n = 0; n < 500; n++) {
        const client = new RawClient(tlsPort, '127.0.0.3')
        client.socket.write(hello.subarray(0, n % (hello.length + 1)))
        attackers.push(client)
      }
      for (let n = 0; n < 500; n++) {
        attacker('127.0.0.3').say({
          id: 1,
          op: 'extendedRequest',
          requestName: extensionOids.startTls,
        })
      }
      await sleep(500)
    })
  })

  test('requests that trickle in, and large ones of which the end is missing', async () => {
    await attack(async () => {
      const slow = Array.from({ length: 300 }, () => attacker('127.0.0.3'))
      const large = Array.from({ length: 600 }, () => attacker('127.0.0.3'))
      const begun = encode(bindAs(1, 'x'.repeat(200_000), 'x')).subarray(0, -1)
      for (const client of large) client.socket.write(begun)
      for (const octet of encode(bindAs(1, 'reader', password)).subarray(0, 20)) {
        for (const client of slow) client.socket.write(Uint8Array.of(octet))
        await sleep(20)
      }
      assert.ok(slow.every(({ heard }) => heard.length === 0))
      // Some are told that there is no room for so many.
      await eventually(() => large.some(({ heard }) => codeOf(heard[0]) === 'busy'))
    })
  })

  test('readers that read nothing', async () => {
    await attack(async () => {
      const clients = await Promise.all(Array.from({ length: 20 }, insider))
      for (const client of clients) {
        client.socket.pause()
        for (let id = 2; id < 22; id++) {
          client.say(
            searchBelow(base, id, {
              attributes: ['*'],
              controls: [pagedResults.of({ size: 1000, cookie: new Uint8Array() })],
            }),
          )
        }
      }
      await sleep(1000)
    })
  })

  test('filters of any depth and breadth are refused, or worked upon while others have their turn', async () => {
    await attack(async () => {
      for (const filter of [nested(0xa0, 100_000), nested(0xa2, 100_000), wide(100_000)]) {
        const client = await insider()
        client.socket.write(searchWith(filter))
        assert.equal(codeOf(await client.ask(whoAmI(3))), 'success')
        assert.equal(codeOf(client.heard[0]), 'adminLimitExceeded')
      }
      const costly: Filter[] = [
        // Nothing helps but to look at everything, and every part is false.
        { kind: 'or', filters: Array.from({ length: 16_000 }, (_, n) => containing(`none${n}`)) },
        parseFilter(`(&${'(!(description=*none*))'.repeat(400)}(cn=none))`),
        { kind: 'or', filters: Array.from({ length: 100 }, () => named('ﷺ'.repeat(20_000))) },
        {
          kind: 'substrings',
          attribute: 'cn',
          any: Array.from({ length: 16_000 }, () => new Uint8Array()),
        },
        parseFilter(
          `(|${'(member:1.2.840.113556.1.4.1941:=CN=o7,OU=Crowd,DC=corp,DC=example)'.repeat(500)})`,
        ),
      ]
      const clients = await Promise.all(costly.map(insider))
      for (const [at, filter] of costly.entries())
        clients[at]!.say(searchBelow(base, 2, { filter }))
      await sleep(1500)
      for (const client of clients) {
        client.say({ id: 3, op: 'abandonRequest', messageId: 2 }, whoAmI(4))
        await client.until((heard) => heard.some(({ id }) => id === 4))
        assert.equal(client.isClosed, false)
      }
    })
  })

  test('lists of attributes without end', async () => {
    await attack(async () => {
      const names = Array.from({ length: 10_000 }, (_, n) => `nosuch${n}`)
      const client = await insider()
      const unknown = await client.ask(
        searchBelow(base, 2, { scope: 'baseObject', attributes: names }),
      )
      assert.equal(codeOf(unknown), 'success')
      const computed = ['allowedChildClasses', 'allowedAttributes', 'canonicalName', 'parentGUID']
      client.say(searchBelow(base, 3, { attributes: [...computed, ...names.slice(10)] }))
      await sleep(300)
      const more = await client.ask(searchBelow(base, 4, { attributes: [...names, 'cn'] }))
      assert.equal(codeOf(more), 'adminLimitExceeded')
    })
  })

  test('a thousand paged searches left lying, and cookies of others', async () => {
    await attack(async () => {
      const [client, other] = [await insider(), await insider()]
      const cookies: Uint8Array[] = []
      for (let id = 2; id < 1002; id++) {
        const { cookie } = pagedResults.find((await client.ask(page(id, 1)))!.controls)!
        cookies.push(cookie)
        client.heard.length = 0
      }
      const refused = 'unavailableCriticalExtension'
      assert.equal(codeOf(await other.ask(page(2, 1, cookies.at(-1)))), refused)
      assert.equal(codeOf(await client.ask(page(2001, 1, cookies[0]))), refused)
      assert.equal(codeOf(await client.ask(page(2002, 1, text('no cookie')))), refused)
      assert.equal(codeOf(await client.ask(page(2003, 1, cookies.at(-1)))), 'success')
    })
  })

  test('everything sorted many times over', async () => {
    await attack(async () => {
      const key = (attributeType: string) => ({ attributeType, reverseOrder: true })
      const clients = await Promise.all(Array.from({ length: 5 }, insider))
      for (const client of clients) {
        for (let id = 2; id < 12; id++) {
          client.say(
            searchBelow(crowd, id, {
              controls: [sort.of([key('cn')]), ...(page(0, 5).controls ?? [])],
            }),
          )
        }
      }
      const client = await insider()
      const keys = Array.from({ length: 64 }, (_, n) => key(`nosuch${n}`))
      const unsorted = await client.ask(
        searchBelow(base, 2, { controls: [sort.of(keys)], sizeLimit: 1 }),
      )
      assert.deepEqual(sortResponse.find(unsorted!.controls), { sortResult: 'unwillingToPerform' })
      await sleep(1500)
    })
  })

  test('what is no LDAP, from those who are signed in', async () => {
    await attack(async () => {
      const random = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 300 }), {
        seed: 7,
        numRuns: 30,
      })
      for (const octets of random) {
        const client = await insider()
        client.socket.write(Buffer.concat([Uint8Array.of(0x31), octets]))
        await client.until(() => client.isClosed)
        assert.equal(codeOf(client.heard[0]), 'protocolError')
      }
    })
  })

  test('wrong passwords in a flood hold up nobody from elsewhere', async () => {
    await attack(async () => {
      const flood = Array.from({ length: 400 }, () => attacker('127.0.0.3'))
      for (const client of flood) client.say(bindAs(1, 'reader', 'wrong'))
      await sleep(200)
      const from = attacker('127.0.0.4')
      await from.signIn('reader', password)
      const codes = flood.flatMap(({ heard }) => heard.map((message) => codeOf(message)))
      assert.ok(codes.length < flood.length, 'waited for all of them')
      assert.ok(codes.every((code) => code === 'invalidCredentials' || code === 'busy'))
    })
  })

  test('searches begun and abandoned by the thousand', async () => {
    await attack(async () => {
      const client = await insider()
      const filter = parseFilter('(&(!(description=*none*))(cn=*none*))')
      for (let id = 2; id < 602; id += 2) {
        client.say(searchBelow(base, id, { filter }), {
          id: id + 1,
          op: 'abandonRequest',
          messageId: id,
        })
      }
      assert.equal(codeOf(await client.ask(whoAmI(5000))), 'success')
      assert.deepEqual(
        client.heard.map(({ id }) => id),
        [5000],
      )
    })
  })

  test('ranges asked for over and over', async () => {
    await attack(async () => {
      const client = await insider()
      for (let id = 2; id < 102; id++) {
        const from = (id * 97) % members
        client.say(
          searchBelow(`CN=All,${crowd}`, id, {
            scope: 'baseObject',
            attributes: [`member;range=${from}-*`, 'msds-memberTransitive'],
          }),
        )
      }
      assert.equal(codeOf(await client.ask(whoAmI(600), 20_000)), 'success')
      assert.equal(client.heard.filter(({ op }) => op === 'searchResultEntry').length, 100)
    })
  })

  test('in the end Ctrl-C ends it, and it has complained of nothing', async () => {
    const { answers, longestMs } = await wellMeaning.stop()
    assert.ok(answers > 60 && longestMs < 10_000, `${answers} answers, one after ${longestMs} ms`)
    const bystander = await insider()
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
    await bystander.until(() => bystander.isClosed)
    assert.equal(codeOf(bystander.heard.at(-1)), 'unavailable')
    assert.match(said, /^(Serving .*\n){2}$/)
  })
})

describe('messages that nobody expects', () => {
  let replica: Replica
  const faults: unknown[] = []

  before(async () => {
    replica = await openReplica({
      snapshot: forestCatalog().snapshot,
      accounts: [{ name: 'reader', password: await hashPassword(password) }],
      port: 0,
      onFault: (error) => faults.push(error),
    })
  })

  after(() => replica.close())

  test('are answered or end their connection, and find no fault in the program', async () => {
    const others = new Set(['bindRequest', 'unbindRequest'])
    const requests = operationNames.filter((op) => op.endsWith('Request') && !others.has(op))
    const client = new RawClient(replica.port!)
    await client.signIn('reader', password)
    let id = 1
    for (const op of requests) {
      for (const message of fc.sample(anyMessage(op), { seed: 11, numRuns: 200 })) {
        id += 2
        client.say({ ...message, id } as RequestMessage, whoAmI(id + 1))
        await client.until((heard) => heard.at(-1)?.id === id + 1)
        assert.equal(client.isClosed, false, JSON.stringify(message))
      }
    }
    for (const op of operationNames.filter((name) => !requests.includes(name))) {
      const strange = new RawClient(replica.port!)
      strange.say(...(fc.sample(anyMessage(op), { seed: 11, numRuns: 5 }) as RequestMessage[]))
      strange.say(bindAs(1, 'reader', 'x'.repeat(300_000)))
      await strange.until(() => strange.isClosed)
    }
    client.drop()
    assert.deepEqual(faults, [])
  })
})

/** Asks the same few things over and over, and knows what the answers must be. */
class WellMeaning {
  answers = 0
  #longestMs = 0
  #isStopped = false
  #failure: Error | undefined
  readonly #client: LdapClient
  readonly #done: Promise<void>

  private constructor(client: LdapClient) {
    this.#client = client
    this.#done = this.#goOn().catch((error: Error) => {
      this.#failure = error
    })
  }

  static async connect(port: number): Promise<WellMeaning> {
    const client = await LdapClient.connect({ host: '127.0.0.1', port, security: 'plain' })
    await client.bind('reader', password)
    return new WellMeaning(client)
  }

  async #goOn(): Promise<void> {
    for (let n = 1; !this.#isStopped; n = (n * 7919) % objects) {
      const asked = performance.now()
      const found: string[] = []
      for await (const entry of this.#client.search({
        baseObject: base,
        filter: `(&(objectClass=contact)(cn=o${n}))`,
        attributes: ['description'],
      })) {
        if (entry.op === 'searchResultEntry')
          found.push(`${entry.objectName} ${entry.get('description')?.text}`)
      }
      assert.deepEqual(found, [`CN=o${n},${crowd} text ${n}`])
      this.#longestMs = Math.max(this.#longestMs, performance.now() - asked)
      this.answers++
      await sleep(50)
    }
  }

  /** Waits for so many answers. */
  async until(answers: number): Promise<void> {
    const deadline = Date.now() + 15_000
    while (this.answers < answers) {
      if (this.#failure !== undefined) throw this.#failure
      assert.ok(Date.now() < deadline, `only ${this.answers} answers instead of ${answers}`)
      await sleep(20)
    }
  }

  async stop(): Promise<{ answers: number; longestMs: number }> {
    this.#isStopped = true
    await this.#done
    if (this.#failure !== undefined) throw this.#failure
    await this.#client.close()
    return { answers: this.answers, longestMs: this.#longestMs }
  }
}

function* forest(): Generator<string> {
  yield `version: 1\n\ndn: ${base}\nobjectClass: top\nobjectClass: domainDNS\ninstanceType: 5\n\n`
  yield `dn: ${crowd}\nobjectClass: top\nobjectClass: organizationalUnit\nou: Crowd\n\n`
  for (let n = 0; n < objects; n++) {
    yield `dn: CN=o${n},${crowd}\nobjectClass: top\nobjectClass: contact\ncn: o${n}\ndescription: text ${n}\n\n`
  }
  yield `dn: CN=All,${crowd}\nobjectClass: top\nobjectClass: group\ncn: All\n`
  for (let n = 0; n < members; n++) yield `member: CN=o${n},${crowd}\n`
}

async function eventually(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!isSo()) {
    assert.ok(Date.now() < deadline, 'not so after ten seconds')
    await sleep(20)
  }
}

async function residentMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}

const whoAmI = (id: number) =>
  ({ id, op: 'extendedRequest', requestName: extensionOids.whoAmI }) as const
const containing = (piece: string): Filter => ({
  kind: 'substrings',
  attribute: 'description',
  any: [text(piece)],
})
const named = (name: string): Filter => ({
  kind: 'equalityMatch',
  attribute: 'anr',
  value: text(name),
})

function page(id: number, size: number, cookie: Uint8Array = new Uint8Array()) {
  const controls: Control[] = [pagedResults.of({ size, cookie }, true)]
  return searchBelow(crowd, id, { controls })
}

/** Elements inside one another, their lengths in four octets. */
function nested(tag: number, depth: number): Buffer {
  const octets = Buffer.alloc(depth * 6)
  for (let n = 0; n < depth; n++) {
    octets.writeUInt16BE((tag << 8) | 0x84, n * 6)
    octets.writeUInt32BE((depth - n - 1) * 6, n * 6 + 2)
  }
  return octets
}

/** An `or` of so many. */
function wide(count: number): Buffer {
  return element(0xa1, Buffer.alloc(count * 4, '8702636e', 'hex'))
}

/** A search with a filter that no writer would write. */
function searchWith(filter: Buffer): Buffer {
  const head = Buffer.from('04000a01020a0100020100020100010100', 'hex')
  const request = element(0x63, Buffer.concat([head, filter, Buffer.from('3000', 'hex')]))
  return element(0x30, Buffer.concat([Buffer.from('020102', 'hex'), request]))
}

function element(tag: number, contents: Buffer): Buffer {
  const header = Buffer.alloc(6)
  header.writeUInt16BE((tag << 8) | 0x84)
  header.writeUInt32BE(contents.length, 2)
  return Buffer.concat([header, contents])
}
