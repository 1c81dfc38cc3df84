import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Ace, aceFlags, aceType, guid, readGuid, writeGuid, writeSid } from '#directory'
import { assess, catalogue } from '#exposure'
import {
  type Attributes,
  LabForest,
  type Verdicts,
  addedTo,
  labNow,
  needsLab,
} from '../lab-forest.ts'

const skip = needsLab
const user = ['top', 'person', 'organizationalPerson', 'user']
const day = 86_400_000

/** FILETIME of so many days before the clock of the tests. */
function daysAgo(days: number): string {
  return String((BigInt(labNow.getTime()) + 11_644_473_600_000n - BigInt(days * day)) * 10_000n)
}

/** Generalized time of so many days before the clock of the tests. */
function dateAgo(days: number): string {
  const iso = new Date(labNow.getTime() - days * day).toISOString()
  return `${iso.slice(0, 19).replaceAll(/[-:T]/g, '')}.0Z`
}

/**
 * The laboratory with a password policy as it should be, so that new administrators are not found for it, and with a built-in
 * Administrator who has not signed in for long.
 */
async function openLab(): Promise<LabForest> {
  const lab = await LabForest.open()
  lab.set(lab.dn, {
    minPwdLength: 14,
    pwdProperties: 1,
    maxPwdAge: '-77760000000000',
    lockoutThreshold: 5,
  })
  const longAgo = { lastLogon: daysAgo(60), lastLogonTimestamp: daysAgo(60) }
  lab.set(lab.at('CN=Administrator,CN=Users'), longAgo)
  return lab
}

let baseline: Promise<Verdicts> | undefined

/** What is found after a change and was not before, and the severity of each. */
async function changed(change: (lab: LabForest) => void): Promise<{
  added: readonly string[]
  severities: ReadonlyMap<string, string>
  verdicts: Verdicts
  lab: LabForest
}> {
  baseline ??= openLab().then((lab) => lab.verdicts())
  const lab = await openLab()
  change(lab)
  const { findings, passed, notAssessed } = assess(lab.build(), catalogue, labNow)
  const verdicts = {
    findings: Object.fromEntries(
      findings.map(({ rule, objects }) => [rule.id, objects.map(({ dn }) => dn).toSorted()]),
    ),
    passed: passed.map(({ id }) => id),
    notAssessed: Object.fromEntries(notAssessed.map(({ rule, because }) => [rule.id, because])),
  }
  const severities = new Map(
    findings.flatMap(({ rule, objects }) =>
      objects.map(({ dn, severity }) => [`${rule.id}: ${dn}`, severity] as const),
    ),
  )
  return { added: addedTo(await baseline, verdicts).toSorted(), severities, verdicts, lab }
}

/** A user whose account is as it should be. */
function addUser(lab: LabForest, name: string, more: Attributes = {}): string {
  return lab.add(lab.at(`CN=${name},CN=Users`), user, {
    objectSid: writeSid(lab.newSid()),
    sAMAccountName: name,
    sAMAccountType: 805_306_368,
    userAccountControl: 0x10_0200,
    primaryGroupID: 513,
    pwdLastSet: daysAgo(10),
    lastLogonTimestamp: daysAgo(3),
    whenCreated: dateAgo(400),
    ...more,
  })
}

/** An administrator whose account is as it should be, with the permissions that SDProp gives. */
function addAdmin(lab: LabForest, group: string, name: string, more: Attributes = {}): string {
  const dn = addUser(lab, name, more)
  lab.join(group, dn)
  return protect(lab, dn)
}

/** What SDProp does to the members of protected groups. */
function protect(lab: LabForest, dn: string): string {
  const [descriptor] = lab.raw(lab.at('CN=AdminSDHolder,CN=System'), 'nTSecurityDescriptor')
  lab.set(dn, { adminCount: 1, nTSecurityDescriptor: descriptor })
  return dn
}

/** A security group: global unless `groupType` says otherwise. */
function addGroup(lab: LabForest, name: string, more: Attributes = {}): string {
  return lab.add(lab.at(`CN=${name},CN=Users`), ['top', 'group'], {
    objectSid: writeSid(lab.newSid()),
    sAMAccountName: name,
    groupType: -2_147_483_646,
    sAMAccountType: 268_435_456,
    objectCategory: `CN=Group,${lab.schemaDn}`,
    ...more,
  })
}

/** A member server. */
function addComputer(lab: LabForest, name: string, more: Attributes = {}): string {
  return lab.add(lab.at(`CN=${name},CN=Computers`), [...user, 'computer'], {
    objectSid: writeSid(lab.newSid()),
    sAMAccountName: `${name}$`,
    sAMAccountType: 805_306_369,
    userAccountControl: 0x1000,
    primaryGroupID: 515,
    pwdLastSet: daysAgo(10),
    lastLogonTimestamp: daysAgo(3),
    logonCount: 12,
    whenCreated: dateAgo(400),
    dNSHostName: `${name.toLowerCase()}.essos.local`,
    operatingSystem: 'Windows Server 2022 Standard',
    operatingSystemVersion: '10.0 (20348)',
    objectCategory: `CN=Computer,${lab.schemaDn}`,
    ...more,
  })
}

/** Stands for a SID of elsewhere. */
function addForeigner(lab: LabForest, sid: string): string {
  return lab.add(
    lab.at(`CN=${sid},CN=ForeignSecurityPrincipals`),
    ['top', 'foreignSecurityPrincipal'],
    { objectSid: writeSid(sid), objectCategory: `CN=Foreign-Security-Principal,${lab.schemaDn}` },
  )
}

const belowDomain = (lab: LabForest, lines: readonly string[]) =>
  lines.map((line) => line.replaceAll(`,${lab.dn}`, ''))

/** Demands exactly these new findings, each as `id: DN below the domain`, with its severity behind it where that matters. */
async function adds(
  expected: readonly string[],
  change: (lab: LabForest) => void,
): Promise<Verdicts> {
  const { added, severities, verdicts, lab } = await changed(change)
  const found = belowDomain(lab, added)
  const graded = added.map((line, index) => `${found[index] ?? ''} (${severities.get(line) ?? ''})`)
  assert.deepEqual(
    expected.map((line) => line.replace(/ \(\w+\)$/, '')).toSorted(),
    found.toSorted(),
  )
  for (const line of expected) if (line.endsWith(')')) assert.ok(graded.includes(line), line)
  return verdicts
}

