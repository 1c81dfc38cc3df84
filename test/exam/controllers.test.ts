/**
 * Domain controllers, trusts, policy links and DNS: what the catalogue says is exposed, planted in the laboratory's Windows
 * domain, is found there and nowhere else.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Ace, aceFlags, aceType, parseGuid, writeSid } from '#directory'
import { assess, catalogue } from '#exposure'
import { LabForest, type Verdicts, addedTo, labNow, needsLab } from '../lab-forest.ts'

const writeProperty = 0x20
const readProperty = 0x10
const controlAccess = 0x100
const createChild = 0x1
const writeDacl = 0x4_0000
const writeOwner = 0x8_0000
const genericAll = 0xf_01ff
const genericWrite = 0x2_0028

const gPLink = parseGuid('f30e3bbe-9ff0-11d1-b603-0000f80367c1')
const gPOptions = parseGuid('f30e3bbf-9ff0-11d1-b603-0000f80367c1')
const siteObject = parseGuid('3e10944c-c354-11d0-aff8-0000f80367c1')
const trustAttributesGuid = parseGuid('80a67e5a-9f22-11d0-afdd-00c04fd930c9')
const forceChangePassword = parseGuid('00299570-246d-11d0-a768-00aa006e0529')
const dnsZoneGuid = parseGuid('e0fa1e8b-9b45-11d0-afdd-00c04fd930c9')
const userGuid = parseGuid('bf967aba-0de6-11d0-a285-00aa003049e2')

const domain = 'DC=essos,DC=local'
const configuration = `CN=Configuration,${domain}`
const sites = `CN=Sites,${configuration}`
const firstSite = `CN=Default-First-Site-Name,${sites}`
const controllers = `OU=Domain Controllers,${domain}`
const meereen = `CN=MEEREEN,${controllers}`
const braavos = `CN=BRAAVOS,OU=Laps,${domain}`
const trust = `CN=sevenkingdoms.local,CN=System,${domain}`
const trustAccount = `CN=SEVENKINGDOMS$,CN=Users,${domain}`
const someone = `CN=sql_svc,CN=Users,${domain}`

/** FILETIME of a time some days before the laboratory's clock. */
function daysAgo(days: number): string {
  return String(
    (BigInt(labNow.getTime()) - BigInt(days * 86_400_000) + 11_644_473_600_000n) * 10_000n,
  )
}

function generalizedDaysAgo(days: number): string {
  const iso = new Date(labNow.getTime() - days * 86_400_000).toISOString()
  return `${iso.slice(0, 19).replaceAll(/[-:T]/g, '')}.0Z`
}

/** A plain user who is in no group but Domain Users. */
function plainUser(f: LabForest, name: string): string {
  return f.copy(`CN=viserys.targaryen,CN=Users,${domain}`, `CN=${name},CN=Users,${domain}`, {
    userAccountControl: 512,
  })
}

function plainSid(f: LabForest, name: string) {
  return f.sid(plainUser(f, name))
}

/** Another controller like the first: account, server object and NTDS Settings. */
function addController(
  f: LabForest,
  name: string,
  {
    isReadOnly = false,
    at = controllers,
    ...attributes
  }: Record<string, string | number | boolean> = {},
): string {
  const host = `${name.toLowerCase()}.essos.local`
  const account = f.copy(meereen, `CN=${name},${String(at)}`, {
    dNSHostName: host,
    servicePrincipalName: [
      `HOST/${host}`,
      `GC/${host}/essos.local`,
      `E3514235-4B06-11D1-AB04-00C04FC2DCD2/${name}-guid/essos.local`,
    ],
    primaryGroupID: isReadOnly ? 521 : 516,
    userAccountControl: isReadOnly ? 0x0500_1000 : 0x8_2000,
    ...(attributes as Record<string, string | number>),
  })
  const server = f.copy(
    `CN=MEEREEN,CN=Servers,${firstSite}`,
    `CN=${name},CN=Servers,${firstSite}`,
    { serverReference: account, dNSHostName: host },
  )
  f.copy(`CN=NTDS Settings,CN=MEEREEN,CN=Servers,${firstSite}`, `CN=NTDS Settings,${server}`, {
    serverReferenceBL: undefined,
    ...(isReadOnly ? { objectClass: ['top', 'applicationSettings', 'nTDSDSA', 'nTDSDSARO'] } : {}),
  })
  f.set(account, { serverReferenceBL: server })
  return account
}

const forestAsItIs = LabForest.open().then((f) => f.verdicts())

/** What a change adds: of the rules named, of all when none is. */
async function found(change: (f: LabForest) => unknown, ...ids: readonly string[]) {
  const f = await LabForest.open()
  await change(f)
  const rules = ids.length === 0 ? catalogue : catalogue.filter(({ id }) => ids.includes(id))
  const { findings } = assess(f.build(), rules, labNow)
  const after = Object.fromEntries(
    findings.map(({ rule, objects }) => [rule.id, objects.map(({ dn }) => dn)]),
  )
  return addedTo(await forestAsItIs, { findings: after, passed: [], notAssessed: {} }).toSorted()
}

