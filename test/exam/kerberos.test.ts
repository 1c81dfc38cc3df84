import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { formatFileTime, writeSid } from '#directory'
import { LabForest, labNow, needsLab } from '../lab-forest.ts'
import { added, look, on } from './look.ts'

/** Exposures of the category kerberos, planted in the laboratory's real domain, beside what only looks like them. */

const users = 'CN=Users,DC=essos,DC=local'
const admins = `CN=Domain Admins,${users}`
const krbtgt = `CN=krbtgt,${users}`
const service = `CN=sql_svc,${users}`
const member = 'CN=BRAAVOS,OU=Laps,DC=essos,DC=local'
const controller = 'CN=MEEREEN,OU=Domain Controllers,DC=essos,DC=local'
const managed = 'CN=gmsaDragon,CN=Managed Service Accounts,DC=essos,DC=local'

const enabled = 0x200
const disabled = 0x202
const workstation = 0x1000
const noPreauth = 0x400000
const desOnly = 0x200000

function daysBefore(now: Date, days: number): string {
  return formatFileTime(new Date(now.getTime() - days * 86_400_000))
}

/** The laboratory with ordinary accounts to change: `user(name)` and `computer(name)` make more of them. */
async function lab() {
  const f = await LabForest.open()
  return {
    f,
    user: (name: string, attributes = {}) =>
      f.copy(service, `CN=${name},${users}`, { userAccountControl: enabled, ...attributes }),
    computer: (name: string, attributes = {}) =>
      f.copy(member, `CN=${name},CN=Computers,DC=essos,DC=local`, {
        dNSHostName: `${name}.essos.local`,
        ...attributes,
      }),
    /** An administrator that other rules have nothing new to say about after `look`. */
    admin: (name: string, group = admins) => {
      const dn = f.copy(service, `CN=${name},${users}`, { userAccountControl: enabled })
      f.join(group, dn)
      return dn
    },
  }
}