const users = (name: string) => `CN=${name},CN=Users,DC=essos,DC=local`
const builtin = (name: string) => `CN=${name},CN=Builtin,DC=essos,DC=local`
const foreign = (sid: string) => `CN=${sid},CN=ForeignSecurityPrincipals,DC=essos,DC=local`
/** An account of the trusted forest that the laboratory has a stand-in for. */
const stranger = foreign('S-1-5-21-2500924315-830707487-3998402438-1108')
const braavos = 'CN=BRAAVOS,OU=Laps,DC=essos,DC=local'
const meereen = 'CN=MEEREEN,OU=Domain Controllers,DC=essos,DC=local'
const gmsa = 'CN=gmsaDragon,CN=Managed Service Accounts,DC=essos,DC=local'
const domainLocal = { groupType: -2_147_483_644, sAMAccountType: 536_870_912 }
const readLaps = guid('00000000-0000-4000-8000-0000000000a1')

test('healthy new accounts, groups and administrators add nothing', { skip }, async () => {
  await adds([], (lab) => {
    addUser(lab, 'good')
    addComputer(lab, 'WEB')
    addGroup(lab, 'Staff')
    addAdmin(lab, users('Domain Admins'), 'boss')
  })
})

test('priv-broad-principal-in-admin-group', { skip }, async () => {
  await adds(
    [
      'priv-broad-principal-in-admin-group: CN=Account Operators,CN=Builtin (critical)',
      'priv-broad-principal-in-admin-group: CN=Backup Operators,CN=Builtin',
      'priv-broad-principal-in-admin-group: CN=Print Operators,CN=Builtin',
      'priv-broad-principal-in-admin-group: CN=Server Operators,CN=Builtin',
      'priv-broad-principal-in-admin-group: CN=Key Admins,CN=Users',
      // The groups are not empty either.
      'priv-operators-not-empty: CN=Account Operators,CN=Builtin',
      'priv-operators-not-empty: CN=Backup Operators,CN=Builtin',
      'priv-operators-not-empty: CN=Print Operators,CN=Builtin',
      'priv-operators-not-empty: CN=Server Operators,CN=Builtin',
      'priv-key-admins-members: CN=Key Admins,CN=Users',
    ],
    (lab) => {
      lab.join(builtin('Account Operators'), addForeigner(lab, 'S-1-5-7'))
      lab.join(builtin('Backup Operators'), foreign('S-1-5-11'))
      // A stand-in that was not read.
      lab.append(builtin('Print Operators'), 'member', foreign('S-1-1-0'))
      const group = addGroup(lab, 'Everybody', domainLocal)
      lab.join(group, foreign('S-1-5-11'))
      lab.join(builtin('Server Operators'), group)
      lab.join(users('Key Admins'), users('Domain Guests'))
    },
  )
  // Three groups deep, in a loop.
  const { added } = await changed((lab) => {
    const [a, b, c] = ['A', 'B', 'C'].map((name) => addGroup(lab, name))
    for (const [group, member] of [
      [users('Enterprise Admins'), a],
      [a, b],
      [b, c],
      [c, a],
      [c, users('Domain Computers')],
    ] as const)
      lab.join(group ?? '', member ?? '')
  })
  assert.ok(added.includes(`priv-broad-principal-in-admin-group: ${users('Enterprise Admins')}`))
  for (const [group, member] of [
    [users('Domain Admins'), users('Domain Users')],
    [builtin('Administrators'), builtin('Users')],
  ] as const) {
    const seen = await changed((lab) => lab.join(group, member))
    assert.ok(seen.added.includes(`priv-broad-principal-in-admin-group: ${group}`))
  }
  // A distribution group gives nothing; an ordinary group is no group of note.
  await adds([], (lab) => {
    const list = addGroup(lab, 'List', { groupType: 2, sAMAccountType: 268_435_457 })
    lab.join(list, users('Domain Users'))
    lab.join(users('Domain Admins'), list)
    lab.join(addGroup(lab, 'All', domainLocal), foreign('S-1-5-11'))
  })
})

test('priv-builtin-admin', { skip }, async () => {
  const administrator = users('Administrator')
  const found = 'priv-builtin-admin: CN=Administrator,CN=Users'
  const ofOldDomain = (lab: LabForest, attributes: Attributes) => {
    lab.set(lab.dn, { whenCreated: dateAgo(2000) })
    lab.set(administrator, { whenCreated: dateAgo(2000), ...attributes })
  }
  await adds([`${found} (medium)`], (lab) =>
    ofOldDomain(lab, { lastLogon: 0, lastLogonTimestamp: daysAgo(34) }),
  )
  await adds([`${found} (medium)`], (lab) =>
    ofOldDomain(lab, { lastLogon: daysAgo(2), lastLogonTimestamp: daysAgo(40) }),
  )
  await adds([`${found} (high)`], (lab) =>
    ofOldDomain(lab, { sAMAccountName: 'Chef', lastLogon: daysAgo(1), pwdLastSet: daysAgo(181) }),
  )
  for (const attributes of [
    { lastLogon: daysAgo(36), lastLogonTimestamp: daysAgo(36), pwdLastSet: daysAgo(179) },
    {
      lastLogon: 0,
      lastLogonTimestamp: undefined,
      pwdLastSet: daysAgo(1000),
      userAccountControl: 66_050,
    },
  ])
    await adds([], (lab) => ofOldDomain(lab, attributes))
})

test('priv-computer-in-admin-group', { skip }, async () => {
  const found = 'priv-computer-in-admin-group:'
  await adds(
    [
      `${found} CN=WEB,CN=Computers (high)`,
      `${found} CN=OLD,CN=Computers`,
      `${found} CN=PRIMARY,CN=Computers`,
      `${found} CN=msa,CN=Computers`,
      `${found} CN=gmsaDragon,CN=Managed Service Accounts`,
      'priv-operators-not-empty: CN=Backup Operators,CN=Builtin',
    ],
    (lab) => {
      const servers = addGroup(lab, 'Servers')
      lab.join(servers, protect(lab, addComputer(lab, 'WEB')))
      lab.join(builtin('Backup Operators'), servers)
      protect(lab, servers)
      const old = protect(lab, addComputer(lab, 'OLD', { userAccountControl: 0x1002 }))
      lab.join(users('Enterprise Admins'), old)
      protect(lab, addComputer(lab, 'PRIMARY', { primaryGroupID: 512 }))
      const msa = { objectClass: [...user, 'computer', 'msDS-ManagedServiceAccount'] }
      lab.join(builtin('Administrators'), protect(lab, addComputer(lab, 'msa', msa)))
      lab.join(builtin('Administrators'), protect(lab, gmsa))
      lab.join(users('Domain Admins'), meereen)
      lab.join(users('Cert Publishers'), addComputer(lab, 'CA'))
    },
  )
})

