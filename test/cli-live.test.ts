/**
 * What goes wrong with live servers, through the command line: each time one clear error with what, why and what to try, the
 * right exit code, nothing half-written, and never the password.
 */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type Socket, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { hashPassword, openReplica } from '#replica'
import { makeSample } from '#sample'
import type { CertificateKind } from './certificates.ts'
import { type Ended, glacis } from './cli.ts'
import { type SambaAccount, type SambaDc, sambaMissing, startSamba } from './samba.ts'
import { Ground } from './samba-seeds/ground.ts'
import { listenOnFreeAddress } from './recording-proxy.ts'

const PASSWORD = 'Gl4cis-reader'
const folder = mkdtempSync(join(tmpdir(), 'glacis-live-'))
after(() => rmSync(folder, { recursive: true }))

/** Writes a password file, and answers its name. */
function passwordFile(password: string): string {
  const path = join(mkdtempSync(join(folder, 'password-')), 'password')
  writeFileSync(path, `${password}\n`, { mode: 0o600 })
  return path
}

/** How to reach a controller: where it is, and whom it trusts. */
function reach(dc: SambaDc, host = dc.host): string[] {
  return ['--address', `${dc.name}=${host}`, '--ca-file', dc.caFile]
}

/** Who reads. */
function as({ upn, password }: SambaAccount): string[] {
  return ['--user', upn, '--password-file', passwordFile(password)]
}

/** Assesses into a folder of its own: what is left there is part of the answer. */
async function assess(
  args: readonly string[],
  whileRunning?: (child: ChildProcess) => Promise<void>,
): Promise<Ended & { readonly left: readonly string[] }> {
  const cwd = mkdtempSync(join(folder, 'out-'))
  const outputs = ['--report', 'report.html', '--save', 'forest.glacis', '--json']
  const ended = await glacis(['assess', ...args, ...outputs], {
    cwd,
    ...(whileRunning === undefined ? {} : { whileRunning }),
  })
  return { ...ended, left: readdirSync(cwd) }
}

/** One error as a person gets it, and nothing else. */
function assertFails(
  { code, out, err, left }: Awaited<ReturnType<typeof assess>>,
  expected: { readonly code: number; readonly says: RegExp },
): void {
  assert.equal(code, expected.code, err)
  assert.match(err, /^glacis: .+\n {2}why: .+\n(?: {2,4}.*\n)* {2}try: .+\n$/)
  assert.match(err, expected.says)
  assert.equal(out, '')
  assert.deepEqual(left, [], 'nothing is written')
  assert.ok(!err.includes(PASSWORD) && !/\bat .+\.ts:\d+/.test(err), err)
}

interface Document {
  readonly coverage: readonly {
    readonly source: string
    readonly state: string
    readonly because?: readonly string[]
  }[]
  readonly findings: readonly { readonly id: string }[]
  readonly passed: readonly string[]
}

function gapsOf(out: string): string {
  return (JSON.parse(out) as Document).coverage
    .flatMap(({ source, because = [] }) => because.map((text) => `${source}: ${text}`))
    .join('\n')
}

/**
 * Stands before a controller and passes octets on both ways, until the controller has sent so many on one connection: then
 * `onEnough` is called, once, and nothing is passed on any more.
 */
async function startGate(
  upstream: string,
  octets: number,
  onEnough: (gate: { readonly close: () => void }) => void,
): Promise<{ readonly host: string; stop(): void }> {
  const sockets = new Set<Socket>()
  let isOpen = true
  const listeners = ([389, 636] as const).map((port) => {
    const listener = createServer((client) => {
      const server = connect(port, upstream)
      let passed = 0
      for (const socket of [client, server]) {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => [client, server].forEach((each) => each.destroy()))
      }
      client.on('data', (chunk) => server.write(chunk))
      server.on('data', (chunk) => {
        if (!isOpen) return
        passed += chunk.length
        client.write(chunk)
        if (passed < octets) return
        isOpen = false
        onEnough({ close })
      })
    })
    return [listener, port] as const
  })
  const host = await listenOnFreeAddress(...listeners)
  /** As a controller that lost its power: connections are reset, and there is nobody to connect to. */
  function close(): void {
    for (const [listener] of listeners) listener.close()
    for (const socket of sockets) socket.destroy()
  }
  return { host, stop: close }
}

