import type { Domain, ObjectId } from '#directory'
import { isControllerAccount } from './controllers.ts'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'
import { lastChange } from './replication.ts'

/** When the password of an account was set, as far as it can be told. */
export interface PasswordTimes {
  /** `pwdLastSet`: also moved by ticking "must change password" on and off. Nothing when 0: must change at next sign-in. */
  readonly pwdLastSet: Date | undefined
  /** When the NT hash was last written, from replication metadata: also moved by a restore of the account. */
  readonly unicodePwd: Date | undefined
  /** The earlier of the two: the password has certainly not been changed since. */
  readonly unchangedSince: Date | undefined
  /** Neither could be read, so nothing is known. */
  readonly isUnread: boolean
}

/** What {@link passwordTimes} reads beside `pwdLastSet`, where it came. */
export const passwordAlsoReads = ['replPropertyMetaData'] as const

/** When the password of an account was set. */
export function passwordTimes(forest: Forest, id: ObjectId): PasswordTimes {
  const pwdLastSet = forest.value(id, 'pwdLastSet')
  const unicodePwd = lastChange(forest, id, 'unicodePwd')?.originatingTime
  const known = [pwdLastSet, unicodePwd].filter((time) => time !== undefined)
  const [unchangedSince] = known.toSorted((a, b) => a.getTime() - b.getTime())
  const isUnread = unchangedSince === undefined && !forest.snapshot.has(id, 'pwdLastSet')
  return { pwdLastSet, unicodePwd, unchangedSince, isUnread }
}

/** Evidence of {@link passwordTimes}. */
export function passwordEvidence({
  pwdLastSet,
  unicodePwd,
}: PasswordTimes): Record<string, string> {
  return {
    ...(pwdLastSet === undefined ? {} : { pwdLastSet: pwdLastSet.toISOString() }),
    ...(unicodePwd === undefined ? {} : { unicodePwdChanged: unicodePwd.toISOString() }),
  }
}

/** What {@link lastSignIn} reads beside `lastLogonTimestamp`, where it came. */
export const signInAlsoReads = ['lastLogon', 'logonCount', 'msDS-LogonTimeSyncInterval'] as const

/** A sign-in as recent as this counts wherever it was recorded. */
const RECENT_DAYS = 30

/**
 * The last sign-in that is known of: the later of `lastLogon`, which each controller keeps for itself, and
 * `lastLogonTimestamp`, which is replicated but may lag 14 days (MS-ADA1). `unread` when none of the attributes about
 * sign-ins came with the object, of which `logonCount` always has a value; and when only what one of several controllers keeps
 * for itself is known, unless that is recent.
 */
export function lastSignIn(forest: Forest, id: ObjectId): Date | 'never' | 'unread' {
  const { snapshot } = forest
  const times = [snapshot.value(id, 'lastLogon'), snapshot.value(id, 'lastLogonTimestamp')]
  const [latest] = times
    .filter((time) => time !== undefined)
    .toSorted((a, b) => b.getTime() - a.getTime())
  const isRead = signInAttributes.some((name) => snapshot.has(id, name))
  const isRecent = (forest.daysSince(latest) ?? Infinity) <= RECENT_DAYS
  if (isRecent && latest !== undefined) return latest
  if (!isRead || !tellsOfAll(forest, id)) return 'unread'
  return latest ?? 'never'
}

const signInAttributes = ['logonCount', 'lastLogon', 'lastLogonTimestamp'] as const

/** Whether what was read of an account tells of its sign-ins on every controller of its domain. */
function tellsOfAll(forest: Forest, id: ObjectId): boolean {
  const head = forest.snapshot.domainOf(id)?.head
  return head !== undefined && domainsThatTell(forest).has(head)
}

/** Heads of the domains that have but one controller, or replicate sign-ins: an interval of 0 stops that. */
const domainsThatTell = perForest((forest): ReadonlySet<ObjectId> => {
  const { snapshot } = forest
  const replicating = new Set<ObjectId>()
  for (const id of snapshot.having('lastLogonTimestamp')) {
    const head = snapshot.domainOf(id)?.head
    if (head !== undefined) replicating.add(head)
  }
  const controllers = [...snapshot.ofKind('computer')].filter((id) =>
    isControllerAccount(forest, id),
  )
  const tells = ({ head }: Domain) =>
    controllers.filter((id) => snapshot.domainOf(id)?.head === head).length === 1 ||
    (replicating.has(head) && forest.value(head, 'msDS-LogonTimeSyncInterval') !== 0)
  return new Set(snapshot.domains.filter((domain) => tells(domain)).map(({ head }) => head))
})
