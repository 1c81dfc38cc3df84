import { isEnabled, uac } from '#directory'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'pwd-reversible-accounts',
  category: 'passwords',
  severity: 'high',
  title: 'Accounts whose password is stored reversibly',
  why: 'The password itself lies in the directory, encrypted with a key that every domain controller has: whoever replicates secrets reads it in clear.',
  fix: 'Clear "Store password using reversible encryption" and have the password changed, so that the copy goes.',
  attack: ['T1556.005', 'T1003.006'],
  refs: {
    spec: ['MS-ADTS 2.2.16', 'MS-SAMR 3.1.1.8.11'],
    pingcastle: ['S-Reversible', 'S-C-Reversible'],
    anssi: ['vuln3_reversible_password_priv_uac'],
    purpleKnight: ['UsersReversiblePWD'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl'],

  check({ id, sAMAccountName, userAccountControl }, forest) {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.reversiblePassword) === 0)
      return
    const isTierZero = forest.tierZero.hasObject(id)
    return {
      says: `The password of ${sAMAccountName} is stored so that it can be read back`,
      evidence: { userAccountControl },
      severity: isTierZero ? 'critical' : forest.snapshot.isA(id, 'computer') ? 'medium' : 'high',
    }
  },
})
