import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { suite, test } from 'node:test'
import { ForestBuilder } from './builder.ts'
import { labSkip, labSnapshot } from './lab/testing.ts'
import { attid, readReplPropertyMetaData } from './replication-metadata.ts'
import { formatAce } from './sddl.ts'
import {
  type SecurityDescriptor,
  aceFlags,
  descriptorControl,
  isDeny,
} from './security-descriptor.ts'
import type { Snapshot, Source } from './snapshot.ts'

const has = (snapshot: Snapshot, dn: string) => snapshot.byDn(dn) !== undefined

function idOf(snapshot: Snapshot, { dn }: { readonly dn: string }): number {
  const id = snapshot.byDn(dn)
  assert.ok(id !== undefined, `${dn} is not in the snapshot`)
  return id
}

function descriptorOf(snapshot: Snapshot, object: { readonly dn: string }): SecurityDescriptor {
  const descriptor = snapshot.value(idOf(snapshot, object), 'nTSecurityDescriptor')
  assert.ok(descriptor !== undefined)
  return descriptor
}

const acesFor = (snapshot: Snapshot, object: { readonly dn: string }, sid: string) =>
  (descriptorOf(snapshot, object).dacl ?? [])
    .filter((ace) => ace.sid === sid)
    .map((ace) => formatAce(ace))

/** DnsAdmins has the next RID in the laboratory, and somebody protected the children of the head from deletion. */
const comparable = ({ owner, group, control, dacl }: SecurityDescriptor) => ({
  owner,
  group,
  isProtected: (control & descriptorControl.daclProtected) !== 0,
  dacl: (dacl ?? [])
    .map((ace) => formatAce(ace).replace(/-1101\)$/, '-1102)'))
    .filter((ace) => ace !== '(D;;DC;;;WD)')
    .toSorted(),
})

const entriesOf = (f: ForestBuilder) => [...f.entries()]

function without(source: Source) {
  const f = new ForestBuilder()
  f.without(source)
  const snapshot = f.build()
  assert.equal(snapshot.coverage.find((coverage) => coverage.source === source)?.state, 'absent')
  return { f, snapshot }
}

suite('a fresh forest', () => {
  test('is one domain with its controller, and every handle is an object of it', () => {
    const f = new ForestBuilder()
    const snapshot = f.build()
    assert.deepEqual(snapshot.domains, [
      {
        head: idOf(snapshot, f.head),
        dn: 'DC=corp,DC=example',
        sid: f.sid,
        name: 'corp.example',
        isRoot: true,
      },
    ])
    assert.equal(snapshot.namingContexts.length, 5)
    assert.equal(snapshot.bySid(f.domainAdmins.sid), idOf(snapshot, f.domainAdmins))
    assert.equal(snapshot.bySid('S-1-5-32-544'), idOf(snapshot, f.administrators))
    assert.deepEqual(
      f.controllers.map(({ name }) => name),
      ['DC1$'],
    )
    assert.equal(snapshot.value(idOf(snapshot, f.controllers[0]!), 'primaryGroupID'), 516)
    for (const handle of [
      f.users,
      f.adminSdHolder,
      f.defaultControllersPolicy,
      f.directoryService,
      f.certificateTemplates,
      f.domainZone,
      f.msdcsZone,
    ]) {
      idOf(snapshot, handle)
    }
  })

  test(
    'has the descriptors that Windows gave the same objects in the laboratory',
    { skip: labSkip },
    () => {
      const lab = labSnapshot()
      const f = new ForestBuilder({
        name: 'essos.local',
        sid: 'S-1-5-21-1757510637-1147777529-968741302',
      })
      f.authority('ESSOS-CA')
      const snapshot = f.build()
      let compared = 0
      for (let id = 0; id < snapshot.count; id++) {
        const dn = snapshot.dn(id)
        const twin = lab.byDn(dn)
        if (
          twin === undefined ||
          dn.includes('LAPS') ||
          dn.includes('ms-Mcs') ||
          dn.includes('CN=ESSOS-CA')
        )
          continue
        compared++
        assert.deepEqual(
          comparable(snapshot.value(id, 'nTSecurityDescriptor')!),
          comparable(lab.value(twin, 'nTSecurityDescriptor')!),
          dn,
        )
      }
      assert.ok(compared > 250, `${compared} were compared`)
    },
  )

  test('is the same for the same options, other for another seed, and not touched by changes to a copy', () => {
    const first = new ForestBuilder({ seed: 5 })
    const before = entriesOf(first)
    first.user('alice')
    first.set(first.head, { minPwdLength: 1 })
    first.remove(first.guest)
    const second = new ForestBuilder({ seed: 5 })
    assert.deepEqual(entriesOf(second), before)
    assert.notEqual(new ForestBuilder({ seed: 6 }).sid, second.sid)
  })
})

