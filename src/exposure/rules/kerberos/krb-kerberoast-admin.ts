import { type ObjectId, encryptionTypes, isEnabled, rid, ridOfSid } from '#directory'
import { passwordAlsoReads, passwordTimes } from '../../account-times.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { passwordPolicyOf, passwordPolicyReads } from '../../password-policy.ts'
import { enumerate } from '../../words.ts'

/** More characters than anybody can guess, whatever the hash. */
const GOOD_LENGTH = 32
/** Three years. */
const MOST_AGE_MS = 1096 * 86_400_000
const aes = encryptionTypes.aes128 | encryptionTypes.aes256
const ciphers = aes | encryptionTypes.rc4 | encryptionTypes.desCbcCrc | encryptionTypes.desCbcMd5

export default defineExposure({
  id: 'krb-kerberoast-admin',
  category: 'kerberos',
  severity: 'critical',
  title: 'Administrator with a service principal name',
  why: 'Every account of the domain may ask for a ticket to the service, encrypted with the password of the administrator, and guess the password at leisure.',
  fix: 'Remove the service principal name from the account; let the service run as a group managed service account.',
  attack: ['T1558.003'],
  refs: {
    spec: ['MS-KILE 3.3.5.7', 'MS-ADTS 3.1.1.5.3.1.1.4'],
    pingcastle: ['P-Kerberoasting'],
    anssi: ['vuln1_spn_priv'],
    purpleKnight: ['PrivilegedSPN'],
    bloodhound: ['Kerberoastable'],
  },
  needs: ['ldap-domain'],
  over: 'user',
  reads: [
    'sAMAccountName',
    'objectSid',
    'userAccountControl',
    'servicePrincipalName',
    'msDS-SupportedEncryptionTypes',
    'pwdLastSet',
    ...passwordPolicyReads,
    'whenCreated',
  ],
  alsoReads: [...passwordAlsoReads],

  check(row, forest) {
    const { id, sAMAccountName, objectSid, userAccountControl, servicePrincipalName } = row
    if (servicePrincipalName.length === 0 || ridOfSid(objectSid) === rid.krbtgt) return
    if (!isEnabled(userAccountControl) || !forest.tierZero.hasObject(id)) return
    const types = row['msDS-SupportedEncryptionTypes'] ?? 0
    const isHard = isOnlyAes(types) && isHardToGuess(forest, id)
    if (isHard === true) return
    return {
      says: `${sAMAccountName}, which is of Tier Zero, serves ${enumerate(servicePrincipalName)}: any account may ask for a ticket made with its password${isHard === 'unread' ? ', and whether a policy made that long could not be read' : ''}`,
      evidence: {
        servicePrincipalName,
        userAccountControl,
        'msDS-SupportedEncryptionTypes': types,
        tierZero: forest.tierZero.why(id),
      },
    }
  },
})

function isOnlyAes(types: number): boolean {
  return (types & ciphers) !== 0 && (types & ciphers & ~aes) === 0
}

/** Whether a policy made the password so long that guessing is hopeless: the policy was there when the password was set. */
function isHardToGuess(forest: Forest, id: ObjectId): boolean | 'unread' {
  const policy = passwordPolicyOf(forest, id)
  if ('gap' in policy) return 'unread'
  if (policy.minPwdLength <= GOOD_LENGTH || policy.maxPwdAgeMs >= MOST_AGE_MS) return false
  const { unchangedSince } = passwordTimes(forest, id)
  const made = forest.value(policy.from, 'whenCreated')
  if (unchangedSince === undefined || made === undefined) return 'unread'
  return unchangedSince.getTime() > made.getTime()
}
