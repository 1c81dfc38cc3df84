/**
 * What permissions a fresh forest has, as SDDL: `defaultSecurityDescriptor` of the classes (MS-ADSC, as Windows Server 2016
 * and later ship it) and the explicit part of the descriptors that Windows gives to the objects every forest has. Groups are
 * the two letters of MS-DTYP 2.5.1.1, to be read with the SIDs of the domain and of the root domain.
 */

/** `defaultSecurityDescriptor` of a class: what an object gets that is made without permissions. Nothing for classes not known here. */
export function defaultDescriptorOf(objectClass: string): string | undefined {
  return classDefaults.get(objectClass.toLowerCase())
}

/** What DnsAdmins, a group with an ordinary SID, gets on `CN=MicrosoftDNS` and hands down to all zones of its domain. */
export function dnsAdminsAce(dnsAdmins: string): string {
  return `(A;CI;CCDCLCSWRPWPDTCRSDRCWDWO;;;${dnsAdmins})`
}

// All rights; without deleting the object or its tree; without deleting children either: 0xf01ff, 0xe01bf, 0xe01bd.
const full = 'RPWPCRCCDCLCLORCWOWDSDDTSW'
const more = 'RPWPCRCCDCLCLORCWOWDSW'
const most = 'RPWPCRCCLCLORCWOWDSW'
const read = 'RPLCLORC'

const grant = (rights: string, ...trustees: readonly string[]) =>
  trustees.map((who) => `(A;;${rights};;;${who})`).join('')
const on = (rights: string, object: string, ...trustees: readonly string[]) =>
  trustees.map((who) => `(OA;;${rights};${object};;${who})`).join('')
/** For heirs of one class only. */
const forHeirs = (rights: string, object: string, heirs: string, ...trustees: readonly string[]) =>
  trustees.map((who) => `(OA;CIIO;${rights};${object};${heirs};${who})`).join('')

// Classes, property sets, attributes and rights, by schemaIDGUID or rightsGuid.
const inetOrgPerson = '4828cc14-1437-45bc-9b07-ad6f015e5f28'
const user = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const group = 'bf967a9c-0de6-11d0-a285-00aa003049e2'
const computer = 'bf967a86-0de6-11d0-a285-00aa003049e2'
const printQueue = 'bf967aa8-0de6-11d0-a285-00aa003049e2'
const managedServiceAccount = 'ce206244-5827-4a86-ba1c-1c0c386c1b64'
const accountRestrictions = '4c164200-20c0-11d0-a768-00aa006e0529'
const logonInformation = '5f202010-79a5-11d0-9020-00c04fc2d4cf'
const membership = 'bc0ac240-79a9-11d0-9020-00c04fc2d4cf'
const generalInformation = '59ba2f42-79a2-11d0-9020-00c04fc2d3cf'
const remoteAccess = '037088f8-0ae1-11d2-b422-00a0c968f939'
const personalInformation = '77b5b886-944a-11d1-aebd-0000f80367c1'
const phoneAndMailOptions = 'e45795b2-9455-11d1-aebd-0000f80367c1'
const webInformation = 'e45795b3-9455-11d1-aebd-0000f80367c1'
const publicInformation = 'e48d0154-bcf8-11d1-8702-00c04fb96050'
const domainOtherParameters = 'b8119fd0-04f6-4762-ab7a-4986c76b3f9a'
const domainPassword = 'c7407360-20bf-11d0-a768-00aa006e0529'
const privateInformation = '91e647de-d96f-4b70-9557-d63ff4f3ccd8'
const userCertificate = 'bf967a7f-0de6-11d0-a285-00aa003049e2'
const tokenGroupsGlobalAndUniversal = '46a9b11d-60ae-405a-b7e8-ff8a58d456d2'
const tokenGroups = 'b7c69e6d-2cc7-11d2-854e-00a0c983f608'
const terminalServer = '6db69a1c-9422-11d1-aebd-0000f80367c1'
const terminalServerLicense = '5805bc62-bdc9-4428-a5e2-856a0f4c185e'
const samAccountName = '3e0abfd0-126a-11d0-a060-00aa006c33ed'
const description = 'bf967950-0de6-11d0-a285-00aa003049e2'
const displayName = 'bf967953-0de6-11d0-a285-00aa003049e2'
const trustAuthentication = '736e4812-af31-11d2-b7df-00805f48caeb'
const trustedDomainClass = 'bf967ab8-0de6-11d0-a285-00aa003049e2'
const changePassword = 'ab721a53-1e2f-11d0-9819-00aa0040529b'
const sendAs = 'ab721a54-1e2f-11d0-9819-00aa0040529b'
const sendTo = 'ab721a55-1e2f-11d0-9819-00aa0040529b'
const receiveAs = 'ab721a56-1e2f-11d0-9819-00aa0040529b'
const resetPassword = '00299570-246d-11d0-a768-00aa006e0529'
const servicePrincipalName = 'f3a64788-5306-11d1-a9c5-0000f80367c1'
const dnsHostName = '72e39547-7b18-11d1-adef-00c04fd8d5cd'
const computerWrite = '9b026da6-0d3c-465c-8bee-5199d7165cba'
const getChanges = '1131f6aa-9c07-11d1-f79f-00c04fc2dcd2'
const synchronize = '1131f6ab-9c07-11d1-f79f-00c04fc2dcd2'
const manageTopology = '1131f6ac-9c07-11d1-f79f-00c04fc2dcd2'
const getChangesAll = '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2'
const monitorTopology = '1131f6ae-9c07-11d1-f79f-00c04fc2dcd2'
const getFilteredSet = '89e95b76-444d-4c62-991a-0facbeda640c'

