import {
  type FriendlyAttributes,
  type FriendlyValue,
  type TestObject,
  type TestPrincipal,
  encodeValue,
  spelling,
  utf8,
  writeReplPropertyMetaData,
  writeReplValueMetaData,
} from './builder-values.ts'
import { attributeNames } from './attributes.ts'
import {
  type BuilderDomain,
  type Finished,
  type Reach,
  defaultOf,
  finished,
  makeAce,
  ownedBy,
  parsedSddl,
  withAces,
} from './builder-descriptors.ts'
import { categoryOfClass } from './builder-schema.ts'
import { dnKey, nameOfDn, parentDn, rdnOf } from './dn.ts'
import { adminSdExMask, adminSdExMaskOf, instanceType } from './flags.ts'
import { type Guid } from './guid.ts'
import { attid } from './replication-metadata.ts'
import { parseSddl } from './sddl.ts'
import { type Ace, type SecurityDescriptor } from './security-descriptor.ts'
import { type Sid, readSid } from './sid.ts'
import {
  type Coverage,
  type LdapProbe,
  type RawAttribute,
  type Snapshot,
  type Source,
  SnapshotBuilder,
} from './snapshot.ts'
import { textOf } from './column.ts'
import { parseFileTime } from './time.ts'
import { builtinSid, rid, sidInDomain } from './well-known.ts'

/** One object as read: its DN, and its attributes with their octets. */
export type Entry = readonly [dn: string, attributes: readonly RawAttribute[]]

/** One of many objects as read, its descriptor apart: objects with the same one give the same octets, which are kept once. */
export type BulkEntry = readonly [
  dn: string,
  attributes: readonly RawAttribute[],
  descriptor: Uint8Array,
]

/** One object of a forest that is being built. */
export class BuiltObject {
  readonly handle: TestObject
  readonly key: string
  readonly parent: BuiltObject | undefined
  readonly classes: readonly string[]
  readonly domain: BuilderDomain
  readonly children = new Set<BuiltObject>()
  /** By name in lower case. */
  readonly values = new Map<string, RawAttribute>()
  readonly withheld = new Set<string>()
  /** Owner, group and the ACEs that are not inherited. */
  own: SecurityDescriptor
  /** ACEs added since SDProp ran last, see {@link BuilderStore.addAce}. */
  readonly granted: Ace[] = []
  /** Whether `own` was written on purpose: SDProp leaves it alone. */
  isWritten = false

  constructor(
    handle: TestObject,
    key: string,
    parent: BuiltObject | undefined,
    classes: readonly string[],
    domain: BuilderDomain,
    own: SecurityDescriptor,
  ) {
    this.handle = handle
    this.key = key
    this.parent = parent
    this.classes = classes
    this.domain = domain
    this.own = own
  }

  get sid(): Sid | undefined {
    return this.handle.sid
  }

  /** The first value of an attribute as text. */
  textOf(name: string): string | undefined {
    const first = this.values.get(name.toLowerCase())?.[1][0]
    return first === undefined ? undefined : textOf(first)
  }
}

/** The objects of a forest that is being built, in the order they were made, and what is known about reading it. */
export class BuilderStore {
  readonly now: Date
  readonly unasked = new Set<string>()
  readonly stripped = new Set<string>()
  hasMetadata = false
  readonly rootDse = new Map<string, readonly string[]>()
  readonly probes = new Map<string, Found>()
  /** When objects count as made, until somebody says otherwise. */
  createdAt: Date
  readonly #seed: number
  readonly #objects = new Map<string, BuiltObject>()
  readonly #bySid = new Map<string, BuiltObject>()
  readonly #domains: BuilderDomain[] = []
  readonly #absent = new Map<Source, string>()
  #guids = 0
  #domainSids = 0
  #contexts: [key: string, source: Source][] | undefined

  constructor(now: Date, seed: number) {
    this.now = now
    this.#seed = seed
    this.createdAt = new Date(now.getTime() - 900 * 86_400_000)
  }

