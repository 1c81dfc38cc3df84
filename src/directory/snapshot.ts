import {
  type Attribute,
  type AttributeName,
  type ValueOf,
  attribute,
  isOnlyWhenNamed,
  isSecret,
} from './attributes.ts'
import { Column } from './column.ts'
import { DnIndex } from './dn-index.ts'
import { dnKey, dnsNameOfDn, nameOfDn, parentDn } from './dn.ts'
import { type Kind, kindsOf } from './kinds.ts'
import type { SchemaIndex } from './schema.ts'
import { schemaOf } from './schema-of.ts'

/** Index of an object in its snapshot: 0 … count − 1, in the order the objects were read. */
export type ObjectId = number

/** What a snapshot can have been made from. An exposure names the ones it needs. */
export type Source =
  | 'rootdse'
  | 'ldap-domain'
  | 'ldap-config'
  | 'ldap-schema'
  | 'ldap-dns'
  | 'nTSecurityDescriptor'
  | 'ldap-probe'
  | 'sysvol'
  | 'smb-probe'
  | 'rpc'
  | 'registry'

/** How much of one source was seen. `partial` and `absent` always have gaps. */
export interface Coverage {
  readonly source: Source
  readonly state: 'read' | 'partial' | 'absent'
  /** Objects read from it. */
  readonly objects?: number
  readonly gaps?: readonly CoverageGap[]
}

/** Something that could not be read. */
export interface CoverageGap {
  /** What and why, one sentence for people. */
  readonly because: string
  /** Kinds of objects that may be missing; any kind when not said. A rule about these kinds is then never "passed". */
  readonly hides?: readonly Kind[]
  /** Ordinary accounts see it in no forest: worth telling, but nothing went wrong. */
  readonly isByDesign?: true
}

/** What one domain controller answered to the LDAP probes. `undefined`: could not be tried, see `gaps`. */
export interface LdapProbe {
  /** Host name as the directory gives it, or the address the collector was given. */
  readonly server: string
  /** An anonymous bind could read an entry below a naming context. */
  readonly anonymousRead?: boolean
  /** A bind without signing on 389 without TLS was refused with strongerAuthRequired. */
  readonly signingRequired?: boolean
  /** A SASL bind over TLS without a channel binding was refused as such (LdapEnforceChannelBinding 2). */
  readonly channelBindingRequired?: boolean
  /** A SASL bind over TLS with a wrong channel binding was refused as such (LdapEnforceChannelBinding 1 or 2). */
  readonly channelBindingChecked?: boolean
  /** LDAPS as answered on 636; with no versions when nothing there speaks TLS. */
  readonly tls?: {
    /** Protocol versions taken, oldest first: SSLv2, SSLv3, TLSv1, TLSv1.1, TLSv1.2, TLSv1.3. */
    readonly versions: readonly string[]
    readonly certificate?: {
      readonly subject: string
      readonly issuer: string
      readonly notBefore: Date
      readonly notAfter: Date
      readonly sha256: string
      readonly keyBits?: number
      readonly signatureAlgorithm?: string
      readonly names: readonly string[]
    }
  }
  /** What could not be tried, and why. */
  readonly gaps: readonly string[]
}

/** Where and when a snapshot was taken. */
export interface Origin {
  /** `ldaps://dc.example`, a file name, or `sample`. */
  readonly source: string
  /** The server's own clock (rootDSE `currentTime`) where there was one. */
  readonly takenAt: Date
  /** Who read it, as the server named them. */
  readonly collectedBy?: string
}

/** One domain of the forest that was read. */
export interface Domain {
  /** Object of the domain's head. */
  readonly head: ObjectId
  readonly dn: string
  readonly sid: string
  /** DNS name, from the DN, in small letters. */
  readonly name: string
  readonly isRoot: boolean
}