const windowsAuthorizationAccess = 'S-1-5-32-560'
const terminalServerLicenseServers = 'S-1-5-32-561'
const incomingForestTrustBuilders = 'S-1-5-32-557'

const plain = `D:${grant(full, 'DA', 'SY')}${grant(read, 'AU')}`

/** What objects of accounts let their owner, their creator and everybody do. */
const people =
  on('CR', changePassword, 'PS') +
  on('CR', sendAs, 'PS') +
  on('CR', receiveAs, 'PS') +
  on('RPWP', personalInformation, 'PS') +
  on('RPWP', phoneAndMailOptions, 'PS') +
  on('RPWP', webInformation, 'PS') +
  grant('RC', 'AU') +
  on('RP', generalInformation, 'AU') +
  on('RP', personalInformation, 'AU') +
  on('RP', webInformation, 'AU') +
  on('RP', publicInformation, 'AU') +
  on('CR', changePassword, 'WD')

const userDefault =
  `D:${grant(full, 'DA', 'SY', 'AO')}${grant(read, 'PS')}${people}` +
  [remoteAccess, accountRestrictions, membership, logonInformation]
    .map((set) => on('RP', set, 'RS'))
    .join('') +
  on('RPWP', userCertificate, 'CA') +
  on('RP', tokenGroupsGlobalAndUniversal, windowsAuthorizationAccess) +
  on('RPWP', terminalServer, terminalServerLicenseServers) +
  on('RPWP', terminalServerLicense, terminalServerLicenseServers)

/** What the account that joins a computer, or makes a managed account, may do with it. */
const joiner =
  grant('RPCRLCLORCSDDT', 'CO') +
  on('WP', accountRestrictions, 'CO') +
  on('SW', dnsHostName, 'CO') +
  on('SW', servicePrincipalName, 'CO') +
  [samAccountName, logonInformation, description, displayName]
    .map((what) => `(OA;;WP;${what};${computer};CO)`)
    .join('')

const machine =
  on('SW', servicePrincipalName, 'PS') +
  on('RPWP', personalInformation, 'PS') +
  on('SW', dnsHostName, 'PS') +
  grant(read, 'AU') +
  on('RPWP', userCertificate, 'CA') +
  on('RP', tokenGroupsGlobalAndUniversal, windowsAuthorizationAccess)