  /** A store with the same objects that can go its own way. */
  clone(): BuilderStore {
    const copy = new BuilderStore(this.now, this.#seed)
    copy.createdAt = this.createdAt
    copy.hasMetadata = this.hasMetadata
    copy.#guids = this.#guids
    copy.#domainSids = this.#domainSids
    copy.#domains.push(...this.#domains)
    for (const object of this.#objects.values()) {
      const parent = object.parent === undefined ? undefined : copy.#objects.get(object.parent.key)
      const twin = new BuiltObject(
        object.handle,
        object.key,
        parent,
        object.classes,
        object.domain,
        object.own,
      )
      for (const [key, attribute] of object.values) twin.values.set(key, attribute)
      twin.granted.push(...object.granted)
      twin.isWritten = object.isWritten
      parent?.children.add(twin)
      copy.#objects.set(object.key, twin)
    }
    for (const [key, { key: dn }] of this.#bySid) copy.#bySid.set(key, copy.#objects.get(dn)!)
    return copy
  }

  /** A GUID that follows from the seed and how many there were before. */
  newGuid(): Guid {
    const bytes = new Uint8Array(16)
    const view = new DataView(bytes.buffer)
    this.#guids++
    for (let at = 0; at < 16; at += 4) view.setUint32(at, mix(this.#seed, this.#guids * 4 + at / 4))
    bytes[6] = (bytes[6]! & 0x0f) | 0x40
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    const hex = bytes.toHex()
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join('-')
  }

  /** A domain SID that follows from the seed and how many there were before. */
  newDomainSid(): Sid {
    const parts = [0, 1, 2].map((part) => mix(this.#seed + 77, this.#domainSids * 3 + part))
    this.#domainSids++
    return `S-1-5-21-${parts.join('-')}`
  }

  addDomain(domain: BuilderDomain): void {
    this.#contexts = undefined
    this.#domains.push(domain)
  }

  add(
    domainDn: string,
    dn: string,
    classes: readonly string[],
    attributes: FriendlyAttributes,
  ): BuiltObject {
    const key = dnKey(dn)
    if (this.#objects.has(key)) throw new RangeError(`there is an object ${dn} already`)
    const above = parentDn(dn)
    const parent = above === undefined ? undefined : this.#objects.get(dnKey(above))
    const isHead = (Number(attributes['instanceType'] ?? 0) & instanceType.namingContextHead) !== 0
    if (parent === undefined && !isHead)
      throw new RangeError(`${dn} has no parent: make ${above} first`)
    const domain = this.#domains.find((candidate) => candidate.dn === domainDn)
    if (domain === undefined) throw new RangeError(`${domainDn} is no domain of this forest`)
    const structural = classes.at(-1) ?? 'top'
    const isInDomain =
      key.endsWith(dnKey(domainDn)) && !key.endsWith(dnKey(`CN=Configuration,${this.rootDn}`))
    const sid = sidText(attributes['objectSid'])
    const guid = this.newGuid()
    const handle = Object.freeze({
      dn,
      name: nameOf(dn, attributes, structural),
      guid,
      ...(sid === undefined ? {} : { sid }),
    })
    const isInSchema = key.endsWith(dnKey(`CN=Schema,CN=Configuration,${this.rootDn}`))
    const owner = isInDomain
      ? sidInDomain(domain.sid, rid.domainAdmins)
      : sidInDomain(domain.rootSid, isInSchema ? rid.schemaAdmins : rid.enterpriseAdmins)
    const own = defaultOf(structural, domain, owner, owner)
    const object = new BuiltObject(handle, key, isHead ? undefined : parent, classes, domain, own)
    this.#objects.set(key, object)
    parent?.children.add(object)
    if (sid !== undefined && structural !== 'foreignSecurityPrincipal')
      this.#bySid.set(`${sid} ${dnKey(domainDn)}`, object)
    const [type] = rdnOf(dn).split('=')
    const value = nameOfDn(dn)
    const category = categoryOfClass[structural]
    this.set(handle, {
      objectClass: classes,
      [(type ?? 'cn').toLowerCase()]: value,
      name: value,
      instanceType: instanceType.writable,
      objectGUID: guid,
      objectCategory:
        category === undefined
          ? undefined
          : `CN=${category},CN=Schema,CN=Configuration,${this.rootDn}`,
      whenCreated: this.createdAt,
      whenChanged: this.createdAt,
      ...attributes,
    })
    return object
  }

  /** DN of the forest's root domain. */
  get rootDn(): string {
    return this.#domains[0]?.dn ?? ''
  }

  find(dn: string): BuiltObject | undefined {
    return this.#objects.get(dnKey(dn))
  }

  get(dn: string): BuiltObject {
    const found = this.find(dn)
    if (found === undefined) throw new RangeError(`there is no object ${dn}`)
    return found
  }

  bySid(sid: Sid, domainDn: string): BuiltObject | undefined {
    const own = this.#bySid.get(`${sid} ${dnKey(domainDn)}`)
    if (own !== undefined || sid.startsWith('S-1-5-32-')) return own
    for (const { dn } of this.#domains) {
      const found = this.#bySid.get(`${sid} ${dnKey(dn)}`)
      if (found !== undefined) return found
    }
    return undefined
  }

  principal(sid: Sid, domainDn: string): TestPrincipal {
    const found = this.bySid(sid, domainDn)
    if (found === undefined) throw new RangeError(`there is no account with SID ${sid}`)
    return found.handle as TestPrincipal
  }

  set(target: TestObject, attributes: FriendlyAttributes): void {
    const object = this.get(target.dn)
    for (const [name, given] of Object.entries(attributes)) {
      const key = name.toLowerCase()
      const values =
        given === undefined ? [] : this.#encode(object, name, isList(given) ? given : [given])
      if (values.length === 0) object.values.delete(key)
      else object.values.set(key, [object.values.get(key)?.[0] ?? spelling(name), values])
    }
  }

  append(target: TestObject, name: string, more: readonly FriendlyValue[]): void {
    const object = this.get(target.dn)
    const key = name.toLowerCase()
    const before = object.values.get(key)
    object.values.set(key, [
      before?.[0] ?? spelling(name),
      [...(before?.[1] ?? []), ...this.#encode(object, name, more)],
    ])
  }

  remove(target: TestObject): void {
    const object = this.get(target.dn)
    for (const child of object.children) this.remove(child.handle)
    object.parent?.children.delete(object)
    this.#objects.delete(object.key)
    if (object.sid !== undefined) this.#bySid.delete(`${object.sid} ${dnKey(object.domain.dn)}`)
    for (const holder of this.#objects.values()) {
      const members = holder.values.get('member')
      if (members === undefined) continue
      const left = members[1].filter((value) => dnKey(textOf(value)) !== object.key)
      if (left.length === 0) holder.values.delete('member')
      else holder.values.set('member', [members[0], left])
    }
  }

  setOwner(target: TestObject, owner: Sid, group?: Sid): void {
    const object = this.get(target.dn)
    object.own = ownedBy(object.own, owner, group ?? object.own.group)
    // SDProp writes the owner too, but a test that sets one means it.
    this.#owners.add(object)
  }

  setDescriptor(target: TestObject, sddl: string): void {
    const object = this.get(target.dn)
    object.own = parsedSddl(sddl, object.domain, object.own.owner, object.own.group)
    object.granted.length = 0
    object.isWritten = true
  }

  addAce(
    target: TestObject,
    verdict: 'allow' | 'deny',
    sid: Sid,
    rights: string,
    property: string | undefined,
    reach: Reach = {},
  ): void {
    this.get(target.dn).granted.push(makeAce(verdict, sid, rights, property, reach))
  }

  /** See `ForestBuilder.descriptorBelow`. */
  descriptorBelow(
    parent: TestObject,
    structural: string,
    domainDn: string,
    owner: Sid,
  ): Uint8Array {
    const domain = this.#domains.find(({ dn }) => dn === domainDn)!
    const above = this.#descriptor(this.get(parent.dn), this.#protectedObjects(), new Map()).parsed
    const own = defaultOf(structural, domain, owner, sidInDomain(domain.sid, rid.domainAdmins))
    return finished(own, above, structural).bytes
  }

  get count(): number {
    return this.#objects.size
  }

  without(source: Source, because: string): void {
    this.#absent.set(source, because)
  }

  *entries(): Generator<Entry> {
    const memberOf = this.#memberOf()
    const isProtected = this.#protectedObjects()
    const descriptors = new Map<BuiltObject, Finished>()
    for (const object of this.#objects.values()) {
      if (this.#isAbsent(object)) continue
      const attributes = new Map(object.values)
      const groups = memberOf.get(object.key)
      if (groups !== undefined && !attributes.has('memberof'))
        attributes.set('memberof', ['memberOf', groups])
      if (
        this.hasMetadata &&
        attributes.has('pwdlastset') &&
        !attributes.has('replpropertymetadata')
      ) {
        attributes.set('replpropertymetadata', [
          'replPropertyMetaData',
          [passwordMetadata(attributes.get('pwdlastset')?.[1][0])],
        ])
      }
      const members = attributes.get('member')
      if (members !== undefined && !attributes.has('msds-replvaluemetadata')) {
        const changes = members[1].map((member) =>
          utf8(writeReplValueMetaData(textOf(member), this.createdAt)),
        )
        attributes.set('msds-replvaluemetadata', ['msDS-ReplValueMetaData', changes])
      }
      if (isProtected.has(object) && !attributes.has('admincount'))
        attributes.set('admincount', ['adminCount', [utf8('1')]])
      if (!attributes.has('ntsecuritydescriptor') && !this.#absent.has('nTSecurityDescriptor')) {
        const descriptor = this.#descriptor(object, isProtected, descriptors)
        attributes.set('ntsecuritydescriptor', ['nTSecurityDescriptor', [descriptor.bytes]])
      }
      if (this.#absent.has('nTSecurityDescriptor')) attributes.delete('ntsecuritydescriptor')
      for (const key of this.unasked) attributes.delete(key)
      for (const key of this.stripped) attributes.delete(key)
      for (const key of object.withheld) attributes.delete(key)
      yield [object.handle.dn, [...attributes.values()]]
    }
  }

  build(
    root: {
      readonly dn: string
      readonly configurationDn: string
      readonly schemaDn: string
    },
    more: Iterable<BulkEntry>,
    source: string,
  ): Snapshot {
    const builder = new SnapshotBuilder()
    const names = new Set<string>()
    for (const [dn, attributes] of this.entries()) {
      builder.add(dn, attributes)
      for (const [name] of attributes) names.add(name.toLowerCase())
    }
    const descriptors = new Map<Uint8Array, number>()
    let added = 0
    for (const [dn, attributes, descriptor] of more) {
      let number = descriptors.get(descriptor)
      if (number === undefined)
        descriptors.set(descriptor, (number = builder.keepDescriptor(descriptor)))
      builder.add(
        dn,
        this.stripped.size === 0 ? attributes : this.#withoutStripped(attributes),
        number,
      )
      added++
    }
    if (!this.#absent.has('rootdse')) builder.setRootDse(this.#rootDse(root))
    return builder.build({
      origin: { source, takenAt: this.now, collectedBy: source },
      coverage: this.#coverage(added),
      probes: this.#absent.has('ldap-probe') ? [] : this.#answers(),
      asked: this.unasked.size === 0 ? 'all' : askedBut(this.unasked, names),
    })
  }

  readonly #owners = new Set<BuiltObject>()

  #withoutStripped(attributes: readonly RawAttribute[]): RawAttribute[] {
    return attributes.filter(([name]) => !this.stripped.has(name.toLowerCase()))
  }

  #encode(object: BuiltObject, name: string, values: readonly FriendlyValue[]): Uint8Array[] {
    return values.map((value) =>
      encodeValue(name, value, (sddl) =>
        parseSddl(sddl, { domain: object.domain.sid, rootDomain: object.domain.rootSid }),
      ),
    )
  }

  /** Values of memberOf by object. */
  #memberOf(): Map<string, Uint8Array[]> {
    const result = new Map<string, Uint8Array[]>()
    for (const group of this.#objects.values()) {
      for (const member of group.values.get('member')?.[1] ?? []) {
        const key = dnKey(textOf(member))
        const list = result.get(key)
        const dn = utf8(group.handle.dn)
        if (list === undefined) result.set(key, [dn])
        else list.push(dn)
      }
    }
    return result
  }

  /** What SDProp keeps: the protected groups, what is in them by `member`, and accounts 500 and 502 (MS-ADTS 3.1.1.6.1). */
  #protectedObjects(): Set<BuiltObject> {
    const result = new Set<BuiltObject>()
    const service = this.find(
      `CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration,${this.rootDn}`,
    )
    const excluded = adminSdExMaskOf(service?.textOf('dSHeuristics'))
    const aliases = [
      [builtinSid.administrators, 0],
      [builtinSid.replicator, 0],
      [builtinSid.accountOperators, adminSdExMask.accountOperators],
      [builtinSid.serverOperators, adminSdExMask.serverOperators],
      [builtinSid.printOperators, adminSdExMask.printOperators],
      [builtinSid.backupOperators, adminSdExMask.backupOperators],
    ] as const
    for (const domain of this.#domains) {
      const open = [
        ...aliases.filter(([, bit]) => (excluded & bit) === 0).map(([sid]) => sid),
        ...protectedRids.map((relative) => sidInDomain(domain.sid, relative)),
      ].flatMap((sid) => this.bySid(sid, domain.dn) ?? [])
      for (let object = open.pop(); object !== undefined; object = open.pop()) {
        if (
          result.has(object) ||
          object.domain !== domain ||
          object.classes.includes('foreignSecurityPrincipal')
        )
          continue
        result.add(object)
        for (const member of object.values.get('member')?.[1] ?? [])
          open.push(...[this.find(textOf(member)) ?? []].flat())
      }
    }
    return result
  }

  #descriptor(
    object: BuiltObject,
    isProtected: ReadonlySet<BuiltObject>,
    known: Map<BuiltObject, Finished>,
  ): Finished {
    const found = known.get(object)
    if (found !== undefined) return found
    const parent =
      object.parent === undefined
        ? undefined
        : this.#descriptor(object.parent, isProtected, known).parsed
    let own = object.own
    if (isProtected.has(object) && !object.isWritten) {
      const holder = this.get(`CN=AdminSDHolder,CN=System,${object.domain.dn}`)
      const kept = withAces(holder.own, holder.granted)
      if (this.#owners.has(object)) own = { ...kept, owner: object.own.owner }
      else own = kept
    }
    const result = finished(withAces(own, object.granted), parent, object.classes.at(-1) ?? 'top')
    known.set(object, result)
    return result
  }

  #isAbsent(object: BuiltObject): boolean {
    return this.#absent.has(this.#sourceOf(object))
  }

  #sourceOf({ key }: BuiltObject): Source {
    this.#contexts ??= this.#contextKeys()
    return this.#contexts.find(([context]) => key.endsWith(context))?.[1] ?? 'ldap-domain'
  }

  #contextKeys(): [key: string, source: Source][] {
    const contexts: [string, Source][] = [
      [`CN=Schema,CN=Configuration,${this.rootDn}`, 'ldap-schema'],
      [`CN=Configuration,${this.rootDn}`, 'ldap-config'],
      [`DC=ForestDnsZones,${this.rootDn}`, 'ldap-dns'],
      ...this.#domains.map(({ dn }): [string, Source] => [`DC=DomainDnsZones,${dn}`, 'ldap-dns']),
    ]
    return contexts.map(([dn, source]) => [dnKey(dn), source])
  }

  #coverage(more: number): Coverage[] {
    const counts = new Map<Source, number>([['ldap-domain', more]])
    for (const object of this.#objects.values()) {
      const source = this.#sourceOf(object)
      counts.set(source, (counts.get(source) ?? 0) + 1)
    }
    return sources.map((source): Coverage => {
      const because =
        this.#absent.get(source) ?? (neverHere.has(source) ? 'not collected' : undefined)
      if (because !== undefined) return { source, state: 'absent', gaps: [{ because }] }
      const objects = counts.get(source)
      return { source, state: 'read', ...(objects === undefined ? {} : { objects }) }
    })
  }

  #rootDse(root: {
    readonly dn: string
    readonly configurationDn: string
    readonly schemaDn: string
  }): RawAttribute[] {
    const contexts = this.#objects
      .values()
      .filter(({ parent, classes }) => parent === undefined && classes.length > 0)
      .map(({ handle }) => handle.dn)
    const values: Record<string, readonly string[]> = {
      namingContexts: [...contexts],
      rootDomainNamingContext: [root.dn],
      defaultNamingContext: [root.dn],
      configurationNamingContext: [root.configurationDn],
      schemaNamingContext: [root.schemaDn],
      domainFunctionality: ['7'],
      forestFunctionality: ['7'],
      domainControllerFunctionality: ['7'],
      currentTime: [`${this.now.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}.0Z`],
    }
    for (const [name, texts] of this.rootDse) values[name] = texts
    return Object.entries(values).map(([name, texts]) => [name, texts.map(utf8)])
  }

  #answers(): LdapProbe[] {
    const controllers = this.#objects
      .values()
      .filter(
        ({ classes, values }) =>
          classes.includes('computer') &&
          ['516', '521'].includes(textOf(values.get('primarygroupid')?.[1][0] ?? new Uint8Array())),
      )
    return [...controllers].map((controller) => {
      const server = controller.textOf('dNSHostName') ?? controller.handle.name
      const answers = { ...hardened(server, this.now), ...this.probes.get(controller.handle.dn) }
      const given = Object.entries(answers).filter(([, value]) => value !== undefined)
      return Object.fromEntries(given) as unknown as LdapProbe
    })
  }
}

