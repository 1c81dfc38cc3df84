import { isEnabled, rid, ridOfSid } from '#directory'
import {
  lastSignIn,
  passwordAlsoReads,
  passwordEvidence,
  passwordTimes,
  signInAlsoReads,
} from '../../account-times.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import { day } from '../../words.ts'

const PASSWORD_DAYS = 180
const SIGN_IN_DAYS = 35

export default defineExposure({
  id: 'priv-builtin-admin',
  category: 'privilege',
  severity: 'high',
  title: 'Built-in Administrator is in daily use or keeps an old password',
  why: 'The account with RID 500 is known to every intruder, cannot be locked out for good, and belongs to nobody, so its use cannot be traced to a person.',
  fix: 'Keep it for emergencies only, with a new long random password in a safe and an alert on its sign-in; give each administrator an account of their own.',
  attack: ['T1078.001', 'T1110.002'],
  refs: {
    spec: ['MS-ADTS 6.1.1.6'],
    pingcastle: ['P-AdminLogin'],
    purpleKnight: ['AdminUsedRecently', 'AdminPWNotChanged'],
  },
  needs: ['ldap-domain'],
  over: 'user',
  reads: ['sAMAccountName', 'objectSid', 'userAccountControl', 'pwdLastSet', 'lastLogonTimestamp'],
  alsoReads: [...passwordAlsoReads, ...signInAlsoReads],

  check({ id, sAMAccountName, objectSid, userAccountControl }, forest): Hit | Gap | undefined {
    if (ridOfSid(objectSid) !== rid.administrator || !isEnabled(userAccountControl)) return
    const password = passwordTimes(forest, id)
    const signIn = lastSignIn(forest, id)
    const evidence = {
      userAccountControl,
      ...passwordEvidence(password),
      ...(signIn instanceof Date ? { lastSignIn: signIn.toISOString() } : {}),
    }
    const age = forest.daysSince(password.unchangedSince) ?? 0
    if (age > PASSWORD_DAYS) {
      return {
        says: `${sAMAccountName}, the built-in administrator, has had the same password for ${Math.floor(age)} days`,
        evidence,
      }
    }
    const isRecent = signIn instanceof Date && (forest.daysSince(signIn) ?? Infinity) < SIGN_IN_DAYS
    if (isRecent) {
      return {
        says: `${sAMAccountName}, the built-in administrator, signed in on ${day(signIn)}`,
        evidence,
        severity: 'medium',
      }
    }
    if (password.isUnread)
      return { gap: `When the password of ${sAMAccountName} was set could not be read.` }
    if (signIn === 'unread')
      return { gap: `When ${sAMAccountName} last signed in could not be read.` }
    return
  },
})
