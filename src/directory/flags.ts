/**
 * One set of bits: our short names as numbers, each declared beside its Windows name, which
 * {@link namesOf} prints. A bit declared twice or beyond 32 stops the program when it loads.
 */
type FlagTable = Readonly<Record<string, readonly [bit: number, windowsName: string]>>
type Flags<T extends FlagTable> = { readonly [K in keyof T]: number }

const windowsNames = new WeakMap<object, ReadonlyMap<number, string>>()

/** Declares a set of bits; for the tables of this room only. */
export function flags<const T extends FlagTable>(table: T): Flags<T> {
  const names = new Map<number, string>()
  const set: Record<string, number> = {}
  for (const [key, [bit, name]] of Object.entries(table)) {
    if (!Number.isInteger(Math.log2(bit)) || bit > 0x80000000 || names.has(bit)) {
      throw new RangeError(`${name}: ${bit} is not one unused bit of 32`)
    }
    set[key] = bit
    names.set(bit, name)
  }
  const frozen = Object.freeze(set)
  windowsNames.set(frozen, names)
  return frozen as Flags<T>
}

/**
 * Windows names of the bits that are set, lowest first, for people; bits without a name come last
 * as one hexadecimal number. `value` may be signed, as LDAP gives it, or unsigned.
 */
export function namesOf(set: Readonly<Record<string, number>>, value: number): string[] {
  const known = windowsNames.get(set)
  if (known === undefined) throw new TypeError('namesOf knows only the flag sets declared here')
  const found: string[] = []
  let rest = value >>> 0
  for (const [bit, name] of [...known].toSorted(([a], [b]) => a - b)) {
    if ((value & bit) === 0) continue
    found.push(name)
    rest = (rest & ~bit) >>> 0
  }
  if (rest !== 0) found.push(`0x${rest.toString(16).toUpperCase()}`)
  return found
}

/** Bits of `userAccountControl` (MS-ADTS 2.2.16) and of `msDS-User-Account-Control-Computed`. */
export const uac = flags({
  script: [0x1, 'SCRIPT'],
  disabled: [0x2, 'ACCOUNTDISABLE'],
  homeDirRequired: [0x8, 'HOMEDIR_REQUIRED'],
  /** Only in `msDS-User-Account-Control-Computed`. */
  lockedOut: [0x10, 'LOCKOUT'],
  passwordNotRequired: [0x20, 'PASSWD_NOTREQD'],
  /** Not kept in the attribute: the real right is in the security descriptor. */
  passwordCannotChange: [0x40, 'PASSWD_CANT_CHANGE'],
  reversiblePassword: [0x80, 'ENCRYPTED_TEXT_PWD_ALLOWED'],
  tempDuplicateAccount: [0x100, 'TEMP_DUPLICATE_ACCOUNT'],
  normalAccount: [0x200, 'NORMAL_ACCOUNT'],
  interdomainTrustAccount: [0x800, 'INTERDOMAIN_TRUST_ACCOUNT'],
  workstationTrustAccount: [0x1000, 'WORKSTATION_TRUST_ACCOUNT'],
  serverTrustAccount: [0x2000, 'SERVER_TRUST_ACCOUNT'],
  passwordNeverExpires: [0x10000, 'DONT_EXPIRE_PASSWORD'],
  mnsLogonAccount: [0x20000, 'MNS_LOGON_ACCOUNT'],
  smartcardRequired: [0x40000, 'SMARTCARD_REQUIRED'],
  trustedForDelegation: [0x80000, 'TRUSTED_FOR_DELEGATION'],
  notDelegated: [0x100000, 'NOT_DELEGATED'],
  useDesKeyOnly: [0x200000, 'USE_DES_KEY_ONLY'],
  preauthNotRequired: [0x400000, 'DONT_REQ_PREAUTH'],
  /** Only in `msDS-User-Account-Control-Computed`. */
  passwordExpired: [0x800000, 'PASSWORD_EXPIRED'],
  trustedToAuthForDelegation: [0x1000000, 'TRUSTED_TO_AUTH_FOR_DELEGATION'],
  noAuthDataRequired: [0x2000000, 'NO_AUTH_DATA_REQUIRED'],
  partialSecretsAccount: [0x4000000, 'PARTIAL_SECRETS_ACCOUNT'],
  useAesKeys: [0x8000000, 'USE_AES_KEYS'],
})

