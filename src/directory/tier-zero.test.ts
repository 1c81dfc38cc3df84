import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Access } from './access.ts'
import type { FriendlyAttributes } from './builder-values.ts'
import { Memberships } from './groups.ts'
import {
  at,
  computer,
  corp,
  foreign,
  group,
  labSkip,
  labSnapshot,
  smallForest,
  sub,
  user,
} from './lab/testing.ts'
import type { Snapshot } from './snapshot.ts'
import { TierZero } from './tier-zero.ts'

function tierZeroOf(snapshot: Snapshot): TierZero {
  const memberships = new Memberships(snapshot)
  return new TierZero(snapshot, memberships, new Access(snapshot, memberships))
}

function namesIn(objects: Record<string, FriendlyAttributes>): string[] {
  const snapshot = smallForest(objects)
  const tierZero = tierZeroOf(snapshot)
  return Object.keys(objects)
    .filter((name) => tierZero.hasObject(at(snapshot, name)))
    .map((name) => name.split(',')[0]!)
}

test('privileged groups and their members at any depth are in, others are not', () => {
  const objects = {
    'CN=Domain Admins,corp': group(512, [
      'CN=Nested,corp',
      'CN=S-1-5-21-9-9-9-1234,CN=ForeignSecurityPrincipals,corp',
    ]),
    'CN=Nested,corp': group(1100, ['CN=alice,corp', 'CN=Domain Admins,corp']),
    'CN=Key Admins,corp': group(526, ['CN=keyed,corp']),
    'CN=Backup Operators,CN=Builtin,corp': group('S-1-5-32-551', ['CN=bob,corp'], 'builtin'),
    'CN=Remote Desktop Users,CN=Builtin,corp': group('S-1-5-32-555', ['CN=carol,corp'], 'builtin'),
    'CN=Domain Controllers,corp': group(516),
    'CN=DC1,corp': computer(1000, { primaryGroupID: 516 }),
    'CN=Administrator,corp': user(500),
    'CN=krbtgt,corp': user(502),
    'CN=Guest,corp': user(501),
    'CN=alice,corp': user(1001, { userAccountControl: 0x202 }),
    'CN=bob,corp': user(1002),
    'CN=carol,corp': user(1003),
    'CN=keyed,corp': user(1004),
    'CN=S-1-5-21-9-9-9-1234,CN=ForeignSecurityPrincipals,corp': foreign('S-1-5-21-9-9-9-1234'),
  }
  assert.deepEqual(namesIn(objects), [
    'CN=Domain Admins',
    'CN=Nested',
    'CN=Key Admins',
    'CN=Backup Operators',
    'CN=Domain Controllers',
    'CN=DC1',
    'CN=Administrator',
    'CN=krbtgt',
    'CN=alice',
    'CN=bob',
    'CN=keyed',
    'CN=S-1-5-21-9-9-9-1234',
  ])
  const tierZero = tierZeroOf(smallForest(objects))
  assert.equal(tierZero.has('S-1-5-21-9-9-9-1234'), true)
  assert.equal(tierZero.has(`${corp}-1001`), true)
  assert.equal(tierZero.has(`${corp}-1003`), false)
})

test('a crowd in a privileged group does not make everybody Tier Zero', () => {
  const names = namesIn({
    'CN=Administrators,CN=Builtin,corp': group(
      'S-1-5-32-544',
      ['CN=Helpers,corp', 'CN=alice,corp', 'CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp'],
      'builtin',
    ),
    'CN=Helpers,corp': group(1100, ['CN=Domain Users,corp', 'CN=bob,corp']),
    'CN=Domain Users,corp': group(513),
    'CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp': foreign('S-1-5-11'),
    'CN=alice,corp': user(1001, { primaryGroupID: 513 }),
    'CN=bob,corp': user(1002, { primaryGroupID: 513 }),
  })
  assert.deepEqual(names, ['CN=Administrators', 'CN=alice'])
})

test('privileged SIDs are told without their objects, those of the root only of the root', () => {
  const tierZero = tierZeroOf(smallForest({ 'CN=alice,sub': user(`${sub}-1001`) }))
  // corp is not told to be the root by a configuration context, so both may be.
  for (const sid of [
    'S-1-5-9',
    'S-1-5-18',
    'S-1-5-32-544',
    'S-1-5-32-548',
    'S-1-5-32-549',
    'S-1-5-32-550',
    'S-1-5-32-551',
  ]) {
    assert.equal(tierZero.has(sid), true, sid)
  }
  for (const domain of [corp, sub])
    for (const rid of [500, 502, 512, 516, 526])
      assert.equal(tierZero.has(`${domain}-${rid}`), true)
  for (const sid of [
    'S-1-5-11',
    'S-1-1-0',
    'S-1-5-10',
    'S-1-5-32-545',
    `${corp}-513`,
    `${corp}-517`,
    `${corp}-521`,
    'S-1-5-21-9-9-9-512',
  ]) {
    assert.equal(tierZero.has(sid), false, sid)
  }
  const rooted = tierZeroOf(
    smallForest({
      'CN=alice,sub': user(`${sub}-1001`),
      'CN=Configuration,corp': { objectClass: ['top', 'configuration'], instanceType: 13 },
    }),
  )
  assert.deepEqual(
    [498, 518, 519, 527].map((rid) => rooted.has(`${corp}-${rid}`)),
    [false, true, true, true],
  )
  assert.deepEqual(
    [498, 518, 519, 527].map((rid) => rooted.has(`${sub}-${rid}`)),
    [false, false, false, false],
  )
})

