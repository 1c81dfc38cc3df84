import type { ForestBuilder } from './builder.ts'
import { addSchema } from './builder-schema.ts'
import { dnsAdminsAce, freshDescriptors } from './default-descriptors.ts'
import type { FriendlyAttributes, TestObject } from './builder-values.ts'
import {
  groupType,
  instanceType,
  pwdProperties,
  samAccountType,
  systemFlags,
  uac,
} from './flags.ts'
import { optionalFeature, wellKnownObject } from './well-known.ts'

/** The configuration and schema of a forest as the first controller makes them. */
export function addForest(f: ForestBuilder): void {
  const configuration = f.object(f.configurationDn, ['top', 'configuration'], {
    instanceType:
      instanceType.namingContextHead | instanceType.writable | instanceType.hasNamingContextAbove,
    wellKnownObjects: [
      wellKnown('ntdsQuotas', `CN=NTDS Quotas,${f.configurationDn}`),
      wellKnown('lostAndFound', `CN=LostAndFoundConfig,${f.configurationDn}`),
    ],
  })
  const descriptors = freshDescriptors.configuration
  describe(f, configuration, descriptors.get(''))
  for (const [path, className, sddl, attributes] of configurationObjects) {
    const object = f.object(`${path},${f.configurationDn}`, classesOf(className), attributes)
    describe(f, object, sddl ?? descriptors.get(path))
  }
  const schema = f.object(f.schemaDn, ['top', 'dMD'], {
    instanceType:
      instanceType.namingContextHead | instanceType.writable | instanceType.hasNamingContextAbove,
    objectVersion: 91,
    fSMORoleOwner: ntdsSettings(f, 'DC1'),
  })
  describe(f, schema, freshDescriptors.schema.get(''))
  f.set(f.partitions, { fSMORoleOwner: ntdsSettings(f, 'DC1'), 'msDS-Behavior-Version': 7 })
  f.set(f.directoryService, {
    tombstoneLifetime: 180,
    sPNMappings: 'host=alerter,cifs,dns,http,rpc,schedule,spooler,time,wins,www',
  })
  f.set(f.at(`CN=Recycle Bin Feature,${optionalFeaturesDn(f)}`), {
    'msDS-OptionalFeatureGUID': optionalFeature.recycleBin,
  })
  for (const [cn, context] of [
    ['Enterprise Configuration', f.configurationDn],
    ['Enterprise Schema', f.schemaDn],
  ]) {
    f.descriptor(
      f.object(`CN=${cn},${f.partitions.dn}`, ['top', 'crossRef'], {
        nCName: context,
        dnsRoot: f.name,
        systemFlags: 1,
      }),
      byEnterprise,
    )
  }
}

/** A domain as its first controller makes it, with that controller, `DC1`. */
export function addDomain(f: ForestBuilder): void {
  const isRoot = f.root === f
  addHead(f)
  f.descriptor(
    f.object(`CN=${f.netbiosName},${f.partitions.dn}`, ['top', 'crossRef'], {
      nCName: f.dn,
      dnsRoot: f.name,
      nETBIOSName: f.netbiosName,
      systemFlags: 3,
      'msDS-Behavior-Version': 7,
    }),
    byEnterprise,
  )
  const descriptors = freshDescriptors.domain
  for (const [path, className, sddl, attributes] of domainObjects) {
    const object = f.object(`${path},${f.dn}`, classesOf(className), attributes)
    describe(f, object, sddl ?? descriptors.get(path))
  }
  addPolicies(f)
  addAccounts(f, isRoot)
  addDns(f, isRoot)
  if (isRoot) addSchema(f)
  f.controller(isRoot ? 'DC1' : `${f.netbiosName}-DC1`, { objectSid: `${f.sid}-1000` })
  const owner = ntdsSettings(f, isRoot ? 'DC1' : `${f.netbiosName}-DC1`)
  for (const path of ['', 'CN=RID Manager$,CN=System', 'CN=Infrastructure'])
    f.set(f.at(path === '' ? f.dn : path), { fSMORoleOwner: owner })
}

