import {
  attribute,
  attributeNames,
  type Form,
  isSecret,
  searchFlags,
  type Snapshot,
  type SyntaxName,
  systemFlags,
} from '#directory'

/** What the schema says of one attribute, as far as searching asks. */
export interface AttributeType {
  /** lDAPDisplayName, as answers spell it. */
  readonly name: string
  /** The same in lower case. */
  readonly key: string
  readonly syntax: SyntaxName
  /** Even: forward link; odd: the back link of the one before (MS-ADTS 3.1.1.1.6). */
  readonly linkId?: number
  /** Computed when it is read, so only by name, and never part of a filter (MS-ADTS 3.1.1.4.5). */
  readonly isConstructed: boolean
  /** Stored, but only given when it is named: FLAG_ATTR_IS_OPERATIONAL. */
  readonly isOperational: boolean
  /** Nobody may read it, so for every purpose nothing has a value of it (MS-ADTS 3.1.1.4.3). */
  readonly isSecret: boolean
  /** Part of what `anr` searches: fANR in searchFlags. */
  readonly isAnr: boolean
}

/** An attribute description taken apart (RFC 4512 §2.5). */
export interface Description {
  readonly type: string
  /** In lower case, without the semicolons. */
  readonly options: readonly string[]
}

/** Splits `userCertificate;binary`, `member;range=0-*`. */
export function parseDescription(text: string): Description {
  const [type = '', ...options] = text.split(';')
  return { type: type.trim(), options: options.map((option) => option.toLowerCase()) }
}

/**
 * The attributes of a forest: from its schema, and where that is not whole, from what is known of every forest's. Snapshots
 * from files and made-up forests may have no schema, or a few parts of one.
 */
export class AttributeTypes {
  /** Whether a name that is not found is certainly no attribute of the forest. */
  readonly areWhole: boolean
  readonly #snapshot: Snapshot
  readonly #found = new Map<string, AttributeType | undefined>()
  readonly #spelling: ReadonlyMap<string, string>
  #all: readonly AttributeType[] | undefined
  #classByOid: ReadonlyMap<string, string> | undefined
  #byLinkId: ReadonlyMap<number, AttributeType> | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.areWhole = snapshot.ofClass('attributeSchema').length >= fewestAttributes
    // What objects have is there, whatever was read of the schema.
    const names = this.areWhole ? [] : [...attributeNames, ...knownWithoutSchema]
    this.#spelling = new Map(
      [...names, ...snapshot.attributeNames].map((name) => [name.toLowerCase(), name]),
    )
  }

  /** All of them. */
  get all(): readonly AttributeType[] {
    this.#all ??= this.#findAll()
    return this.#all
  }

  /**
   * The attribute that a name or OID means. Any case, a prefix `OID.` and leading zeros in the arcs do
   * not matter. Nothing for one that the schema does not have.
   */
  find(type: string): AttributeType | undefined {
    const key = type.toLowerCase()
    if (this.#found.has(key)) return this.#found.get(key)
    const found = this.#look(key)
    // Names come from clients: an attribute is kept by its own name alone, since there is no end to the ways of writing OIDs.
    if (found?.key === key) this.#found.set(key, found)
    return found
  }

  /** lDAPDisplayName of a class or attribute, by name or OID. */
  nameOf(word: string): string | undefined {
    const { schema } = this.#snapshot
    if (!isOid(word)) return (schema.class(word) ?? schema.attribute(word))?.lDAPDisplayName
    this.#classByOid ??= new Map(
      [...schema.classes].map(({ governsID, lDAPDisplayName }) => [
        governsID ?? '',
        lDAPDisplayName,
      ]),
    )
    const oid = normalOid(word)
    return this.#classByOid.get(oid) ?? schema.attribute(oid)?.lDAPDisplayName
  }

  /** What `anr` searches (MS-ADTS 3.1.1.3.1.3.4). */
  get anr(): readonly AttributeType[] {
    return this.all.filter(({ isAnr }) => isAnr)
  }

  /** The attribute with this link id. */
  byLinkId(linkId: number): AttributeType | undefined {
    this.#byLinkId ??= new Map(
      this.all.flatMap((type) => (type.linkId === undefined ? [] : [[type.linkId, type]])),
    )
    return this.#byLinkId.get(linkId)
  }

  #findAll(): readonly AttributeType[] {
    const { schema } = this.#snapshot
    const names = [
      ...Array.from(schema.attributes, ({ lDAPDisplayName }) => lDAPDisplayName),
      ...this.#spelling.values(),
    ]
    return [...new Set(names.flatMap((name) => this.find(name) ?? []))]
  }

  #look(key: string): AttributeType | undefined {
    const { schema } = this.#snapshot
    const defined = schema.attribute(isOid(key) ? normalOid(key) : key)
    const name = defined?.lDAPDisplayName ?? this.#spelling.get(key)
    if (name === undefined) return undefined
    const lower = name.toLowerCase()
    const { systemFlags: system = 0, searchFlags: search = 0 } = defined ?? {}
    const linkId = defined?.linkID ?? fallback.linkId.get(lower)
    const isKnownAs = (known: ReadonlySet<string>, bit: number) =>
      bit !== 0 || (!this.areWhole && known.has(lower))
    return {
      name,
      key: lower,
      syntax: schema.syntaxOf(name) ?? guessedSyntax(lower),
      ...(linkId !== undefined && { linkId }),
      isConstructed: isKnownAs(fallback.constructed, system & systemFlags.attrIsConstructed),
      isOperational: isKnownAs(fallback.operational, system & systemFlags.attrIsOperational),
      isSecret: isSecret(lower),
      isAnr: isKnownAs(fallback.anr, search & searchFlags.anr),
    }
  }
}

