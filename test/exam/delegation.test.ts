import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type SecurityDescriptor,
  type Sid,
  aceType,
  writeSecurityDescriptor,
  writeSid,
} from '#directory'
import { LabForest, needsLab } from '../lab-forest.ts'
import { added, look, on } from './look.ts'

/** Exposures of the category delegation, planted in the laboratory's real domain, beside what only looks like them. */

const domain = 'DC=essos,DC=local'
const users = `CN=Users,${domain}`
const krbtgt = `CN=krbtgt,${users}`
const service = `CN=sql_svc,${users}`
const member = `CN=BRAAVOS,OU=Laps,${domain}`
const controller = `CN=MEEREEN,OU=Domain Controllers,${domain}`
const managed = `CN=gmsaDragon,CN=Managed Service Accounts,${domain}`

const workstation = 0x1000
const server = 0x2000
const trusted = 0x80000
const transition = 0x1000000
const off = 2

async function lab() {
  const f = await LabForest.open()
  return {
    f,
    user: (name: string, attributes = {}) =>
      f.copy(service, `CN=${name},${users}`, { userAccountControl: 0x200, ...attributes }),
    computer: (name: string, attributes = {}) =>
      f.copy(member, `CN=${name},CN=Computers,${domain}`, {
        dNSHostName: `${name}.essos.local`,
        ...attributes,
      }),
  }
}

/** Another controller, writable or not, with its server object and NTDS Settings. */
function addController(f: LabForest, name: string, flags: number, group: number): string {
  const servers = `CN=Servers,CN=Default-First-Site-Name,CN=Sites,${f.configurationDn}`
  const dn = f.copy(controller, `CN=${name},OU=Domain Controllers,${domain}`, {
    dNSHostName: `${name.toLowerCase()}.essos.local`,
    userAccountControl: flags,
    primaryGroupID: group,
    serverReferenceBL: `CN=${name},${servers}`,
    'msDFSR-ComputerReferenceBL': undefined,
    rIDSetReferences: undefined,
  })
  f.copy(`CN=MEEREEN,${servers}`, `CN=${name},${servers}`, {
    serverReference: dn,
    dNSHostName: `${name.toLowerCase()}.essos.local`,
  })
  f.copy(`CN=NTDS Settings,CN=MEEREEN,${servers}`, `CN=NTDS Settings,CN=${name},${servers}`, {
    objectClass: ['top', 'applicationSettings', group === 521 ? 'nTDSDSARO' : 'nTDSDSA'],
  })
  return dn
}

/** A descriptor as msDS-AllowedToActOnBehalfOfOtherIdentity holds it, which lets some act. */
function letting(...sids: readonly Sid[]): Uint8Array {
  return written({
    dacl: sids.map((sid) => ({ type: aceType.accessAllowed, flags: 0, mask: 0xf01ff, sid })),
  })
}

function written(more: Partial<SecurityDescriptor>): Uint8Array {
  return writeSecurityDescriptor({
    control: 4,
    owner: 'S-1-5-32-544',
    dacl: [],
    ...more,
  })
}

