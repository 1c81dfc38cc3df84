import type { AttributeName } from './attributes.ts'
import type { ObjectId, Snapshot } from './snapshot.ts'

/**
 * Kinds of objects that rules look at, each with the attributes every such object has (systemMustContain of MS-ADSC, or set
 * by the server): where one of them is missing it could not be read. Computers are users by class and managed accounts are
 * computers by class; each is only the most special kind here.
 */
export const kinds = {
  user: ['sAMAccountName', 'userAccountControl', 'primaryGroupID', 'objectSid'],
  computer: ['sAMAccountName', 'userAccountControl', 'primaryGroupID', 'objectSid'],
  managedAccount: ['sAMAccountName', 'userAccountControl', 'primaryGroupID', 'objectSid'],
  group: ['sAMAccountName', 'groupType', 'objectSid'],
  trust: ['trustPartner', 'trustDirection', 'trustType'],
  domain: ['objectSid'],
  policy: [],
  passwordSettings: [
    'msDS-PasswordSettingsPrecedence',
    'msDS-MinimumPasswordLength',
    'msDS-PasswordComplexityEnabled',
  ],
  organizationalUnit: [],
  container: [],
  template: [],
  certificationAuthority: [],
  schemaClass: ['lDAPDisplayName'],
  schemaAttribute: ['lDAPDisplayName'],
  dnsZone: [],
  dnsNode: [],
  secret: [],
  rootKey: [],
  any: [],
} as const satisfies Record<string, readonly AttributeName[]>

/** A kind of object; `any` is every object. */
export type Kind = keyof typeof kinds

const kindOfClass = new Map<string, Kind>([
  ['msds-managedserviceaccount', 'managedAccount'],
  ['msds-groupmanagedserviceaccount', 'managedAccount'],
  ['msds-delegatedmanagedserviceaccount', 'managedAccount'],
  ['computer', 'computer'],
  ['user', 'user'],
  ['group', 'group'],
  ['trusteddomain', 'trust'],
  ['grouppolicycontainer', 'policy'],
  ['msds-passwordsettings', 'passwordSettings'],
  ['organizationalunit', 'organizationalUnit'],
  ['pkicertificatetemplate', 'template'],
  ['pkienrollmentservice', 'certificationAuthority'],
  ['classschema', 'schemaClass'],
  ['attributeschema', 'schemaAttribute'],
  ['dnszone', 'dnsZone'],
  ['dnsnode', 'dnsNode'],
  ['secret', 'secret'],
  ['mskds-provrootkey', 'rootKey'],
  ['container', 'container'],
])

/** The kind a list of classes makes: the first that fits in the order of the table above, most special first. */
function kindOf(classes: readonly string[]): Kind {
  const held = new Set(classes.map((name) => name.toLowerCase()))
  for (const [name, kind] of kindOfClass) if (held.has(name)) return kind
  return 'any'
}

/** Object ids by kind, ascending. Deleted objects are left out. */
export function kindsOf(snapshot: Snapshot): Map<Kind, Uint32Array> {
  const lists = new Map<Kind, ObjectId[]>([['any', []]])
  const known: Kind[] = []
  for (let id = 0; id < snapshot.count; id++) {
    if (snapshot.value(id, 'isDeleted') === true) continue
    lists.get('any')?.push(id)
    const list = snapshot.valueId(id, 'objectClass')
    if (list < 0) continue
    const kind = (known[list] ??= kindOf(snapshot.value(id, 'objectClass')))
    if (kind === 'any') continue
    const ids = lists.get(kind)
    if (ids === undefined) lists.set(kind, [id])
    else ids.push(id)
  }
  lists.set(
    'domain',
    snapshot.domains.map(({ head }) => head).toSorted((a, b) => a - b),
  )
  return new Map([...lists].map(([kind, ids]) => [kind, Uint32Array.from(ids)]))
}
