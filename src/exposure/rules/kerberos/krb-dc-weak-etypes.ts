import { encryptionTypes, namesOf } from '#directory'
import { isControllerAccount } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { enumerate } from '../../words.ts'

const des = encryptionTypes.desCbcCrc | encryptionTypes.desCbcMd5
const aes = encryptionTypes.aes128 | encryptionTypes.aes256

export default defineExposure({
  id: 'krb-dc-weak-etypes',
  category: 'kerberos',
  severity: 'high',
  title: 'Domain controller accepts DES or lacks AES',
  why: 'Tickets to a domain controller carry the rights of administrators. DES keys can be found by trying, RC4 keys are the password hash itself.',
  fix: 'Set the policy "Configure encryption types allowed for Kerberos" of domain controllers to AES128 and AES256; reset the machine password where AES keys are missing.',
  attack: ['T1558'],
  refs: { spec: ['MS-KILE 2.2.7'], anssi: ['vuln2_dc_crypto', 'vuln3_dc_crypto'] },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'msDS-SupportedEncryptionTypes',
  ],

  check({ id, sAMAccountName, 'msDS-SupportedEncryptionTypes': types = 0 }, forest) {
    // 0 is as good as nothing: the controllers' default holds.
    if (types === 0 || !isControllerAccount(forest, id)) return
    const acceptsDes = (types & des) !== 0
    const lacksAes = (types & aes) === 0
    if (!acceptsDes && !lacksAes) return
    return {
      says: `The domain controller ${sAMAccountName} ${acceptsDes ? 'accepts DES' : 'lacks AES'}: ${enumerate(namesOf(encryptionTypes, types), 12)}`,
      evidence: { 'msDS-SupportedEncryptionTypes': types },
    }
  },
})