/** What was read of a forest at one time: a value, never changed. Made by {@link SnapshotBuilder}. */
export class Snapshot {
  readonly origin: Origin
  readonly coverage: readonly Coverage[]
  readonly probes: readonly LdapProbe[]
  /** Attributes that were asked for, of every object, lower case; `all` when whole entries were read. */
  readonly asked: 'all' | ReadonlySet<string>
  /** rootDSE values by lower-case attribute name, as text. */
  readonly rootDse: ReadonlyMap<string, readonly string[]>
  readonly count: number
  readonly domains: readonly Domain[]
  /** DNs of the naming contexts, longest first. */
  readonly namingContexts: readonly string[]
  readonly #columns: ReadonlyMap<string, Column>
  readonly #dn: Column
  readonly #byDn: DnIndex
  readonly #naming: Uint16Array
  readonly #typedColumns = new Map<AttributeName, TypedColumn>()
  #bySid: Map<string, ObjectId[]> | undefined
  #byGuid: Map<string, ObjectId> | undefined
  #byClass: Map<string, Uint32Array> | undefined
  #byKind: Map<Kind, Uint32Array> | undefined
  #schema: SchemaIndex | undefined
  #children: Map<ObjectId, ObjectId[]> | undefined

  /** Use {@link SnapshotBuilder}. */
  constructor(parts: SnapshotParts) {
    this.origin = parts.origin
    this.coverage = parts.coverage
    this.probes = parts.probes
    this.asked = parts.asked
    this.rootDse = parts.rootDse
    this.#columns = parts.columns
    this.#dn = parts.dn
    this.#byDn = parts.byDn
    this.count = parts.dn.rows
    this.namingContexts = namingContexts(this)
    this.#naming = contextOf(this)
    this.domains = domains(this)
  }

  /** Distinguished name as the server wrote it. */
  dn(id: ObjectId): string {
    return this.#dn.text(id)
  }

  /** Object with this DN, in whatever spelling (MS-ADTS 3.1.1.3.1.2). */
  byDn(dn: string): ObjectId | undefined {
    return this.#byDn.find(encoder.encode(dn))
  }

  /** The same for a name as it stands in a value, UTF-8: for the members of large groups. */
  byDnOctets(dn: Uint8Array): ObjectId | undefined {
    return this.#byDn.find(dn)
  }

  /**
   * Object with this SID. A BUILTIN SID stands for another group in each domain: give the domain whose group is meant,
   * otherwise the forest root's is answered. Foreign security principals are found only when nothing else has the SID.
   */
  bySid(sid: string, domain: Domain | undefined = this.rootDomain): ObjectId | undefined {
    const ids = this.allBySid(sid)
    if (ids.length <= 1) return ids[0]
    return (
      ids.find((id) => this.domainOf(id) === domain && !this.isA(id, 'foreignSecurityPrincipal')) ??
      ids.find((id) => !this.isA(id, 'foreignSecurityPrincipal')) ??
      ids[0]
    )
  }

  /** Every object with this SID: BUILTIN groups of several domains, and foreign security principals. */
  allBySid(sid: string): readonly ObjectId[] {
    this.#bySid ??= this.#indexSids()
    return this.#bySid.get(sid) ?? []
  }

  /** Object with this objectGUID (lower case, dashed). */
  byGuid(guid: string): ObjectId | undefined {
    this.#byGuid ??= this.#indexGuids()
    return this.#byGuid.get(guid)
  }

  /** Objects whose objectClass holds this class, so of it and of its subclasses. Ascending. */
  ofClass(name: string): Uint32Array {
    this.#byClass ??= this.#indexClasses()
    return this.#byClass.get(name.toLowerCase()) ?? new Uint32Array()
  }

  /** Whether the object is of this class or of a subclass of it. */
  isA(id: ObjectId, name: string): boolean {
    const wanted = name.toLowerCase()
    return this.value(id, 'objectClass').some((held) => held.toLowerCase() === wanted)
  }

  /** The object's most specific structural class; '' when objectClass could not be read. */
  classOf(id: ObjectId): string {
    return this.value(id, 'objectClass').at(-1) ?? ''
  }

  /** Objects of a kind, ascending; deleted ones are in none. */
  ofKind(kind: Kind): Uint32Array {
    this.#byKind ??= kindsOf(this)
    return this.#byKind.get(kind) ?? new Uint32Array()
  }

  /** objectSid as text. */
  sid(id: ObjectId): string | undefined {
    return this.value(id, 'objectSid')
  }