const managedDefault = `${grant(full, 'DA', 'AO', 'SY')}${joiner}${machine}`

const replicators = (trustee: string) =>
  [getChanges, synchronize, manageTopology].map((what) => on('CR', what, trustee)).join('')

const oldReads = [
  accountRestrictions,
  logonInformation,
  membership,
  generalInformation,
  remoteAccess,
]

/** What the head of every domain-like naming context has, and hands down. */
const domainHead =
  replicators('ED') +
  replicators('BA') +
  on('CR', getChanges, 'RO') +
  on('CR', getChangesAll, 'BA') +
  on('CR', getFilteredSet, 'ED', 'BA') +
  on('CR', monitorTopology, 'ED', 'BA') +
  grant('RP', 'WD') +
  grant(read, 'AU', 'ED') +
  grant('RPRC', 'RU') +
  grant(most, 'DA') +
  grant(full, 'SY') +
  `(A;CI;RPWPCRCCLCLORCWOWDSDSW;;;BA)(A;CI;${full};;;EA)(A;CI;LC;;;RU)` +
  oldReads
    .flatMap((set) => [forHeirs('RP', set, user, 'RU'), forHeirs('RP', set, inetOrgPerson, 'RU')])
    .join('') +
  [user, group, inetOrgPerson].map((heirs) => forHeirs(read, '', heirs, 'RU')).join('') +
  on('RP', domainPassword, 'RU') +
  on('RP', domainOtherParameters, 'RU', 'AU') +
  [user, group, computer].map((heirs) => forHeirs('RP', tokenGroups, heirs, 'ED')).join('') +
  forHeirs('WP', 'ea1b7b93-5e48-46d5-bc6c-4df4fda78a35', computer, 'PS') +
  // Create-Inbound-Forest-Trust; Update-Password-Not-Required-Bit, Unexpire-Password, Enable-Per-User-Reversibly-Encrypted-Password.
  on('CR', 'e2a36dc9-ae17-47c3-b58b-be34c55ba633', incomingForestTrustBuilders) +
  on('CR', '280f369c-67c7-438e-ae98-1d46f3c6f541', 'AU') +
  on('CR', 'ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501', 'AU') +
  on('CR', '05c74c5e-4deb-43b4-bd9f-86664c2a7fd5', 'AU') +
  forHeirs('RPWPCR', privateInformation, '', 'PS') +
  '(OA;OICI;RPWP;3f78c3e5-f79a-46bd-a0b8-9d18116ddc79;;PS)' +
  forHeirs('SW', computerWrite, computer, 'PS', 'CO')

const gpLink = 'f30e3bbe-9ff0-11d1-b603-0000f80367c1'
const gpOptions = 'f30e3bbf-9ff0-11d1-b603-0000f80367c1'
const organizationalUnit = 'bf967aa5-0de6-11d0-a285-00aa003049e2'
const domainAudit =
  'S:(AU;SA;WPWDWO;;;WD)(AU;SA;CR;;;BA)(AU;SA;CR;;;DU)' +
  [gpLink, gpOptions].map((what) => `(OU;CISA;WP;${what};${organizationalUnit};WD)`).join('')

