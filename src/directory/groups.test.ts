import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Memberships } from './groups.ts'
import { at, computer, corp, foreign, group, sub, smallForest, user } from './lab/testing.ts'
import type { Snapshot } from './snapshot.ts'

const dns = (snapshot: Snapshot, ids: Iterable<number> | 'many') =>
  ids === 'many' ? ids : [...ids].map((id) => snapshot.dn(id).split(',')[0] ?? '').toSorted()

test('direct members come from member and from primaryGroupID, each once', () => {
  const snapshot = smallForest({
    'CN=Staff,corp': group(1100, ['CN=alice,corp']),
    'CN=alice,corp': user(1001, { primaryGroupID: 1100 }),
    'CN=bob,corp': user(1002, { primaryGroupID: 1100 }),
    'CN=carol,corp': user(1003, { primaryGroupID: 513 }),
  })
  const groups = new Memberships(snapshot)
  assert.deepEqual(dns(snapshot, groups.members(at(snapshot, 'CN=Staff,corp'))), [
    'CN=alice',
    'CN=bob',
  ])
})

test('members at any depth are found through nested groups and through loops', () => {
  const snapshot = smallForest({
    'CN=A,corp': group(1100, ['CN=B,corp']),
    'CN=B,corp': group(1101, ['CN=C,corp', 'CN=alice,corp']),
    'CN=C,corp': group(1102, ['CN=A,corp', 'CN=bob,corp']),
    'CN=alice,corp': user(1001),
    'CN=bob,corp': user(1002),
  })
  const groups = new Memberships(snapshot)
  const all = ['CN=B', 'CN=C', 'CN=alice', 'CN=bob']
  assert.deepEqual(dns(snapshot, groups.transitiveMembers(at(snapshot, 'CN=A,corp'))), all)
  assert.deepEqual(dns(snapshot, groups.groupsOf(at(snapshot, 'CN=bob,corp'))), [
    'CN=A',
    'CN=B',
    'CN=C',
  ])
  assert.equal(groups.isMember(at(snapshot, 'CN=bob,corp'), at(snapshot, 'CN=A,corp')), true)
  assert.equal(groups.isMember(at(snapshot, 'CN=A,corp'), at(snapshot, 'CN=bob,corp')), false)
})

test('a distribution group puts nothing into tokens and passes nothing on', () => {
  const snapshot = smallForest({
    'CN=Admins,corp': group(1100, ['CN=List,corp']),
    'CN=List,corp': group(1101, ['CN=alice,corp'], 'distribution'),
    'CN=alice,corp': user(1001),
  })
  const groups = new Memberships(snapshot)
  assert.deepEqual(dns(snapshot, groups.transitiveMembers(at(snapshot, 'CN=Admins,corp'))), [
    'CN=List',
  ])
  assert.deepEqual(dns(snapshot, groups.transitiveMembers(at(snapshot, 'CN=List,corp'))), [
    'CN=alice',
  ])
  const token = groups.tokenOf(at(snapshot, 'CN=alice,corp'))
  assert.equal(token.has(`${corp}-1101`), false)
  assert.equal(token.has(`${corp}-1100`), false)
})

test('a foreign security principal counts as the object of the forest that has its SID', () => {
  const snapshot = smallForest({
    'CN=Local,sub': group(
      `${sub}-1100`,
      [
        `CN=${corp}-1001,CN=ForeignSecurityPrincipals,sub`,
        `CN=${corp}-1002,CN=ForeignSecurityPrincipals,sub`,
      ],
      'domainLocal',
    ),
    [`CN=${corp}-1001,CN=ForeignSecurityPrincipals,sub`]: foreign(`${corp}-1001`),
    'CN=alice,corp': user(1001),
    'CN=bob,corp': user(1002),
  })
  const groups = new Memberships(snapshot)
  // bob's stand-in was not read, but its DN tells his SID.
  assert.deepEqual(dns(snapshot, groups.members(at(snapshot, 'CN=Local,sub'))), [
    'CN=alice',
    'CN=bob',
  ])
})

