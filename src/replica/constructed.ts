import {
  canonicalName,
  DirectoryError,
  type Domain,
  groupScope,
  isSecurityGroup,
  type ObjectId,
  ridOfSid,
  writeSid,
} from '#directory'
import { type SchemaDefinitions, schemaDefinitions, systemOnlyNames } from './aggregate.ts'
import type { Catalog } from './catalog.ts'
import { octetsOf } from './values.ts'

/** Values that may be very many, so that only those are made which are looked at. */
export type ValueList = Pick<readonly Uint8Array[], 'length' | 'slice'>

/** One object's computed values of an attribute (MS-ADTS 3.1.1.4.5); of attributes that name objects, the objects. */
type Compute = (id: ObjectId, catalog: Catalog) => Iterable<string | Uint8Array> | Uint32Array

/**
 * Values that Active Directory computes when they are asked for by name. Nothing for attributes that are not computed here,
 * or not by a read-only server: what the caller may write.
 */
export function compute(key: string, id: ObjectId, catalog: Catalog): ValueList {
  try {
    const values = constructed[key]?.(id, catalog) ?? []
    if (values instanceof Uint32Array) return namesOf(values, catalog)
    return Array.from(values, (value) => (typeof value === 'string' ? octetsOf(value) : value))
  } catch (error) {
    // Made of a value that is not what it should be.
    if (error instanceof DirectoryError) return []
    throw error
  }
}

function namesOf(ids: Uint32Array, { snapshot }: Catalog): ValueList {
  const nameOf = (id: ObjectId) => octetsOf(snapshot.dn(id))
  return {
    length: ids.length,
    slice: (start, end) => Array.from(ids.subarray(start, end), nameOf),
  }
}

/** Those that need everything about groups, so they are only given for a base object, as in Active Directory. */
export const baseScopeOnly: ReadonlySet<string> = new Set([
  'msds-memberoftransitive',
  'msds-membertransitive',
  'tokengroups',
  'tokengroupsglobalanduniversal',
  'tokengroupsnogcacceptable',
])

/** Those that `+` stands for. */
export const operational: readonly string[] = [
  'canonicalname',
  'createtimestamp',
  'modifytimestamp',
  'structuralobjectclass',
  'subschemasubentry',
]

/** NetBIOS name of a domain: nETBIOSName of its crossRef, else the first label of its DNS name in capitals. */
export function netbiosNameOf(domain: Domain, { snapshot }: Catalog): string {
  for (const id of snapshot.ofClass('crossRef')) {
    if (snapshot.byDn(snapshot.value(id, 'nCName') ?? '') !== domain.head) continue
    const name = snapshot.value(id, 'nETBIOSName')
    if (name !== undefined) return name
  }
  return (domain.name.split('.')[0] ?? '').toUpperCase()
}

/** DN of the object that describes the schema in the terms of RFC 4512. */
export function subschemaDn({ snapshot }: Catalog): string | undefined {
  return snapshot.schemaDn === undefined ? undefined : `CN=Aggregate,${snapshot.schemaDn}`
}

/** SIDs of the groups an object is in, as its tokens hold them at home, as octets. */
export function tokenGroups(
  id: ObjectId,
  catalog: Catalog,
  scopes?: readonly string[],
): Uint8Array[] {
  const { snapshot, memberships } = catalog
  const home = snapshot.domainOf(id)
  const groups = [...memberships.groupsOf(id)].filter((group) => {
    const type = snapshot.value(group, 'groupType')
    if (type === undefined || !isSecurityGroup(type)) return false
    const scope = groupScope(type) ?? 'domainLocal'
    if (scopes !== undefined && !scopes.includes(scope)) return false
    return scope !== 'domainLocal' || snapshot.domainOf(group) === home
  })
  return groups.flatMap((group) => {
    const sid = snapshot.sid(group)
    return sid === undefined ? [] : [writeSid(sid)]
  })
}

