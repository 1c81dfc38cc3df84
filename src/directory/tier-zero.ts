import type { Access } from './access.ts'
import { trustAttributes } from './flags.ts'
import type { Memberships } from './groups.ts'
import { type Sid, domainOfSid, ridOfSid } from './sid.ts'
import type { Domain, ObjectId, Snapshot } from './snapshot.ts'
import { builtinSid, nameOfSid, rid, sidInDomain, wellKnownSid } from './well-known.ts'

/**
 * Tier Zero: the objects whose control is control of the forest. The privileged groups every forest has and their members
 * at any depth, domain controllers, krbtgt accounts, AdminSDHolder, the heads of domains, configuration and schema, and
 * certification authorities with the computers they run on.
 *
 * Read-only domain controllers, their groups and their ticket keys are of it as objects: whoever writes to them says whose
 * secrets they keep. They are not as trustees ({@link has}): they stand where people get at them, so what they may do to others
 * counts like what anybody may.
 *
 * A group that stands for nearly everybody (Domain Users in Administrators) stays outside with its members, even where it
 * is in such a group: else everything would be Tier Zero and nothing be found.
 */
export class TierZero {
  readonly #snapshot: Snapshot
  readonly #memberships: Memberships
  readonly #reasons = new Map<ObjectId, string>()
  /** Those of Tier Zero that are not trusted. */
  readonly #untrusted = new Set<ObjectId>()
  readonly #sids = new Set<Sid>(alwaysSids)
  /** The objects, ascending. */
  readonly objects: Uint32Array
  /** SID of the forest's root domain, read or not; `undefined` where nothing tells it. */
  readonly rootSid: Sid | undefined

