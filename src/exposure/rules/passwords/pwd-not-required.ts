import { isEnabled, rid, ridOfSid, uac } from '#directory'
import { defineExposure } from '../../define.ts'

/** Accounts whose passwords the system makes and changes: those of controllers and of trusts. */
const keptBySystem =
  uac.interdomainTrustAccount | uac.serverTrustAccount | uac.partialSecretsAccount

export default defineExposure({
  id: 'pwd-not-required',
  category: 'passwords',
  severity: 'high',
  title: 'Accounts allowed to have an empty password',
  why: 'The password policy does not hold for the account: its password may be empty, and intruders try that first.',
  fix: 'Set a password, then clear the flag PASSWD_NOTREQD (0x20) of userAccountControl.',
  attack: ['T1078.002', 'T1110'],
  refs: {
    spec: ['MS-ADTS 2.2.16'],
    pingcastle: ['S-PwdNotRequired'],
    purpleKnight: ['UsersPWDNotReq'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'objectSid', 'userAccountControl'],

  check({ id, sAMAccountName, objectSid, userAccountControl }, { snapshot }) {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.passwordNotRequired) === 0)
      return
    if (ridOfSid(objectSid) === rid.guest || (userAccountControl & keptBySystem) !== 0) return
    // Exchange makes these, and changes their passwords itself.
    if (id >= 0 && /,cn=monitoring mailboxes,/i.test(snapshot.dn(id))) return
    return {
      says: `${sAMAccountName} may have an empty password`,
      evidence: { userAccountControl },
    }
  },
})
