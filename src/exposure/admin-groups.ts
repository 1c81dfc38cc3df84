import {
  type Domain,
  type ObjectId,
  type Sid,
  builtinSid,
  domainOfSid,
  isDomainSid,
  privilegedGroups,
  rid,
  ridOfSid,
  sidInDomain,
  wellKnownSid,
} from '#directory'
import type { Gap, Json } from './define.ts'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'
import { enumerate, some } from './words.ts'

/** A privileged group that every domain, or the forest, is born with. */
export interface PrivilegedGroup {
  readonly group: ObjectId
  readonly sid: Sid
  readonly domain: Domain
}

/** The four groups of operators of each domain. */
export const operatorSids: readonly Sid[] = [
  builtinSid.accountOperators,
  builtinSid.serverOperators,
  builtinSid.printOperators,
  builtinSid.backupOperators,
]

/** Groups whose members administer a domain or the forest, or can make themselves its administrators. */
export const adminGroups = perForest((forest): readonly PrivilegedGroup[] =>
  groupsOf(forest, privilegedGroups.aliases, privilegedGroups.administrators),
)

/** Groups for domain controllers: their members may replicate secrets. */
export const controllerGroups = perForest((forest): readonly PrivilegedGroup[] =>
  groupsOf(forest, [], privilegedGroups.controllers),
)

function groupsOf(
  forest: Forest,
  sids: readonly Sid[],
  rids: readonly number[],
): PrivilegedGroup[] {
  return forest.snapshot.domains.flatMap((domain) =>
    [...sids, ...rids.map((relative) => sidInDomain(domain.sid, relative))].flatMap((sid) => {
      const group = forest.memberships.objectOf(sid, domain)
      return group === undefined ? [] : [{ group, sid, domain }]
    }),
  )
}

/** How something got into a privileged group. */
export interface Entry {
  readonly member: ObjectId
  /** The group that it is a direct member of: the privileged one, or one inside it. */
  readonly via: ObjectId
}

/**
 * What is in a privileged group, at any depth. Not looked into: other privileged groups, which speak for themselves, and
 * groups that stand for nearly everybody.
 */
export function* entriesOf(forest: Forest, group: ObjectId): Generator<Entry> {
  const { memberships } = forest
  const closed = new Set(
    [...adminGroups(forest), ...controllerGroups(forest)].map((known) => known.group),
  )
  const seen = new Set([group])
  const open = [group]
  for (let via = open.shift(); via !== undefined; via = open.shift()) {
    for (const member of memberships.members(via)) {
      if (seen.has(member)) continue
      seen.add(member)
      yield { member, via }
      if (closed.has(member) || !memberships.passesOn(member)) continue
      if (!isEverybody(forest, member)) open.push(member)
    }
  }
}

/** Whether an object by itself stands for nearly everybody: Everyone, Authenticated Users, Domain Users and their like. */
export function isEverybody({ snapshot }: Forest, object: ObjectId): boolean {
  const sid = snapshot.sid(object)
  return sid !== undefined && isEverybodySid(sid)
}

/** {@link isEverybody} of a SID. */
export function isEverybodySid(sid: Sid): boolean {
  return (
    everybodySids.has(sid) ||
    (isDomainSid(domainOfSid(sid) ?? '') && everybodyRids.has(ridOfSid(sid) ?? 0))
  )
}

const everybodySids: ReadonlySet<Sid> = new Set([
  wellKnownSid.everyone,
  wellKnownSid.anonymous,
  wellKnownSid.authenticatedUsers,
  wellKnownSid.network,
  wellKnownSid.interactive,
  wellKnownSid.thisOrganization,
  builtinSid.users,
  builtinSid.guests,
])

const everybodyRids: ReadonlySet<number> = new Set([
  rid.domainUsers,
  rid.domainGuests,
  rid.domainComputers,
])

/** The groups of administrators that an account is in, nearest first. */
export function adminGroupsOf(forest: Forest, account: ObjectId): readonly ObjectId[] {
  return administrators(forest).get(account) ?? []
}

/** Everything in a group of administrators, with those groups. */
const administrators = perForest((forest): ReadonlyMap<ObjectId, readonly ObjectId[]> => {
  const found = new Map<ObjectId, ObjectId[]>()
  for (const { group } of adminGroups(forest)) {
    for (const { member } of entriesOf(forest, group)) {
      const groups = found.get(member)
      if (groups === undefined) found.set(member, [group])
      else groups.push(group)
    }
  }
  return found
})

/** What to say when it cannot be told of users in a group, at any depth, whether they are enabled; nothing when it can. */
export function unreadFlags(forest: Forest, group: ObjectId): Gap | undefined {
  const { memberships, snapshot } = forest
  const unread = memberships
    .transitiveMembers(group)
    .find((id) => snapshot.isA(id, 'user') && !snapshot.has(id, 'userAccountControl'))
  if (unread === undefined) return undefined
  return {
    gap: `Whether members of ${nameOf(forest, group)} are enabled could not be read, such as ${snapshot.name(unread)}.`,
  }
}

/** Who is in a group directly, read or not: for a sentence and for evidence. */
export function directMembers(
  forest: Forest,
  group: ObjectId,
): { readonly size: number; readonly names: string; readonly evidence: Json } {
  const { memberships, snapshot } = forest
  const read = [...memberships.members(group)]
  const unread = memberships.directUnreadMembers(group)
  const names = [
    ...some(read).map((id) => nameOf(forest, id)),
    ...unread.map(({ dn, sid }) => sid ?? dn),
  ]
  const dns = [...some(read).map((id) => snapshot.dn(id)), ...unread.map(({ dn }) => dn)]
  return { size: read.length + unread.length, names: enumerate(names), evidence: some(dns) }
}

/** A principal's name for people; that of a well-known one where only a stand-in was read. */
export function nameOf(forest: Forest, id: ObjectId): string {
  const sid = forest.snapshot.sid(id)
  return sid === undefined
    ? forest.snapshot.name(id)
    : forest.nameOf(sid, forest.snapshot.domainOf(id))
}
