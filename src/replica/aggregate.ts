import { type Snapshot, type SyntaxName, writeGuid } from '#directory'
import type { Catalog } from './catalog.ts'
import { textOf } from './values.ts'

/** The schema in the terms of RFC 4512, as `CN=Aggregate` gives it (MS-ADTS 3.1.1.3.1.1). */
export interface SchemaDefinitions {
  readonly attributeTypes: readonly string[]
  readonly objectClasses: readonly string[]
  readonly dITContentRules: readonly string[]
  readonly extendedAttributeInfo: readonly string[]
  readonly extendedClassInfo: readonly string[]
}

const known = new WeakMap<Catalog, SchemaDefinitions>()

/** The schema's definitions, made once. Active Directory puts syntaxes in quotes, so this does. */
export function schemaDefinitions(catalog: Catalog): SchemaDefinitions {
  let definitions = known.get(catalog)
  if (definitions === undefined) {
    definitions = define(catalog)
    known.set(catalog, definitions)
  }
  return definitions
}

function define({ snapshot, types }: Catalog): SchemaDefinitions {
  const { schema } = snapshot
  const attributes = [...schema.attributes]
  const classes = [...schema.classes]
  const systemOnly = systemOnlyNames('attributeSchema', snapshot)
  return {
    attributeTypes: types.all.map(({ name, syntax }) => {
      const defined = schema.attribute(name)
      return words([
        oidOf(defined?.attributeID, name),
        `NAME '${name}'`,
        `SYNTAX '${ldapSyntaxes[syntax]}'`,
        defined?.isSingleValued === true && 'SINGLE-VALUE',
        systemOnly.has(name) && 'NO-USER-MODIFICATION',
      ])
    }),
    objectClasses: classes.map((type) =>
      words([
        oidOf(type.governsID, type.lDAPDisplayName),
        `NAME '${type.lDAPDisplayName}'`,
        type.lDAPDisplayName === 'top'
          ? ''
          : type.subClassOf !== undefined && `SUP ${type.subClassOf}`,
        categories[type.objectClassCategory ?? 1] ?? 'STRUCTURAL',
        list('MUST', type.mustContain),
        list('MAY', type.mayContain),
      ]),
    ),
    dITContentRules: classes
      .filter(({ auxiliaryClass }) => auxiliaryClass !== undefined && auxiliaryClass.length > 0)
      .map((type) => {
        const auxiliaries = type.auxiliaryClass!.flatMap((name) => schema.class(name) ?? [])
        const all = (lists: 'mustContain' | 'mayContain') => [
          ...new Set(auxiliaries.flatMap((one) => one[lists] ?? [])),
        ]
        return words([
          oidOf(type.governsID, type.lDAPDisplayName),
          `NAME '${type.lDAPDisplayName}'`,
          `AUX ( ${type.auxiliaryClass!.join(' $ ')} )`,
          list('MUST', all('mustContain')),
          list('MAY', all('mayContain')),
        ])
      }),
    extendedAttributeInfo: attributes.map((type) =>
      words([
        oidOf(type.attributeID, type.lDAPDisplayName),
        `NAME '${type.lDAPDisplayName}'`,
        `PROPERTY-GUID '${hex(type.schemaIDGUID)}'`,
        type.attributeSecurityGUID !== undefined &&
          `PROPERTY-SET-GUID '${hex(type.attributeSecurityGUID)}'`,
        ((type.searchFlags ?? 0) & 1) !== 0 && 'INDEXED',
      ]),
    ),
    extendedClassInfo: classes.map((type) =>
      words([
        oidOf(type.governsID, type.lDAPDisplayName),
        `NAME '${type.lDAPDisplayName}'`,
        `CLASS-GUID '${hex(type.schemaIDGUID)}'`,
      ]),
    ),
  }
}

/** Names of the attributes or classes that only the server itself may write or make. */
export function systemOnlyNames(
  kind: 'attributeSchema' | 'classSchema',
  snapshot: Snapshot,
): Set<string> {
  const names = new Set<string>()
  for (const id of snapshot.ofClass(kind)) {
    const [flag] = snapshot.raw(id, 'systemOnly')
    if (flag !== undefined && textOf(flag) === 'TRUE')
      names.add(snapshot.value(id, 'lDAPDisplayName') ?? '')
  }
  return names
}

/** objectClassCategory in RFC 4512's words; 0, from before there were categories, is structural. */
const categories = ['STRUCTURAL', 'STRUCTURAL', 'ABSTRACT', 'AUXILIARY']

/** LDAP syntaxes of the attribute syntaxes (MS-ADTS 3.1.1.2.2.2, and as Windows Server 2012 R2 gives them). */
const ldapSyntaxes: Readonly<Record<SyntaxName, string>> = {
  boolean: '1.3.6.1.4.1.1466.115.121.1.7',
  enumeration: '1.3.6.1.4.1.1466.115.121.1.27',
  integer: '1.3.6.1.4.1.1466.115.121.1.27',
  largeInteger: '1.2.840.113556.1.4.906',
  dn: '1.3.6.1.4.1.1466.115.121.1.12',
  dnWithBinary: '1.2.840.113556.1.4.903',
  dnWithString: '1.2.840.113556.1.4.904',
  accessPoint: '1.3.6.1.4.1.1466.115.121.1.2',
  orName: '1.2.840.113556.1.4.1221',
  presentationAddress: '1.3.6.1.4.1.1466.115.121.1.43',
  replicaLink: 'OctetString',
  caseString: '1.2.840.113556.1.4.1362',
  ia5String: '1.3.6.1.4.1.1466.115.121.1.26',
  ntSecDesc: '1.2.840.113556.1.4.907',
  numericString: '1.3.6.1.4.1.1466.115.121.1.36',
  objectIdentifier: '1.3.6.1.4.1.1466.115.121.1.38',
  octetString: '1.3.6.1.4.1.1466.115.121.1.40',
  printableString: '1.3.6.1.4.1.1466.115.121.1.44',
  sid: '1.3.6.1.4.1.1466.115.121.1.40',
  teletexString: '1.2.840.113556.1.4.905',
  unicodeString: '1.3.6.1.4.1.1466.115.121.1.15',
  utcTime: '1.3.6.1.4.1.1466.115.121.1.53',
  generalizedTime: '1.3.6.1.4.1.1466.115.121.1.24',
}

/** Without a schema no OIDs are known; programs that read definitions take a word in that place. */
function oidOf(oid: string | undefined, name: string): string {
  return oid ?? `${name}-oid`
}

function words(parts: readonly (string | false)[]): string {
  return `( ${parts.filter((part) => part !== false).join(' ')} )`
}

function list(word: string, names: readonly string[] | undefined): string | false {
  return names !== undefined && names.length > 0 && `${word} (${names.join(' $ ')} )`
}

function hex(guid: string): string {
  return writeGuid(guid).toHex().toUpperCase()
}
