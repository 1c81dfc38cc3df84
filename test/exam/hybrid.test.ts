import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type Ace,
  aceFlags,
  aceType,
  descriptorControl,
  formatFileTime,
  writeSid,
} from '#directory'
import { type Attributes, LabForest, labNow, needsLab } from '../lab-forest.ts'
import { added, look, on } from './look.ts'

/**
 * Exposures of Exchange and of Entra ID, planted in the laboratory's real domain, which has neither: their objects are as
 * their set-up makes them.
 */

const head = 'DC=essos,DC=local'
const configuration = `CN=Configuration,${head}`
const users = `CN=Users,${head}`
const computers = `CN=Computers,${head}`
const adminSdHolder = `CN=AdminSDHolder,CN=System,${head}`
const organization = `CN=Microsoft Exchange,CN=Services,${configuration}`
const person = `CN=sql_svc,${users}`
const authorityHost = `CN=BRAAVOS,OU=Laps,${head}`
const everybody = 'S-1-5-11'

const computerClasses = ['top', 'person', 'organizationalPerson', 'user', 'computer']
const managedClasses = [...computerClasses, 'msDS-GroupManagedServiceAccount']

const controlAccess = 0x100
const writeProperty = 0x20
const writeDacl = 0x40000
const writeOwner = 0x80000
const fullControl = 0xf01ff

const member = 'bf9679c0-0de6-11d0-a285-00aa003049e2'
const resetPassword = '00299570-246d-11d0-a768-00aa006e0529'
const keyCredentials = '5b47d60f-6090-40b2-9f37-2a4de88f3063'
const spn = 'f3a64788-5306-11d1-a9c5-0000f80367c1'
const description = 'bf967950-0de6-11d0-a285-00aa003049e2'
const getChanges = '1131f6aa-9c07-11d1-f79f-00c04fc2dcd2'
const getChangesAll = '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2'
const userClass = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const groupClass = 'bf967a9c-0de6-11d0-a285-00aa003049e2'
const thumbnailPhoto = '8d3bca50-1d7e-11d0-a081-00aa006c33ed'
const personalInformation = '77b5b886-944a-11d1-aebd-0000f80367c1'
const neverReveal = '15585999-fd49-4d66-b25d-eeb96aba8174'

/** Of an ACE: only this attribute, right or class. */
const typed = (objectType: string) => ({ objectType })

function daysBefore(days: number): string {
  return formatFileTime(new Date(labNow.getTime() - days * 86_400_000))
}

async function lab() {
  const f = await LabForest.open()
  const user = (name: string, attributes: Attributes = {}, below = users) =>
    f.copy(person, `CN=${name},${below}`, {
      userAccountControl: 512,
      description: undefined,
      ...attributes,
    })
  const unit = (name: string) =>
    f.add(`OU=${name},${head}`, ['top', 'organizationalUnit'], { ou: name })
  const computer = (name: string, attributes: Attributes = {}, below = computers) =>
    f.add(`CN=${name},${below}`, computerClasses, {
      objectSid: writeSid(f.newSid()),
      sAMAccountName: `${name}$`,
      userAccountControl: 4096,
      primaryGroupID: 515,
      dNSHostName: `${name}.essos.local`,
      pwdLastSet: daysBefore(5),
      lastLogonTimestamp: daysBefore(5),
      operatingSystem: 'Windows Server 2022 Standard',
      operatingSystemVersion: '10.0 (20348)',
      'msDS-SupportedEncryptionTypes': 28,
      ...attributes,
    })
  const group = (name: string, below = users, attributes: Attributes = {}) =>
    f.add(`CN=${name},${below}`, ['top', 'group'], {
      objectSid: writeSid(f.newSid()),
      sAMAccountName: name,
      groupType: -2147483640,
      ...attributes,
    })
  return { f, user, unit, computer, group }
}