test('priv-delegation-allowed', { skip }, async () => {
  await adds(
    [
      'priv-delegation-allowed: CN=boss,CN=Users (high)',
      'priv-delegation-allowed: CN=operator,CN=Users',
      'priv-operators-not-empty: CN=Backup Operators,CN=Builtin',
    ],
    (lab) => {
      const admins = users('Domain Admins')
      addAdmin(lab, admins, 'boss', { userAccountControl: 512 })
      const objectClass = [...user, 'inetOrgPerson']
      addAdmin(lab, builtin('Backup Operators'), 'operator', {
        objectClass,
        userAccountControl: 512,
      })
      const nested = addGroup(lab, 'Nested')
      lab.join(users('Protected Users'), nested)
      lab.join(nested, addAdmin(lab, admins, 'nested', { userAccountControl: 512 }))
      addAdmin(lab, admins, 'primary', { userAccountControl: 512, primaryGroupID: 525 })
      addAdmin(lab, admins, 'disabled', { userAccountControl: 514 })
      addUser(lab, 'ordinary', { userAccountControl: 512 })
    },
  )
  // Protected Users counts at any level of the domain (MS-KILE 3.3.5.1 asks for the controllers', not the domain's).
  await adds([], (lab) => {
    lab.set(lab.dn, { 'msDS-Behavior-Version': 4 })
    lab.join(
      users('Protected Users'),
      addAdmin(lab, users('Domain Admins'), 'boss', { userAccountControl: 512 }),
    )
  })
})

test('priv-dnsadmins-members', { skip }, async () => {
  const found = 'priv-dnsadmins-members: CN=DnsAdmins,CN=Users (high)'
  const group = users('DnsAdmins')
  const member = guid('bf9679c0-0de6-11d0-a285-00aa003049e2')
  for (const change of [
    (lab: LabForest) => {
      lab.set(group, { sAMAccountName: 'DNS-Verwalter' })
      const nested = addGroup(lab, 'Net')
      lab.join(nested, addUser(lab, 'dan'))
      lab.join(group, nested)
    },
    (lab: LabForest) => lab.join(group, stranger),
    (lab: LabForest) => addUserGrant(lab, group, 0x20, { objectType: member }),
    (lab: LabForest) => addUserGrant(lab, group, 0x8, { objectType: member }),
    (lab: LabForest) => addUserGrant(lab, group, 0x4_0000),
  ])
    await adds([found], change)
  await adds([], (lab) => {
    lab.join(group, addGroup(lab, 'Empty'))
    lab.join(group, users('Domain Admins'))
    // Reading, and writing another property, is nothing.
    addUserGrant(lab, group, 0x10)
    addUserGrant(lab, group, 0x20, { objectType: guid('bf967950-0de6-11d0-a285-00aa003049e2') })
    // What is granted but not on the group itself, or denied before.
    addUserGrant(lab, group, 0x4_0000, { flags: aceFlags.inheritOnly | aceFlags.containerInherit })
    const dn = addUserGrant(lab, group, 0x20, { objectType: member })
    lab.grant(group, lab.sid(dn), 0x20, { type: aceType.accessDenied })
  })
})

/** A new user that gets a right on an object. Answers its DN. */
function addUserGrant(lab: LabForest, on: string, mask: number, more: Partial<Ace> = {}): string {
  const dn = addUser(lab, `grantee${lab.newSid().slice(-4)}`)
  lab.grant(on, lab.sid(dn), mask, more)
  return dn
}

test('priv-ephemeral-membership', { skip }, async () => {
  const change = (created: string, deleted: string, attribute = 'member') =>
    `<DS_REPL_VALUE_META_DATA>\n\t<pszAttributeName>${attribute}</pszAttributeName>\n\t<pszObjectDn>${users('sql_svc')}</pszObjectDn>\n\t<cbData>0</cbData>\n\t<pbData></pbData>\n\t<ftimeDeleted>${deleted}</ftimeDeleted>\n\t<ftimeCreated>${created}</ftimeCreated>\n\t<dwVersion>2</dwVersion>\n\t<ftimeLastOriginatingChange>${deleted}</ftimeLastOriginatingChange>\n\t<uuidLastOriginatingDsaInvocationID>9cc12095-c46f-4e6b-9ed9-f2d7a4e504a3</uuidLastOriginatingDsaInvocationID>\n\t<usnOriginatingChange>12000</usnOriginatingChange>\n\t<usnLocalChange>12000</usnLocalChange>\n\t<pszLastOriginatingDsaDN></pszLastOriginatingDsaDN>\n</DS_REPL_VALUE_META_DATA>\n\0`
  await adds(
    [
      'priv-ephemeral-membership: CN=Domain Admins,CN=Users (high)',
      'priv-ephemeral-membership: CN=Administrators,CN=Builtin',
    ],
    (lab) => {
      lab.set(users('Domain Admins'), {
        'msDS-ReplValueMetaData': change('2024-01-02T10:00:00Z', '2024-01-02T11:00:00Z'),
      })
      lab.set(builtin('Administrators'), {
        'msDS-ReplValueMetaData': [
          change('2024-01-01T10:00:00Z', '1601-01-01T00:00:00Z'),
          change('2024-01-01T10:00:00Z', '2024-01-03T09:59:00Z'),
        ],
      })
      lab.set(users('Enterprise Admins'), {
        'msDS-ReplValueMetaData': [
          change('2024-01-01T10:00:00Z', '2024-01-03T10:00:00Z'),
          change('2024-01-01T10:00:00Z', '1601-01-01T00:00:00Z'),
          change('2024-01-01T10:00:00Z', '2024-01-01T10:00:01Z', 'managedBy'),
        ],
      })
      lab.set(users('Dothraki'), {
        'msDS-ReplValueMetaData': change('2024-01-02T10:00:00Z', '2024-01-02T11:00:00Z'),
      })
    },
  )
})