  constructor(snapshot: Snapshot, memberships: Memberships, access: Access) {
    this.#snapshot = snapshot
    this.#memberships = memberships
    const domains = forestDomainSids(snapshot, access)
    const roots = domains.filter(({ isRoot }) => isRoot)
    this.rootSid = roots.length === 1 ? roots[0]?.sid : undefined
    const readOnly: Sid[] = []
    for (const { sid, isRoot } of domains) {
      for (const relative of relativeIds) this.#sids.add(sidInDomain(sid, relative))
      readOnly.push(sidInDomain(sid, rid.readOnlyControllers))
      if (!isRoot) continue
      for (const relative of rootRelativeIds) this.#sids.add(sidInDomain(sid, relative))
      readOnly.push(sidInDomain(sid, rid.enterpriseReadOnlyControllers))
    }
    this.#addControllers(false, 'is a domain controller')
    this.#addGroups([...this.#sids])
    this.#addHeads()
    this.#addAuthorities()
    this.#addFormerMembers()

    const trusted = new Set(this.#reasons.keys())
    this.#addControllers(true, 'is a read-only domain controller')
    this.#addGroups(readOnly)
    this.#addTicketKeys()
    for (const object of this.#reasons.keys()) if (!trusted.has(object)) this.#untrusted.add(object)
    this.objects = Uint32Array.from(this.#reasons.keys()).toSorted()
  }

  /** Whether a trustee is trusted with Tier Zero. Give the domain whose BUILTIN groups are meant; the root's otherwise. */
  has(sid: Sid, domain?: Domain): boolean {
    if (this.#sids.has(sid)) return true
    const isTrusted = (object: ObjectId) =>
      this.#reasons.has(object) && !this.#untrusted.has(object)
    if (sid.startsWith('S-1-5-32-')) {
      const object = this.#memberships.objectOf(sid, domain)
      return object !== undefined && isTrusted(object)
    }
    return this.#snapshot.allBySid(sid).some(isTrusted)
  }

  /** Whether an object is of Tier Zero. */
  hasObject(object: ObjectId): boolean {
    return this.#reasons.has(object)
  }

  /** Why an object is of Tier Zero, one sentence for people; '' when it is not. */
  why(object: ObjectId): string {
    const reason = this.#reasons.get(object)
    return reason === undefined ? '' : `${this.#snapshot.name(object)} ${reason}.`
  }

  #add(object: ObjectId | undefined, reason: string): void {
    if (object !== undefined && !this.#reasons.has(object)) this.#reasons.set(object, reason)
  }

  /** Privileged principals, then what is in them, nearest first. */
  #addGroups(sids: readonly Sid[]): void {
    const groups: ObjectId[] = []
    for (const sid of sids) {
      const objects = this.#snapshot.allBySid(sid)
      const name = nameOfSid(sid) ?? sid
      for (const object of objects) {
        const kind = this.#snapshot.isA(object, 'group') ? 'group' : 'account'
        this.#add(object, `is the privileged ${kind} ${name}`)
        groups.push(object)
      }
      for (const member of this.#memberships.membersOfUnread(sid))
        this.#addMember(member, name, groups)
    }
    this.#addMembersOf(groups)
  }

  #addMembersOf(groups: readonly ObjectId[]): void {
    const open = groups.map((group) => ({ group, top: this.#snapshot.name(group) }))
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const { group, top } = next
      const inside: ObjectId[] = []
      for (const member of this.#memberships.members(group)) this.#addMember(member, top, inside)
      open.push(...inside.map((member) => ({ group: member, top })))
      for (const { sid } of this.#memberships.directUnreadMembers(group)) {
        if (sid !== undefined && !this.#memberships.isBroad(sid)) this.#sids.add(sid)
      }
    }
  }

  /** Adds a member, and to `groups` when it passes on what it has. */
  #addMember(member: ObjectId, top: string, groups: ObjectId[]): void {
    if (this.#reasons.has(member) || this.#isCrowd(member)) return
    this.#add(member, `is in ${top}`)
    if (this.#memberships.passesOn(member)) groups.push(member)
  }

  #isCrowd(object: ObjectId): boolean {
    const sid = this.#snapshot.sid(object)
    return sid !== undefined && this.#memberships.isBroad(sid, this.#snapshot.domainOf(object))
  }

  /** Controllers as the configuration knows them, whatever their accounts say of themselves. */
  #addControllers(readOnly: boolean, reason: string): void {
    const snapshot = this.#snapshot
    for (const settings of new Set([
      ...snapshot.ofClass('nTDSDSA'),
      ...snapshot.ofClass('nTDSDSARO'),
    ])) {
      if (snapshot.isA(settings, 'nTDSDSARO') !== readOnly) continue
      const server = snapshot.parent(settings)
      const reference = server === undefined ? undefined : snapshot.value(server, 'serverReference')
      if (reference !== undefined) this.#add(snapshot.byDn(reference), reason)
    }
  }

  /** The keys that tickets of read-only domain controllers are made with; those of the others are krbtgt's. */
  #addTicketKeys(): void {
    for (const account of this.#snapshot.having('msDS-SecondaryKrbTgtNumber')) {
      this.#add(account, 'holds the ticket keys of a read-only domain controller')
    }
    for (const controller of this.#snapshot.having('msDS-KrbTgtLink')) {
      const account = this.#snapshot.value(controller, 'msDS-KrbTgtLink')
      if (account !== undefined)
        this.#add(
          this.#snapshot.byDn(account),
          'holds the ticket keys of a read-only domain controller',
        )
    }
  }

  #addHeads(): void {
    const { configurationDn, schemaDn, domains } = this.#snapshot
    for (const { head, dn } of domains) {
      this.#add(head, 'is the head of a domain')
      this.#add(
        this.#snapshot.byDn(`CN=AdminSDHolder,CN=System,${dn}`),
        'gives privileged accounts their permissions',
      )
    }
    if (configurationDn !== undefined)
      this.#add(this.#snapshot.byDn(configurationDn), 'is the head of the configuration')
    if (schemaDn !== undefined)
      this.#add(this.#snapshot.byDn(schemaDn), 'is the head of the schema')
  }

  #addAuthorities(): void {
    const snapshot = this.#snapshot
    const hosts = new Map<string, string>()
    for (const authority of snapshot.ofClass('pKIEnrollmentService')) {
      this.#add(authority, 'is a certification authority')
      const host = snapshot.value(authority, 'dNSHostName')
      if (host !== undefined) hosts.set(host.toLowerCase(), snapshot.name(authority))
    }
    if (hosts.size === 0) return
    for (const computer of snapshot.ofClass('computer')) {
      const authority = hosts.get(snapshot.value(computer, 'dNSHostName')?.toLowerCase() ?? '')
      if (authority !== undefined)
        this.#add(computer, `runs the certification authority ${authority}`)
    }
  }

  /** Whoever brings a Tier Zero SID from a former life has its rights, and so have the members of such a group. */
  #addFormerMembers(): void {
    for (let before = -1; before !== this.#reasons.size;) {
      before = this.#reasons.size
      for (const object of this.#snapshot.having('sIDHistory')) {
        if (this.#reasons.has(object) || this.#isCrowd(object)) continue
        const former = this.#snapshot
          .value(object, 'sIDHistory')
          .find((sid) => this.has(sid, this.#snapshot.domainOf(object)))
        if (former === undefined) continue
        this.#add(object, `has ${nameOfSid(former) ?? former} in its SID history`)
        if (this.#memberships.passesOn(object)) this.#addMembersOf([object])
      }
    }
  }
}

/** Tier Zero in any forest, read or not. */
const alwaysSids: readonly Sid[] = [
  builtinSid.administrators,
  builtinSid.accountOperators,
  builtinSid.serverOperators,
  builtinSid.printOperators,
  builtinSid.backupOperators,
  wellKnownSid.enterpriseDomainControllers,
  wellKnownSid.system,
]

/** Tier Zero in each domain. */
const relativeIds: readonly number[] = [
  rid.administrator,
  rid.krbtgt,
  rid.domainAdmins,
  rid.controllers,
  rid.keyAdmins,
]

/** Tier Zero that only the forest's root has. */
const rootRelativeIds: readonly number[] = [
  rid.schemaAdmins,
  rid.enterpriseAdmins,
  rid.enterpriseKeyAdmins,
]

/** SIDs of the forest's domains: those that were read, and those that these tell of. */
function forestDomainSids(snapshot: Snapshot, access: Access): { sid: Sid; isRoot: boolean }[] {
  const found = new Map<Sid, boolean>()
  for (const { sid, isRoot } of snapshot.domains) found.set(sid, isRoot)
  for (const trust of snapshot.ofClass('trustedDomain')) {
    const sid = snapshot.value(trust, 'securityIdentifier')
    const isOurs =
      ((snapshot.value(trust, 'trustAttributes') ?? 0) & trustAttributes.withinForest) !== 0
    if (sid !== undefined && isOurs && !found.has(sid)) found.set(sid, false)
  }
  if (![...found.values()].includes(true)) {
    const root = rootSidByOwner(snapshot, access) ?? rootSidByHeads(snapshot)
    if (root !== undefined) found.set(root, true)
    else for (const sid of found.keys()) found.set(sid, true)
  }
  return [...found].map(([sid, isRoot]) => ({ sid, isRoot }))
}

/** The root's SID as the heads of configuration and schema show it: their owners are its Enterprise or Schema Admins. */
function rootSidByOwner(snapshot: Snapshot, access: Access): Sid | undefined {
  for (const dn of [snapshot.configurationDn, snapshot.schemaDn]) {
    const head = dn === undefined ? undefined : snapshot.byDn(dn)
    const owner = head === undefined ? undefined : access.ownerOf(head)
    if (owner === undefined) continue
    const relative = ridOfSid(owner)
    if (relative === rid.enterpriseAdmins || relative === rid.schemaAdmins)
      return domainOfSid(owner)
  }
  return undefined
}

/** The root's SID as the heads of domains show it: each lets the forest's Enterprise Admins in. */
function rootSidByHeads(snapshot: Snapshot): Sid | undefined {
  for (const { head } of snapshot.domains) {
    const aces = snapshot.value(head, 'nTSecurityDescriptor')?.dacl ?? []
    const ace = aces.find(({ sid }) => ridOfSid(sid) === rid.enterpriseAdmins)
    if (ace !== undefined) return domainOfSid(ace.sid)
  }
  return undefined
}
