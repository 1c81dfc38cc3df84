import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { collect } from '#collect'
import { type RawAttribute, formatFileTime } from '#directory'
import { type Assessment, assess, catalogue } from '#exposure'
import { ldifOf, withFile } from '../../src/collect/testing.ts'
import { type Attributes, LabForest, labNow, needsLab } from '../lab-forest.ts'
import { added, look, on } from './look.ts'

/** Exposures of the category passwords, planted in the laboratory's real domain, beside what only looks like them. */

const domain = 'DC=essos,DC=local'
const users = `CN=Users,${domain}`
const admins = `CN=Domain Admins,${users}`
const service = `CN=sql_svc,${users}`
const member = `CN=BRAAVOS,OU=Laps,${domain}`
const controller = `CN=MEEREEN,OU=Domain Controllers,${domain}`
const managed = `CN=gmsaDragon,CN=Managed Service Accounts,${domain}`
const trust = `CN=SEVENKINGDOMS$,${users}`
const settingsPlace = `CN=Password Settings Container,CN=System,${domain}`
const keysPlace = 'CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services'

const unicodePwd = 0x9005a
const userPassword = 35
const unixUserPassword = 591_734

async function lab() {
  const f = await LabForest.open()
  return {
    f,
    user: (name: string, attributes: Attributes = {}) =>
      f.copy(service, `CN=${name},${users}`, {
        userAccountControl: 0x200,
        description: undefined,
        ...attributes,
      }),
    computer: (name: string, attributes: Attributes = {}) =>
      f.copy(member, `CN=${name},CN=Computers,${domain}`, {
        dNSHostName: `${name}.essos.local`,
        ...attributes,
      }),
    settings: (name: string, length: number, applies: readonly string[] = []) =>
      f.add(`CN=${name},${settingsPlace}`, ['top', 'msDS-PasswordSettings'], {
        'msDS-PasswordSettingsPrecedence': 10,
        'msDS-MinimumPasswordLength': length,
        'msDS-MaximumPasswordAge': '-36288000000000',
        'msDS-MinimumPasswordAge': '-864000000000',
        'msDS-PasswordComplexityEnabled': 'TRUE',
        'msDS-PasswordHistoryLength': 24,
        'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
        'msDS-LockoutThreshold': 10,
        'msDS-LockoutDuration': '-18000000000',
        'msDS-LockoutObservationWindow': '-18000000000',
        'msDS-PSOAppliesTo': applies.length > 0 ? applies : undefined,
      }),
  }
}

/** replPropertyMetaData of version 1 (MS-DRSR 5.165): writes to attributes, with their versions and times. */
function metadata(
  ...writes: readonly [attribute: number, version: number, at: Date][]
): Uint8Array {
  const bytes = Buffer.alloc(16 + 48 * writes.length)
  bytes.writeUInt32LE(1, 0)
  bytes.writeUInt32LE(writes.length, 8)
  for (const [index, [attribute, version, at]] of writes.entries()) {
    const start = 16 + 48 * index
    bytes.writeUInt32LE(attribute, start)
    bytes.writeUInt32LE(version, start + 4)
    bytes.writeBigInt64LE(BigInt(formatFileTime(at)) / 10_000_000n, start + 8)
  }
  return bytes
}

function before(days: number): Date {
  return new Date(labNow.getTime() - days * 86_400_000)
}