/** Whether an account may sign in: its `userAccountControl` lacks ACCOUNTDISABLE. */
export function isEnabled(userAccountControl: number): boolean {
  return (userAccountControl & uac.disabled) === 0
}

/** Bits of `groupType` (MS-ADTS 2.2.12). Without `securityEnabled` it is a distribution group. */
export const groupType = flags({
  builtinLocal: [0x1, 'GROUP_TYPE_BUILTIN_LOCAL_GROUP'],
  account: [0x2, 'GROUP_TYPE_ACCOUNT_GROUP'],
  resource: [0x4, 'GROUP_TYPE_RESOURCE_GROUP'],
  universal: [0x8, 'GROUP_TYPE_UNIVERSAL_GROUP'],
  appBasic: [0x10, 'GROUP_TYPE_APP_BASIC_GROUP'],
  appQuery: [0x20, 'GROUP_TYPE_APP_QUERY_GROUP'],
  securityEnabled: [0x80000000, 'GROUP_TYPE_SECURITY_ENABLED'],
})

/** Whether a group's SID is put into tokens: it is a security group, not a distribution list. */
export function isSecurityGroup(type: number): boolean {
  return (type & groupType.securityEnabled) !== 0
}

/** Reach of a group: where it may be used and whom it may hold (MS-ADTS 2.2.12). */
export function groupScope(type: number): 'global' | 'domainLocal' | 'universal' | undefined {
  if ((type & groupType.universal) !== 0) return 'universal'
  if ((type & groupType.account) !== 0) return 'global'
  if ((type & groupType.resource) !== 0) return 'domainLocal'
  return undefined
}

/** Bits of `systemFlags` (MS-ADTS 2.2.10). Some differ by kind of object and share a bit. */
export const systemFlags = flags({
  /** On attributeSchema; on crossRef `ntdsNamingContext`. */
  attrNotReplicated: [0x1, 'FLAG_ATTR_NOT_REPLICATED'],
  /** On attributeSchema; on crossRef `ntdsDomain`. */
  attrReqPartialSetMember: [0x2, 'FLAG_ATTR_REQ_PARTIAL_SET_MEMBER'],
  /** On attributeSchema; on crossRef `notGcReplicated`. */
  attrIsConstructed: [0x4, 'FLAG_ATTR_IS_CONSTRUCTED'],
  attrIsOperational: [0x8, 'FLAG_ATTR_IS_OPERATIONAL'],
  schemaBaseObject: [0x10, 'FLAG_SCHEMA_BASE_OBJECT'],
  attrIsRdn: [0x20, 'FLAG_ATTR_IS_RDN'],
  disallowMoveOnDelete: [0x2000000, 'FLAG_DISALLOW_MOVE_ON_DELETE'],
  domainDisallowMove: [0x4000000, 'FLAG_DOMAIN_DISALLOW_MOVE'],
  domainDisallowRename: [0x8000000, 'FLAG_DOMAIN_DISALLOW_RENAME'],
  configAllowLimitedMove: [0x10000000, 'FLAG_CONFIG_ALLOW_LIMITED_MOVE'],
  configAllowMove: [0x20000000, 'FLAG_CONFIG_ALLOW_MOVE'],
  configAllowRename: [0x40000000, 'FLAG_CONFIG_ALLOW_RENAME'],
  disallowDelete: [0x80000000, 'FLAG_DISALLOW_DELETE'],
})

/** The low bits of `systemFlags` as crossRef objects use them (MS-ADTS 2.2.10). */
export const crossRefFlags = flags({
  ntdsNamingContext: [0x1, 'FLAG_CR_NTDS_NC'],
  ntdsDomain: [0x2, 'FLAG_CR_NTDS_DOMAIN'],
  notGcReplicated: [0x4, 'FLAG_CR_NTDS_NOT_GC_REPLICATED'],
})

