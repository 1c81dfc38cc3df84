import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type Ace,
  type Sid,
  aceType,
  formatFileTime,
  parseGuid,
  writeGuid,
  writeSecurityDescriptor,
  writeSid,
} from '#directory'
import { type Attributes, LabForest, labNow, needsLab } from '../lab-forest.ts'
import { added, look, on } from './look.ts'

/** Exposures of the category service-accounts, planted in the laboratory's real domain, beside what only looks like them. */

const domain = 'DC=essos,DC=local'
const users = `CN=Users,${domain}`
const admins = `CN=Domain Admins,${users}`
const service = `CN=sql_svc,${users}`
const member = `CN=BRAAVOS,OU=Laps,${domain}`
const controller = `CN=MEEREEN,OU=Domain Controllers,${domain}`
const managedPlace = `CN=Managed Service Accounts,${domain}`
const managed = `CN=gmsaDragon,${managedPlace}`

const delegatedClass = '0feb936f-47b3-49f2-9386-1dedc2c23765'
const precededBy = 'a0945b2b-57a2-43bd-b327-4d112a4e8bd1'
const delegatedState = 'b2f5b0a2-5d7c-4f3e-9b7b-3d3f9f7f1b11'
const supersededLink = '3752e002-43be-48c8-b3ca-2cb2fffbc8a1'
const supersededState = 'a4693096-a4c3-4ecd-b8cb-73cd6398b7a2'
const membershipOfManaged = '888eedd6-ce04-df40-b462-b8a50e41ba38'
const userClass = 'bf967aba-0de6-11d0-a285-00aa003049e2'

const createChild = 0x1
const readProperty = 0x10
const writeProperty = 0x20
const controlAccess = 0x100
const fullControl = 0xf01ff
const writeDacl = 0x40000
const writeOwner = 0x80000

async function lab() {
  const f = await LabForest.open()
  const user = (name: string, attributes: Attributes = {}) =>
    f.copy(service, `CN=${name},${users}`, { userAccountControl: 0x200, ...attributes })
  return {
    f,
    user,
    computer: (name: string, attributes: Attributes = {}) =>
      f.copy(member, `CN=${name},CN=Computers,${domain}`, {
        dNSHostName: `${name}.essos.local`,
        ...attributes,
      }),
    group: (name: string, members: readonly string[] = []) => {
      const dn = f.add(`CN=${name},${users}`, ['top', 'group'], {
        sAMAccountName: name,
        groupType: -2147483646,
        objectSid: writeSid(f.newSid()),
      })
      for (const one of members) f.join(dn, one)
      return dn
    },
    gmsa: (name: string, readers: readonly Sid[] = [], attributes: Attributes = {}) =>
      f.copy(managed, `CN=${name},${managedPlace}`, {
        'msDS-GroupMSAMembership': letting(...readers),
        ...attributes,
      }),
    unit: (name: string, parent = domain) =>
      f.add(`OU=${name},${parent}`, ['top', 'organizationalUnit'], { ou: name, cn: undefined }),
  }
}

function letting(...sids: readonly Sid[]): Uint8Array {
  return listing(
    ...sids.map((sid) => ({ type: aceType.accessAllowed, flags: 0, mask: fullControl, sid })),
  )
}

function listing(...dacl: readonly Ace[]): Uint8Array {
  return writeSecurityDescriptor({ control: 4, owner: 'S-1-5-32-544', dacl })
}

/** Brings the schema of Windows Server 2025 as far as it is needed, and one such controller. */
function modernize(f: LabForest, build = 26_100): void {
  f.copy(
    `CN=ms-DS-Group-Managed-Service-Account,${f.schemaDn}`,
    `CN=ms-DS-Delegated-Managed-Service-Account,${f.schemaDn}`,
    {
      lDAPDisplayName: 'msDS-DelegatedManagedServiceAccount',
      schemaIDGUID: writeGuid(parseGuid(delegatedClass)),
      governsID: '1.2.840.113556.1.5.305',
    },
  )
  for (const [index, [name, guid]] of (
    [
      ['msDS-ManagedAccountPrecededByLink', precededBy],
      ['msDS-DelegatedMSAState', delegatedState],
      ['msDS-SupersededManagedAccountLink', supersededLink],
      ['msDS-SupersededServiceAccountState', supersededState],
    ] as const
  ).entries())
    f.copy(`CN=ms-DS-GroupMSAMembership,${f.schemaDn}`, `CN=${name},${f.schemaDn}`, {
      lDAPDisplayName: name,
      attributeID: `1.2.840.113556.1.4.${2410 + index}`,
      schemaIDGUID: writeGuid(parseGuid(guid)),
    })
  f.set(controller, { operatingSystemVersion: `10.0 (${build})` })
}

