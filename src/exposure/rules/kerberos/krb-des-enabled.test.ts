import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './krb-des-enabled.ts'

exposureTest(rule, {
  exposed: {
    'a user set to DES only': (f) =>
      f.user('bob', { userAccountControl: uac.normalAccount | uac.useDesKeyOnly }),
    'a computer that accepts DES-CBC-MD5, a managed account that accepts DES-CBC-CRC': (f) => [
      f.computer('OLD1', { 'msDS-SupportedEncryptionTypes': 0x1e }),
      f.managedAccount('gmsa', { 'msDS-SupportedEncryptionTypes': 0x19 }),
    ],
    'a controller': (f) => {
      f.set(f.controllers[0]!, { 'msDS-SupportedEncryptionTypes': 0x1f })
      return f.controllers[0]!
    },
  },
  clean: {
    'AES and RC4': (f) => void f.computer('PC1', { 'msDS-SupportedEncryptionTypes': 0x1c }),
    'nothing said, and 0': (f) => {
      f.user('bob')
      f.user('eve', { 'msDS-SupportedEncryptionTypes': 0 })
    },
    'a disabled one': (f) =>
      void f.user('bob', {
        userAccountControl: uac.normalAccount | uac.useDesKeyOnly | uac.disabled,
      }),
  },
})