test('priv-foreign-principal-in-admin-group', { skip }, async () => {
  const found = 'priv-foreign-principal-in-admin-group:'
  await adds(
    [
      `${found} CN=Administrators,CN=Builtin (high)`,
      `${found} CN=Backup Operators,CN=Builtin`,
      `${found} CN=Server Operators,CN=Builtin`,
      'priv-operators-not-empty: CN=Backup Operators,CN=Builtin',
      'priv-operators-not-empty: CN=Server Operators,CN=Builtin',
    ],
    (lab) => {
      lab.join(builtin('Administrators'), stranger)
      // By a group, and by a stand-in that was not read.
      const partners = addGroup(lab, 'Partners', domainLocal)
      lab.join(partners, foreign('S-1-5-21-2500924315-830707487-3998402438-1116'))
      lab.join(builtin('Backup Operators'), partners)
      protect(lab, partners)
      lab.append(builtin('Server Operators'), 'member', foreign('S-1-5-21-1-2-3-500'))
    },
  )
  await adds([], (lab) => {
    lab.join(builtin('Administrators'), foreign('S-1-5-9'))
    lab.join(addGroup(lab, 'Partners', domainLocal), stranger)
  })
})

test('priv-key-admins-members', { skip }, async () => {
  await adds(
    [
      'priv-key-admins-members: CN=Key Admins,CN=Users (high)',
      'priv-key-admins-members: CN=Enterprise Key Admins,CN=Users (high)',
    ],
    (lab) => {
      lab.join(users('Enterprise Key Admins'), users('Administrator'))
      lab.set(users('Key Admins'), { sAMAccountName: 'Schlüsseladministratoren' })
      protect(lab, addUser(lab, 'key', { primaryGroupID: 526 }))
    },
  )
})

test('priv-krbtgt-extra-groups', { skip }, async () => {
  const krbtgt = users('krbtgt')
  const found = 'priv-krbtgt-extra-groups: CN=krbtgt,CN=Users (critical)'
  await adds([found, 'priv-delegation-allowed: CN=krbtgt,CN=Users'], (lab) =>
    lab.set(krbtgt, { userAccountControl: 512 }),
  )
  for (const change of [
    (lab: LabForest) => lab.set(krbtgt, { primaryGroupID: 512 }),
    (lab: LabForest) => lab.join(addGroup(lab, 'Odd'), krbtgt),
    // The link told by one end only.
    (lab: LabForest) => lab.append(addGroup(lab, 'Odd'), 'member', krbtgt),
    (lab: LabForest) => lab.append(krbtgt, 'memberOf', users('Domain Admins')),
    (lab: LabForest) => lab.append(krbtgt, 'memberOf', lab.at('CN=Hidden,OU=Hidden')),
    (lab: LabForest) => lab.append(krbtgt, 'servicePrincipalName', 'HTTP/web.essos.local'),
  ])
    await adds([found], change)
  await adds([], (lab) =>
    lab.set(krbtgt, { servicePrincipalName: 'kadmin/CHANGEPW', memberOf: undefined }),
  )
})

test('priv-non-dc-in-domain-controllers', { skip }, async () => {
  const found = 'priv-non-dc-in-domain-controllers:'
  await adds(
    [
      `${found} CN=FAKE,CN=Computers (critical)`,
      `${found} CN=FAKERO,CN=Computers`,
      `${found} CN=eve,CN=Users`,
      // The nested group and what is in it.
      `${found} CN=Servers,CN=Users`,
      `${found} CN=WEB,CN=Computers`,
      // An account whose primary group says that it is a controller is registered inconsistently too.
      'dc-inconsistent-registration: CN=FAKE,CN=Computers',
      'dc-inconsistent-registration: CN=FAKERO,CN=Computers',
    ],
    (lab) => {
      addComputer(lab, 'FAKE', { primaryGroupID: 516 })
      addComputer(lab, 'FAKERO', { primaryGroupID: 521 })
      lab.join(users('Domain Controllers'), protect(lab, addUser(lab, 'eve')))
      const servers = addGroup(lab, 'Servers')
      lab.join(servers, addComputer(lab, 'WEB'))
      lab.join(users('Enterprise Read-only Domain Controllers'), servers)
    },
  )
  const { notAssessed } = await adds([], (lab) =>
    lab.append(users('Domain Controllers'), 'member', lab.at('CN=X,OU=Hidden')),
  )
  assert.match(notAssessed['priv-non-dc-in-domain-controllers'] ?? '', /CN=X,OU=Hidden/)
})

test('priv-operators-not-empty', { skip }, async () => {
  const found = (name: string) => `priv-operators-not-empty: CN=${name},CN=Builtin (high)`
  await adds(
    ['Account Operators', 'Server Operators', 'Print Operators', 'Backup Operators'].map(found),
    (lab) => {
      addAdmin(lab, builtin('Account Operators'), 'account')
      addAdmin(lab, builtin('Server Operators'), 'server', { userAccountControl: 514 })
      lab.join(builtin('Print Operators'), protect(lab, addGroup(lab, 'Empty')))
      addUser(lab, 'primary', { primaryGroupID: 551 })
    },
  )
})

test('priv-password-older-than-3-years', { skip }, async () => {
  await adds(['priv-password-older-than-3-years: CN=old,CN=Users (high)'], (lab) => {
    const admins = users('Schema Admins')
    const long = daysAgo(1500)
    addAdmin(lab, admins, 'old', { pwdLastSet: daysAgo(1097) })
    addAdmin(lab, admins, 'young', { pwdLastSet: daysAgo(1095) })
    addAdmin(lab, admins, 'must-change', { pwdLastSet: 0 })
    addAdmin(lab, admins, 'card', { pwdLastSet: long, userAccountControl: 0x14_0200 })
    addAdmin(lab, admins, 'disabled', { pwdLastSet: long, userAccountControl: 0x10_0202 })
    lab.set(gmsa, { pwdLastSet: long })
    addUser(lab, 'ordinary', { pwdLastSet: long })
  })
})

