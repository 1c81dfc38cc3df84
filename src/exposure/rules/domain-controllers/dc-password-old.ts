import { isEnabled } from '#directory'
import {
  lastSignIn,
  passwordAlsoReads,
  passwordEvidence,
  passwordTimes,
  signInAlsoReads,
} from '../../account-times.ts'
import { isControllerAccount } from '../../controllers.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import { day } from '../../words.ts'

const MOST_DAYS = 45
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export default defineExposure({
  id: 'dc-password-old',
  category: 'domain-controllers',
  severity: 'high',
  title: 'Domain controller machine password not renewed',
  why: 'A domain controller renews its password every 30 days. One that does not may have been told not to, may have lost touch, or its password may have been reset by an intruder.',
  fix: 'Look at the Netlogon settings of the controller, reset its password with netdom, and make sure it is up to date.',
  attack: ['T1078.002', 'T1210'],
  refs: {
    spec: ['MS-ADA3 pwdLastSet'],
    pingcastle: ['S-PwdLastSet-DC'],
    anssi: ['vuln1_password_change_dc_no_change'],
    purpleKnight: ['CompOldPwdLastSetDC'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'pwdLastSet',
    'lastLogonTimestamp',
    'whenCreated',
  ],
  alsoReads: [...passwordAlsoReads, ...signInAlsoReads],

  check({ id, sAMAccountName, userAccountControl, whenCreated }, forest): Hit | Gap | undefined {
    if (!isEnabled(userAccountControl) || !isControllerAccount(forest, id)) return
    const times = passwordTimes(forest, id)
    const { unchangedSince } = times
    const signIn = lastSignIn(forest, id)
    if (times.isUnread || signIn === 'unread')
      return { gap: `When ${sAMAccountName} renewed its password or signed in could not be read.` }
    if (
      unchangedSince === undefined ||
      signIn === 'never' ||
      (forest.daysSince(unchangedSince) ?? 0) <= MOST_DAYS
    )
      return
    const isActive = (forest.daysSince(signIn) ?? 0) <= MOST_DAYS
    // Even one that is away now should have renewed it while it was there.
    const isFirst =
      whenCreated !== undefined && unchangedSince.getTime() < whenCreated.getTime() + MINUTE_MS
    const stayed = isFirst && signIn.getTime() - whenCreated.getTime() > MOST_DAYS * DAY_MS
    if (!isActive && !stayed) return
    return {
      says: `The domain controller ${sAMAccountName} ${stayed ? 'never renewed its password, which is' : 'has not renewed its password, which is'} from ${day(unchangedSince)}`,
      evidence: {
        ...passwordEvidence(times),
        lastSignIn: signIn.toISOString(),
        whenCreated: whenCreated?.toISOString() ?? null,
      },
    }
  },
})
