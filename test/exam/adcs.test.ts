import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type Ace,
  type Sid,
  aceFlags,
  aceType,
  readGuid,
  writeSecurityDescriptor,
  writeSid,
} from '#directory'
import { type Attributes, LabForest, needsLab } from '../lab-forest.ts'
import { added, look, on } from './look.ts'

/** Exposures of the category adcs, planted in the laboratory's real AD CS, beside what only looks like them. */

const configuration = 'CN=Configuration,DC=essos,DC=local'
const services = `CN=Public Key Services,CN=Services,${configuration}`
const templates = `CN=Certificate Templates,${services}`
const authority = `CN=ESSOS-CA,CN=Enrollment Services,${services}`
const store = `CN=NTAuthCertificates,${services}`
const oids = `CN=OID,${services}`
const users = 'CN=Users,DC=essos,DC=local'
const person = `CN=sql_svc,${users}`
const host = 'CN=BRAAVOS,OU=Laps,DC=essos,DC=local'

const enrol = '0e10c968-78fb-11d2-90d4-00c04f79dc55'
const autoEnrol = 'a05b8cc2-17bc-4802-a710-e7c15ab866a2'
const clientAuth = '1.3.6.1.5.5.7.3.2'
const smartcardLogon = '1.3.6.1.4.1.311.20.2.2'
const pkinit = '1.3.6.1.5.2.3.4'
const anyPurpose = '2.5.29.37.0'
const serverAuth = '1.3.6.1.5.5.7.3.1'
const requestAgent = '1.3.6.1.4.1.311.20.2.1'
const kdc = '1.3.6.1.5.2.3.5'

const computerClasses = ['top', 'person', 'organizationalPerson', 'user', 'computer']

const controlAccess = 0x100
const writeProperty = 0x20
const readProperty = 0x10
const createChild = 0x1
const writeDacl = 0x40000
const writeOwner = 0x80000
const fullControl = 0xf01ff

/** Of an ACE: only this attribute, right or class. */
const typed = (objectType: string) => ({ objectType })

const everyone = 'S-1-1-0'
const authenticated = 'S-1-5-11'
const enterpriseControllers = 'S-1-5-9'
const foreign = 'S-1-5-21-1111111111-2222222222-3333333333-1105'

/** The laboratory, with makers of templates, authorities and accounts. */
async function pki() {
  const f = await LabForest.open()
  const domainUsers = f.sid(513)
  const domainComputers = f.sid(515)
  const domainAdmins = f.sid(512)
  const user = (name: string, attributes: Attributes = {}) =>
    f.copy(person, `CN=${name},${users}`, { userAccountControl: 512, ...attributes })
  const group = (name: string, ...members: readonly string[]) => {
    const dn = f.add(`CN=${name},${users}`, ['top', 'group'], {
      objectSid: writeSid(f.newSid()),
      sAMAccountName: name,
      groupType: -2147483646,
    })
    for (const member of members) f.join(dn, member)
    return dn
  }
  const enrolment = (sid: Sid, more: Partial<Ace> = {}): Ace => ({
    type: aceType.accessAllowedObject,
    flags: 0,
    mask: controlAccess,
    objectType: enrol,
    sid,
    ...more,
  })
  const plain = (sid: Sid, mask: number, more: Partial<Ace> = {}): Ace => ({
    type: aceType.accessAllowed,
    flags: 0,
    mask,
    sid,
    ...more,
  })
  /** Replaces the access list: administrators, everybody reads, and these. */
  const protect = (dn: string, ...aces: readonly Ace[]) =>
    f.changeDescriptor(dn, (before) => ({
      ...before,
      dacl: [...aces, plain(domainAdmins, fullControl), plain(authenticated, 0x20094)],
    }))
  /** Usages as the console writes them: to both attributes. */
  const usages = (...oid: readonly string[]) => ({
    pKIExtendedKeyUsage: oid.length === 0 ? undefined : oid,
    'msPKI-Certificate-Application-Policy': oid.length === 0 ? undefined : oid,
  })
  /** A published copy of a template, in which these may enrol; Domain Users when none is named. */
  const template = (
    name: string,
    attributes: Attributes = {},
    aces: readonly Ace[] = [enrolment(domainUsers)],
    { like = 'ESC1', by = authority }: { like?: string; by?: string | null } = {},
  ) => {
    const dn = f.copy(`CN=${like},${templates}`, `CN=${name},${templates}`, attributes)
    protect(dn, ...aces)
    if (by !== null) f.append(by, 'certificateTemplates', name)
    return dn
  }
  /** Another authority with the same certificate and host, which these may use. */
  const otherAuthority = (name: string, attributes: Attributes, ...aces: readonly Ace[]) => {
    const dn = f.copy(authority, `CN=${name},CN=Enrollment Services,${services}`, {
      certificateTemplates: undefined,
      ...attributes,
    })
    protect(dn, ...aces)
    return dn
  }
  return {
    f,
    user,
    group,
    enrolment,
    plain,
    protect,
    usages,
    template,
    otherAuthority,
    domainUsers,
    domainComputers,
    domainAdmins,
  }
}