/** Bits of `searchFlags` of an attribute (MS-ADTS 2.2.9). */
export const searchFlags = flags({
  index: [0x1, 'fATTINDEX'],
  indexInContainer: [0x2, 'fPDNTATTINDEX'],
  anr: [0x4, 'fANR'],
  preserveOnDelete: [0x8, 'fPRESERVEONDELETE'],
  copy: [0x10, 'fCOPY'],
  tupleIndex: [0x20, 'fTUPLEINDEX'],
  subtreeIndex: [0x40, 'fSUBTREEATTINDEX'],
  /** Reading needs CONTROL_ACCESS beside READ_PROP. */
  confidential: [0x80, 'fCONFIDENTIAL'],
  neverAudit: [0x100, 'fNEVERVALUEAUDIT'],
  rodcFiltered: [0x200, 'fRODCFilteredAttribute'],
  extendedLinkTracking: [0x400, 'fEXTENDEDLINKTRACKING'],
  baseOnly: [0x800, 'fBASEONLY'],
  partitionSecret: [0x1000, 'fPARTITIONSECRET'],
})

/** Bits of `instanceType` (MS-ADA1). */
export const instanceType = flags({
  namingContextHead: [0x1, 'IT_NC_HEAD'],
  uninstantiated: [0x2, 'IT_UNINSTANT'],
  writable: [0x4, 'IT_WRITE'],
  hasNamingContextAbove: [0x8, 'IT_NC_ABOVE'],
  namingContextComing: [0x10, 'IT_NC_COMING'],
  namingContextGoing: [0x20, 'IT_NC_GOING'],
})

/** Bits of `trustAttributes` of a trustedDomain (MS-ADTS 6.1.6.7.9). */
export const trustAttributes = flags({
  nonTransitive: [0x1, 'TRUST_ATTRIBUTE_NON_TRANSITIVE'],
  uplevelOnly: [0x2, 'TRUST_ATTRIBUTE_UPLEVEL_ONLY'],
  /** SID filtering of an external trust. */
  quarantinedDomain: [0x4, 'TRUST_ATTRIBUTE_QUARANTINED_DOMAIN'],
  forestTransitive: [0x8, 'TRUST_ATTRIBUTE_FOREST_TRANSITIVE'],
  /** Selective authentication. */
  crossOrganization: [0x10, 'TRUST_ATTRIBUTE_CROSS_ORGANIZATION'],
  withinForest: [0x20, 'TRUST_ATTRIBUTE_WITHIN_FOREST'],
  treatAsExternal: [0x40, 'TRUST_ATTRIBUTE_TREAT_AS_EXTERNAL'],
  usesRc4Encryption: [0x80, 'TRUST_ATTRIBUTE_USES_RC4_ENCRYPTION'],
  usesAesKeys: [0x100, 'TRUST_ATTRIBUTE_USES_AES_KEYS'],
  crossOrganizationNoTgtDelegation: [0x200, 'TRUST_ATTRIBUTE_CROSS_ORGANIZATION_NO_TGT_DELEGATION'],
  pimTrust: [0x400, 'TRUST_ATTRIBUTE_PIM_TRUST'],
  crossOrganizationEnableTgtDelegation: [
    0x800,
    'TRUST_ATTRIBUTE_CROSS_ORGANIZATION_ENABLE_TGT_DELEGATION',
  ],
  disableAuthTargetValidation: [0x1000, 'TRUST_ATTRIBUTE_DISABLE_AUTH_TARGET_VALIDATION'],
  treeParent: [0x400000, 'TRUST_ATTRIBUTE_TREE_PARENT'],
  treeRoot: [0x800000, 'TRUST_ATTRIBUTE_TREE_ROOT'],
})

/** Bits of `trustDirection`: inbound means they trust us, outbound that we trust them (MS-ADTS 6.1.6.7.12). */
export const trustDirection = flags({
  inbound: [0x1, 'TRUST_DIRECTION_INBOUND'],
  outbound: [0x2, 'TRUST_DIRECTION_OUTBOUND'],
})

