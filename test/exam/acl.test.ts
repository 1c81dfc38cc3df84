import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type Ace,
  type Guid,
  aceFlags,
  aceType,
  attributeGuid,
  classGuid,
  descriptorControl,
  extendedRight,
  parseGuid,
  propertySet,
  writeSid,
} from '#directory'
import { assess, catalogue } from '#exposure'
import { LabForest, labNow, needsLab } from '../lab-forest.ts'

// Every rule about permissions on the laboratory's real domain, changed as an administrator or an intruder would.

/** Masks as they stand in ACEs (MS-ADTS 5.1.3.2). */
const GA = 0x1000_0000
const GW = 0x4000_0000
const CR = 0x100
const WP = 0x20
const RP = 0x10
const SELF = 0x8
const CC = 0x1
const DELETE = 0x1_0000
const WRITE_DAC = 0x4_0000
const WRITE_OWNER = 0x8_0000
const ALL = 0xf_01ff

const onlyBelow = aceFlags.inheritOnly | aceFlags.containerInherit
const everyone = 'S-1-1-0'
const signedIn = 'S-1-5-11'
const self = 'S-1-5-10'
const accountOperators = 'S-1-5-32-548'
/** missandei of the trusted forest. */
const foreigner = 'S-1-5-21-2500924315-830707487-3998402438-1116'
const selfMembership = attributeGuid.member

/** Names that may stand for what they are in {@link LabForest.at}. */
const users = (name: string) => `CN=${name},CN=Users,DC=essos,DC=local`
const head = 'DC=essos,DC=local'
const system = `CN=System,${head}`
const holder = `CN=AdminSDHolder,${system}`
const laps = `OU=Laps,${head}`
const caHost = `CN=BRAAVOS,${laps}`
const controllers = `OU=Domain Controllers,${head}`
const dc = `CN=MEEREEN,${controllers}`
const configuration = `CN=Configuration,${head}`
const schema = `CN=Schema,${configuration}`
const partitions = `CN=Partitions,${configuration}`
const sites = `CN=Sites,${configuration}`
const services = `CN=Services,${configuration}`
const publicKeys = `CN=Public Key Services,${services}`
const ntAuth = `CN=NTAuthCertificates,${publicKeys}`
const passwordSettings = `CN=Password Settings Container,${system}`

const khal = users('khal.drogo')
const jorah = users('jorah.mormont')
const missandei = users('missandei')
const sqlService = users('sql_svc')
const dany = users('daenerys.targaryen')
const dothraki = users('Dothraki')
const targaryen = users('Targaryen')
const domainAdmins = users('Domain Admins')
const gmsa = `CN=gmsaDragon,CN=Managed Service Accounts,${head}`

/** Findings by `id: DN`, with the severity of each. */
function findings(forest: LabForest): ReadonlyMap<string, string> {
  const found = assess(forest.build(), catalogue, labNow).findings
  return new Map(
    found.flatMap(({ rule, objects }) =>
      objects.map(({ dn, severity }) => [`${rule.id}: ${dn}`, severity] as const),
    ),
  )
}

let base: ReadonlyMap<string, string> | undefined

/** What is found in a changed laboratory and not in the untouched one, as `severity id: DN`, sorted. */
async function added(change: (forest: LabForest) => void): Promise<string[]> {
  base ??= findings(await LabForest.open())
  const forest = await LabForest.open()
  change(forest)
  return [...findings(forest)]
    .flatMap(([line, severity]) => (base?.get(line) === severity ? [] : [`${severity} ${line}`]))
    .toSorted()
}

async function adds(expected: readonly string[], change: (forest: LabForest) => void) {
  assert.deepEqual(await added(change), [...expected].toSorted())
}

const own = (forest: LabForest, dn: string, owner: string) =>
  forest.changeDescriptor(dn, (before) => ({ ...before, owner }))

const khalMay = (
  forest: LabForest,
  dn: string,
  mask: number,
  type?: Guid,
  more: Partial<Ace> = {},
) =>
  forest.grant(dn, forest.sid(1114), mask, {
    ...(type === undefined ? {} : { objectType: type }),
    ...more,
  })

/** A unit with accounts that are like sql_svc but for its service principal names. */
function staff(forest: LabForest, size: number): string {
  const unit = forest.add(`OU=Staff,${head}`, ['top', 'organizationalUnit'], { ou: 'Staff' })
  for (let i = 0; i < size; i++) forest.copy(sqlService, `CN=clerk${i},${unit}`)
  return unit
}

const toUsers = { inheritedObjectType: classGuid.user, flags: onlyBelow }
const computerClasses = ['top', 'person', 'organizationalPerson', 'user', 'computer']

