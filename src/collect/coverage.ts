import {
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

/** What a reader found out while reading that the snapshot does not show. */
export class CoverageNotes {
  readonly #gaps = new Map<Source, CoverageGap[]>()
  readonly #unread = new Map<string, string>()

  /** Something of a source could not be read: one sentence for people. */
  add(source: Source, because: string, hides?: readonly Kind[]): void {
    const gaps = this.#gaps.get(source) ?? []
    if (gaps.some((gap) => gap.because === because)) return
    gaps.push(hides === undefined ? { because } : { because, hides })
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
 * objects without a descriptor, objects that others refer to, and parents that were not returned.
 */
export function coverageOf(snapshot: Snapshot, notes: CoverageNotes): Coverage[] {
  const contexts = contextsOf(snapshot)
  const gaps = findUnseen(snapshot, contexts)
  const areas: readonly Area[] = ['ldap-domain', 'ldap-config', 'ldap-schema', 'ldap-dns']
  return [
    snapshot.rootDse.size > 0
      ? read('rootdse', notes.of('rootdse'))
      : absent('rootdse', ['There is no rootDSE in it.'], notes),
    ...areas.map((area) => areaCoverage(area, snapshot, contexts, gaps.get(area) ?? [], notes)),
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
  const key = dnKey(contextDn)
  if (snapshot.domains.some(({ dn }) => dnKey(dn) === key)) return 'ldap-domain'
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
  for (let id = 0; id < snapshot.count; id++) {
    const context = found.get(dnKey(snapshot.namingContextOf(id)))
    if (context !== undefined) context.objects++
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
  for (let id = 0; id < snapshot.count; id++) if (!snapshot.has(id, source)) missing.push(id)
  const objects = snapshot.count - missing.length
  if (objects === 0) {
    return absent(source, ['No object has a security descriptor.'], notes)
  }
  const gaps = [...notes.of(source)]
  if (missing.length > 0) {
    gaps.push({
      because: `${count(missing.length, 'object')} came without a security descriptor, ${such(missing.map((id) => snapshot.dn(id)))}.`,
      ...hiding(kindsOfObjects(snapshot, missing)),
    })
  }
  return read(source, gaps, objects)
}

function probeGaps(snapshot: Snapshot): CoverageGap[] {
  return snapshot.probes.flatMap(({ server, gaps }) =>
    gaps.map((gap) => ({ because: `${server}: ${gap}`, hides: [] })),
  )
}

/** Objects that must be there but were not returned, by area. */
function findUnseen(snapshot: Snapshot, contexts: readonly Context[]): Map<Area, CoverageGap[]> {
  const result = new Map<Area, CoverageGap[]>()
  // Without the list of all naming contexts a DN cannot be told from one of a domain that was not read.
  if (!contexts.some(({ area, objects }) => area === 'ldap-config' && objects > 0)) return result
  const missing = new Map<string, Missing>()
  const miss = (dn: string, hides: readonly Kind[] | undefined): void => {
    if (dn === '' || snapshot.byDn(dn) !== undefined) return
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
    missing.set(key, { dn, area: context.area, hides: kindsByDesign(dn, context.dn) ?? hides })
  }
  for (const [dn, hides] of references(snapshot)) miss(dn, hides)
  const parents = new Set<string>()
  for (let id = 0; id < snapshot.count; id++) {
    const parent = parentDn(snapshot.dn(id))
    if (parent === undefined || parents.has(parent)) continue
    // What a naming context hangs below belongs to another one.
    if (contexts.some(({ dn }) => dn === snapshot.dn(id))) continue
    parents.add(parent)
    miss(parent, undefined)
  }
  const alike = Map.groupBy(
    missing.values(),
    ({ area, hides }) => `${area} ${hides?.join() ?? '*'}`,
  )
  for (const group of alike.values()) {
    const { area, hides } = group[0]!
    const isOne = group.length === 1
    const gaps = result.get(area) ?? []
    result.set(area, gaps)
    gaps.push({
      because: `${count(group.length, 'object')} that others refer to ${isOne ? 'was' : 'were'} not returned, ${such(group.map(({ dn }) => dn))}: the reading account may not see ${isOne ? 'it' : 'them'}.`,
      ...hiding(hides),
    })
  }
  return result
}

/** An object that must be there. */
interface Missing {
  readonly dn: string
  readonly area: Area
  /** What it can be; anything when nothing is known. */
  hides: readonly Kind[] | undefined
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
  'msDS-ResultantPSO': ['passwordSettings'],
  'msDS-RevealOnDemandGroup': principals,
  'msDS-RevealedUsers': principals,
  serverReference: ['computer'],
}

/** Every distinct DN that an object refers to, with the kinds that the target can be of. */
function* references(
  snapshot: Snapshot,
): Generator<readonly [dn: string, hides: readonly Kind[] | undefined]> {
  for (const name of attributeNames) {
    const { form } = attribute(name)
    // Every object has an objectCategory; that the schema was read is known without it.
    if ((form !== 'dn' && form !== 'dnWithBinary') || name === 'objectCategory') continue
    yield* ofAttribute(
      snapshot,
      name,
      (text) => [form === 'dn' ? text : text.replace(/^B:\d+:[\da-f]*:/i, '')],
      targets[name],
    )
  }
  yield* ofAttribute(snapshot, 'gPLink', linkedPolicies, ['policy'])
}

function* ofAttribute(
  snapshot: Snapshot,
  name: (typeof attributeNames)[number],
  dnsIn: (text: string) => readonly string[],
  hides: readonly Kind[] | undefined,
): Generator<readonly [string, readonly Kind[] | undefined]> {
  const seen = new Set<number>()
  for (const id of snapshot.having(name)) {
    const list = snapshot.valueId(id, name)
    if (seen.has(list)) continue
    seen.add(list)
    for (const value of snapshot.raw(id, name))
      for (const dn of dnsIn(decoder.decode(value))) yield [dn, hides]
  }
}

function linkedPolicies(gPLink: string): string[] {
  return [...gPLink.matchAll(/\[LDAP:\/\/([^;\]]+);/gi)].map(([, dn]) => dn!)
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
  ['cn=master root keys,cn=group key distribution service,cn=services', []],
]

/** The kinds that can be in a container, or be an object in it, that is closed by design; nothing for any other. */
export function kindsByDesign(dn: string, contextDn: string): readonly Kind[] | undefined {
  const key = dnKey(dn)
  const context = `,${dnKey(contextDn)}`
  if (!key.endsWith(context)) return undefined
  const relative = key.slice(0, -context.length)
  return closedByDesign.find(([name]) => relative === name || relative.endsWith(`,${name}`))?.[1]
}

/** The kinds these objects are of; those of none add nothing. */
function kindsOfObjects(snapshot: Snapshot, ids: readonly ObjectId[]): readonly Kind[] {
  const left = new Set(ids)
  return (Object.keys(kinds) as Kind[]).filter(
    (kind) => kind !== 'any' && snapshot.ofKind(kind).some((id) => left.has(id)),
  )
}

function hiding(hides: readonly Kind[] | undefined): { hides?: readonly Kind[] } {
  return hides === undefined ? {} : { hides }
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