function addHead(f: ForestBuilder): void {
  const head = f.object(f.dn, ['top', 'domain', 'domainDNS'], {
    objectSid: f.sid,
    instanceType: instanceType.namingContextHead | instanceType.writable,
    isCriticalSystemObject: true,
    systemFlags:
      systemFlags.disallowDelete |
      systemFlags.domainDisallowMove |
      systemFlags.domainDisallowRename,
    'msDS-Behavior-Version': 7,
    'ms-DS-MachineAccountQuota': 0,
    minPwdLength: 14,
    pwdHistoryLength: 24,
    pwdProperties: pwdProperties.complex,
    maxPwdAge: 180 * dayMs,
    minPwdAge: dayMs,
    lockoutThreshold: 10,
    lockoutDuration: 900_000,
    lockOutObservationWindow: 900_000,
    'msDS-ExpirePasswordsOnSmartCardOnlyAccounts': true,
    gPLink: `[LDAP://CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=Policies,CN=System,${f.dn};0]`,
    wellKnownObjects: [
      wellKnown('ntdsQuotas', `CN=NTDS Quotas,${f.dn}`),
      wellKnown('microsoftProgramData', `CN=Microsoft,CN=Program Data,${f.dn}`),
      wellKnown('programData', `CN=Program Data,${f.dn}`),
      wellKnown('foreignSecurityPrincipals', `CN=ForeignSecurityPrincipals,${f.dn}`),
      wellKnown('deletedObjects', `CN=Deleted Objects,${f.dn}`),
      wellKnown('infrastructure', `CN=Infrastructure,${f.dn}`),
      wellKnown('lostAndFound', `CN=LostAndFound,${f.dn}`),
      wellKnown('system', `CN=System,${f.dn}`),
      wellKnown('domainControllers', `OU=Domain Controllers,${f.dn}`),
      wellKnown('computers', `CN=Computers,${f.dn}`),
      wellKnown('users', `CN=Users,${f.dn}`),
    ],
    otherWellKnownObjects: [
      wellKnown('keys', `CN=Keys,${f.dn}`),
      wellKnown('managedServiceAccounts', `CN=Managed Service Accounts,${f.dn}`),
    ],
  })
  describe(f, head, freshDescriptors.domain.get(''))
}

function addPolicies(f: ForestBuilder): void {
  const defaults = [
    ['31B2F340-016D-11D2-945F-00C04FB984F9', 'Default Domain Policy'],
    ['6AC1786C-016F-11D2-945F-00C04fB984F9', 'Default Domain Controllers Policy'],
  ] as const
  for (const [id, displayName] of defaults) {
    const gpo = f.object(
      `CN={${id}},CN=Policies,CN=System,${f.dn}`,
      ['top', 'container', 'groupPolicyContainer'],
      {
        displayName,
        flags: 0,
        versionNumber: 3,
        gPCFunctionalityVersion: 2,
        gPCFileSysPath: `\\\\${f.name}\\sysvol\\${f.name}\\Policies\\{${id}}`,
        isCriticalSystemObject: true,
      },
    )
    f.descriptor(gpo, defaultPolicySddl)
    for (const child of ['User', 'Machine']) {
      f.descriptor(
        f.object(`CN=${child},${gpo.dn}`, ['top', 'container']),
        `${byAdminsMore}(A;;RPLCLORC;;;ED)`,
      )
    }
  }
  f.set(f.at('OU=Domain Controllers'), {
    gPLink: `[LDAP://CN={6AC1786C-016F-11D2-945F-00C04fB984F9},CN=Policies,CN=System,${f.dn};0]`,
  })
}