/** Severity and sentence of everything one rule finds. */
async function graded(id: string, change: (f: LabForest) => unknown) {
  const f = await LabForest.open()
  await change(f)
  const rule = catalogue.filter((each) => each.id === id)
  return assess(f.build(), rule, labNow).findings.flatMap(({ objects }) =>
    objects.map(({ dn, severity }) => `${severity} ${dn}`),
  )
}

async function verdictOf(id: string, change: (f: LabForest) => unknown): Promise<string> {
  const f = await LabForest.open()
  await change(f)
  const { findings, passed, notAssessed }: Verdicts = f.verdicts()
  if (findings[id] !== undefined) return 'found'
  return passed.includes(id) ? 'passed' : `not assessed: ${notAssessed[id]}`
}

suite('policy links', { skip: needsLab }, () => {
  const id = 'gpo-link-write-domain'

  test('whoever links policies to the head, the controllers or a unit of Tier Zero is found', async () => {
    const inner = `OU=Inner,OU=Outer,${domain}`
    const flat = `OU=Flat,${domain}`
    const added = await found((f) => {
      f.grant(domain, plainSid(f, 'a'), writeProperty, { objectType: gPLink })
      f.grant(controllers, plainSid(f, 'b'), writeProperty, { objectType: gPOptions })
      // holds BRAAVOS, the certification authority
      f.grant(`OU=Laps,${domain}`, plainSid(f, 'c'), writeDacl)
      // an administrator two units down: one unit by ownership, one by a right to all properties
      f.add(`OU=Outer,${domain}`, ['top', 'organizationalUnit'])
      f.add(inner, ['top', 'organizationalUnit'])
      const admin = f.copy(someone, `CN=tier0,${inner}`, { servicePrincipalName: undefined })
      f.join(`CN=Domain Admins,CN=Users,${domain}`, admin)
      const owner = plainSid(f, 'd')
      f.changeDescriptor(`OU=Outer,${domain}`, (before) => ({ ...before, owner }))
      f.grant(inner, plainSid(f, 'e'), genericWrite)
      // an administrator in a plain container in a unit
      f.add(flat, ['top', 'organizationalUnit'])
      f.add(`CN=Box,${flat}`, ['top', 'container'])
      const boxed = f.copy(someone, `CN=boxed,CN=Box,${flat}`, { servicePrincipalName: undefined })
      f.join(`CN=Domain Admins,CN=Users,${domain}`, boxed)
      f.grant(flat, plainSid(f, 'g'), writeProperty, { objectType: gPLink })
    }, id)
    assert.deepEqual(
      added,
      [
        `${id}: ${domain}`,
        `${id}: ${controllers}`,
        `${id}: OU=Flat,${domain}`,
        `${id}: OU=Inner,OU=Outer,${domain}`,
        `${id}: OU=Laps,${domain}`,
        `${id}: OU=Outer,${domain}`,
      ].toSorted(),
    )
  })

  test('an inherited right, and one through nested groups, count', async () => {
    const added = await found((f) => {
      const outer = f.copy(`CN=Spys,CN=Users,${domain}`, `CN=outer,CN=Users,${domain}`, {
        groupType: -2147483646,
      })
      const inner = f.copy(`CN=Spys,CN=Users,${domain}`, `CN=inner,CN=Users,${domain}`, {
        groupType: -2147483646,
      })
      f.join(outer, inner)
      f.join(inner, plainUser(f, 'deep'))
      f.grantBelow(domain, f.sid(outer), writeProperty, { objectType: gPLink })
    }, id)
    assert.deepEqual(
      added,
      [`${id}: ${domain}`, `${id}: OU=Laps,${domain}`, `${id}: ${controllers}`].toSorted(),
    )
  })

  test('what gives nothing is not found', async () => {
    const plain = `OU=Plain,${domain}`
    const added = await found((f) => {
      f.add(plain, ['top', 'organizationalUnit'])
      f.copy(someone, `CN=nobody,${plain}`, { servicePrincipalName: undefined })
      f.grant(plain, plainSid(f, 'a'), genericAll)
      f.grant(domain, plainSid(f, 'b'), readProperty, { objectType: gPLink })
      f.grant(controllers, plainSid(f, 'c'), writeProperty, {
        objectType: gPLink,
        flags: aceFlags.containerInherit | aceFlags.inheritOnly,
        inheritedObjectType: userGuid,
      })
      const d = plainSid(f, 'd')
      f.grant(domain, d, writeProperty, { objectType: gPLink })
      f.grant(domain, d, writeProperty, { objectType: gPLink, type: aceType.accessDeniedObject })
      const e = plainUser(f, 'e')
      f.join(`CN=Domain Admins,CN=Users,${domain}`, e)
      f.grant(controllers, f.sid(e), genericAll)
      f.grant(domain, 'S-1-5-10', writeProperty, { objectType: gPLink })
    }, id)
    assert.deepEqual(added, [])
  })

  test('links on sites, and moving subnets into them', async () => {
    const second = `CN=Branch,${sites}`
    const subnet = `CN=10.0.0.0/8,CN=Subnets,${sites}`
    const change = (f: LabForest) => {
      f.grant(firstSite, plainSid(f, 'a'), writeProperty, { objectType: gPOptions })
      f.copy(firstSite, second)
      f.add(`CN=Servers,${second}`, ['top', 'serversContainer'])
      // what a demoted controller leaves: a server object without NTDS Settings
      f.add(`CN=GONE,CN=Servers,${second}`, ['top', 'server'])
      f.grant(second, plainSid(f, 'b'), writeProperty, { objectType: gPLink })
      f.add(subnet, ['top', 'subnet'], { siteObject: second })
      f.grant(subnet, plainSid(f, 'c'), writeProperty, { objectType: siteObject })
    }
    assert.deepEqual(
      (await graded('gpo-link-write-site', change))
        .filter((line) => !line.includes(subnet))
        .toSorted(),
      [`critical ${firstSite}`, `high ${second}`],
    )
    assert.deepEqual(
      await found(change, 'gpo-link-write-site'),
      [
        `gpo-link-write-site: ${subnet}`,
        `gpo-link-write-site: ${second}`,
        `gpo-link-write-site: ${firstSite}`,
      ].toSorted(),
    )
  })

  test('control and ownership of a site count, reading and a right on the children does not', async () => {
    assert.deepEqual(
      await found((f) => {
        const owner = plainSid(f, 'a')
        f.changeDescriptor(firstSite, (before) => ({ ...before, owner }))
      }, 'gpo-link-write-site'),
      [`gpo-link-write-site: ${firstSite}`],
    )
    assert.deepEqual(
      await found((f) => {
        f.grant(firstSite, plainSid(f, 'a'), readProperty)
        f.grant(firstSite, plainSid(f, 'b'), genericAll, {
          flags: aceFlags.containerInherit | aceFlags.inheritOnly,
        })
        f.grant(firstSite, plainSid(f, 'c'), createChild)
      }, 'gpo-link-write-site'),
      [],
    )
  })
})

