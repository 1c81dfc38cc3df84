import { exposureTest } from '../../testing.ts'
import rule from './laps-searchflags-weak.ts'

exposureTest(rule, {
  exposed: {
    'the older attribute, no longer confidential': {
      lDAPDisplayName: 'ms-Mcs-AdmPwd',
      searchFlags: 776,
    },
    'the newer one': { lDAPDisplayName: 'msLAPS-Password', searchFlags: 0x308 },
    'the newer one, given to read-only controllers': {
      lDAPDisplayName: 'msLAPS-EncryptedPassword',
      searchFlags: 0x188,
    },
    'the history': { lDAPDisplayName: 'msLAPS-EncryptedPasswordHistory', searchFlags: undefined },
    'a variant under another name': { lDAPDisplayName: 'ms-Corp-AdmPwd', searchFlags: 0 },
  },
  clean: {
    'the older attribute as it ships': { lDAPDisplayName: 'ms-Mcs-AdmPwd', searchFlags: 904 },
    'the newer one as it ships': {
      lDAPDisplayName: 'msLAPS-EncryptedDSRMPassword',
      searchFlags: 904,
    },
    'when passwords expire, which is no secret': {
      lDAPDisplayName: 'msLAPS-PasswordExpirationTime',
      searchFlags: 0,
    },
    'another attribute': { lDAPDisplayName: 'description', searchFlags: 0 },
  },
})