function addAccounts(f: ForestBuilder, isRoot: boolean): void {
  const system = {
    isCriticalSystemObject: true,
    userPrincipalName: undefined,
    lastLogon: undefined,
    lastLogonTimestamp: undefined,
    logonCount: 0,
  }
  f.user('Administrator', {
    ...system,
    objectSid: `${f.sid}-500`,
    description: 'Built-in account for administering the computer/domain',
    userAccountControl: uac.normalAccount | uac.notDelegated,
    pwdLastSet: f.daysAgo(60),
    lastLogon: f.daysAgo(59),
    lastLogonTimestamp: f.daysAgo(60),
    logonCount: 5,
  })
  f.user('Guest', {
    ...system,
    objectSid: `${f.sid}-501`,
    description: 'Built-in account for guest access to the computer/domain',
    userAccountControl:
      uac.normalAccount | uac.disabled | uac.passwordNotRequired | uac.passwordNeverExpires,
    primaryGroupID: 514,
    pwdLastSet: 0,
  })
  f.user('krbtgt', {
    ...system,
    objectSid: `${f.sid}-502`,
    description: 'Key Distribution Center Service Account',
    userAccountControl: uac.normalAccount | uac.disabled,
    servicePrincipalName: 'kadmin/changepw',
    pwdLastSet: f.daysAgo(90),
    'msDS-SupportedEncryptionTypes': 0,
  })
  f.user('DefaultAccount', {
    ...system,
    objectSid: `${f.sid}-503`,
    description: 'A user account managed by the system.',
    userAccountControl:
      uac.normalAccount | uac.disabled | uac.passwordNotRequired | uac.passwordNeverExpires,
    pwdLastSet: 0,
  })
  for (const [rid, name, scope] of domainGroups) {
    if (!isRoot && forestGroups.has(rid)) continue
    f.group(name, {
      scope,
      objectSid: `${f.sid}-${rid}`,
      isCriticalSystemObject: rid < 1000 ? true : undefined,
    })
  }
  for (const [rid, name] of builtinGroups) {
    f.group(name, {
      in: f.builtin,
      objectSid: `S-1-5-32-${rid}`,
      groupType: groupType.builtinLocal + groupType.resource + groupType.securityEnabled,
      sAMAccountType: samAccountType.aliasObject,
      systemFlags:
        systemFlags.disallowDelete |
        systemFlags.domainDisallowMove |
        systemFlags.domainDisallowRename,
      isCriticalSystemObject: true,
    })
  }
  const administrators = 'S-1-5-32-544'
  for (const account of [f.guest, f.rid(503)]) f.owner(account, administrators, administrators)
  for (const [rid] of builtinGroups)
    if (!protectedAliases.has(rid) && !promotionAliases.has(rid))
      f.owner(f.alias(rid), administrators, administrators)
  f.owner(f.dnsAdmins, 'S-1-5-18', 'S-1-5-18')
  f.owner(f.rid(1102), 'S-1-5-18', administrators)
  for (const sid of ['S-1-5-4', 'S-1-5-9', 'S-1-5-11', 'S-1-5-17']) f.foreignPrincipal(sid)
  if (isRoot) {
    f.addTo(f.schemaAdmins, f.administrator)
    f.addTo(f.enterpriseAdmins, f.administrator)
  }
  f.addTo(f.domainAdmins, f.administrator)
  f.addTo(f.groupPolicyCreators, f.administrator)
  for (const member of [f.administrator, f.domainAdmins, f.enterpriseAdmins])
    f.addTo(f.administrators, member)
  for (const member of [f.domainUsers, 'S-1-5-11', 'S-1-5-4'] as const)
    f.addTo(f.alias(545), member)
  for (const member of [f.guest, f.domainGuests]) f.addTo(f.alias(546), member)
  f.addTo(f.alias(568), 'S-1-5-17')
  f.addTo(f.alias(581), f.rid(503))
  f.addTo(f.alias(554), 'S-1-5-11')
  f.addTo(f.alias(560), 'S-1-5-9')
  const denied = [
    f.readOnlyControllers,
    f.groupPolicyCreators,
    f.domainAdmins,
    f.certPublishers,
    f.domainControllers,
    f.krbtgt,
  ]
  for (const member of isRoot ? [...denied, f.enterpriseAdmins, f.schemaAdmins] : denied)
    f.addTo(f.deniedRodcReplication, member)
  describe(
    f,
    f.at('CN=MicrosoftDNS,CN=System'),
    `${freshDescriptors.domain.get('CN=MicrosoftDNS,CN=System')}${dnsAdminsAce(f.dnsAdmins.sid)}`,
  )
}