const classDefaults = new Map<string, string>(
  [
    ...[
      'applicationSiteSettings',
      'certificationAuthority',
      'connectionPoint',
      'contact',
      'container',
      'controlAccessRight',
      'cRLDistributionPoint',
      'crossRef',
      'displaySpecifier',
      'dMD',
      'dynamicObject',
      'interSiteTransport',
      'interSiteTransportContainer',
      'leaf',
      'lostAndFound',
      'mailRecipient',
      'msPKI-Enterprise-Oid',
      'msPKI-PrivateKeyRecoveryAgent',
      'msPKI-Key-Recovery-Agent',
      'nisMap',
      'nTDSConnection',
      'nTDSDSA',
      'nTDSDSARO',
      'nTDSService',
      'nTDSSiteSettings',
      'organization',
      'organizationalPerson',
      'organizationalRole',
      'person',
      'pKICertificateTemplate',
      'pKIEnrollmentService',
      'posixAccount',
      'queryPolicy',
      'rIDSet',
      'rpcContainer',
      'securityObject',
      'serviceAdministrationPoint',
      'siteLink',
      'siteLinkBridge',
      'sitesContainer',
      'storage',
      'subnet',
      'top',
      'domainPolicy',
      'volume',
    ].map((name): [string, string] => [name, plain]),
    ...['account', 'msImaging-PSPs', 'room', 'document'].map((name): [string, string] => [
      name,
      plain,
    ]),
    ...['attributeSchema', 'classSchema', 'subSchema'].map((name): [string, string] => [
      name,
      'D:S:',
    ]),
    ...['crossRefContainer', 'infrastructureUpdate'].map((name): [string, string] => [
      name,
      'D:(A;;GA;;;SY)',
    ]),
    ...[
      'msDFSR-LocalSettings',
      'msDFSR-Subscriber',
      'msDFSR-Subscription',
      'msDFSR-GlobalSettings',
      'msDFSR-ReplicationGroup',
      'msDFSR-Content',
      'msDFSR-ContentSet',
      'msDFSR-Topology',
      'msDFSR-Member',
      'msDFSR-Connection',
      'nTFRSMember',
      'nTFRSSettings',
      'nTFRSSubscriber',
      'nTFRSSubscriptions',
      'serviceConnectionPoint',
    ].map((name): [string, string] => [
      name,
      `D:${grant(read, 'AU')}${grant(full, 'DA', 'CO', 'SY')}`,
    ]),
    ...['msDS-PasswordSettings', 'msDS-PasswordSettingsContainer', 'msFVE-RecoveryInformation'].map(
      (name): [string, string] => [name, `D:${grant(full, 'DA', 'SY')}`],
    ),
    ...[
      'msDS-AuthNPolicies',
      'msDS-AuthNPolicy',
      'msDS-AuthNPolicySilos',
      'msDS-AuthNPolicySilo',
      'msDS-ShadowPrincipalContainer',
      'msDNS-ServerSettings',
      'msDS-ClaimTypes',
      'msDS-ClaimType',
      'msDS-ResourceProperties',
      'msAuthz-CentralAccessPolicies',
      'msAuthz-CentralAccessPolicy',
      'msAuthz-CentralAccessRules',
      'msAuthz-CentralAccessRule',
    ].map((name): [string, string] => [name, `D:${grant(full, 'EA', 'SY')}${grant(read, 'AU')}`]),
    ...['msKds-ProvServerConfiguration', 'msKds-ProvRootKey'].map((name): [string, string] => [
      name,
      `D:${grant(full, 'EA', 'SY', 'DA')}`,
    ]),
    ...['msWMI-Som', 'msWMI-PolicyTemplate', 'msWMI-PolicyType', 'msWMI-WMIGPO'].map(
      (name): [string, string] => [
        name,
        `D:${grant(read, 'AU')}${grant(more, 'DA')}${grant('CC', 'PA')}${grant(full, 'SY')}`,
      ],
    ),
    ...['configuration', 'subnetContainer'].map((name): [string, string] => [
      name,
      `D:${grant(more, 'DA')}${grant(full, 'SY')}${grant(read, 'AU')}`,
    ]),
    ...['domainDNS', 'samDomain'].map((name): [string, string] => [
      name,
      `D:${domainHead}${on('CR', getChangesAll, 'DD')}${domainAudit}`,
    ]),
    ...['user', 'inetOrgPerson'].map((name): [string, string] => [name, userDefault]),
    ['builtinDomain', `D:${grant(read, 'DA')}${grant(full, 'SY')}${grant(read, 'AU')}`],
    [
      'computer',
      `D:${grant(full, 'DA', 'AO', 'SY')}${joiner}${machine}${on('CR', changePassword, 'WD')}${grant('CCDC', 'PS')}` +
        on('CCDC', printQueue, 'PO'),
    ],
    ['dnsNode', `D:${grant(full, 'DA', 'ED', 'SY', 'CO')}${grant(read, 'WD')}`],
    ['dnsZone', `D:${grant(full, 'DA', 'ED', 'SY', 'CO')}${grant('CC', 'AU')}${grant(read, 'WD')}`],
    ['foreignSecurityPrincipal', `D:${grant(full, 'DA', 'SY', 'AO')}${grant(read, 'PS')}${people}`],
    [
      'group',
      `D:${grant(full, 'DA', 'SY', 'AO')}${grant(read, 'AU', 'PS')}${on('CR', sendTo, 'AU')}` +
        on('RP', tokenGroupsGlobalAndUniversal, windowsAuthorizationAccess),
    ],
    [
      'groupPolicyContainer',
      `D:P${['DA', 'EA', 'CO', 'SY'].map((who) => `(A;CI;RPWPCCDCLCLORCWOWDSDDTSW;;;${who})`).join('')}` +
        `(A;CI;${read};;;AU)(OA;CI;CR;edacfd8f-ffb3-11d1-b41d-00a0c968f939;;AU)(A;CI;${read};;;ED)`,
    ],
    [
      'msDS-GroupManagedServiceAccount',
      `D:(OD;;CR;${resetPassword};;WD)${managedDefault}${on('RP', 'e362ed86-b728-0842-b27d-2dea7a9df218', 'WD')}`,
    ],
    [
      'msDS-ManagedServiceAccount',
      `D:${managedDefault}${on('CR', changePassword, 'WD')}${on('RP', tokenGroups, 'ED')}`,
    ],
    // As its elder brother: the class is newer than the schema these were checked with.
    [
      'msDS-DelegatedManagedServiceAccount',
      `D:(OD;;CR;${resetPassword};;WD)${managedDefault}${on('RP', 'e362ed86-b728-0842-b27d-2dea7a9df218', 'WD')}`,
    ],
    ['msDS-KeyCredential', `D:${grant(full, 'EA', 'SY')}`],
    ['msDS-OptionalFeature', `D:${grant(read, 'AU')}${grant(full, 'EA', 'CO', 'SY')}`],
    [
      'msDS-QuotaContainer',
      `D:${grant(full, 'DA')}${grant(read, 'BA')}${on('CR', '4ecc03fe-ffc0-4947-b630-eb672a8a9dbc', 'WD')}`,
    ],
    [
      'msTPM-InformationObject',
      `D:${grant(full, 'DA', 'SY')}${grant('RPLO', 'DC')}${grant('WP', 'CO')}`,
    ],
    ['msTPM-InformationObjectsContainer', `D:${grant(full, 'DA', 'SY')}${grant('LOLCCCRP', 'DC')}`],
    [
      'nTFRSReplicaSet',
      `D:${grant(read, 'AU')}${grant(full, 'DA', 'CO', 'SY')}${on('CCDC', '2a132586-9373-11d1-aebc-0000f80367c1', 'ED')}`,
    ],
    [
      'organizationalUnit',
      `D:${grant(full, 'SY', 'DA')}${[computer, user, group, inetOrgPerson].map((what) => on('CCDC', what, 'AO')).join('')}` +
        `${on('CCDC', printQueue, 'PO')}${grant(read, 'AU', 'ED')}`,
    ],
    ['printQueue', `D:${grant(full, 'DA', 'SY', 'PO', 'CO')}${grant(read, 'AU')}`],
    ['rIDManager', `${plain}S:(AU;SA;CRWP;;;WD)`],
    [
      'samServer',
      `D:${grant(full, 'DA', 'SY')}${grant(read, 'AU', 'RU')}${on('CR', '91d67418-0135-4acc-8d79-c08e857cfbec', 'AU', 'RU')}`,
    ],
    ['secret', `D:${grant(full, 'SY')}`],
    ['server', `D:(A;CI;${full};;;DA)${grant(full, 'SY')}${grant(read, 'AU')}`],
    ['serversContainer', `D:${grant('CC', 'BA')}${grant(full, 'SY')}${grant(read, 'AU')}`],
    ['site', `D:${grant(full, 'SY')}${grant(read, 'AU', 'ED')}`],
    [
      'trustedDomain',
      `${plain}(OA;;WP;${trustAuthentication};${trustedDomainClass};CO)${grant('SD', 'CO')}`,
    ],
  ].map(([name = '', sddl = '']) => [name.toLowerCase(), sddl]),
)