test('the root that was not read is known from a trust within the forest and from the owner of the configuration', () => {
  const tierZero = tierZeroOf(
    smallForest({
      'CN=root.example,CN=System,corp': {
        objectClass: ['top', 'trustedDomain'],
        securityIdentifier: 'S-1-5-21-5-5-5',
        trustAttributes: 0x20,
      },
      'CN=Configuration,DC=root,DC=example': {
        objectClass: ['top', 'configuration'],
        instanceType: 13,
        nTSecurityDescriptor: 'O:S-1-5-21-5-5-5-519D:',
      },
    }),
  )
  assert.deepEqual(
    [512, 519].map((rid) => tierZero.has(`S-1-5-21-5-5-5-${rid}`)),
    [true, true],
  )
  assert.equal(tierZero.has(`${corp}-519`), false)
  assert.equal(tierZero.has('S-1-5-21-6-6-6-519'), false)
})

test('controllers are those of the configuration, whatever group they claim', () => {
  const objects = {
    'CN=Configuration,corp': { objectClass: ['top', 'configuration'], instanceType: 13 },
    'CN=DC2,CN=Servers,CN=Site,CN=Sites,CN=Configuration,corp': {
      objectClass: ['top', 'server'],
      serverReference: 'CN=DC2,corp',
    },
    'CN=NTDS Settings,CN=DC2,CN=Servers,CN=Site,CN=Sites,CN=Configuration,corp': {
      objectClass: ['top', 'applicationSettings', 'nTDSDSA'],
    },
    'CN=Scanner,CN=Servers,CN=Site,CN=Sites,CN=Configuration,corp': {
      objectClass: ['top', 'server'],
      serverReference: 'CN=PC,corp',
    },
    'CN=DC2,corp': computer(1000, { primaryGroupID: 515 }),
    'CN=PC,corp': computer(1001),
    'CN=Read-only,corp': group(521),
    'CN=RODC,corp': computer(1002, { primaryGroupID: 521, 'msDS-KrbTgtLink': 'CN=krbtgt_7,corp' }),
    'CN=krbtgt_7,corp': user(1003, { userAccountControl: 0x202 }),
    'CN=krbtgt_8,corp': user(1004, { 'msDS-SecondaryKrbTgtNumber': 8 }),
  }
  assert.deepEqual(namesIn(objects), [
    'CN=Configuration',
    'CN=DC2',
    'CN=Read-only',
    'CN=RODC',
    'CN=krbtgt_7',
    'CN=krbtgt_8',
  ])
})

test('read-only controllers are of Tier Zero as objects and not as trustees; writable ones are both', () => {
  const objects = {
    'CN=Configuration,corp': { objectClass: ['top', 'configuration'], instanceType: 13 },
    'CN=BRANCH,CN=Servers,CN=Site,CN=Sites,CN=Configuration,corp': {
      objectClass: ['top', 'server'],
      serverReference: 'CN=BRANCH,corp',
    },
    'CN=NTDS Settings,CN=BRANCH,CN=Servers,CN=Site,CN=Sites,CN=Configuration,corp': {
      objectClass: ['top', 'applicationSettings', 'nTDSDSA', 'nTDSDSARO'],
    },
    'CN=Domain Controllers,corp': group(516),
    'CN=Read-only,corp': group(521),
    'CN=Enterprise read-only,corp': group(498, ['CN=Read-only,corp'], 'universal'),
    'CN=DC1,corp': computer(1000, { primaryGroupID: 516 }),
    'CN=BRANCH,corp': computer(1001, { primaryGroupID: 521 }),
    'CN=krbtgt_7,corp': user(1002, { 'msDS-SecondaryKrbTgtNumber': 7 }),
  }
  const snapshot = smallForest(objects)
  const tierZero = tierZeroOf(snapshot)
  const trusted = ['CN=Domain Controllers,corp', 'CN=DC1,corp']
  const others = [
    'CN=Read-only,corp',
    'CN=Enterprise read-only,corp',
    'CN=BRANCH,corp',
    'CN=krbtgt_7,corp',
  ]
  for (const name of [...trusted, ...others]) {
    const id = at(snapshot, name)
    assert.equal(tierZero.hasObject(id), true, name)
    assert.equal(tierZero.has(snapshot.sid(id)!), trusted.includes(name), name)
  }
  assert.equal(
    tierZero.why(at(snapshot, 'CN=BRANCH,corp')),
    'BRANCH is a read-only domain controller.',
  )
})