function addDns(f: ForestBuilder, isRoot: boolean): void {
  const partitions = isRoot ? ['DomainDnsZones', 'ForestDnsZones'] : ['DomainDnsZones']
  for (const label of partitions) {
    const dn = `DC=${label},${f.dn}`
    const head = f.object(dn, ['top', 'domain', 'domainDNS'], {
      instanceType:
        instanceType.namingContextHead | instanceType.writable | instanceType.hasNamingContextAbove,
    })
    const descriptors =
      label === 'DomainDnsZones' ? freshDescriptors.domainDnsZones : freshDescriptors.forestDnsZones
    describe(f, head, descriptors.get(''))
    const fSMORoleOwner = ntdsSettings(f, isRoot ? 'DC1' : `${f.netbiosName}-DC1`)
    describe(
      f,
      f.object(`CN=Infrastructure,${dn}`, ['top', 'infrastructureUpdate'], { fSMORoleOwner }),
      byAdmins,
    )
    describe(f, f.object(`CN=LostAndFound,${dn}`, ['top', 'lostAndFound']), byAdminsMore)
    f.object(`CN=NTDS Quotas,${dn}`, ['top', 'msDS-QuotaContainer'])
    const dns = f.object(`CN=MicrosoftDNS,${dn}`, ['top', 'container'])
    describe(
      f,
      dns,
      `${descriptors.get('CN=MicrosoftDNS')}${label === 'DomainDnsZones' ? dnsAdminsAce(f.dnsAdmins.sid) : ''}`,
    )
    const crossRef = f.object(`CN=${f.freshGuid()},${f.partitions.dn}`, ['top', 'crossRef'], {
      nCName: dn,
      dnsRoot: `${label}.${f.name}`,
      systemFlags: 5,
    })
    f.owner(crossRef, 'S-1-5-18')
  }
  const zone = f.dnsZone(f.name)
  f.dnsNode(zone, '@', { a: '10.0.0.10' })
  f.descriptor(
    f.dnsZone('RootDNSServers'),
    `O:SYG:BAD:(A;;GA;;;DA)(A;;RPLCLORC;;;WD)${system}(A;CI;RPWPCRCCDCLCRCWOWDSDDTSW;;;ED)`,
  )
  if (isRoot) f.dnsNode(f.dnsZone(`_msdcs.${f.name}`, { in: 'forest' }), '@', { a: '10.0.0.10' })
}

/** Writes the explicit part of a descriptor; without one the default of the class stays. */
function describe(f: ForestBuilder, object: TestObject, sddl: string | undefined): void {
  if (sddl !== undefined) f.descriptor(object, sddl)
}

const dayMs = 86_400_000

type Objects = readonly (readonly [
  path: string,
  className: string,
  sddl?: string | undefined,
  attributes?: FriendlyAttributes,
])[]

/** Explicit parts of descriptors that Windows writes, where {@link freshDescriptors} has none for the object. */
const read = '(A;;RPLCLORC;;;AU)'
const system = '(A;;GA;;;SY)'
const most = 'RPWPCRCCLCLORCWOWDSW'
const more = 'RPWPCRCCDCLCLORCWOWDSW'
const byEnterprise = `O:EAG:EAD:${read}(A;;${most};;;EA)${system}`
const byEnterpriseMore = `O:EAG:EAD:${read}(A;;${more};;;EA)${system}`
const byAdmins = `O:DAG:DAD:${read}(A;;${most};;;DA)${system}`
const byAdminsMore = `O:DAG:DAD:${read}(A;;${more};;;DA)${system}`
const bySystem = `O:SYG:BAD:(A;;GA;;;DA)${read}${system}`

const optionalFeatures = 'CN=Optional Features,CN=Directory Service,CN=Windows NT,CN=Services'

