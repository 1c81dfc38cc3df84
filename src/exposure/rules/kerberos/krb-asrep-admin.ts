import { isEnabled, uac } from '#directory'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'krb-asrep-admin',
  category: 'kerberos',
  severity: 'critical',
  title: 'Administrator does not require Kerberos pre-authentication',
  why: 'Anybody on the network can ask for a reply encrypted with the password of the account, and guess the password at leisure.',
  fix: 'Clear "Do not require Kerberos preauthentication" and change the password at once.',
  attack: ['T1558.004'],
  refs: {
    spec: ['MS-ADTS 2.2.16', 'MS-KILE 3.3.5.6'],
    pingcastle: ['S-NoPreAuthAdmin'],
    anssi: ['vuln1_kerberos_properties_preauth_priv'],
    purpleKnight: ['UsersWithPreAuth'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl'],

  check({ id, sAMAccountName, userAccountControl }, forest) {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.preauthNotRequired) === 0)
      return
    if (!forest.tierZero.hasObject(id)) return
    return {
      says: `Anyone may ask for material from which the password of ${sAMAccountName}, which is of Tier Zero, can be guessed`,
      evidence: { userAccountControl, tierZero: forest.tierZero.why(id) },
    }
  },
})
