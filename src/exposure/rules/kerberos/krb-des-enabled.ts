import { encryptionTypes, isEnabled, uac } from '#directory'
import { defineExposure } from '../../define.ts'

const des = encryptionTypes.desCbcCrc | encryptionTypes.desCbcMd5

export default defineExposure({
  id: 'krb-des-enabled',
  category: 'kerberos',
  severity: 'high',
  title: 'DES keys allowed on accounts',
  why: 'DES keys are found by trying them all within a day, and with the key every ticket of the account can be read and made.',
  fix: 'Clear "Use only Kerberos DES encryption types" and the DES bits of msDS-SupportedEncryptionTypes, then change the password.',
  attack: ['T1558.003'],
  refs: {
    spec: ['MS-ADTS 2.2.16', 'MS-KILE 2.2.7'],
    pingcastle: ['S-DesEnabled'],
    anssi: ['vuln2_kerberos_properties_deskey'],
    purpleKnight: ['UsersDESPWD'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl', 'msDS-SupportedEncryptionTypes'],

  check({ sAMAccountName, userAccountControl, 'msDS-SupportedEncryptionTypes': types = 0 }) {
    if (!isEnabled(userAccountControl)) return
    const usesOnlyDes = (userAccountControl & uac.useDesKeyOnly) !== 0
    if (!usesOnlyDes && (types & des) === 0) return
    return {
      says: `${sAMAccountName} ${usesOnlyDes ? 'is set to use DES keys only' : 'accepts DES keys'}`,
      evidence: { userAccountControl, 'msDS-SupportedEncryptionTypes': types },
    }
  },
})
