import { textOf } from './column.ts'
import { type DnWithBinary, parseDnWithBinary } from './dn.ts'
import { DirectoryError } from './error.ts'
import { readGuid } from './guid.ts'
import { type SecurityDescriptor, readSecurityDescriptor } from './security-descriptor.ts'
import { type Sid, readSid } from './sid.ts'
import { parseFileTime, parseGeneralizedTime, parseInterval } from './time.ts'

/** How the values of an attribute become a value in the program. */
export interface Attribute<T> {
  /** Name in lower case. */
  readonly key: string
  /** What the octets of one value are. */
  readonly form: Form
  /** What an object without the attribute has: `undefined`, or an empty list. */
  readonly none: T
  /** @throws DirectoryError when the octets are not of the attribute's syntax. */
  readonly decode: (values: readonly Uint8Array[]) => T
}

/** Forms of a value: how its octets are read and written. */
export type Form =
  | 'text'
  | 'integer'
  | 'flag'
  | 'fileTime'
  | 'interval'
  | 'time'
  | 'sid'
  | 'guid'
  | 'octets'
  | 'dn'
  | 'dnWithBinary'
  | 'descriptor'

type Kind<T> = Omit<Attribute<T>, 'key'>

function single<T>(form: Form, decode: (octets: Uint8Array) => T): Kind<T | undefined> {
  return {
    form,
    none: undefined,
    decode: ([first]) => (first === undefined ? undefined : decode(first)),
  }
}

function several<T>(form: Form, decode: (octets: Uint8Array) => T): Kind<readonly T[]> {
  return { form, none: [], decode: (values) => values.map((value) => decode(value)) }
}

function integerOf(octets: Uint8Array): number {
  const text = textOf(octets)
  const value = Number(text)
  if (text === '' || !Number.isSafeInteger(value))
    throw new DirectoryError('malformed', 'integer', 'is not a decimal integer')
  return value
}

const text = single('text', textOf)
const texts = several('text', textOf)
/** Signed, as AD keeps flags: bit 31 set reads as a negative number, and `&` works on it. */
const integer = single('integer', integerOf)
const flag = single('flag', (octets) => textOf(octets) === 'TRUE')
/** LargeInteger that is a time; `undefined` for 0 and never (MS-ADTS 2.2.11, 3.1.1.2.2.2.9). */
const fileTime = single('fileTime', (octets) => parseFileTime(textOf(octets)))
/** LargeInteger that is a negative interval, in milliseconds; `Infinity` for never. */
const interval = single('interval', (octets) => parseInterval(textOf(octets)))
const time = single('time', (octets) => parseGeneralizedTime(textOf(octets)))
const sid = single('sid', (octets): Sid => readSid(octets))
const sids = several('sid', (octets): Sid => readSid(octets))
const guid = single('guid', (octets) => readGuid(octets))
const octets = single('octets', (value) => value)
const octetLists = several('octets', (value) => value)
const dn = single('dn', textOf)
const dns = several('dn', textOf)
const dnsWithBinary = several('dnWithBinary', (value): DnWithBinary =>
  parseDnWithBinary(textOf(value)),
)
const descriptor = single('descriptor', (value): SecurityDescriptor =>
  readSecurityDescriptor(value),
)

/**
 * The attributes that the program knows the form of, by lDAPDisplayName (MS-ADA1, MS-ADA2, MS-ADA3). What a collection asks
 * for is less: `baseAttributes`, and what the rules to run declare.
 */