  /** A name for people: sAMAccountName, else displayName of a GPO, else the value of the RDN. */
  name(id: ObjectId): string {
    const account = this.value(id, 'sAMAccountName')
    if (account !== undefined) return account
    if (this.isA(id, 'groupPolicyContainer'))
      return this.value(id, 'displayName') ?? nameOfDn(this.dn(id))
    return nameOfDn(this.dn(id))
  }

  /** Typed value of an attribute: `undefined` or an empty list when the object has none that could be read. */
  value<A extends AttributeName>(id: ObjectId, name: A): ValueOf<A> {
    const { type, column } = this.#typed(name)
    return (column === undefined ? type.none : column.decoded(id, type)) as ValueOf<A>
  }

  /** Values as read, one `Uint8Array` each, sharing memory with the snapshot. Any attribute, in any case. */
  raw(id: ObjectId, name: string): readonly Uint8Array[] {
    return this.#columns.get(name.toLowerCase())?.raw(id) ?? []
  }

  /** Number of the object's value list in this attribute, the same for objects with identical values; −1 for none. */
  valueId(id: ObjectId, name: AttributeName): number {
    return this.#typed(name).column?.list(id) ?? -1
  }

  /** Whether the attribute has a value on the object. True too for a secret whose value was not kept. */
  has(id: ObjectId, name: string): boolean {
    return (this.#columns.get(name.toLowerCase())?.list(id) ?? -1) >= 0
  }

  /** Objects that have the attribute, ascending. */
  *having(name: string): Generator<ObjectId> {
    const column = this.#columns.get(name.toLowerCase())
    if (column !== undefined) yield* column.holders()
  }

  /** Names of the attributes that some object has, as the server spelt them. */
  get attributeNames(): readonly string[] {
    return [...this.#columns.values()].map((column) => column.name)
  }

  /** Whether absence of this attribute on an object means that it has none, or none that may be read: it was asked for. */
  wasAsked(name: string): boolean {
    const key = name.toLowerCase()
    if (this.asked !== 'all') return this.asked.has(key)
    return !isOnlyWhenNamed(key) || this.#columns.has(key)
  }

  /** The parent, when it was read. */
  parent(id: ObjectId): ObjectId | undefined {
    const dn = parentDn(this.dn(id))
    return dn === undefined ? undefined : this.byDn(dn)
  }

  /** Direct children that were read. */
  children(id: ObjectId): readonly ObjectId[] {
    this.#children ??= this.#indexChildren()
    return this.#children.get(id) ?? []
  }

  /** The domain an object belongs to; `undefined` for configuration, schema and DNS zones. */
  domainOf(id: ObjectId): Domain | undefined {
    const context = this.namingContexts[this.#naming[id] ?? 0xffff]
    if (context === undefined) return undefined
    return this.domains.find(({ dn }) => dn === context)
  }

  /** DN of the naming context an object is in; '' when it is in none that is known. */
  namingContextOf(id: ObjectId): string {
    return this.namingContexts[this.#naming[id] ?? 0xffff] ?? ''
  }

  /** The domain at the root of the forest, or the first that was read when the root was not. */
  get rootDomain(): Domain | undefined {
    return this.domains.find(({ isRoot }) => isRoot) ?? this.domains[0]
  }

  /** The domain with this SID. */
  domainBySid(sid: string): Domain | undefined {
    return this.domains.find((domain) => domain.sid === sid)
  }

  /** DN of the configuration naming context, from rootDSE or from what was read; `undefined` when neither tells. */
  get configurationDn(): string | undefined {
    return (
      this.rootDse.get('configurationnamingcontext')?.[0] ??
      this.namingContexts.find((dn) => /^cn=configuration,dc=/i.test(dn))
    )
  }

  /** DN of the schema naming context. */
  get schemaDn(): string | undefined {
    return (
      this.rootDse.get('schemanamingcontext')?.[0] ??
      (this.configurationDn === undefined ? undefined : `CN=Schema,${this.configurationDn}`)
    )
  }

  /** The forest's schema, or the well-known part of it when the schema was not read. */
  get schema(): SchemaIndex {
    this.#schema ??= schemaOf(this)
    return this.#schema
  }

  /** An attribute's form and column, looked up once. */
  #typed(name: AttributeName): TypedColumn {
    const known = this.#typedColumns.get(name)
    if (known !== undefined) return known
    const type = attribute(name)
    const found = { type, column: this.#columns.get(type.key) }
    this.#typedColumns.set(name, found)
    return found
  }

  #indexSids(): Map<string, ObjectId[]> {
    const index = new Map<string, ObjectId[]>()
    for (const id of this.having('objectSid')) {
      const sid = this.sid(id)
      if (sid === undefined) continue
      const known = index.get(sid)
      if (known === undefined) index.set(sid, [id])
      else known.push(id)
    }
    return index
  }

  #indexGuids(): Map<string, ObjectId> {
    const index = new Map<string, ObjectId>()
    for (const id of this.having('objectGUID')) {
      const guid = this.value(id, 'objectGUID')
      if (guid !== undefined) index.set(guid, id)
    }
    return index
  }

  #indexClasses(): Map<string, Uint32Array> {
    const lists = new Map<string, ObjectId[]>()
    for (const id of this.having('objectClass')) {
      for (const name of this.value(id, 'objectClass')) {
        const key = name.toLowerCase()
        const list = lists.get(key)
        if (list === undefined) lists.set(key, [id])
        else list.push(id)
      }
    }
    return new Map([...lists].map(([name, ids]) => [name, Uint32Array.from(ids)]))
  }

  #indexChildren(): Map<ObjectId, ObjectId[]> {
    const index = new Map<ObjectId, ObjectId[]>()
    for (let id = 0; id < this.count; id++) {
      const parent = this.parent(id)
      if (parent === undefined) continue
      const list = index.get(parent)
      if (list === undefined) index.set(parent, [id])
      else list.push(id)
    }
    return index
  }
}