suite('what is added', () => {
  test('values are written in the form of their attribute', () => {
    const f = new ForestBuilder()
    const boss = f.user('boss')
    const user = f.user('alice', {
      userAccountControl: 0x8000_0200,
      pwdLastSet: new Date('2025-01-02T03:04:05Z'),
      sIDHistory: [boss.sid, 'S-1-5-21-1-2-3-500'],
      managedBy: boss,
      description: ['one', 'two'],
      userPrincipalName: undefined,
      'msDS-AllowedToActOnBehalfOfOtherIdentity': `O:BAD:(A;;GA;;;${boss.sid})`,
      lastLogonTimestamp: 'never',
    })
    const snapshot = f.build()
    const id = idOf(snapshot, user)
    assert.equal(snapshot.value(id, 'userAccountControl'), 0x8000_0200 | 0)
    assert.deepEqual(snapshot.value(id, 'pwdLastSet'), new Date('2025-01-02T03:04:05Z'))
    assert.deepEqual(snapshot.value(id, 'sIDHistory'), [boss.sid, 'S-1-5-21-1-2-3-500'])
    assert.equal(snapshot.value(id, 'managedBy'), boss.dn)
    assert.deepEqual(snapshot.value(id, 'description'), ['one', 'two'])
    assert.equal(snapshot.has(id, 'userPrincipalName'), false)
    assert.equal(
      snapshot.value(id, 'msDS-AllowedToActOnBehalfOfOtherIdentity')?.dacl?.[0]?.sid,
      boss.sid,
    )
    assert.equal(snapshot.value(id, 'lastLogonTimestamp'), undefined)
    assert.equal(snapshot.has(id, 'lastLogonTimestamp'), true)
    assert.equal(snapshot.value(idOf(snapshot, f.head), 'maxPwdAge'), 180 * 86_400_000)
    assert.equal(snapshot.value(id, 'objectGUID'), user.guid)
  })

  test('members are linked both ways, and a SID from elsewhere gets a foreign security principal', () => {
    const f = new ForestBuilder()
    const alice = f.user('alice')
    const group = f.group('Staff', { members: [alice, 'S-1-5-21-1-2-3-1104', 'S-1-5-11'] })
    const snapshot = f.build()
    assert.deepEqual(snapshot.value(idOf(snapshot, alice), 'memberOf'), [group.dn])
    const foreign = `CN=S-1-5-21-1-2-3-1104,CN=ForeignSecurityPrincipals,${f.dn}`
    assert.deepEqual(snapshot.value(idOf(snapshot, group), 'member'), [
      alice.dn,
      foreign,
      `CN=S-1-5-11,CN=ForeignSecurityPrincipals,${f.dn}`,
    ])
    assert.equal(snapshot.sid(idOf(snapshot, { dn: foreign })), 'S-1-5-21-1-2-3-1104')
    f.remove(alice)
    const after = f.build()
    assert.equal(after.value(idOf(after, group), 'member').length, 2)
  })

  test('a right given on a container reaches the children it is for, and only them', () => {
    const f = new ForestBuilder()
    const desk = f.group('Help Desk')
    const ou = f.ou('Staff')
    const user = f.user('alice', { in: ou })
    const group = f.group('Team', { in: ou })
    f.grant(desk, ou, 'CR', 'User-Force-Change-Password', { onlyTo: 'user' })
    const snapshot = f.build()
    const right = '00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2'
    assert.deepEqual(acesFor(snapshot, ou, desk.sid), [`(OA;CIIO;CR;${right};${desk.sid})`])
    assert.deepEqual(acesFor(snapshot, user, desk.sid), [`(OA;CIID;CR;${right};${desk.sid})`])
    assert.deepEqual(acesFor(snapshot, group, desk.sid), [`(OA;CIIOID;CR;${right};${desk.sid})`])
  })

  test('what is denied stands before what is allowed', () => {
    const f = new ForestBuilder()
    const [user, desk] = [f.user('alice'), f.group('Desk')]
    f.grant(desk, user, 'WP', 'description')
    f.deny(desk, user, 'WP')
    const dacl = descriptorOf(f.build(), user).dacl!
    assert.deepEqual(
      dacl.findIndex(({ type }) => isDeny(type)),
      0,
    )
    assert.equal(dacl.filter(({ sid }) => sid === desk.sid).length, 2)
  })

  test('SDProp gives members of protected groups the descriptor of AdminSDHolder, nested ones too', () => {
    const f = new ForestBuilder()
    const alice = f.user('alice')
    f.addTo(f.domainAdmins, f.group('Operators', { members: [alice] }))
    const plain = f.user('plain')
    f.grant(plain, f.adminSdHolder, 'WP', 'member')
    f.grant(plain, alice, 'RP')
    const snapshot = f.build()
    assert.equal(snapshot.value(idOf(snapshot, alice), 'adminCount'), 1)
    assert.equal(snapshot.value(idOf(snapshot, plain), 'adminCount'), undefined)
    const { control, dacl } = descriptorOf(snapshot, alice)
    assert.notEqual(control & descriptorControl.daclProtected, 0)
    assert.ok(dacl?.every(({ flags }) => (flags & aceFlags.inherited) === 0))
    assert.equal(acesFor(snapshot, alice, plain.sid).length, 2)
    assert.equal(acesFor(snapshot, f.krbtgt, plain.sid).length, 1)
    assert.equal(descriptorOf(snapshot, alice).owner, f.domainAdmins.sid)
  })

  test('a descriptor can be written in part, which inherits, or set whole, which does not', () => {
    const f = new ForestBuilder()
    const [part, whole, open] = [f.user('part'), f.user('whole'), f.user('open')]
    f.descriptor(part, 'O:SYD:(A;;GA;;;DA)')
    f.set(whole, { nTSecurityDescriptor: 'O:SYG:SYD:(A;;RP;;;AU)' })
    f.descriptor(open, 'D:NO_ACCESS_CONTROL')
    const snapshot = f.build()
    assert.equal(descriptorOf(snapshot, part).owner, 'S-1-5-18')
    assert.ok(
      descriptorOf(snapshot, part).dacl!.some(({ flags }) => (flags & aceFlags.inherited) !== 0),
    )
    assert.equal(descriptorOf(snapshot, whole).dacl!.length, 1)
    assert.equal(descriptorOf(snapshot, open).dacl, null)
  })

  test('a read-only controller has its krbtgt, server object and reveal lists', () => {
    const f = new ForestBuilder()
    const rodc = f.rodc('RODC1')
    const snapshot = f.build()
    const id = idOf(snapshot, rodc)
    const [server] = snapshot.value(id, 'serverReferenceBL')
    assert.equal(
      snapshot.classOf(idOf(snapshot, { dn: `CN=NTDS Settings,${server}` })),
      'nTDSDSARO',
    )
    assert.match(snapshot.value(id, 'msDS-KrbTgtLink') ?? '', /^CN=krbtgt_\d+,/)
    assert.equal(snapshot.value(id, 'msDS-NeverRevealGroup').length, 5)
    assert.deepEqual(snapshot.value(id, 'msDS-RevealOnDemandGroup'), [f.allowedRodcReplication.dn])
    assert.equal(snapshot.probes.length, 2)
  })

  test('a child domain has its own groups, the forest has one configuration, and the two trust each other', () => {
    const f = new ForestBuilder()
    const child = f.childDomain('emea')
    const carl = child.user('carl')
    f.addTo(f.enterpriseAdmins, carl)
    const snapshot = child.build()
    assert.deepEqual(
      snapshot.domains.map(({ name, isRoot }) => [name, isRoot]),
      [
        ['corp.example', true],
        ['emea.corp.example', false],
      ],
    )
    assert.equal(child.enterpriseAdmins, f.enterpriseAdmins)
    assert.notEqual(child.domainAdmins.sid, f.domainAdmins.sid)
    assert.equal(snapshot.domainOf(idOf(snapshot, carl))?.sid, child.sid)
    assert.equal(
      snapshot.value(idOf(snapshot, child.at('CN=corp.example,CN=System')), 'securityIdentifier'),
      f.sid,
    )
    assert.deepEqual(snapshot.value(idOf(snapshot, carl), 'memberOf'), [f.enterpriseAdmins.dn])
  })

  test('an authority brings NTAuth, the standard templates and a certificate that can be parsed', () => {
    const f = new ForestBuilder()
    const template = f.template('Laptop', { enrollees: [f.domainComputers] })
    const ca = f.authority('CA1', { templates: [template] })
    f.authority('CA2', { issues: [] })
    const snapshot = f.build()
    const id = idOf(snapshot, ca)
    assert.ok(snapshot.value(id, 'certificateTemplates').includes('Laptop'))
    assert.equal(snapshot.ofClass('pKICertificateTemplate').length, 34)
    assert.equal(snapshot.value(idOf(snapshot, f.ntAuthCertificates), 'cACertificate').length, 2)
    const certificate = new X509Certificate(snapshot.value(id, 'cACertificate')[0]!)
    assert.equal(certificate.subject, 'CN=CA1')
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
    assert.ok(snapshot.byDn(`CN=CA1-HOST,CN=Computers,${f.dn}`) !== undefined)
  })

  test('times of changes and of memberships are told in replication metadata', () => {
    const f = new ForestBuilder()
    const user = f.user('alice')
    f.replicated(user, { unicodePwd: f.daysAgo(100) })
    f.memberChanged(f.domainAdmins, user, f.daysAgo(3), f.daysAgo(2))
    const snapshot = f.build()
    const [change] = readReplPropertyMetaData(
      snapshot.value(idOf(snapshot, user), 'replPropertyMetaData')!,
    )
    assert.equal(change?.attributeType, attid.unicodePwd)
    assert.deepEqual(change?.originatingTime, f.daysAgo(100))
    assert.match(
      snapshot.value(idOf(snapshot, f.domainAdmins), 'msDS-ReplValueMetaData')[0]!,
      /<ftimeDeleted>2026-01-13T12:00:00Z</,
    )
  })

  test('mistakes are told at once', () => {
    const f = new ForestBuilder()
    assert.throws(() => f.user('x', { in: `OU=Nowhere,${f.dn}` }), /no parent/)
    assert.throws(() => f.user('Guest'), /already/)
    assert.throws(() => f.grant(f.guest, f.head, 'WP', 'noSuchThing'), /no attribute or right/)
    assert.throws(() => f.grant(f.guest, f.head, 'XX'), /no right/)
    assert.throws(() => f.at('CN=Nobody'), /no object/)
  })
})

