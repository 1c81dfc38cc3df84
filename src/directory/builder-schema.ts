import { attributeNames } from './attributes.ts'
import type { ForestBuilder } from './builder.ts'
import type { FriendlyAttributes } from './builder-values.ts'
import { defaultDescriptorOf } from './default-descriptors.ts'
import { searchFlags } from './flags.ts'
import { type Guid, guid, writeGuid } from './guid.ts'
import {
  classGuid,
  confidentialAttributes,
  knownAttributes,
  knownRights,
  knownSuperclass,
  propertySet,
} from './known-schema.ts'
import { type SyntaxName, syntaxes } from './syntax.ts'

/**
 * Attributes of both kinds of LAPS. Their GUIDs differ from forest to forest, so these are the builder's own: code that
 * knows them by heart is wrong.
 */
const lapsAttributes: readonly {
  name: string
  guid: Guid
  syntax: SyntaxName
  searchFlags: number
  set?: Guid
}[] = [
  {
    name: 'ms-Mcs-AdmPwd',
    guid: guid('5a1f0a00-0001-4c1a-9b00-000000000001'),
    syntax: 'printableString',
    searchFlags: 904,
  },
  {
    name: 'ms-Mcs-AdmPwdExpirationTime',
    guid: guid('5a1f0a00-0001-4c1a-9b00-000000000002'),
    syntax: 'largeInteger',
    searchFlags: 0,
  },
  {
    name: 'msLAPS-PasswordExpirationTime',
    guid: guid('5a1f0a00-0001-4c1a-9b00-000000000003'),
    syntax: 'largeInteger',
    searchFlags: 0,
  },
  {
    name: 'msLAPS-Password',
    guid: guid('5a1f0a00-0001-4c1a-9b00-000000000004'),
    syntax: 'unicodeString',
    searchFlags: 904,
  },
  ...[
    'msLAPS-EncryptedPassword',
    'msLAPS-EncryptedPasswordHistory',
    'msLAPS-EncryptedDSRMPassword',
    'msLAPS-EncryptedDSRMPasswordHistory',
  ].map((name, index) => ({
    name,
    guid: guid(`5a1f0a00-0001-4c1a-9b00-00000000000${5 + index}`),
    syntax: 'octetString' as const,
    searchFlags: 904,
    set: propertySet.lapsEncryptedPasswordAttributes,
  })),
]

/** Schema objects: the attributes, classes and rights that Glacis knows, and those of LAPS. Not the whole of a real schema. */
export function addSchema(f: ForestBuilder): void {
  for (const { name, attributes } of attributeDefinitions())
    f.object(`CN=${name},${f.schemaDn}`, ['top', 'attributeSchema'], attributes)
  for (const [name, schemaIDGUID] of Object.entries(classGuid)) {
    f.object(`CN=${name},${f.schemaDn}`, ['top', 'classSchema'], {
      lDAPDisplayName: name,
      schemaIDGUID,
      subClassOf: knownSuperclass[name],
      objectClassCategory: categoryNumber(name),
      defaultSecurityDescriptor: defaultDescriptorOf(name),
      systemFlags: 16,
    })
  }
  for (const [name, { guid: rightsGuid, validAccesses }] of rightsByName()) {
    const right = f.object(
      `CN=${name},CN=Extended-Rights,${f.configurationDn}`,
      ['top', 'controlAccessRight'],
      { rightsGuid, validAccesses, displayName: name },
    )
    f.descriptor(right, 'O:EAG:EAD:(A;;RPLCLORC;;;AU)(A;;RPWPCRCCDCLCLORCWOWDSW;;;EA)(A;;GA;;;SY)')
  }
}

/** objectCategory of an object of a class: the cn of a class in the schema, where it differs from the class's own name. */
export const categoryOfClass: Readonly<Record<string, string>> = {
  attributeSchema: 'Attribute-Schema',
  builtinDomain: 'Builtin-Domain',
  certificationAuthority: 'Certification-Authority',
  classSchema: 'Class-Schema',
  computer: 'Computer',
  configuration: 'Configuration',
  contact: 'Person',
  container: 'Container',
  controlAccessRight: 'Control-Access-Right',
  cRLDistributionPoint: 'CRL-Distribution-Point',
  crossRef: 'Cross-Ref',
  crossRefContainer: 'Cross-Ref-Container',
  dMD: 'DMD',
  dnsNode: 'Dns-Node',
  dnsZone: 'Dns-Zone',
  domainDNS: 'Domain-DNS',
  foreignSecurityPrincipal: 'Foreign-Security-Principal',
  group: 'Group',
  groupPolicyContainer: 'Group-Policy-Container',
  inetOrgPerson: 'Person',
  infrastructureUpdate: 'Infrastructure-Update',
  lostAndFound: 'Lost-And-Found',
  'msDFSR-Content': 'ms-DFSR-Content',
  'msDFSR-ContentSet': 'ms-DFSR-ContentSet',
  'msDFSR-GlobalSettings': 'ms-DFSR-GlobalSettings',
  'msDFSR-LocalSettings': 'ms-DFSR-LocalSettings',
  'msDFSR-Member': 'ms-DFSR-Member',
  'msDFSR-ReplicationGroup': 'ms-DFSR-ReplicationGroup',
  'msDFSR-Subscriber': 'ms-DFSR-Subscriber',
  'msDFSR-Subscription': 'ms-DFSR-Subscription',
  'msDFSR-Topology': 'ms-DFSR-Topology',
  'msDS-DelegatedManagedServiceAccount': 'ms-DS-Delegated-Managed-Service-Account',
  'msDS-GroupManagedServiceAccount': 'ms-DS-Group-Managed-Service-Account',
  'msDS-ManagedServiceAccount': 'ms-DS-Managed-Service-Account',
  'msDS-OptionalFeature': 'ms-DS-Optional-Feature',
  'msDS-PasswordSettings': 'ms-DS-Password-Settings',
  'msDS-PasswordSettingsContainer': 'ms-DS-Password-Settings-Container',
  'msDS-QuotaContainer': 'ms-DS-Quota-Container',
  'msDS-ShadowPrincipal': 'ms-DS-Shadow-Principal',
  'msDS-ShadowPrincipalContainer': 'ms-DS-Shadow-Principal-Container',
  'msKds-ProvRootKey': 'ms-Kds-Prov-RootKey',
  'msPKI-Enterprise-Oid': 'ms-PKI-Enterprise-Oid',
  nTDSDSA: 'NTDS-DSA',
  nTDSDSARO: 'NTDS-DSA-RO',
  nTDSService: 'NTDS-Service',
  nTDSSiteSettings: 'NTDS-Site-Settings',
  organizationalUnit: 'Organizational-Unit',
  pKICertificateTemplate: 'PKI-Certificate-Template',
  pKIEnrollmentService: 'PKI-Enrollment-Service',
  rIDManager: 'RID-Manager',
  rIDSet: 'RID-Set',
  samServer: 'Sam-Server',
  secret: 'Secret',
  server: 'Server',
  serversContainer: 'Servers-Container',
  site: 'Site',
  sitesContainer: 'Sites-Container',
  subnet: 'Subnet',
  subnetContainer: 'Subnet-Container',
  trustedDomain: 'Trusted-Domain',
  user: 'Person',
}