const byAdmins = (sddl: string) => `O:DAG:DAD:${sddl}`
const byEnterprise = (sddl: string) => `O:EAG:EAD:${sddl}`
const bySystem = (sddl: string) => `O:SYG:BAD:${sddl}`
const domainUsual = byAdmins(grant(read, 'AU') + grant(most, 'DA') + grant(full, 'SY'))
const domainUsualMore = byAdmins(grant(read, 'AU') + grant(more, 'DA') + grant(full, 'SY'))
const domainWhole = byAdmins(grant(full, 'DA', 'SY') + grant(read, 'AU'))
const enterpriseUsual = byEnterprise(grant(read, 'AU') + grant(most, 'EA') + grant(full, 'SY'))
const enterpriseOpen = byEnterprise(grant(read, 'WD') + grant(most, 'EA') + grant(full, 'SY'))
const dfsr = bySystem(grant(full, 'DA', 'SY') + grant(read, 'AU'))

const children = (trustee: string, ...classes: readonly string[]) =>
  classes.map((name) => on('CCDC', name, trustee)).join('')

const adminSdHolder =
  'O:DAG:DAD:P' +
  oldReads
    .flatMap((set) => [user, inetOrgPerson].map((kind) => `(OA;;RP;${set};${kind};RU)`))
    .join('') +
  [user, inetOrgPerson].map((kind) => `(OA;;${read};;${kind};RU)`).join('') +
  on('RPWP', userCertificate, 'CA') +
  on('RP', tokenGroupsGlobalAndUniversal, windowsAuthorizationAccess) +
  on('RPWP', terminalServer, terminalServerLicenseServers) +
  on('RPWP', terminalServerLicense, terminalServerLicenseServers) +
  on('CR', changePassword, 'WD', 'PS') +
  `(OA;CI;RPWPCR;${privateInformation};;PS)` +
  grant(more, 'DA', 'EA') +
  grant('RPWPCRCCDCLCLORCWOWDSDSW', 'BA') +
  grant(read, 'AU') +
  grant(full, 'SY')

