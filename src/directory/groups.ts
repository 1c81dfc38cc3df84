import { groupScope, isEnabled, isSecurityGroup, samAccountType, uac } from './flags.ts'
import { Bounded } from './bounded.ts'
import { type Sid, domainOfSid, ridOfSid } from './sid.ts'
import type { Domain, ObjectId, Snapshot } from './snapshot.ts'
import { builtinSid, nameOfSid, rid, wellKnownSid } from './well-known.ts'

/** A member that a group names but that is no object of the snapshot: deleted, hidden, or of a place not read. */
export interface UnreadMember {
  readonly dn: string
  /** Its SID, where the DN tells: that of a foreign security principal. */
  readonly sid?: Sid
}

/** What Memberships cannot learn from the directory. */
export interface MembershipOptions {
  /** The domain controllers' registry value `EveryoneIncludesAnonymous`. Off unless somebody turned it on. */
  readonly everyoneIncludesAnonymous?: boolean
}

/**
 * Who is in which group, and what that puts into access tokens. Made once per snapshot, in time linear in objects and
 * memberships; answers are kept.
 *
 * An object that stands for a SID of another domain (foreignSecurityPrincipal) counts as the object that has the SID, when
 * that was read. Groups whose `member` could not be read are filled from the members' `memberOf`. Everyone, Authenticated
 * Users and their like have no members in the directory: a token claims them (see {@link tokenOf}).
 */
export class Memberships {
  readonly #snapshot: Snapshot
  /** SIDs that every token of one kind of principal holds, by kind. */
  readonly #claims: Readonly<Record<Claimant, readonly Sid[]>>
  /** Direct groups of an object, and direct members of a group. */
  readonly #up: Adjacency
  readonly #down: Adjacency
  /** What each object is as a group, see {@link GroupKind}. */
  readonly #kind: Uint8Array
  /** Index into `snapshot.domains` of domain-local groups; 0xffff elsewhere. */
  readonly #localTo: Uint16Array
  readonly #unread: ReadonlyMap<ObjectId, readonly UnreadMember[]>
  /** Accounts by the SID of a primary group that is no object of the snapshot. Ascending. */
  readonly #unreadPrimary: ReadonlyMap<Sid, Uint32Array>
  /** Objects by a SID of their SID history. */
  readonly #heirs = new Map<Sid, ObjectId[]>()
  /** Groups by the SID of a member that is no object of the snapshot. */
  readonly #holdsUnread = new Map<Sid, ObjectId[]>()
  /** Objects that are, or contain at any depth, Anonymous; Everyone or a Guest; all authenticated principals. */
  readonly #holdsAnonymous: ReadonlySet<ObjectId>
  readonly #holdsGuests: ReadonlySet<ObjectId>
  /** Objects that are, or contain at any depth, somebody of another forest. */
  readonly #holdsForeign: ReadonlySet<ObjectId>
  readonly #holdsEverybody: ReadonlySet<ObjectId>
  readonly #broad: ReadonlySet<ObjectId>
  readonly #mark: Uint32Array
  #marks = 0
  readonly #transitive = new Bounded<ObjectId, Uint32Array>(16_000_000, (ids) => ids.length + 8)
  readonly #tokens = new Map<number, Bounded<ObjectId | Sid, ReadonlySet<Sid>>>()
  #enabled: Uint8Array | undefined
  #enabledCount = 0