suite('gpo-path-outside-sysvol', { skip: needsLab }, () => {
  const laps = `CN={C37BFD85-D731-48F0-BC6A-3F662F5BF131},CN=Policies,CN=System,${domain}`
  const own = '{C37BFD85-D731-48F0-BC6A-3F662F5BF131}'
  const bad = {
    'another server': `\\\\evil.essos.local\\SysVol\\essos.local\\Policies\\${own}`,
    'one controller': `\\\\meereen.essos.local\\SysVol\\essos.local\\Policies\\${own}`,
    'another share': `\\\\essos.local\\Public\\essos.local\\Policies\\${own}`,
    'another policy': String.raw`\\essos.local\SysVol\essos.local\Policies\{31B2F340-016D-11D2-945F-00C04FB984F9}`,
    'a way up': String.raw`\\essos.local\SysVol\essos.local\Policies\..\scripts\{C37BFD85-D731-48F0-BC6A-3F662F5BF131}`,
    'a longer domain': `\\\\essos.local.evil\\SysVol\\essos.local.evil\\Policies\\${own}`,
    'an address': `\\\\10.0.0.1\\SysVol\\essos.local\\Policies\\${own}`,
    'a local folder': `C:\\SysVol\\essos.local\\Policies\\${own}`,
    'something behind': `\\\\essos.local\\SysVol\\essos.local\\Policies\\${own}\\x`,
  }
  for (const [name, gPCFileSysPath] of Object.entries(bad)) {
    test(`${name} is found`, async () => {
      assert.deepEqual(await found((f) => f.set(laps, { gPCFileSysPath })), [
        `gpo-path-outside-sysvol: ${laps}`,
      ])
    })
  }

  test('case does not matter', async () => {
    const path = `\\\\ESSOS.LOCAL\\sysvol\\Essos.Local\\policies\\${own.toLowerCase()}`
    assert.deepEqual(await found((f) => f.set(laps, { gPCFileSysPath: path })), [])
  })
})

