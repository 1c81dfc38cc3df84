import type { ObjectId } from '#directory'
import type { Forest } from './forest.ts'
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

/**
 * The last sign-in that is known of: the later of `lastLogon`, which each controller keeps for itself, and
 * `lastLogonTimestamp`, which is replicated but may lag 14 days (MS-ADA1). `unread` when none of the attributes
 * about sign-ins came with the object, of which `logonCount` always has a value.
 */
export function lastSignIn(forest: Forest, id: ObjectId): Date | 'never' | 'unread' {
  const { snapshot } = forest
  const times = [snapshot.value(id, 'lastLogon'), snapshot.value(id, 'lastLogonTimestamp')]
  const [latest] = times
    .filter((time) => time !== undefined)
    .toSorted((a, b) => b.getTime() - a.getTime())
  if (latest !== undefined) return latest
  const isRead = signInAttributes.some((name) => snapshot.has(id, name))
  return isRead ? 'never' : 'unread'
}

const signInAttributes = ['logonCount', 'lastLogon', 'lastLogonTimestamp'] as const