const configurationObjects: Objects = [
  ['CN=Sites', 'sitesContainer'],
  ['CN=Default-First-Site-Name,CN=Sites', 'site'],
  [
    'CN=NTDS Site Settings,CN=Default-First-Site-Name,CN=Sites',
    'nTDSSiteSettings',
    `O:EAG:EAD:${read}(A;;RPWPCRCCLCLORCWOWDSDDTSW;;;EA)${system}`,
  ],
  ['CN=Servers,CN=Default-First-Site-Name,CN=Sites', 'serversContainer'],
  ['CN=Subnets,CN=Sites', 'subnetContainer'],
  ['CN=Inter-Site Transports,CN=Sites', 'interSiteTransportContainer'],
  ['CN=IP,CN=Inter-Site Transports,CN=Sites', 'interSiteTransport', byEnterprise],
  ['CN=DEFAULTIPSITELINK,CN=IP,CN=Inter-Site Transports,CN=Sites', 'siteLink', byEnterprise],
  ['CN=LostAndFoundConfig', 'lostAndFound'],
  ['CN=NTDS Quotas', 'msDS-QuotaContainer'],
  ['CN=Partitions', 'crossRefContainer'],
  ['CN=Extended-Rights', 'container'],
  ['CN=Services', 'container'],
  ['CN=Windows NT,CN=Services', 'container'],
  ['CN=Directory Service,CN=Windows NT,CN=Services', 'nTDSService'],
  ['CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services', 'container', byEnterprise],
  [
    'CN=Default Query Policy,CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services',
    'queryPolicy',
    byEnterpriseMore,
  ],
  [optionalFeatures, 'container', byEnterprise],
  [`CN=Recycle Bin Feature,${optionalFeatures}`, 'msDS-OptionalFeature', byEnterprise],
  ['CN=Public Key Services,CN=Services', 'container'],
  ['CN=Certificate Templates,CN=Public Key Services,CN=Services', 'container'],
  ['CN=Enrollment Services,CN=Public Key Services,CN=Services', 'container'],
  ['CN=Certification Authorities,CN=Public Key Services,CN=Services', 'container'],
  ['CN=AIA,CN=Public Key Services,CN=Services', 'container'],
  ['CN=CDP,CN=Public Key Services,CN=Services', 'container'],
  ['CN=KRA,CN=Public Key Services,CN=Services', 'container'],
  ['CN=OID,CN=Public Key Services,CN=Services', 'container'],
  ['CN=Group Key Distribution Service,CN=Services', 'container'],
  ['CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services', 'container'],
  ['CN=AuthN Policy Configuration,CN=Services', 'container', byEnterprise],
  ['CN=AuthN Policies,CN=AuthN Policy Configuration,CN=Services', 'msDS-AuthNPolicies'],
  ['CN=AuthN Silos,CN=AuthN Policy Configuration,CN=Services', 'msDS-AuthNPolicySilos'],
  ['CN=Shadow Principal Configuration,CN=Services', 'msDS-ShadowPrincipalContainer'],
]

const critical = {
  isCriticalSystemObject: true,
  systemFlags:
    systemFlags.disallowDelete | systemFlags.domainDisallowMove | systemFlags.domainDisallowRename,
}

const wmiSddl =
  'O:DAG:DAD:P(A;;RPWPCCLCLORCSW;;;BA)(A;;RPWPCCLCLORCSW;;;PA)(A;CI;RPLCLORC;;;AU)(A;CI;RPLCLORC;;;SY)' +
  '(A;CI;GA;;;EA)(A;CI;GA;;;DA)(A;CIIO;GA;;;CO)'