test('members that are no object of the snapshot are kept by DN, with the SID where the DN tells it', () => {
  const snapshot = smallForest({
    'CN=Outer,corp': group(1100, ['CN=Inner,corp']),
    'CN=Inner,corp': group(1101, [
      'CN=S-1-5-21-9-9-9-1234,CN=ForeignSecurityPrincipals,corp',
      'CN=gone,OU=Hidden,corp',
    ]),
  })
  const groups = new Memberships(snapshot)
  assert.deepEqual(groups.unreadMembers(at(snapshot, 'CN=Outer,corp')), [
    {
      dn: 'CN=S-1-5-21-9-9-9-1234,CN=ForeignSecurityPrincipals,DC=corp,DC=example',
      sid: 'S-1-5-21-9-9-9-1234',
    },
    { dn: 'CN=gone,OU=Hidden,DC=corp,DC=example' },
  ])
})

test('a group whose member could not be read is filled from memberOf, in whatever case', () => {
  const snapshot = smallForest({
    'CN=Hidden,corp': group(1100),
    'CN=Seen,corp': group(1101, ['CN=bob,corp']),
    'CN=alice,corp': user(1001, { memberOf: ['cn=hidden,corp', 'CN=Seen,corp'] }),
    'CN=bob,corp': user(1002),
  })
  const groups = new Memberships(snapshot)
  assert.deepEqual(dns(snapshot, groups.members(at(snapshot, 'CN=Hidden,corp'))), ['CN=alice'])
  // `member` was read there and is believed.
  assert.deepEqual(dns(snapshot, groups.members(at(snapshot, 'CN=Seen,corp'))), ['CN=bob'])
})

test('a token holds what every signed-in account has, the primary group even when it was not read, and SID history', () => {
  const snapshot = smallForest({
    'CN=alice,corp': user(1001, { primaryGroupID: 513, sIDHistory: ['S-1-5-21-7-7-7-500'] }),
  })
  const token = new Memberships(snapshot).tokenOf(at(snapshot, 'CN=alice,corp'))
  assert.deepEqual(
    [...token].toSorted(),
    [
      'S-1-1-0',
      'S-1-18-1',
      'S-1-5-11',
      'S-1-5-15',
      'S-1-5-2',
      `${corp}-1001`,
      `${corp}-513`,
      'S-1-5-21-7-7-7-500',
    ].toSorted(),
  )
})

test('only controllers hold Enterprise Domain Controllers', () => {
  const snapshot = smallForest({
    'CN=DC1,corp': computer(1000, { userAccountControl: 0x82000, primaryGroupID: 516 }),
    'CN=PC1,corp': computer(1001),
    'CN=Controllers,corp': group(516),
  })
  const groups = new Memberships(snapshot)
  assert.equal(groups.tokenOf(at(snapshot, 'CN=DC1,corp')).has('S-1-5-9'), true)
  assert.equal(groups.tokenOf(at(snapshot, 'CN=PC1,corp')).has('S-1-5-9'), false)
  assert.equal(groups.tokenOfSid(`${corp}-516`).has('S-1-5-9'), true)
})

test('Guest is one of Everyone and not of Authenticated Users', () => {
  const snapshot = smallForest({
    'CN=Guest,corp': user(501),
    'CN=Guests,CN=Builtin,corp': group('S-1-5-32-546', ['CN=Guest,corp'], 'builtin'),
  })
  const groups = new Memberships(snapshot)
  const token = groups.tokenOf(at(snapshot, 'CN=Guest,corp'))
  assert.equal(token.has('S-1-1-0'), true)
  assert.equal(token.has('S-1-5-11'), false)
  // What all members of Guests have in common is no more than that.
  assert.equal(groups.tokenOfSid('S-1-5-32-546').has('S-1-5-11'), false)
})