/** The organization and the groups of Exchange, as its set-up makes them, with one server. */
async function exchange(names: Readonly<Record<string, string>> = {}) {
  const { f, user, unit, computer, group } = await lab()
  const below = unit('Microsoft Exchange Security Groups')
  const shipped = {
    A7D2016C83F003458132789EEB127B84: 'Exchange Servers',
    EA876A58DB6DD04C9006939818F800EB: 'Exchange Trusted Subsystem',
    '4C17D0117EBE6642AFAEE03BC66D381F': 'Exchange Windows Permissions',
    C262A929D691B74A9E068728F8F842EA: 'Organization Management',
  }
  const [servers, trusted, windows, management] = Object.values(shipped).map((name) =>
    group(names[name] ?? name, below),
  ) as [string, string, string, string]
  const lists = [servers, trusted, windows, management].map(
    (dn, at) => `B:32:${Object.keys(shipped)[at]}:${dn}`,
  )
  f.add(organization, ['top', 'container', 'msExchConfigurationContainer'], {
    otherWellKnownObjects: lists,
  })
  f.join(windows, trusted)
  const server = computer('MAIL1')
  f.join(servers, server)
  f.join(trusted, server)
  const sidOf = (dn: string) => f.sid(dn)
  return { f, user, unit, computer, group, servers, trusted, windows, management, sidOf }
}

