import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './krb-dc-weak-etypes.ts'

exposureTest(rule, {
  exposed: {
    'a controller that accepts DES beside AES': (f) => {
      f.set(f.controllers[0]!, { 'msDS-SupportedEncryptionTypes': 0x1f })
      return f.controllers[0]!
    },
    'a read-only one with RC4 only': (f) =>
      f.rodc('RODC1', { 'msDS-SupportedEncryptionTypes': 0x4 }),
  },
  clean: {
    'RC4 and AES, AES only, nothing and 0': (f) => {
      for (const [n, types] of [0x1c, 0x18, undefined, 0].entries())
        f.controller(`DC${n + 2}`, { 'msDS-SupportedEncryptionTypes': types })
    },
    'a member server with DES': (f) =>
      void f.computer('OLD1', { 'msDS-SupportedEncryptionTypes': 0x3 }),
    'the stand-in for Entra ID': (f) =>
      void f.computer('AzureADKerberos', {
        userAccountControl: uac.partialSecretsAccount | uac.workstationTrustAccount,
        primaryGroupID: 521,
        'msDS-SupportedEncryptionTypes': 0x4,
      }),
  },
})