suite('trusts', { skip: needsLab }, () => {
  const ids = ['trust-forest-sid-history', 'trust-external-not-quarantined', 'trust-tgt-delegation']
  const cases: readonly (readonly [
    string,
    number,
    number | string | undefined,
    number,
    readonly string[],
  ])[] = [
    ['a forest trust that takes SID history', 3, 0x48, 2, ['trust-forest-sid-history']],
    ['the same, outbound only', 2, 0x48, 2, ['trust-forest-sid-history']],
    ['with an old high bit set besides', 2, '-2147483576', 2, ['trust-forest-sid-history']],
    ['the same, quarantined', 3, 0x4c, 2, []],
    ['the same, inbound only', 1, 0x48, 2, []],
    ['the same, switched off', 0, 0x48, 2, []],
    ['the same, within the forest', 3, 0x68, 2, []],
    ['the same, for privileged access', 3, 0x448, 2, []],
    ['the same, to a parent', 3, 0x40_0048, 2, []],
    ['the same, to a tree root', 3, 0x80_0048, 2, []],
    ['an external trust', 3, 0, 2, ['trust-external-not-quarantined']],
    ['an NT 4 trust', 2, 0, 1, ['trust-external-not-quarantined']],
    ['an external trust that takes SID history', 2, 0x40, 2, ['trust-external-not-quarantined']],
    ['an external trust, selective', 2, 0x10, 2, ['trust-external-not-quarantined']],
    ['an external trust, filtered', 2, 0x4, 2, []],
    ['an external trust, inbound', 1, 0, 2, []],
    ['a Kerberos realm', 3, 0, 3, []],
    ['a trust within the forest', 3, 0x20, 2, []],
    ['tickets across an inbound forest trust', 1, 0x808, 2, ['trust-tgt-delegation']],
    ['tickets across a two-way forest trust', 3, 0x808, 2, ['trust-tgt-delegation']],
    ['tickets across an outbound forest trust', 2, 0x808, 2, []],
    ['tickets both allowed and refused', 3, 0xa08, 2, []],
    ['tickets across no forest trust', 1, 0x800, 2, []],
  ]
  for (const [name, trustDirection, trustAttributes, trustType, expected] of cases) {
    test(name, async () => {
      const added = await found(
        (f) => f.set(trust, { trustDirection, trustAttributes, trustType }),
        ...ids,
      )
      assert.deepEqual(
        added,
        expected.map((id) => `${id}: ${trust}`),
      )
    })
  }

  test('a trust whose attributes were not read is no pass', async () => {
    for (const id of ids)
      assert.match(
        await verdictOf(id, (f) => f.set(trust, { trustAttributes: undefined })),
        /^not assessed/,
      )
  })

  test('who can change a trust or set the password of its account', async () => {
    const id = 'trust-object-control'
    for (const [mask, more] of [
      [writeProperty, { objectType: trustAttributesGuid }],
      [writeProperty, {}],
      [writeDacl, {}],
      [writeOwner, {}],
      [genericAll, {}],
    ] as readonly (readonly [number, Partial<Ace>])[]) {
      assert.deepEqual(
        await found((f) => f.grant(trust, plainSid(f, 'a'), mask, more), id),
        [`${id}: ${trust}`],
        `${mask}`,
      )
    }
    for (const [mask, more] of [
      [controlAccess, { objectType: forceChangePassword }],
      [controlAccess, {}],
      [genericWrite, {}],
      [writeDacl, {}],
    ] as readonly (readonly [number, Partial<Ace>])[]) {
      assert.deepEqual(
        await found((f) => f.grant(trustAccount, plainSid(f, 'a'), mask, more), id),
        [`${id}: ${trustAccount}`],
        `${mask}`,
      )
    }
    assert.deepEqual(
      await found((f) => {
        const owner = plainSid(f, 'a')
        f.changeDescriptor(trust, (before) => ({ ...before, owner }))
      }, id),
      [`${id}: ${trust}`],
    )
    assert.deepEqual(
      await found((f) => {
        f.grant(trust, plainSid(f, 'a'), readProperty)
        f.grant(trustAccount, plainSid(f, 'b'), readProperty)
        f.grant(trustAccount, plainSid(f, 'c'), controlAccess, {
          objectType: parseGuid('ab721a53-1e2f-11d0-9819-00aa0040529b'),
        })
      }, id),
      [],
    )
  })
})

