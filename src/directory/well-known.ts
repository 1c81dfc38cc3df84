import { type Sid, domainOfSid, isDomainSid, ridOfSid } from './sid.ts'

type Named<V> = Readonly<Record<string, readonly [value: V, windowsName: string]>>

const wellKnown = {
  nobody: ['S-1-0-0', 'Null SID'],
  everyone: ['S-1-1-0', 'Everyone'],
  local: ['S-1-2-0', 'Local'],
  consoleLogon: ['S-1-2-1', 'Console Logon'],
  creatorOwner: ['S-1-3-0', 'Creator Owner'],
  creatorGroup: ['S-1-3-1', 'Creator Group'],
  creatorOwnerServer: ['S-1-3-2', 'Creator Owner Server'],
  creatorGroupServer: ['S-1-3-3', 'Creator Group Server'],
  ownerRights: ['S-1-3-4', 'Owner Rights'],
  dialup: ['S-1-5-1', 'Dialup'],
  network: ['S-1-5-2', 'Network'],
  batch: ['S-1-5-3', 'Batch'],
  interactive: ['S-1-5-4', 'Interactive'],
  service: ['S-1-5-6', 'Service'],
  anonymous: ['S-1-5-7', 'Anonymous Logon'],
  proxy: ['S-1-5-8', 'Proxy'],
  enterpriseDomainControllers: ['S-1-5-9', 'Enterprise Domain Controllers'],
  self: ['S-1-5-10', 'Self'],
  authenticatedUsers: ['S-1-5-11', 'Authenticated Users'],
  restricted: ['S-1-5-12', 'Restricted'],
  terminalServerUser: ['S-1-5-13', 'Terminal Server User'],
  remoteInteractiveLogon: ['S-1-5-14', 'Remote Interactive Logon'],
  thisOrganization: ['S-1-5-15', 'This Organization'],
  iusr: ['S-1-5-17', 'IUSR'],
  system: ['S-1-5-18', 'System'],
  localService: ['S-1-5-19', 'Local Service'],
  networkService: ['S-1-5-20', 'Network Service'],
  compoundedAuthentication: ['S-1-5-21-0-0-0-496', 'Compounded Authentication'],
  claimsValid: ['S-1-5-21-0-0-0-497', 'Claims Valid'],
  builtin: ['S-1-5-32', 'BUILTIN'],
  writeRestrictedCode: ['S-1-5-33', 'Write Restricted Code'],
  ntlmAuthentication: ['S-1-5-64-10', 'NTLM Authentication'],
  schannelAuthentication: ['S-1-5-64-14', 'SChannel Authentication'],
  digestAuthentication: ['S-1-5-64-21', 'Digest Authentication'],
  thisOrganizationCertificate: ['S-1-5-65-1', 'This Organization Certificate'],
  allServices: ['S-1-5-80-0', 'All Services'],
  localAccount: ['S-1-5-113', 'Local Account'],
  localAdministratorAccount: ['S-1-5-114', 'Local Account and Member of Administrators Group'],
  otherOrganization: ['S-1-5-1000', 'Other Organization'],
  userModeDrivers: ['S-1-5-84-0-0-0-0-0', 'User Mode Drivers'],
  allAppPackages: ['S-1-15-2-1', 'All Application Packages'],
  allRestrictedAppPackages: ['S-1-15-2-2', 'All Restricted Application Packages'],
  untrustedLevel: ['S-1-16-0', 'Untrusted Mandatory Level'],
  lowLevel: ['S-1-16-4096', 'Low Mandatory Level'],
  mediumLevel: ['S-1-16-8192', 'Medium Mandatory Level'],
  mediumPlusLevel: ['S-1-16-8448', 'Medium Plus Mandatory Level'],
  highLevel: ['S-1-16-12288', 'High Mandatory Level'],
  systemLevel: ['S-1-16-16384', 'System Mandatory Level'],
  protectedProcessLevel: ['S-1-16-20480', 'Protected Process Mandatory Level'],
  authenticationAuthorityAssertedIdentity: [
    'S-1-18-1',
    'Authentication Authority Asserted Identity',
  ],
  serviceAssertedIdentity: ['S-1-18-2', 'Service Asserted Identity'],
  freshPublicKeyIdentity: ['S-1-18-3', 'Fresh Public Key Identity'],
  keyTrust: ['S-1-18-4', 'Key Trust'],
  mfaKeyProperty: ['S-1-18-5', 'MFA Key Property'],
  attestedKeyProperty: ['S-1-18-6', 'Attested Key Property'],
} as const satisfies Named<Sid>

