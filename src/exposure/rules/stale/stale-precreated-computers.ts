import { isEnabled, uac } from '#directory'
import { lastSignIn, signInAlsoReads } from '../../account-times.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'

const precreated = uac.workstationTrustAccount | uac.passwordNotRequired

export default defineExposure({
  id: 'stale-precreated-computers',
  category: 'stale',
  severity: 'high',
  title: 'Pre-created computer accounts with a guessable password',
  why: 'A computer account made in advance for an old system has its own name, in small letters, as password, until the computer joins. Whoever knows that signs in as the computer.',
  fix: 'Reset or delete the accounts; let computers join offline with a blob, or make the account when it is needed.',
  attack: ['T1078.001', 'T1110.001'],
  refs: { spec: ['MS-ADTS 2.2.16'] },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'pwdLastSet',
    'whenCreated',
    'logonCount',
    'lastLogonTimestamp',
  ],
  alsoReads: [...signInAlsoReads],

  check(
    { id, sAMAccountName, userAccountControl, pwdLastSet, whenCreated, logonCount = 0 },
    forest,
  ): Hit | Gap | undefined {
    if (
      !isEnabled(userAccountControl) ||
      (userAccountControl & precreated) !== precreated ||
      logonCount > 0
    )
      return
    const signIn = lastSignIn(forest, id)
    if (signIn === 'unread')
      return { gap: `Whether ${sAMAccountName} was ever used could not be read.` }
    if (signIn !== 'never') return
    return {
      says: `${sAMAccountName} was made in advance and never used: its password may be its name`,
      evidence: {
        userAccountControl,
        logonCount,
        pwdLastSet: pwdLastSet?.toISOString() ?? null,
        whenCreated: whenCreated?.toISOString() ?? null,
      },
    }
  },
})