suite('controllers', { skip: needsLab }, () => {
  test('old operating systems, by version', async () => {
    const before = 'dc-os-before-2012'
    const of2012 = 'dc-os-2012'
    const added = await found(
      (f) => {
        const versions = [
          '5.0 (2195)',
          '5.2 (3790)',
          '6.0 (6002)',
          '6.1 (7601)',
          '6.2 (9200)',
          '6.3 (9600)',
          '10.0 (17763)',
        ]
        for (const [index, operatingSystemVersion] of versions.entries())
          addController(f, `DC${index}`, { operatingSystemVersion })
        addController(f, 'RODC', { isReadOnly: true, operatingSystemVersion: '6.1 (7601)' })
        addController(f, 'SAMBA', {
          operatingSystem: 'Samba',
          operatingSystemVersion: '4.17.12-Debian',
        })
        f.set(braavos, { operatingSystemVersion: '6.1 (7601)' })
      },
      before,
      of2012,
    )
    assert.deepEqual(
      added,
      [
        ...['DC4', 'DC5'].map((name) => `${of2012}: CN=${name},${controllers}`),
        ...['DC0', 'DC1', 'DC2', 'DC3', 'RODC'].map(
          (name) => `${before}: CN=${name},${controllers}`,
        ),
      ].toSorted(),
    )
  })

  test('a controller whose version cannot be told is no pass', async () => {
    const nothing = (f: LabForest) =>
      addControllerWithout(f, ['operatingSystem', 'operatingSystemVersion'])
    assert.match(await verdictOf('dc-os-before-2012', nothing), /^not assessed/)
    assert.match(await verdictOf('dc-os-2012', nothing), /^not assessed/)
  })

  test('accounts that are controllers only in part', async () => {
    const id = 'dc-inconsistent-registration'
    const added = await found((f) => {
      // each breaks one condition
      f.set(plainUser(f, 'group516'), { primaryGroupID: 516 })
      f.set(plainUser(f, 'flag2000'), { userAccountControl: 0x2200 })
      f.set(plainUser(f, 'flag1000'), { userAccountControl: 0x1000 })
      f.set(plainUser(f, 'flag800'), { userAccountControl: 0x820 })
      f.copy(braavos, `CN=GROUP516,OU=Laps,${domain}`, {
        primaryGroupID: 516,
        servicePrincipalName: [],
      })
      f.copy(braavos, `CN=GROUP521,OU=Laps,${domain}`, {
        primaryGroupID: 521,
        servicePrincipalName: [],
      })
      f.copy(braavos, `CN=INOU,${controllers}`, { servicePrincipalName: [] })
      f.copy(someone, `CN=userinou,${controllers}`, { servicePrincipalName: [] })
      f.copy(braavos, `CN=FLAGS,OU=Laps,${domain}`, {
        userAccountControl: 0x8_2000,
        servicePrincipalName: [],
      })
      addController(f, 'HALF', { userAccountControl: 0x2000 })
      addController(f, 'RODCHALF', { isReadOnly: true, userAccountControl: 0x0400_1000 })
      addController(f, 'MOVED', { at: `OU=Laps,${domain}` })
      f.remove(
        `CN=NTDS Settings,CN=NOSETTINGS,CN=Servers,${firstSite}`.replace(
          'NOSETTINGS',
          nameOf(addController(f, 'NOSETTINGS')),
        ),
      )
      const bare = addController(f, 'NOSERVER')
      f.remove(`CN=NTDS Settings,CN=NOSERVER,CN=Servers,${firstSite}`)
      f.remove(`CN=NOSERVER,CN=Servers,${firstSite}`)
      f.set(bare, { serverReferenceBL: undefined })
      // and these are in order
      addController(f, 'GOOD')
      addController(f, 'RODCGOOD', { isReadOnly: true })
      f.add(`OU=Branch,${controllers}`, ['top', 'organizationalUnit'])
      addController(f, 'SUBUNIT', { at: `OU=Branch,${controllers}` })
      f.copy(braavos, `CN=AzureADKerberos,${controllers}`, {
        primaryGroupID: 521,
        userAccountControl: 0x0500_1000,
        sAMAccountName: 'AzureADKerberos$',
        servicePrincipalName: [],
      })
      f.copy(`CN=Spys,CN=Users,${domain}`, `CN=Some group,${controllers}`)
    }, id)
    assert.deepEqual(
      added,
      [
        `CN=group516,CN=Users,${domain}`,
        `CN=flag2000,CN=Users,${domain}`,
        `CN=flag1000,CN=Users,${domain}`,
        `CN=flag800,CN=Users,${domain}`,
        `CN=GROUP516,OU=Laps,${domain}`,
        `CN=GROUP521,OU=Laps,${domain}`,
        `CN=INOU,${controllers}`,
        `CN=userinou,${controllers}`,
        `CN=FLAGS,OU=Laps,${domain}`,
        `CN=HALF,${controllers}`,
        `CN=RODCHALF,${controllers}`,
        `CN=MOVED,OU=Laps,${domain}`,
        `CN=NOSETTINGS,${controllers}`,
        `CN=NOSERVER,${controllers}`,
      ]
        .map((dn) => `${id}: ${dn}`)
        .toSorted(),
    )
  })

  test('the unit of controllers is known by its purpose, not its name', async () => {
    const id = 'dc-inconsistent-registration'
    const added = await found((f) => {
      f.add(`OU=Steuerung,${domain}`, ['top', 'organizationalUnit'])
      const places = f
        .raw(domain, 'wellKnownObjects')
        .map((value) =>
          Buffer.from(value).toString().replace(controllers, `OU=Steuerung,${domain}`),
        )
      f.set(domain, { wellKnownObjects: places })
      addController(f, 'NEU', { at: `OU=Steuerung,${domain}` })
    }, id)
    assert.deepEqual(added, [`${id}: ${meereen}`])
  })

  test('passwords of controllers that are not renewed', async () => {
    const id = 'dc-password-old'
    const added = await found((f) => {
      const old = { whenCreated: generalizedDaysAgo(900) }
      addController(f, 'OLD', { ...old, pwdLastSet: daysAgo(60), lastLogonTimestamp: daysAgo(10) })
      addController(f, 'OLDRODC', {
        ...old,
        isReadOnly: true,
        pwdLastSet: daysAgo(60),
        lastLogonTimestamp: daysAgo(10),
      })
      addController(f, 'EDGE', { ...old, pwdLastSet: daysAgo(46), lastLogonTimestamp: daysAgo(44) })
      // lastLogonTimestamp has not moved, but this controller itself signed it in yesterday
      addController(f, 'LOCAL', {
        ...old,
        pwdLastSet: daysAgo(60),
        lastLogonTimestamp: daysAgo(50),
        lastLogon: daysAgo(1),
      })
      addController(f, 'FRESH', { ...old, pwdLastSet: daysAgo(40), lastLogonTimestamp: daysAgo(1) })
      // gone, not old: nobody signs in
      addController(f, 'UNUSED', {
        ...old,
        pwdLastSet: daysAgo(90),
        lastLogonTimestamp: daysAgo(80),
        lastLogon: daysAgo(80),
      })
      // lastLogon of one controller alone tells nothing
      addController(f, 'ELSEWHERE', {
        ...old,
        pwdLastSet: daysAgo(60),
        lastLogonTimestamp: daysAgo(5),
        lastLogon: daysAgo(200),
      })
      f.set(braavos, { ...old, pwdLastSet: daysAgo(90), lastLogonTimestamp: daysAgo(1) })
    }, id)
    assert.deepEqual(
      added,
      ['OLD', 'OLDRODC', 'EDGE', 'LOCAL', 'ELSEWHERE']
        .map((name) => `${id}: CN=${name},${controllers}`)
        .toSorted(),
    )
  })

  test('a password that is as old as its account', async () => {
    const id = 'dc-password-old'
    const added = await found((f) => {
      // away by now, but long enough there to renew it
      addController(f, 'NEVER', {
        whenCreated: generalizedDaysAgo(150),
        pwdLastSet: daysAgo(150),
        lastLogonTimestamp: daysAgo(60),
        lastLogon: daysAgo(60),
      })
      // promoted yesterday: nothing to be renewed yet
      addController(f, 'NEW', {
        whenCreated: generalizedDaysAgo(1),
        pwdLastSet: daysAgo(1),
        lastLogonTimestamp: daysAgo(0.5),
      })
    }, id)
    assert.deepEqual(added, [`${id}: CN=NEVER,${controllers}`])
  })

  test('servers that replicate and are no controllers', async () => {
    const id = 'dc-rogue-registration'
    const rogueServer = `CN=ROGUE,CN=Servers,${firstSite}`
    const orphan = `CN=ORPHAN,CN=Servers,${firstSite}`
    const added = await found((f) => {
      f.append(
        braavos,
        'servicePrincipalName',
        'e3514235-4b06-11d1-ab04-00c04fc2dcd2/8f1e/essos.local',
      )
      f.append(someone, 'servicePrincipalName', 'gc/braavos.essos.local/essos.local')
      const host = f.copy(braavos, `CN=ROGUE,OU=Laps,${domain}`, {
        servicePrincipalName: ['HOST/rogue'],
      })
      for (const [server, serverReference] of [
        [rogueServer, host],
        [orphan, undefined],
      ] as const) {
        f.copy(`CN=MEEREEN,CN=Servers,${firstSite}`, server, { serverReference })
        f.copy(`CN=NTDS Settings,CN=MEEREEN,CN=Servers,${firstSite}`, `CN=NTDS Settings,${server}`)
      }
      f.set(host, { serverReferenceBL: rogueServer })
      // in order: other controllers, a name that only looks like it, a server that is left after a demotion
      addController(f, 'GOOD')
      addController(f, 'RODC', { isReadOnly: true })
      f.copy(braavos, `CN=LIKE,OU=Laps,${domain}`, {
        servicePrincipalName: ['GCX/like', 'HOST/GC/like'],
      })
      f.copy(`CN=MEEREEN,CN=Servers,${firstSite}`, `CN=LEFT,CN=Servers,${firstSite}`, {
        serverReference: undefined,
      })
    }, id)
    assert.deepEqual(
      added,
      [braavos, someone, rogueServer, orphan].map((dn) => `${id}: ${dn}`).toSorted(),
    )
  })

  test('a server object that says a member is a controller', async () => {
    const id = 'dc-rogue-registration'
    const server = `CN=BRAAVOS,CN=Servers,${firstSite}`
    const added = await found((f) => {
      f.copy(`CN=MEEREEN,CN=Servers,${firstSite}`, server, { serverReference: braavos })
      f.set(braavos, { serverReferenceBL: server })
    }, id)
    assert.deepEqual(added, [`${id}: ${server}`])
  })
})