suite('live servers', { skip: sambaMissing() }, () => {
  let dc: SambaDc
  let reader: SambaAccount

  before(async () => {
    dc = await startSamba()
    reader = await dc.addUser('reader', PASSWORD)
  })
  after(() => dc.stop())

  suite('what cannot be reached or signed in to ends with 3', () => {
    test('a wrong password', async () => {
      const wrong = await assess([
        `ldaps://${dc.name}`,
        ...reach(dc),
        ...as({ ...reader, password: 'Wrong-horse-12' }),
      ])
      assertFails(wrong, { code: 3, says: /sign in to dc1\.corp\.example\n.*password is wrong/ })
      assert.ok(!wrong.err.includes('Wrong-horse-12'))
    })

    test('an unknown host', async () => {
      const unknown = await assess(['ldaps://dc9.corp.example', ...reach(dc), ...as(reader)])
      assertFails(unknown, { code: 3, says: /Cannot reach dc9\.corp\.example.*--address/s })
    })

    test('a port where nobody listens', async () => {
      const refused = await assess([`ldaps://${dc.name}:637`, ...reach(dc), ...as(reader)])
      assertFails(refused, { code: 3, says: /Cannot reach dc1\.corp\.example\n.*637 refuses/ })
    })

    const certificates: readonly (readonly [kind: CertificateKind, title: string, says: RegExp])[] =
      [
        [
          'expired',
          'an expired certificate',
          /why: it has expired.*valid 2020-01-01 to 2021-01-01/s,
        ],
        ['foreign', 'a certificate for another name', /why: it is for another name.*elsewhere/],
        ['self-signed', 'a certificate signed by itself', /why: it is signed by itself/],
      ]
    for (const [kind, title, says] of certificates) {
      test(`${title}, until its fingerprint is given`, async () => {
        const other = await startSamba({ certificate: kind })
        try {
          await other.addUser('reader', PASSWORD)
          await assertPinnable(other, ['--ca-file', other.caFile], says)
        } finally {
          await other.stop()
        }
      })
    }

    test('a certificate of an authority that is not known, until its fingerprint is given', () =>
      assertPinnable(dc, [], /why: its authority is not known/))

    /** The certificate is refused and shown; with the fingerprint from there it is trusted. */
    async function assertPinnable(on: SambaDc, trust: readonly string[], says: RegExp) {
      const source = [`ldaps://${on.name}`, '--address', `${on.name}=${on.host}`, ...as(reader)]
      const refused = await assess([...source, ...trust])
      assertFails(refused, { code: 3, says })
      const [, fingerprint = ''] = /SHA-256 ([0-9a-f]{64})\n/.exec(refused.err) ?? []
      const [, offered] = /--pin ([0-9a-f]{64})/.exec(refused.err) ?? []
      assert.equal(offered, fingerprint)
      const wrong = await assess([
        ...source,
        '--pin',
        fingerprint.replace(/^./, (c) => (c === '0' ? '1' : '0')),
      ])
      assertFails(wrong, { code: 3, says: /fingerprint/i })
      const pinned = await assess([...source, '--pin', fingerprint])
      assert.equal(pinned.code, 0, pinned.err)
      assert.deepEqual(pinned.left, ['forest.glacis', 'report.html'])
    }
  })

  suite('a controller that dies while it is read', () => {
    test('is the end when it is the only one', async () => {
      const gate = await startGate(dc.host, 300_000, ({ close }) => close())
      const dead = await assess([`ldaps://${dc.name}`, ...reach(dc, gate.host), ...as(reader)])
      gate.stop()
      assertFails(dead, { code: 3, says: /dc1\.corp\.example/ })
    })

    test('is told, and another one goes on', async () => {
      const first = await startSamba()
      const account = await first.addUser('reader', PASSWORD)
      const second = await first.twin('dc2')
      const gate = await startGate(first.host, 300_000, ({ close }) => close())
      try {
        const authorities = join(mkdtempSync(join(folder, 'ca-')), 'ca.pem')
        writeFileSync(
          authorities,
          `${readFileSync(first.caFile, 'utf8')}${readFileSync(second.caFile, 'utf8')}`,
        )
        const { code, out, err, left } = await assess([
          `ldaps://${first.name}`,
          '--address',
          `${first.name}=${gate.host}`,
          '--address',
          `${second.name}=${second.host}`,
          '--ca-file',
          authorities,
          ...as(account),
        ])
        // All of the forest was read; what could not be found out is how the dead one answers to probes.
        assert.equal(code, 4, err)
        assert.match(gapsOf(out), /^ldap-probe: dc1\.corp\.example: /m)
        assert.doesNotMatch(gapsOf(out), /^ldap-(?:domain|config|schema|dns): .*dc[12]\./m)
        assert.deepEqual(left, ['forest.glacis', 'report.html'])
      } finally {
        gate.stop()
        await Promise.all([first.stop(), second.stop()])
      }
    })
  })

  suite('what the account may not see', () => {
    const cases: readonly (readonly [title: string, rights: string, says: RegExp])[] = [
      ['a unit that it may not list', 'LCLO', /may not list 1 container, namely "OU=Vault,/],
      ['a unit of which it may read nothing', 'GA', /"OU=Vault,DC=corp,DC=example"/],
    ]
    for (const [title, rights, says] of cases) {
      test(`${title} is a gap, and nothing about users is passed`, async () => {
        const ground = new Ground(dc)
        const unit = await ground.unit('Vault').catch(() => ground.at('OU=Vault'))
        try {
          await ground.make(`CN=roastable,${unit}`, 'user', {
            sAMAccountName: 'roastable',
            userAccountControl: 4_194_304 | 512 | 32,
          })
          await ground.flush()
          await ground.deny('S-1-5-11', unit, rights)
          await ground.flush()
          const { code, out, err } = await assess([
            `ldaps://${dc.name}`,
            ...reach(dc),
            ...as(reader),
          ])
          assert.equal(code, 4, err)
          assert.match(gapsOf(out), says)
          const { passed } = JSON.parse(out) as Document
          assert.ok(!passed.includes('krb-asrep-user'))
          assert.ok(passed.includes('forest-adminsdexmask'), 'what it could see is judged')
        } finally {
          await ground.repair()
          await dc.modify(
            `dn: CN=roastable,${unit}\nchangetype: delete\n\ndn: ${unit}\nchangetype: delete\n`,
          )
        }
      })
    }

    test('an account of which it may read nothing is a gap too', async () => {
      const ground = new Ground(dc)
      const hidden = await ground.user('hidden', { userAccountControl: 4_194_304 | 512 })
      await ground.flush()
      await ground.deny('S-1-5-11', hidden, 'GR')
      await ground.deny('S-1-5-32-554', hidden, 'GR')
      await ground.flush()
      const { code, out, err } = await assess([`ldaps://${dc.name}`, ...reach(dc), ...as(reader)])
      await ground.repair()
      await dc.modify(`dn: ${hidden}\nchangetype: delete\n`)
      assert.equal(code, 4, err)
      assert.match(gapsOf(out), /"CN=hidden,CN=Users,DC=corp,DC=example", showed nothing/)
      assert.ok(!(JSON.parse(out) as Document).passed.includes('krb-asrep-user'))
    })
  })

  test('Ctrl-C ends with 130 and leaves nothing; the password is in no argument and no variable', async () => {
    let stalled = (): void => {}
    const isStalled = new Promise<void>((resolve) => (stalled = resolve))
    const gate = await startGate(dc.host, 300_000, () => stalled())
    const seen: string[] = []
    const stopped = await assess(
      [`ldaps://${dc.name}`, ...reach(dc, gate.host), ...as(reader)],
      async (child) => {
        await isStalled
        for (const name of ['cmdline', 'environ']) {
          seen.push(readFileSync(`/proc/${child.pid}/${name}`, 'utf8'))
        }
        child.kill('SIGINT')
      },
    )
    gate.stop()
    assert.equal(stopped.code, 130, stopped.err)
    assert.match(stopped.err, /^glacis: Stopped\n.*interrupted\n.*nothing was written/i)
    assert.deepEqual([stopped.out, stopped.left], ['', []])
    assert.match(seen[0] ?? '', /--password-file/)
    assert.ok(!seen.join().includes(PASSWORD))
  })

  suite('doctor names the true cause', () => {
    interface Check {
      readonly what: string
      readonly state: string
      readonly says: string
      readonly tryThis?: string
    }

    /** What is not as it should be, of the checks that are printed as JSON; and the same as text. */
    async function diagnose(
      args: readonly string[],
    ): Promise<{ code: number | null; bad: Check[] }> {
      const json = await glacis(['doctor', ...args, '--json'])
      const text = await glacis(['doctor', ...args])
      const { checks } = JSON.parse(json.out) as { checks: Check[] }
      const bad = checks.filter(({ state }) => state !== 'ok')
      for (const { what, state, says, tryThis } of bad) {
        assert.ok(text.out.includes(`${state.padEnd(5)}${what}: `), text.out)
        assert.ok(says !== '' && tryThis !== undefined && tryThis !== '')
      }
      assert.equal(json.code, text.code)
      assert.ok(![json.out, text.out, json.err, text.err].join().includes(PASSWORD))
      return { code: json.code, bad: bad.filter(({ what }) => what !== 'Disk') }
    }

    function assertOne(
      { code, bad }: Awaited<ReturnType<typeof diagnose>>,
      expected: { code: number; what: string; state: string; says: RegExp },
    ): void {
      assert.deepEqual(
        bad.map(({ what, state }) => ({ what, state })),
        [{ what: expected.what, state: expected.state }],
      )
      assert.match(bad[0]?.says ?? '', expected.says)
      assert.equal(code, expected.code)
    }

    const source = () => [`ldaps://${dc.name}`, ...reach(dc)]

    test('a wrong name', async () => {
      const found = await diagnose(['ldaps://dc9.corp.example', ...as(reader)])
      assertOne(found, {
        code: 3,
        what: 'Name',
        state: 'fail',
        says: /dc9\.corp\.example does not resolve/,
      })
    })

    test('a closed port', async () => {
      const found = await diagnose([`ldaps://${dc.name}:637`, ...reach(dc), ...as(reader)])
      assertOne(found, {
        code: 3,
        what: 'Network',
        state: 'fail',
        says: /:637 refuses the connection/,
      })
    })

    test('an untrusted certificate', async () => {
      const found = await diagnose([
        `ldaps://${dc.name}`,
        '--address',
        `${dc.name}=${dc.host}`,
        ...as(reader),
      ])
      assertOne(found, {
        code: 3,
        what: 'TLS',
        state: 'fail',
        says: /its authority is not known.*SHA-256 /s,
      })
    })

    test('a CA file that is not there', async () => {
      const found = await diagnose([`ldaps://${dc.host}`, '--ca-file', '/nowhere/ca.pem'])
      assertOne(found, {
        code: 2,
        what: 'File',
        state: 'fail',
        says: /\/nowhere\/ca\.pem does not exist/,
      })
    })

    test('a certificate that expires soon, and nothing else where all is well', async () => {
      // The one made for the test is good for 30 days, of which one has begun.
      assertOne(await diagnose([...source(), ...as(reader)]), {
        code: 0,
        what: 'TLS',
        state: 'warn',
        says: /the certificate ends in 29 days/,
      })
    })

    test('a wrong password', async () => {
      const { code, bad } = await diagnose([
        ...source(),
        ...as({ ...reader, password: 'Wrong-horse-12' }),
      ])
      assert.equal(code, 3)
      const account = bad.find(({ what }) => what === 'Account')
      assert.equal(account?.state, 'fail')
      assert.match(account?.says ?? '', /wrong|credentials/i)
    })

    test('a clock that is wrong', async () => {
      const replica = await openReplica({
        snapshot: makeSample({ seed: 'live', objects: 500, now: new Date('2026-01-15') }).snapshot,
        accounts: [{ name: 'reader', password: await hashPassword(PASSWORD) }],
        port: 0,
        now: () => new Date(Date.now() - 17 * 60_000),
      })
      after(() => replica.close())
      const { code, bad } = await diagnose([
        `ldap://127.0.0.1:${replica.port}`,
        '--allow-plaintext',
      ])
      assert.equal(code, 0)
      assert.match(bad.find(({ what }) => what === 'Clock')?.says ?? '', /differ by 17 minutes/)
      assert.match(bad.find(({ what }) => what === 'TLS')?.says ?? '', /goes in clear/)
    })
  })
})

test('ldap:// to a server without TLS sends no password, unless that was allowed', async () => {
  const replica = await openReplica({
    snapshot: makeSample({ seed: 'live', objects: 500, now: new Date('2026-01-15') }).snapshot,
    accounts: [{ name: 'reader', password: await hashPassword(PASSWORD) }],
    port: 0,
  })
  after(() => replica.close())
  const source = [
    `ldap://127.0.0.1:${replica.port}`,
    '--user',
    'reader',
    '--password-file',
    passwordFile(PASSWORD),
  ]
  assertFails(await assess(source), { code: 3, says: /TLS/ })
  const allowed = await assess([...source, '--allow-plaintext', '--no-probes'])
  assert.ok(allowed.code === 0 || allowed.code === 4, allowed.err)
  assert.deepEqual(allowed.left, ['forest.glacis', 'report.html'])
})