test('BUILTIN and domain-local groups count only for objects of their own domain', () => {
  const snapshot = smallForest({
    'CN=Administrators,CN=Builtin,corp': group('S-1-5-32-544', ['CN=alice,corp'], 'builtin'),
    'CN=Administrators,CN=Builtin,sub': group('S-1-5-32-544', ['CN=bob,sub'], 'builtin'),
    'CN=Local,corp': group(1200, ['CN=alice,corp', 'CN=Wide,sub'], 'domainLocal'),
    'CN=Wide,sub': group(`${sub}-1300`, ['CN=bob,sub'], 'universal'),
    'CN=alice,corp': user(1001),
    'CN=bob,sub': user(`${sub}-1002`),
  })
  const groups = new Memberships(snapshot)
  const [inCorp, inSub] = ['corp.example', 'sub.corp.example'].map((name) =>
    snapshot.domains.find((domain) => domain.name === name),
  )
  const [alice, bob] = [at(snapshot, 'CN=alice,corp'), at(snapshot, 'CN=bob,sub')]
  const holds = (id: number, domain: typeof inCorp) =>
    ['S-1-5-32-544', `${corp}-1200`, `${sub}-1300`].filter((sid) =>
      groups.tokenOf(id, domain).has(sid),
    )
  assert.deepEqual(holds(alice, inCorp), ['S-1-5-32-544', `${corp}-1200`])
  assert.deepEqual(holds(alice, inSub), [])
  assert.deepEqual(holds(bob, inCorp), [`${corp}-1200`, `${sub}-1300`])
  assert.deepEqual(holds(bob, inSub), ['S-1-5-32-544', `${sub}-1300`])
})

test('a BUILTIN group of another domain is never taken for one that was not read', () => {
  const snapshot = smallForest({
    'CN=Administrators,CN=Builtin,corp': group('S-1-5-32-544', ['CN=alice,corp'], 'builtin'),
    'CN=alice,corp': user(1001),
    'CN=bob,sub': user(`${sub}-1002`),
  })
  const groups = new Memberships(snapshot)
  const child = snapshot.domainBySid(sub)
  assert.equal(groups.objectOf('S-1-5-32-544', child), undefined)
  assert.equal(groups.reach('S-1-5-32-544', child), 0)
  assert.equal(groups.reach('S-1-5-32-544'), 1)
})

test('a SID from SID history brings the domain-local groups it is in, and no others', () => {
  const snapshot = smallForest({
    'CN=Enterprise Admins,corp': group(519, [], 'universal'),
    'CN=Administrators,CN=Builtin,corp': group(
      'S-1-5-32-544',
      ['CN=Enterprise Admins,corp'],
      'builtin',
    ),
    'CN=Wide,corp': group(1100, ['CN=Enterprise Admins,corp'], 'universal'),
    'CN=mallory,corp': user(1001, { sIDHistory: [`${corp}-519`] }),
  })
  const token = new Memberships(snapshot).tokenOf(at(snapshot, 'CN=mallory,corp'))
  assert.equal(token.has(`${corp}-519`), true)
  assert.equal(token.has('S-1-5-32-544'), true)
  assert.equal(token.has(`${corp}-1100`), false)
})

test('members by claim: whoever signs in is in a group that holds Authenticated Users', () => {
  const snapshot = smallForest({
    'CN=Old,CN=Builtin,corp': group(
      'S-1-5-32-554',
      ['CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp'],
      'builtin',
    ),
    'CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp': foreign('S-1-5-11'),
    'CN=alice,corp': user(1001),
    'OU=Box,corp': { objectClass: ['top', 'organizationalUnit'] },
  })
  const groups = new Memberships(snapshot)
  const old = at(snapshot, 'CN=Old,CN=Builtin,corp')
  assert.equal(groups.isMember(at(snapshot, 'CN=alice,corp'), old), true)
  assert.equal(groups.isMember(at(snapshot, 'OU=Box,corp'), old), false)
  assert.equal(groups.tokenOf(at(snapshot, 'CN=alice,corp')).has('S-1-5-32-554'), true)
  assert.deepEqual([...groups.groupsOf(at(snapshot, 'CN=alice,corp'))], [])
})