function delegated(f: LabForest, name: string, attributes: Attributes = {}): string {
  return f.copy(managed, `CN=${name},${managedPlace}`, {
    objectClass: [
      'top',
      'person',
      'organizationalPerson',
      'user',
      'computer',
      'msDS-DelegatedManagedServiceAccount',
    ],
    'msDS-GroupMSAMembership': letting(f.sid(516)),
    'msDS-DelegatedMSAState': 0,
    ...attributes,
  })
}

/** Of lines, those of one category. */
function services(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('svc-'))
}

function daysBefore(days: number): string {
  return formatFileTime(new Date(labNow.getTime() - days * 86_400_000))
}

suite('service accounts in a real Windows domain', { skip: needsLab }, () => {
  test('svc-user-spn is graded by age and cipher', async () => {
    const { f, user, computer, gmsa } = await lab()
    const cases: [string, Attributes, 'high' | 'medium'][] = [
      ['new-aes', { 'msDS-SupportedEncryptionTypes': 24, pwdLastSet: daysBefore(1.5) }, 'medium'],
      ['old-aes', { 'msDS-SupportedEncryptionTypes': 24, pwdLastSet: daysBefore(366) }, 'high'],
      ['year-aes', { 'msDS-SupportedEncryptionTypes': 24, pwdLastSet: daysBefore(364) }, 'medium'],
      ['new-rc4', { 'msDS-SupportedEncryptionTypes': 28, pwdLastSet: daysBefore(1) }, 'high'],
      ['new-unset', { 'msDS-SupportedEncryptionTypes': 0, pwdLastSet: daysBefore(1) }, 'high'],
      ['must-change', { 'msDS-SupportedEncryptionTypes': 24, pwdLastSet: 0 }, 'medium'],
    ]
    const dns = cases.map(([name, attributes]) => user(name, attributes))
    const off = user('off', { userAccountControl: 0x202 })
    const host = computer('host')
    const group = gmsa('group', [f.sid(member)])
    const before = look(f)
    for (const dn of [...dns, off, host, group])
      f.set(dn, {
        servicePrincipalName: [`HTTP/${dn.slice(3, 12)}`, `HTTP/${dn.slice(3, 12)}.essos.local`],
      })
    const after = look(f)
    assert.deepEqual(added(before, after), on('svc-user-spn', ...dns).toSorted())
    for (const [index, [name, , severity]] of cases.entries())
      assert.equal(after.on('svc-user-spn', dns[index]!).severity, severity, name)
    assert.match(after.on('svc-user-spn', dns[0]!).says, /1 day old\b/)
    assert.match(after.on('svc-user-spn', dns[2]!).says, /364 days old/)
    assert.doesNotMatch(JSON.stringify(after.findings), /krbtgt/)
  })

  test('svc-gmsa-readers-broad', async () => {
    const { f, computer, group, gmsa } = await lab()
    const many = Array.from({ length: 60 }, (_, index) => computer(`farm${index}`))
    const fifty = group('fifty', many.slice(0, 50))
    const alsoFifty = group('also-fifty', many.slice(0, 50))
    const rest = group('rest', many.slice(50))
    const nested = group('nested', [fifty, rest])
    const everyone = group('everyone', [`CN=Domain Users,${users}`])
    const few = [f.sid(many[0]!)]
    const broad: Record<string, Uint8Array> = {
      everyone: letting('S-1-1-0'),
      authenticated: letting('S-1-5-11'),
      computers: letting(f.sid(515)),
      people: letting(f.sid(513)),
      builtin: letting('S-1-5-32-545'),
      nestedbroad: letting(f.sid(everyone)),
      sixty: letting(f.sid(nested)),
      split: letting(f.sid(fifty), f.sid(rest)),
      readonly: listing({
        type: aceType.accessAllowed,
        flags: 0,
        mask: readProperty,
        sid: f.sid(515),
      }),
    }
    const narrow: Record<string, Uint8Array | undefined> = {
      one: letting(...few),
      fifty: letting(f.sid(fifty)),
      twice: letting(f.sid(fifty), f.sid(alsoFifty)),
      controllers: letting(f.sid(516)),
      nobody: letting(),
      unset: undefined,
      denied: listing(
        { type: aceType.accessDenied, flags: 0, mask: fullControl, sid: 'S-1-1-0' },
        { type: aceType.accessAllowed, flags: 0, mask: fullControl, sid: f.sid(515) },
      ),
      powerless: listing({ type: aceType.accessAllowed, flags: 0, mask: 0x20000, sid: f.sid(515) }),
      heirs: listing({
        type: aceType.accessAllowed,
        flags: 0xa,
        mask: fullControl,
        sid: f.sid(515),
      }),
    }
    const wide = Object.keys(broad).map((name) => gmsa(`w-${name}`, few))
    const tight = Object.keys(narrow).map((name) => gmsa(`n-${name}`, few))
    const dmsa = delegated(f, 'd-everyone')
    const before = look(f)
    for (const [index, value] of Object.values(broad).entries())
      f.set(wide[index]!, { 'msDS-GroupMSAMembership': value })
    for (const [index, value] of Object.values(narrow).entries())
      f.set(tight[index]!, { 'msDS-GroupMSAMembership': value })
    f.set(dmsa, { 'msDS-GroupMSAMembership': letting('S-1-1-0') })
    const after = look(f)
    assert.deepEqual(added(before, after), on('svc-gmsa-readers-broad', dmsa, ...wide).toSorted())
    assert.equal(after.on('svc-gmsa-readers-broad', wide[0]!).severity, 'high')
    assert.match(after.on('svc-gmsa-readers-broad', wide[7]!).says, /60 accounts$/)
    f.set(tight[0]!, { 'msDS-GroupMSAMembership': Buffer.from('rubbish') })
    for (const dn of [dmsa, ...wide]) f.remove(dn)
    assert.ok('svc-gmsa-readers-broad' in look(f).notAssessed)
  })

  test('svc-gmsa-tier0-readable-below', async () => {
    const { f, user, computer, group, gmsa } = await lab()
    const web = computer('web')
    const hosts = group('hosts', [web])
    const controllers = group('dc-hosts', [controller])
    const empty = group('empty')
    const mixed = group('mixed', [controller, web])
    const clerk = user('clerk')
    const found = {
      host: gmsa('t-host', [f.sid(web)]),
      group: gmsa('t-group', [f.sid(516), f.sid(hosts)]),
      mixed: gmsa('t-mixed', [f.sid(mixed)]),
      empty: gmsa('t-empty', [f.sid(empty)]),
      foreign: gmsa('t-foreign', ['S-1-5-21-1-2-3-1104']),
      writer: gmsa('t-writer', [f.sid(516)]),
    }
    const clean = {
      controllers: gmsa('c-controllers', [f.sid(516)]),
      controller: gmsa('c-controller', [f.sid(controller)]),
      group: gmsa('c-group', [f.sid(controllers)]),
      plain: gmsa('c-plain', [f.sid(web)]),
      nobody: gmsa('c-nobody'),
    }
    const control = gmsa('t-control', [f.sid(web)])
    f.grant(found.writer, f.sid(clerk), writeProperty, { objectType: membershipOfManaged })
    f.grant(admins, f.sid(control), fullControl)
    const before = look(f)
    for (const dn of [...Object.values(found), ...Object.values(clean)])
      if (dn !== clean.plain) f.join(admins, dn)
    const after = look(f)
    assert.deepEqual(
      after.findings['svc-gmsa-tier0-readable-below'],
      [...Object.values(found), control].toSorted(),
    )
    assert.equal(after.on('svc-gmsa-tier0-readable-below', found.host).severity, 'critical')
    assert.deepEqual(before.findings['svc-gmsa-tier0-readable-below'], [control])
    assert.match(
      after.on('svc-gmsa-tier0-readable-below', found.writer).says,
      /clerk can say who may/,
    )
  })

  test('svc-kds-root-key-acl', async () => {
    const { f, user } = await lab()
    const place = `CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services,${f.configurationDn}`
    const key = `CN=d67654ee-1ab8-feec-e01d-67b81105c6dd,${place}`
    const guid = '26627c27-08a2-0a40-a1b1-8dce85b42993'
    const who = f.sid(user('who'))
    const cases: [string, number, Partial<Ace>, boolean][] = [
      ['control', fullControl, {}, true],
      ['its permissions', writeDacl, {}, true],
      ['its owner', writeOwner, {}, true],
      ['the key', readProperty | controlAccess, { objectType: guid }, true],
      ['everything confidential', readProperty | controlAccess, {}, true],
      ['reading alone', readProperty, {}, false],
      ['reading the key alone', readProperty, { objectType: guid }, false],
      ['extended rights alone', controlAccess, {}, false],
      [
        'another attribute',
        readProperty | controlAccess,
        { objectType: '28a6b1e0-0000-4000-8000-000000000001' },
        false,
      ],
      ['a denial', fullControl, { type: aceType.accessDenied }, false],
    ]
    const before = look(f)
    const list = f.descriptor(key)
    for (const [name, mask, more, isFound] of cases) {
      f.changeDescriptor(key, () => list)
      f.grant(key, who, mask, more)
      const after = look(f)
      assert.deepEqual(added(before, after), isFound ? on('svc-kds-root-key-acl', key) : [], name)
    }
    f.changeDescriptor(key, () => list)
    // Half of it from one group, half of it from another.
    f.grant(key, 'S-1-5-11', readProperty)
    f.grant(key, who, controlAccess, { objectType: guid })
    const after = look(f)
    assert.deepEqual(added(before, after), on('svc-kds-root-key-acl', key))
    assert.equal(after.on('svc-kds-root-key-acl', key).severity, 'critical')
    assert.doesNotMatch(after.on('svc-kds-root-key-acl', key).says, /Authenticated Users/)
    f.changeDescriptor(key, () => ({ ...list, owner: who }))
    assert.deepEqual(added(before, look(f)), on('svc-kds-root-key-acl', key))
  })

  suite('svc-dmsa-create-delegated', () => {
    test('who may create them, or give themselves the right to', async () => {
      const { f, user, unit } = await lab()
      modernize(f)
      const who = f.sid(user('who'))
      const grants: [string, number, Partial<Ace>, boolean][] = [
        ['any', createChild, {}, true],
        ['class', createChild, { objectType: delegatedClass }, true],
        ['full', fullControl, {}, true],
        ['dacl', writeDacl, {}, true],
        ['owner', writeOwner, {}, true],
        ['user', createChild, { objectType: userClass }, false],
        ['write', writeProperty, {}, false],
        ['deny', createChild, { type: aceType.accessDenied }, false],
        ['heirs', createChild, { flags: 0xa }, false],
      ]
      const units = grants.map(([name]) => unit(`u-${name}`))
      const owned = unit('owned')
      const below = unit('below', unit('above'))
      const denied = unit('denied')
      const container = f.add(`CN=box,${domain}`, ['top', 'container'])
      const before = look(f)
      assert.equal(before.findings['svc-dmsa-create-delegated'], undefined)
      for (const [index, [, mask, more]] of grants.entries())
        f.grant(units[index]!, who, mask, more)
      f.changeDescriptor(owned, (list) => ({ ...list, owner: who }))
      f.grantBelow(below, who, createChild)
      f.grant(container, who, createChild)
      f.grant(denied, who, createChild)
      f.grant(denied, 'S-1-1-0', createChild, {
        type: aceType.accessDeniedObject,
        objectType: delegatedClass,
      })
      const after = look(f)
      assert.deepEqual(
        services(added(before, after)),
        on(
          'svc-dmsa-create-delegated',
          below,
          container,
          owned,
          ...grants.flatMap(([, , , isFound], index) => (isFound ? [units[index]!] : [])),
        ).toSorted(),
      )
      assert.equal(after.on('svc-dmsa-create-delegated', below).severity, 'critical')
    })
    test('not without a new controller, the class or a root key', async () => {
      const make = async (build?: number) => {
        const { f, user, unit } = await lab()
        if (build !== undefined) modernize(f, build)
        f.grant(unit('u'), f.sid(user('who')), createChild)
        return f
      }
      const old = look(await make(20_348))
      assert.ok(old.passed.includes('svc-dmsa-create-delegated'))
      assert.ok(look(await make()).passed.includes('svc-dmsa-create-delegated'))
      const f = await make(26_100)
      const place = `CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services,${f.configurationDn}`
      for (const name of [
        'd67654ee-1ab8-feec-e01d-67b81105c6dd',
        'f8a95270-40ca-9cdb-c8e4-cda833f74baf',
        'c1dce11a-cacf-db4a-7a33-a295ffca1806',
      ])
        f.remove(`CN=${name},${place}`)
      // The managed account needs one, so there is one that was not seen.
      assert.equal(look(f).findings['svc-dmsa-create-delegated']?.length, 1)
      f.remove(managed)
      const after = look(f)
      assert.equal(after.findings['svc-dmsa-create-delegated'], undefined)
      assert.match(after.notAssessed['svc-dmsa-create-delegated'] ?? '', /root key/)
    })
  })

  test('svc-dmsa-write-existing', async () => {
    const { f, user, group } = await lab()
    modernize(f)
    const clerk = user('clerk')
    const who = f.sid(clerk)
    const a = group('a', [clerk])
    const b = group('b', [clerk])
    const grants: [string, readonly [Sid, number, Partial<Ace>][], boolean][] = [
      ['full', [[who, fullControl, {}]], true],
      ['write', [[who, writeProperty, {}]], true],
      ['dacl', [[who, writeDacl, {}]], true],
      ['owner', [[who, writeOwner, {}]], true],
      [
        'both',
        [
          [who, writeProperty, { objectType: precededBy }],
          [who, writeProperty, { objectType: delegatedState }],
        ],
        true,
      ],
      [
        'groups',
        [
          [f.sid(a), writeProperty, { objectType: precededBy }],
          [f.sid(b), writeProperty, { objectType: delegatedState }],
        ],
        true,
      ],
      ['link', [[who, writeProperty, { objectType: precededBy }]], false],
      ['state', [[who, writeProperty, { objectType: delegatedState }]], false],
      [
        'apart',
        [
          [who, writeProperty, { objectType: precededBy }],
          [f.sid(service), writeProperty, { objectType: delegatedState }],
        ],
        false,
      ],
      ['read', [[who, readProperty, {}]], false],
    ]
    const dns = grants.map(([name]) => delegated(f, `d-${name}`))
    const before = look(f)
    assert.equal(before.findings['svc-dmsa-write-existing'], undefined)
    for (const [index, [, all]] of grants.entries())
      for (const [sid, mask, more] of all) f.grant(dns[index]!, sid, mask, more)
    f.grant(managed, who, writeProperty, { objectType: precededBy })
    f.grant(managed, who, writeProperty, { objectType: delegatedState })
    const after = look(f)
    assert.deepEqual(
      services(added(before, after)),
      on(
        'svc-dmsa-write-existing',
        ...grants.flatMap(([, , isFound], index) => (isFound ? [dns[index]!] : [])),
      ).toSorted(),
    )
    assert.equal(after.on('svc-dmsa-write-existing', dns[0]!).severity, 'critical')
  })

  test('svc-dmsa-target-link-writable', async () => {
    const { f, user } = await lab()
    modernize(f)
    const who = f.sid(user('who'))
    const chief = user('chief')
    const half = user('half')
    const plain = user('plain')
    const reader = user('reader')
    for (const dn of [chief, half, reader]) f.join(admins, dn)
    const before = look(f)
    const both = (dn: string) => {
      f.grant(dn, who, writeProperty, { objectType: supersededLink })
      f.grant(dn, who, writeProperty, { objectType: supersededState })
    }
    for (const dn of [chief, plain, controller]) both(dn)
    f.grant(half, who, writeProperty, { objectType: supersededLink })
    f.grant(reader, who, readProperty)
    f.grant(`CN=Administrator,${users}`, who, writeProperty)
    const after = look(f)
    assert.deepEqual(
      services(added(before, after)),
      on(
        'svc-dmsa-target-link-writable',
        `CN=Administrator,${users}`,
        controller,
        chief,
      ).toSorted(),
    )
    assert.equal(after.on('svc-dmsa-target-link-writable', chief).severity, 'high')
  })

  test('svc-dmsa-supersedes-privileged', async () => {
    const { f, user } = await lab()
    modernize(f)
    const chief = `CN=Administrator,${users}`
    const plain = user('plain')
    const second = user('second')
    f.join(admins, second)
    const done = delegated(f, 'd-done')
    const mutual = delegated(f, 'd-mutual')
    const started = delegated(f, 'd-started')
    const ordinary = delegated(f, 'd-ordinary')
    const before = look(f)
    f.set(done, { 'msDS-ManagedAccountPrecededByLink': chief, 'msDS-DelegatedMSAState': 2 })
    f.set(started, { 'msDS-ManagedAccountPrecededByLink': chief, 'msDS-DelegatedMSAState': 1 })
    f.set(ordinary, { 'msDS-ManagedAccountPrecededByLink': plain, 'msDS-DelegatedMSAState': 2 })
    // Begun by an administrator: each names the other.
    f.set(mutual, { 'msDS-ManagedAccountPrecededByLink': second, 'msDS-DelegatedMSAState': 1 })
    f.set(second, { 'msDS-SupersededManagedAccountLink': mutual })
    const after = look(f)
    assert.deepEqual(
      services(added(before, after)),
      on('svc-dmsa-supersedes-privileged', done, started),
    )
    assert.equal(after.on('svc-dmsa-supersedes-privileged', done).severity, 'critical')
    f.set(mutual, { 'msDS-DelegatedMSAState': 2 })
    assert.deepEqual(services(added(after, look(f))), on('svc-dmsa-supersedes-privileged', mutual))
  })
})