const domainObjects: Objects = [
  ['CN=Users', 'container', undefined, critical],
  ['CN=Computers', 'container', undefined, critical],
  ['OU=Domain Controllers', 'organizationalUnit', undefined, critical],
  ['CN=System', 'container', undefined, critical],
  ['CN=LostAndFound', 'lostAndFound', undefined, critical],
  ['CN=Infrastructure', 'infrastructureUpdate', undefined, critical],
  ['CN=ForeignSecurityPrincipals', 'container', undefined, critical],
  ['CN=Program Data', 'container'],
  ['CN=Microsoft,CN=Program Data', 'container'],
  ['CN=NTDS Quotas', 'msDS-QuotaContainer', undefined, critical],
  ['CN=Managed Service Accounts', 'container'],
  ['CN=Keys', 'container'],
  ['CN=TPM Devices', 'msTPM-InformationObjectsContainer'],
  ['CN=Builtin', 'builtinDomain', undefined, { ...critical, objectSid: 'S-1-5-32' }],
  ['CN=WinsockServices,CN=System', 'container', byAdminsMore, critical],
  ['CN=RpcServices,CN=System', 'rpcContainer', byAdminsMore, critical],
  ['CN=Default Domain Policy,CN=System', 'domainPolicy', undefined, critical],
  ['CN=Policies,CN=System', 'container', undefined, critical],
  ['CN=RAS and IAS Servers Access Check,CN=System', 'container', undefined, critical],
  ['CN=AdminSDHolder,CN=System', 'container', undefined, critical],
  [
    'CN=IP Security,CN=System',
    'container',
    `O:DAG:DAD:(A;CI;RPLCLORC;;;DC)(A;CI;RPLCLORC;;;PA)(A;CI;${more};;;DA)(A;CI;GA;;;SY)(A;CI;RPLCLORC;;;NS)(A;CI;RPLCLORC;;;RO)`,
    critical,
  ],
  ['CN=WMIPolicy,CN=System', 'container'],
  ['CN=SOM,CN=WMIPolicy,CN=System', 'container', wmiSddl],
  [
    'CN=Password Settings Container,CN=System',
    'msDS-PasswordSettingsContainer',
    undefined,
    critical,
  ],
  ['CN=PSPs,CN=System', 'msImaging-PSPs'],
  [
    'CN=Server,CN=System',
    'samServer',
    'O:BAG:BAD:(OA;;CR;91d67418-0135-4acc-8d79-c08e857cfbec;;RU)(OA;;CR;91d67418-0135-4acc-8d79-c08e857cfbec;;AU)' +
      `(A;;GA;;;DA)(A;;RPLCLORC;;;RU)${read}${system}`,
    critical,
  ],
  ['CN=RID Manager$,CN=System', 'rIDManager', undefined, critical],
  ['CN=MicrosoftDNS,CN=System', 'container'],
  ['CN=DFSR-GlobalSettings,CN=System', 'msDFSR-GlobalSettings'],
  ['CN=Domain System Volume,CN=DFSR-GlobalSettings,CN=System', 'msDFSR-ReplicationGroup', bySystem],
  [
    'CN=Content,CN=Domain System Volume,CN=DFSR-GlobalSettings,CN=System',
    'msDFSR-Content',
    bySystem,
  ],
  [
    'CN=SYSVOL Share,CN=Content,CN=Domain System Volume,CN=DFSR-GlobalSettings,CN=System',
    'msDFSR-ContentSet',
    bySystem,
  ],
  [
    'CN=Topology,CN=Domain System Volume,CN=DFSR-GlobalSettings,CN=System',
    'msDFSR-Topology',
    bySystem,
  ],
  ['CN=BCKUPKEY_P Secret,CN=System', 'secret'],
  ['CN=BCKUPKEY_PREFERRED Secret,CN=System', 'secret'],
]

/** As the group policy tools write it; Domain Admins are in it twice. */
const defaultPolicySddl =
  'O:DAG:DAD:P' +
  [
    '(A;;RPWPCCLCLORCWOWDSW;;;DA)(A;;RPWPCCLCLORCWOWDSW;;;DA)(A;CIIO;RPWPCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCCLCLORCWOWDSW;;;EA)',
    '(A;CIIO;RPWPCCDCLCLORCWOWDSDDTSW;;;EA)(A;CIIO;RPWPCCDCLCLORCWOWDSDDTSW;;;CO)(A;CI;RPWPCCDCLCLORCWOWDSDDTSW;;;SY)(A;CI;RPLCLORC;;;AU)',
    '(OA;CI;CR;edacfd8f-ffb3-11d1-b41d-00a0c968f939;;AU)(A;CI;RPLCLORC;;;ED)',
  ].join('')