suite('delegation in a real Windows domain', { skip: needsLab }, () => {
  test('deleg-unconstrained-computer and -user', async () => {
    const { f, user, computer } = await lab()
    const person = user('person', {
      objectClass: ['top', 'person', 'organizationalPerson', 'user', 'inetOrgPerson'],
    })
    const plain = user('plain')
    const gone = user('gone')
    const web = computer('web')
    const former = computer('former')
    const hidden = computer('hidden')
    const alone = f.copy(managed, `CN=alone,CN=Managed Service Accounts,${domain}`, {
      objectClass: [
        'top',
        'person',
        'organizationalPerson',
        'user',
        'computer',
        'msDS-ManagedServiceAccount',
      ],
    })
    addController(f, 'DC2', server | trusted, 516)
    addController(f, 'RO1', 0x5001000, 521)
    const before = look(f)
    for (const dn of [person, plain]) f.set(dn, { userAccountControl: 0x200 | trusted })
    f.set(gone, { userAccountControl: 0x200 | trusted | off })
    for (const dn of [web, managed, alone]) f.set(dn, { userAccountControl: workstation | trusted })
    f.set(former, { userAccountControl: workstation | trusted | off })
    f.set(hidden, { userAccountControl: workstation | trusted, primaryGroupID: 516 })
    const after = look(f)
    const lines = added(before, after)
    assert.deepEqual(
      lines.filter((line) => line.startsWith('deleg-')),
      [
        ...on('deleg-unconstrained-computer', web),
        ...on('deleg-unconstrained-user', alone, managed, person, plain).toSorted(),
      ],
    )
    // A member server in the group of controllers.
    assert.deepEqual(
      new Set(
        lines.filter((line) => !line.startsWith('deleg-')).map((line) => line.split(': ')[1]),
      ),
      new Set([hidden]),
    )
    assert.equal(after.on('deleg-unconstrained-computer', web).severity, 'high')
    assert.equal(after.on('deleg-unconstrained-user', managed).severity, 'critical')
  })

  test('deleg-constrained-to-dc: every way to write a controller', async () => {
    const { f, user, computer } = await lab()
    addController(f, 'RO1', 0x5001000, 521)
    f.append(controller, 'servicePrincipalName', 'cifs/files.essos.local')
    const guid = '9cc12095-c46f-4e6b-9ed9-f2d7a4e504a3'
    const targets = [
      'cifs/meereen.essos.local',
      'CIFS/MEEREEN',
      'ldap/meereen.essos.local/essos.local',
      'ldap/meereen.essos.local/ESSOS',
      'MSSQLSvc/meereen.essos.local:1433',
      'wsman/meereen',
      `ldap/${guid}._msdcs.essos.local`,
      `E3514235-4B06-11D1-AB04-00C04FC2DCD2/${guid}/essos.local`,
      'http/files.essos.local',
      'host/ro1.essos.local',
    ]
    const elsewhere = [
      'cifs/braavos.essos.local',
      'cifs/meereen2.essos.local',
      'cifs/meereen.sevenkingdoms.local',
      'http/meereen.essos.local.evil.example',
      'MSSQLSvc/braavos.essos.local:1433',
      'ldap',
      'krbtgtx/valyria.local',
    ]
    const to = targets.map((_, index) => user(`to${index}`))
    const not = elsewhere.map((_, index) => user(`not${index}`))
    const host = computer('host')
    const dc2 = addController(f, 'DC2', server | trusted, 516)
    const before = look(f)
    for (const [index, dn] of to.entries())
      f.set(dn, { 'msDS-AllowedToDelegateTo': ['cifs/braavos.essos.local', targets[index]!] })
    for (const [index, dn] of not.entries())
      f.set(dn, { 'msDS-AllowedToDelegateTo': elsewhere[index]! })
    for (const dn of [host, managed, dc2]) f.set(dn, { 'msDS-AllowedToDelegateTo': targets[0]! })
    const after = look(f)
    assert.deepEqual(
      added(before, after),
      on('deleg-constrained-to-dc', host, managed, ...to).toSorted(),
    )
    assert.equal(after.on('deleg-constrained-to-dc', host).severity, 'critical')
  })

  test('deleg-transition-to-dc', async () => {
    const { f, user, computer } = await lab()
    const plain = user('plain')
    const host = computer('host')
    const elsewhere = user('elsewhere')
    const nowhere = user('nowhere')
    const before = look(f)
    f.set(plain, {
      userAccountControl: 0x200 | transition,
      'msDS-AllowedToDelegateTo': 'time/meereen.essos.local',
    })
    f.set(host, {
      userAccountControl: workstation | transition,
      'msDS-AllowedToDelegateTo': 'cifs/MEEREEN',
    })
    f.set(elsewhere, {
      userAccountControl: 0x200 | transition,
      'msDS-AllowedToDelegateTo': 'cifs/braavos',
    })
    f.set(nowhere, { userAccountControl: 0x200 | transition })
    const after = look(f)
    assert.deepEqual(added(before, after), [
      ...on('deleg-constrained-to-dc', host, plain),
      ...on('deleg-transition-to-dc', host, plain),
    ])
    assert.equal(after.on('deleg-transition-to-dc', host).severity, 'critical')
  })

  test('deleg-krbtgt', async () => {
    const { f, user } = await lab()
    const local = user('krbtgt_4711', {
      userAccountControl: 0x202,
      'msDS-SecondaryKrbTgtNumber': 4711,
    })
    const targets = ['krbtgt/ESSOS', 'KRBTGT/essos.local']
    const to = targets.map((_, index) => user(`to${index}`))
    const disabled = user('disabled', { userAccountControl: 0x202 })
    const before = look(f)
    for (const [index, dn] of to.entries())
      f.set(dn, { 'msDS-AllowedToDelegateTo': targets[index]! })
    f.set(disabled, { 'msDS-AllowedToDelegateTo': 'krbtgt/ESSOS.LOCAL' })
    for (const dn of [krbtgt, local])
      f.set(dn, { 'msDS-AllowedToActOnBehalfOfOtherIdentity': letting(f.sid(member)) })
    const after = look(f)
    const lines = added(before, after)
    assert.deepEqual(
      lines.filter((line) => line.startsWith('deleg-krbtgt')),
      on('deleg-krbtgt', krbtgt, local, disabled, ...to).toSorted(),
    )
    // The ticket-granting service is a service of the controllers.
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('deleg-krbtgt')),
      on('deleg-constrained-to-dc', disabled, ...to).toSorted(),
    )
    assert.equal(after.on('deleg-krbtgt', krbtgt).severity, 'critical')
  })

  test('deleg-rbcd-on-dc', async () => {
    const { f, computer } = await lab()
    const ro = addController(f, 'RO1', 0x5001000, 521)
    const host = computer('host')
    const before = look(f)
    for (const dn of [controller, ro, host])
      f.set(dn, { 'msDS-AllowedToActOnBehalfOfOtherIdentity': letting(f.sid(service)) })
    const after = look(f)
    assert.deepEqual(added(before, after), on('deleg-rbcd-on-dc', controller, ro))
    const found = after.on('deleg-rbcd-on-dc', controller)
    assert.equal(found.severity, 'critical')
    assert.match(found.says, /sql_svc/)
    f.remove(ro)
    const only = (value: Uint8Array) => {
      f.set(controller, { 'msDS-AllowedToActOnBehalfOfOtherIdentity': value })
      return look(f)
    }
    // Without a list everybody may; with an empty one nobody; and rubbish tells nothing.
    assert.deepEqual(only(written({ control: 0, dacl: null })).findings['deleg-rbcd-on-dc'], [
      controller,
    ])
    assert.ok(only(written({})).passed.includes('deleg-rbcd-on-dc'))
    assert.match(only(Buffer.from('rubbish')).notAssessed['deleg-rbcd-on-dc'] ?? '', /broken/)
  })

  test('deleg-constrained-to-dc: a controller whose account was not read', async () => {
    const { f, user } = await lab()
    const elsewhere = `CN=FAR,CN=Servers,CN=Default-First-Site-Name,CN=Sites,${f.configurationDn}`
    const servers = `CN=MEEREEN,CN=Servers,CN=Default-First-Site-Name,CN=Sites,${f.configurationDn}`
    f.copy(servers, elsewhere, {
      serverReference: 'CN=FAR,OU=Domain Controllers,DC=qarth,DC=essos,DC=local',
      dNSHostName: 'far.qarth.essos.local',
    })
    f.copy(`CN=NTDS Settings,${servers}`, `CN=NTDS Settings,${elsewhere}`)
    const plain = user('plain')
    const before = look(f)
    f.set(plain, { 'msDS-AllowedToDelegateTo': 'cifs/far.qarth.essos.local' })
    assert.deepEqual(added(before, look(f)), on('deleg-constrained-to-dc', plain))
  })

  test('deleg-rbcd-writable-tier0', async () => {
    const attribute = '3f78c3e5-f79a-46bd-a0b8-9d18116ddc79'
    const restrictions = '4c164200-20c0-11d0-a768-00aa006e0529'
    const writes = 0x20
    const cases: [string, string, number, object, boolean][] = [
      ['the attribute', controller, writes, { objectType: attribute }, true],
      ['its property set', controller, writes, { objectType: restrictions }, true],
      ['all properties', controller, writes, {}, true],
      ['everything', controller, 0xf01ff, {}, true],
      ['the attribute on krbtgt', krbtgt, writes, { objectType: attribute }, true],
      [
        'another attribute',
        controller,
        writes,
        { objectType: 'bf967950-0de6-11d0-a285-00aa003049e2' },
        false,
      ],
      ['reading', controller, 0x10, { objectType: attribute }, false],
      ['heirs only', controller, writes, { objectType: attribute, flags: 0xa }, false],
      [
        'a denial',
        controller,
        writes,
        { objectType: attribute, type: aceType.accessDeniedObject },
        false,
      ],
    ]
    for (const [name, target, mask, more, isFound] of cases) {
      const { f, user } = await lab()
      const who = user('who')
      const before = look(f)
      f.grant(target, f.sid(who), mask, more)
      const lines = added(before, look(f))
      assert.equal(lines.includes(`deleg-rbcd-writable-tier0: ${target}`), isFound, name)
      assert.ok(
        lines.every((line) => line.endsWith(target)),
        `${name}: ${lines.join('\n')}`,
      )
      if (!isFound) assert.deepEqual(lines, [], name)
    }
  })

  test('deleg-rbcd-writable-broad', async () => {
    const attribute = '3f78c3e5-f79a-46bd-a0b8-9d18116ddc79'
    const restrictions = '4c164200-20c0-11d0-a768-00aa006e0529'
    const { f, user, computer } = await lab()
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => computer(`host-${name}`))
    const own = computer('own')
    const helpers = f.add(`CN=helpers,${users}`, ['top', 'group'], {
      objectSid: writeSid(f.newSid()),
      sAMAccountName: 'helpers',
      groupType: -2147483646,
    })
    f.join(helpers, `CN=Domain Users,${users}`)
    const nested = computer('nested')
    const who = user('who')
    const before = look(f)
    const [a, b, c, d, e, g, h] = hosts as [string, string, string, string, string, string, string]
    f.grant(a, 'S-1-5-11', 0x20, { objectType: attribute })
    f.grant(b, f.sid(513), 0x20, { objectType: restrictions })
    f.grant(c, 'S-1-1-0', 0xf01ff)
    f.grant(d, f.sid(515), 0x20)
    f.grant(e, f.sid(who), 0x20, { objectType: attribute })
    f.grant(g, 'S-1-5-11', 0x20, { objectType: attribute, flags: 0xa })
    f.grant(h, 'S-1-5-11', 0x20, { objectType: attribute })
    f.grant(h, 'S-1-1-0', 0x20, { objectType: attribute, type: aceType.accessDeniedObject })
    f.grant(own, 'S-1-5-10', 0x20, { objectType: attribute })
    f.grant(nested, f.sid(helpers), 0x20, { objectType: attribute })
    const lines = added(before, look(f))
    assert.deepEqual(
      lines.filter((line) => line.startsWith('deleg-')),
      on('deleg-rbcd-writable-broad', a, b, c, d, nested),
    )
  })
  test('deleg-rbcd-writable-broad below an OU', async () => {
    const { f, computer } = await lab()
    computer('one')
    computer('two')
    const before = look(f)
    f.grantBelow(`CN=Computers,${domain}`, 'S-1-5-11', 0x20, {
      objectType: '4c164200-20c0-11d0-a768-00aa006e0529',
      inheritedObjectType: 'bf967a86-0de6-11d0-a285-00aa003049e2',
    })
    const after = look(f)
    const place = `CN=Computers,${domain}`
    assert.deepEqual(added(before, after), [
      // Nearly everybody has it.
      ...on('acl-delegation-broad', place),
      ...on('deleg-rbcd-writable-broad', place),
    ])
    assert.match(after.on('deleg-rbcd-writable-broad', place).says, /each of 2 computers/)
  })

  test('deleg-sso-account', async () => {
    const { f, computer } = await lab()
    const spn = 'HOST/autologon.microsoftazuread-sso.com'
    const sso = computer('AZUREADSSOACC', {
      servicePrincipalName: [spn],
      userAccountControl: workstation,
      pwdLastSet: f.text(member, 'pwdLastSet'),
    })
    const renamed = computer('SSO2', { servicePrincipalName: spn.toLowerCase() })
    const other = computer('AZUREADSSOACC2')
    const before = look(f)
    f.set(sso, { 'msDS-AllowedToActOnBehalfOfOtherIdentity': letting(f.sid(service)) })
    f.set(renamed, { 'msDS-AllowedToDelegateTo': 'cifs/braavos' })
    f.set(other, { 'msDS-AllowedToActOnBehalfOfOtherIdentity': letting(f.sid(service)) })
    const after = look(f)
    assert.deepEqual(added(before, after), on('deleg-sso-account', sso, renamed))
    assert.equal(after.on('deleg-sso-account', sso).severity, 'critical')
  })
})