/** The GUID that this forest's schema gave to the password of the old LAPS. */
function lapsPassword(f: LabForest): string {
  const dn = `CN=ms-Mcs-AdmPwd,${f.schemaDn}`
  return readGuid(f.raw(dn, 'schemaIDGUID')[0]!)
}

suite('adcs in a real Windows domain', { skip: needsLab }, () => {
  test('adcs-esc1: every usage, name flag and way to enrol', async () => {
    const { f, user, group, enrolment, plain, usages, template, domainComputers, domainUsers } =
      await pki()
    const mallory = user('mallory')
    const admin = user('admin')
    f.join(`CN=Domain Admins,${users}`, admin)
    const inner = group('inner', mallory)
    const outer = group('outer', inner)
    const before = look(f)
    const found = [
      template('smartcard', usages(smartcardLogon)),
      template('pkinit', usages(pkinit, serverAuth)),
      template('altname', { 'msPKI-Certificate-Name-Flag': 0x10000 }),
      template('highbit', { 'msPKI-Certificate-Name-Flag': -2147483647 }),
      template('absent', {
        'msPKI-Enrollment-Flag': undefined,
        'msPKI-RA-Signature': undefined,
      }),
      template('policies-only', { pKIExtendedKeyUsage: undefined }),
      template('usage-only', { 'msPKI-Certificate-Application-Policy': undefined }),
      template('all-rights', {}, [plain(f.sid(mallory), controlAccess)]),
      template('all-rights-and-read', {}, [plain(f.sid(mallory), 0x110)]),
      template('nested', {}, [enrolment(f.sid(outer))]),
      template('computers', {}, [enrolment(domainComputers)]),
      template('everyone', {}, [enrolment(everyone)]),
      template('authenticated', {}, [enrolment(authenticated)]),
      template('foreign', {}, [enrolment(foreign)]),
      template('real-mask', {}, [enrolment(f.sid(mallory), { mask: 0x130 })]),
      template('inherited', {}, [enrolment(f.sid(mallory), { flags: aceFlags.inherited })]),
    ]
    const any = [template('any', usages(anyPurpose)), template('none', usages())]
    const controlled = template('controlled', {}, [plain(f.sid(mallory), fullControl)])
    const old = [
      template('v1', { 'msPKI-Template-Schema-Version': 1, 'msPKI-RA-Signature': 1 }),
      template('v0', { 'msPKI-Template-Schema-Version': undefined }),
    ]
    // A version 1 template has no application policies, whatever stands there.
    old.push(
      template('v1-policies', {
        'msPKI-Template-Schema-Version': 1,
        'msPKI-Certificate-Application-Policy': serverAuth,
      }),
    )

    template('approved', { 'msPKI-Enrollment-Flag': 0x2b })
    template('signed', { 'msPKI-RA-Signature': 1 })
    template('server', usages(serverAuth))
    template('code', usages('1.3.6.1.5.5.7.3.3', '1.3.6.1.4.1.311.10.3.4'))
    template('built', { 'msPKI-Certificate-Name-Flag': -1509949440 })
    template('unpublished', {}, undefined, { by: null })
    template('admins', {}, [enrolment(f.sid(admin)), enrolment(f.sid(519))])
    template('controllers', {}, [enrolment(enterpriseControllers), enrolment(f.sid(516))])
    template('denied', {}, [
      enrolment(domainUsers, { type: aceType.accessDeniedObject }),
      enrolment(domainUsers),
    ])
    template('denied-all', {}, [
      plain(everyone, controlAccess, { type: aceType.accessDenied }),
      enrolment(domainUsers),
    ])
    template('inherit-only', {}, [enrolment(domainUsers, { flags: 0xa })])
    template('auto-enrol', {}, [enrolment(domainUsers, { objectType: autoEnrol })])
    template('readers', {}, [plain(domainUsers, 0x20094), enrolment(domainUsers, { mask: 0x30 })])

    const after = look(f)
    assert.deepEqual(
      added(before, after),
      [
        ...on('adcs-esc1', ...found, ...any, controlled, ...old),
        ...on('adcs-esc2', ...any),
        ...on('adcs-esc4', controlled),
        ...on('adcs-esc15', ...old),
      ].toSorted(),
    )
    assert.equal(after.on('adcs-esc1', found[0]!).severity, 'critical')
    assert.match(after.on('adcs-esc1', found[9]!).says, /outer/)
  })

  test('adcs-esc1: published, trusted for logon, and let in by the authority', async () => {
    const {
      f,
      user,
      group,
      enrolment,
      plain,
      template,
      otherAuthority,
      domainUsers,
      domainComputers,
    } = await pki()
    const mallory = user('mallory')
    const admin = user('admin')
    f.join(`CN=Domain Admins,${users}`, admin)
    const few = group('few', mallory)
    const others = group('others', user('other'))
    const admins = group('admins', admin)
    const fewsAuthority = otherAuthority('FEW-CA', {}, enrolment(f.sid(few)))
    const usersAuthority = otherAuthority('USERS-CA', {}, enrolment(domainUsers))
    const denying = otherAuthority(
      'DENYING-CA',
      {},
      enrolment(domainUsers, { type: aceType.accessDeniedObject }),
      enrolment(authenticated),
    )
    const foreignCertificate = Uint8Array.from(f.raw(authority, 'cACertificate')[0]!)
    foreignCertificate[foreignCertificate.length - 1]! ^= 1
    const untrusted = otherAuthority(
      'UNTRUSTED-CA',
      { cACertificate: foreignCertificate },
      enrolment(authenticated),
    )
    const closed = otherAuthority('CLOSED-CA', {}, enrolment(f.sid(519)))
    const controlled = otherAuthority('ADMINS-CA', {}, enrolment(f.sid(admins)))
    const full = otherAuthority('FULL-CA', {}, plain(everyone, controlAccess))
    const before = look(f)
    const found = [
      // The authority lets in less than the template.
      template('narrowed', {}, [enrolment(authenticated)], { by: fewsAuthority }),
      template('narrowed-users', {}, undefined, { by: fewsAuthority }),
      // The template lets in less than the authority, which they are in by their primary group.
      template('primary', {}, [enrolment(f.sid(few))], { by: usersAuthority }),
      template('primary-user', {}, [enrolment(f.sid(mallory))], { by: usersAuthority }),
      template('all', {}, undefined, { by: full }),
      template('computers-beside', {}, [enrolment(domainComputers)], { by: denying }),
      template('DiffCase', {}, undefined, { by: null }),
    ]
    f.append(authority, 'certificateTemplates', 'DIFFCASE')

    template('elsewhere', {}, [enrolment(domainComputers)], { by: usersAuthority })
    template('disjoint', {}, [enrolment(f.sid(others))], { by: fewsAuthority })
    template('refused', {}, undefined, { by: closed })
    template('refused-users', {}, undefined, { by: denying })
    template('only-admins', {}, undefined, { by: controlled })
    template('untrusted', {}, undefined, { by: untrusted })
    const after = look(f)
    assert.deepEqual(added(before, after), on('adcs-esc1', ...found).toSorted())
    assert.match(after.on('adcs-esc1', found[0]!).says, /few can enrol/)
    assert.match(after.on('adcs-esc1', found[2]!).says, /few can enrol/)
  })

  test('adcs-esc1 where the store or the certificate of the authority was not read', async () => {
    const { f, template } = await pki()
    const dn = template('plain')
    f.set(authority, { cACertificate: undefined })
    assert.deepEqual(look(f).findings['adcs-esc1'], [`CN=ESC1,${templates}`, dn].toSorted())
    const other = (await pki()).f
    other.set(store, { cACertificate: undefined })
    assert.deepEqual(look(other).findings['adcs-esc1'], [`CN=ESC1,${templates}`])
  })

  test('adcs-esc2 and adcs-esc3-agent', async () => {
    const { f, enrolment, usages, template, domainAdmins } = await pki()
    const built = { 'msPKI-Certificate-Name-Flag': 33554432 }
    const before = look(f)
    const anything = [
      template('none', { ...built, ...usages() }),
      template('any', { ...built, ...usages(anyPurpose, serverAuth) }),
      template('v1-none', { ...usages(), 'msPKI-Template-Schema-Version': 1 }, undefined, {
        like: 'User',
      }),
      template('authority', { flags: 66257 }, undefined, { like: 'SubCA' }),
    ]
    const agents = [
      template('agent', { ...built, ...usages(requestAgent) }),
      template('agent-v1', {}, undefined, { like: 'EnrollmentAgent' }),
      template('agent-computer', {}, undefined, { like: 'MachineEnrollmentAgent' }),
      template('agent-too', { ...built, ...usages(clientAuth, requestAgent) }),
      template('agent-policy', {
        ...built,
        pKIExtendedKeyUsage: undefined,
        'msPKI-Certificate-Application-Policy': requestAgent,
      }),
    ]

    template('none-approved', { ...built, ...usages(), 'msPKI-Enrollment-Flag': 2 })
    template('none-signed', { ...built, ...usages(), 'msPKI-RA-Signature': 2 })
    template('none-admins', { ...built, ...usages() }, [enrolment(domainAdmins)])
    template('none-hidden', { ...built, ...usages() }, undefined, { by: null })
    template('agent-approved', {
      ...built,
      ...usages(requestAgent),
      'msPKI-Enrollment-Flag': 0x22,
    })
    template('agent-signed', { ...built, ...usages(requestAgent), 'msPKI-RA-Signature': 1 })
    template('agent-admins', {}, [enrolment(domainAdmins)], { like: 'EnrollmentAgent' })
    template('agent-hidden', {}, undefined, { like: 'EnrollmentAgent', by: null })
    // Whom an agent must sign for is not an agent.
    template('target', {}, undefined, { like: 'ESC3' })

    const after = look(f)
    assert.deepEqual(
      added(before, after),
      [
        ...on('adcs-esc2', ...anything),
        ...on('adcs-esc3-agent', ...agents),
        // SubCA lets the requester name the subject, has no usage, and issues certificates.
        ...on('adcs-esc1', anything[3]!),
        ...on('adcs-esc15', anything[3]!),
        ...on('adcs-template-kdc-or-subca', anything[3]!),
      ].toSorted(),
    )
    assert.equal(after.on('adcs-esc2', anything[0]!).severity, 'critical')
    assert.equal(after.on('adcs-esc3-agent', agents[0]!).severity, 'critical')
  })

  test('adcs-esc4: owner, control and each attribute that matters, published or not', async () => {
    const { f, user, group, enrolment, plain, template, domainAdmins } = await pki()
    const mallory = user('mallory')
    const sid = f.sid(mallory)
    const team = f.sid(group('team', mallory))
    const before = look(f)
    const like = 'ESC3'
    const admins = [enrolment(domainAdmins)]
    const granted = (name: string, mask: number, more: Partial<Ace> = {}, trustee = sid) => {
      const dn = template(name, {}, admins, { like, by: null })
      f.grant(dn, trustee, mask, more)
      return dn
    }
    const found = [
      granted('all', fullControl),
      granted('generic-all', 0x10000000),
      granted('generic-write', 0x20028),
      granted('write-bit', 0x40000000),
      granted('dacl', writeDacl),
      granted('owner-right', writeOwner),
      granted('properties', writeProperty),
      granted('name-flag', writeProperty, typed('ea1dddc4-60ff-416e-8cc0-17cee534bce7')),
      granted('enrol-flag', writeProperty, typed('d15ef7d8-f226-46db-ae79-b34e560bd12c')),
      granted('signatures', writeProperty, typed('fe17e04b-937d-4f7e-8e0e-9292c8d5683e')),
      granted('usage', writeProperty, typed('18976af6-3b9e-11d2-90cc-00c04fd91ab1')),
      granted('policy', writeProperty, typed('dbd90548-aa37-4202-9966-8c537ba5ce32')),
      granted('group', writeDacl, {}, team),
      granted('foreign', writeDacl, {}, foreign),
      granted('broad', writeDacl, {}, f.sid(515)),
    ]
    const owned = template('owned', {}, admins, { like })
    f.changeDescriptor(owned, (d) => ({ ...d, owner: sid }))
    found.push(owned)
    const open = template('no-list', {}, admins, { like, by: null })
    f.changeDescriptor(open, (d) => ({ ...d, dacl: null }))
    found.push(open)

    granted('display-name', writeProperty, typed('bf967953-0de6-11d0-a285-00aa003049e2'))
    // What the console writes beside "enrol" means nothing without the right to use it.
    granted('enrol-write', writeProperty, typed(enrol))
    granted('delete', 0x10000)
    granted('later', fullControl, { flags: aceFlags.inheritOnly | aceFlags.containerInherit })
    granted('admins', fullControl, {}, f.sid('CN=daenerys.targaryen,CN=Users,DC=essos,DC=local'))
    granted('creator', fullControl, {}, 'S-1-3-0')
    const refused = granted('refused', writeDacl)
    f.grant(refused, sid, writeDacl, { type: aceType.accessDenied })
    const rights = template('owner-rights', {}, [plain('S-1-3-4', 0x20094)], { like })
    f.changeDescriptor(rights, (d) => ({ ...d, owner: sid }))

    const after = look(f)
    assert.deepEqual(
      added(before, after),
      [...on('adcs-esc4', ...found), ...on('acl-null-dacl', open)].toSorted(),
    )
    assert.equal(after.on('adcs-esc4', found[7]!).severity, 'critical')
  })

  test('adcs-esc5 and adcs-ntauth-control: everything below Public Key Services', async () => {
    const { f, user } = await pki()
    const mallory = f.sid(user('mallory'))
    const before = look(f)
    const oid = `CN=400.554F26B7B9BF3477FE736A16E547131F,${oids}`
    const found = [
      services,
      `CN=Enrollment Services,${services}`,
      `CN=AIA,${services}`,
      `CN=CDP,${services}`,
      `CN=Certification Authorities,${services}`,
      oids,
      `CN=KRA,${services}`,
      templates,
    ]
    found.forEach((dn, at) =>
      f.grant(
        dn,
        mallory,
        [writeDacl, createChild, fullControl, writeOwner, createChild, writeDacl, 0x20028, 1][at]!,
      ),
    )
    const byAttribute = [
      [oid, 'f9c9a57c-3941-438d-bebf-0edaf2aca187'],
      [
        `CN=ESSOS-CA,CN=Certification Authorities,${services}`,
        'bf967932-0de6-11d0-a285-00aa003049e2',
      ],
      [`CN=ESSOS-CA,CN=AIA,${services}`, 'bf967932-0de6-11d0-a285-00aa003049e2'],
    ] as const
    for (const [dn, guid] of byAttribute) f.grant(dn, mallory, writeProperty, typed(guid))
    found.push(...byAttribute.map(([dn]) => dn))
    f.grant(authority, mallory, writeProperty, typed('2a39c5b1-8960-11d1-aebc-0000f80367c1'))
    const templateOid = `CN=25.6C9C00483E6C226685070112717FDDB2,${oids}`
    f.changeDescriptor(templateOid, (descriptor) => ({ ...descriptor, owner: mallory }))
    const point = `CN=ESSOS-CA,CN=braavos,CN=CDP,${services}`
    f.grant(point, mallory, fullControl)
    // By design on AIA, CDP and Certification Authorities, not here.
    f.grant(`CN=27.89F082EB096F5F638D14C784B46483B0,${oids}`, f.sid(517), fullControl)
    found.push(templateOid, point, `CN=27.89F082EB096F5F638D14C784B46483B0,${oids}`)
    f.grant(store, mallory, writeProperty, typed('bf967932-0de6-11d0-a285-00aa003049e2'))

    f.grant(`CN=26.EFD661E6D1FDB716B5E28C0C22C4E080,${oids}`, mallory, 0x20094)
    f.grant(
      `CN=28.508A04DCED71FEA0790F83BE219AE0D4,${oids}`,
      mallory,
      writeProperty,
      typed('bf967953-0de6-11d0-a285-00aa003049e2'),
    )
    f.grant(`CN=29.1DB794779134BDE50D5F8FF44C6AD0A1,${oids}`, mallory, createChild, {
      flags: aceFlags.inheritOnly | aceFlags.containerInherit,
    })
    const after = look(f)
    assert.deepEqual(
      added(before, after),
      [
        ...on('adcs-esc5', ...found, authority),
        ...on('adcs-ntauth-control', store),
        // Who says what an authority publishes controls the authority.
      ].toSorted(),
    )
    assert.equal(after.on('adcs-ntauth-control', store).severity, 'critical')
    assert.equal(after.on('adcs-esc5', authority).severity, 'critical')
  })

  test('adcs-ntauth-control: owner and control; and what is not seen', async () => {
    for (const change of ['owner', 'dacl', 'all'] as const) {
      const { f, user } = await pki()
      const mallory = f.sid(user('mallory'))
      if (change === 'owner') f.changeDescriptor(store, (d) => ({ ...d, owner: mallory }))
      else f.grant(store, mallory, change === 'dacl' ? writeDacl : writeProperty)
      assert.deepEqual(look(f).findings['adcs-ntauth-control'], [store], change)
    }
    const { f } = await pki()
    f.set(store, { nTSecurityDescriptor: undefined })
    assert.match(look(f).notAssessed['adcs-ntauth-control'] ?? '', /NTAuthCertificates/)
    const hidden = (await pki()).f
    hidden.remove(store)
    hidden.remove(services)
    const { notAssessed, passed } = look(hidden)
    for (const id of ['adcs-ntauth-control', 'adcs-ntauth-unknown-ca', 'adcs-esc5']) {
      assert.match(notAssessed[id] ?? '', /Public Key Services/, id)
      assert.ok(!passed.includes(id), id)
    }
  })

  test('adcs-ntauth-unknown-ca: unknown, ended, unreadable', async () => {
    const { f } = await pki()
    const before = look(f)
    assert.deepEqual(before.findings['adcs-ntauth-unknown-ca'], undefined)
    const known = f.raw(authority, 'cACertificate')[0]!
    const unknown = Uint8Array.from(known)
    unknown[unknown.length - 1]! ^= 1
    f.append(store, 'cACertificate', unknown)
    const after = look(f)
    assert.deepEqual(added(before, after), on('adcs-ntauth-unknown-ca', store))
    assert.equal(after.on('adcs-ntauth-unknown-ca', store).severity, 'high')

    f.set(store, { cACertificate: [known, Uint8Array.of(0)] })
    assert.deepEqual(added(before, look(f)), [])
    const late = look(f, new Date('2040-01-01T00:00:00Z'))
    assert.equal(late.on('adcs-ntauth-unknown-ca', store).severity, 'low')

    f.set(store, { cACertificate: [known, new TextEncoder().encode('no certificate')] })
    assert.equal(look(f).on('adcs-ntauth-unknown-ca', store).severity, 'high')

    // The authority is there, but its certificate was not read: nothing can be said of the store's.
    f.set(store, { cACertificate: known })
    f.set(authority, { cACertificate: undefined })
    const unread = look(f)
    assert.deepEqual(unread.findings['adcs-ntauth-unknown-ca'], undefined)
    assert.match(unread.notAssessed['adcs-ntauth-unknown-ca'] ?? '', /ESSOS-CA/)
  })

  test('adcs-esc8-web-enrollment: what the authority publishes', async () => {
    const { f } = await pki()
    const before = look(f)
    f.set(authority, {
      'msPKI-Enrollment-Servers': '1\n2\n0\nhttps://braavos.essos.local/ESSOS-CA_CES_Kerberos\n0',
    })
    const after = look(f)
    assert.deepEqual(added(before, after), on('adcs-esc8-web-enrollment', authority))
    const said = after.on('adcs-esc8-web-enrollment', authority)
    assert.equal(said.severity, 'high')
    assert.match(said.says, /https:\/\/braavos\.essos\.local\/ESSOS-CA_CES_Kerberos \(Kerberos\)/)

    f.set(authority, {
      'msPKI-Enrollment-Servers': [
        '1\n8\n0\nhttps://braavos.essos.local/CES\n0',
        '2\n4\n0\nHTTP://braavos.essos.local/CES\n0',
      ],
    })
    const clear = look(f).on('adcs-esc8-web-enrollment', authority)
    assert.equal(clear.severity, 'critical')
    f.set(authority, { 'msPKI-Enrollment-Servers': 'http://braavos.essos.local/certsrv' })
    const bare = look(f).on('adcs-esc8-web-enrollment', authority)
    assert.equal(bare.severity, 'critical')
    assert.match(bare.says, /publishes http:\/\/braavos\.essos\.local\/certsrv/)
  })

  test('adcs-esc9: the flag on templates one can sign in with', async () => {
    const { f, enrolment, usages, template, domainAdmins } = await pki()
    const before = look(f)
    const flagged = { 'msPKI-Certificate-Name-Flag': 33554432, 'msPKI-Enrollment-Flag': 0x80020 }
    const found = [
      template('client', flagged),
      template('pkinit', { ...flagged, ...usages(pkinit) }),
      template('user', { 'msPKI-Enrollment-Flag': 0x80029 }, undefined, { like: 'User' }),
      template('machine', { 'msPKI-Enrollment-Flag': 0x80020 }, [enrolment(f.sid(515))], {
        like: 'Machine',
      }),
    ]
    const any = template('any', { ...flagged, ...usages(anyPurpose) })
    template('server', { ...flagged, ...usages(serverAuth) })
    template('unflagged', { 'msPKI-Certificate-Name-Flag': 33554432 })
    template('admins', flagged, [enrolment(domainAdmins)])
    template('hidden', flagged, undefined, { by: null })
    const after = look(f)
    assert.deepEqual(
      added(before, after),
      [...on('adcs-esc9', ...found, any), ...on('adcs-esc2', any)].toSorted(),
    )
    assert.equal(after.on('adcs-esc9', found[0]!).severity, 'high')
  })

  test('adcs-esc13: an issuance policy with a group behind it', async () => {
    const { f, group, user, enrolment, usages, template, domainAdmins } = await pki()
    const universal = (name: string, ...members: readonly string[]) => {
      const dn = group(name, ...members)
      f.set(dn, { groupType: -2147483640 })
      return dn
    }
    const linked = (name: string, oid: string, dn: string) =>
      f.copy(`CN=400.554F26B7B9BF3477FE736A16E547131F,${oids}`, `CN=${name},${oids}`, {
        'msPKI-Cert-Template-OID': oid,
        'msDS-OIDToGroupLink': dn,
      })
    const ordinary = universal('ordinary')
    const mighty = universal('mighty')
    f.join('CN=Administrators,CN=Builtin,DC=essos,DC=local', mighty)
    const near = universal('near')
    const admin = user('admin')
    f.join(`CN=Domain Admins,${users}`, admin)
    linked('400.1', '1.2.3.4.1', ordinary)
    linked('400.2', '1.2.3.4.2', mighty)
    linked('400.3', '1.2.3.4.3', near)
    f.grant(host, f.sid(near), writeDacl)
    const before = look(f)
    const policy = (...oid: readonly string[]) => ({
      'msPKI-Certificate-Name-Flag': 33554432,
      'msPKI-Certificate-Policy': oid,
    })
    const found = [
      template('ordinary-policy', policy('1.2.3.4.9', '1.2.3.4.1')),
      template('mighty-policy', policy('1.2.3.4.2')),
      template('near-policy', policy('1.2.3.4.3')),
      template('card', { ...policy('1.2.3.4.1'), ...usages(smartcardLogon) }),
    ]
    template('no-logon', { ...policy('1.2.3.4.1'), ...usages(serverAuth) })
    template('no-group', policy('1.2.3.4.9'))
    template('admins', policy('1.2.3.4.2'), [enrolment(domainAdmins)])
    template('hidden', policy('1.2.3.4.2'), undefined, { by: null })
    const after = look(f)
    assert.deepEqual(added(before, after), on('adcs-esc13', ...found).toSorted())
    assert.equal(after.on('adcs-esc13', found[0]!).severity, 'high')
    assert.equal(after.on('adcs-esc13', found[1]!).severity, 'critical')
    assert.equal(after.on('adcs-esc13', found[2]!).severity, 'critical')
    assert.match(after.on('adcs-esc13', found[0]!).says, /ordinary/)
  })

  test('adcs-esc14-weak-mapping: each form', async () => {
    const { f, user } = await pki()
    const admin = user('admin')
    f.join(`CN=Domain Admins,${users}`, admin)
    const names = ['issuer', 'subject', 'mail', 'mixed', 'lower', 'serial', 'ski', 'key', 'realm']
    const dns = Object.fromEntries(names.map((name) => [name, user(name)]))
    const computer = f.copy(host, 'CN=MAPPED,CN=Computers,DC=essos,DC=local', {
      dNSHostName: 'mapped.essos.local',
    })
    const before = look(f)
    const map = (dn: string | undefined, ...altSecurityIdentities: readonly string[]) =>
      f.set(dn!, { altSecurityIdentities })
    const issuer = 'X509:<I>DC=local,DC=essos,CN=ESSOS-CA'
    map(dns['issuer'], `${issuer}<S>DC=local,DC=essos,CN=Users,CN=issuer`)
    map(dns['subject'], 'X509:<S>CN=subject')
    map(dns['mail'], 'X509:<RFC822>mail@essos.local')
    map(dns['mixed'], 'X509:<SKI>0011223344', 'X509:<RFC822>mixed@essos.local')
    map(dns['lower'], 'x509:<s>CN=lower')
    map(computer, 'X509:<S>CN=mapped')
    map(admin, `${issuer}<S>CN=admin`)
    map(dns['serial'], `${issuer}<SR>2B0000000011AC0000000012`)
    map(dns['ski'], 'X509:<SKI>123456789abcdef')
    map(dns['key'], 'X509:<SHA1-PUKEY>123456789abcdef')
    map(dns['realm'], 'Kerberos:realm@ESSOS.LOCAL')
    const after = look(f)
    const found = ['issuer', 'subject', 'mail', 'mixed', 'lower'].map((name) => dns[name]!)
    assert.deepEqual(
      added(before, after),
      on('adcs-esc14-weak-mapping', ...found, computer, admin).toSorted(),
    )
    assert.equal(after.on('adcs-esc14-weak-mapping', found[0]!).severity, 'medium')
    assert.equal(after.on('adcs-esc14-weak-mapping', admin).severity, 'high')
  })

  test('adcs-esc15: version 1 templates that let the requester name the subject', async () => {
    const { f, enrolment, template, domainAdmins } = await pki()
    const before = look(f)
    const found = [
      template('web', {}, undefined, { like: 'WebServer' }),
      template('web-absent', { 'msPKI-Template-Schema-Version': undefined }, undefined, {
        like: 'WebServer',
      }),
      template('web-signed', { 'msPKI-RA-Signature': 1 }, undefined, { like: 'WebServer' }),
      template('mail', {}, [enrolment(authenticated)], { like: 'ExchangeUser' }),
    ]
    template('web-2', { 'msPKI-Template-Schema-Version': 2 }, undefined, { like: 'WebServer' })
    template('web-approved', { 'msPKI-Enrollment-Flag': 2 }, undefined, { like: 'WebServer' })
    template('web-built', { 'msPKI-Certificate-Name-Flag': 402653184 }, undefined, {
      like: 'WebServer',
    })
    template('web-altname', { 'msPKI-Certificate-Name-Flag': 0x10000 }, undefined, {
      like: 'WebServer',
    })
    template('web-admins', {}, [enrolment(domainAdmins)], { like: 'WebServer' })
    template('web-hidden', {}, undefined, { like: 'WebServer', by: null })
    const after = look(f)
    assert.deepEqual(added(before, after), on('adcs-esc15', ...found).toSorted())
    assert.equal(after.on('adcs-esc15', found[0]!).severity, 'high')
  })

  test('adcs-template-kdc-or-subca: enrolment or control', async () => {
    const { f, user, enrolment, plain, usages, template, domainAdmins } = await pki()
    const mallory = f.sid(user('mallory'))
    const built = { 'msPKI-Certificate-Name-Flag': 33554432 }
    const before = look(f)
    const admins = [enrolment(domainAdmins)]
    const found = [
      template('kdc', { ...built, ...usages(clientAuth, kdc) }, [enrolment(mallory)]),
      template('recovery', {}, [enrolment(mallory)], { like: 'KeyRecoveryAgent' }),
      template('root', { 'msPKI-Enrollment-Flag': 2 }, [enrolment(mallory)], { like: 'CA' }),
    ]
    // Whoever controls the template can let themselves enrol.
    const controlled = template('kdc-control', { ...built, ...usages(kdc) }, [
      plain(mallory, writeDacl),
      ...admins,
    ])
    template('kdc-admins', { ...built, ...usages(kdc) }, admins)
    template('kdc-controllers', { ...built, ...usages(kdc) }, [
      enrolment(enterpriseControllers),
      enrolment(f.sid(516)),
      enrolment(f.sid(498)),
      enrolment(f.sid(521)),
      enrolment(f.sid(host)),
    ])
    template('kdc-hidden', { ...built, ...usages(kdc) }, [enrolment(mallory)], { by: null })
    const after = look(f)
    assert.deepEqual(
      added(before, after),
      [
        ...on('adcs-template-kdc-or-subca', ...found, controlled),
        ...on('adcs-esc4', controlled),
      ].toSorted(),
    )
    assert.equal(after.on('adcs-template-kdc-or-subca', found[0]!).severity, 'critical')
  })

  test('adcs-ca-host-control: control, delegation and passwords of the server', async () => {
    const lapsReaders = look((await pki()).f).on('adcs-ca-host-control', host)
    assert.match(lapsReaders.says, /Spys.*jorah\.mormont|jorah\.mormont.*Spys/)
    assert.equal(lapsReaders.severity, 'critical')

    const { f, user, plain } = await pki()
    const mallory = f.sid(user('mallory'))
    const server = (name: string, attributes: Attributes = {}) => {
      const dn = f.add(`CN=${name},CN=Computers,DC=essos,DC=local`, computerClasses, {
        objectSid: writeSid(f.newSid()),
        sAMAccountName: `${name}$`,
        userAccountControl: 4096,
        primaryGroupID: 515,
        // As it may be written; names of hosts have no case.
        dNSHostName: `${name}.Essos.Local`,
        ...attributes,
      })
      f.copy(authority, `CN=${name}-CA,CN=Enrollment Services,${services}`, {
        certificateTemplates: undefined,
        dNSHostName: `${name}.essos.local`,
      })
      return dn
    }
    const names = ['all', 'dacl', 'reset', 'key', 'spn', 'act', 'rights', 'write', 'laps', 'owned']
    const [all, dacl, reset, key, spn, act, rights, write, laps, owned] = names.map((name) =>
      server(name),
    )
    const [acting, trusted, plainServer, managed] = ['acting', 'trusted', 'plain', 'managed'].map(
      (name) => server(name),
    )
    const before = look(f)
    assert.deepEqual(before.findings['adcs-ca-host-control'], [host])
    f.grant(all!, mallory, fullControl)
    f.grant(dacl!, mallory, writeDacl)
    f.grant(reset!, mallory, controlAccess, typed('00299570-246d-11d0-a768-00aa006e0529'))
    f.grant(key!, mallory, writeProperty, typed('5b47d60f-6090-40b2-9f37-2a4de88f3063'))
    f.grant(spn!, mallory, writeProperty, typed('f3a64788-5306-11d1-a9c5-0000f80367c1'))
    f.grant(act!, mallory, writeProperty, typed('3f78c3e5-f79a-46bd-a0b8-9d18116ddc79'))
    f.grant(rights!, mallory, controlAccess)
    f.grant(write!, mallory, 0x20028)
    f.grant(laps!, mallory, controlAccess | readProperty, typed(lapsPassword(f)))
    f.changeDescriptor(owned!, (d) => ({ ...d, owner: mallory }))
    f.set(acting!, {
      'msDS-AllowedToActOnBehalfOfOtherIdentity': writeSecurityDescriptor({
        control: 0x8004,
        owner: 'S-1-5-32-544',
        dacl: [plain(mallory, fullControl)],
      }),
    })
    f.set(`CN=mallory,${users}`, { 'msDS-AllowedToDelegateTo': 'cifs/TRUSTED.essos.local:445' })
    // By design, or harmless.
    f.grant(plainServer!, mallory, 0x20094)
    f.grant(plainServer!, f.sid(512), fullControl)
    f.grant(plainServer!, mallory, writeProperty, typed('bf967953-0de6-11d0-a285-00aa003049e2'))
    f.grant(managed!, 'S-1-5-10', fullControl)
    const after = look(f)
    const found = [all, dacl, reset, key, spn, act, rights, write, laps, owned, acting, trusted]
    assert.deepEqual(
      added(before, after).filter((line) => line.startsWith('adcs')),
      on('adcs-ca-host-control', ...found.map((dn) => dn!)).toSorted(),
    )
  })

  test('adcs-ca-host-control: a host that was not read', async () => {
    const { f } = await pki()
    f.remove(host)
    assert.match(look(f).notAssessed['adcs-ca-host-control'] ?? '', /braavos\.essos\.local/)
    const nameless = (await pki()).f
    nameless.set(authority, { dNSHostName: undefined })
    assert.match(look(nameless).notAssessed['adcs-ca-host-control'] ?? '', /ESSOS-CA/)
  })
})
