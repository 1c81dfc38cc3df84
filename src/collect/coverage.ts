import {
  type AttributeName,
  type Coverage,
  type CoverageGap,
  type Kind,
  type ObjectId,
  type Snapshot,
  type Source,
  attribute,
  attributeNames,
  crossRefFlags,
  dnKey,
  isBelow,
  kinds,
  parentDn,
} from '#directory'
import { baseGaps } from './base-coverage.ts'
import { printable } from './printable.ts'

/** What a gap may hide. */
export type Reach = Omit<CoverageGap, 'because'>

/** What a reader found out while reading that the snapshot does not show. */
export class CoverageNotes {
  readonly #gaps = new Map<Source, CoverageGap[]>()
  readonly #unread = new Map<string, string>()

  /** Something of a source could not be read: one sentence for people. */
  add(source: Source, because: string, reach: Reach = {}): void {
    const gaps = this.#gaps.get(source) ?? []
    if (gaps.some((gap) => gap.because === because)) return
    gaps.push({ because, ...reach })
    this.#gaps.set(source, gaps)
  }

  /** Why a naming context could not be read, or not to its end. */
  addUnread(namingContext: string, because: string): void {
    this.#unread.set(dnKey(namingContext), because)
  }

  /** What was added about a source. */
  of(source: Source): readonly CoverageGap[] {
    return this.#gaps.get(source) ?? []
  }

  /** What was said about a naming context. */
  unread(namingContext: string): string | undefined {
    return this.#unread.get(dnKey(namingContext))
  }
}

/**
 * Says for every source how much of it a snapshot shows. Looks for what is missing: naming contexts that the forest has,
 * objects of which nothing came but the name, that lack what every such object has or a descriptor, objects that others
 * refer to, and parents that were not returned.
 */
export function coverageOf(snapshot: Snapshot, notes: CoverageNotes): Coverage[] {
  return coverages(snapshot, notes).map(({ gaps, ...coverage }) => ({
    ...coverage,
    ...(gaps === undefined
      ? {}
      : { gaps: gaps.map((gap) => ({ ...gap, because: printable(gap.because) })) }),
  }))
}

function coverages(snapshot: Snapshot, notes: CoverageNotes): Coverage[] {
  const contexts = contextsOf(snapshot)
  const gaps = Map.groupBy(
    [...findBlank(snapshot), ...findUnread(snapshot), ...findUnseen(snapshot, contexts)],
    ({ area }) => area,
  )
  const areas: readonly Area[] = ['ldap-domain', 'ldap-config', 'ldap-schema', 'ldap-dns']
  return [
    snapshot.rootDse.size > 0
      ? read('rootdse', notes.of('rootdse'))
      : absent('rootdse', ['There is no rootDSE in it.'], notes),
    ...areas.map((area) =>
      areaCoverage(
        area,
        snapshot,
        contexts,
        (gaps.get(area) ?? []).map(({ gap }) => gap),
        notes,
      ),
    ),
    descriptorCoverage(snapshot, notes),
    snapshot.probes.length > 0
      ? read('ldap-probe', [...notes.of('ldap-probe'), ...probeGaps(snapshot)])
      : absent('ldap-probe', ['Domain controllers were not asked.'], notes),
    absent('sysvol', ['This version does not read SYSVOL.'], notes),
    absent('smb-probe', ['This version does not ask over SMB.'], notes),
    absent('rpc', ['This version does not ask over RPC.'], notes),
    absent('registry', ['This version does not read the registries of domain controllers.'], notes),
  ]
}

/** Sources that are parts of the directory tree. */
export type Area = 'ldap-domain' | 'ldap-config' | 'ldap-schema' | 'ldap-dns'

/** A naming context the forest has. */
interface Context {
  readonly dn: string
  readonly key: string
  readonly area: Area
  objects: number
}

/** Which part of the forest a naming context is; nothing for partitions of applications. */
export function areaOf(snapshot: Snapshot, contextDn: string): Area | undefined {
  let known = areas.get(snapshot)
  if (known === undefined) areas.set(snapshot, (known = new Map()))
  if (!known.has(contextDn)) known.set(contextDn, findArea(snapshot, contextDn))
  return known.get(contextDn)
}

/** Answers of {@link areaOf}, which is asked about every object. */
const areas = new WeakMap<Snapshot, Map<string, Area | undefined>>()