test('a read-only controller that is an administrator too is trusted', () => {
  const snapshot = smallForest({
    'CN=Domain Admins,corp': group(512, ['CN=BRANCH,corp']),
    'CN=Read-only,corp': group(521),
    'CN=BRANCH,corp': computer(1001, { primaryGroupID: 521 }),
  })
  assert.equal(tierZeroOf(snapshot).has(`${corp}-1001`), true)
})

test('members of a privileged group that was not read are told by their primary group', () => {
  assert.deepEqual(
    namesIn({
      'CN=DC1,corp': computer(1000, { primaryGroupID: 516 }),
      'CN=PC1,corp': computer(1001),
      'CN=root,corp': user(1002, { primaryGroupID: 512 }),
    }),
    ['CN=DC1', 'CN=root'],
  )
})

test('a group that brings a privileged SID from a former life gives it to its members', () => {
  assert.deepEqual(
    namesIn({
      'CN=Moved,corp': group(1100, ['CN=Inner,corp', 'CN=alice,corp'], 'global', {
        sIDHistory: [`${corp}-512`],
      }),
      'CN=Inner,corp': group(1101, ['CN=bob,corp']),
      'CN=alice,corp': user(1001),
      'CN=bob,corp': user(1002),
      'CN=carol,corp': user(1003),
      // She comes before the one whose SID she brings, who is of Tier Zero only by what he brings himself.
      'CN=dave,corp': user(1004, { sIDHistory: [`${corp}-1005`] }),
      'CN=eve,corp': user(1005, { sIDHistory: ['S-1-5-32-544'] }),
      'CN=Users,corp': group(513, ['CN=carol,corp'], 'global', { sIDHistory: [`${corp}-519`] }),
    }),
    ['CN=Moved', 'CN=Inner', 'CN=alice', 'CN=bob', 'CN=dave', 'CN=eve'],
  )
})

test('heads, AdminSDHolder, certification authorities and their hosts, and SID history', () => {
  const objects = {
    'CN=Configuration,corp': { objectClass: ['top', 'configuration'], instanceType: 13 },
    'CN=Schema,CN=Configuration,corp': { objectClass: ['top', 'dMD'], instanceType: 13 },
    'CN=AdminSDHolder,CN=System,corp': { objectClass: ['top', 'container'] },
    'CN=CA1,CN=Enrollment Services,CN=Public Key Services,CN=Services,CN=Configuration,corp': {
      objectClass: ['top', 'pKIEnrollmentService'],
      dNSHostName: 'PKI.corp.example',
    },
    'CN=PKI,corp': computer(1000, { dNSHostName: 'pki.corp.example' }),
    'CN=PC,corp': computer(1001, { dNSHostName: 'pc.corp.example' }),
    'CN=mallory,corp': user(1002, { sIDHistory: [`${corp}-519`] }),
    'CN=moved,corp': user(1003, { sIDHistory: ['S-1-5-21-9-9-9-1111'] }),
  }
  assert.deepEqual(namesIn(objects), [
    'CN=Configuration',
    'CN=Schema',
    'CN=AdminSDHolder',
    'CN=CA1',
    'CN=PKI',
    'CN=mallory',
  ])
  const snapshot = smallForest(objects)
  const tierZero = tierZeroOf(snapshot)
  assert.equal(tierZero.hasObject(at(snapshot, 'corp')), true)
  assert.equal(
    tierZero.why(at(snapshot, 'CN=PKI,corp')),
    'PKI runs the certification authority CA1.',
  )
  assert.equal(
    tierZero.why(at(snapshot, 'CN=mallory,corp')),
    'mallory has Enterprise Admins in its SID history.',
  )
  assert.equal(tierZero.why(at(snapshot, 'CN=PC,corp')), '')
  assert.deepEqual(
    [...tierZero.objects],
    [...tierZero.objects].toSorted((a, b) => a - b),
  )
})

test('the laboratory: Tier Zero is what its makers put there', { skip: labSkip }, () => {
  const snapshot = labSnapshot()
  const tierZero = tierZeroOf(snapshot)
  const accounts = [...tierZero.objects].flatMap((id) => snapshot.value(id, 'sAMAccountName') ?? [])
  assert.deepEqual(accounts.toSorted(), [
    'Account Operators',
    'Administrator',
    'Administrators',
    'BRAAVOS$',
    'Backup Operators',
    'Domain Admins',
    'Domain Controllers',
    'Dragons',
    'Enterprise Admins',
    'Enterprise Key Admins',
    'Enterprise Read-only Domain Controllers',
    'Key Admins',
    'MEEREEN$',
    'Print Operators',
    'QueenProtector',
    'Read-only Domain Controllers',
    'Schema Admins',
    'Server Operators',
    'daenerys.targaryen',
    'drogon',
    'krbtgt',
    'vagrant',
  ])
  const why = (name: string) => {
    const id = [...tierZero.objects].find((object) => snapshot.name(object) === name)
    return id === undefined ? undefined : tierZero.why(id)
  }
  assert.equal(why('MEEREEN$'), 'MEEREEN$ is a domain controller.')
  assert.equal(why('BRAAVOS$'), 'BRAAVOS$ runs the certification authority ESSOS-CA.')
  assert.equal(why('drogon'), 'drogon is in Domain Admins.')
})
