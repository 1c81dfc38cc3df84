import { isEnabled, uac } from '#directory'
import { passwordAlsoReads, passwordEvidence, passwordTimes } from '../../account-times.ts'
import { defineExposure } from '../../define.ts'
import { day } from '../../words.ts'

/** Three years. */
const MOST_DAYS = 1096

export default defineExposure({
  id: 'priv-password-older-than-3-years',
  category: 'privilege',
  severity: 'high',
  title: 'Administrator with a password older than three years',
  why: 'An old password has been typed on many machines, may be in old backups and leaks, and was made under old rules.',
  fix: 'Have each of these passwords changed, and put administrators under a password policy with a maximum age.',
  attack: ['T1078.002', 'T1110.002'],
  refs: {
    spec: ['MS-ADA3 pwdLastSet'],
    pingcastle: ['P-AdminPwdTooOld'],
    anssi: ['vuln1_password_change_priv'],
    purpleKnight: ['OldPwdLastSetAdmin'],
  },
  needs: ['ldap-domain'],
  over: 'user',
  reads: ['sAMAccountName', 'userAccountControl', 'pwdLastSet'],
  alsoReads: [...passwordAlsoReads],

  check({ id, sAMAccountName, userAccountControl }, forest) {
    if (!isEnabled(userAccountControl) || !forest.tierZero.hasObject(id)) return
    if ((userAccountControl & (uac.smartcardRequired | uac.interdomainTrustAccount)) !== 0) return
    const password = passwordTimes(forest, id)
    if (password.isUnread)
      return { gap: `When the password of ${sAMAccountName} was set could not be read.` }
    const { unchangedSince } = password
    if (unchangedSince === undefined || (forest.daysSince(unchangedSince) ?? 0) <= MOST_DAYS) return
    return {
      says: `${sAMAccountName} has had the same password since ${day(unchangedSince)}; ${forest.tierZero.why(id)}`.replace(
        /\.$/,
        '',
      ),
      evidence: {
        ...passwordEvidence(password),
        userAccountControl,
        tierZero: forest.tierZero.why(id),
      },
    }
  },
})