test('priv-remote-access-groups-on-dc', { skip }, async () => {
  const groups = [
    'Remote Management Users',
    'Hyper-V Administrators',
    'Storage Replica Administrators',
    'RDS Remote Access Servers',
    'RDS Endpoint Servers',
    'RDS Management Servers',
    'Network Configuration Operators',
    'Cryptographic Operators',
    'Distributed COM Users',
    'Performance Log Users',
  ]
  await adds(
    groups.map((name) => `priv-remote-access-groups-on-dc: CN=${name},CN=Builtin (high)`),
    (lab) => {
      const nested = addGroup(lab, 'Helpers')
      lab.join(nested, addUser(lab, 'helper'))
      for (const name of groups) lab.join(builtin(name), nested)
    },
  )
  await adds([], (lab) => {
    for (const name of ['IIS_IUSRS', 'Event Log Readers', 'Performance Monitor Users'])
      lab.join(builtin(name), addUser(lab, `reader of ${name}`))
    lab.join(builtin('Hyper-V Administrators'), users('Domain Admins'))
    lab.join(builtin('Remote Management Users'), addGroup(lab, 'Empty'))
  })
})

test('priv-service-account-domain-admin', { skip }, async () => {
  const admins = users('Domain Admins')
  const service = { userAccountControl: 0x11_0200, pwdLastSet: daysAgo(31) }
  await adds(
    ['one', 'two'].map((name) => `priv-service-account-domain-admin: CN=${name},CN=Users (high)`),
    (lab) => {
      const nested = protect(lab, addGroup(lab, 'Services'))
      lab.join(admins, nested)
      for (const name of ['one', 'two']) addAdmin(lab, nested, name, service)
    },
  )
  await adds(
    [
      'priv-service-account-domain-admin: CN=one,CN=Users',
      'krb-kerberoast-admin: CN=one,CN=Users',
      'svc-user-spn: CN=one,CN=Users',
    ],
    (lab) =>
      addAdmin(lab, admins, 'one', { ...service, servicePrincipalName: 'HTTP/one.essos.local' }),
  )
  await adds([], (lab) => {
    addAdmin(lab, admins, 'alone', service)
    addAdmin(lab, admins, 'young', { ...service, pwdLastSet: daysAgo(29) })
    addAdmin(lab, admins, 'disabled', { ...service, userAccountControl: 0x11_0202 })
    addAdmin(lab, builtin('Administrators'), 'elsewhere', service)
  })
})

test('priv-shadow-principals', { skip }, async () => {
  const home = 'CN=Shadow Principal Configuration,CN=Services,CN=Configuration'
  await adds(
    [
      'priv-shadow-principals: CN=sevenkingdoms.local,CN=System (high)',
      `priv-shadow-principals: CN=here,${home} (high)`,
      `priv-shadow-principals: CN=there,${home}`,
    ],
    (lab) => {
      lab.set(lab.at('CN=sevenkingdoms.local,CN=System'), { trustAttributes: 0x408 })
      const shadow = (name: string, sid: string, more: Attributes = { member: users('sql_svc') }) =>
        lab.add(lab.at(`CN=${name},${home}`), ['top', 'msDS-ShadowPrincipal'], {
          'msDS-ShadowPrincipalSid': writeSid(sid),
          ...more,
        })
      shadow('here', lab.sid(512))
      shadow('there', 'S-1-5-21-9-9-9-519')
      shadow('empty', lab.sid(512), {})
      shadow('ordinary', lab.sid(users('Dothraki')))
    },
  )
})

test('priv-too-many-admins', { skip }, async () => {
  // vagrant, daenerys and drogon are there already.
  const crowd = (lab: LabForest, size: number) => {
    for (let n = 0; n < size; n++)
      addAdmin(lab, n % 2 === 0 ? users('Domain Admins') : builtin('Administrators'), `adm${n}`)
    addAdmin(lab, users('Domain Admins'), 'disabled', { userAccountControl: 0x10_0202 })
  }
  await adds(['priv-too-many-admins: DC=essos,DC=local (high)'], (lab) => crowd(lab, 48))
  await adds([], (lab) => crowd(lab, 47))
  const people = (lab: LabForest, size: number, attributes: Attributes = {}) => {
    for (let n = 0; n < size; n++) addUser(lab, `user${n}`, attributes)
  }
  const unused = { lastLogonTimestamp: undefined, lastLogon: 0, logonCount: 0 }
  await adds(['priv-too-many-admins: DC=essos,DC=local (high)'], (lab) => {
    crowd(lab, 9)
    people(lab, 95)
  })
  // Accounts that are too new to have been used.
  await adds(['priv-too-many-admins: DC=essos,DC=local (high)'], (lab) => {
    crowd(lab, 9)
    people(lab, 95, { ...unused, whenCreated: dateAgo(2) })
  })
  await adds([], (lab) => {
    crowd(lab, 9)
    people(lab, 80)
  })
})