/** Values of `trustType` (MS-ADTS 6.1.6.7.15). */
export const trustType = {
  /** A domain without Active Directory. */
  downlevel: 1,
  /** An Active Directory domain. */
  uplevel: 2,
  /** A Kerberos realm that is not Windows. */
  mit: 3,
  dce: 4,
  /** An Entra ID tenant. */
  aad: 5,
} as const

/** Bits of `msDS-SupportedEncryptionTypes` (MS-KILE 2.2.7). Empty or 0 means the default of the KDC. */
export const encryptionTypes = flags({
  desCbcCrc: [0x1, 'DES-CBC-CRC'],
  desCbcMd5: [0x2, 'DES-CBC-MD5'],
  rc4: [0x4, 'RC4-HMAC'],
  aes128: [0x8, 'AES128-CTS-HMAC-SHA1-96'],
  aes256: [0x10, 'AES256-CTS-HMAC-SHA1-96'],
  aes256SessionKey: [0x20, 'AES256-CTS-HMAC-SHA1-96-SK'],
  aes128Sha256: [0x40, 'AES128-CTS-HMAC-SHA256-128'],
  aes256Sha384: [0x80, 'AES256-CTS-HMAC-SHA384-192'],
  fast: [0x10000, 'FAST-supported'],
  compoundIdentity: [0x20000, 'Compound-identity-supported'],
  claims: [0x40000, 'Claims-supported'],
  resourceSidCompressionDisabled: [0x80000, 'Resource-SID-compression-disabled'],
})

/** Bits of `pwdProperties` of a domain (MS-SAMR 2.2.3.5). */
export const pwdProperties = flags({
  complex: [0x1, 'DOMAIN_PASSWORD_COMPLEX'],
  noAnonymousChange: [0x2, 'DOMAIN_PASSWORD_NO_ANON_CHANGE'],
  noClearChange: [0x4, 'DOMAIN_PASSWORD_NO_CLEAR_CHANGE'],
  lockoutAdmins: [0x8, 'DOMAIN_LOCKOUT_ADMINS'],
  storeCleartext: [0x10, 'DOMAIN_PASSWORD_STORE_CLEARTEXT'],
  refuseChange: [0x20, 'DOMAIN_REFUSE_PASSWORD_CHANGE'],
  noLmOwfChange: [0x40, 'DOMAIN_NO_LM_OWF_CHANGE'],
})

/** Values of `sAMAccountType` (MS-SAMR 2.2.1.9). */
export const samAccountType = {
  domainObject: 0x0,
  groupObject: 0x10000000,
  nonSecurityGroupObject: 0x10000001,
  aliasObject: 0x20000000,
  nonSecurityAliasObject: 0x20000001,
  userObject: 0x30000000,
  machineAccount: 0x30000001,
  trustAccount: 0x30000002,
  appBasicGroup: 0x40000000,
  appQueryGroup: 0x40000001,
} as const

/** Bits of `gPOptions` of a domain, OU or site (MS-GPOL 2.2.2). */
export const gpOptions = flags({ blockInheritance: [0x1, 'GPO_BLOCK_INHERITANCE'] })

/** Bits of one link in `gPLink`, `[LDAP://dn;bits]` (MS-GPOL 2.2.2). */
export const gpLinkOptions = flags({
  disabled: [0x1, 'GPLINK_OPT_DISABLE'],
  enforced: [0x2, 'GPLINK_OPT_ENFORCE'],
})

/** Bits of `flags` of a groupPolicyContainer (MS-GPOL 2.2.4). */
export const gpoFlags = flags({
  userDisabled: [0x1, 'GPO_OPTION_DISABLE_USER'],
  computerDisabled: [0x2, 'GPO_OPTION_DISABLE_MACHINE'],
})