/** schemaIDGUID of an attribute in the builder's schema. */
export function guidOfAttribute(name: string): Guid | undefined {
  return attributeDefinitions().find((known) => known.name.toLowerCase() === name.toLowerCase())
    ?.schemaIDGUID
}

interface Definition {
  readonly name: string
  readonly schemaIDGUID: Guid
  readonly attributes: FriendlyAttributes
}

/** The confidential flag beside what else Windows ships these with: never audit, RODC filtered. */
const confidentialFlags =
  searchFlags.confidential | searchFlags.neverAudit | searchFlags.rodcFiltered

let definitions: readonly Definition[] | undefined

function attributeDefinitions(): readonly Definition[] {
  definitions ??= [...knownDefinitions(), ...lapsDefinitions(), ...otherDefinitions()]
  return definitions
}

function knownDefinitions(): Definition[] {
  const confidential = new Set(confidentialAttributes)
  return knownAttributes.map(({ name, schemaIDGUID, syntax, attributeSecurityGUID }) =>
    definition(
      name,
      schemaIDGUID,
      syntax,
      confidential.has(name) ? confidentialFlags : 0,
      attributeSecurityGUID,
      16,
    ),
  )
}

function lapsDefinitions(): Definition[] {
  return lapsAttributes.map(({ name, guid: schemaIDGUID, syntax, searchFlags: flags, set }) =>
    definition(name, schemaIDGUID, syntax, flags, set, 0),
  )
}

/** Attributes that rules read and whose GUID is not known by heart: one made up serves as well. */
function otherDefinitions(): Definition[] {
  const known = new Set(
    [...knownAttributes, ...lapsAttributes].map(({ name }) => name.toLowerCase()),
  )
  return attributeNames
    .filter((name) => !known.has(name.toLowerCase()))
    .map((name, index) =>
      definition(
        name,
        guid(`5a1f0a00-0002-4c1a-9b00-${index.toString(16).padStart(12, '0')}`),
        'unicodeString',
        0,
        undefined,
        0,
      ),
    )
}

function definition(
  name: string,
  schemaIDGUID: Guid,
  syntax: SyntaxName,
  flags: number,
  set: Guid | undefined,
  systemFlags: number,
): Definition {
  return {
    name,
    schemaIDGUID,
    attributes: {
      lDAPDisplayName: name,
      schemaIDGUID: writeGuid(schemaIDGUID),
      attributeSecurityGUID: set === undefined ? undefined : writeGuid(set),
      attributeSyntax: syntaxes[syntax].attributeSyntax,
      oMSyntax: syntaxes[syntax].oMSyntax,
      searchFlags: flags,
      systemFlags,
      isSingleValued: !multiValued.has(name),
      linkID: linkIds[name],
    },
  }
}

/** A validated write and a property set can have the same name nowhere, but rights of one name are one object. */
function rightsByName(): Map<string, { guid: Guid; validAccesses: number }> {
  return new Map(knownRights.map((known) => [known.name, known]))
}

function categoryNumber(name: string): number {
  if (abstractClasses.has(name)) return 2
  return auxiliaryClasses.has(name) ? 3 : 1
}

const abstractClasses = new Set([
  'top',
  'leaf',
  'person',
  'organizationalPerson',
  'connectionPoint',
  'domain',
  'applicationSettings',
  'applicationSiteSettings',
  'securityObject',
])
const auxiliaryClasses = new Set([
  'mailRecipient',
  'securityPrincipal',
  'posixAccount',
  'samDomain',
  'dynamicObject',
])

/** Forward links even, back links odd (MS-ADTS 3.1.1.1.6). */
const linkIds: Readonly<Record<string, number>> = {
  member: 2,
  memberOf: 3,
  managedBy: 72,
  serverReference: 94,
  serverReferenceBL: 95,
}

const multiValued = new Set([
  'objectClass',
  'member',
  'memberOf',
  'servicePrincipalName',
  'sIDHistory',
  'description',
  'altSecurityIdentities',
  'cACertificate',
  'certificateTemplates',
  'pKIExtendedKeyUsage',
  'msDS-AllowedToDelegateTo',
  'msDS-KeyCredentialLink',
  'msDS-PSOAppliesTo',
])