  constructor(snapshot: Snapshot, options: MembershipOptions = {}) {
    this.#snapshot = snapshot
    this.#claims = claimsOf(options.everyoneIncludesAnonymous === true)
    this.#mark = new Uint32Array(snapshot.count)
    const edges = readEdges(snapshot)
    this.#up = new Adjacency(snapshot.count, edges.members, edges.groups)
    this.#down = new Adjacency(snapshot.count, edges.groups, edges.members)
    this.#unread = edges.unread
    this.#unreadPrimary = edges.unreadPrimary
    for (const [group, members] of edges.unread) {
      for (const { sid } of members) if (sid !== undefined) addTo(this.#holdsUnread, sid, group)
    }
    for (const object of snapshot.having('sIDHistory')) {
      for (const sid of snapshot.value(object, 'sIDHistory')) addTo(this.#heirs, sid, object)
    }
    this.#kind = new Uint8Array(snapshot.count)
    this.#localTo = new Uint16Array(snapshot.count).fill(0xffff)
    for (let id = 0; id < snapshot.count; id++) {
      const kind = groupKind(snapshot, id, this.#down.degree(id) > 0)
      this.#kind[id] = kind
      if (kind !== GroupKind.domainLocal) continue
      const domain = snapshot.domainOf(id)
      if (domain !== undefined) this.#localTo[id] = snapshot.domains.indexOf(domain)
    }
    const { anonymous, everyone, authenticatedUsers, thisOrganization, network, interactive } =
      wellKnownSid
    this.#holdsAnonymous = this.#above([anonymous])
    this.#holdsGuests = this.#above([
      everyone,
      ...snapshot.domains.map(({ sid }) => `${sid}-${rid.guest}`),
    ])
    const standIns = [...snapshot.ofClass('foreignSecurityPrincipal')].flatMap(
      (id) => snapshot.sid(id) ?? [],
    )
    this.#holdsForeign = this.#above(
      [...standIns, ...this.#holdsUnread.keys()].filter(
        (sid) => this.#claimantOfUnread(sid) === 'foreign',
      ),
    )
    this.#holdsEverybody = this.#above([everyone, authenticatedUsers, thisOrganization])
    this.#broad = this.#above([
      everyone,
      anonymous,
      authenticatedUsers,
      network,
      interactive,
      thisOrganization,
      wellKnownSid.authenticationAuthorityAssertedIdentity,
      builtinSid.users,
      builtinSid.guests,
      ...snapshot.domains.flatMap(({ sid }) => broadRids.map((relative) => `${sid}-${relative}`)),
    ])
  }

  /** Direct members that were read, by `member`, `memberOf` or `primaryGroupID`. Ascending; do not change. */
  members(group: ObjectId): Uint32Array {
    return this.#down.of(group)
  }

  /**
   * Members at any depth that were read, ascending; do not change. Groups in between are members too. A distribution group
   * inside a group is a member, but its own members are not: their tokens hold neither.
   */
  transitiveMembers(group: ObjectId): Uint32Array {
    const known = this.#transitive.get(group)
    if (known !== undefined) return known
    const mark = this.#nextMark()
    const found: ObjectId[] = []
    const open = [group]
    this.#mark[group] = mark
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const member of this.#down.of(next)) {
        if (this.#mark[member] === mark) continue
        this.#mark[member] = mark
        found.push(member)
        if (this.passesOn(member)) open.push(member)
      }
    }
    const members = Uint32Array.from(found).toSorted()
    this.#transitive.set(group, members)
    return members
  }

  /** Whether the members of a group have what the group has: it has members and is no distribution group. */
  passesOn(object: ObjectId): boolean {
    return this.#kind[object] !== GroupKind.distribution && this.#down.degree(object) > 0
  }

  /** Accounts by `primaryGroupID`, of a group that is no object of the snapshot. Ascending; do not change. */
  membersOfUnread(group: Sid): Uint32Array {
    return this.#unreadPrimary.get(group) ?? nobody
  }

  /** Members that are no object of the snapshot. */
  directUnreadMembers(group: ObjectId): readonly UnreadMember[] {
    return this.#unread.get(group) ?? []
  }

  /** Members at any depth that are no object of the snapshot. */
  unreadMembers(group: ObjectId): readonly UnreadMember[] {
    if (this.#unread.size === 0) return []
    const found = new Map<string, UnreadMember>()
    const groups = [group, ...this.transitiveMembers(group)]
    for (const id of groups) {
      if (id !== group && this.#kind[id] === GroupKind.distribution) continue
      for (const member of this.#unread.get(id) ?? []) found.set(member.dn, member)
    }
    return [...found.values()]
  }

  /** Groups an object is in, directly or through other groups, in the whole forest. Ascending. Claims are not followed. */
  groupsOf(object: ObjectId): Uint32Array {
    return Uint32Array.from(this.#closure([object], () => true)).toSorted()
  }

  /** Whether an object is in a group at any depth, be it as one of Everyone or of Authenticated Users. */
  isMember(object: ObjectId, group: ObjectId): boolean {
    if (this.#closure([object], () => true).includes(group)) return true
    if (this.#snapshot.sid(object) === undefined) return false
    const claims = this.#claims[this.#claimantOf(object)]
    if (claims.includes(this.#snapshot.sid(group) ?? '')) return true
    return this.#closure(this.#nodes(claims), () => true, claims).includes(group)
  }

  /**
   * SIDs in the access token that an object gets for a check on an object of `domain` (its own when not given): its own,
   * its groups', their SID histories, and what every such token holds. Domain-local and BUILTIN groups count only where
   * they are at home; distribution groups never. For a group: what the tokens of all its members have in common.
   * Members of a group found through SID history count only for domain-local groups, as on a domain controller
   * (MS-DTYP 2.5.2, MS-PAC 4.1.2.2).
   */
  tokenOf(object: ObjectId, domain?: Domain): ReadonlySet<Sid> {
    const where = domain ?? this.#snapshot.domainOf(object) ?? this.#snapshot.rootDomain
    const tokens = this.#tokensIn(where)
    const known = tokens.get(object)
    if (known !== undefined) return known
    const token = this.#token([object], this.#snapshot.sid(object), this.#claimantOf(object), where)
    tokens.set(object, token)
    return token
  }

  /** {@link tokenOf} of a trustee, which may be no object of the snapshot. */
  tokenOfSid(sid: Sid, domain: Domain | undefined = this.#snapshot.rootDomain): ReadonlySet<Sid> {
    const object = this.objectOf(sid, domain)
    if (object !== undefined) return this.tokenOf(object, domain)
    const tokens = this.#tokensIn(domain)
    const known = tokens.get(sid)
    if (known !== undefined) return known
    const nodes = isBuiltin(sid) ? [] : this.#snapshot.allBySid(sid)
    const token = this.#token(nodes, sid, this.#claimantOfUnread(sid), domain)
    tokens.set(sid, token)
    return token
  }

  /**
   * Whether a trustee stands for nearly everybody: Everyone, Anonymous, Authenticated Users, Network, Interactive, This
   * Organization, Users, Guests, Domain Users, Domain Guests, Domain Computers, or a group with one of these in it.
   */
  isBroad(sid: Sid, domain: Domain | undefined = this.#snapshot.rootDomain): boolean {
    if (broadSids.has(sid)) return true
    if (sid.startsWith('S-1-5-21-') && broadRids.includes(ridOfSid(sid) ?? -1)) return true
    const object = isBuiltin(sid) ? this.objectOf(sid, domain) : this.#snapshot.bySid(sid, domain)
    return object !== undefined && this.#broad.has(object)
  }

  /** How many enabled accounts a trustee stands for: 1 for an account, 0 for one that nobody holds or that was not read. */
  reach(sid: Sid, domain: Domain | undefined = this.#snapshot.rootDomain): number {
    const enabled = this.#enabledAccounts()
    if (sid === wellKnownSid.self) return 1
    const people = this.peopleOf(sid, domain)
    if (people === 'many' || sid === wellKnownSid.anonymous) return this.#enabledCount
    const object = this.objectOf(sid, domain)
    let count = object === undefined ? 0 : (enabled[object] ?? 0)
    for (const member of people) count += enabled[member] ?? 0
    return count
  }

  /**
   * Whether a trustee can be in an access token at all when a controller of the domain checks: a distribution group never
   * is, nor a domain-local group of another domain.
   */
  isInTokens(sid: Sid, domain: Domain | undefined = this.#snapshot.rootDomain): boolean {
    const object = this.objectOf(sid, domain)
    return object === undefined || this.#countsIn(object, domain)
  }

  /** Name of a trustee for people: its account name, else what it is called everywhere, else its SID. */
  nameOf(sid: Sid, domain: Domain | undefined = this.#snapshot.rootDomain): string {
    const object = this.objectOf(sid, domain)
    return (object === undefined ? undefined : this.#snapshot.name(object)) ?? nameOfSid(sid) ?? sid
  }

  /**
   * The object a trustee is in the eyes of a domain: a BUILTIN group is that domain's own. Nothing for SIDs that only a
   * foreign security principal stands for.
   */
  objectOf(sid: Sid, domain: Domain | undefined = this.#snapshot.rootDomain): ObjectId | undefined {
    const object = this.#snapshot.bySid(sid, domain)
    if (object === undefined || this.#snapshot.isA(object, 'foreignSecurityPrincipal'))
      return undefined
    if (domain !== undefined && isBuiltin(sid) && this.#snapshot.domainOf(object) !== domain)
      return undefined
    return object
  }

  /**
   * Objects that a trustee stands for beside itself: its members at any depth, and whoever has it in its SID history, ascending;
   * none for an account or a SID that was not read. `many` where only tokens tell: Everyone, Authenticated Users, and groups that hold them.
   */
  peopleOf(sid: Sid, domain: Domain | undefined = this.#snapshot.rootDomain): Uint32Array | 'many' {
    if (everybodySids.has(sid)) return sid === wellKnownSid.anonymous ? nobody : 'many'
    if (sid === wellKnownSid.enterpriseDomainControllers) return this.#controllers()
    const object = this.objectOf(sid, domain)
    if (object !== undefined && this.#holdsEverybody.has(object)) return 'many'
    const members =
      object === undefined ? this.membersOfUnread(sid) : this.transitiveMembers(object)
    const heirs = this.#heirs.get(sid)
    if (heirs === undefined) return members
    const all = heirs.flatMap((heir) => [heir, ...this.transitiveMembers(heir)])
    return Uint32Array.from(new Set([...members, ...all])).toSorted()
  }

  #controllers(): Uint32Array {
    const found = this.#snapshot.domains.flatMap(({ sid }) => {
      const people = this.peopleOf(`${sid}-${rid.controllers}`)
      return people === 'many' ? [] : [...people]
    })
    return Uint32Array.from(new Set(found)).toSorted()
  }

  #enabledAccounts(): Uint8Array {
    if (this.#enabled !== undefined) return this.#enabled
    this.#enabled = new Uint8Array(this.#snapshot.count)
    for (const id of this.#snapshot.having('userAccountControl')) {
      const flags = this.#snapshot.value(id, 'userAccountControl')
      if (flags === undefined || !isEnabled(flags) || (flags & uac.interdomainTrustAccount) !== 0)
        continue
      this.#enabled[id] = 1
      this.#enabledCount++
    }
    return this.#enabled
  }

  #token(
    nodes: readonly ObjectId[],
    sid: Sid | undefined,
    claimant: Claimant,
    domain: Domain | undefined,
  ): Set<Sid> {
    const snapshot = this.#snapshot
    const counts = (group: ObjectId) => this.#countsIn(group, domain)
    const token = new Set<Sid>()
    const history = new Set<Sid>()
    const take = (id: ObjectId) => {
      const own = snapshot.sid(id)
      if (own !== undefined) token.add(own)
      for (const former of snapshot.value(id, 'sIDHistory')) history.add(former)
    }
    if (sid !== undefined) token.add(sid)
    for (const node of nodes) {
      take(node)
      const primary = primaryGroupSid(snapshot, node)
      if (primary !== undefined) token.add(primary)
    }
    const claims = [...this.#claims[claimant]]
    if (nodes.some((node) => isController(snapshot, node)))
      claims.push(wellKnownSid.enterpriseDomainControllers)
    for (const claim of claims) token.add(claim)
    const sids = sid === undefined ? claims : [sid, ...claims]
    for (const id of this.#closure([...nodes, ...this.#nodes(claims)], counts, sids)) take(id)
    if (history.size === 0) return token
    const local = (group: ObjectId) => this.#kind[group] === GroupKind.domainLocal && counts(group)
    for (const id of this.#closure(this.#nodes([...history]), local, [...history])) take(id)
    for (const former of history) token.add(former)
    return token
  }

  /** Whether a group's SID is put into tokens in a domain. */
  #countsIn(group: ObjectId, domain: Domain | undefined): boolean {
    if (this.#kind[group] === GroupKind.distribution) return false
    if (this.#kind[group] !== GroupKind.domainLocal) return true
    return domain !== undefined && this.#snapshot.domains[this.#localTo[group] ?? 0xffff] === domain
  }

  #tokensIn(domain: Domain | undefined): Bounded<ObjectId | Sid, ReadonlySet<Sid>> {
    const index = domain === undefined ? -1 : this.#snapshot.domains.indexOf(domain)
    let tokens = this.#tokens.get(index)
    if (tokens === undefined) {
      tokens = new Bounded(1_000_000, (token) => token.size + 8)
      this.#tokens.set(index, tokens)
    }
    return tokens
  }

  #claimantOf(object: ObjectId): Claimant {
    if (this.#holdsAnonymous.has(object)) return 'anonymous'
    if (this.#holdsGuests.has(object)) return 'guest'
    if (this.#snapshot.isA(object, 'foreignSecurityPrincipal'))
      return this.#claimantOfUnread(this.#snapshot.sid(object) ?? wellKnownSid.nobody)
    return this.#holdsForeign.has(object) ? 'foreign' : 'authenticated'
  }

  #claimantOfUnread(sid: Sid): Claimant {
    const claimant = claimantOfSid(sid)
    const isOurs = this.#snapshot.domains.some((domain) => domain.sid === domainOfSid(sid))
    return claimant === 'foreign' && isOurs ? 'authenticated' : claimant
  }

  /** Objects with one of these SIDs. */
  #nodes(sids: readonly Sid[]): ObjectId[] {
    return sids.flatMap((sid) => this.#snapshot.allBySid(sid))
  }

  /** Objects with one of these SIDs and every group above them. */
  #above(sids: readonly Sid[]): Set<ObjectId> {
    const nodes = this.#nodes(sids)
    return new Set([
      ...nodes,
      ...this.#closure(nodes, (group) => this.#kind[group] !== GroupKind.distribution, sids),
    ])
  }

  /** Groups above the nodes and the SIDs, going only through those that count. */
  #closure(
    nodes: readonly ObjectId[],
    counts: (group: ObjectId) => boolean,
    sids: readonly Sid[] = [],
  ): ObjectId[] {
    const mark = this.#nextMark()
    const found: ObjectId[] = []
    const open = [...nodes]
    for (const node of nodes) this.#mark[node] = mark
    const enter = (group: ObjectId) => {
      if (this.#mark[group] === mark || !counts(group)) return
      this.#mark[group] = mark
      found.push(group)
      open.push(group)
    }
    for (const sid of sids) for (const group of this.#holdsUnread.get(sid) ?? []) enter(group)
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const group of this.#up.of(next)) enter(group)
    }
    return found
  }

  #nextMark(): number {
    if (this.#marks === 0xffff_ffff) {
      this.#mark.fill(0)
      this.#marks = 0
    }
    return ++this.#marks
  }
}

/** How an object acts as a group. */
const GroupKind = { none: 0, distribution: 1, wide: 2, domainLocal: 3 } as const
type GroupKind = (typeof GroupKind)[keyof typeof GroupKind]

/** What the holder of a token must have been to get it, which says what else the token holds. */
type Claimant = 'authenticated' | 'foreign' | 'system' | 'guest' | 'anonymous' | 'everyone' | 'none'

/** Relative identifiers of Domain Users, Domain Guests, Domain Computers. */
const broadRids: readonly number[] = [rid.domainUsers, rid.domainGuests, rid.domainComputers]

const broadSids = new Set<Sid>([
  wellKnownSid.everyone,
  wellKnownSid.anonymous,
  wellKnownSid.authenticatedUsers,
  wellKnownSid.network,
  wellKnownSid.interactive,
  wellKnownSid.thisOrganization,
  // Everybody who proved who they are to a domain controller, by Kerberos or by NTLM.
  wellKnownSid.authenticationAuthorityAssertedIdentity,
  wellKnownSid.ntlmAuthentication,
  wellKnownSid.otherOrganization,
  builtinSid.users,
  builtinSid.guests,
])

const nobody = new Uint32Array()

const everybodySids = new Set<Sid>(
  [...broadSids].filter((sid) => sid !== builtinSid.users && sid !== builtinSid.guests),
)

function claimsOf(everyoneIncludesAnonymous: boolean): Record<Claimant, readonly Sid[]> {
  const { everyone, network, authenticatedUsers, thisOrganization } = wellKnownSid
  return {
    authenticated: [
      everyone,
      network,
      authenticatedUsers,
      thisOrganization,
      wellKnownSid.authenticationAuthorityAssertedIdentity,
    ],
    // From a trusted forest, perhaps with selective authentication.
    foreign: [everyone, network, authenticatedUsers],
    system: [everyone, authenticatedUsers, builtinSid.administrators],
    guest: [everyone, network],
    everyone: [everyone, network],
    anonymous: everyoneIncludesAnonymous ? [everyone, network] : [network],
    none: [],
  }
}

const claimantBySid = new Map<Sid, Claimant>([
  [wellKnownSid.nobody, 'none'],
  [wellKnownSid.everyone, 'everyone'],
  [wellKnownSid.interactive, 'everyone'],
  [wellKnownSid.network, 'none'],
  [wellKnownSid.anonymous, 'anonymous'],
  [wellKnownSid.creatorOwner, 'none'],
  [wellKnownSid.creatorGroup, 'none'],
  [wellKnownSid.ownerRights, 'none'],
  [wellKnownSid.system, 'system'],
  [wellKnownSid.thisOrganization, 'authenticated'],
  [wellKnownSid.self, 'authenticated'],
  [wellKnownSid.enterpriseDomainControllers, 'authenticated'],
  [wellKnownSid.authenticatedUsers, 'foreign'],
  [wellKnownSid.otherOrganization, 'foreign'],
])

function claimantOfSid(sid: Sid): Claimant {
  const known = claimantBySid.get(sid)
  if (known !== undefined) return known
  if (sid.startsWith('S-1-5-21-')) return ridOfSid(sid) === rid.guest ? 'guest' : 'foreign'
  return 'foreign'
}

/** Whether a SID is of BUILTIN, so that it means another group in each domain. */
function isBuiltin(sid: Sid): boolean {
  return sid.startsWith('S-1-5-32-')
}

const decoder = new TextDecoder()

interface Edges {
  /** Edge e: `members[e]` is a direct member of `groups[e]`. */
  readonly members: readonly ObjectId[]
  readonly groups: readonly ObjectId[]
  readonly unread: ReadonlyMap<ObjectId, readonly UnreadMember[]>
  /** Members by the SID of a primary group that was not read. */
  readonly unreadPrimary: ReadonlyMap<Sid, Uint32Array>
}

function readEdges(snapshot: Snapshot): Edges {
  const members: ObjectId[] = []
  const groups: ObjectId[] = []
  const unread = new Map<ObjectId, UnreadMember[]>()
  const add = (member: ObjectId, group: ObjectId) => {
    members.push(member)
    groups.push(group)
  }
  const realOf = realObjects(snapshot)
  for (const group of snapshot.having('member')) {
    for (const octets of snapshot.raw(group, 'member')) {
      const id = snapshot.byDnOctets(octets)
      if (id !== undefined) {
        add(realOf.get(id) ?? id, group)
        continue
      }
      const dn = decoder.decode(octets)
      const sid = /^CN=(S-1-[\d-]+)[\\,]/i.exec(dn)?.[1]?.toUpperCase()
      const real = sid === undefined ? undefined : snapshot.bySid(sid)
      if (real !== undefined) {
        add(realOf.get(real) ?? real, group)
        continue
      }
      addTo(unread, group, sid === undefined ? { dn } : { dn, sid })
    }
  }
  const unreadPrimary = addPrimaryGroups(snapshot, add)
  addFromMembers(snapshot, (member, group) => add(realOf.get(member) ?? member, group))
  return { members, groups, unread, unreadPrimary }
}

/** Foreign security principals whose SID another object of the snapshot has, and that object. */
function realObjects(snapshot: Snapshot): Map<ObjectId, ObjectId> {
  const foreign = new Set(snapshot.ofClass('foreignSecurityPrincipal'))
  const real = new Map<ObjectId, ObjectId>()
  for (const id of foreign) {
    const sid = snapshot.sid(id)
    const other =
      sid === undefined ? undefined : snapshot.allBySid(sid).find((same) => !foreign.has(same))
    if (other !== undefined) real.set(id, other)
  }
  return real
}

/** Adds members by `primaryGroupID`, and answers those of groups that were not read, by the group's SID. */
function addPrimaryGroups(
  snapshot: Snapshot,
  add: (member: ObjectId, group: ObjectId) => void,
): Map<Sid, Uint32Array> {
  const bySid = new Map<Sid, ObjectId[]>()
  for (const id of snapshot.having('primaryGroupID')) {
    const sid = primaryGroupSid(snapshot, id)
    if (sid === undefined) continue
    addTo(bySid, sid, id)
  }
  const unread = new Map<Sid, Uint32Array>()
  for (const [sid, members] of bySid) {
    const group = snapshot.bySid(sid)
    if (group === undefined) unread.set(sid, Uint32Array.from(members).toSorted())
    else for (const member of members) add(member, group)
  }
  return unread
}

/** Fills groups that have no `member` from `memberOf`: an empty group and one that may not be read look the same. */
function addFromMembers(
  snapshot: Snapshot,
  add: (member: ObjectId, group: ObjectId) => void,
): void {
  const without = new Set<ObjectId>()
  for (const group of snapshot.ofClass('group')) {
    if (!snapshot.has(group, 'member')) without.add(group)
  }
  if (without.size === 0) return
  // Most members of a group are in the same others too, and share one list of them.
  const known = new Map<number, readonly ObjectId[]>()
  for (const member of snapshot.having('memberOf')) {
    const list = snapshot.valueId(member, 'memberOf')
    let groups = known.get(list)
    if (groups === undefined) {
      groups = snapshot.raw(member, 'memberOf').flatMap((octets) => {
        const group = snapshot.byDnOctets(octets)
        return group !== undefined && without.has(group) ? [group] : []
      })
      known.set(list, groups)
    }
    for (const group of groups) add(member, group)
  }
}

function primaryGroupSid(snapshot: Snapshot, id: ObjectId): Sid | undefined {
  const primary = snapshot.value(id, 'primaryGroupID')
  if (primary === undefined) return undefined
  const sid = snapshot.sid(id)
  const domain = sid === undefined ? snapshot.domainOf(id)?.sid : domainOfSid(sid)
  return domain === undefined ? undefined : `${domain}-${primary}`
}

/** Whether an object is a writable domain controller's account, or the group of these. */
function isController(snapshot: Snapshot, id: ObjectId): boolean {
  if (snapshot.value(id, 'primaryGroupID') === rid.controllers) return true
  if (ridOfSid(snapshot.sid(id) ?? '') === rid.controllers) return true
  return ((snapshot.value(id, 'userAccountControl') ?? 0) & uac.serverTrustAccount) !== 0
}

function groupKind(snapshot: Snapshot, id: ObjectId, hasMembers: boolean): GroupKind {
  const type = snapshot.value(id, 'groupType')
  if (type !== undefined) {
    if (!isSecurityGroup(type)) return GroupKind.distribution
    return groupScope(type) === 'domainLocal' ? GroupKind.domainLocal : GroupKind.wide
  }
  if (!hasMembers) return GroupKind.none
  if (isBuiltin(snapshot.sid(id) ?? '')) return GroupKind.domainLocal
  const accountType = snapshot.value(id, 'sAMAccountType')
  const { nonSecurityGroupObject, nonSecurityAliasObject, aliasObject } = samAccountType
  if (accountType === nonSecurityGroupObject || accountType === nonSecurityAliasObject)
    return GroupKind.distribution
  return accountType === aliasObject ? GroupKind.domainLocal : GroupKind.wide
}

function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key)
  if (known === undefined) lists.set(key, [value])
  else known.push(value)
}

/** Neighbours of each object, in two flat lists. */
class Adjacency {
  /** Neighbours of object i lie at `#neighbours` [#start[i], #start[i + 1]), ascending. */
  readonly #start: Uint32Array
  readonly #neighbours: Uint32Array

  constructor(count: number, from: readonly ObjectId[], to: readonly ObjectId[]) {
    const start = new Uint32Array(count + 1)
    for (const id of from) start[id + 1]! += 1
    for (let id = 0; id < count; id++) start[id + 1]! += start[id]!
    const neighbours = new Uint32Array(from.length)
    const next = start.slice(0, count)
    from.forEach((id, edge) => {
      neighbours[next[id]!++] = to[edge]!
    })
    let used = 0
    for (let id = 0, begin = 0; id < count; id++) {
      const end = start[id + 1]!
      const row = neighbours.subarray(begin, end)
      if (row.length > 1) row.set(row.toSorted())
      begin = end
      const first = used
      for (const neighbour of row) {
        // An edge may be told twice, by `member` and by `primaryGroupID`.
        if (used > first && neighbours[used - 1] === neighbour) continue
        neighbours[used++] = neighbour
      }
      start[id + 1] = used
    }
    this.#start = start
    this.#neighbours = neighbours.subarray(0, used)
  }

  of(id: ObjectId): Uint32Array {
    return this.#neighbours.subarray(this.#start[id] ?? 0, this.#start[id + 1] ?? 0)
  }

  degree(id: ObjectId): number {
    return (this.#start[id + 1] ?? 0) - (this.#start[id] ?? 0)
  }
}