const superclasses: Readonly<Record<string, readonly string[]>> = {
  samServer: ['securityObject'],
  secret: ['leaf'],
  domainPolicy: ['leaf'],
  nTDSSiteSettings: ['applicationSiteSettings'],
}

function classesOf(structural: string): readonly string[] {
  return ['top', ...(superclasses[structural] ?? []), structural]
}

const domainGroups: readonly (readonly [
  rid: number,
  name: string,
  scope: 'global' | 'universal' | 'domainLocal',
])[] = [
  [512, 'Domain Admins', 'global'],
  [513, 'Domain Users', 'global'],
  [514, 'Domain Guests', 'global'],
  [515, 'Domain Computers', 'global'],
  [516, 'Domain Controllers', 'global'],
  [517, 'Cert Publishers', 'domainLocal'],
  [518, 'Schema Admins', 'universal'],
  [519, 'Enterprise Admins', 'universal'],
  [520, 'Group Policy Creator Owners', 'global'],
  [553, 'RAS and IAS Servers', 'domainLocal'],
  [571, 'Allowed RODC Password Replication Group', 'domainLocal'],
  [572, 'Denied RODC Password Replication Group', 'domainLocal'],
  [521, 'Read-only Domain Controllers', 'global'],
  [498, 'Enterprise Read-only Domain Controllers', 'universal'],
  [522, 'Cloneable Domain Controllers', 'global'],
  [525, 'Protected Users', 'global'],
  [526, 'Key Admins', 'global'],
  [527, 'Enterprise Key Admins', 'universal'],
  [1101, 'DnsAdmins', 'domainLocal'],
  [1102, 'DnsUpdateProxy', 'global'],
]

/** Aliases that SDProp keeps. */
const protectedAliases = new Set([544, 548, 549, 550, 551, 552])

/** Aliases made at promotion, which Domain Admins own. */
const promotionAliases = new Set([554, 557, 560, 561])

/** Groups that only the root domain has. */
const forestGroups = new Set([498, 518, 519, 527])

const builtinGroups: readonly (readonly [rid: number, name: string])[] = [
  [544, 'Administrators'],
  [545, 'Users'],
  [546, 'Guests'],
  [548, 'Account Operators'],
  [549, 'Server Operators'],
  [550, 'Print Operators'],
  [551, 'Backup Operators'],
  [552, 'Replicator'],
  [554, 'Pre-Windows 2000 Compatible Access'],
  [555, 'Remote Desktop Users'],
  [556, 'Network Configuration Operators'],
  [557, 'Incoming Forest Trust Builders'],
  [558, 'Performance Monitor Users'],
  [559, 'Performance Log Users'],
  [560, 'Windows Authorization Access Group'],
  [561, 'Terminal Server License Servers'],
  [562, 'Distributed COM Users'],
  [568, 'IIS_IUSRS'],
  [569, 'Cryptographic Operators'],
  [573, 'Event Log Readers'],
  [574, 'Certificate Service DCOM Access'],
  [575, 'RDS Remote Access Servers'],
  [576, 'RDS Endpoint Servers'],
  [577, 'RDS Management Servers'],
  [578, 'Hyper-V Administrators'],
  [579, 'Access Control Assistance Operators'],
  [580, 'Remote Management Users'],
  [581, 'System Managed Accounts Group'],
  [582, 'Storage Replica Administrators'],
]

function wellKnown(key: keyof typeof wellKnownObject, dn: string): string {
  return `B:32:${wellKnownObject[key]}:${dn}`
}

function ntdsSettings(f: ForestBuilder, controller: string): string {
  return `CN=NTDS Settings,CN=${controller},CN=Servers,${f.defaultSiteDn}`
}

function optionalFeaturesDn(f: ForestBuilder): string {
  return `${optionalFeatures},${f.configurationDn}`
}