test('priv-weak-password-policy', { skip }, async () => {
  const all = ['Administrator', 'daenerys.targaryen', 'drogon', 'vagrant']
  const found = (names: readonly string[], severity = 'high') =>
    names.map((name) => `priv-weak-password-policy: CN=${name},CN=Users (${severity})`)
  const domain = (attributes: Attributes) => (lab: LabForest) => lab.set(lab.dn, attributes)
  const never = '-9223372036854775808'
  const short = 'pwd-min-length: DC=essos,DC=local'
  await adds([...found(all), short], domain({ minPwdLength: 7 }))
  await adds(found(all, 'low'), domain({ minPwdLength: 13 }))
  await adds(found(all), domain({ pwdProperties: 0 }))
  for (const maxPwdAge of [never, '0', String(-1097n * 864_000_000_000n)])
    await adds(found(all), domain({ maxPwdAge }))

  const container = 'CN=Password Settings Container,CN=System'
  const settings = (lab: LabForest, name: string, to: string, more: Attributes = {}) => {
    const dn = lab.add(lab.at(`CN=${name},${container}`), ['top', 'msDS-PasswordSettings'], {
      'msDS-PasswordSettingsPrecedence': 10,
      'msDS-MinimumPasswordLength': 14,
      'msDS-PasswordComplexityEnabled': 'TRUE',
      'msDS-MaximumPasswordAge': '-77760000000000',
      'msDS-MinimumPasswordAge': '0',
      'msDS-PasswordHistoryLength': 24,
      'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
      'msDS-LockoutThreshold': 5,
      'msDS-LockoutObservationWindow': '-18000000000',
      'msDS-LockoutDuration': '-18000000000',
      'msDS-PSOAppliesTo': to,
      ...more,
    })
    lab.append(to, 'msDS-PSOApplied', dn)
  }
  const weak = { 'msDS-MaximumPasswordAge': never }
  // Linked to the user beats the group whatever the precedence; among groups, nested ones too, the lowest number wins.
  await adds(found(['Administrator', 'drogon']), (lab) => {
    settings(lab, 'user', users('Administrator'), {
      ...weak,
      'msDS-PasswordSettingsPrecedence': 99,
    })
    settings(lab, 'group', users('Domain Admins'), { 'msDS-PasswordSettingsPrecedence': 5 })
    settings(lab, 'nested', users('Dragons'), { ...weak, 'msDS-PasswordSettingsPrecedence': 2 })
    // Universal and domain-local groups pass no settings on.
    for (const [index, group] of [users('Enterprise Admins'), builtin('Administrators')].entries())
      settings(lab, `none${index}`, group, { ...weak, 'msDS-PasswordSettingsPrecedence': 1 })
  })
  await adds([short, ...found(['vagrant'])], (lab) => {
    domain({ minPwdLength: 7 })(lab)
    settings(lab, 'strong', users('Domain Admins'))
  })
  // Settings that apply but cannot be read are no reason to pass.
  const { notAssessed } = await adds([], (lab) =>
    lab.append(users('Administrator'), 'msDS-PSOApplied', lab.at(`CN=hidden,${container}`)),
  )
  assert.match(notAssessed['priv-weak-password-policy'] ?? '', /Administrator/)
})

test('acct-machine-account-quota', { skip }, async () => {
  const quota = async (value: number | undefined) => {
    const { verdicts, severities } = await changed((lab) =>
      lab.set(lab.dn, { 'ms-DS-MachineAccountQuota': value }),
    )
    const id = 'acct-machine-account-quota'
    return [
      verdicts.findings[id]?.length ?? 0,
      severities.get(`${id}: DC=essos,DC=local`),
      verdicts.passed.includes(id),
    ]
  }
  for (const value of [10, 1, undefined]) assert.deepEqual(await quota(value), [1, 'medium', false])
  assert.deepEqual(await quota(0), [0, undefined, true])
})

test('acct-name-impersonation', { skip }, async () => {
  const service = users('sql_svc')
  const found = 'acct-name-impersonation: CN=sql_svc,CN=Users (high)'
  for (const userPrincipalName of [
    'Administrator',
    'administrator@essos.local',
    'Administrator@other.example',
    'MEEREEN$@essos.local',
    'vagrant@essos.local',
  ])
    await adds([found], (lab) => lab.set(service, { userPrincipalName }))
  await adds(
    [
      found,
      'acct-name-impersonation: CN=missandei,CN=Users',
      'acct-name-impersonation: CN=LIKE-DC,CN=Computers',
      'acct-name-impersonation: CN=like-dc-user,CN=Users',
      'acct-name-impersonation: CN=NODOLLAR,CN=Computers',
      'acct-name-impersonation: CN=HOST,CN=Computers',
    ],
    (lab) => {
      lab.set(service, { userPrincipalName: 'same@essos.local' })
      lab.set(users('missandei'), { userPrincipalName: 'SAME@essos.LOCAL' })
      addComputer(lab, 'LIKE-DC', { sAMAccountName: 'MEEREEN' })
      addUser(lab, 'like-dc-user', { sAMAccountName: 'meereen' })
      addComputer(lab, 'NODOLLAR', { sAMAccountName: 'NODOLLAR' })
      addComputer(lab, 'HOST', { dNSHostName: 'MEEREEN.essos.local' })
    },
  )
  await adds([], (lab) => {
    lab.set(users('Administrator'), { userPrincipalName: 'administrator@essos.local' })
    lab.set(service, { userPrincipalName: 'sql_svc@essos.local' })
    lab.set(users('missandei'), { userPrincipalName: 'missy@mail.example' })
    addUser(lab, 'braavos')
    addComputer(lab, 'NOHOST', { dNSHostName: undefined })
  })
})

test('acct-sidhistory-privileged', { skip }, async () => {
  const history = (lab: LabForest, dn: string, ...sids: readonly string[]) =>
    lab.set(dn, { sIDHistory: sids.map((sid) => writeSid(sid)) })
  const found = 'acct-sidhistory-privileged:'
  await adds(
    [
      `${found} CN=one,CN=Users (critical)`,
      `${found} CN=two,CN=Users`,
      `${found} CN=Dothraki,CN=Users`,
      `${found} CN=WEB,CN=Computers`,
      `${found} CN=gmsaDragon,CN=Managed Service Accounts`,
    ],
    (lab) => {
      history(lab, addUser(lab, 'one'), 'S-1-5-21-1-2-3-1105', 'S-1-5-21-1-2-3-512')
      history(lab, addUser(lab, 'two'), 'S-1-5-32-545')
      history(lab, users('Dothraki'), lab.sid(5555))
      history(lab, addComputer(lab, 'WEB'), 'S-1-5-32-580')
      history(lab, gmsa, 'S-1-5-21-2500924315-830707487-3998402438-520')
      history(lab, addUser(lab, 'migrated'), 'S-1-5-21-1-2-3-1105')
    },
  )
  for (const sid of ['S-1-5-18', 'S-1-5-32-544', 'S-1-5-9'])
    assert.ok(
      (await changed((lab) => history(lab, addUser(lab, 'one'), sid))).added.includes(
        `${found} ${users('one')}`,
      ),
    )
})