function findArea(snapshot: Snapshot, contextDn: string): Area | undefined {
  const key = dnKey(contextDn)
  const domain = snapshot.domains.find(({ dn }) => dn === contextDn || dnKey(dn) === key)
  if (domain !== undefined) return 'ldap-domain'
  if (key === dnKey(snapshot.configurationDn ?? '')) return 'ldap-config'
  if (key === dnKey(snapshot.schemaDn ?? '')) return 'ldap-schema'
  return /^dc=(?:domain|forest)dnszones,/.test(key) ? 'ldap-dns' : undefined
}

/** Every naming context that was read, that rootDSE names or that the partitions container lists; longest DN first. */
function contextsOf(snapshot: Snapshot): Context[] {
  const found = new Map<string, Context>()
  const add = (dn: string, area: Area | undefined): void => {
    const key = dnKey(dn)
    if (area !== undefined && !found.has(key)) found.set(key, { dn, key, area, objects: 0 })
  }
  for (const id of snapshot.ofClass('crossRef')) {
    const flags = snapshot.value(id, 'systemFlags') ?? 0
    const dn = snapshot.value(id, 'nCName')
    if (dn === undefined || (flags & crossRefFlags.ntdsNamingContext) === 0) continue
    add(dn, (flags & crossRefFlags.ntdsDomain) !== 0 ? 'ldap-domain' : areaOf(snapshot, dn))
  }
  const [defaultDn] = snapshot.rootDse.get('defaultnamingcontext') ?? []
  if (defaultDn !== undefined) add(defaultDn, 'ldap-domain')
  for (const dn of snapshot.namingContexts) add(dn, areaOf(snapshot, dn))
  const objects = new Map<string, number>()
  for (let id = 0; id < snapshot.count; id++) {
    const dn = snapshot.namingContextOf(id)
    objects.set(dn, (objects.get(dn) ?? 0) + 1)
  }
  for (const [dn, number] of objects) {
    const context = found.get(dnKey(dn))
    if (context !== undefined) context.objects += number
  }
  return [...found.values()].toSorted((a, b) => b.key.length - a.key.length)
}

function areaCoverage(
  area: Area,
  snapshot: Snapshot,
  contexts: readonly Context[],
  unseen: readonly CoverageGap[],
  notes: CoverageNotes,
): Coverage {
  const mine = contexts.filter((context) => context.area === area)
  const inDomain = area === 'ldap-dns' ? snapshot.ofKind('dnsZone').length : 0
  const objects = mine.reduce((sum, context) => sum + context.objects, 0)
  const gaps: CoverageGap[] = [...notes.of(area)]
  for (const { dn, objects: seen } of mine) {
    const because = notes.unread(dn) ?? (seen === 0 ? 'It was not read.' : undefined)
    if (because !== undefined) gaps.push({ because: `${dn}: ${because}` })
  }
  if (objects === 0 && inDomain === 0) {
    const hasNone =
      area === 'ldap-dns' &&
      mine.length === 0 &&
      contexts.some((context) => context.area === 'ldap-config' && context.objects > 0)
    // Where the configuration was read and lists no zones, there are none in the directory.
    if (hasNone && gaps.length === 0) return { source: area, state: 'read', objects: 0 }
    return {
      source: area,
      state: 'absent',
      gaps: gaps.length > 0 ? gaps : [{ because: `No ${areaWords[area]} was read.` }],
    }
  }
  if (area !== 'ldap-dns') {
    for (const { dn, objects: seen } of mine)
      if (seen > 0) gaps.push(...baseGaps(snapshot, area, dn))
  }
  gaps.push(...unseen)
  return read(area, gaps, Math.max(objects, inDomain))
}

const areaWords: Readonly<Record<Area, string>> = {
  'ldap-domain': 'domain',
  'ldap-config': 'configuration naming context',
  'ldap-schema': 'schema',
  'ldap-dns': 'DNS zone',
}