/** Bits of `msPKI-Certificate-Name-Flag` of a template (MS-CRTD 2.28). */
export const certificateNameFlag = flags({
  enrolleeSuppliesSubject: [0x1, 'CT_FLAG_ENROLLEE_SUPPLIES_SUBJECT'],
  oldCertSuppliesSubject: [0x8, 'CT_FLAG_OLD_CERT_SUPPLIES_SUBJECT_AND_ALT_NAME'],
  enrolleeSuppliesSubjectAltName: [0x10000, 'CT_FLAG_ENROLLEE_SUPPLIES_SUBJECT_ALT_NAME'],
  altNameDomainDns: [0x400000, 'CT_FLAG_SUBJECT_ALT_REQUIRE_DOMAIN_DNS'],
  altNameSpn: [0x800000, 'CT_FLAG_SUBJECT_ALT_REQUIRE_SPN'],
  altNameDirectoryGuid: [0x1000000, 'CT_FLAG_SUBJECT_ALT_REQUIRE_DIRECTORY_GUID'],
  altNameUpn: [0x2000000, 'CT_FLAG_SUBJECT_ALT_REQUIRE_UPN'],
  altNameEmail: [0x4000000, 'CT_FLAG_SUBJECT_ALT_REQUIRE_EMAIL'],
  altNameDns: [0x8000000, 'CT_FLAG_SUBJECT_ALT_REQUIRE_DNS'],
  subjectDnsAsCn: [0x10000000, 'CT_FLAG_SUBJECT_REQUIRE_DNS_AS_CN'],
  subjectEmail: [0x20000000, 'CT_FLAG_SUBJECT_REQUIRE_EMAIL'],
  subjectCommonName: [0x40000000, 'CT_FLAG_SUBJECT_REQUIRE_COMMON_NAME'],
  subjectDirectoryPath: [0x80000000, 'CT_FLAG_SUBJECT_REQUIRE_DIRECTORY_PATH'],
})

/** Bits of `msPKI-Enrollment-Flag` of a template (MS-CRTD 2.26). */
export const enrollmentFlag = flags({
  includeSymmetricAlgorithms: [0x1, 'CT_FLAG_INCLUDE_SYMMETRIC_ALGORITHMS'],
  /** A CA manager must approve each request. */
  pendAllRequests: [0x2, 'CT_FLAG_PEND_ALL_REQUESTS'],
  publishToKraContainer: [0x4, 'CT_FLAG_PUBLISH_TO_KRA_CONTAINER'],
  publishToDs: [0x8, 'CT_FLAG_PUBLISH_TO_DS'],
  autoEnrollmentCheckUserDsCertificate: [0x10, 'CT_FLAG_AUTO_ENROLLMENT_CHECK_USER_DS_CERTIFICATE'],
  autoEnrollment: [0x20, 'CT_FLAG_AUTO_ENROLLMENT'],
  previousApprovalValidateReenrollment: [0x40, 'CT_FLAG_PREVIOUS_APPROVAL_VALIDATE_REENROLLMENT'],
  domainAuthenticationNotRequired: [0x80, 'CT_FLAG_DOMAIN_AUTHENTICATION_NOT_REQUIRED'],
  userInteractionRequired: [0x100, 'CT_FLAG_USER_INTERACTION_REQUIRED'],
  addTemplateName: [0x200, 'CT_FLAG_ADD_TEMPLATE_NAME'],
  removeInvalidCertificate: [0x400, 'CT_FLAG_REMOVE_INVALID_CERTIFICATE_FROM_PERSONAL_STORE'],
  allowEnrollOnBehalfOf: [0x800, 'CT_FLAG_ALLOW_ENROLL_ON_BEHALF_OF'],
  addOcspNoCheck: [0x1000, 'CT_FLAG_ADD_OCSP_NOCHECK'],
  enableKeyReuse: [0x2000, 'CT_FLAG_ENABLE_KEY_REUSE_ON_NT_TOKEN_KEYSET_STORAGE_FULL'],
  noRevocationInfo: [0x4000, 'CT_FLAG_NOREVOCATIONINFOINISSUEDCERTS'],
  includeBasicConstraints: [0x8000, 'CT_FLAG_INCLUDE_BASIC_CONSTRAINTS_FOR_EE_CERTS'],
  allowKeyBasedRenewal: [
    0x10000,
    'CT_FLAG_ALLOW_PREVIOUS_APPROVAL_KEYBASEDRENEWAL_VALIDATE_REENROLLMENT',
  ],
  issuancePoliciesFromRequest: [0x20000, 'CT_FLAG_ISSUANCE_POLICIES_FROM_REQUEST'],
  skipAutoRenewal: [0x40000, 'CT_FLAG_SKIP_AUTO_RENEWAL'],
  noSecurityExtension: [0x80000, 'CT_FLAG_NO_SECURITY_EXTENSION'],
})