const constructed: Readonly<Record<string, Compute>> = {
  allowedattributes: (id, { snapshot }) => {
    const { schema } = snapshot
    const names = classesOf(id, { snapshot }).flatMap((name) => {
      const definition = schema.class(name)
      return [...(definition?.mustContain ?? []), ...(definition?.mayContain ?? [])]
    })
    return new Set(names)
  },
  allowedchildclasses: (id, { snapshot }) => {
    const own = new Set(classesOf(id, { snapshot }).map((name) => name.toLowerCase()))
    const systemOnly = systemOnlyNames('classSchema', snapshot)
    return [...snapshot.schema.classes]
      .filter(({ objectClassCategory }) => objectClassCategory !== 2 && objectClassCategory !== 3)
      .filter(({ lDAPDisplayName }) => !systemOnly.has(lDAPDisplayName))
      .filter(({ lDAPDisplayName }) =>
        snapshot.schema
          .ancestryOf(lDAPDisplayName)
          .flatMap((name) => snapshot.schema.class(name)?.possSuperiors ?? [])
          .some((superior) => own.has(superior.toLowerCase())),
      )
      .map(({ lDAPDisplayName }) => lDAPDisplayName)
  },
  attributetypes: schemaOnly('attributeTypes'),
  canonicalname: (id, { snapshot }) => [canonicalName(snapshot.dn(id))],
  createtimestamp: (id, { snapshot }) => snapshot.raw(id, 'whenCreated'),
  ditcontentrules: schemaOnly('dITContentRules'),
  extendedattributeinfo: schemaOnly('extendedAttributeInfo'),
  extendedclassinfo: schemaOnly('extendedClassInfo'),
  fromentry: () => ['TRUE'],
  modifytimestamp: (id, { snapshot }) => snapshot.raw(id, 'whenChanged'),
  'msds-memberoftransitive': (id, { memberships }) => Uint32Array.from(memberships.groupsOf(id)),
  'msds-membertransitive': (id, { memberships }) => memberships.transitiveMembers(id),
  'msds-principalname': (id, catalog) => {
    const { snapshot } = catalog
    const sid = snapshot.sid(id)
    if (sid === undefined) return []
    const account = snapshot.value(id, 'sAMAccountName')
    if (account === undefined) return [sid]
    if (sid.startsWith('S-1-5-32-')) return [`BUILTIN\\${account}`]
    const domain = snapshot.domainOf(id)
    return [domain === undefined ? sid : `${netbiosNameOf(domain, catalog)}\\${account}`]
  },
  objectclasses: schemaOnly('objectClasses'),
  parentguid: (id, { snapshot }) => {
    const parent = snapshot.parent(id)
    return parent === undefined ? [] : snapshot.raw(parent, 'objectGUID')
  },
  primarygrouptoken: (id, { snapshot }) => {
    const rid = snapshot.isA(id, 'group') ? ridOfSid(snapshot.sid(id) ?? '') : undefined
    return rid === undefined ? [] : [String(rid)]
  },
  // Nobody may write to this server.
  sdrightseffective: () => ['0'],
  structuralobjectclass: (id, { snapshot }) => snapshot.raw(id, 'objectClass'),
  subschemasubentry: (_id, catalog) => [subschemaDn(catalog) ?? []].flat(),
  tokengroups: (id, catalog) => tokenGroups(id, catalog),
  tokengroupsglobalanduniversal: (id, catalog) => tokenGroups(id, catalog, ['global', 'universal']),
  tokengroupsnogcacceptable: (id, catalog) => tokenGroups(id, catalog),
}

/** An object's classes, their superclasses and the auxiliary classes of them all. */
function classesOf(id: ObjectId, { snapshot }: Pick<Catalog, 'snapshot'>): string[] {
  const { schema } = snapshot
  const found = new Set<string>()
  const open = [...snapshot.value(id, 'objectClass')]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const one of schema.ancestryOf(name)) {
      if (found.has(one)) continue
      found.add(one)
      open.push(...(schema.class(one)?.auxiliaryClass ?? []))
    }
  }
  return [...found]
}

function schemaOnly(name: keyof SchemaDefinitions): Compute {
  return (id, catalog) => {
    const dn = subschemaDn(catalog)
    if (dn === undefined || catalog.snapshot.byDn(dn) !== id) return []
    return schemaDefinitions(catalog)[name]
  }
}