function descriptorCoverage(snapshot: Snapshot, notes: CoverageNotes): Coverage {
  const source = 'nTSecurityDescriptor'
  const missing: ObjectId[] = []
  for (let id = 0; id < snapshot.count; id++) if (snapshot.valueId(id, source) < 0) missing.push(id)
  const objects = snapshot.count - missing.length
  if (objects === 0) {
    return absent(source, ['No object has a security descriptor.'], notes)
  }
  const gaps = [...notes.of(source)]
  const isByDesign = (id: ObjectId): boolean =>
    kindsByDesign(snapshot.dn(id), snapshot.namingContextOf(id)) !== undefined
  for (const [byDesign, ids] of Map.groupBy(missing, isByDesign)) {
    gaps.push({
      because: `${count(ids.length, 'object')} came without a security descriptor, ${such(ids.map((id) => snapshot.dn(id)))}.`,
      hides: kindsOfObjects(snapshot, ids),
      ...(byDesign ? { isByDesign: true } : {}),
    })
  }
  return read(source, gaps, objects)
}

function probeGaps(snapshot: Snapshot): CoverageGap[] {
  return snapshot.probes.flatMap(({ server, gaps }) =>
    gaps.map((gap) => ({ because: `${server}: ${gap}`, hides: [] })),
  )
}

/** A gap in a part of the directory tree. */
interface AreaGap {
  readonly area: Area
  readonly gap: CoverageGap
}

/** Objects of which nothing came but the name: what they are cannot be told. */
function* findBlank(snapshot: Snapshot): Generator<AreaGap> {
  if (!snapshot.wasAsked('objectClass')) return
  const blank: Missing[] = []
  for (let id = 0; id < snapshot.count; id++) {
    if (snapshot.valueId(id, 'objectClass') >= 0) continue
    const dn = snapshot.dn(id)
    const context = snapshot.namingContextOf(id)
    const area = areaOf(snapshot, context)
    const kindsHidden = kindsByDesign(dn, context)
    if (area === undefined) continue
    const isByDesign = kindsHidden !== undefined
    // A child that came shows that the children may be listed.
    const hides = isByDesign && snapshot.children(id).length > 0 ? [] : kindsHidden
    blank.push({ dn, area, hides, isByDesign })
  }
  yield* gapsOf(
    blank,
    (dns) =>
      `${count(dns.length, 'object')}, ${such(dns)}, showed nothing but the name: the reading account may not read ${dns.length === 1 ? 'it' : 'them'}.`,
  )
}

/** Attributes that every object of a kind has, and some came without. The rules that read them say so themselves. */
function* findUnread(snapshot: Snapshot): Generator<AreaGap> {
  for (const [kind, names] of Object.entries(kinds) as [Kind, readonly AttributeName[]][]) {
    for (const name of names.filter((each) => snapshot.wasAsked(each))) {
      const unread: Missing[] = []
      for (const id of snapshot.ofKind(kind)) {
        if (snapshot.valueId(id, name) >= 0) continue
        const area = areaOf(snapshot, snapshot.namingContextOf(id))
        if (area !== undefined)
          unread.push({ dn: snapshot.dn(id), area, hides: [], isByDesign: false })
      }
      yield* gapsOf(
        unread,
        (dns) => `${name} of ${count(dns.length, 'object')} could not be read, ${such(dns)}.`,
      )
    }
  }
}

/** One gap for all that are missing in the same way. */
function* gapsOf(
  missing: Iterable<Missing>,
  say: (dns: readonly string[]) => string,
): Generator<AreaGap> {
  const alike = Map.groupBy(
    missing,
    ({ area, hides, isByDesign }) => `${area} ${isByDesign} ${hides?.join() ?? '*'}`,
  )
  for (const group of alike.values()) {
    const { area, hides, isByDesign } = group[0]!
    yield { area, gap: { because: say(group.map(({ dn }) => dn)), ...reachOf(hides, isByDesign) } }
  }
}