suite('exchange in a real Windows domain', { skip: needsLab }, () => {
  test('what the set-up of a current Exchange gives adds no more than it leads to', async () => {
    const { f, windows, trusted, management, sidOf } = await exchange()
    const before = look(f)
    const [w, t, m] = [sidOf(windows), sidOf(trusted), sidOf(management)]
    for (const heir of [userClass, groupClass]) {
      // The list of permissions may be changed on what inherits it only.
      f.grantBelow(head, w, writeDacl, {
        inheritedObjectType: heir,
        flags: aceFlags.containerInherit | aceFlags.inheritOnly,
      })
    }
    f.grantBelow(head, w, writeProperty, typed(member))
    f.grantBelow(head, t, writeProperty, typed('e48d0154-bcf8-11d1-8702-00c04fb96050'))
    f.grantBelow(head, m, writeProperty, typed('77b5b886-944a-11d1-aebd-0000f80367c1'))
    f.grant(adminSdHolder, t, writeProperty, typed('77b5b886-944a-11d1-aebd-0000f80367c1'))
    const after = look(f)
    // Members of groups that SDProp does not keep, and names of services of computers.
    assert.deepEqual(
      added(before, after),
      on(
        'exch-groups-control-tier0',
        authorityHost,
        `CN=Enterprise Key Admins,${users}`,
        `CN=Enterprise Read-only Domain Controllers,${users}`,
        `CN=Key Admins,${users}`,
        `CN=MEEREEN,OU=Domain Controllers,${head}`,
      ).toSorted(),
    )
    assert.equal(after.findings['exch-windows-permissions-writedacl'], undefined)
    assert.equal(after.findings['exch-adminsdholder'], undefined)
  })

  test('exch-windows-permissions-writedacl: on the head itself', async () => {
    const seen = async (
      change: (e: Awaited<ReturnType<typeof exchange>>) => void,
      names: Readonly<Record<string, string>> = {},
    ) => {
      const e = await exchange(names)
      change(e)
      return look(e.f)
    }
    const id = 'exch-windows-permissions-writedacl'
    // As older set-ups left it: for users below, but with force on the head, since nothing says "inherit only".
    const real = await seen(({ f, windows, sidOf }) =>
      f.grant(head, sidOf(windows), writeDacl, {
        flags: aceFlags.containerInherit,
        inheritedObjectType: userClass,
      }),
    )
    assert.deepEqual(real.findings[id], [head])
    assert.equal(real.on(id, head).severity, 'critical')
    assert.match(real.on(id, head).says, /Exchange Windows Permissions can change the permissions/)
    const renamed = await seen(
      ({ f, trusted, sidOf }) => f.grant(head, sidOf(trusted), fullControl),
      { 'Exchange Trusted Subsystem': 'Sous-système' },
    )
    assert.deepEqual(renamed.findings[id], [head])
    const owned = await seen(({ f, trusted, sidOf }) =>
      f.changeDescriptor(head, (d) => ({ ...d, owner: sidOf(trusted) })),
    )
    assert.deepEqual(owned.findings[id], [head])
    const unlisted = await seen(({ f, windows, sidOf }) => {
      f.remove(organization)
      f.grant(head, sidOf(windows), writeDacl)
    })
    assert.deepEqual(unlisted.findings[id], [head])
    const halfListed = await seen(({ f, windows, sidOf }) => {
      f.set(organization, { otherWellKnownObjects: f.text(organization, 'otherWellKnownObjects') })
      f.grant(head, sidOf(windows), writeDacl)
    })
    assert.deepEqual(halfListed.findings[id], [head])
    const clean = await seen(({ f, windows, trusted, group, sidOf }) => {
      f.grant(head, sidOf(windows), writeDacl, {
        flags: aceFlags.containerInherit | aceFlags.inheritOnly,
        inheritedObjectType: userClass,
      })
      f.grant(head, sidOf(trusted), writeDacl)
      f.grant(head, sidOf(trusted), writeDacl, { type: aceType.accessDenied })
      f.grant(head, sidOf(trusted), 0x20094)
      f.grant(head, sidOf(group('Team')), writeDacl)
    })
    assert.equal(clean.findings[id], undefined)
  })

  test('exch-adminsdholder: any write or control', async () => {
    const id = 'exch-adminsdholder'
    const grants: readonly (readonly [mask: number, more?: Partial<Ace>])[] = [
      // As set-ups before 2019 left it.
      [writeDacl, { flags: aceFlags.containerInherit, inheritedObjectType: groupClass }],
      [writeProperty, typed(member)],
      [fullControl],
      [writeOwner],
      [controlAccess, typed(resetPassword)],
      [writeProperty],
    ]
    for (const [mask, more] of grants) {
      const { f, trusted, sidOf } = await exchange()
      f.grant(adminSdHolder, sidOf(trusted), mask, more)
      const { findings } = look(f)
      assert.deepEqual(findings[id], [adminSdHolder], `${mask}`)
    }
    const { f, servers, management, group, sidOf } = await exchange()
    f.grant(adminSdHolder, sidOf(servers), 0x20094)
    f.grant(adminSdHolder, sidOf(management), writeDacl, { type: aceType.accessDenied })
    f.grant(adminSdHolder, sidOf(group('Team')), writeDacl)
    assert.equal(look(f).findings[id], undefined)
    f.grant(adminSdHolder, sidOf(servers), writeProperty, typed(member))
    assert.equal(look(f).on(id, adminSdHolder).severity, 'high')
    f.set(adminSdHolder, { nTSecurityDescriptor: undefined })
    assert.match(look(f).notAssessed[id] ?? '', /AdminSDHolder/)
  })

  test('exch-groups-control-tier0: members, passwords, computers, and membership itself', async () => {
    const id = 'exch-groups-control-tier0'
    const { f, servers, trusted, windows, management, group, sidOf } = await exchange()
    const before = look(f)
    f.grant(`CN=Domain Admins,${users}`, sidOf(windows), writeProperty, typed(member))
    f.grant(`CN=Administrator,${users}`, sidOf(management), controlAccess, typed(resetPassword))
    f.grant(authorityHost, sidOf(servers), fullControl)
    f.grant(`CN=krbtgt,${users}`, sidOf(servers), writeDacl)
    // Not of Tier Zero, or of the other exposures.
    f.grant(`CN=khal.drogo,${users}`, sidOf(trusted), fullControl)
    f.grant(head, sidOf(windows), writeDacl)
    f.grant(adminSdHolder, sidOf(trusted), fullControl)
    f.grant(`CN=Schema Admins,${users}`, sidOf(group('Team')), writeDacl)
    const after = look(f)
    const lines = added(before, after).filter((line) => line.startsWith('exch'))
    assert.deepEqual(
      lines,
      [
        ...on(
          id,
          `CN=Administrator,${users}`,
          authorityHost,
          `CN=Domain Admins,${users}`,
          `CN=krbtgt,${users}`,
        ),
        ...on('exch-adminsdholder', adminSdHolder),
        ...on('exch-windows-permissions-writedacl', head),
      ].toSorted(),
    )
    assert.equal(after.on(id, authorityHost).severity, 'high')

    // As a guide for witness servers on a domain controller says.
    const inside = await exchange()
    const administrators = `CN=Administrators,CN=Builtin,${head}`
    inside.f.join(administrators, inside.trusted)
    const found = look(inside.f)
    assert.deepEqual(found.findings[id], [administrators])
    assert.match(found.on(id, administrators).says, /Exchange Trusted Subsystem/)
  })

  test('exch-server-obsolete: each version', async () => {
    const id = 'exch-server-obsolete'
    const { f } = await exchange()
    const servers = `CN=Servers,${organization}`
    f.add(servers, ['top', 'msExchServersContainer'])
    const server = (name: string, serialNumber: string | undefined, versionNumber?: number) =>
      f.add(`CN=${name},${servers}`, ['top', 'server', 'msExchExchangeServer'], {
        serialNumber,
        versionNumber,
      })
    const packed = (major: number, minor: number, build: number) =>
      ((7 << 28) | (major << 22) | (minor << 16) | 0x8000 | build) >>> 0
    const old = [
      server('E2010', 'Version 14.3 (Build 30513.0)', packed(14, 3, 513)),
      server('E2013', 'Version 15.0 (Build 31497.2)', packed(15, 0, 1497)),
    ]
    const late = [
      server('E2016', 'Version 15.1 (Build 32507.6)', packed(15, 1, 2507)),
      server('E2019', 'Version 15.2 (Build 31544.4)', packed(15, 2, 1544)),
      server('EBYNUMBER', undefined, packed(15, 2, 1118)),
    ]
    server('SE', 'Version 15.2 (Build 32562.17)', packed(15, 2, 2562))
    server('SEBYNUMBER', undefined, packed(15, 2, 2562))
    assert.deepEqual(look(f).findings[id], old)
    assert.deepEqual(look(f, new Date('2025-10-14T12:00:00Z')).findings[id], old)
    const after = look(f, new Date('2025-10-15T00:00:00Z'))
    assert.deepEqual(after.findings[id], [...old, ...late].toSorted())
    assert.equal(after.on(id, late[0]!).severity, 'high')
    for (const dn of [...old, ...late]) f.remove(dn)
    assert.ok(look(f, new Date('2026-01-01T00:00:00Z')).passed.includes(id))
    server('UNKNOWN', undefined)
    assert.match(look(f).notAssessed[id] ?? '', /UNKNOWN/)
  })
})