suite('what cannot be seen', () => {
  test('a source taken away takes its objects, attributes or probes with it', () => {
    const { f, snapshot } = without('ldap-config')
    assert.equal(has(snapshot, `CN=Sites,${f.configurationDn}`), false)
    assert.equal(has(snapshot, f.schemaDn), true)
    assert.equal(without('ldap-schema').snapshot.ofClass('attributeSchema').length, 0)
    assert.equal(without('ldap-dns').snapshot.ofClass('dnsZone').length, 0)
    assert.equal(without('ldap-domain').snapshot.domains.length, 0)
    assert.equal(
      [...without('nTSecurityDescriptor').snapshot.having('nTSecurityDescriptor')].length,
      0,
    )
    assert.equal(without('ldap-probe').snapshot.probes.length, 0)
    assert.equal(without('rootdse').snapshot.rootDse.size, 0)
    assert.equal(without('rootdse').snapshot.domains[0]?.isRoot, true)
  })

  test('an attribute can be withheld on one object, or never asked for', () => {
    const f = new ForestBuilder()
    const [alice, bob] = [f.user('alice'), f.user('bob')]
    f.withhold(alice, 'userAccountControl')
    f.unasked('adminCount')
    const snapshot = f.build()
    assert.equal(snapshot.has(idOf(snapshot, alice), 'userAccountControl'), false)
    assert.equal(snapshot.has(idOf(snapshot, bob), 'userAccountControl'), true)
    assert.equal(snapshot.wasAsked('adminCount'), false)
    assert.equal(snapshot.wasAsked('sIDHistory'), true)
  })

  test('probes are those of a hardened controller until something else was found', () => {
    const f = new ForestBuilder()
    f.probe(f.controllers[0]!, { signingRequired: false })
    const [probe] = f.build().probes
    assert.equal(probe?.server, 'dc1.corp.example')
    assert.deepEqual(
      [probe?.signingRequired, probe?.channelBindingRequired, probe?.anonymousRead],
      [false, true, false],
    )
  })
})