suite('kerberos in a real Windows domain', { skip: needsLab }, () => {
  test('krb-asrep-user and krb-asrep-admin divide the accounts without pre-authentication', async () => {
    const { f, user, computer, admin } = await lab()
    const plain = user('plain')
    const person = user('person', {
      objectClass: ['top', 'person', 'organizationalPerson', 'user', 'inetOrgPerson'],
    })
    const off = user('off', { userAccountControl: disabled })
    const host = computer('host')
    const direct = admin('direct')
    const helpers = f.add(`CN=helpers,${users}`, ['top', 'group'], {
      objectSid: writeSid(f.newSid()),
      sAMAccountName: 'helpers',
      groupType: -2147483646,
    })
    f.join(admins, helpers)
    const nested = admin('nested', helpers)
    const byPrimary = user('primary', { primaryGroupID: 512 })
    const operator = admin('operator', 'CN=Backup Operators,CN=Builtin,DC=essos,DC=local')
    const retired = admin('retired')
    const before = look(f)
    for (const dn of [plain, person, direct, nested, byPrimary, operator])
      f.set(dn, { userAccountControl: enabled | noPreauth })
    for (const dn of [off, retired]) f.set(dn, { userAccountControl: disabled | noPreauth })
    f.set(host, { userAccountControl: workstation | noPreauth })
    f.set(`CN=Administrator,${users}`, { userAccountControl: 66048 | noPreauth })
    f.set(krbtgt, { userAccountControl: 514 | noPreauth })
    const after = look(f)
    assert.deepEqual(added(before, after), [
      ...on('krb-asrep-admin', `CN=Administrator,${users}`, direct, nested, operator, byPrimary),
      ...on('krb-asrep-user', host, person, plain),
    ])
    assert.equal(after.on('krb-asrep-admin', direct).severity, 'critical')
    assert.equal(after.on('krb-asrep-user', plain).severity, 'high')
  })
  test('a controller without pre-authentication is told', async () => {
    const { f } = await lab()
    const before = look(f)
    f.set(controller, { userAccountControl: 532480 | noPreauth })
    assert.deepEqual(added(before, look(f)), on('krb-asrep-admin', controller))
  })

  test('krb-des-enabled', async () => {
    const { f, user, computer } = await lab()
    const flag = user('flag')
    const types = [1, 2, 3, 31, 0x7fffffff, 0x80001].map((value) => user(`types${value}`))
    const fine = [undefined, 0, 4, 24, 28, 32, 0x7ffffffc, 0x80018].map((value) =>
      user(`fine${value}`, { 'msDS-SupportedEncryptionTypes': value }),
    )
    assert.equal(fine.length, 8)
    const off = user('off')
    const host = computer('host')
    const before = look(f)
    f.set(flag, { userAccountControl: enabled | desOnly })
    for (const dn of types)
      f.set(dn, { 'msDS-SupportedEncryptionTypes': /types(\d+)/.exec(dn)![1]! })
    f.set(host, { 'msDS-SupportedEncryptionTypes': 31 })
    f.set(managed, { 'msDS-SupportedEncryptionTypes': 31 })
    f.set(off, { userAccountControl: disabled | desOnly, 'msDS-SupportedEncryptionTypes': 3 })
    f.set(krbtgt, { 'msDS-SupportedEncryptionTypes': 31 })
    const after = look(f)
    assert.deepEqual(
      added(before, after),
      on('krb-des-enabled', flag, host, managed, ...types).toSorted(),
    )
    assert.equal(after.on('krb-des-enabled', flag).severity, 'high')
  })

  test('krb-dc-weak-etypes', async () => {
    const expectations: [value: number | undefined, expected: readonly string[]][] = [
      [31, [...on('krb-dc-weak-etypes', controller), ...on('krb-des-enabled', controller)]],
      [4, on('krb-dc-weak-etypes', controller)],
      [0x24, on('krb-dc-weak-etypes', controller)],
      [24, []],
      [8, []],
      [0x7ffffffc, []],
      [undefined, []],
    ]
    const { f } = await lab()
    const before = look(f)
    for (const [value, expected] of expectations) {
      f.set(controller, { 'msDS-SupportedEncryptionTypes': value })
      assert.deepEqual(added(before, look(f)), expected, `${value}`)
    }
  })

  test('krb-kerberoast-admin', async () => {
    const { f, user, admin, computer } = await lab()
    const spn = { servicePrincipalName: 'HTTP/intranet.essos.local' }
    const direct = admin('direct')
    const byPrimary = user('primary', { primaryGroupID: 512 })
    const operator = admin('operator', 'CN=Print Operators,CN=Builtin,DC=essos,DC=local')
    const off = admin('off')
    f.set(off, { userAccountControl: disabled })
    const host = computer('host')
    f.join(admins, host)
    f.join(admins, managed)
    const before = look(f)
    for (const dn of [direct, byPrimary, operator, off, host])
      f.set(dn, { servicePrincipalName: `HTTP/${dn.slice(3, 8)}.essos.local` })
    f.set(`CN=Administrator,${users}`, spn)
    const after = look(f)
    const found = [`CN=Administrator,${users}`, direct, operator, byPrimary]
    // They run services, too.
    assert.deepEqual(added(before, after), [
      ...on('krb-kerberoast-admin', ...found),
      ...on('svc-user-spn', ...found),
    ])
    assert.equal(after.on('krb-kerberoast-admin', direct).severity, 'critical')
  })

  test('krb-kerberoast-admin lets off what a long and changing password protects', async () => {
    const { f, admin } = await lab()
    const settings = (name: string, applies: readonly string[], more = {}) =>
      f.add(
        `CN=${name},CN=Password Settings Container,CN=System,DC=essos,DC=local`,
        ['top', 'msDS-PasswordSettings'],
        {
          whenCreated: '20240103140000.0Z',
          whenChanged: '20240103140000.0Z',
          'msDS-PasswordSettingsPrecedence': 10,
          'msDS-MinimumPasswordLength': 33,
          'msDS-MaximumPasswordAge': -(365 * 864_000_000_000),
          'msDS-MinimumPasswordAge': -864_000_000_000,
          'msDS-PasswordComplexityEnabled': 'TRUE',
          'msDS-PasswordHistoryLength': 24,
          'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
          'msDS-LockoutThreshold': 10,
          'msDS-LockoutDuration': -18_000_000_000,
          'msDS-LockoutObservationWindow': -18_000_000_000,
          'msDS-PSOAppliesTo': applies,
          ...more,
        },
      )
    const names = ['good', 'short', 'eternal', 'slow', 'older', 'rc4', 'unset', 'outranked']
    const dns = Object.fromEntries(names.map((name) => [name, admin(`a-${name}`)])) as Record<
      string,
      string
    >
    for (const dn of Object.values(dns))
      f.set(dn, {
        pwdLastSet: daysBefore(labNow, 0.5),
        'msDS-SupportedEncryptionTypes': 24,
      })
    settings('good', [dns['good']!, dns['older']!, dns['rc4']!, dns['unset']!])
    settings('short', [dns['short']!], { 'msDS-MinimumPasswordLength': 32 })
    settings('eternal', [dns['eternal']!], { 'msDS-MaximumPasswordAge': '-9223372036854775808' })
    settings('slow', [dns['slow']!], {
      'msDS-MaximumPasswordAge': String(-(1100n * 864_000_000_000n)),
    })
    // Weaker, but directly at the account, with a lower number.
    settings('outranked1', [dns['outranked']!], { 'msDS-PasswordSettingsPrecedence': 20 })
    settings('outranked2', [dns['outranked']!], {
      'msDS-PasswordSettingsPrecedence': 5,
      'msDS-MinimumPasswordLength': 14,
    })
    f.set(dns['older']!, { pwdLastSet: daysBefore(labNow, 2) })
    f.set(dns['rc4']!, { 'msDS-SupportedEncryptionTypes': 28 })
    f.set(dns['unset']!, { 'msDS-SupportedEncryptionTypes': undefined })
    const before = look(f)
    for (const dn of Object.values(dns))
      f.set(dn, { servicePrincipalName: `HTTP/${dn.slice(3, 8)}.essos.local` })
    const after = look(f)
    assert.deepEqual(
      after.findings['krb-kerberoast-admin'],
      Object.entries(dns)
        .flatMap(([name, dn]) => (name === 'good' ? [] : [dn]))
        .toSorted(),
    )
    assert.equal(before.findings['krb-kerberoast-admin'], undefined)
  })

  test('krb-krbtgt-password-old is graded by age', async () => {
    const { f } = await lab()
    const changed = new Date('2024-01-03T12:31:53Z')
    const after = (days: number) => new Date(changed.getTime() + days * 86_400_000)
    const severity = (now: Date) =>
      look(f, now).findings['krb-krbtgt-password-old'] === undefined
        ? undefined
        : look(f, now).on('krb-krbtgt-password-old', krbtgt).severity
    assert.equal(severity(after(365.9)), undefined)
    assert.equal(severity(after(366.1)), 'medium')
    assert.equal(severity(after(732.1)), 'high')
    assert.equal(severity(after(1464.1)), 'critical')
  })

  test('krb-krbtgt-password-old: a password from before AES keys is critical whatever its age', async () => {
    const { f } = await lab()
    const before = look(f)
    f.set(krbtgt, { pwdLastSet: daysBefore(labNow, 100) })
    const after = look(f)
    assert.deepEqual(added(before, after), on('krb-krbtgt-password-old', krbtgt))
    assert.equal(after.on('krb-krbtgt-password-old', krbtgt).severity, 'critical')
    f.set(krbtgt, { pwdLastSet: undefined })
    assert.ok('krb-krbtgt-password-old' in look(f).notAssessed)
  })

  suite('krb-shadow-credentials-present', () => {
    test('on Tier Zero, controllers, computers that did not write it, and users without Windows Hello', async () => {
      const { f, user, computer, admin } = await lab()
      const chief = admin('chief')
      const plain = user('plain')
      const written = computer('written')
      const own = computer('own')
      const off = user('off', { userAccountControl: disabled })
      const before = look(f)
      for (const dn of [chief, plain, controller, written, off])
        f.set(dn, { 'msDS-KeyCredentialLink': keyCredential(dn, { custom: true, logon: true }) })
      f.set(own, { 'msDS-KeyCredentialLink': keyCredential(own) })
      const after = look(f)
      assert.deepEqual(
        added(before, after),
        on('krb-shadow-credentials-present', chief, controller, off, plain, written).toSorted(),
      )
      const { evidence } = after.on('krb-shadow-credentials-present', plain)
      const text = JSON.stringify(evidence)
      assert.match(text, /ad\b/i)
      assert.match(text, /00112233-4455-6677-8899-aabbccddeeff/)
      assert.match(text, /2024-01-02T03:04:05/)
    })
    test('keys of users are in order where devices are registered, those of Tier Zero never', async () => {
      const { f, user, computer, admin } = await lab()
      const registration = `CN=Device Registration Configuration,CN=Services,${f.configurationDn}`
      f.add(registration, ['top', 'container'])
      f.add(
        `CN=62a0ff2e-97b9-4513-943f-0d221bd30080,${registration}`,
        ['top', 'leaf', 'connectionPoint', 'serviceConnectionPoint'],
        { keywords: ['azureADName:essos.example'] },
      )
      const chief = admin('chief')
      const plain = user('plain')
      const written = computer('written')
      const before = look(f)
      for (const dn of [chief, plain, written])
        f.set(dn, { 'msDS-KeyCredentialLink': keyCredential(dn, { custom: true, source: 1 }) })
      assert.deepEqual(added(before, look(f)), on('krb-shadow-credentials-present', chief, written))
    })
    test('a controller that wrote its own key is told too', async () => {
      const { f } = await lab()
      const before = look(f)
      f.set(controller, { 'msDS-KeyCredentialLink': keyCredential(controller) })
      assert.deepEqual(added(before, look(f)), on('krb-shadow-credentials-present', controller))
    })
    test('two keys on a computer, or one from elsewhere, were not written by it', async () => {
      const { f, computer } = await lab()
      const two = computer('two')
      const entra = computer('entra')
      const broken = computer('broken')
      const before = look(f)
      f.set(two, {
        'msDS-KeyCredentialLink': [keyCredential(two), keyCredential(two, { seed: 9 })],
      })
      f.set(entra, { 'msDS-KeyCredentialLink': keyCredential(entra, { source: 1 }) })
      f.set(broken, { 'msDS-KeyCredentialLink': `B:8:DEADBEEF:${broken}` })
      assert.deepEqual(
        added(before, look(f)),
        on('krb-shadow-credentials-present', broken, entra, two).toSorted(),
      )
    })
  })
})