const said = (host: string) =>
  `Account created by Microsoft Azure Active Directory Connect with installation identifier '0a1b2c3d' running on computer '${host}' configured to synchronize to tenant 'essos.onmicrosoft.com'. This account must have directory replication permissions in the local Active Directory.`

function replicate(f: LabForest, dn: string): void {
  for (const right of [getChanges, getChangesAll])
    f.grant(head, f.sid(dn), controlAccess, typed(right))
}

suite('entra-hybrid in a real Windows domain', { skip: needsLab }, () => {
  test('entra-sso-key-old: age and place', async () => {
    const id = 'entra-sso-key-old'
    const seen = async (days: number | undefined, place?: 'own' | 'shared') => {
      const { f, user, unit, computer } = await lab()
      const below = place === undefined ? computers : unit('Hybrid')
      if (place === 'shared') user('other', {}, below)
      const dn = computer(
        'AZUREADSSOACC',
        {
          pwdLastSet: days === undefined ? undefined : daysBefore(days),
          servicePrincipalName: [
            'HOST/autologon.microsoftazuread-sso.com',
            'HOST/aadg.windows.net.nsatc.net',
          ],
          dNSHostName: undefined,
          operatingSystem: undefined,
          operatingSystemVersion: undefined,
        },
        below,
      )
      const after = look(f)
      return [
        after.findings[id]?.length ?? 0,
        after.findings[id] === undefined ? after.notAssessed[id] : after.on(id, dn).severity,
      ]
    }
    assert.deepEqual(await seen(400), [1, 'high'])
    assert.deepEqual(await seen(366, 'own'), [1, 'high'])
    assert.deepEqual(await seen(364, 'own'), [1, 'medium'])
    assert.deepEqual(await seen(31, 'own'), [1, 'medium'])
    assert.deepEqual(await seen(29), [1, 'low'])
    assert.deepEqual(await seen(29, 'shared'), [1, 'low'])
    assert.deepEqual(await seen(29, 'own'), [0, undefined])
    assert.match(String((await seen(undefined))[1]), /AZUREADSSOACC/)
  })

  test('entra-sync-account-dcsync: accounts and their hosts', async () => {
    const id = 'entra-sync-account-dcsync'
    const { f, user, unit, computer } = await lab()
    const hybrid = unit('Hybrid')
    const keptHost = computer('SYNC1', {}, hybrid)
    const looseHost = computer('SYNC2')
    assert.ok(keptHost)
    assert.ok(looseHost)
    const managed = (name: string) =>
      f.add(`CN=${name},CN=Managed Service Accounts,${head}`, managedClasses, {
        objectSid: writeSid(f.newSid()),
        sAMAccountName: `${name}$`,
        userAccountControl: 4096,
        primaryGroupID: 515,
        pwdLastSet: daysBefore(5),
        lastLogonTimestamp: daysBefore(5),
      })
    const before = look(f)
    const replicating = [
      user('MSOL_0a1b2c3d', { description: said('SYNC1') }),
      user('dirsync', { description: said('SYNC1') }),
      user('MSOL_kept', { description: said('SYNC2') }, hybrid),
      managed('ADSyncMSA0a1b'),
    ]
    for (const dn of replicating) replicate(f, dn)
    const others = [user('AAD_0a1b2c3d'), managed('pGMSA_0a1b2c3d')]
    const fine = user('MSOL_fine', { description: said('SYNC1') }, hybrid)
    replicate(f, fine)
    user('phone', { description: 'Phone sync user' })
    user('amsol_x')
    const after = look(f)
    const lines = added(before, after).filter((line) => line.startsWith('entra'))
    assert.deepEqual(lines, on(id, ...replicating, ...others).toSorted())
    for (const dn of replicating) assert.equal(after.on(id, dn).severity, 'high', dn)
    assert.equal(after.on(id, others[0]!).severity, 'medium')
    assert.match(after.on(id, replicating[2]!).says, /SYNC2/)
  })

  test('entra-sync-account-resettable: each way to take it over', async () => {
    const id = 'entra-sync-account-resettable'
    const { f, user, group } = await lab()
    const mallory = f.sid(user('mallory'))
    const names = ['reset', 'all', 'dacl', 'owner', 'write', 'key', 'spn', 'rights', 'owned']
    const [reset, all, dacl, owner, write, key, spns, rights, owned] = names.map((name) =>
      user(`MSOL_${name}`),
    )
    const [plain, denied] = ['plain', 'denied'].map((name) => user(`MSOL_${name}`))
    const desk = group('desk')
    const before = look(f)
    assert.equal(before.findings[id], undefined)
    f.grant(reset!, f.sid(desk), controlAccess, typed(resetPassword))
    f.grant(all!, mallory, fullControl)
    f.grant(dacl!, mallory, writeDacl)
    f.grant(owner!, mallory, writeOwner)
    f.grant(write!, mallory, 0x20028)
    f.grant(key!, mallory, writeProperty, typed(keyCredentials))
    f.grant(spns!, mallory, writeProperty, typed(spn))
    f.grant(rights!, mallory, controlAccess)
    f.changeDescriptor(owned!, (d) => ({ ...d, owner: mallory }))
    f.grant(plain!, mallory, writeProperty, typed(description))
    f.grant(plain!, f.sid(`CN=Account Operators,CN=Builtin,${head}`), fullControl)
    f.grant(plain!, mallory, 0x20094)
    f.grant(denied!, mallory, controlAccess, typed(resetPassword))
    f.grant(denied!, mallory, controlAccess, { type: aceType.accessDenied })
    f.grant(`CN=khal.drogo,${users}`, mallory, controlAccess, typed(resetPassword))
    const after = look(f)
    const found = [reset, all, dacl, owner, write, key, spns, rights, owned] as string[]
    assert.deepEqual(
      added(before, after).filter((line) => line.startsWith('entra')),
      on(id, ...found).toSorted(),
    )
    assert.equal(after.on(id, reset!).severity, 'critical')
    assert.match(after.on(id, reset!).says, /desk can/)
  })

  test('entra-sync-server-exposed: the host of the description', async () => {
    const id = 'entra-sync-server-exposed'
    const { f, user, computer } = await lab()
    const mallory = f.sid(user('mallory'))
    const hosts = ['SYNC1', 'SYNC2', 'SYNC3'].map((name) => computer(name))
    const quiet = computer('SYNC4')
    const other = computer('WEB1')
    user('MSOL_1', { description: said('SYNC1') })
    user('MSOL_2', { description: said('sync2.essos.local') })
    // As the installer says it in another language.
    user('MSOL_3', {
      description: `Compte créé par Microsoft Azure Active Directory Connect, exécuté sur l’ordinateur « SYNC3 » configuré pour la synchronisation`,
    })
    user('MSOL_4', { description: said('SYNC4') })
    const before = look(f)
    f.grant(hosts[0]!, mallory, fullControl)
    f.grant(hosts[1]!, mallory, controlAccess)
    f.grant(hosts[2]!, mallory, writeDacl)
    f.grant(other, mallory, fullControl)
    f.grant(quiet, mallory, writeProperty, typed(description))
    const after = look(f)
    assert.deepEqual(
      added(before, after).filter((line) => line.startsWith(id)),
      on(id, ...hosts).toSorted(),
    )
    assert.equal(after.on(id, hosts[0]!).severity, 'high')

    const gone = await lab()
    gone.user('MSOL_1', { description: said('GONE') })
    assert.match(look(gone.f).notAssessed[id] ?? '', /GONE/)
  })

  test('entra-cloud-kerberos-trust: denied groups, age of the key, editors', async () => {
    const id = 'entra-cloud-kerberos-trust'
    const builtin = `CN=Builtin,${head}`
    const defaults = [
      `CN=Denied RODC Password Replication Group,${users}`,
      `CN=Administrators,${builtin}`,
      `CN=Server Operators,${builtin}`,
      `CN=Backup Operators,${builtin}`,
      `CN=Account Operators,${builtin}`,
    ]
    const make = async (denied: readonly string[], days: number | undefined) => {
      const { f, user, computer } = await lab()
      const key = f.copy(`CN=krbtgt,${users}`, `CN=krbtgt_AzureAD,${users}`, {
        sAMAccountName: 'krbtgt_AzureAD',
        pwdLastSet: days === undefined ? undefined : daysBefore(days),
        'msDS-SecondaryKrbTgtNumber': 16500,
      })
      const dn = computer(
        'AzureADKerberos',
        {
          userAccountControl: 0x5001000,
          primaryGroupID: 521,
          'msDS-KrbTgtLink': key,
          'msDS-NeverRevealGroup': denied.length === 0 ? undefined : denied,
          'msDS-RevealOnDemandGroup': `CN=Domain Users,${users}`,
          operatingSystem: undefined,
          operatingSystemVersion: undefined,
        },
        `OU=Domain Controllers,${head}`,
      )
      return { f, dn, mallory: f.sid(user('mallory')), key }
    }
    const fresh = await make(defaults, 100)
    const fine = look(fresh.f)
    assert.ok(fine.passed.includes(id), fine.notAssessed[id] ?? '')
    // It is no domain controller, and no rule about these may take it for one.
    const bare = (await lab()).f
    assert.deepEqual(
      added(look(bare), fine).filter((line) => /AzureAD/.test(line)),
      [],
    )

    const none = await make([], 100)
    assert.equal(look(none.f).on(id, none.dn).severity, 'high')
    const one = await make(defaults.slice(1), 100)
    assert.match(look(one.f).on(id, one.dn).says, /Denied RODC/)
    const old = await make(defaults, 181)
    assert.match(look(old.f).on(id, old.dn).says, /181 days/)
    const unread = await make(defaults, undefined)
    assert.match(look(unread.f).notAssessed[id] ?? '', /AzureADKerberos/)
    const edits: readonly (readonly [mask: number, more?: Partial<Ace>])[] = [
      [fullControl],
      [writeProperty, typed(neverReveal)],
      [writeDacl],
    ]
    for (const [mask, more] of edits) {
      const edited = await make(defaults, 100)
      edited.f.grant(edited.dn, edited.mallory, mask, more)
      assert.match(look(edited.f).on(id, edited.dn).says, /mallory can/)
    }
    // Whoever resets the key's password makes it one of their own.
    const reset = await make(defaults, 100)
    reset.f.grant(reset.key, reset.mallory, controlAccess, typed(resetPassword))
    assert.match(look(reset.f).on(id, reset.dn).says, /mallory can/)
  })

  test('entra-adfs-dkm-readable: who may read the key', async () => {
    const id = 'entra-adfs-dkm-readable'
    const make = async (service: 'user' | 'managed' | 'none' = 'user') => {
      const { f, user } = await lab()
      const program = `CN=Microsoft,CN=Program Data,${head}`
      const top = f.add(`CN=ADFS,${program}`, ['top', 'container'])
      const farm = f.add(`CN=5e2cd5b1-8a2d-4a9c-9f0e-0a1b2c3d4e5f,${top}`, ['top', 'container'])
      const contact = ['top', 'person', 'organizationalPerson', 'contact']
      const key = f.add(`CN=0f9e8d7c-1111-2222-3333-444455556666,${farm}`, contact, {
        thumbnailPhoto: Uint8Array.of(1, 2, 3, 4),
      })
      const policy = f.add(`CN=CryptoPolicy,${farm}`, contact)
      const account =
        service === 'managed'
          ? f.add(`CN=gmsaAdfs,CN=Managed Service Accounts,${head}`, managedClasses, {
              objectSid: writeSid(f.newSid()),
              sAMAccountName: 'gmsaAdfs$',
              userAccountControl: 4096,
              primaryGroupID: 515,
              pwdLastSet: daysBefore(5),
              lastLogonTimestamp: daysBefore(5),
            })
          : user('svc-adfs', { servicePrincipalName: 'host/sts.essos.local' })
      const protect = (...more: readonly Ace[]) => {
        for (const dn of [top, farm, key, policy])
          f.changeDescriptor(dn, (d) => ({
            ...d,
            control: d.control | descriptorControl.daclProtected,
            dacl: [
              ...(dn === key ? more : []),
              { type: aceType.accessAllowed, flags: 2, mask: fullControl, sid: f.sid(512) },
              ...(service === 'none'
                ? []
                : [{ type: aceType.accessAllowed, flags: 2, mask: 0xf01bd, sid: f.sid(account) }]),
              { type: aceType.accessAllowed, flags: 0, mask: 0x20004, sid: everybody },
            ],
          }))
      }
      protect()
      return { f, key, policy, protect, mallory: f.sid(user('mallory')), account }
    }
    for (const service of ['user', 'managed'] as const) {
      const { f } = await make(service)
      assert.ok(look(f).passed.includes(id), service)
    }
    const allow = (sid: string, mask: number, more: Partial<Ace> = {}): Ace => ({
      type: more.objectType === undefined ? aceType.accessAllowed : aceType.accessAllowedObject,
      flags: 0,
      mask,
      sid,
      ...more,
    })
    for (const ace of [
      (who: string) => allow(who, 0x10),
      (who: string) => allow(who, 0x20094),
      (who: string) => allow(who, 0x10, typed(thumbnailPhoto)),
      (who: string) => allow(who, 0x10, typed(personalInformation)),
      (who: string) => allow(who, fullControl),
      (who: string) => allow(who, writeDacl),
      () => allow(everybody, 0x10),
    ]) {
      const { f, key, protect, mallory } = await make()
      protect(ace(mallory))
      const after = look(f)
      assert.deepEqual(after.findings[id], [key])
      assert.equal(after.on(id, key).severity, 'critical')
    }
    // Nobody looks like the service; who may do anything is not taken for it.
    const alone = await make('none')
    alone.protect(allow(alone.mallory, fullControl))
    assert.deepEqual(look(alone.f).findings[id], [alone.key])
    const owned = await make()
    owned.f.changeDescriptor(owned.key, (d) => ({ ...d, owner: owned.mallory }))
    assert.deepEqual(look(owned.f).findings[id], [owned.key])
    const other = await make()
    other.protect(allow(other.mallory, 0x10, typed(description)))
    // Holds no key.
    other.f.grant(other.policy, everybody, 0x20094)
    assert.equal(look(other.f).findings[id], undefined)
    other.f.set(other.key, { nTSecurityDescriptor: undefined })
    assert.match(look(other.f).notAssessed[id] ?? '', /0f9e8d7c/)
  })
})