test('stale-os-pre-vista', { skip }, async () => {
  const versions = ['4.0', '5.0 (2195)', '5.1 (2600)', '5.2 (3790)']
  const xp = { operatingSystem: 'Windows XP Professional', operatingSystemVersion: '5.1 (2600)' }
  const unseen = { lastLogon: 0, logonCount: 0, lastLogonTimestamp: undefined }
  await adds(
    [
      ...versions.map((_, index) => `stale-os-pre-vista: CN=OLD${index},CN=Computers (high)`),
      'stale-os-pre-vista: CN=UNSEEN,CN=Computers',
    ],
    (lab) => {
      for (const [index, operatingSystemVersion] of versions.entries())
        addComputer(lab, `OLD${index}`, {
          ...xp,
          operatingSystemVersion,
          lastLogonTimestamp: daysAgo(44),
        })
      addComputer(lab, 'UNSEEN', { ...xp, ...unseen, pwdLastSet: daysAgo(40) })
      addComputer(lab, 'DISABLED', { ...xp, userAccountControl: 0x1002 })
      addComputer(lab, 'INACTIVE', { ...xp, lastLogonTimestamp: daysAgo(46) })
      addComputer(lab, 'NEVER', { ...xp, ...unseen, pwdLastSet: daysAgo(46) })
      addComputer(lab, 'VISTA', { ...xp, operatingSystemVersion: '6.0 (6002)' })
      addComputer(lab, 'LINUX', { operatingSystem: 'Linux', operatingSystemVersion: '5.10' })
    },
  )
})

test('stale-precreated-computers', { skip }, async () => {
  const made = {
    userAccountControl: 4128,
    logonCount: 0,
    lastLogon: 0,
    lastLogonTimestamp: undefined,
    whenCreated: dateAgo(100),
    pwdLastSet: daysAgo(100),
    operatingSystem: undefined,
    operatingSystemVersion: undefined,
  }
  // Every one of them needs no password besides.
  const noPassword = (name: string) => `pwd-not-required: CN=${name},CN=Computers`
  const { notAssessed } = await adds(['GONE', 'USED', 'SEEN'].map(noPassword), (lab) => {
    addComputer(lab, 'PLAIN', { ...made, userAccountControl: 4096 })
    addComputer(lab, 'DISABLED', { ...made, userAccountControl: 4130 })
    addComputer(lab, 'USED', { ...made, logonCount: 2 })
    addComputer(lab, 'SEEN', { ...made, lastLogonTimestamp: daysAgo(5) })
    addComputer(lab, 'GONE', { ...made, logonCount: undefined, lastLogon: undefined })
  })
  assert.match(notAssessed['stale-precreated-computers'] ?? '', /GONE/)
  await adds(
    [
      'stale-precreated-computers: CN=NEW,CN=Computers (high)',
      'stale-precreated-computers: CN=UNSET,CN=Computers',
      ...['NEW', 'UNSET'].map(noPassword),
    ],
    (lab) => {
      addComputer(lab, 'NEW', made)
      addComputer(lab, 'UNSET', { ...made, pwdLastSet: 0 })
    },
  )
})

test('stale-users-dormant', { skip }, async () => {
  const old = { pwdLastSet: daysAgo(1100), lastLogon: 0, lastLogonTimestamp: undefined }
  const dormant = (names: readonly string[], severity: string) =>
    names.map((name) => `stale-users-dormant: CN=${name},CN=Users (${severity})`)
  await adds(dormant(['never', 'long'], 'low'), (lab) => {
    addUser(lab, 'never', old)
    addUser(lab, 'long', { ...old, lastLogonTimestamp: daysAgo(366) })
    addUser(lab, 'in-use', { ...old, lastLogonTimestamp: daysAgo(364) })
    addUser(lab, 'young', { ...old, pwdLastSet: daysAgo(1090) })
    addUser(lab, 'disabled', { ...old, userAccountControl: 0x10_0202 })
    addUser(lab, 'must-change', { ...old, pwdLastSet: 0 })
  })
  const many = ['a', 'b', 'c', 'd', 'e']
  await adds(dormant(many, 'high'), (lab) => {
    for (const name of many) addUser(lab, name, old)
  })
})

const adminPassword = 'CN=ms-Mcs-AdmPwd,CN=Schema,CN=Configuration,DC=essos,DC=local'

/** Windows LAPS's attribute in the schema. */
function addLapsAttribute(lab: LabForest, name: string, searchFlags: number, last: number): void {
  lab.add(`CN=${name},${lab.schemaDn}`, ['top', 'attributeSchema'], {
    lDAPDisplayName: name,
    attributeID: `1.2.840.113556.1.6.44.1.${last}`,
    attributeSyntax: '2.5.5.5',
    oMSyntax: 19,
    isSingleValued: 'TRUE',
    schemaIDGUID: writeGuid(
      last === 1 ? readLaps : guid(`00000000-0000-4000-8000-0000000000b${last}`),
    ),
    searchFlags,
  })
}

test('laps-not-deployed', { skip }, async () => {
  const found = 'laps-not-deployed: DC=essos,DC=local (high)'
  const forget = (lab: LabForest) =>
    lab.set(braavos, { 'ms-Mcs-AdmPwd': undefined, 'ms-Mcs-AdmPwdExpirationTime': undefined })
  await adds([found], forget)
  await adds([found], (lab) => {
    forget(lab)
    lab.remove(adminPassword)
    lab.remove(adminPassword.replace('AdmPwd', 'AdmPwdExpirationTime'))
  })
  await adds([], (lab) => {
    forget(lab)
    lab.set(braavos, { 'msLAPS-PasswordExpirationTime': daysAgo(-20) })
  })
})

test('laps-searchflags-weak', { skip }, async () => {
  const found = (name: string) =>
    `laps-searchflags-weak: CN=${name},CN=Schema,CN=Configuration (critical)`
  for (const searchFlags of [0, 776, undefined]) {
    // The passwords are readable then, and a confidential attribute lost its flag.
    const { added } = await changed((lab) => lab.set(adminPassword, { searchFlags }))
    assert.ok(added.includes(`laps-searchflags-weak: ${adminPassword}`))
  }
  await adds([], (lab) => lab.set(adminPassword, { searchFlags: 136 }))
  await adds(
    [
      found('msLAPS-EncryptedPassword'),
      found('msLAPS-EncryptedDSRMPassword'),
      'acl-confidential-flag-removed: CN=msLAPS-EncryptedDSRMPassword,CN=Schema,CN=Configuration',
    ],
    (lab) => {
      addLapsAttribute(lab, 'msLAPS-Password', 904, 1)
      addLapsAttribute(lab, 'msLAPS-EncryptedPassword', 0x88, 2)
      addLapsAttribute(lab, 'msLAPS-EncryptedDSRMPassword', 0x208, 3)
      addLapsAttribute(lab, 'msLAPS-PasswordExpirationTime', 0, 4)
    },
  )
})