suite('read-only controllers', { skip: needsLab }, () => {
  const denied = (f: LabForest) => [
    ...[544, 548, 549, 551].map((rid) => builtIn(f, rid)),
    `CN=Denied RODC Password Replication Group,CN=Users,${domain}`,
  ]
  const allowed = `CN=Allowed RODC Password Replication Group,CN=Users,${domain}`

  function rodc(
    f: LabForest,
    name: string,
    more: { never?: readonly string[]; allow?: readonly string[] } = {},
  ) {
    const account = addController(f, name, { isReadOnly: true })
    f.set(account, {
      'msDS-NeverRevealGroup': more.never ?? denied(f),
      'msDS-RevealOnDemandGroup': more.allow ?? [allowed],
    })
    return account
  }

  test('deny lists that lack one of the five', async () => {
    const id = 'rodc-never-reveal-incomplete'
    const added = await found((f) => {
      for (const [index] of denied(f).entries())
        rodc(f, `LACKS${index}`, { never: denied(f).toSpliced(index, 1) })
      rodc(f, 'NONE', { never: [] })
      rodc(f, 'GOOD')
      rodc(f, 'MORE', { never: [...denied(f), someone] })
    }, id)
    assert.deepEqual(
      added,
      ['LACKS0', 'LACKS1', 'LACKS2', 'LACKS3', 'LACKS4', 'NONE']
        .map((name) => `${id}: CN=${name},${controllers}`)
        .toSorted(),
    )
  })

  test('allow lists with somebody privileged', async () => {
    const id = 'rodc-reveal-on-demand-privileged'
    const added = await found((f) => {
      const group = f.copy(`CN=Spys,CN=Users,${domain}`, `CN=branch,CN=Users,${domain}`)
      const nested = f.copy(`CN=Spys,CN=Users,${domain}`, `CN=nested,CN=Users,${domain}`)
      const admin = plainUser(f, 'admin')
      f.join(`CN=Domain Admins,CN=Users,${domain}`, admin)
      f.join(group, nested)
      f.join(nested, group)
      f.join(nested, admin)
      rodc(f, 'NESTED', { allow: [allowed, group] })
      rodc(f, 'USERS', { allow: [`CN=Domain Users,CN=Users,${domain}`] })
      rodc(f, 'DIRECT', { allow: [`CN=Administrator,CN=Users,${domain}`] })
      rodc(f, 'TIER0', { allow: [braavos] })
      rodc(f, 'FOREIGN', { allow: [`CN=S-1-5-11,CN=ForeignSecurityPrincipals,${domain}`] })
      const branchUsers = f.copy(`CN=Spys,CN=Users,${domain}`, `CN=harmless,CN=Users,${domain}`)
      f.join(branchUsers, plainUser(f, 'clerk'))
      rodc(f, 'GOOD', { allow: [allowed, branchUsers] })
      rodc(f, 'NOBODY', { allow: [] })
    }, id)
    assert.deepEqual(
      added,
      ['NESTED', 'USERS', 'DIRECT', 'TIER0', 'FOREIGN']
        .map((name) => `${id}: CN=${name},${controllers}`)
        .toSorted(),
    )
  })

  test('the group allowed everywhere counts with its members', async () => {
    const id = 'rodc-reveal-on-demand-privileged'
    const added = await found((f) => {
      rodc(f, 'RODC')
      f.join(allowed, `CN=daenerys.targaryen,CN=Users,${domain}`)
    }, id)
    assert.deepEqual(added, [`${id}: CN=RODC,${controllers}`])
  })

  test('secrets of administrators that a read-only controller has', async () => {
    const id = 'rodc-privileged-revealed'
    const admin = `CN=daenerys.targaryen,CN=Users,${domain}`
    const added = await found((f) => {
      const own = rodc(f, 'GOOD')
      const krbtgt = f.copy(`CN=krbtgt,CN=Users,${domain}`, `CN=krbtgt_4711,CN=Users,${domain}`)
      f.set(own, {
        'msDS-KrbTgtLink': krbtgt,
        'msDS-RevealedUsers': [own, krbtgt, plainUser(f, 'clerk')].map(
          (dn) => `B:8:0000005A:${dn}`,
        ),
      })
      f.set(rodc(f, 'USERS'), { 'msDS-RevealedUsers': [`B:16:0000005A00000001:${admin}`] })
      f.set(rodc(f, 'LIST'), {
        'msDS-RevealedList': [`S:11:unicodePwd:${admin}`.replace('S:11', 'S:10')],
      })
      f.set(rodc(f, 'GOLD'), {
        'msDS-RevealedUsers': [`B:8:0000005A:CN=krbtgt,CN=Users,${domain}`],
      })
      f.set(rodc(f, 'OTHER'), { 'msDS-RevealedUsers': [`B:8:0000005A:${meereen}`] })
    }, id)
    assert.deepEqual(
      added,
      ['GOLD', 'LIST', 'OTHER', 'USERS'].map((name) => `${id}: CN=${name},${controllers}`),
    )
  })
})