interface TypedColumn {
  readonly type: Attribute<unknown>
  readonly column: Column | undefined
}

interface SnapshotParts {
  readonly origin: Origin
  readonly coverage: readonly Coverage[]
  readonly probes: readonly LdapProbe[]
  readonly asked: 'all' | ReadonlySet<string>
  readonly rootDse: ReadonlyMap<string, readonly string[]>
  readonly columns: ReadonlyMap<string, Column>
  readonly dn: Column
  readonly byDn: DnIndex
}

/** Name and values of one attribute as read. Options such as `;range=` have been dealt with by the collector. */
export type RawAttribute = readonly [name: string, values: readonly Uint8Array[]]

/** Takes objects one by one and makes a {@link Snapshot} of them. */
export class SnapshotBuilder {
  readonly #columns = new Map<string, Column>()
  readonly #spellings = new Map<string, Spelling>()
  readonly #dn = new Column('distinguishedName', 'unique')
  readonly #byDn = new DnIndex(this.#dn)
  readonly #rootDse = new Map<string, readonly string[]>()

  /** Objects added so far. */
  get count(): number {
    return this.#dn.rows
  }

  /** Keeps a security descriptor that many objects will have, and answers its number for {@link add}. */
  keepDescriptor(octets: Uint8Array): number {
    return this.#descriptors.keep([octets])
  }

  /**
   * Adds one object. A DN that was added before is ignored and answered with −1: servers may give an object twice. Its
   * values are copied; those of secret attributes are not kept, only that there are some. `descriptor` is a number from
   * {@link keepDescriptor}, where nTSecurityDescriptor is not among the attributes. The DN is text or its UTF-8.
   */
  add(dn: string | Uint8Array, attributes: Iterable<RawAttribute>, descriptor?: number): ObjectId {
    const octets = typeof dn === 'string' ? encoder.encode(dn) : dn
    if (this.#byDn.find(octets) !== undefined) return -1
    const id = this.#dn.rows
    this.#dn.append(id, [octets])
    this.#byDn.add(id)
    for (const [name, values] of attributes) {
      if (values.length === 0) continue
      const { column, isWithheld } = this.#spelling(name)
      column?.append(id, isWithheld ? withheld : values)
    }
    if (descriptor !== undefined) this.#descriptors.appendList(id, descriptor)
    return id
  }

  /** Keeps the rootDSE, which is no object of the snapshot. */
  setRootDse(attributes: Iterable<RawAttribute>): void {
    for (const [name, values] of attributes) {
      this.#rootDse.set(
        name.toLowerCase(),
        values.map((value) => decoder.decode(value)),
      )
    }
  }