/** Bits of `msPKI-Private-Key-Flag` of a template (MS-CRTD 2.27); the rest holds version numbers. */
export const privateKeyFlag = flags({
  requirePrivateKeyArchival: [0x1, 'CT_FLAG_REQUIRE_PRIVATE_KEY_ARCHIVAL'],
  exportableKey: [0x10, 'CT_FLAG_EXPORTABLE_KEY'],
  strongKeyProtectionRequired: [0x20, 'CT_FLAG_STRONG_KEY_PROTECTION_REQUIRED'],
  requireAlternateSignatureAlgorithm: [0x40, 'CT_FLAG_REQUIRE_ALTERNATE_SIGNATURE_ALGORITHM'],
  requireSameKeyRenewal: [0x80, 'CT_FLAG_REQUIRE_SAME_KEY_RENEWAL'],
  useLegacyProvider: [0x100, 'CT_FLAG_USE_LEGACY_PROVIDER'],
  ekTrustOnUse: [0x200, 'CT_FLAG_EK_TRUST_ON_USE'],
  ekValidateCert: [0x400, 'CT_FLAG_EK_VALIDATE_CERT'],
  ekValidateKey: [0x800, 'CT_FLAG_EK_VALIDATE_KEY'],
  attestPreferred: [0x1000, 'CT_FLAG_ATTEST_PREFERRED'],
  attestRequired: [0x2000, 'CT_FLAG_ATTEST_REQUIRED'],
  attestationWithoutPolicy: [0x4000, 'CT_FLAG_ATTESTATION_WITHOUT_POLICY'],
  helloLogonKey: [0x200000, 'CT_FLAG_HELLO_LOGON_KEY'],
})

/** Bits of `flags` of a pKICertificateTemplate (MS-CRTD 2.4). */
export const templateFlags = flags({
  enrolleeSuppliesSubject: [0x1, 'CT_FLAG_ENROLLEE_SUPPLIES_SUBJECT'],
  addEmail: [0x2, 'CT_FLAG_ADD_EMAIL'],
  addObjectGuid: [0x4, 'CT_FLAG_ADD_OBJ_GUID'],
  publishToDs: [0x8, 'CT_FLAG_PUBLISH_TO_DS'],
  exportableKey: [0x10, 'CT_FLAG_EXPORTABLE_KEY'],
  autoEnrollment: [0x20, 'CT_FLAG_AUTO_ENROLLMENT'],
  machineType: [0x40, 'CT_FLAG_MACHINE_TYPE'],
  isCa: [0x80, 'CT_FLAG_IS_CA'],
  addDirectoryPath: [0x100, 'CT_FLAG_ADD_DIRECTORY_PATH'],
  addTemplateName: [0x200, 'CT_FLAG_ADD_TEMPLATE_NAME'],
  addSubjectDirectoryPath: [0x400, 'CT_FLAG_ADD_SUBJECT_DIRECTORY_PATH'],
  isCrossCa: [0x800, 'CT_FLAG_IS_CROSS_CA'],
  doNotPersistInDb: [0x1000, 'CT_FLAG_DONOTPERSISTINDB'],
  isDefault: [0x10000, 'CT_FLAG_IS_DEFAULT'],
  isModified: [0x20000, 'CT_FLAG_IS_MODIFIED'],
})

/** Bits of `options` of an nTDSDSA object (MS-ADTS 6.1.1.2.2.1.2.1.1). */
export const ntdsDsaOptions = flags({
  isGlobalCatalog: [0x1, 'NTDSDSA_OPT_IS_GC'],
  disableInboundReplication: [0x2, 'NTDSDSA_OPT_DISABLE_INBOUND_REPL'],
  disableOutboundReplication: [0x4, 'NTDSDSA_OPT_DISABLE_OUTBOUND_REPL'],
  disableConnectionTranslation: [0x8, 'NTDSDSA_OPT_DISABLE_NTDSCONN_XLATE'],
  disableSpnRegistration: [0x10, 'NTDSDSA_OPT_DISABLE_SPN_REGISTRATION'],
})