const dnsContainer = `O:SYG:SYD:${grant(full, 'SY')}(A;CI;CCDCLCSWRPWPDTCRSDRCWDWO;;;ED)`

const domainObjects: ReadonlyMap<string, string> = new Map([
  [
    '',
    `O:BAG:BAD:${domainHead}${on('CR', getChangesAll, 'DD')}${on('CR', '3e0f7e18-2c7a-4c10-ba82-4d926db99a3e', 'CN')}` +
      '(OA;CI;RPWP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;KA)(OA;CI;RPWP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;EK)',
  ],
  ['CN=Builtin', `O:BAG:BAD:${domainHead}${on('CR', getChangesAll, 'DD')}`],
  [
    'CN=Users',
    domainUsualMore + children('AO', user, group, inetOrgPerson) + children('PO', printQueue),
  ],
  [
    'CN=Computers',
    domainUsualMore +
      children('AO', computer, user, group, inetOrgPerson) +
      children('PO', printQueue),
  ],
  [
    'CN=Managed Service Accounts',
    domainUsualMore + children('AO', managedServiceAccount, user, group),
  ],
  ['OU=Domain Controllers', domainUsual + grant(read, 'ED')],
  ['CN=System', domainUsual],
  ['CN=Infrastructure', domainUsual],
  ['CN=LostAndFound', domainUsualMore],
  ['CN=ForeignSecurityPrincipals', domainWhole],
  ['CN=Program Data', domainWhole],
  [
    'CN=NTDS Quotas',
    byAdmins(
      grant(full, 'DA') +
        grant(read, 'BA') +
        on('CR', '4ecc03fe-ffc0-4947-b630-eb672a8a9dbc', 'WD'),
    ),
  ],
  ['CN=TPM Devices', byAdmins(grant(full, 'DA', 'SY') + grant('CCLCRPLO', 'DC'))],
  [
    'CN=Keys',
    `O:DAG:DAD:P${['EA', 'DA', 'SY', 'DD', 'ED', 'KA', 'EK'].map((who) => `(A;CI;${full};;;${who})`).join('')}`,
  ],
  ['CN=AdminSDHolder,CN=System', adminSdHolder],
  ['CN=Policies,CN=System', domainUsualMore + grant('CC', 'PA')],
  ['CN=Password Settings Container,CN=System', byAdmins(grant(more, 'DA') + grant(full, 'SY'))],
  ['CN=Default Domain Policy,CN=System', domainUsualMore],
  ['CN=RID Manager$,CN=System', domainWhole],
  ['CN=DFSR-GlobalSettings,CN=System', dfsr],
  [
    'CN=RAS and IAS Servers Access Check,CN=System',
    byAdmins(grant('RPWPCRCCDCLCLORCWOWDSDSW', 'RS') + grant(read, 'RU')),
  ],
  [
    'CN=WMIPolicy,CN=System',
    `O:DAG:DAD:P${grant('CCLCSWRPWPLORC', 'BA', 'PA')}(A;CI;${read};;;AU)(A;CI;${read};;;SY)(A;CI;${full};;;EA)(A;CI;${full};;;DA)(A;CIIO;${full};;;CO)`,
  ],
  ['CN=MicrosoftDNS,CN=System', dnsContainer + grant(full, 'DA')],
])