test('laps-readers', { skip }, async () => {
  const id = 'laps-readers: CN=WEB,CN=Computers'
  const authenticatedUsers = 'S-1-5-11'
  /** A member server as its class makes it: everybody may read it. */
  const web = (lab: LabForest) => {
    const dn = addComputer(lab, 'WEB')
    lab.grant(dn, authenticatedUsers, 0x2_0094)
    return dn
  }
  const legacy = (lab: LabForest) => readGuid(lab.raw(adminPassword, 'schemaIDGUID')[0]!)
  await adds([`${id} (high)`], (lab) =>
    addUserGrant(lab, web(lab), 0x100, { objectType: legacy(lab) }),
  )
  await adds([`${id} (high)`], (lab) => {
    addLapsAttribute(lab, 'msLAPS-Password', 904, 1)
    addUserGrant(lab, web(lab), 0x110, { objectType: readLaps })
  })
  const { severities } = await changed((lab) => lab.grant(web(lab), lab.sid(513), 0x100))
  assert.equal(severities.get(`laps-readers: CN=WEB,CN=Computers,DC=essos,DC=local`), 'critical')
  const { added } = await changed((lab) => addUserGrant(lab, web(lab), 0xf_01ff))
  assert.ok(added.includes('laps-readers: CN=WEB,CN=Computers,DC=essos,DC=local'))
  await adds([], (lab) => {
    const dn = web(lab)
    // Reading alone, the expiration, another right; what is for what is below; what a deny takes away; Tier Zero.
    addUserGrant(lab, dn, 0x10)
    addUserGrant(lab, dn, 0x10, { objectType: legacy(lab) })
    addUserGrant(lab, dn, 0x100, { objectType: guid('00299570-246d-11d0-a768-00aa006e0529') })
    addUserGrant(lab, dn, 0x110, {
      objectType: legacy(lab),
      flags: aceFlags.inheritOnly | aceFlags.containerInherit,
    })
    const denied = addUserGrant(lab, dn, 0x110, { objectType: legacy(lab) })
    lab.grant(dn, lab.sid(denied), 0x100, {
      type: aceType.accessDeniedObject,
      objectType: legacy(lab),
    })
    lab.grant(dn, lab.sid(512), 0x110)
    lab.grant(dn, 'S-1-5-10', 0x110)
  })
  // A whole unit is one place.
  await adds(['laps-readers: OU=New'], (lab) => {
    const unit = lab.add(lab.at('OU=New'), ['top', 'organizationalUnit'])
    const dn = lab.copy(braavos, lab.at('CN=PC1,OU=New'), { dNSHostName: 'pc1.essos.local' })
    lab.set(dn, { nTSecurityDescriptor: lab.raw(web(lab), 'nTSecurityDescriptor') })
    lab.grantBelow(unit, lab.sid(addUser(lab, 'helper')), 0x110, { objectType: legacy(lab) })
  })
})

test('a child domain is looked at like the root', { skip }, async () => {
  const child = 'DC=child,DC=essos,DC=local'
  const childSid = 'S-1-5-21-7-7-7'
  const { added } = await changed((lab) => {
    lab.copy(lab.dn, child, {
      objectSid: writeSid(childSid),
      objectClass: ['top', 'domain', 'domainDNS'],
      subRefs: undefined,
      wellKnownObjects: undefined,
      otherWellKnownObjects: undefined,
      'ms-DS-MachineAccountQuota': undefined,
      sAMAccountName: undefined,
    })
    lab.add(`CN=CHILD,CN=Partitions,${lab.configurationDn}`, ['top', 'crossRef'], {
      nCName: child,
      nETBIOSName: 'CHILD',
      dnsRoot: 'child.essos.local',
      systemFlags: 3,
    })
    for (const dn of [`CN=Users,${child}`, `CN=Builtin,${child}`]) lab.add(dn, ['top', 'container'])
    const own = (from: string, more: Attributes = {}) =>
      lab.copy(from, from.replace(/,DC=essos,DC=local$/, `,${child}`), {
        member: undefined,
        memberOf: undefined,
        ...more,
      })
    const in21 = (rid: number) => ({ objectSid: writeSid(`${childSid}-${rid}`) })
    const operators = own(builtin('Backup Operators'), {
      objectSid: writeSid('S-1-5-32-551'),
      sAMAccountName: 'Opérateurs de sauvegarde',
    })
    lab.join(operators, own(users('Domain Users'), in21(513)))
    const administrators = own(builtin('Administrators'), {
      objectSid: writeSid('S-1-5-32-544'),
      sAMAccountName: 'Administrateurs',
    })
    const krbtgt = own(users('krbtgt'), { ...in21(502), sAMAccountName: 'krbtgt' })
    lab.set(krbtgt, { userAccountControl: 512 })
    const local = own(users('sql_svc'), { ...in21(1104), sAMAccountName: 'local' })
    lab.join(users('Enterprise Admins'), local)
    // Of the root, as it should be, and of the child itself.
    lab.join(administrators, users('Enterprise Admins'))
  })
  for (const line of [
    `acct-machine-account-quota: ${child}`,
    `priv-broad-principal-in-admin-group: CN=Backup Operators,CN=Builtin,${child}`,
    `priv-operators-not-empty: CN=Backup Operators,CN=Builtin,${child}`,
    `priv-krbtgt-extra-groups: CN=krbtgt,CN=Users,${child}`,
    `priv-foreign-principal-in-admin-group: ${users('Enterprise Admins')}`,
    `priv-delegation-allowed: CN=sql_svc,CN=Users,${child}`,
  ])
    assert.ok(added.includes(line), `${line} is not in\n${added.join('\n')}`)
  for (const line of [
    `priv-foreign-principal-in-admin-group: CN=Administrators,CN=Builtin,${child}`,
    `priv-operators-not-empty: ${builtin('Backup Operators')}`,
    `priv-broad-principal-in-admin-group: ${builtin('Backup Operators')}`,
  ])
    assert.ok(!added.includes(line), line)
})