/** Values of `msDS-Behavior-Version` of a domain, a forest or a DC (MS-ADTS 6.1.4.2, 6.1.4.3, 6.1.4.4). */
export const functionalLevel = {
  windows2000: 0,
  windows2003Interim: 1,
  windows2003: 2,
  windows2008: 3,
  windows2008R2: 4,
  windows2012: 5,
  windows2012R2: 6,
  windows2016: 7,
  windows2025: 10,
} as const

const functionalLevelNames: Readonly<Record<number, string>> = {
  [functionalLevel.windows2000]: 'Windows 2000',
  [functionalLevel.windows2003Interim]: 'Windows Server 2003 interim',
  [functionalLevel.windows2003]: 'Windows Server 2003',
  [functionalLevel.windows2008]: 'Windows Server 2008',
  [functionalLevel.windows2008R2]: 'Windows Server 2008 R2',
  [functionalLevel.windows2012]: 'Windows Server 2012',
  [functionalLevel.windows2012R2]: 'Windows Server 2012 R2',
  [functionalLevel.windows2016]: 'Windows Server 2016',
  [functionalLevel.windows2025]: 'Windows Server 2025',
}

/** Name of a functional level for people; an unknown one as its number. */
export function nameOfFunctionalLevel(level: number): string {
  return functionalLevelNames[level] ?? `level ${level}`
}

/**
 * Places in the string `dSHeuristics`, counted from 1 (MS-ADTS 6.1.1.2.4.1.2). Read them with
 * {@link heuristic}. Characters 10, 20 and 30 are length marks and hold '1', '2' and '3'.
 */
export const dsHeuristic = {
  fSupFirstLastANR: 1,
  fSupLastFirstANR: 2,
  fDoListObject: 3,
  fDoNickRes: 4,
  fLDAPUsePermMod: 5,
  ulHideDSID: 6,
  fLDAPBlockAnonOps: 7,
  fAllowAnonNSPI: 8,
  fUserPwdSupport: 9,
  tenthChar: 10,
  fSpecifyGUIDOnAdd: 11,
  fDontStandardizeSDs: 12,
  fAllowPasswordOperationsOverNonSecureConnection: 13,
  fDontPropagateOnNoChangeUpdate: 14,
  fComputeANRStats: 15,
  dwAdminSDExMask: 16,
  fKVNOEmuW2K: 17,
  fLDAPBypassUpperBoundsOnLimits: 18,
  fDisableAutoIndexingOnSchemaUpdate: 19,
  twentiethChar: 20,
  doNotVerifyUpnAndOrSpnUniqueness: 21,
  minimumGetChangesRequestVersion: 22,
  minimumGetChangesReplyVersion: 23,
  attributeAuthorizationOnLdapAdd: 28,
  blockOwnerImplicitRights: 29,
  thirtiethChar: 30,
  disableConfidentialAttributeEncryptionRequirements: 31,
} as const

/** One character of `dSHeuristics`; '0' when the attribute is absent or shorter. */
export function heuristic(dSHeuristics: string | undefined, place: number): string {
  return dSHeuristics?.charAt(place - 1) || '0'
}

/** Operator groups that `dwAdminSDExMask` takes out of AdminSDHolder's protection (MS-ADTS 3.1.1.6.1.4). */
export const adminSdExMask = flags({
  accountOperators: [0x1, 'Account Operators'],
  serverOperators: [0x2, 'Server Operators'],
  printOperators: [0x4, 'Print Operators'],
  backupOperators: [0x8, 'Backup Operators'],
})

/** Value of `dwAdminSDExMask`, a hexadecimal digit in `dSHeuristics`; 0 when absent or no digit. */
export function adminSdExMaskOf(dSHeuristics: string | undefined): number {
  const value = Number.parseInt(heuristic(dSHeuristics, dsHeuristic.dwAdminSDExMask), 16)
  return Number.isNaN(value) ? 0 : value
}
