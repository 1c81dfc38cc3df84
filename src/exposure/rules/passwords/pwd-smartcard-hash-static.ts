import { isEnabled, uac } from '#directory'
import { passwordAlsoReads, passwordEvidence, passwordTimes } from '../../account-times.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import { day } from '../../words.ts'

const MOST_DAYS = 91

export default defineExposure({
  id: 'pwd-smartcard-hash-static',
  category: 'passwords',
  severity: 'high',
  title: 'Smart card account keeps the same NT hash',
  why: 'The account signs in by card, but has a hash as well. Made once at random, it never changes by itself, and works for whoever stole it for ever.',
  fix: 'Let the domain renew these hashes (msDS-ExpirePasswordsOnSmartCardOnlyAccounts with a maximum password age), or clear and set the smart card flag again.',
  attack: ['T1550.002'],
  refs: {
    spec: ['MS-ADTS 2.2.16', 'MS-ADTS 3.1.1.1.9'],
    pingcastle: ['A-SmartCardRequired'],
    purpleKnight: ['SmartCardUserPasswordNotChange'],
  },
  needs: ['ldap-domain'],
  over: 'user',
  reads: ['sAMAccountName', 'userAccountControl', 'whenCreated', 'pwdLastSet'],
  alsoReads: [...passwordAlsoReads],

  check({ id, sAMAccountName, userAccountControl, whenCreated }, forest): Hit | Gap | undefined {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.smartcardRequired) === 0) return
    const times = passwordTimes(forest, id)
    const changed = times.unicodePwd
    if (changed === undefined) {
      if ((forest.daysSince(whenCreated) ?? Infinity) <= MOST_DAYS) return
      return { gap: `When the hash of ${sAMAccountName} was last changed could not be read.` }
    }
    if ((forest.daysSince(changed) ?? 0) <= MOST_DAYS) return
    return {
      says: `${sAMAccountName} signs in by smart card and has kept the same NT hash since ${day(changed)}`,
      evidence: { userAccountControl, ...passwordEvidence(times) },
    }
  },
})