/** Even the schema of Windows 2000 has more than 800. */
const fewestAttributes = 800

/** Whether a word is an OID, with or without the prefix `OID.`. */
export function isOid(text: string): boolean {
  return /^(oid\.)?\d+(\.\d+)+$/i.test(text)
}

/** `OID.0001.2` and `1.2` are the same to Active Directory. */
export function normalOid(text: string): string {
  return text
    .replace(/^oid\./i, '')
    .split('.')
    .map((arc) => arc.replace(/^0+(?=\d)/, ''))
    .join('.')
}

const syntaxOfForm: Readonly<Record<Form, SyntaxName>> = {
  text: 'unicodeString',
  integer: 'integer',
  flag: 'boolean',
  fileTime: 'largeInteger',
  interval: 'largeInteger',
  time: 'generalizedTime',
  sid: 'sid',
  guid: 'octetString',
  octets: 'octetString',
  dn: 'dn',
  dnWithBinary: 'dnWithBinary',
  descriptor: 'ntSecDesc',
}

const tableNames = new Map(attributeNames.map((name) => [name.toLowerCase(), name]))

function guessedSyntax(key: string): SyntaxName {
  const special = fallback.syntax.get(key)
  if (special !== undefined) return special
  const name = tableNames.get(key)
  return name === undefined ? 'unicodeString' : syntaxOfForm[attribute(name).form]
}

/**
 * What Windows Server 2016 ships, for snapshots whose schema was not read (MS-ADA1 to MS-ADA3). Only what
 * syntax, names and values do not tell by themselves.
 */