suite('DNS', { skip: needsLab }, () => {
  const zones = `CN=MicrosoftDNS,DC=DomainDnsZones,${domain}`
  const zone = `DC=essos.local,${zones}`
  const forestZones = `CN=MicrosoftDNS,DC=ForestDnsZones,${domain}`
  const systemZones = `CN=MicrosoftDNS,CN=System,${domain}`

  /** dNSProperty (MS-DNSP 2.3.2.1) that says how a zone is updated. */
  function allowUpdate(value: number): Uint8Array {
    const octets = Buffer.alloc(25)
    octets.writeUInt32LE(1, 0)
    octets.writeUInt32LE(1, 12)
    octets.writeUInt32LE(2, 16)
    octets[20] = value
    return octets
  }
  function setUpdate(f: LabForest, dn: string, value: number): void {
    const others = f
      .raw(dn, 'dNSProperty')
      .filter((octets) => Buffer.from(octets).readUInt32LE(16) !== 2)
    f.set(dn, { dNSProperty: [...others, allowUpdate(value)] })
  }

  test('zones of the core that anybody may update', async () => {
    const id = 'dns-insecure-update-core'
    const msdcs = `DC=_msdcs.essos.local,${forestZones}`
    const roots = `DC=RootDNSServers,${zones}`
    const shouted = `DC=ESSOS.LOCAL,${systemZones}`
    const added = await found((f) => {
      setUpdate(f, zone, 1)
      setUpdate(f, msdcs, 1)
      setUpdate(f, roots, 1)
      f.copy(zone, shouted, { dc: 'ESSOS.LOCAL' })
      setUpdate(f, shouted, 1)
      // another zone is another exposure
      f.copy(zone, `DC=legacy.local,${zones}`, { dc: 'legacy.local' })
      setUpdate(f, `DC=legacy.local,${zones}`, 1)
    }, id)
    assert.deepEqual(added, [zone, msdcs, roots, shouted].map((dn) => `${id}: ${dn}`).toSorted())
    assert.deepEqual(
      await found((f) => {
        setUpdate(f, zone, 0)
        setUpdate(f, msdcs, 2)
      }, id),
      [],
    )
  })

  test('a zone whose settings were not read is no pass', async () => {
    const id = 'dns-insecure-update-core'
    assert.match(
      await verdictOf(id, (f) => {
        f.set(zone, { dNSProperty: undefined })
        f.changeDescriptor(zone, (before) => ({
          ...before,
          dacl: (before.dacl ?? []).filter(({ sid }) => sid !== 'S-1-5-11' && sid !== 'S-1-1-0'),
        }))
      }),
      /^not assessed/,
    )
  })

  test('who can change the DNS servers', async () => {
    const id = 'dns-server-object-control'
    const added = await found((f) => {
      f.grant(systemZones, plainSid(f, 'a'), writeProperty)
      f.grant(zones, plainSid(f, 'b'), createChild, { objectType: dnsZoneGuid })
      const owner = plainSid(f, 'c')
      f.changeDescriptor(forestZones, (before) => ({ ...before, owner }))
    }, id)
    assert.deepEqual(
      added,
      [systemZones, zones, forestZones].map((dn) => `${id}: ${dn}`).toSorted(),
    )
    for (const mask of [writeDacl, writeOwner, genericWrite, genericAll, createChild])
      assert.deepEqual(
        await found((f) => f.grant(zones, plainSid(f, 'a'), mask), id),
        [`${id}: ${zones}`],
        `${mask}`,
      )
    assert.deepEqual(
      await found((f) => {
        f.grant(zones, plainSid(f, 'a'), readProperty)
        f.grant(zones, plainSid(f, 'b'), genericAll, {
          flags: aceFlags.containerInherit | aceFlags.inheritOnly,
        })
        // creating records in a zone is what everybody may
        f.grant(zone, 'S-1-5-11', createChild)
      }, id),
      [],
    )
  })

  test('names that answer for every other', async () => {
    const id = 'dns-wildcard-record'
    const template = `DC=@,${zone}`
    const evil = [10, 9, 8, 7]
    const known = [...f4(meereenAddress)]
    const added = await found((f) => {
      f.copy(template, `DC=*,${zone}`, { dc: '*', dnsRecord: [record(1, Buffer.from(evil))] })
      f.copy(template, `DC=WPAD,${zone}`, {
        dc: 'WPAD',
        dnsRecord: [record(5, countedName('evil.example.org'))],
      })
      f.copy(template, `DC=isatap,${zone}`, {
        dc: 'isatap',
        dnsRecord: [record(28, Buffer.alloc(16, 0xfd))],
      })
      // in a second zone, one that is inert and one that was deleted
      const second = f.copy(zone, `DC=second.local,${zones}`, { dc: 'second.local' })
      f.copy(template, `DC=wpad,${second}`, { dc: 'wpad', dnsRecord: [record(16, text('inert'))] })
      f.copy(template, `DC=*,${second}`, {
        dc: '*',
        dNSTombstoned: 'TRUE',
        dnsRecord: [record(0, Buffer.alloc(8))],
      })
      f.copy(template, `DC=isatap,${second}`, {
        dc: 'isatap',
        dnsRecord: [record(1, Buffer.from(known))],
      })
      f.copy(template, `DC=wpad2,${second}`, {
        dc: 'wpad2',
        dnsRecord: [record(1, Buffer.from(evil))],
      })
    }, id)
    assert.deepEqual(
      added,
      [`DC=*,${zone}`, `DC=WPAD,${zone}`, `DC=isatap,${zone}`]
        .map((dn) => `${id}: ${dn}`)
        .toSorted(),
    )
  })
})