/** Objects that must be there but were not returned. */
function* findUnseen(snapshot: Snapshot, contexts: readonly Context[]): Generator<AreaGap> {
  // Without the list of all naming contexts a DN cannot be told from one of a domain that was not read.
  if (!contexts.some(({ area, objects }) => area === 'ldap-config' && objects > 0)) return
  const missing = new Map<string, Missing>()
  const miss = (dn: string, hides: readonly Kind[] | undefined): void => {
    if (dn === '') return
    const key = dnKey(dn)
    const known = missing.get(key)
    if (known !== undefined) {
      known.hides = narrower(known.hides, hides)
      return
    }
    const context = contexts.find(
      (candidate) => key === candidate.key || key.endsWith(`,${candidate.key}`),
    )
    if (context === undefined || context.objects === 0 || isDeleted(dn, context)) return
    if (missing.size >= MAX_REMEMBERED) return
    const byDesign = kindsByDesign(dn, context.dn)
    const isByDesign = byDesign !== undefined
    missing.set(key, { dn, area: context.area, hides: byDesign ?? hides, isByDesign })
  }
  for (const [dn, hides] of references(snapshot)) miss(dn, hides)
  for (const [relative, hides] of placesOfConfiguration) {
    const dn = `${relative},${snapshot.configurationDn}`
    if (snapshot.byDn(dn) === undefined) miss(dn, hides)
  }
  const heads = new Set(contexts.map(({ dn }) => dn))
  const parents = new Set<string>()
  for (const id of orphans(snapshot)) {
    const dn = snapshot.dn(id)
    const parent = parentDn(dn)
    // What a naming context hangs below belongs to another one.
    if (parent === undefined || parents.has(parent) || heads.has(dn)) continue
    parents.add(parent)
    miss(parent, undefined)
  }
  yield* gapsOf(missing.values(), (dns) => {
    const isOne = dns.length === 1
    return `${count(dns.length, 'object')} that every forest has, or that others refer to, ${isOne ? 'was' : 'were'} not returned, ${such(dns)}: the reading account may not see ${isOne ? 'it' : 'them'}.`
  })
}

/** Places that the configuration of every forest has, with what lies below them (MS-ADTS 6.1.1.2.4). */
const placesOfConfiguration: readonly (readonly [relative: string, hides: readonly Kind[]])[] = [
  ['CN=Public Key Services,CN=Services', ['template', 'certificationAuthority']],
  ['CN=Certificate Templates,CN=Public Key Services,CN=Services', ['template']],
  ['CN=Enrollment Services,CN=Public Key Services,CN=Services', ['certificationAuthority']],
]

/** An object that was not read, or not well. */
interface Missing {
  readonly dn: string
  readonly area: Area
  /** What it can be; anything when nothing is known. */
  hides: readonly Kind[] | undefined
  readonly isByDesign: boolean
}

/** What is known of an object's kind from two references to it. */
function narrower(
  a: readonly Kind[] | undefined,
  b: readonly Kind[] | undefined,
): readonly Kind[] | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const both = a.filter((kind) => b.includes(kind))
  return both.length > 0 ? both : a
}

const MAX_REMEMBERED = 100_000

const principals: readonly Kind[] = ['user', 'computer', 'managedAccount', 'group']

/** What can be at the other end of an attribute; anything where it is not said. */
const targets: Partial<Record<string, readonly Kind[]>> = {
  managedBy: principals,
  memberOf: ['group'],
  'msDS-KrbTgtLink': ['user'],
  'msDS-NeverRevealGroup': principals,
  'msDS-OIDToGroupLink': ['group'],
  'msDS-PSOAppliesTo': principals,
  'msDS-PSOApplied': ['passwordSettings'],
  'msDS-RevealOnDemandGroup': principals,
  'msDS-RevealedUsers': principals,
  serverReference: ['computer'],
}

/** Objects whose parent was not read. */
function* orphans(snapshot: Snapshot): Generator<ObjectId> {
  const hasParent = new Uint8Array(snapshot.count)
  for (let id = 0; id < snapshot.count; id++)
    for (const child of snapshot.children(id)) hasParent[child] = 1
  for (let id = 0; id < snapshot.count; id++) if (hasParent[id] === 0) yield id
}

/** Every DN of an object that was not read but others refer to, with the kinds that it can be of. */
function* references(
  snapshot: Snapshot,
): Generator<readonly [dn: string, hides: readonly Kind[] | undefined]> {
  for (const name of attributeNames) {
    const { form } = attribute(name)
    // Every object has an objectCategory; that the schema was read is known without it.
    if ((form !== 'dn' && form !== 'dnWithBinary') || name === 'objectCategory') continue
    const targetsOf = (value: Uint8Array): readonly Uint8Array[] => [
      form === 'dn' ? value : encoder.encode(decoder.decode(value).replace(binaryPart, '')),
    ]
    yield* ofAttribute(snapshot, name, targetsOf, targets[name])
  }
  yield* ofAttribute(snapshot, 'gPLink', linkedPolicies, ['policy'])
}

const binaryPart = /^B:\d+:[\da-f]*:/i

