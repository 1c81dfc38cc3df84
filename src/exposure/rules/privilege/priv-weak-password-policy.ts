import { isEnabled, uac } from '#directory'
import { defineExposure } from '../../define.ts'
import {
  type PasswordPolicy,
  passwordPolicyOf,
  passwordPolicyReads,
} from '../../password-policy.ts'
import { enumerate } from '../../words.ts'

const DAY_MS = 86_400_000
const LEAST_LENGTH = 8
const GOOD_LENGTH = 14
/** Three years. */
const MOST_DAYS = 1096

export default defineExposure({
  id: 'priv-weak-password-policy',
  category: 'privilege',
  severity: 'high',
  title: 'Administrators are governed by a weak password policy',
  why: 'Short or simple passwords are guessed or cracked, and one administrator is enough. A password that never has to change stays stolen.',
  fix: 'Link a password settings object with at least 14 characters, complexity and a maximum age to the global groups of administrators, with the lowest precedence number.',
  attack: ['T1110.003', 'T1110.002'],
  refs: {
    spec: ['MS-ADTS 3.1.1.4.5.36', 'MS-ADTS 6.1.1.4.11.1'],
    anssi: ['vuln2_privileged_members_password'],
    purpleKnight: ['PrivilegedUsersWeakPasswordPolicy'],
  },
  needs: ['ldap-domain'],
  over: 'user',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'minPwdLength',
    'maxPwdAge',
    'pwdProperties',
    ...passwordPolicyReads,
  ],

  check({ id, sAMAccountName, userAccountControl }, forest) {
    if (!isEnabled(userAccountControl) || !forest.tierZero.hasObject(id)) return
    // Nobody chose the password of these.
    if ((userAccountControl & (uac.smartcardRequired | uac.interdomainTrustAccount)) !== 0) return
    const policy = passwordPolicyOf(forest, id)
    if ('gap' in policy) return policy
    const faults = faultsOf(policy)
    if (faults.length === 0 && policy.minPwdLength >= GOOD_LENGTH) return
    const { minPwdLength, isComplex, maxPwdAgeMs } = policy
    const name = forest.snapshot.name(policy.from)
    return {
      says: `${sAMAccountName}, which is of Tier Zero, is under the password policy of ${name}, which ${enumerate(faults.length > 0 ? faults : [`asks for ${minPwdLength} characters only`])}`,
      evidence: {
        policy: forest.snapshot.dn(policy.from),
        minimumLength: minPwdLength,
        complexity: isComplex,
        maximumAgeDays: Number.isFinite(maxPwdAgeMs) ? maxPwdAgeMs / DAY_MS : 'never',
      },
      ...(faults.length > 0 ? {} : { severity: 'low' as const }),
    }
  },
})

function faultsOf({ minPwdLength, isComplex, maxPwdAgeMs }: PasswordPolicy): string[] {
  return [
    ...(minPwdLength < LEAST_LENGTH ? [`asks for ${minPwdLength} characters only`] : []),
    ...(isComplex ? [] : ['allows simple passwords']),
    ...(maxPwdAgeMs === Infinity
      ? ['lets passwords live for ever']
      : maxPwdAgeMs > MOST_DAYS * DAY_MS
        ? [`lets passwords live for ${Math.round(maxPwdAgeMs / DAY_MS)} days`]
        : []),
  ]
}