const configurationObjects: ReadonlyMap<string, string> = new Map([
  [
    '',
    byEnterprise(
      replicators('ED') +
        replicators('BA') +
        on('CR', getChangesAll, 'ED', 'BA') +
        on('CR', getFilteredSet, 'ED', 'BA') +
        on('CR', getChanges, 'RO') +
        grant(read, 'AU') +
        `(A;CI;${full};;;EA)` +
        grant(full, 'SY') +
        '(A;CIIO;RPWPCRCCLCLORCWOWDSDSW;;;DA)',
    ),
  ],
  [
    'CN=Sites',
    enterpriseUsual +
      forHeirs(
        'SW',
        'd31a8757-2447-4545-8081-3bb610cacbf2',
        'f0f8ffab-1191-11d0-a060-00aa006c33ed',
        'RO',
      ),
  ],
  [
    'CN=Default-First-Site-Name,CN=Sites',
    byEnterprise(grant(read, 'AU') + grant(full, 'SY') + grant(read, 'ED')),
  ],
  [
    'CN=Servers,CN=Default-First-Site-Name,CN=Sites',
    byEnterprise(grant('CC', 'BA') + grant(full, 'SY') + grant(read, 'AU')),
  ],
  ['CN=Subnets,CN=Sites', enterpriseUsual],
  ['CN=Inter-Site Transports,CN=Sites', enterpriseUsual],
  ['CN=Services', enterpriseUsual],
  ['CN=Windows NT,CN=Services', enterpriseUsual],
  [
    'CN=Directory Service,CN=Windows NT,CN=Services',
    byEnterprise(`(A;CI;${read};;;AU)(A;CI;${most};;;EA)(A;CI;${full};;;SY)`),
  ],
  ['CN=Public Key Services,CN=Services', enterpriseUsual],
  ...[
    'Certificate Templates',
    'Enrollment Services',
    'Certification Authorities',
    'CDP',
    'KRA',
    'OID',
  ].map((name): [string, string] => [
    `CN=${name},CN=Public Key Services,CN=Services`,
    enterpriseUsual,
  ]),
  ['CN=AIA,CN=Public Key Services,CN=Services', enterpriseUsual + grant(full, 'CA')],
  [
    'CN=NTAuthCertificates,CN=Public Key Services,CN=Services',
    byEnterprise(
      `${['DA', 'EA', 'BA'].map((who) => `(A;OICI;${full};;;${who})`).join('')}(A;OICI;${read};;;WD)`,
    ),
  ],
  ['CN=Group Key Distribution Service,CN=Services', enterpriseUsual],
  ['CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services', enterpriseUsual],
  [
    'CN=Partitions',
    byEnterprise(
      grant('LCLORC', 'AU') +
        [
          publicInformation,
          'd31a8757-2447-4545-8081-3bb610cacbf2',
          '66171887-8f3c-11d0-afda-00c04fd930c9',
          '032160bf-9824-11d1-aec0-0000f80367c1',
          '789ee1eb-8c8e-4e4c-8cec-79b31b7617b5',
          '5706aeaf-b940-4fb2-bcfc-5268683ad9fe',
        ]
          .map((what) => on('RP', what, 'AU'))
          .join('') +
        grant(most, 'EA') +
        grant(full, 'SY') +
        grant('CC', 'ED') +
        forHeirs(
          'WP',
          '3df793df-9858-4417-a701-735a1ecebf74',
          'bf967a8d-0de6-11d0-a285-00aa003049e2',
          'BA',
        ),
    ),
  ],
  ['CN=Extended-Rights', byEnterprise(grant(read, 'AU') + grant(more, 'EA') + grant(full, 'SY'))],
  ['CN=DisplaySpecifiers', byEnterprise(grant(read, 'AU') + grant(more, 'EA') + grant(full, 'SY'))],
  ['CN=WellKnown Security Principals', enterpriseOpen],
  ['CN=Physical Locations', enterpriseOpen],
  ['CN=LostAndFoundConfig', enterpriseOpen],
  ['CN=ForestUpdates', enterpriseOpen],
  [
    'CN=NTDS Quotas',
    byEnterprise(
      grant(full, 'EA') +
        grant(read, 'BA') +
        on('CR', '4ecc03fe-ffc0-4947-b630-eb672a8a9dbc', 'WD'),
    ),
  ],
])

