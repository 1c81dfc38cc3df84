import { isEnabled, uac } from '#directory'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'krb-asrep-user',
  category: 'kerberos',
  severity: 'high',
  title: 'Accounts without Kerberos pre-authentication',
  why: 'Anybody on the network can ask for a reply encrypted with the password of the account, and guess the password at leisure.',
  fix: 'Clear "Do not require Kerberos preauthentication"; where an old appliance needs it, give the account a long random password and no other rights.',
  attack: ['T1558.004'],
  refs: {
    spec: ['MS-ADTS 2.2.16', 'MS-KILE 3.3.5.6'],
    pingcastle: ['S-NoPreAuth'],
    anssi: ['vuln2_kerberos_properties_preauth'],
    purpleKnight: ['UsersWithPreAuth'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl'],

  check({ id, sAMAccountName, userAccountControl }, forest) {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.preauthNotRequired) === 0)
      return
    if (forest.tierZero.hasObject(id)) return
    return {
      says: `Anyone may ask for material from which the password of ${sAMAccountName} can be guessed`,
      evidence: { userAccountControl },
    }
  },
})