const constructedNames = [
  'allowedAttributes',
  'allowedAttributesEffective',
  'allowedChildClasses',
  'allowedChildClassesEffective',
  'aNR',
  'attributeTypes',
  'canonicalName',
  'createTimeStamp',
  'dITContentRules',
  'entryTTL',
  'extendedAttributeInfo',
  'extendedClassInfo',
  'fromEntry',
  'modifyTimeStamp',
  'msDS-Approx-Immed-Subordinates',
  'msDS-Auxiliary-Classes',
  'msDS-isGC',
  'msDS-isRODC',
  'msDS-IsUserCachableAtRodc',
  'msDS-KeyVersionNumber',
  'msDS-ManagedPassword',
  'msds-memberOfTransitive',
  'msds-memberTransitive',
  'msDS-NCReplCursors',
  'msDS-NCReplInboundNeighbors',
  'msDS-NCReplOutboundNeighbors',
  'msDS-parentdistname',
  'msDS-PrincipalName',
  'msDS-QuotaEffective',
  'msDS-QuotaUsed',
  'msDS-ReplAttributeMetaData',
  'msDS-ReplValueMetaData',
  'msDS-ResultantPSO',
  'msDS-RevealedList',
  'msDS-RevealedListBL',
  'msDS-SiteName',
  'msDS-User-Account-Control-Computed',
  'msDS-UserPasswordExpiryTimeComputed',
  'objectClasses',
  'parentGUID',
  'possibleInferiors',
  'primaryGroupToken',
  'sDRightsEffective',
  'structuralObjectClass',
  'subSchemaSubEntry',
  'tokenGroups',
  'tokenGroupsGlobalAndUniversal',
  'tokenGroupsNoGCAcceptable',
]
const operationalNames = [
  'msDS-BridgeHeadServersUsed',
  'msDS-Entry-Time-To-Die',
  'msDS-USNLastSyncSuccess',
  'nTSecurityDescriptor',
  'replPropertyMetaData',
]
const anrNames = [
  'displayName',
  'givenName',
  'legacyExchangeDN',
  'msDS-AdditionalSamAccountName',
  'msDS-PhoneticCompanyName',
  'msDS-PhoneticDepartment',
  'msDS-PhoneticDisplayName',
  'msDS-PhoneticFirstName',
  'msDS-PhoneticLastName',
  'name',
  'physicalDeliveryOfficeName',
  'proxyAddresses',
  'sAMAccountName',
  'sn',
]
const links: Readonly<Record<string, number>> = {
  member: 2,
  memberOf: 3,
  manager: 42,
  directReports: 43,
  siteObject: 46,
  siteObjectBL: 47,
  managedBy: 72,
  managedObjects: 73,
  serverReference: 94,
  serverReferenceBL: 95,
  'msDS-KrbTgtLink': 2100,
  'msDS-KrbTgtLinkBl': 2101,
  'msDS-RevealedUsers': 2102,
  'msDS-RevealedDSAs': 2103,
  'msDS-NeverRevealGroup': 2106,
  'msDS-RevealOnDemandGroup': 2110,
  'msDS-PSOAppliesTo': 2118,
  'msDS-PSOApplied': 2119,
  'msDS-OIDToGroupLink': 2164,
  'msDS-OIDToGroupLinkBl': 2165,
  'msDS-HostServiceAccount': 2166,
  'msDS-HostServiceAccountBL': 2167,
  'msDS-EnabledFeature': 2168,
  'msDS-EnabledFeatureBL': 2169,
  'msDS-KeyCredentialLink': 2220,
  'msDS-KeyCredentialLink-BL': 2221,
}
const syntaxesByName: Readonly<Record<string, SyntaxName>> = {
  altSecurityIdentities: 'unicodeString',
  attributeID: 'objectIdentifier',
  attributeSyntax: 'objectIdentifier',
  auxiliaryClass: 'objectIdentifier',
  governsID: 'objectIdentifier',
  mayContain: 'objectIdentifier',
  mustContain: 'objectIdentifier',
  objectClass: 'objectIdentifier',
  possSuperiors: 'objectIdentifier',
  subClassOf: 'objectIdentifier',
  systemAuxiliaryClass: 'objectIdentifier',
  systemMayContain: 'objectIdentifier',
  systemMustContain: 'objectIdentifier',
  systemPossSuperiors: 'objectIdentifier',
  distinguishedName: 'dn',
  manager: 'dn',
  directReports: 'dn',
  managedObjects: 'dn',
  subRefs: 'dn',
  'msDS-PSOApplied': 'dn',
  'msDS-KrbTgtLinkBl': 'dn',
  'msDS-OIDToGroupLinkBl': 'dn',
  'msDS-HostServiceAccount': 'dn',
  'msDS-HostServiceAccountBL': 'dn',
  'msDS-EnabledFeatureBL': 'dn',
  siteObjectBL: 'dn',
  'msDS-RevealedDSAs': 'dn',
  'msDS-KeyCredentialLink-BL': 'dn',
  wellKnownObjects: 'dnWithBinary',
  otherWellKnownObjects: 'dnWithBinary',
  badPwdCount: 'integer',
  codePage: 'integer',
  countryCode: 'integer',
  systemOnly: 'boolean',
  isCriticalSystemObject: 'boolean',
  showInAdvancedViewOnly: 'boolean',
  isRecycled: 'boolean',
  uSNChanged: 'largeInteger',
  uSNCreated: 'largeInteger',
  badPasswordTime: 'largeInteger',
  lastLogoff: 'largeInteger',
  lockoutTime: 'largeInteger',
  creationTime: 'largeInteger',
  modifiedCount: 'largeInteger',
  forceLogoff: 'largeInteger',
  whenChanged: 'generalizedTime',
  whenCreated: 'generalizedTime',
  dSCorePropagationData: 'generalizedTime',
  schemaIDGUID: 'octetString',
  logonHours: 'octetString',
  userCertificate: 'octetString',
  dSASignature: 'octetString',
  userParameters: 'unicodeString',
}
const knownWithoutSchema: readonly string[] = [
  ...constructedNames,
  ...operationalNames,
  ...anrNames,
  ...Object.keys(links),
  ...Object.keys(syntaxesByName),
  'c',
  'co',
  'company',
  'department',
  'employeeID',
  'facsimileTelephoneNumber',
  'homeDirectory',
  'homeDrive',
  'homePhone',
  'initials',
  'ipPhone',
  'l',
  'location',
  'mail',
  'mailNickname',
  'mobile',
  'o',
  'ou',
  'pager',
  'postalCode',
  'postOfficeBox',
  'printerName',
  'profilePath',
  'scriptPath',
  'st',
  'street',
  'streetAddress',
  'telephoneNumber',
  'title',
  'uid',
  'uidNumber',
  'gidNumber',
  'uNCName',
  'url',
  'userPrincipalName',
  'wWWHomePage',
]

const fallback = {
  constructed: lowered(constructedNames),
  operational: lowered(operationalNames),
  anr: lowered(anrNames),
  linkId: new Map(Object.entries(links).map(([name, id]) => [name.toLowerCase(), id])),
  syntax: new Map(
    Object.entries(syntaxesByName).map(([name, syntax]) => [name.toLowerCase(), syntax]),
  ),
}

function lowered(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()))
}