const table = {
  accountExpires: fileTime,
  adminCount: integer,
  adminDescription: text,
  altSecurityIdentities: texts,
  attributeID: text,
  attributeSecurityGUID: guid,
  attributeSyntax: text,
  auxiliaryClass: texts,
  cACertificate: octetLists,
  certificateTemplates: texts,
  cn: text,
  comment: text,
  dc: text,
  defaultSecurityDescriptor: text,
  description: texts,
  displayName: text,
  dNSHostName: text,
  dNSProperty: octetLists,
  dnsRecord: octetLists,
  dnsRoot: texts,
  dSHeuristics: text,
  extensionAttribute1: text,
  extensionAttribute2: text,
  extensionAttribute3: text,
  extensionAttribute4: text,
  extensionAttribute5: text,
  extensionAttribute6: text,
  extensionAttribute7: text,
  extensionAttribute8: text,
  extensionAttribute9: text,
  extensionAttribute10: text,
  extensionAttribute11: text,
  extensionAttribute12: text,
  extensionAttribute13: text,
  extensionAttribute14: text,
  extensionAttribute15: text,
  flags: integer,
  flatName: text,
  fSMORoleOwner: dn,
  governsID: text,
  gPCFileSysPath: text,
  gPLink: text,
  gPOptions: integer,
  groupType: integer,
  info: text,
  instanceType: integer,
  isDeleted: flag,
  isSingleValued: flag,
  lastLogon: fileTime,
  lastLogonTimestamp: fileTime,
  lDAPDisplayName: text,
  linkID: integer,
  lockoutDuration: interval,
  lockOutObservationWindow: interval,
  lockoutThreshold: integer,
  logonCount: integer,
  managedBy: dn,
  maxPwdAge: interval,
  mayContain: texts,
  member: dns,
  memberOf: dns,
  minPwdAge: interval,
  minPwdLength: integer,
  'ms-DS-MachineAccountQuota': integer,
  'ms-Mcs-AdmPwdExpirationTime': fileTime,
  'msDS-AllowedToActOnBehalfOfOtherIdentity': descriptor,
  'msDS-AllowedToDelegateTo': texts,
  'msDS-Behavior-Version': integer,
  'msDS-DelegatedMSAState': integer,
  'msDS-EnabledFeature': dns,
  'msDS-GroupMSAMembership': descriptor,
  'msDS-KeyCredentialLink': dnsWithBinary,
  'msDS-KrbTgtLink': dn,
  'msDS-LogonTimeSyncInterval': integer,
  'msDS-ManagedAccountPrecededByLink': dn,
  'msDS-MaximumPasswordAge': interval,
  'msDS-MinimumPasswordLength': integer,
  'msDS-NeverRevealGroup': dns,
  'msDS-OIDToGroupLink': dn,
  'msDS-OptionalFeatureGUID': guid,
  'msDS-PasswordComplexityEnabled': flag,
  'msDS-PasswordHistoryLength': integer,
  'msDS-PasswordReversibleEncryptionEnabled': flag,
  'msDS-PasswordSettingsPrecedence': integer,
  'msDS-PSOApplied': dns,
  'msDS-PSOAppliesTo': dns,
  'msDS-ReplValueMetaData': texts,
  'msDS-RevealedList': texts,
  'msDS-RevealedUsers': dnsWithBinary,
  'msDS-RevealOnDemandGroup': dns,
  'msDS-SecondaryKrbTgtNumber': integer,
  'msDS-ShadowPrincipalSid': sid,
  'msDS-SupersededManagedAccountLink': dn,
  'msDS-SupersededServiceAccountState': integer,
  'msDS-SupportedEncryptionTypes': integer,
  msExchOtherWellKnownObjects: dnsWithBinary,
  'msLAPS-PasswordExpirationTime': fileTime,
  'msPKI-Cert-Template-OID': text,
  'msPKI-Certificate-Application-Policy': texts,
  'msPKI-Certificate-Name-Flag': integer,
  'msPKI-Certificate-Policy': texts,
  'msPKI-Enrollment-Flag': integer,
  'msPKI-Enrollment-Servers': texts,
  'msPKI-Private-Key-Flag': integer,
  'msPKI-RA-Application-Policies': texts,
  'msPKI-RA-Signature': integer,
  'msPKI-Template-Schema-Version': integer,
  msSFU30Password: octets,
  mustContain: texts,
  name: text,
  nCName: dn,
  nETBIOSName: text,
  nTSecurityDescriptor: descriptor,
  objectCategory: dn,
  objectClass: texts,
  objectClassCategory: integer,
  objectGUID: guid,
  objectSid: sid,
  objectVersion: integer,
  oMObjectClass: octets,
  oMSyntax: integer,
  operatingSystem: text,
  operatingSystemVersion: text,
  options: integer,
  os400Password: octets,
  otherWellKnownObjects: dnsWithBinary,
  physicalDeliveryOfficeName: text,
  pKIExtendedKeyUsage: texts,
  possSuperiors: texts,
  primaryGroupID: integer,
  pwdHistoryLength: integer,
  pwdLastSet: fileTime,
  pwdProperties: integer,
  replPropertyMetaData: octets,
  rightsGuid: text,
  sAMAccountName: text,
  sAMAccountType: integer,
  schemaIDGUID: guid,
  searchFlags: integer,
  securityIdentifier: sid,
  serialNumber: texts,
  serverReference: dn,
  serverReferenceBL: dns,
  servicePrincipalName: texts,
  sIDHistory: sids,
  siteObject: dn,
  subClassOf: text,
  systemAuxiliaryClass: texts,
  systemFlags: integer,
  systemMayContain: texts,
  systemMustContain: texts,
  systemPossSuperiors: texts,
  thumbnailPhoto: octets,
  trustAttributes: integer,
  trustDirection: integer,
  trustPartner: text,
  trustType: integer,
  unixUserPassword: octets,
  userAccountControl: integer,
  userPassword: octets,
  userPrincipalName: text,
  validAccesses: integer,
  versionNumber: integer,
  wellKnownObjects: dnsWithBinary,
  whenChanged: time,
  whenCreated: time,
} as const