const sources: readonly Source[] = [
  'rootdse',
  'ldap-domain',
  'ldap-config',
  'ldap-schema',
  'ldap-dns',
  'nTSecurityDescriptor',
  'ldap-probe',
  'sysvol',
  'smb-probe',
  'rpc',
  'registry',
]
const neverHere: ReadonlySet<Source> = new Set<Source>(['sysvol', 'smb-probe', 'rpc', 'registry'])

const protectedRids = [
  rid.administrator,
  rid.krbtgt,
  rid.domainAdmins,
  rid.controllers,
  rid.schemaAdmins,
  rid.enterpriseAdmins,
  rid.readOnlyControllers,
]

const knownNames = attributeNames.map((name) => name.toLowerCase())

/** Metadata of an account whose password was last set at `pwdLastSet`; never, when that is 0. */
function passwordMetadata(pwdLastSet: Uint8Array | undefined): Uint8Array {
  const at = pwdLastSet === undefined ? undefined : parseFileTime(textOf(pwdLastSet))
  return writeReplPropertyMetaData(
    at === undefined ? new Map() : new Map([[attid.unicodePwd, { at }]]),
  )
}

/** Answers of a controller to the probes; `undefined` for what could not be tried. */
export type Found = { readonly [K in keyof LdapProbe]?: LdapProbe[K] | undefined }

