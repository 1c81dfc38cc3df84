import {
  type Domain,
  type ObjectId,
  domainOfSid,
  isDomainSid,
  isEnabled,
  rid,
  ridOfSid,
  uac,
} from '#directory'
import { lastSignIn, signInAlsoReads } from '../../account-times.ts'
import { adminGroups, unreadFlags } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { some } from '../../words.ts'

const MOST = 50
const MOST_PER_DOMAIN = 3
/** More than one user in this many is an administrator. */
const MOST_SHARE = 10
/** A share says nothing where there are fewer users. */
const FEWEST_USERS = 100
const ACTIVE_DAYS = 180

export default defineExposure({
  id: 'priv-too-many-admins',
  category: 'privilege',
  severity: 'high',
  title: 'Too many accounts hold administrative membership',
  why: 'Every administrator is one more password whose theft takes the domain. Beyond a handful nobody knows any more who they are.',
  fix: 'Take accounts out of these groups, keep a few named Tier Zero accounts, and delegate daily work with rights on just the objects it needs.',
  attack: ['T1078.002', 'T1069.002'],
  refs: {
    spec: ['MS-ADTS 6.1.1.4.12'],
    pingcastle: ['P-AdminNum'],
    anssi: ['vuln1_privileged_members', 'vuln2_privileged_members'],
    purpleKnight: ['ManyAdministratorsInForest'],
    bloodhound: ['MemberOf'],
  },
  needs: ['ldap-domain'],
  reads: ['objectSid', 'userAccountControl', 'member', 'primaryGroupID', 'lastLogonTimestamp'],
  alsoReads: [...signInAlsoReads, 'whenCreated'],
  looksAt: ['user', 'group'],

  *checkForest(forest) {
    const { snapshot } = forest
    const root = snapshot.rootDomain
    if (root === undefined) return
    for (const { group } of adminGroups(forest)) {
      const gap = unreadFlags(forest, group)
      if (gap !== undefined) yield gap
    }
    const admins = enabledAdmins(forest)
    const most = Math.max(MOST, MOST_PER_DOMAIN * snapshot.domains.length)
    if (admins.length > most) {
      yield {
        on: root.head,
        says: `${admins.length} enabled accounts administer the forest of ${root.name}; ${most} are already many`,
        evidence: { administrators: admins.length, most, accounts: names(forest, admins) },
      }
    }
    for (const domain of snapshot.domains) {
      const own = admins.filter(
        (id) => snapshot.domainOf(id) === domain && snapshot.isA(id, 'user'),
      )
      if (own.length * MOST_SHARE <= FEWEST_USERS) continue
      const active = countActive(forest, domain)
      if (active <= FEWEST_USERS || own.length * MOST_SHARE <= active) continue
      yield {
        on: domain.head,
        says: `${own.length} of the ${active} active users of ${domain.name} are administrators, more than one in ${MOST_SHARE}`,
        evidence: { administrators: own.length, activeUsers: active, accounts: names(forest, own) },
      }
    }
  },
})

/** Enabled users, and principals of other forests, in a group of administrators; without the built-in administrator. */
function enabledAdmins(forest: Forest): ObjectId[] {
  const found = new Set<ObjectId>()
  for (const { group } of adminGroups(forest)) {
    for (const member of forest.memberships.transitiveMembers(group)) {
      if (!found.has(member) && isAdmin(forest, member)) found.add(member)
    }
  }
  return [...found]
}

function isAdmin(forest: Forest, member: ObjectId): boolean {
  const { snapshot } = forest
  const sid = snapshot.sid(member) ?? ''
  if (snapshot.isA(member, 'foreignSecurityPrincipal')) return isDomainSid(domainOfSid(sid) ?? '')
  if (!snapshot.isA(member, 'user') || snapshot.isA(member, 'computer')) return false
  return (
    isEnabled(forest.value(member, 'userAccountControl') ?? uac.disabled) &&
    ridOfSid(sid) !== rid.administrator
  )
}

/** Enabled users of a domain that signed in within half a year, that were made since, or of whom that cannot be told. */
function countActive(forest: Forest, domain: Domain): number {
  let active = 0
  for (const id of forest.snapshot.ofKind('user')) {
    if (!isEnabled(forest.value(id, 'userAccountControl') ?? uac.disabled)) continue
    if (forest.snapshot.domainOf(id) !== domain) continue
    const seen = lastSignIn(forest, id)
    if (seen === 'unread') {
      active++
      continue
    }
    const since = seen === 'never' ? forest.value(id, 'whenCreated') : seen
    if ((forest.daysSince(since) ?? Infinity) <= ACTIVE_DAYS) active++
  }
  return active
}

function names({ snapshot }: Forest, ids: readonly ObjectId[]): readonly string[] {
  return some(ids).map((id) => snapshot.name(id))
}