const meereenAddress = '192.168.56.12'

function f4(address: string): Uint8Array {
  return Uint8Array.from(address.split('.').map(Number))
}

/** dnsRecord (MS-DNSP 2.3.2.2). */
function record(type: number, data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(24)
  head.writeUInt16LE(data.length, 0)
  head.writeUInt16LE(type, 2)
  head[4] = 5
  head[5] = 0xf0
  head.writeUInt32LE(1, 8)
  head.writeUInt32BE(3600, 12)
  return Buffer.concat([head, data])
}

/** DNS_COUNT_NAME (MS-DNSP 2.2.2.2.2). */
function countedName(dns: string): Uint8Array {
  const labels = dns.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]))
  const all = Buffer.concat([...labels, Buffer.from([0])])
  return Buffer.concat([Buffer.from([all.length, labels.length]), all])
}

function text(value: string): Uint8Array {
  return Buffer.from([value.length, ...Buffer.from(value)])
}

function nameOf(dn: string): string {
  return /^CN=([^,]*)/.exec(dn)![1]!
}

function builtIn(f: LabForest, rid: number): string {
  const names: Record<number, string> = {
    544: 'Administrators',
    548: 'Account Operators',
    549: 'Server Operators',
    551: 'Backup Operators',
  }
  const dn = `CN=${names[rid]},CN=Builtin,${domain}`
  assert.deepEqual(
    Buffer.from(f.raw(dn, 'objectSid')[0]!),
    Buffer.from(writeSid(`S-1-5-32-${rid}`)),
  )
  return dn
}

function addControllerWithout(f: LabForest, attributes: readonly string[]): string {
  const account = addController(f, 'BLANK')
  f.set(account, Object.fromEntries(attributes.map((attribute) => [attribute, undefined])))
  return account
}