/** What a hardened domain controller answers to the probes. */
function hardened(server: string, now: Date): LdapProbe {
  return {
    server,
    anonymousRead: false,
    signingRequired: true,
    channelBindingRequired: true,
    tls: {
      versions: ['TLSv1.2', 'TLSv1.3'],
      certificate: {
        subject: `CN=${server}`,
        issuer: 'CN=Enterprise CA',
        notBefore: new Date(now.getTime() - 90 * 86_400_000),
        notAfter: new Date(now.getTime() + 275 * 86_400_000),
        sha256: 'ab'.repeat(32),
        keyBits: 3072,
        signatureAlgorithm: 'sha256WithRSAEncryption',
        names: [server],
      },
    },
    gaps: [],
  }
}

function askedBut(unasked: ReadonlySet<string>, present: ReadonlySet<string>): ReadonlySet<string> {
  const asked = new Set([...present, ...knownNames])
  for (const name of unasked) asked.delete(name)
  return asked
}

function sidText(value: FriendlyAttributes[string]): Sid | undefined {
  if (value === undefined || typeof value === 'string') return value
  if (value instanceof Uint8Array) return readSid(value)
  throw new TypeError('objectSid is given as text or octets')
}

function nameOf(dn: string, attributes: FriendlyAttributes, structural: string): string {
  const account = attributes['sAMAccountName']
  if (typeof account === 'string') return account
  const displayName = attributes['displayName']
  if (structural === 'groupPolicyContainer' && typeof displayName === 'string') return displayName
  return nameOfDn(dn)
}

function isList(
  value: FriendlyValue | readonly FriendlyValue[],
): value is readonly FriendlyValue[] {
  return Array.isArray(value)
}

/** 32 bits that look random and follow from two numbers. */
function mix(seed: number, index: number): number {
  let value = (Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca77)) >>> 0
  value = Math.imul(value ^ (value >>> 16), 0x7feb_352d)
  value = Math.imul(value ^ (value >>> 15), 0x846c_a68b)
  return (value ^ (value >>> 16)) >>> 0
}