const builtins = {
  administrators: ['S-1-5-32-544', 'Administrators'],
  users: ['S-1-5-32-545', 'Users'],
  guests: ['S-1-5-32-546', 'Guests'],
  powerUsers: ['S-1-5-32-547', 'Power Users'],
  accountOperators: ['S-1-5-32-548', 'Account Operators'],
  serverOperators: ['S-1-5-32-549', 'Server Operators'],
  printOperators: ['S-1-5-32-550', 'Print Operators'],
  backupOperators: ['S-1-5-32-551', 'Backup Operators'],
  replicator: ['S-1-5-32-552', 'Replicator'],
  preWindows2000CompatibleAccess: ['S-1-5-32-554', 'Pre-Windows 2000 Compatible Access'],
  remoteDesktopUsers: ['S-1-5-32-555', 'Remote Desktop Users'],
  networkConfigurationOperators: ['S-1-5-32-556', 'Network Configuration Operators'],
  incomingForestTrustBuilders: ['S-1-5-32-557', 'Incoming Forest Trust Builders'],
  performanceMonitorUsers: ['S-1-5-32-558', 'Performance Monitor Users'],
  performanceLogUsers: ['S-1-5-32-559', 'Performance Log Users'],
  windowsAuthorizationAccess: ['S-1-5-32-560', 'Windows Authorization Access Group'],
  terminalServerLicenseServers: ['S-1-5-32-561', 'Terminal Server License Servers'],
  distributedComUsers: ['S-1-5-32-562', 'Distributed COM Users'],
  iisIusrs: ['S-1-5-32-568', 'IIS_IUSRS'],
  cryptographicOperators: ['S-1-5-32-569', 'Cryptographic Operators'],
  eventLogReaders: ['S-1-5-32-573', 'Event Log Readers'],
  certificateServiceDcomAccess: ['S-1-5-32-574', 'Certificate Service DCOM Access'],
  rdsRemoteAccessServers: ['S-1-5-32-575', 'RDS Remote Access Servers'],
  rdsEndpointServers: ['S-1-5-32-576', 'RDS Endpoint Servers'],
  rdsManagementServers: ['S-1-5-32-577', 'RDS Management Servers'],
  hyperVAdministrators: ['S-1-5-32-578', 'Hyper-V Administrators'],
  accessControlAssistanceOperators: ['S-1-5-32-579', 'Access Control Assistance Operators'],
  remoteManagementUsers: ['S-1-5-32-580', 'Remote Management Users'],
  systemManagedAccounts: ['S-1-5-32-581', 'System Managed Accounts Group'],
  storageReplicaAdministrators: ['S-1-5-32-582', 'Storage Replica Administrators'],
  deviceOwners: ['S-1-5-32-583', 'Device Owners'],
  userModeHardwareOperators: ['S-1-5-32-584', 'User Mode Hardware Operators'],
  opensshUsers: ['S-1-5-32-585', 'OpenSSH Users'],
} as const satisfies Named<Sid>

const rids = {
  enterpriseReadOnlyControllers: [498, 'Enterprise Read-only Domain Controllers'],
  administrator: [500, 'Administrator'],
  guest: [501, 'Guest'],
  krbtgt: [502, 'krbtgt'],
  defaultAccount: [503, 'DefaultAccount'],
  wdagUtilityAccount: [504, 'WDAGUtilityAccount'],
  domainAdmins: [512, 'Domain Admins'],
  domainUsers: [513, 'Domain Users'],
  domainGuests: [514, 'Domain Guests'],
  domainComputers: [515, 'Domain Computers'],
  controllers: [516, 'Domain Controllers'],
  certPublishers: [517, 'Cert Publishers'],
  /** In the forest root only. */
  schemaAdmins: [518, 'Schema Admins'],
  /** In the forest root only. */
  enterpriseAdmins: [519, 'Enterprise Admins'],
  groupPolicyCreatorOwners: [520, 'Group Policy Creator Owners'],
  readOnlyControllers: [521, 'Read-only Domain Controllers'],
  cloneableControllers: [522, 'Cloneable Domain Controllers'],
  protectedUsers: [525, 'Protected Users'],
  keyAdmins: [526, 'Key Admins'],
  /** In the forest root only. */
  enterpriseKeyAdmins: [527, 'Enterprise Key Admins'],
  forestTrustAccounts: [528, 'Forest Trust Accounts'],
  externalTrustAccounts: [529, 'External Trust Accounts'],
  rasAndIasServers: [553, 'RAS and IAS Servers'],
  allowedRodcPasswordReplication: [571, 'Allowed RODC Password Replication Group'],
  deniedRodcPasswordReplication: [572, 'Denied RODC Password Replication Group'],
} as const satisfies Named<number>

/** SIDs that mean the same in every domain (MS-DTYP 2.4.2.4). */
export const wellKnownSid = values(wellKnown)

/** SIDs of the aliases of BUILTIN, a separate set in each domain (MS-DTYP 2.4.2.4). */
export const builtinSid = values(builtins)

