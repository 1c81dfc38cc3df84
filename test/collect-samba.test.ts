import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type CollectOptions, CollectError, collect } from '#collect'
import { type Snapshot, isSecret } from '#directory'
import { startRecordingProxy } from './recording-proxy.ts'
import {
  type SambaAccount,
  type SambaDc,
  type SambaOptions,
  sambaMissing,
  startSamba,
} from './samba.ts'

let dc: SambaDc
let reader: SambaAccount

function options(of: SambaDc, account: SambaAccount, more: CollectOptions = {}): CollectOptions {
  return {
    account: { name: account.upn, password: () => Buffer.from(account.password) },
    caFile: of.caFile,
    addresses: { [of.name]: of.host },
    ...more,
  }
}

async function failure(work: Promise<unknown>): Promise<CollectError> {
  try {
    await work
  } catch (error) {
    if (error instanceof CollectError) {
      for (const text of [error.message, error.what, error.why, error.tryThis]) {
        assert.doesNotMatch(text, /Gl4cis-reader/, 'a password in an error')
      }
      for (const text of [error.what, error.why, error.tryThis]) assert.notEqual(text, '')
      return error
    }
    throw error
  }
  throw new Error('nothing was wrong')
}

suite('collecting from a Samba domain controller', { skip: sambaMissing() }, () => {
  before(async () => {
    dc = await startSamba()
    reader = await dc.addUser('reader', 'Gl4cis-reader')
  })
  after(() => dc.stop())

  test('an ordinary user gets the same as with ldapsearch, octet for octet, in every naming context', async () => {
    const snapshot = await collect(`ldaps://${dc.name}`, options(dc, reader, { probe: false }))
    const asked = [...(snapshot.asked as ReadonlySet<string>)]
    let compared = 0
    for (const context of snapshot.namingContexts) {
      const ldif = await dc.search(
        [
          '-b',
          context,
          '-E',
          'pr=500/noprompt',
          '-E',
          '!1.2.840.113556.1.4.801=::MAMCAQc=',
          '-E',
          '!1.2.840.113556.1.4.1339',
          '(objectClass=*)',
          ...asked,
        ],
        reader,
      )
      const theirs = entriesOf(ldif)
      const ours = entriesIn(snapshot, context)
      assert.deepEqual([...ours.keys()].toSorted(), [...theirs.keys()].toSorted(), context)
      for (const [dn, attributes] of theirs) {
        assert.deepEqual(ours.get(dn), attributes, dn)
        compared++
      }
    }
    assert.equal(compared, snapshot.count)
    assert.ok(compared > 3000, String(compared))
  })

  test('whom the server took us for, its clock, its domains, and what it showed are in the snapshot', async () => {
    const snapshot = await collect(`ldaps://${dc.name}`, options(dc, reader))
    assert.equal(snapshot.origin.collectedBy, reader.upn)
    assert.ok(Math.abs(snapshot.origin.takenAt.getTime() - Date.now()) < 60_000)
    assert.deepEqual(
      snapshot.domains.map(({ name, sid }) => [name, sid]),
      [['corp.example', dc.domainSid]],
    )
    const states = Object.fromEntries(
      snapshot.coverage.map(({ source, state, gaps = [] }) => [
        source,
        `${state} ${gaps.filter(({ isByDesign }) => isByDesign !== true).length}`,
      ]),
    )
    assert.deepEqual(states, {
      rootdse: 'read 0',
      // Objects of IP security, quotas and the like keep to themselves in every domain.
      'ldap-domain': 'partial 0',
      'ldap-config': 'partial 0',
      'ldap-schema': 'read 0',
      'ldap-dns': 'partial 0',
      nTSecurityDescriptor: 'partial 0',
      'ldap-probe': 'read 0',
      sysvol: 'absent 1',
      'smb-probe': 'absent 1',
      rpc: 'absent 1',
      registry: 'absent 1',
    })
  })

  test('the probes say what a fresh Samba is like', async () => {
    const { probes } = await collect(`ldaps://${dc.name}`, options(dc, reader))
    assert.equal(probes.length, 1)
    const { tls, ...rest } = probes[0]!
    assert.deepEqual(rest, {
      server: 'dc1.corp.example',
      anonymousRead: false,
      signingRequired: true,
      channelBindingRequired: false,
      channelBindingChecked: false,
      gaps: [],
    })
    assert.deepEqual(tls?.versions, ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
    assert.equal(tls.certificate?.keyBits, 2048)
    assert.ok(tls.certificate.names.includes('DNS:dc1.corp.example'))
  })

  test('StartTLS, DOMAIN\\name and DN do as well', async () => {
    for (const name of [reader.downLevel, reader.dn]) {
      const account = { name, password: () => Buffer.from(reader.password) }
      const snapshot = await collect(
        `ldap://${dc.name}`,
        options(dc, reader, { account, probe: false, attributes: ['cn'] }),
      )
      assert.equal(snapshot.origin.collectedBy, name)
      assert.ok(snapshot.count > 3000)
    }
  })

  test('it only reads: binds, searches and their like are all it ever sends, and it asks for no secret', async () => {
    const proxy = await startRecordingProxy(dc.host, await dc.certificates.of('good'))
    try {
      const everything = [
        'unicodePwd',
        'ms-Mcs-AdmPwd',
        'msLAPS-Password',
        'cn',
        'MSDS-ManagedPassword',
        'member',
      ]
      for (const attributes of [undefined, everything]) {
        await collect(
          `ldaps://${dc.name}`,
          options(dc, reader, {
            addresses: { [dc.name]: proxy.host },
            ...(attributes && { attributes }),
          }),
        )
      }
      const asked = new Set<string>()
      const passwords: string[] = []
      for (const message of proxy.sent) {
        if (message.op === 'searchRequest') message.attributes.forEach((name) => asked.add(name))
        else if (message.op === 'extendedRequest') {
          assert.ok(
            ['1.3.6.1.4.1.4203.1.11.3', '1.3.6.1.4.1.1466.20037'].includes(message.requestName),
            message.requestName,
          )
        } else if (message.op === 'bindRequest') {
          if (message.authentication.method === 'simple')
            passwords.push(
              `${message.name} ${Buffer.from(message.authentication.password).toString()}`,
            )
        } else assert.ok(['unbindRequest', 'abandonRequest'].includes(message.op), message.op)
      }
      assert.ok(asked.has('nTSecurityDescriptor') && asked.has('member'))
      assert.deepEqual(
        [...asked].filter((name) => isSecret(name)),
        [],
      )
      // Of passwords only the account's own was sent, to sign in; probes use none.
      assert.deepEqual(new Set(passwords), new Set([' ', `${reader.upn} ${reader.password}`]))
    } finally {
      await proxy.stop()
    }
  })

  test('a wrong password is one clear error after one try', async () => {
    const wrong = { ...reader, password: 'wrong' }
    await dc.modify(
      `dn: ${dc.baseDn}\nchangetype: modify\nreplace: lockoutThreshold\nlockoutThreshold: 10\n`,
    )
    const error = await failure(collect(`ldaps://${dc.name}`, options(dc, wrong)))
    assert.deepEqual([error.code, error.family], ['login', 'reach'])
    assert.match(error.why, /name or the password is wrong/)
    const [count] = /^badPwdCount: (\d+)/m
      .exec(await dc.search(['-b', reader.dn, '-s', 'base', 'badPwdCount']))!
      .slice(1)
    assert.equal(count, '1')
  })

  test('an unknown host and one that does not answer are told apart', async () => {
    const account = { name: 'x', password: () => Buffer.from('x') }
    assert.equal((await failure(collect('ldaps://dc.invalid', { account }))).code, 'host-unknown')
    assert.equal((await failure(collect('ldaps://127.0.0.1:9', { account }))).code, 'unreachable')
  })

  test('a certificate nobody vouches for is shown, and trusted when it is pinned', async () => {
    const untrusting: CollectOptions = {
      account: options(dc, reader).account!,
      addresses: { [dc.name]: dc.host },
      probe: false,
      attributes: ['cn'],
    }
    const error = await failure(collect(`ldaps://${dc.name}`, untrusting))
    assert.deepEqual([error.code, error.family], ['certificate', 'reach'])
    assert.equal(error.chain[0]?.subject, 'CN=dc1.corp.example')
    assert.match(error.chain[0].sha256, /^[0-9a-f]{64}$/)
    const pinned = await collect(`ldaps://${dc.name}`, {
      ...untrusting,
      fingerprint: error.chain[0].sha256,
    })
    assert.ok(pinned.count > 3000)
    const other = await failure(
      collect(`ldaps://${dc.name}`, { ...untrusting, fingerprint: 'ab'.repeat(32) }),
    )
    assert.equal(other.code, 'certificate')
  })

  test('plain text is refused by us, and where it was allowed by a server that wants better', async () => {
    const error = await failure(
      collect(`ldap://${dc.name}`, options(dc, reader, { allowPlaintext: true })),
    )
    assert.equal(error.code, 'plaintext')
    assert.match(error.tryThis, /ldaps:/)
  })

  test('what the account may not see is said: an unlistable container, and a group it cannot see', async () => {
    await dc.modify(
      `dn: OU=Vault,${dc.baseDn}\nchangetype: add\nobjectClass: organizationalUnit\n\n` +
        `dn: CN=Hidden,OU=Vault,${dc.baseDn}\nchangetype: add\nobjectClass: group\nsAMAccountName: Hidden\nmember: ${reader.dn}\n`,
    )
    const whole = `O:DAG:DAD:P(A;;GA;;;DA)(A;;GA;;;SY)(A;;RPRC;;;AU)`
    await dc.modifyAsSystem(
      `dn: OU=Vault,${dc.baseDn}\nchangetype: modify\nreplace: nTSecurityDescriptor\nnTSecurityDescriptor: ${whole}\n`,
    )
    const snapshot = await collect(`ldaps://${dc.name}`, options(dc, reader, { probe: false }))
    const gaps = snapshot.coverage.find(({ source }) => source === 'ldap-domain')?.gaps ?? []
    const texts = gaps
      .map(({ because, hides }) => `${because} ${hides?.join() ?? 'anything'}`)
      .join('\n')
    assert.match(texts, /may not list 1 container, namely "OU=Vault,.* anything/)
    assert.match(
      texts,
      /1 object that every forest has, or that others refer to, was not returned, namely "CN=Hidden,OU=Vault,.* group/,
    )
    assert.equal(snapshot.byDn(`CN=Hidden,OU=Vault,${dc.baseDn}`), undefined)
  })

  test('when the caller stops it, it ends at once', async () => {
    const controller = new AbortController()
    const onProgress = ({ objects }: { objects: number }): void => {
      if (objects > 500) controller.abort()
    }
    const error = await failure(
      collect(`ldaps://${dc.name}`, options(dc, reader, { signal: controller.signal, onProgress })),
    )
    assert.deepEqual([error.code, error.family], ['interrupted', 'interrupted'])
  })
})

suite('certificates that must not be trusted', { skip: sambaMissing() }, () => {
  for (const [certificate, why] of [
    ['expired', /expired/],
    ['foreign', /another name/],
    ['self-signed', /signed by itself/],
  ] as const) {
    test(certificate, async () => {
      await withSamba({ certificate }, async (own) => {
        const error = await failure(collect(`ldaps://${own.name}`, options(own, own.admin)))
        assert.equal(error.code, 'certificate')
        assert.match(error.why, why)
        assert.equal(error.chain.length > 0, true)
        const overStartTls = await failure(collect(`ldap://${own.name}`, options(own, own.admin)))
        assert.equal(overStartTls.code, 'certificate')
      })
    })
  }
})

suite('a controller that dies midway', { skip: sambaMissing() }, () => {
  test('without another one: one error, and no snapshot', async () => {
    await withSamba({}, async (own) => {
      const onProgress = killOnce(own)
      const timeouts = { connectMs: 2000, retryMs: [50] }
      const error = await failure(
        collect(`ldaps://${own.name}`, options(own, own.admin, { onProgress, timeouts })),
      )
      assert.deepEqual([error.code, error.family], ['connection-lost', 'reach'])
      assert.match(error.what, /Could not read all of CN=/)
      assert.match(error.tryThis, /another domain controller/)
    })
  })

  test('with another one: it goes on there, and nothing is missing or doubled', async () => {
    await withSamba({}, async (own) => {
      const twin = await own.twin('dc2')
      try {
        const whole = await collect(
          `ldaps://${own.name}`,
          options(own, own.admin, { probe: false, attributes: ['cn'] }),
        )
        const addresses = { [own.name]: own.host, [twin.name]: twin.host }
        const onProgress = killOnce(own)
        // The second has an authority of its own, so both must be trusted: pin the first.
        const fingerprint = (
          await failure(
            collect(`ldaps://${own.name}`, options(own, own.admin, { caFile: twin.caFile })),
          )
        ).chain[0]!.sha256
        const snapshot = await collect(
          `ldaps://${own.name}`,
          options(own, own.admin, {
            addresses,
            onProgress,
            fingerprint,
            caFile: twin.caFile,
            probe: false,
            timeouts: { connectMs: 2000, retryMs: [50] },
          }),
        )
        assert.equal(snapshot.count, whole.count)
        const gaps = snapshot.coverage
          .filter(({ source }) => source.startsWith('ldap-') && source !== 'ldap-probe')
          .flatMap(({ gaps: list = [] }) => list)
        assert.deepEqual(gaps, [])
      } finally {
        await twin.stop()
      }
    })
  })
})

suite('settings of a controller as the probes see them', { skip: sambaMissing() }, () => {
  test('signing that is not required, and reading as nobody', async () => {
    await withSamba({ globals: ['ldap server require strong auth = no'] }, async (own) => {
      await own.modify(
        `dn: CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration,${own.baseDn}\nchangetype: modify\nreplace: dSHeuristics\ndSHeuristics: 0000002\n`,
      )
      const plain = await collect(
        `ldap://${own.name}`,
        options(own, own.admin, { allowPlaintext: true }),
      )
      assert.deepEqual(
        [plain.probes[0]?.signingRequired, plain.probes[0]?.anonymousRead],
        [false, true],
      )
    })
  })
})

function killOnce(own: SambaDc): (progress: { objects: number }) => void {
  let isDead = false
  return ({ objects }) => {
    if (isDead || objects < 1500) return
    isDead = true
    own.kill()
  }
}

async function withSamba(how: SambaOptions, work: (own: SambaDc) => Promise<void>): Promise<void> {
  const own = await startSamba(how)
  try {
    await work(own)
  } finally {
    await own.stop()
  }
}

type Entry = Readonly<Record<string, readonly string[]>>

/** Entries of `ldapsearch -LLL -o ldif-wrap=no`, values in hex and sorted, by DN. */
function entriesOf(ldif: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const block of ldif.split('\n\n')) {
    const values: Record<string, string[]> = {}
    let dn = ''
    for (const line of block.split('\n')) {
      const [, name, colons, text] = /^([\w-]+)(::?) ?(.*)$/s.exec(line) ?? []
      if (name === undefined) continue
      const octets = Buffer.from(text!, colons === '::' ? 'base64' : 'utf8')
      if (name === 'dn') dn = octets.toString()
      else (values[name] ??= []).push(octets.toString('hex'))
    }
    if (dn !== '') entries.set(dn, sorted(values))
  }
  return entries
}

/** The same of a snapshot's naming context. */
function entriesIn(snapshot: Snapshot, context: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (let id = 0; id < snapshot.count; id++) {
    if (snapshot.namingContextOf(id) !== context) continue
    const values: Record<string, string[]> = {}
    for (const name of snapshot.attributeNames) {
      const list = snapshot.raw(id, name).map((value) => value.toHex())
      if (list.length > 0) values[name] = list
    }
    entries.set(snapshot.dn(id), sorted(values))
  }
  return entries
}

function sorted(values: Readonly<Record<string, string[]>>): Entry {
  const names = Object.keys(values).toSorted()
  return Object.fromEntries(names.map((name) => [name, values[name]!.toSorted()]))
}
