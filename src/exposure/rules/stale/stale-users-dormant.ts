import { type Domain, type ObjectId, isEnabled, uac } from '#directory'
import { lastSignIn, signInAlsoReads } from '../../account-times.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { count, day } from '../../words.ts'

/** Three years. */
const PASSWORD_DAYS = 1096
/** One year. */
const SIGN_IN_DAYS = 365
/** Many: more than one user in this number. */
const MOST_SHARE = 4
/** `lastLogonTimestamp` is written again when it is this old, unless the domain says otherwise. */
const USUAL_INTERVAL_DAYS = 14

export default defineExposure({
  id: 'stale-users-dormant',
  category: 'stale',
  severity: 'high',
  title: 'Dormant accounts: old password and no sign-in',
  why: 'Nobody notices when an account is misused that nobody uses, and its old password may be in many leaks.',
  fix: 'Disable the accounts now, and delete them when nobody has asked for them for some months.',
  attack: ['T1078.002'],
  refs: {
    spec: ['MS-ADA1 lastLogonTimestamp', 'MS-ADA3 pwdLastSet'],
    anssi: ['vuln1_user_accounts_dormant'],
    purpleKnight: ['OldPwdLastSet'],
  },
  needs: ['ldap-domain'],
  reads: ['userAccountControl', 'pwdLastSet', 'lastLogonTimestamp'],
  alsoReads: [...signInAlsoReads],
  looksAt: ['user'],

  *checkForest(forest) {
    const { snapshot } = forest
    const dormant: { id: ObjectId; pwdLastSet: Date; signIn: Date | 'never' }[] = []
    let users = 0
    let unread = 0
    for (const id of snapshot.ofKind('user')) {
      const flags = forest.value(id, 'userAccountControl')
      if (flags === undefined) {
        unread++
        continue
      }
      if (!isEnabled(flags) || (flags & uac.interdomainTrustAccount) !== 0) continue
      users++
      const pwdLastSet = forest.value(id, 'pwdLastSet')
      if (pwdLastSet === undefined) {
        if (!snapshot.has(id, 'pwdLastSet')) unread++
        continue
      }
      if ((forest.daysSince(pwdLastSet) ?? 0) <= PASSWORD_DAYS) continue
      const signIn = lastSignIn(forest, id)
      const most = mostDays(forest, snapshot.domainOf(id))
      if (signIn === 'unread' || most === undefined) unread++
      else if (signIn === 'never' || (forest.daysSince(signIn) ?? 0) > most)
        dormant.push({ id, pwdLastSet, signIn })
    }
    if (unread > 0)
      yield {
        gap: `Whether ${count(unread, 'account')} ${unread === 1 ? 'is' : 'are'} in use could not be told: userAccountControl, pwdLastSet or lastLogonTimestamp is not kept or could not be read.`,
      }
    const severity = dormant.length * MOST_SHARE > users ? 'high' : 'low'
    for (const { id, pwdLastSet, signIn } of dormant) {
      yield {
        on: id,
        says: `${snapshot.name(id)} has ${signIn === 'never' ? 'never signed in' : `not signed in since ${day(signIn)}`}, and its password is from ${day(pwdLastSet)}`,
        evidence: {
          pwdLastSet: pwdLastSet.toISOString(),
          lastSignIn: signIn === 'never' ? signIn : signIn.toISOString(),
        },
        severity,
      }
    }
  },
})

/**
 * Days without a recorded sign-in after which an account counts as unused. `msDS-LogonTimeSyncInterval` of the domain makes the
 * record coarser, and 0 stops it: then nothing can be told.
 */
function mostDays(forest: Forest, domain: Domain | undefined): number | undefined {
  const interval =
    domain === undefined ? undefined : forest.value(domain.head, 'msDS-LogonTimeSyncInterval')
  if (interval === 0) return undefined
  return SIGN_IN_DAYS + Math.max(0, (interval ?? USUAL_INTERVAL_DAYS) - USUAL_INTERVAL_DAYS)
}