test('a claim counts in a group even where its stand-in object was not read', () => {
  const snapshot = smallForest({
    'CN=Old,CN=Builtin,corp': group(
      'S-1-5-32-554',
      ['CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp'],
      'builtin',
    ),
    'CN=alice,corp': user(1001),
  })
  const groups = new Memberships(snapshot)
  assert.equal(groups.tokenOf(at(snapshot, 'CN=alice,corp')).has('S-1-5-32-554'), true)
  assert.equal(
    groups.isMember(at(snapshot, 'CN=alice,corp'), at(snapshot, 'CN=Old,CN=Builtin,corp')),
    true,
  )
  assert.equal(groups.isBroad('S-1-5-32-554'), true)
})

test('broad: the well-known crowds, and every group that holds one of them at any depth', () => {
  const snapshot = smallForest({
    'CN=Domain Users,corp': group(513),
    'CN=Everybody here,corp': group(1100, ['CN=Middle,corp'], 'domainLocal'),
    'CN=Middle,corp': group(1101, ['CN=Domain Users,corp']),
    'CN=By list,corp': group(1102, ['CN=List,corp']),
    'CN=List,corp': group(1103, ['CN=Domain Users,corp'], 'distribution'),
    'CN=Pre,CN=Builtin,corp': group(
      'S-1-5-32-554',
      ['CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp'],
      'builtin',
    ),
    'CN=Pre,CN=Builtin,sub': group('S-1-5-32-554', [], 'builtin'),
    'CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp': foreign('S-1-5-11'),
    'CN=Few,corp': group(1104, ['CN=alice,corp']),
    'CN=alice,corp': user(1001),
  })
  const groups = new Memberships(snapshot)
  const broad = (sid: string) => groups.isBroad(sid)
  for (const sid of [
    'S-1-1-0',
    'S-1-5-7',
    'S-1-5-11',
    'S-1-5-2',
    'S-1-5-4',
    'S-1-5-15',
    'S-1-5-32-545',
    'S-1-5-32-546',
  ]) {
    assert.equal(broad(sid), true, sid)
  }
  for (const rid of [513, 514, 515, 1100, 1101])
    assert.equal(broad(`${corp}-${rid}`), true, `${rid}`)
  for (const rid of [512, 516, 1001, 1102, 1103, 1104])
    assert.equal(broad(`${corp}-${rid}`), false, `${rid}`)
  assert.equal(broad('S-1-5-21-9-9-9-513'), true)
  assert.equal(groups.isBroad('S-1-5-32-554', snapshot.domainBySid(corp)), true)
  assert.equal(groups.isBroad('S-1-5-32-554', snapshot.domainBySid(sub)), false)
  assert.equal(broad('S-1-5-32-544'), false)
})

test('reach counts enabled accounts', () => {
  const snapshot = smallForest({
    'CN=Team,corp': group(1100, ['CN=alice,corp', 'CN=bob,corp', 'CN=Sub team,corp']),
    'CN=Sub team,corp': group(1101, ['CN=PC1,corp', 'CN=alice,corp']),
    'CN=alice,corp': user(1001),
    'CN=bob,corp': user(1002, { userAccountControl: 0x202 }),
    'CN=PC1,corp': computer(1003),
    'CN=dave,corp': user(1004),
    'CN=Wide open,corp': group(
      1102,
      ['CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp'],
      'domainLocal',
    ),
    'CN=S-1-5-11,CN=ForeignSecurityPrincipals,corp': foreign('S-1-5-11'),
  })
  const groups = new Memberships(snapshot)
  const reach = (sid: string) => groups.reach(sid)
  assert.deepEqual(
    [
      `${corp}-1100`,
      `${corp}-1001`,
      `${corp}-1002`,
      'S-1-5-11',
      `${corp}-1102`,
      `${corp}-9999`,
      'S-1-5-10',
    ].map(reach),
    [2, 1, 0, 3, 3, 0, 1],
  )
})

