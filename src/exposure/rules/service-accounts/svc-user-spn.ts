import { type ObjectId, encryptionTypes, isEnabled, rid, ridOfSid } from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { nextToTierZero } from '../../takeover.ts'
import { count } from '../../words.ts'

const oldDays = 365

export default defineExposure({
  id: 'svc-user-spn',
  category: 'service-accounts',
  severity: 'high',
  title: 'User accounts that run services (Kerberoastable)',
  why: 'Any user can ask for a ticket encrypted with the account’s key and guess its password offline, for as long as it stays the same.',
  fix: 'Use group managed service accounts, or give it a random password of 25 characters or more, change it yearly, and allow AES only.',
  attack: ['T1558.003'],
  refs: {
    spec: ['MS-KILE 3.3.5.7', 'MS-ADTS 2.2.16'],
    purpleKnight: ['PrimaryUsersWithSPN'],
    bloodhound: ['Kerberoastable'],
  },
  needs: ['ldap-domain'],
  over: 'user',
  reads: [
    'sAMAccountName',
    'objectSid',
    'userAccountControl',
    'servicePrincipalName',
    'pwdLastSet',
    'msDS-SupportedEncryptionTypes',
  ],

  check(
    {
      id,
      sAMAccountName,
      objectSid,
      userAccountControl,
      servicePrincipalName,
      pwdLastSet,
      'msDS-SupportedEncryptionTypes': types,
    },
    forest,
  ) {
    if (
      servicePrincipalName.length === 0 ||
      !isEnabled(userAccountControl) ||
      ridOfSid(objectSid) === rid.krbtgt
    )
      return
    const days = forest.daysSince(pwdLastSet)
    const isOld = days !== undefined && days > oldDays
    // Nothing set means the domain's default, which has RC4 unless a registry setting says otherwise (MS-KILE 2.2.7).
    const hasRc4 = types === undefined || types === 0 || (types & encryptionTypes.rc4) !== 0
    const reach = reachOf(forest, id)
    const age =
      days === undefined
        ? 'of unknown age'
        : days < 1
          ? 'less than a day old'
          : `${count(Math.floor(days), 'day')} old`
    return {
      says: `${sAMAccountName} runs ${servicePrincipalName[0] ?? ''}${servicePrincipalName.length > 1 ? ` and ${servicePrincipalName.length - 1} more` : ''} with a password ${age}${hasRc4 ? ', RC4 allowed' : ''}${reach === undefined ? '' : `; it ${reach}`}`,
      evidence: {
        servicePrincipalName,
        pwdLastSet: pwdLastSet?.toISOString() ?? null,
        'msDS-SupportedEncryptionTypes': types ?? null,
        tierZero: reach ?? null,
      },
      severity: isOld || hasRc4 ? 'high' : 'medium',
    }
  },
})

/** How near an account is to Tier Zero, completing "it …"; nothing when it is not. */
function reachOf(forest: Forest, id: ObjectId): string | undefined {
  if (forest.tierZero.hasObject(id)) return 'is of Tier Zero'
  return nextToTierZero(forest).has(id) ? 'controls an object of Tier Zero' : undefined
}