suite('passwords in a real Windows domain', { skip: needsLab }, () => {
  test('pwd-min-length of the domain', async () => {
    const { f } = await lab()
    const verdict = (minPwdLength: number | undefined) => {
      f.set(domain, { minPwdLength })
      const seen = look(f)
      return {
        severity: seen.findings['pwd-min-length'] && seen.on('pwd-min-length', domain).severity,
        isPassed: seen.passed.includes('pwd-min-length'),
        says: seen.findings['pwd-min-length'] && seen.on('pwd-min-length', domain).says,
      }
    }
    const severities = [0, 1, 7, 8, 11].map((length) => verdict(length).severity)
    assert.deepEqual(severities, ['high', 'high', 'high', 'low', 'low'])
    assert.match(verdict(0).says ?? '', /empty passwords/)
    assert.match(verdict(1).says ?? '', /1 character\b/)
    assert.ok(verdict(12).isPassed)
    assert.ok(!verdict(undefined).isPassed)
  })

  test('pwd-min-length of fine-grained policies', async () => {
    const { f, user, settings } = await lab()
    const clerk = user('clerk')
    f.set(domain, { minPwdLength: 14 })
    const start = look(f)
    assert.ok(start.passed.includes('pwd-min-length'))
    const seven = settings('seven', 7, [clerk])
    const none = settings('none', 0, [admins])
    settings('eight', 8, [clerk])
    settings('unused', 4)
    const lines = added(start, look(f)).filter((line) => line.startsWith('pwd-'))
    assert.deepEqual(lines, on('pwd-min-length', none, seven))
    assert.equal(look(f).on('pwd-min-length', seven).severity, 'high')
  })

  test('pwd-not-required', async () => {
    const { f, user, computer } = await lab()
    const plain = user('plain')
    const off = user('off')
    const host = computer('host')
    const mailbox = f.copy(
      service,
      `CN=HealthMailbox1,CN=Monitoring Mailboxes,CN=Microsoft Exchange System Objects,${domain}`,
      { userAccountControl: 0x200 },
    )
    const start = look(f)
    f.set(plain, { userAccountControl: 0x220 })
    f.set(off, { userAccountControl: 0x222 })
    for (const dn of [host, managed]) f.set(dn, { userAccountControl: 0x1020 })
    f.set(mailbox, { userAccountControl: 0x220 })
    f.set(controller, { userAccountControl: 532_480 | 0x20 })
    f.set(`CN=Guest,${users}`, { userAccountControl: 66_080 })
    f.set(`CN=DefaultAccount,${users}`, { userAccountControl: 66_080 })
    assert.equal(f.text(trust, 'userAccountControl'), '2080')
    const after = look(f)
    const lines = added(start, after).filter((line) => line.startsWith('pwd-'))
    assert.deepEqual(
      lines,
      on('pwd-not-required', `CN=DefaultAccount,${users}`, managed, host, plain).toSorted(),
    )
    assert.equal(after.on('pwd-not-required', plain).severity, 'high')
  })

  test('pwd-reversible-accounts is graded by what the account is', async () => {
    const { f, user, computer } = await lab()
    const plain = user('plain')
    const chief = user('chief')
    const off = user('off')
    const host = computer('host')
    f.join(admins, chief)
    const start = look(f)
    for (const dn of [plain, chief]) f.set(dn, { userAccountControl: 0x280 })
    f.set(off, { userAccountControl: 0x282 })
    f.set(host, { userAccountControl: 0x1080 })
    f.set(controller, { userAccountControl: 532_480 | 0x80 })
    const after = look(f)
    assert.deepEqual(
      added(start, after),
      on('pwd-reversible-accounts', controller, host, chief, plain).toSorted(),
    )
    const severities = [plain, host, chief, controller].map(
      (dn) => after.on('pwd-reversible-accounts', dn).severity,
    )
    assert.deepEqual(severities, ['high', 'medium', 'critical', 'critical'])
  })

  test('pwd-smartcard-hash-static', async () => {
    const { f, user } = await lab()
    const card = { userAccountControl: 0x200 | 0x40000, whenCreated: '20200101000000.0Z' }
    const old = user('old')
    const fresh = user('fresh')
    const off = user('off')
    const start = look(f)
    const written = (days: number) => metadata([unicodePwd, 3, before(days)])
    f.set(old, { ...card, replPropertyMetaData: written(92) })
    f.set(fresh, { ...card, replPropertyMetaData: written(90) })
    f.set(off, {
      ...card,
      userAccountControl: 0x202 | 0x40000,
      replPropertyMetaData: written(500),
    })
    const after = look(f)
    assert.deepEqual(added(start, after), on('pwd-smartcard-hash-static', old))
    assert.equal(after.on('pwd-smartcard-hash-static', old).severity, 'high')
    f.set(old, { replPropertyMetaData: undefined })
    assert.ok('pwd-smartcard-hash-static' in look(f).notAssessed)
  })

  test('pwd-unix-attributes', async () => {
    const { f, user } = await lab()
    const held = ['userPassword', 'unixUserPassword', 'msSFU30Password', 'os400Password']
    const dns = held.map((name) => user(`h-${name}`))
    const hidden = user('hidden')
    const also = user('also')
    const gone = user('gone')
    const chief = user('chief', { adminCount: 1 })
    const start = look(f)
    for (const [index, name] of held.entries())
      f.set(dns[index]!, { [name]: Buffer.from('Tr0ub4dor') })
    f.set(hidden, { replPropertyMetaData: metadata([unixUserPassword, 1, before(10)]) })
    f.set(also, {
      replPropertyMetaData: metadata(
        [userPassword, 1, before(10)],
        [unixUserPassword, 2, before(10)],
      ),
    })
    f.set(gone, { replPropertyMetaData: metadata([unicodePwd, 1, before(10)]) })
    f.set(chief, { userPassword: Buffer.from('Tr0ub4dor') })
    const after = look(f)
    assert.deepEqual(
      added(start, after),
      on('pwd-unix-attributes', ...dns, hidden, also, chief).toSorted(),
    )
    assert.match(after.on('pwd-unix-attributes', chief).says, /administrator/)
    const said = [...dns, hidden, also, chief].map((dn) => after.on('pwd-unix-attributes', dn))
    assert.doesNotMatch(JSON.stringify(said), /Tr0ub4dor|VHIwdW/)
    // With fUserPwdSupport, userPassword is the real password under another name.
    f.set(`CN=Directory Service,CN=Windows NT,CN=Services,${f.configurationDn}`, {
      dSHeuristics: '000000001',
    })
    const aliased = look(f).findings['pwd-unix-attributes'] ?? []
    assert.ok(!aliased.includes(dns[0]!) && !aliased.includes(chief) && aliased.includes(dns[1]!))
  })

  test('pwd-in-text-attributes', async () => {
    const { f, user, computer } = await lab()
    const telling: [attribute: string, text: string][] = [
      ['description', 'Samwell Tarly (Password : Heartsbane)'],
      ['description', 'pwd=Winter2023'],
      ['info', 'Passwort: Sommer!23'],
      ['comment', 'mdp : Azerty123'],
      ['adminDescription', 'contraseña: hola1234'],
      ['physicalDeliveryOfficeName', 'Kennwort geheim99'],
      ['extensionAttribute1', 'xK9#mP2$vL7q'],
      ['extensionAttribute15', 'initial password is Welcome1!'],
      ['description', 'pass: P@ssw0rd'],
      ['description', 'PASSWORD=abc123def'],
      ['description', 'service account, password Str0ngPass'],
    ]
    const harmless: [attribute: string, text: string][] = [
      ['description', 'Password never expires'],
      ['description', 'password reset by helpdesk 2023-12-01'],
      ['description', 'Reset password: 2023-12-01'],
      ['info', '+49 (89) 1234-5678'],
      ['info', '7c2c5f0e-53f3-4d5c-9c2a-1e0a7a5b0001'],
      ['description', 'Built-in account for administering the computer/domain'],
      ['description', 'Windows Server 2019 Standard'],
      ['physicalDeliveryOfficeName', 'B2-117a/West'],
      ['comment', 'Ticket INC0012345'],
      ['extensionAttribute3', 'john.doe@essos.local'],
      ['extensionAttribute4', 'S-1-5-21-1757510637-1147777529-968741302-1110'],
      ['extensionAttribute5', 'https://intranet.essos.local/Page?id=12'],
      ['description', 'Account of the password manager'],
    ]
    const found = telling.map((_, index) => user(`t${String(index).padStart(2, '0')}`))
    const clean = harmless.map((_, index) => user(`h${index}`))
    const off = user('off', { userAccountControl: 0x202 })
    const host = computer('host')
    const start = look(f)
    for (const [index, [attribute, text]] of telling.entries())
      f.set(found[index]!, { [attribute]: text })
    for (const [index, [attribute, text]] of harmless.entries())
      f.set(clean[index]!, { [attribute]: text })
    f.set(off, { description: 'Password: Winter2023!' })
    f.set(host, { description: 'local admin pw: Winter2023!' })
    const after = look(f)
    assert.deepEqual(added(start, after), on('pwd-in-text-attributes', host, ...found).toSorted())
    const said = JSON.stringify(found.map((dn) => after.on('pwd-in-text-attributes', dn)))
    for (const [, text] of telling) {
      const secret = text
        .replace(/\)$/, '')
        .split(/[ :=]+/)
        .at(-1)!
      assert.ok(!said.includes(secret), text)
    }
  })

  suite('what an ordinary account is shown of it', () => {
    /** The laboratory as a file of somebody who sees of some objects only the name, or not even that. */
    async function exported(
      f: LabForest,
      { blank, gone = /^$/ }: { blank: RegExp; gone?: RegExp },
    ): Promise<Assessment> {
      const all = f.build()
      const entries = Array.from({ length: all.count }, (_, id): [string, RawAttribute[]] => [
        all.dn(id),
        blank.test(all.dn(id))
          ? []
          : all.attributeNames
              .filter((name) => all.has(id, name) && !/AdmPwd$|RootKeyData/.test(name))
              .map((name) => [name, all.raw(id, name)]),
      ])
      return withFile(ldifOf(entries.filter(([dn]) => !gone.test(dn))), async (path) =>
        assess(await collect(path), catalogue, labNow),
      )
    }
    const state = ({ findings, passed }: Assessment, wanted: string) =>
      passed.some(({ id }) => id === wanted)
        ? 'passed'
        : findings.some(({ rule }) => rule.id === wanted)
          ? 'found'
          : 'not assessed'

    test('pwd-min-length without the fine-grained policies', async () => {
      const { f, user, settings } = await lab()
      settings('seven', 7, [user('clerk')])
      const blank = /Password Settings Container/
      const found = await exported(f, { blank })
      assert.equal(state(found, 'pwd-min-length'), 'found')
      assert.notDeepEqual(found.findings.find(({ rule }) => rule.id === 'pwd-min-length')?.gaps, [])
      f.set(domain, { minPwdLength: 14 })
      const fine = await exported(f, { blank, gone: /^CN=seven/ })
      assert.equal(state(fine, 'pwd-min-length'), 'not assessed')
      const nothing = await exported(f, { blank: /^$/, gone: blank })
      assert.equal(state(nothing, 'pwd-min-length'), 'not assessed')
      f.remove(`CN=seven,${settingsPlace}`)
      assert.equal(state(await exported(f, { blank: /^$/ }), 'pwd-min-length'), 'passed')
    })
    test('svc-kds-root-key-acl without the root keys', async () => {
      const { f } = await lab()
      const keys = new RegExp(keysPlace)
      const key = new RegExp(`^CN=[^,]*,${keysPlace}`)
      assert.equal(state(await exported(f, { blank: /^$/ }), 'svc-kds-root-key-acl'), 'passed')
      for (const given of [
        { blank: keys },
        { blank: key },
        { blank: /^$/, gone: key },
        { blank: /^$/, gone: keys },
      ])
        assert.equal(
          state(await exported(f, given), 'svc-kds-root-key-acl'),
          'not assessed',
          String(Object.values(given)),
        )
      // Nor without an account that needs one.
      f.remove(managed)
      for (const given of [{ blank: keys }, { blank: key }])
        assert.equal(state(await exported(f, given), 'svc-kds-root-key-acl'), 'not assessed')
    })
    test('krbtgt, hidden', async () => {
      const { f } = await lab()
      for (const given of [{ blank: /^CN=krbtgt,/ }, { blank: /^$/, gone: /^CN=krbtgt,/ }]) {
        const seen = await exported(f, given)
        for (const id of [
          'krb-krbtgt-password-old',
          'deleg-krbtgt',
          'deleg-rbcd-writable-tier0',
          'krb-asrep-user',
        ])
          assert.equal(state(seen, id), id === 'krb-asrep-user' ? 'found' : 'not assessed', id)
      }
    })
  })
})