test('a primary group that was not read has its members all the same', () => {
  const snapshot = smallForest({
    'CN=PC1,corp': computer(1001),
    'CN=PC2,corp': computer(1002),
    'CN=alice,corp': user(1003, { primaryGroupID: 513 }),
    'CN=DC1,corp': computer(1004, { primaryGroupID: 516 }),
  })
  const groups = new Memberships(snapshot)
  assert.deepEqual(dns(snapshot, groups.peopleOf(`${corp}-515`)), ['CN=PC1', 'CN=PC2'])
  assert.deepEqual(dns(snapshot, groups.peopleOf('S-1-5-9')), ['CN=DC1'])
  assert.equal(groups.reach(`${corp}-513`), 1)
  // They are of the forest, so the tokens of all hold what only this forest's accounts get.
  assert.equal(groups.tokenOfSid(`${corp}-515`).has('S-1-18-1'), true)
  assert.equal(groups.tokenOfSid('S-1-5-21-9-9-9-515').has('S-1-18-1'), false)
})

test('a SID stands for those who bring it from a former life, and for the members of such groups', () => {
  const former = 'S-1-5-21-9-9-9-1001'
  const snapshot = smallForest({
    'CN=Moved,corp': group(1100, ['CN=alice,corp'], 'global', { sIDHistory: [former] }),
    'CN=alice,corp': user(1001),
    'CN=bob,corp': user(1002, { sIDHistory: [former, `${corp}-1100`] }),
  })
  const groups = new Memberships(snapshot)
  assert.deepEqual(dns(snapshot, groups.peopleOf(former)), ['CN=Moved', 'CN=alice', 'CN=bob'])
  assert.deepEqual(dns(snapshot, groups.peopleOf(`${corp}-1100`)), ['CN=alice', 'CN=bob'])
  assert.equal(groups.reach(former), 2)
})

test('a group with somebody of another forest in it has less in common', () => {
  const snapshot = smallForest({
    'CN=Ours,corp': group(1100, ['CN=alice,corp'], 'domainLocal'),
    'CN=Mixed,corp': group(
      1101,
      ['CN=alice,corp', 'CN=S-1-5-21-9-9-9-1001,CN=ForeignSecurityPrincipals,corp'],
      'domainLocal',
    ),
    'CN=alice,corp': user(1001),
    'CN=S-1-5-21-9-9-9-1001,CN=ForeignSecurityPrincipals,corp': foreign('S-1-5-21-9-9-9-1001'),
  })
  const groups = new Memberships(snapshot)
  const holds = (name: string, sid: string) => groups.tokenOf(at(snapshot, name)).has(sid)
  assert.deepEqual(
    ['CN=Ours,corp', 'CN=Mixed,corp'].map((name) => holds(name, 'S-1-18-1')),
    [true, false],
  )
  assert.equal(holds('CN=Mixed,corp', 'S-1-5-11'), true)
})

test('trustees are named by account, else by their well-known name, else by SID', () => {
  const snapshot = smallForest({ 'CN=alice,corp': user(1001, { sAMAccountName: 'alice' }) })
  const groups = new Memberships(snapshot)
  assert.deepEqual(
    [`${corp}-1001`, 'S-1-5-11', `${corp}-512`, 'S-1-5-21-9-9-9-1234'].map((sid) =>
      groups.nameOf(sid),
    ),
    ['alice', 'Authenticated Users', 'Domain Admins', 'S-1-5-21-9-9-9-1234'],
  )
})

test('Everyone includes Anonymous only where told so', () => {
  const snapshot = smallForest({})
  assert.equal(new Memberships(snapshot).tokenOfSid('S-1-5-7').has('S-1-1-0'), false)
  assert.equal(
    new Memberships(snapshot, { everyoneIncludesAnonymous: true })
      .tokenOfSid('S-1-5-7')
      .has('S-1-1-0'),
    true,
  )
})