  /** Makes the snapshot. The builder must not be used afterwards. */
  build(about: {
    origin: Origin
    coverage?: readonly Coverage[]
    probes?: readonly LdapProbe[]
    asked?: 'all' | ReadonlySet<string>
  }): Snapshot {
    for (const column of this.#columns.values()) column.seal(this.count)
    this.#dn.seal(this.count)
    return new Snapshot({
      origin: about.origin,
      coverage: about.coverage ?? [],
      probes: about.probes ?? [],
      asked: about.asked ?? 'all',
      rootDse: this.#rootDse,
      columns: this.#columns,
      dn: this.#dn,
      byDn: this.#byDn,
    })
  }

  get #descriptors(): Column {
    return this.#column('nTSecurityDescriptor')
  }

  /** What to do with an attribute that is spelt like this; worked out once for each spelling. */
  #spelling(name: string): Spelling {
    let known = this.#spellings.get(name)
    if (known === undefined) {
      // Every object has its name already.
      const column = name.toLowerCase() === 'distinguishedname' ? undefined : this.#column(name)
      known = { column, isWithheld: isSecret(name) }
      this.#spellings.set(name, known)
    }
    return known
  }

  #column(name: string): Column {
    const key = name.toLowerCase()
    let column = this.#columns.get(key)
    if (column === undefined) {
      column = new Column(name, key === 'ntsecuritydescriptor' ? 'shared' : 'auto')
      this.#columns.set(key, column)
    }
    return column
  }
}

interface Spelling {
  /** Nothing for attributes that are not kept in a column. */
  readonly column: Column | undefined
  readonly isWithheld: boolean
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const withheld: readonly Uint8Array[] = [new Uint8Array()]

/** More than the largest forests have; each object is looked for in them. */
const MAX_CONTEXTS = 2000

/** Heads of naming contexts: from rootDSE, and every object whose instanceType says so (MS-ADTS 2.2.1: 0x1 IT_NC_HEAD). */
function namingContexts(snapshot: Snapshot): string[] {
  const found = new Map<string, string>()
  for (const dn of snapshot.rootDse.get('namingcontexts') ?? []) found.set(dnKey(dn), dn)
  for (const id of snapshot.having('instanceType')) {
    if (found.size >= MAX_CONTEXTS) break
    if (((snapshot.value(id, 'instanceType') ?? 0) & 1) !== 0)
      found.set(dnKey(snapshot.dn(id)), snapshot.dn(id))
  }
  if (found.size === 0) {
    for (const name of ['domainDNS', 'configuration', 'dMD']) {
      for (const id of snapshot.ofClass(name)) found.set(dnKey(snapshot.dn(id)), snapshot.dn(id))
    }
  }
  return [...found.values()].toSorted((a, b) => b.length - a.length)
}

/** Index of the longest naming context each object is in; 0xffff for none. */
function contextOf(snapshot: Snapshot): Uint16Array {
  const suffixes = snapshot.namingContexts.map((dn) => dnKey(dn))
  const result = new Uint16Array(snapshot.count)
  for (let id = 0; id < snapshot.count; id++) {
    const key = dnKey(snapshot.dn(id))
    const index = suffixes.findIndex(
      (suffix) =>
        key.endsWith(suffix) &&
        (key.length === suffix.length || key[key.length - suffix.length - 1] === ','),
    )
    result[id] = index < 0 ? 0xffff : index
  }
  return result
}

function domains(snapshot: Snapshot): Domain[] {
  const contexts = new Set(snapshot.namingContexts.map((dn) => dnKey(dn)))
  const rootDn =
    snapshot.rootDse.get('rootdomainnamingcontext')?.[0] ?? parentDn(snapshot.configurationDn ?? '')
  const rootKey = rootDn === undefined ? '' : dnKey(rootDn)
  const result: Domain[] = []
  for (const head of snapshot.ofClass('domainDNS')) {
    const dn = snapshot.dn(head)
    const sid = snapshot.sid(head)
    // Application partitions (DNS zones) are of the same class but have no SID.
    if (sid === undefined || !contexts.has(dnKey(dn))) continue
    result.push({
      head,
      dn,
      sid,
      name: dnsNameOfDn(dn).toLowerCase(),
      isRoot: dnKey(dn) === rootKey,
    })
  }
  return result
}