/** A value of msDS-KeyCredentialLink: KEYCREDENTIALLINK_BLOB of MS-ADTS 2.2.20 with a DN. */
function keyCredential(
  dn: string,
  { custom = false, logon = false, source = 0, seed = 7 } = {},
): string {
  const entry = (identifier: number, value: Uint8Array) => {
    const head = Buffer.alloc(3)
    head.writeUInt16LE(value.length, 0)
    head[2] = identifier
    return Buffer.concat([head, value])
  }
  const time = Buffer.alloc(8)
  time.writeBigInt64LE(BigInt(formatFileTime(new Date('2024-01-02T03:04:05Z'))))
  const blob = Buffer.concat([
    Buffer.from([0, 2, 0, 0]),
    entry(1, Buffer.alloc(32, seed)),
    entry(2, Buffer.alloc(32, 1)),
    entry(3, Buffer.concat([Buffer.from('RSA1'), Buffer.alloc(279, 3)])),
    entry(4, Buffer.from([1])),
    entry(5, Buffer.from([source])),
    entry(6, Buffer.from('33221100554477668899aabbccddeeff', 'hex')),
    ...(custom ? [entry(7, Buffer.from([1, 0]))] : []),
    ...(logon ? [entry(8, time)] : []),
    entry(9, time),
  ])
  const hex = blob.toString('hex').toUpperCase()
  return `B:${hex.length}:${hex}:${dn}`
}