suite('permissions in a real Windows domain', { skip: needsLab }, () => {
  const getChanges = extendedRight.dsReplicationGetChanges
  const getChangesAll = extendedRight.dsReplicationGetChangesAll
  const headIs = (severity: string) => [`${severity} acl-dcsync-unexpected: ${head}`]

  test('acl-dcsync-unexpected: both rights are critical, each alone is medium', async () => {
    const both = (forest: LabForest, sid: string) => {
      for (const type of [getChanges, getChangesAll])
        forest.grant(head, sid, CR, { objectType: type })
    }
    await adds(headIs('critical'), (f) => both(f, foreigner))
    // Operators and the hosts of authorities are Tier Zero, but do not replicate.
    await adds(headIs('critical'), (f) => both(f, accountOperators))
    // Read-only controllers may have the first, not the second.
    await adds(headIs('critical'), (f) =>
      f.grant(head, f.sid(498), CR, { objectType: getChangesAll }),
    )
    await adds(headIs('medium'), (f) => khalMay(f, head, CR, getChangesAll))
    await adds(headIs('medium'), (f) => {
      // In a filtered set, synchronise, manage the topology.
      khalMay(f, head, CR, parseGuid('89e95b76-444d-4c62-991a-0facbeda640c'))
      khalMay(f, head, CR, parseGuid('1131f6ab-9c07-11d1-f79f-00c04fc2dcd2'))
      khalMay(f, head, CR, parseGuid('1131f6ac-9c07-11d1-f79f-00c04fc2dcd2'))
    })
    // One right by each of two groups, and somebody who is in both.
    const halves = (f: LabForest) => {
      f.grant(head, f.sid(dothraki), CR, { objectType: getChanges })
      f.grant(head, f.sid(targaryen), CR, { objectType: getChangesAll })
    }
    await adds(headIs('medium'), halves)
    // By primary group, which no member attribute shows.
    await adds(headIs('critical'), (f) => {
      halves(f)
      f.set(sqlService, { primaryGroupID: 1107 })
      f.join(targaryen, sqlService)
    })
  })

  test('acl-dcsync-unexpected: what is denied, inherited only, or by design adds nothing', async () => {
    await adds([], (f) => {
      khalMay(f, head, CR, undefined, { flags: onlyBelow })
      f.grant(head, f.sid(521), CR, { objectType: extendedRight.applyGroupPolicy })
      f.grant(head, f.sid(dany), CR, { objectType: getChangesAll })
      f.grant(head, f.sid(dc), CR, { objectType: getChangesAll })
      khalMay(f, head, CR, getChanges)
      khalMay(f, head, CR, getChangesAll)
      f.grant(head, f.sid(dothraki), CR, { type: aceType.accessDenied })
      // A distribution group is in nobody's token.
      f.set(users('Spys'), { groupType: 2 })
      f.grant(head, f.sid(1111), CR, { objectType: getChangesAll })
    })
  })

  test('acl-domain-head-control: any control of the head, and owning it', async () => {
    const controls = `critical acl-domain-head-control: ${head}`
    const links = `critical gpo-link-write-domain: ${head}`
    const extended = [
      ...headIs('critical'),
      `critical acl-install-replica: ${head}`,
      `high acl-dangerous-extended-rights: ${head}`,
      // khal.drogo controls viserys already, so SID history is now within reach.
      `critical acl-sidhistory-write: ${users('viserys.targaryen')}`,
    ]
    await adds([controls, links, ...extended], (f) => khalMay(f, head, GA))
    await adds([controls, ...extended], (f) => khalMay(f, head, CR))
    for (const mask of [WRITE_DAC, WRITE_OWNER, WP])
      await adds([controls, links], (f) => khalMay(f, head, mask))
    await adds([controls, links], (f) => own(f, head, f.sid(1114)))
    await adds([], (f) => {
      khalMay(f, head, GA, undefined, { flags: onlyBelow })
      khalMay(f, head, WP, attributeGuid.pwdProperties)
      f.grant(head, self, GA)
      khalMay(f, head, WRITE_DAC)
      f.grant(head, signedIn, WRITE_DAC, { type: aceType.accessDenied })
    })
    // An entry for OWNER RIGHTS takes from the owner what owning implies.
    await adds([], (f) => {
      own(f, head, f.sid(1114))
      f.grant(head, 'S-1-3-4', 0x2_0000)
    })
  })

  test('acl-config-schema-control: heads, Sites, Services and each object of the schema', async () => {
    const adminCount = `CN=Admin-Count,${schema}`
    const userClass = `CN=User,${schema}`
    await adds(
      [configuration, schema, sites, services, adminCount, userClass].map(
        (dn) => `critical acl-config-schema-control: ${dn}`,
      ),
      (f) => {
        khalMay(f, configuration, GA)
        khalMay(f, schema, CC, classGuid.attributeSchema)
        khalMay(f, sites, WRITE_OWNER)
        // Of Tier Zero, but of the domain's, not of the forest's administrators.
        f.grant(services, accountOperators, WRITE_DAC)
        khalMay(f, adminCount, WP, attributeGuid.searchFlags)
        own(f, userClass, f.sid(1114))
      },
    )
    await adds([`critical acl-config-schema-control: ${schema}`], (f) =>
      f.grantBelow(schema, f.sid(1114), WP),
    )
    await adds([], (f) => {
      khalMay(f, sites, RP)
      khalMay(f, services, CR)
      f.grant(services, f.sid(518), GA)
      f.grant(sites, f.sid(512), GA)
      f.grant(sites, f.sid(dany), WRITE_DAC)
      // No class schema object has members.
      khalMay(f, userClass, WP, attributeGuid.member)
    })
  })

  test('acl-adminsdholder: whatever goes beyond what ships with it', async () => {
    const altered = [`critical acl-adminsdholder: ${holder}`]
    await adds(altered, (f) =>
      f.changeDescriptor(holder, (before) => ({
        ...before,
        control: before.control & ~descriptorControl.daclProtected,
      })),
    )
    await adds(altered, (f) => own(f, holder, f.sid(1114)))
    await adds(altered, (f) => khalMay(f, holder, CR, extendedRight.userForceChangePassword))
    await adds(altered, (f) => khalMay(f, holder, GA, undefined, { ...toUsers, flags: 0 }))
    await adds(altered, (f) =>
      f.grant(holder, f.sid(517), WP, { objectType: attributeGuid.member }),
    )
    await adds(altered, (f) => f.grant(holder, signedIn, CR))
    await adds([], (f) => {
      khalMay(f, holder, RP)
      f.grant(holder, everyone, CR, { objectType: extendedRight.userChangePassword })
      f.grant(holder, f.sid(dany), GA)
      khalMay(f, holder, GA, undefined, { flags: onlyBelow })
      khalMay(f, holder, GA)
      f.grant(holder, f.sid(dothraki), ALL, { type: aceType.accessDenied })
    })
  })

  test('acl-adminsdholder: when it cannot be seen there is no verdict', async () => {
    for (const hide of [
      (f: LabForest) => f.remove(holder),
      (f: LabForest) => f.set(holder, { nTSecurityDescriptor: undefined }),
    ]) {
      const forest = await LabForest.open()
      hide(forest)
      assert.ok('acl-adminsdholder' in forest.verdicts().notAssessed)
    }
  })

  test('acl-protected-object-differs: an entry on a protected object that AdminSDHolder lacks', async () => {
    const differs = (dn: string) => `high acl-protected-object-differs: ${dn}`
    const adminService = [differs(gmsa), `high priv-computer-in-admin-group: ${gmsa}`]
    await adds([differs(dany), differs(domainAdmins), ...adminService], (f) => {
      khalMay(f, dany, WP, attributeGuid.description)
      const inherited: Ace = {
        type: aceType.accessAllowed,
        flags: aceFlags.inherited | aceFlags.containerInherit,
        mask: DELETE,
        sid: f.sid(1114),
      }
      f.changeDescriptor(domainAdmins, (before) => ({
        ...before,
        dacl: [...(before.dacl ?? []), inherited],
      }))
      // Protected as a member at any depth.
      f.join(users('Dragons'), gmsa)
      khalMay(f, gmsa, DELETE)
    })
    await adds([], (f) => {
      khalMay(f, dany, RP)
      khalMay(f, dany, GA, undefined, { flags: onlyBelow })
      f.grant(dany, accountOperators, GA)
      khalMay(f, dany, GA)
      khalMay(f, dany, ALL, undefined, { type: aceType.accessDenied })
      // Once protected, no longer so: adminCount stays behind.
      f.set(missandei, { adminCount: 1 })
      khalMay(f, missandei, WP, attributeGuid.description)
    })
    // Operators that dSHeuristics takes out of SDProp's care.
    const operators = `CN=Server Operators,CN=Builtin,${head}`
    await adds([differs(operators)], (f) => khalMay(f, operators, WP, attributeGuid.description))
    await adds(
      [`high forest-adminsdexmask: CN=Directory Service,CN=Windows NT,${services}`],
      (f) => {
        f.set(`CN=Directory Service,CN=Windows NT,${services}`, {
          dSHeuristics: '0000000001000002',
        })
        khalMay(f, operators, WP, attributeGuid.description)
      },
    )
  })

  test('acl-tier0-object-control: each way to take over an object of Tier Zero', async () => {
    const controlled = (dn: string) => `critical acl-tier0-object-control: ${dn}`
    const differs = (dn: string) => `high acl-protected-object-differs: ${dn}`
    const authority = `CN=ESSOS-CA,CN=Enrollment Services,${publicKeys}`
    await adds(
      [
        controlled(dany),
        differs(dany),
        controlled(domainAdmins),
        differs(domainAdmins),
        `high acl-group-membership-write: ${domainAdmins}`,
        controlled(users('Key Admins')),
        controlled(users('Enterprise Admins')),
        controlled(caHost),
        controlled(authority),
        `critical adcs-esc5: ${authority}`,
        controlled(users('krbtgt')),
        differs(users('krbtgt')),
      ],
      (f) => {
        khalMay(f, dany, CR, extendedRight.userForceChangePassword)
        khalMay(f, domainAdmins, WP, attributeGuid.member)
        khalMay(f, users('Key Admins'), SELF, selfMembership)
        own(f, users('Enterprise Admins'), f.sid(1114))
        khalMay(f, caHost, WRITE_OWNER)
        khalMay(f, authority, WRITE_DAC)
        khalMay(f, users('krbtgt'), WRITE_DAC)
      },
    )
    await adds(
      [
        controlled(dany),
        differs(dany),
        `high acl-altsecid-write: ${dany}`,
        `high acl-shadow-credentials-broad: ${dany}`,
        `high acl-writespn-privileged: ${dany}`,
      ],
      (f) => khalMay(f, dany, GW),
    )
    await adds([], (f) => {
      f.grant(caHost, accountOperators, GA)
      khalMay(f, caHost, WP, attributeGuid.description)
      khalMay(f, caHost, GA, undefined, { flags: onlyBelow })
      f.grant(caHost, self, WP)
      khalMay(f, sqlService, WRITE_DAC)
      // It stands for the domain controllers, but whoever controls it controls none of them.
      khalMay(f, `CN=S-1-5-9,CN=ForeignSecurityPrincipals,${head}`, GA)
    })
  })

  test('acl-tier0-object-control: what SDProp spreads is told once', async () => {
    await adds(
      [`critical acl-adminsdholder: ${holder}`, `critical acl-tier0-object-control: ${holder}`],
      (f) => {
        for (const dn of [holder, dany, users('drogon'), users('Administrator')])
          khalMay(f, dn, CR, extendedRight.userForceChangePassword)
      },
    )
  })

  test('acl-delegation-broad: nearly everybody, on each kind of object', async () => {
    const broad = (dn: string) => `high acl-delegation-broad: ${dn}`
    const resets = (dn: string) => `high acl-force-change-password-broad: ${dn}`
    const program = `CN=Program Data,${head}`
    const physical = `CN=Microsoft,${program}`
    await adds(
      [
        broad(jorah),
        broad(missandei),
        broad(sqlService),
        resets(sqlService),
        broad(khal),
        broad(users('Spys')),
        // Its members read the local password of the authority's host.
        `high acl-group-membership-write: ${users('Spys')}`,
        broad(dothraki),
        broad(program),
        broad(physical),
        broad(gmsa),
        broad(`CN=Computers,${head}`),
        broad(`OU=Empty,${head}`),
        broad(`CN=pc,CN=Computers,${head}`),
      ],
      (f) => {
        f.grant(jorah, everyone, WRITE_DAC)
        f.grant(missandei, f.sid(515), WP, { objectType: attributeGuid.servicePrincipalName })
        f.grant(sqlService, 'S-1-5-32-545', CR, {
          objectType: extendedRight.userForceChangePassword,
        })
        f.grant(khal, 'S-1-5-7', DELETE)
        f.grant(users('Spys'), f.sid(513), WP, { objectType: attributeGuid.member })
        own(f, dothraki, signedIn)
        f.grant(program, f.sid(514), CC)
        f.grant(physical, 'S-1-5-32-546', 0x2)
        f.grant(gmsa, signedIn, WP, { objectType: attributeGuid['msDS-GroupMSAMembership'] })
        // A group is as broad as what is in it.
        f.join(targaryen, users('Domain Users'))
        f.grant(`CN=Computers,${head}`, f.sid(targaryen), CC, { objectType: classGuid.computer })
        const empty = f.add(`OU=Empty,${head}`, ['top', 'organizationalUnit'], { ou: 'Empty' })
        f.grant(empty, signedIn, CR, {
          objectType: extendedRight.userForceChangePassword,
          ...toUsers,
        })
        const pc = f.add(`CN=pc,CN=Computers,${head}`, computerClasses, {
          sAMAccountName: 'pc$',
          objectSid: writeSid(f.newSid()),
          userAccountControl: 0x1000,
          primaryGroupID: 515,
        })
        f.grant(pc, signedIn, WP, { objectType: attributeGuid.dNSHostName })
      },
    )
  })

  test('acl-delegation-broad: told where it was set, and not for what Windows ships or denies', async () => {
    await adds([`high acl-delegation-broad: ${users('').slice(4)}`], (f) =>
      f.grantBelow(users('').slice(4), everyone, WP, {
        objectType: attributeGuid.scriptPath,
        ...toUsers,
      }),
    )
    await adds([], (f) => {
      f.grant(jorah, signedIn, RP)
      f.grant(jorah, everyone, CR, { objectType: extendedRight.userChangePassword })
      f.grant(jorah, signedIn, WP, { objectType: attributeGuid.description })
      f.grant(jorah, self, GA)
      f.grant(jorah, signedIn, GA, { flags: onlyBelow })
      f.grant(laps, 'S-1-3-0', GA, { flags: onlyBelow })
      f.grant(sqlService, signedIn, WRITE_DAC)
      f.grant(sqlService, everyone, WRITE_DAC, { type: aceType.accessDenied })
      khalMay(f, missandei, WP, attributeGuid.scriptPath)
    })
  })

  test('acl-dangerous-extended-rights: each right, on the head and on the partitions', async () => {
    const dangerous = (dn: string) => `high acl-dangerous-extended-rights: ${dn}`
    const pairs = [
      [extendedRight.reanimateTombstones, extendedRight.migrateSidHistory],
      [extendedRight.createInboundForestTrust, extendedRight.manageOptionalFeatures],
    ] as const
    for (const [onHead, onPartitions] of pairs) {
      await adds([dangerous(head), dangerous(partitions)], (f) => {
        f.grant(head, f.sid(missandei), CR, { objectType: onHead })
        khalMay(f, partitions, CR, onPartitions)
      })
    }
    await adds([dangerous(head), dangerous(partitions)], (f) => {
      f.grant(head, everyone, CR, { objectType: extendedRight.unexpirePassword })
      khalMay(f, partitions, CR)
    })
    await adds([], (f) => {
      const shipped = [
        extendedRight.unexpirePassword,
        extendedRight.updatePasswordNotRequiredBit,
        extendedRight.enablePerUserReversiblyEncryptedPassword,
      ]
      for (const right of shipped) khalMay(f, head, CR, right)
      khalMay(f, head, CR, extendedRight.reanimateTombstones, { flags: onlyBelow })
      f.grant(head, f.sid(512), CR, { objectType: extendedRight.migrateSidHistory })
      f.grant(head, 'S-1-5-32-557', CR, { objectType: extendedRight.createInboundForestTrust })
    })
  })

  test('acl-dc-owner: anybody but the administrators as such', async () => {
    const belongs = (dn: string) => `high acl-dc-owner: ${dn}`
    await adds(
      [
        belongs(dc),
        `critical acl-dc-object-control: ${dc}`,
        `critical acl-tier0-object-control: ${dc}`,
      ],
      (f) => own(f, dc, f.sid(1114)),
    )
    /** One more account with the flags of a domain controller, for each owner. */
    const owned = (owners: (f: LabForest) => readonly string[]) => async () => {
      const lines = await added((f) => {
        for (const [index, owner] of owners(f).entries()) {
          const copy = f.copy(dc, `CN=DC${index},${controllers}`, { dNSHostName: undefined })
          own(f, copy, owner)
        }
      })
      return lines.filter((line) => line.includes('acl-dc-owner'))
    }
    const copies = [0, 1, 2, 3, 4].map((index) => belongs(`CN=DC${index},${controllers}`))
    const others = owned((f) => [
      f.sid(1112),
      f.sid(516),
      f.sid(518),
      f.sid(dc),
      // Domain Admins, but of another forest.
      foreigner.replace(/1116$/, '512'),
    ])
    assert.deepEqual(await others(), copies)
    const administrators = owned((f) => [f.sid(512), f.sid(519), 'S-1-5-18', 'S-1-5-32-544'])
    assert.deepEqual(await administrators(), [])
    await adds([], (f) => own(f, gmsa, f.sid(1114)))
  })

  test('acl-dc-object-control: the account, what is below it, and read-only controllers', async () => {
    const controlled = (dn: string) => `critical acl-dc-object-control: ${dn}`
    const ways: readonly (readonly [mask: number, type: Guid | undefined, also: string[]])[] = [
      [WRITE_DAC, undefined, ['tier0-object-control']],
      [CR, undefined, ['tier0-object-control']],
      [WP, attributeGuid.dNSHostName, []],
      [WP, attributeGuid.userAccountControl, ['account-restrictions-write']],
      [
        WP,
        propertySet.userAccountRestrictions,
        ['account-restrictions-write', 'tier0-object-control'],
      ],
      [
        WP,
        attributeGuid['msDS-KeyCredentialLink'],
        ['shadow-credentials-broad', 'tier0-object-control'],
      ],
      [WP, attributeGuid.servicePrincipalName, ['tier0-object-control', 'writespn-privileged']],
      [WP, attributeGuid['msDS-AllowedToActOnBehalfOfOtherIdentity'], ['tier0-object-control']],
    ]
    const copy = (index: number) => `CN=DC${index},${controllers}`
    const lines = await added((f) => {
      for (const [index, [mask, type]] of ways.entries())
        khalMay(f, f.copy(dc, copy(index), { dNSHostName: undefined }), mask, type)
    })
    assert.deepEqual(
      new Set(
        lines.filter((line) => line.includes(' acl-')).map((line) => line.replace(/^\w+ /, '')),
      ),
      new Set(
        ways.flatMap(([, , also], index) => [
          `acl-dc-object-control: ${copy(index)}`,
          ...also.map((id) => `acl-${id}: ${copy(index)}`),
        ]),
      ),
    )
    const settings = `CN=DFSR-LocalSettings,${dc}`
    const subscription = `CN=SYSVOL Subscription,CN=Domain System Volume,${settings}`
    await adds(
      [settings, subscription].flatMap((dn) => [
        controlled(dn),
        `critical acl-dfsr-sysvol-objects: ${dn}`,
      ]),
      (f) => {
        khalMay(f, settings, WRITE_OWNER)
        khalMay(f, subscription, GW)
      },
    )
    await adds([], (f) => {
      khalMay(f, dc, WP, attributeGuid.description)
      khalMay(f, dc, SELF, attributeGuid.dNSHostName)
      f.grant(dc, f.sid(527), WP, { objectType: attributeGuid['msDS-KeyCredentialLink'] })
      f.grant(dc, self, GA)
      khalMay(f, `CN=RID Set,${dc}`, GA)
    })
  })

  test('acl-dc-object-control: whom a read-only controller was given to is expected', async () => {
    const rodc = (f: LabForest) => {
      const dn = f.copy(caHost, `CN=RODC1,${controllers}`, {
        primaryGroupID: 521,
        userAccountControl: 0x501_0000 - 0xf000,
        dNSHostName: undefined,
        managedBy: jorah,
      })
      f.set(dn, { nTSecurityDescriptor: f.raw(dc, 'nTSecurityDescriptor') })
      return dn
    }
    const ofAcl = async (change: (f: LabForest) => void) =>
      (await added(change)).filter((line) => line.includes(' acl-'))
    const dn = `CN=RODC1,${controllers}`
    assert.deepEqual(
      await ofAcl((f) =>
        f.grant(rodc(f), f.sid(jorah), WP, { objectType: propertySet.personalInformation }),
      ),
      [],
    )
    assert.deepEqual(await ofAcl((f) => f.grant(rodc(f), f.sid(jorah), CR)), [])
    assert.deepEqual(await ofAcl((f) => own(f, rodc(f), f.sid(1114))), [
      `critical acl-dc-object-control: ${dn}`,
      `critical acl-tier0-object-control: ${dn}`,
      `high acl-dc-owner: ${dn}`,
    ])
  })

  test('acl-key-admins-full-control: anything but sign-in keys for Key Admins', async () => {
    const wide = `critical acl-key-admins-full-control: ${head}`
    // What adprep of early Windows Server 2016 did.
    await adds([wide, ...headIs('critical')], (f) =>
      f.grant(head, f.sid(527), ALL, { flags: aceFlags.containerInherit }),
    )
    await adds([wide], (f) => f.grant(head, f.sid(526), WP))
    await adds([wide], (f) => f.grant(head, f.sid(527), GA, { flags: onlyBelow }))
    await adds([], (f) => {
      f.grant(head, f.sid(526), RP)
      f.grant(head, f.sid(527), WP | RP, {
        objectType: attributeGuid['msDS-KeyCredentialLink'],
        flags: aceFlags.containerInherit,
      })
      f.grant(head, f.sid(527), GA)
      f.grant(head, f.sid(527), ALL, { type: aceType.accessDenied })
    })
  })

  test('acl-null-dacl: none is open to everybody, an empty one to nobody', async () => {
    const list = (f: LabForest, dn: string, dacl: readonly Ace[] | null) =>
      f.changeDescriptor(dn, (before) => ({ ...before, dacl }))
    const withoutList = (f: LabForest, dn: string) =>
      f.changeDescriptor(dn, ({ control, owner, group }) => ({
        control: control & ~descriptorControl.daclPresent,
        owner,
        group,
      }))
    const open = (severity: string, dn: string) => `${severity} acl-null-dacl: ${dn}`
    const physical = `CN=Physical Locations,${configuration}`
    const zone = `DC=meereen,DC=essos.local,CN=MicrosoftDNS,DC=DomainDnsZones,${head}`
    await adds(
      [
        open('high', missandei),
        open('high', physical),
        open('high', zone),
        open('low', users('Spys')),
        open('low', `CN=Program Data,${head}`),
        open('critical', users('Key Admins')),
        `critical acl-tier0-object-control: ${users('Key Admins')}`,
        `high acl-group-membership-write: ${users('Key Admins')}`,
      ],
      (f) => {
        withoutList(f, missandei)
        list(f, physical, null)
        list(f, zone, null)
        list(f, users('Spys'), [])
        list(f, `CN=Program Data,${head}`, [])
        list(f, users('Key Admins'), null)
      },
    )
  })

  test('acl-shadow-credentials-broad: keys of users, computers and managed accounts', async () => {
    const keys = (dn: string) => `high acl-shadow-credentials-broad: ${dn}`
    const key = attributeGuid['msDS-KeyCredentialLink']
    await adds([keys(sqlService), keys(missandei), keys(gmsa)], (f) => {
      khalMay(f, sqlService, WP, key)
      khalMay(f, missandei, GA)
      khalMay(f, gmsa, WP, parseGuid('9b026da6-0d3c-465c-8bee-5199d7165cba'))
    })
    // Set at a container, told there: and nothing of objects that have no such attribute.
    await adds([keys(`OU=Staff,${head}`)], (f) =>
      f.grantBelow(staff(f, 3), f.sid(1114), WP, { objectType: key }),
    )
    await adds([], (f) => {
      f.grantBelow(system, f.sid(1114), WP, { objectType: key })
      f.grant(sqlService, self, WP, { objectType: key })
      f.grant(sqlService, f.sid(526), WP, { objectType: key })
      f.grant(sqlService, accountOperators, GA)
      khalMay(f, sqlService, WRITE_DAC)
      khalMay(f, dothraki, WP, key)
      khalMay(f, gmsa, WP, key)
      f.grant(gmsa, signedIn, WP, { type: aceType.accessDenied })
    })
  })

  test('acl-writespn-privileged: names of privileged users and computers', async () => {
    const names = (dn: string) => `high acl-writespn-privileged: ${dn}`
    const spn = attributeGuid.servicePrincipalName
    const controlled = (dn: string) => `critical acl-tier0-object-control: ${dn}`
    const differs = (dn: string) => `high acl-protected-object-differs: ${dn}`
    await adds(
      [
        names(dany),
        controlled(dany),
        differs(dany),
        names(users('drogon')),
        controlled(users('drogon')),
        differs(users('drogon')),
        `high acl-altsecid-write: ${users('drogon')}`,
        names(caHost),
      ],
      (f) => {
        khalMay(f, dany, WP, spn)
        khalMay(f, users('drogon'), WP, propertySet.publicInformation)
        khalMay(f, caHost, SELF, spn)
      },
    )
    await adds([differs(dany), differs(domainAdmins)], (f) => {
      // A validated write to it is refused on users; groups have no such names.
      khalMay(f, dany, SELF, spn)
      khalMay(f, domainAdmins, WP, spn)
      khalMay(f, jorah, WP, spn)
      f.grant(users('drogon'), self, WP, { objectType: spn })
    })
  })

  test('acl-force-change-password-broad: more than 50 who may reset passwords', async () => {
    const reset = { objectType: extendedRight.userForceChangePassword }
    const wide = (dn: string) => `high acl-force-change-password-broad: ${dn}`
    const clerks = (f: LabForest, size: number, join: (clerk: string, index: number) => void) => {
      const unit = staff(f, size)
      for (let i = 0; i < size; i++) join(`CN=clerk${i},${unit}`, i)
      return unit
    }
    // khal.drogo is in Dothraki, so these are 51, some by member, some by primary group, some nested.
    await adds([wide(jorah)], (f) => {
      f.join(dothraki, targaryen)
      clerks(f, 48, (clerk, index) => {
        if (index < 20) f.set(clerk, { primaryGroupID: 1107 })
        else f.join(index < 30 ? dothraki : targaryen, clerk)
      })
      f.grant(jorah, f.sid(dothraki), CR, reset)
    })
    await adds([], (f) => {
      clerks(f, 60, (clerk, index) => {
        f.join(dothraki, clerk)
        if (index >= 49) f.set(clerk, { userAccountControl: 0x202 })
      })
      f.grant(jorah, f.sid(dothraki), CR, reset)
      khalMay(f, missandei, CR)
    })
    const broad = `high acl-delegation-broad: ${users('').slice(4)}`
    const trust = `critical trust-object-control: ${users('SEVENKINGDOMS$')}`
    await adds([wide(users('').slice(4)), broad, trust], (f) =>
      f.grantBelow(users('').slice(4), signedIn, CR, { ...reset, ...toUsers }),
    )
    // All extended rights are that one too; on a disabled account it is no use.
    await adds(
      [
        wide(jorah),
        `high acl-delegation-broad: ${jorah}`,
        `high acl-delegation-broad: ${missandei}`,
      ],
      (f) => {
        f.grant(jorah, f.sid(513), CR)
        f.set(missandei, { userAccountControl: 0x202 })
        f.grant(missandei, f.sid(513), CR, reset)
        f.grant(sqlService, f.sid(513), CR, reset)
        f.grant(sqlService, signedIn, CR, { ...reset, type: aceType.accessDeniedObject })
      },
    )
  })

  test('acl-group-membership-write: groups that lead to Tier Zero, policies or certificates', async () => {
    const writable = (dn: string) => `high acl-group-membership-write: ${dn}`
    const member = attributeGuid.member
    const reset = extendedRight.userForceChangePassword
    await adds(
      [
        ...[dothraki, targaryen, users('DragonsFriends'), users('Spys')].map(writable),
        `critical acl-tier0-object-control: ${dany}`,
        `high acl-protected-object-differs: ${dany}`,
        writable(users('Linkers')),
        writable(users('Inner')),
        `critical gpo-link-write-domain: ${controllers}`,
      ],
      (f) => {
        const group = (name: string) => f.copy(dothraki, users(name))
        // Resets the password of an administrator; anybody may join.
        f.grant(dany, f.sid(dothraki), CR, { objectType: reset })
        f.grant(dothraki, signedIn, SELF, { objectType: selfMembership })
        // Edits a policy.
        const policy = `CN={C37BFD85-D731-48F0-BC6A-3F662F5BF131},CN=Policies,${system}`
        f.grant(policy, f.sid(targaryen), WP)
        khalMay(f, targaryen, WP, propertySet.membership)
        // Enrols.
        const template = `CN=User,CN=Certificate Templates,${publicKeys}`
        f.grant(template, f.sid(1110), CR, { objectType: extendedRight.certificateEnrollment })
        khalMay(f, users('DragonsFriends'), WP, member)
        // Reads the local password of the authority's host.
        khalMay(f, users('Spys'), GA)
        // Links policies to domain controllers.
        const linkers = group('Linkers')
        f.grant(controllers, f.sid(linkers), WP, { objectType: attributeGuid.gPLink })
        khalMay(f, linkers, WP, member)
        // In a group that does.
        const inner = group('Inner')
        f.join(linkers, inner)
        khalMay(f, inner, WP, member)
      },
    )
    await adds(
      [`critical acl-tier0-object-control: ${dany}`, `high acl-protected-object-differs: ${dany}`],
      (f) => {
        khalMay(f, targaryen, WP, member)
        f.grant(dany, f.sid(dothraki), CR, { objectType: reset })
        // That somebody in particular may join is what the group is for.
        f.grant(dothraki, f.sid(missandei), SELF, { objectType: selfMembership })
        f.grant(dothraki, accountOperators, WP, { objectType: member })
        khalMay(f, dothraki, WP, attributeGuid.description)
      },
    )
  })

  test('acl-account-restrictions-write: of Tier Zero, or of more than 50 accounts', async () => {
    const writes = (dn: string) => `high acl-account-restrictions-write: ${dn}`
    const restrictions = { objectType: propertySet.userAccountRestrictions }
    await adds(
      [
        writes(dany),
        `high acl-protected-object-differs: ${dany}`,
        writes(caHost),
        writes(`OU=Staff,${head}`),
      ],
      (f) => {
        khalMay(f, dany, WP, propertySet.userAccountRestrictions)
        khalMay(f, caHost, WP, attributeGuid.userAccountControl)
        f.grantBelow(staff(f, 51), f.sid(missandei), WP, { ...restrictions, ...toUsers })
      },
    )
    await adds([], (f) => {
      f.grantBelow(staff(f, 50), f.sid(1114), WP, { ...restrictions, ...toUsers })
      f.grant(caHost, accountOperators, WP, restrictions)
      f.grant(caHost, self, WP, restrictions)
    })
  })

  test('acl-altsecid-write: certificate mappings of Tier Zero, where certificates count', async () => {
    const differs = `high acl-protected-object-differs: ${dany}`
    const mapped = attributeGuid.altSecurityIdentities
    await adds([differs, `high acl-altsecid-write: ${dany}`], (f) => khalMay(f, dany, WP, mapped))
    await adds([], (f) => {
      khalMay(f, jorah, WP, mapped)
      f.grant(dany, self, WP, { objectType: mapped })
      f.grant(dany, accountOperators, WP, { objectType: mapped })
    })
    const verdict = async (change: (f: LabForest) => void) => {
      const forest = await LabForest.open()
      khalMay(forest, dany, WP, mapped)
      change(forest)
      return forest.verdicts()
    }
    const isPassed = async (change: (f: LabForest) => void) =>
      (await verdict(change)).passed.includes('acl-altsecid-write')
    assert.ok(await isPassed((f) => f.set(ntAuth, { cACertificate: Uint8Array.of(0) })))
    const hidden = await verdict((f) => f.set(ntAuth, { cACertificate: undefined }))
    assert.match(hidden.notAssessed['acl-altsecid-write'] ?? '', /NTAuth/)
  })

  test('acl-sidhistory-write: the attribute, its set, and what becomes of migration rights', async () => {
    const writes = (severity: string, dn: string) => `${severity} acl-sidhistory-write: ${dn}`
    await adds(
      [
        writes('critical', sqlService),
        writes('critical', dothraki),
        writes('critical', caHost),
        writes('high', missandei),
      ],
      (f) => {
        for (const dn of [sqlService, dothraki, caHost])
          khalMay(f, dn, WP, attributeGuid.sIDHistory)
        khalMay(f, missandei, WP, propertySet.generalInformation)
      },
    )
    await adds(
      [
        writes('critical', users('viserys.targaryen')),
        writes('critical', missandei),
        `high acl-dangerous-extended-rights: ${head}`,
      ],
      (f) => {
        f.grant(head, f.sid(dothraki), CR, { objectType: extendedRight.migrateSidHistory })
        khalMay(f, missandei, WP, propertySet.generalInformation)
      },
    )
    await adds([], (f) => {
      f.grant(missandei, self, WP, { objectType: attributeGuid.sIDHistory })
      f.grant(missandei, accountOperators, WP, { objectType: attributeGuid.sIDHistory })
      khalMay(f, sqlService, WP, attributeGuid.description)
    })
  })

  test('acl-dpapi-backup-keys: anybody but the administrators of the domain', async () => {
    const keys = (name: string) => `CN=${name} Secret,${system}`
    const names = [
      'BCKUPKEY_410e7caa-0a23-45cd-9907-45bea074c13d',
      'BCKUPKEY_P',
      'BCKUPKEY_1fd0eae6-588b-4b3e-bfd4-543c14539f9d',
      'BCKUPKEY_PREFERRED',
    ] as const
    await adds(
      [...names, 'G$BCKUPKEY_1'].map((name) => `critical acl-dpapi-backup-keys: ${keys(name)}`),
      (f) => {
        const g = f.copy(keys(names[1]), keys('G$BCKUPKEY_1'))
        khalMay(f, keys(names[0]), RP, attributeGuid.currentValue)
        f.grant(keys(names[1]), 'S-1-5-32-551', RP)
        own(f, keys(names[2]), f.sid(1114))
        f.grant(keys(names[3]), signedIn, CR)
        f.grant(g, f.sid(526), GW)
      },
    )
    await adds([], (f) => {
      khalMay(f, keys(names[0]), 0x4)
      khalMay(f, keys(names[0]), WP, attributeGuid.description)
      f.grant(keys(names[1]), f.sid(512), GA)
      f.grant(keys(names[1]), f.sid(516), RP)
      khalMay(f, f.copy(keys(names[1]), keys('Other')), GA)
    })
  })

  test('acl-install-replica: the right, or what it takes to do it by hand', async () => {
    const adder = (dn: string) => `critical acl-install-replica: ${dn}`
    const servers = `CN=Servers,CN=Default-First-Site-Name,${sites}`
    const spn = attributeGuid.servicePrincipalName
    await adds([adder(head)], (f) => khalMay(f, head, CR, extendedRight.dsInstallReplica))
    // A group makes servers, one of its members names a computer.
    await adds([adder(servers), adder(`CN=MEEREEN,${servers}`)], (f) => {
      f.grant(servers, f.sid(dothraki), CC, { objectType: classGuid.server })
      f.grant(`CN=MEEREEN,${servers}`, f.sid(dothraki), CC, { objectType: classGuid.nTDSDSA })
      const pc = f.copy(gmsa, `CN=pc,CN=Computers,${head}`, { objectClass: computerClasses })
      khalMay(f, pc, WP, spn)
    })
    await adds([], (f) => {
      f.grant(servers, f.sid(missandei), CC, { objectType: classGuid.server })
      const pc = f.copy(gmsa, `CN=pc,CN=Computers,${head}`, { objectClass: computerClasses })
      khalMay(f, pc, WP, spn)
      khalMay(f, head, CR, extendedRight.dsInstallReplica, { flags: onlyBelow })
      f.grant(head, 'S-1-5-32-549', CR, { objectType: extendedRight.dsInstallReplica })
    })
  })

  test('acl-pso-control: the container and the settings in it', async () => {
    const settings = (f: LabForest) =>
      f.add(`CN=Strict,${passwordSettings}`, ['top', 'msDS-PasswordSettings'], {
        'msDS-PasswordSettingsPrecedence': 10,
        'msDS-MinimumPasswordLength': 20,
      })
    const pso = `high acl-pso-control: CN=Strict,${passwordSettings}`
    const container = `high acl-pso-control: ${passwordSettings}`
    await adds([pso, container], (f) => {
      khalMay(f, settings(f), WP, attributeGuid['msDS-PSOAppliesTo'])
      khalMay(f, passwordSettings, CC, classGuid['msDS-PasswordSettings'])
    })
    await adds([pso, container], (f) => {
      own(f, settings(f), f.sid(1114))
      khalMay(f, passwordSettings, WRITE_OWNER)
    })
    await adds([], (f) => {
      const on = settings(f)
      khalMay(f, on, RP)
      khalMay(f, on, CR)
      khalMay(f, on, WP, attributeGuid.servicePrincipalName)
      f.grant(on, f.sid(519), GA)
      khalMay(f, passwordSettings, CC, classGuid.container)
    })
  })

  test('acl-default-sd-changed: what new objects of a class are born with', async () => {
    const changed = (cn: string) => `high acl-default-sd-changed: CN=${cn},${schema}`
    const add = (f: LabForest, cn: string, ace: string) => {
      const dn = `CN=${cn},${schema}`
      const text = f.text(dn, 'defaultSecurityDescriptor') ?? 'D:(D;;WP;;;AN)'
      f.set(dn, { defaultSecurityDescriptor: text.replace('(', `${ace}(`) })
    }
    const given: Record<string, string> = {
      User: '(A;;GA;;;AU)',
      Group: '(OA;;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;WD)',
      Computer: '(A;;WD;;;DC)',
      'Organizational-Unit': '(A;;CC;;;DU)',
      'Group-Policy-Container': '(A;;SD;;;BU)',
      Container: '(A;CIIO;GA;;;AN)',
      'Domain-DNS': '(OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;S-1-5-21-1-2-3-1104)',
      'ms-DS-Group-Managed-Service-Account': '(A;;WO;;;DG)',
      'Trusted-Domain': '(A;;CR;;;AU)',
      Top: '(A;;WP;;;AU)',
    }
    await adds(Object.keys(given).map(changed), (f) => {
      for (const [cn, ace] of Object.entries(given)) add(f, cn, ace)
    })
    await adds([changed('My-Class')], (f) => {
      f.copy(`CN=User,${schema}`, `CN=My-Class,${schema}`, {
        lDAPDisplayName: 'myClass',
        schemaIDGUID: new Uint8Array(16).fill(7),
        governsID: '1.3.6.1.4.1.99999.1',
        defaultSecurityDescriptor: 'D:(A;;WD;;;AU)(A;;RPLCRC;;;AU)',
      })
      add(f, 'User', '(A;;RPLCLORC;;;AU)(D;;GA;;;AU)(A;;GA;;;DA)(A;;GA;;;SY)(A;;GA;;;CO)')
      add(f, 'Computer', '(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(A;;GA;;;AO)')
    })
    const forest = await LabForest.open()
    forest.set(`CN=User,${schema}`, { defaultSecurityDescriptor: 'D:(A;;rubbish;;;AU)' })
    assert.match(forest.verdicts().notAssessed['acl-default-sd-changed'] ?? '', /user/)
  })

  test('acl-well-known-container-control: containers that the domain hangs on', async () => {
    const controlled = (dn: string) => `high acl-well-known-container-control: ${dn}`
    const policies = `CN=Policies,${system}`
    const dns = `CN=MicrosoftDNS,${system}`
    const remote = `CN=RAS and IAS Servers Access Check,${system}`
    const builtin = `CN=Builtin,${head}`
    const deleted = `CN=Deleted Objects,${head}`
    await adds(
      [
        ...[system, policies, dns, remote, builtin, deleted, controllers, laps].map(controlled),
        `critical dns-server-object-control: ${dns}`,
        `critical gpo-link-write-domain: ${laps}`,
      ],
      (f) => {
        khalMay(f, system, CC)
        own(f, policies, f.sid(1114))
        khalMay(f, dns, WRITE_DAC)
        khalMay(f, remote, WRITE_OWNER)
        khalMay(f, builtin, WP)
        khalMay(f, f.add(deleted, ['top', 'container']), WRITE_DAC)
        // What the controllers will inherit, though the unit itself is out of reach.
        khalMay(f, controllers, GA, undefined, { ...toUsers })
        // It holds the host of the certification authority.
        khalMay(f, laps, WRITE_DAC)
      },
    )
    const outer = `OU=Outer,${head}`
    await adds([controlled(outer)], (f) => {
      f.add(outer, ['top', 'organizationalUnit'], { ou: 'Outer' })
      const inner = f.add(`OU=Inner,${outer}`, ['top', 'organizationalUnit'], { ou: 'Inner' })
      const moved = f.copy(caHost, `CN=CA2,${inner}`, { 'ms-Mcs-AdmPwd': undefined })
      f.set(moved, { nTSecurityDescriptor: f.raw(dc, 'nTSecurityDescriptor') })
      khalMay(f, outer, CC, classGuid.user)
      // Nothing of Tier Zero here.
      const other = f.add(`OU=Other,${head}`, ['top', 'organizationalUnit'], { ou: 'Other' })
      khalMay(f, other, CC, classGuid.user)
      khalMay(f, `CN=Computers,${head}`, CC, classGuid.computer)
      f.grant(policies, f.sid(520), CC, { objectType: classGuid.groupPolicyContainer })
      f.grant(system, accountOperators, GA)
      khalMay(f, system, RP)
    })
  })

  test('acl-dfsr-sysvol-objects: what says where SYSVOL is and who replicates it', async () => {
    const controlled = (dn: string) => `critical acl-dfsr-sysvol-objects: ${dn}`
    const global = `CN=DFSR-GlobalSettings,${system}`
    const volume = `CN=Domain System Volume,${global}`
    const content = `CN=Content,${volume}`
    const topology = `CN=Topology,${volume}`
    const member = `CN=MEEREEN,${topology}`
    const subscriber = `CN=Domain System Volume,CN=DFSR-LocalSettings,${dc}`
    await adds(
      [global, volume, content, `CN=SYSVOL Share,${content}`, topology, member, subscriber].map(
        controlled,
      ),
      (f) => {
        own(f, global, f.sid(1114))
        khalMay(f, volume, WRITE_DAC)
        khalMay(f, content, CC)
        khalMay(f, `CN=SYSVOL Share,${content}`, WP, attributeGuid.description)
        khalMay(f, topology, WRITE_OWNER)
        f.grant(member, signedIn, GW)
        khalMay(f, subscriber, WP, attributeGuid.description)
      },
    )
    await adds([controlled(global)], (f) => f.grantBelow(global, f.sid(1114), WP))
    await adds([], (f) => {
      f.grantBelow(global, f.sid(1114), WP, { objectType: attributeGuid.servicePrincipalName })
      khalMay(f, volume, RP)
      f.grant(subscriber, f.sid(dc), GA)
      f.grant(volume, accountOperators, GA)
      const files = f.add(`CN=DFSR-LocalSettings,${gmsa}`, ['top', 'msDFSR-LocalSettings'])
      khalMay(f, files, GA)
    })
  })

  test('acl-confidential-flag-removed: each attribute that ships with it', async () => {
    const names = [
      'ms-FVE-RecoveryPassword',
      'ms-FVE-KeyPackage',
      'ms-TPM-OwnerInformation',
      'ms-Kds-RootKeyData',
      'ms-PKI-AccountCredentials',
      'ms-PKI-DPAPIMasterKeys',
      'ms-PKI-RoamingTimeStamp',
      'ms-PKI-Credential-Roaming-Tokens',
      'UnixUserPassword',
    ].map((cn) => `CN=${cn},${schema}`)
    await adds(
      names.map((dn) => `high acl-confidential-flag-removed: ${dn}`),
      (f) => {
        for (const [index, dn] of names.entries()) {
          const flags = Number(f.text(dn, 'searchFlags')) & ~0x80
          f.set(dn, { searchFlags: index === 0 ? undefined : flags })
        }
        // Readable by design, and never marked.
        f.set(`CN=ms-Mcs-AdmPwdExpirationTime,${schema}`, { searchFlags: 0 })
        f.set(`CN=ms-FVE-RecoveryGuid,${schema}`, { searchFlags: 0x80 })
      },
    )
    const lapsPassword = `CN=ms-Mcs-AdmPwd,${schema}`
    const lines = await added((f) => f.set(lapsPassword, { searchFlags: 0x308 }))
    assert.ok(lines.includes(`high acl-confidential-flag-removed: ${lapsPassword}`))
  })
})