/** Relative identifiers of accounts and groups that each domain, or the forest root, has (MS-DTYP 2.4.2.4). */
export const rid = values(rids)

/** The first relative identifier that a domain gives to an object of its own. */
export const firstOrdinaryRid = 1000

/**
 * Containers by the GUID under which `wellKnownObjects` and `otherWellKnownObjects` list them, as
 * 32 upper-case hex digits like the attribute has them (MS-ADTS 6.1.1.4).
 */
export const wellKnownObject = {
  users: 'A9D1CA15768811D1ADED00C04FD8D5CD',
  computers: 'AA312825768811D1ADED00C04FD8D5CD',
  system: 'AB1D30F3768811D1ADED00C04FD8D5CD',
  domainControllers: 'A361B2FFFFD211D1AA4B00C04FD7D83A',
  infrastructure: '2FBAC1870ADE11D297C400C04FD8D5CD',
  deletedObjects: '18E2EA80684F11D2B9AA00C04F79F805',
  lostAndFound: 'AB8153B7768811D1ADED00C04FD8D5CD',
  foreignSecurityPrincipals: '22B70C67D56E4EFB91E9300FCA3DC1AA',
  programData: '09460C08AE1E4A4EA0F64AEE7DAA1E5A',
  microsoftProgramData: 'F4BE92A4C777485E878E9421D53087DB',
  ntdsQuotas: '6227F0AF1FC2410D8E3BB10615BB5B0F',
  managedServiceAccounts: '1EB93889E40C45DF9F0C64D23BBB6237',
  keys: '683A24E2E8164BD3AF86AC3C2CF3F981',
} as const

/** GUIDs of the two Group Policy objects that each domain is born with (MS-GPOL). */
export const wellKnownGpo = {
  defaultDomainPolicy: '31b2f340-016d-11d2-945f-00c04fb984f9',
  defaultDomainControllersPolicy: '6ac1786c-016f-11d2-945f-00c04fb984f9',
} as const

/** `msDS-OptionalFeatureGUID` of the optional features of AD (MS-ADTS 3.1.1.9). */
export const optionalFeature = {
  recycleBin: '766ddcd8-acd0-445e-f3b9-a7f9b6744f2a',
  privilegedAccessManagement: 'ec43e873-cce8-4640-b4ab-07ffe4ab5bcd',
} as const

/** First part of the replication SPN of a domain controller, `E3514235-…/guid/domain` (MS-DRSR 2.2.3.2). */
export const replicationSpnPrefix = 'E3514235-4B06-11D1-AB04-00C04FC2DCD2'

/**
 * English name of a well-known principal: `Everyone`, `Administrators`, and of any domain's
 * `Domain Admins`. Nothing for all others. For people only: rules compare SIDs.
 */
export function nameOfSid(sid: Sid): string | undefined {
  const known = sidNames.get(sid)
  if (known !== undefined) return known
  const domain = domainOfSid(sid)
  if (domain === undefined || !isDomainSid(domain)) return undefined
  return ridNames.get(ridOfSid(sid) ?? -1)
}

/** The SID of a relative identifier in a domain, as `sidInDomain(domain, rid.domainAdmins)`. */
export function sidInDomain(domain: Sid, relativeId: number): Sid {
  return `${domain}-${relativeId}`
}

/**
 * Whether `primaryGroupID` says domain controller, writable or read-only. That is what an account
 * says of itself; server objects in the configuration context say what it really is.
 */
export function isController(primaryGroupID: number | undefined): boolean {
  return primaryGroupID === rid.controllers || primaryGroupID === rid.readOnlyControllers
}

/** Groups that every domain, or the forest's root, is born with and whose members rule it. */
export const privilegedGroups = {
  /** Groups of BUILTIN whose members administer a domain, or can make themselves its administrators. */
  aliases: [
    builtinSid.administrators,
    builtinSid.accountOperators,
    builtinSid.serverOperators,
    builtinSid.printOperators,
    builtinSid.backupOperators,
  ],
  /** Relative identifiers of groups of administrators. */
  administrators: [
    rid.domainAdmins,
    rid.schemaAdmins,
    rid.enterpriseAdmins,
    rid.keyAdmins,
    rid.enterpriseKeyAdmins,
  ],
  /** Relative identifiers of groups for domain controllers, which may replicate secrets. */
  controllers: [rid.controllers, rid.readOnlyControllers, rid.enterpriseReadOnlyControllers],
} as const

const sidNames = new Map<Sid, string>([...Object.values(wellKnown), ...Object.values(builtins)])
const ridNames = new Map<number, string>(Object.values(rids))

function values<const T extends Named<string | number>>(
  table: T,
): { readonly [K in keyof T]: T[K][0] } {
  const entries = Object.entries(table).map(([key, [value]]) => [key, value])
  return Object.freeze(Object.fromEntries(entries)) as { readonly [K in keyof T]: T[K][0] }
}
