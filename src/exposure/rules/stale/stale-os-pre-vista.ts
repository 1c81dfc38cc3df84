import { type ObjectId, isEnabled } from '#directory'
import { lastSignIn, signInAlsoReads } from '../../account-times.ts'
import { isControllerAccount } from '../../controllers.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { windowsVersion } from '../../windows-version.ts'
import { day } from '../../words.ts'

/** Major version of Windows Vista and Server 2008. */
const VISTA = 6
const ACTIVE_DAYS = 45

export default defineExposure({
  id: 'stale-os-pre-vista',
  category: 'stale',
  severity: 'high',
  title: 'Hosts older than Windows Vista or Server 2008',
  why: 'These systems have holes that will never be closed, and use protocols that give passwords away.',
  fix: 'Take them out of the domain, or cut them off and trust no credentials that were typed on them.',
  attack: ['T1210'],
  refs: {
    spec: ['MS-ADA3 operatingSystemVersion'],
    pingcastle: ['S-OS-NT', 'S-OS-2000', 'S-OS-XP', 'S-OS-2003'],
    purpleKnight: ['CompObsoleteOS'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'operatingSystem',
    'operatingSystemVersion',
    'lastLogonTimestamp',
  ],
  alsoReads: [...signInAlsoReads, 'pwdLastSet'],

  check(
    { id, sAMAccountName, userAccountControl, operatingSystem, operatingSystemVersion },
    forest,
  ): Hit | Gap | undefined {
    const version = windowsVersion(operatingSystem, operatingSystemVersion)
    if (version === undefined || version.major >= VISTA || !isEnabled(userAccountControl)) return
    // Controllers have rules of their own.
    if (isControllerAccount(forest, id)) return
    const signIn = lastUse(forest, id)
    if (signIn === 'unread')
      return { gap: `Whether ${sAMAccountName} is still in use could not be read.` }
    if (signIn === 'never' || (forest.daysSince(signIn) ?? 0) > ACTIVE_DAYS) return
    return {
      says: `${sAMAccountName} runs ${operatingSystem ?? 'Windows'} ${operatingSystemVersion ?? ''} and was in use on ${day(signIn)}`,
      evidence: {
        operatingSystem: operatingSystem ?? null,
        operatingSystemVersion: operatingSystemVersion ?? null,
        lastUse: signIn.toISOString(),
      },
    }
  },
})

/** When the computer last signed in; where no sign-in is known of, when its password was lately set, which it does by itself. */
function lastUse(forest: Forest, id: ObjectId): Date | 'never' | 'unread' {
  const signIn = lastSignIn(forest, id)
  if (signIn instanceof Date) return signIn
  const pwdLastSet = forest.value(id, 'pwdLastSet')
  const isRecent = (forest.daysSince(pwdLastSet) ?? Infinity) <= ACTIVE_DAYS
  return isRecent && pwdLastSet !== undefined ? pwdLastSet : signIn
}
