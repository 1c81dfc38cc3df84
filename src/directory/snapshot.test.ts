import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { formatFileTime } from './time.ts'
import { writeSid } from './sid.ts'
import { type RawAttribute, type Snapshot, SnapshotBuilder } from './snapshot.ts'

const text = new TextEncoder()
const taken = new Date('2026-01-01T00:00:00Z')
const root = 'S-1-5-21-1-2-3'
const child = 'S-1-5-21-4-5-6'

function of(values: Record<string, string | readonly string[] | Uint8Array>): RawAttribute[] {
  return Object.entries(values).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? [value] : [value].flat().map((each) => text.encode(each)),
  ])
}

function twoDomains(): Snapshot {
  const builder = new SnapshotBuilder()
  const domain = (dn: string, sid: string) =>
    builder.add(
      dn,
      of({
        objectClass: ['top', 'domain', 'domainDNS'],
        objectSid: writeSid(sid),
        instanceType: '5',
      }),
    )
  domain('DC=corp,DC=example', root)
  domain('DC=emea,DC=corp,DC=example', child)
  builder.add(
    'DC=DomainDnsZones,DC=corp,DC=example',
    of({ objectClass: ['top', 'domain', 'domainDNS'], instanceType: '5' }),
  )
  builder.add(
    'CN=Configuration,DC=corp,DC=example',
    of({ objectClass: ['top', 'configuration'], instanceType: '13' }),
  )
  for (const dn of ['DC=corp,DC=example', 'DC=emea,DC=corp,DC=example']) {
    builder.add(
      `CN=Administrators,CN=Builtin,${dn}`,
      of({
        objectClass: ['top', 'group'],
        objectSid: writeSid('S-1-5-32-544'),
        sAMAccountName: `Admins of ${dn}`,
      }),
    )
  }
  builder.add(
    'CN=Alice,CN=Users,DC=corp,DC=example',
    of({
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      objectSid: writeSid(`${root}-1104`),
      sAMAccountName: 'alice',
      userAccountControl: '66048',
      pwdLastSet: formatFileTime(taken),
      unixUserPassword: 'ABCD!efgh12345$67890',
    }),
  )
  builder.add(
    'CN=PC1,CN=Computers,DC=corp,DC=example',
    of({
      objectClass: ['top', 'person', 'organizationalPerson', 'user', 'computer'],
      sAMAccountName: 'PC1$',
    }),
  )
  builder.add(
    'CN=gone,CN=Users,DC=corp,DC=example',
    of({ objectClass: ['top', 'user'], isDeleted: 'TRUE' }),
  )
  return builder.build({ origin: { source: 'test', takenAt: taken } })
}

suite('Snapshot', () => {
  const snapshot = twoDomains()
  const alice = snapshot.byDn('cn=ALICE, cn=users,dc=corp,dc=example') ?? -1

  test('finds objects by DN in any spelling, and by SID', () => {
    assert.equal(snapshot.dn(alice), 'CN=Alice,CN=Users,DC=corp,DC=example')
    assert.equal(snapshot.bySid(`${root}-1104`), alice)
    assert.equal(snapshot.byDn('CN=Nobody,DC=corp,DC=example'), undefined)
  })

  test('gives typed values, and undefined or an empty list where there is none', () => {
    assert.equal(snapshot.value(alice, 'userAccountControl'), 66048)
    assert.deepEqual(snapshot.value(alice, 'pwdLastSet'), taken)
    assert.equal(snapshot.value(alice, 'description').length, 0)
    assert.equal(snapshot.value(alice, 'lastLogon'), undefined)
    assert.equal(snapshot.value(alice, 'objectSid'), `${root}-1104`)
  })

  test('keeps of a secret only that there is one', () => {
    assert.equal(snapshot.has(alice, 'unixuserpassword'), true)
    assert.deepEqual(snapshot.raw(alice, 'unixUserPassword'), [new Uint8Array()])
  })

  test('knows domains, not application partitions, and which is the root', () => {
    assert.deepEqual(
      snapshot.domains.map(({ name, sid, isRoot }) => [name, sid, isRoot]),
      [
        ['corp.example', root, true],
        ['emea.corp.example', child, false],
      ],
    )
    assert.equal(snapshot.configurationDn, 'CN=Configuration,DC=corp,DC=example')
    assert.equal(snapshot.schemaDn, 'CN=Schema,CN=Configuration,DC=corp,DC=example')
  })

  test('a BUILTIN SID is another group in each domain', () => {
    const [first, second] = snapshot.domains
    assert.equal(
      snapshot.name(snapshot.bySid('S-1-5-32-544', first) ?? -1),
      'Admins of DC=corp,DC=example',
    )
    assert.equal(
      snapshot.name(snapshot.bySid('S-1-5-32-544', second) ?? -1),
      'Admins of DC=emea,DC=corp,DC=example',
    )
    assert.equal(snapshot.allBySid('S-1-5-32-544').length, 2)
  })

  test('each object is only the most special kind, and deleted ones are none', () => {
    const names = (kind: 'user' | 'computer') =>
      [...snapshot.ofKind(kind)].map((id) => snapshot.name(id))
    assert.deepEqual([names('user'), names('computer')], [['alice'], ['PC1$']])
    assert.equal(snapshot.ofClass('user').length, 3)
  })

  test('the domain of an object is that of the longest naming context above it', () => {
    const nested = snapshot.byDn('CN=Administrators,CN=Builtin,DC=emea,DC=corp,DC=example') ?? -1
    assert.equal(snapshot.domainOf(nested)?.name, 'emea.corp.example')
    assert.equal(
      snapshot.domainOf(snapshot.byDn('DC=DomainDnsZones,DC=corp,DC=example') ?? -1),
      undefined,
    )
  })

  test('an object given twice is kept once', () => {
    const builder = new SnapshotBuilder()
    assert.equal(builder.add('CN=a', of({ cn: 'a' })), 0)
    assert.equal(builder.add('cn=A', of({ cn: 'b' })), -1)
    assert.equal(builder.count, 1)
  })
})