function* ofAttribute(
  snapshot: Snapshot,
  name: (typeof attributeNames)[number],
  dnsIn: (value: Uint8Array) => readonly Uint8Array[],
  hides: readonly Kind[] | undefined,
): Generator<readonly [string, readonly Kind[] | undefined]> {
  const seen = new Set<number>()
  for (const id of snapshot.having(name)) {
    const list = snapshot.valueId(id, name)
    if (seen.has(list)) continue
    seen.add(list)
    for (const value of snapshot.raw(id, name)) {
      for (const dn of dnsIn(value))
        if (snapshot.byDnOctets(dn) === undefined) yield [decoder.decode(dn), hides]
    }
  }
}

function linkedPolicies(gPLink: Uint8Array): Uint8Array[] {
  const links = decoder.decode(gPLink).matchAll(/\[LDAP:\/\/([^;\]]+);/gi)
  return [...links].map(([, dn]) => encoder.encode(dn))
}

/** Deleted objects are never returned, and what is left of links to them says nothing. */
function isDeleted(dn: string, context: Context): boolean {
  return (
    /\\0ADEL:|\nDEL:/i.test(dn) ||
    isBelow(dn, `CN=Deleted Objects,${context.dn}`) ||
    dnKey(dn) === dnKey(`CN=Deleted Objects,${context.dn}`)
  )
}

/**
 * Containers of every forest that ordinary accounts may not read or list, by their DN below the naming context, with the
 * kinds of objects that can be in them. Their names are the same in every language.
 */
const closedByDesign: readonly (readonly [dn: string, holds: readonly Kind[]])[] = [
  ['cn=ntds quotas', []],
  ['cn=keys', []],
  ['cn=tpm devices', []],
  ['cn=filelinks,cn=system', []],
  ['cn=ip security,cn=system', []],
  ['cn=password settings container,cn=system', ['passwordSettings']],
  ['cn=microsoftdns', ['dnsZone', 'dnsNode']],
  ['cn=microsoftdns,cn=system', ['dnsZone', 'dnsNode']],
  ['cn=master root keys,cn=group key distribution service,cn=services', ['rootKey']],
]

/** Backup keys of DPAPI: objects among others of CN=System that only controllers and administrators may read. */
const backupKey = /^cn=(?:g\$)?bckupkey_[^,]*,cn=system$/

/** The kinds that can be in a container, or be an object in it, that is closed by design; nothing for any other. */
export function kindsByDesign(dn: string, contextDn: string): readonly Kind[] | undefined {
  const key = dnKey(dn)
  const context = `,${dnKey(contextDn)}`
  if (!key.endsWith(context)) return undefined
  const relative = key.slice(0, -context.length)
  if (backupKey.test(relative)) return ['secret']
  return closedByDesign.find(([name]) => relative === name || relative.endsWith(`,${name}`))?.[1]
}

/** The kinds these objects are of; those of none add nothing. */
function kindsOfObjects(snapshot: Snapshot, ids: readonly ObjectId[]): readonly Kind[] {
  const left = new Set(ids)
  return (Object.keys(kinds) as Kind[]).filter(
    (kind) => kind !== 'any' && snapshot.ofKind(kind).some((id) => left.has(id)),
  )
}

/** What a gap may hide, as a part of it. */
export function reachOf(hides: readonly Kind[] | undefined, isByDesign: boolean): Reach {
  return { ...(hides === undefined ? {} : { hides }), ...(isByDesign ? { isByDesign } : {}) }
}

function read(source: Source, gaps: readonly CoverageGap[], objects?: number): Coverage {
  return {
    source,
    state: gaps.length > 0 ? 'partial' : 'read',
    ...(objects === undefined ? {} : { objects }),
    ...(gaps.length > 0 ? { gaps } : {}),
  }
}

function absent(source: Source, because: readonly string[], notes: CoverageNotes): Coverage {
  const known = notes.of(source)
  return {
    source,
    state: 'absent',
    gaps: known.length > 0 ? known : because.map((text) => ({ because: text })),
  }
}

/** `3,972 objects`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

/** Some of the names, for a sentence. */
export function such(dns: readonly string[]): string {
  const shown = dns
    .slice(0, 3)
    .map((dn) => `"${dn}"`)
    .join(', ')
  return dns.length > 3 ? `such as ${shown}` : `namely ${shown}`
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