/** lDAPDisplayName of an attribute that Glacis knows the form of. */
export type AttributeName = keyof typeof table

/** What an attribute's values become: text, number, Date, SID, … or a list of them; `undefined` or [] when absent. */
export type ValueOf<A extends AttributeName> =
  (typeof table)[A]['none'] extends readonly (infer T)[]
    ? readonly T[]
    : ReturnType<(typeof table)[A]['decode']>

const byName = new Map<string, Attribute<unknown>>(
  Object.entries(table).map(([name, kind]) => [name, { ...kind, key: name.toLowerCase() }]),
)

/** How to decode a known attribute. */
export function attribute(name: AttributeName): Attribute<unknown> {
  const known = byName.get(name)
  if (known === undefined) throw new RangeError(`no such attribute in the table: ${name}`)
  return known
}

/**
 * Attributes that a server returns only to those who name them, not with `*`: operational and constructed ones (MS-ADTS
 * 3.1.1.4.5; systemFlags 0x8 and 0x4 of their schema objects).
 */
const onlyWhenNamed: ReadonlySet<string> = new Set(
  ['msDS-ReplValueMetaData', 'nTSecurityDescriptor', 'replPropertyMetaData'].map((name) =>
    name.toLowerCase(),
  ),
)

/** Whether an entry that was read whole, with `*`, comes without the attribute though it has it. Lower case. */
export function isOnlyWhenNamed(key: string): boolean {
  return onlyWhenNamed.has(key)
}

/** Every attribute in the table, by lDAPDisplayName. */
export const attributeNames: readonly AttributeName[] = Object.keys(table) as AttributeName[]

/**
 * Attributes whose values are passwords or keys. They are never asked for; where a file holds them, only the fact that
 * there is a value is kept. thumbnailPhoto is here because AD FS keeps its key in it, and people their faces.
 */
const secretNames = new Set(
  [
    'clearTextPassword',
    'currentValue',
    'dBCSPwd',
    'initialAuthIncoming',
    'initialAuthOutgoing',
    'lmPwdHistory',
    'ms-Mcs-AdmPwd',
    'ms-Mcs-AdmPwdHistory',
    'msDS-ExecuteScriptPassword',
    'msDS-ManagedPassword',
    'msDS-ManagedPasswordPreviousId',
    'msFVE-KeyPackage',
    'msFVE-RecoveryPassword',
    'msKds-RootKeyData',
    'msLAPS-EncryptedDSRMPassword',
    'msLAPS-EncryptedDSRMPasswordHistory',
    'msLAPS-EncryptedPassword',
    'msLAPS-EncryptedPasswordHistory',
    'msLAPS-Password',
    'msLAPS-CurrentPasswordVersion',
    'msPKI-CredentialRoamingTokens',
    'msPKIAccountCredentials',
    'msPKIDPAPIMasterKeys',
    'msPKIRoamingTimeStamp',
    'msSFU30Password',
    'msTPM-OwnerInformation',
    'msTPM-OwnerInformationTemp',
    'ntPwdHistory',
    'os400Password',
    'priorValue',
    'supplementalCredentials',
    'thumbnailPhoto',
    'trustAuthIncoming',
    'trustAuthOutgoing',
    'unicodePwd',
    'unixUserPassword',
    'userPassword',
  ].map((name) => name.toLowerCase()),
)

/** Whether the attribute's values are passwords or keys, so that only their presence is kept. Any case. */
export function isSecret(name: string): boolean {
  return secretNames.has(name) || secretNames.has(name.toLowerCase())
}