const schemaObjects: ReadonlyMap<string, string> = new Map([
  [
    '',
    // Change-Schema-Master.
    `O:SAG:SAD:${on('CR', 'e12b56b6-0a95-11d1-adbb-00c04fd8d5cd', 'SA')}${replicators('ED')}${replicators('BA')}` +
      on('CR', getChangesAll, 'ED', 'BA', 'RO') +
      on('CR', getFilteredSet, 'ED', 'BA', 'RO') +
      on('CR', getChanges, 'RO') +
      `(A;CI;${read};;;AU)(A;CI;${most};;;SA)(A;CI;${full};;;SY)`,
  ],
])

const zoneHead = bySystem(domainHead + on('CR', getChangesAll, 'ED'))

const domainZoneObjects: ReadonlyMap<string, string> = new Map([
  ['', zoneHead],
  ['CN=MicrosoftDNS', dnsContainer + grant(full, 'DA')],
])

const forestZoneObjects: ReadonlyMap<string, string> = new Map([
  ['', zoneHead],
  ['CN=MicrosoftDNS', dnsContainer],
])

/**
 * The explicit part of the descriptor of an object every forest has, by the DN below the head of its naming context, `''`
 * for the head itself. Of a domain, `CN=MicrosoftDNS` also gets {@link dnsAdminsAce}.
 */
export const freshDescriptors = {
  domain: domainObjects,
  configuration: configurationObjects,
  schema: schemaObjects,
  domainDnsZones: domainZoneObjects,
  forestDnsZones: forestZoneObjects,
} as const satisfies Record<string, ReadonlyMap<string, string>>
