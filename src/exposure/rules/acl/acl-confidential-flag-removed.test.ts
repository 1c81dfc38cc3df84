import { exposureTest } from '../../testing.ts'
import rule from './acl-confidential-flag-removed.ts'

exposureTest(rule, {
  exposed: {
    'recovery keys': { lDAPDisplayName: 'msFVE-RecoveryPassword', searchFlags: 536 },
    'a root key': { lDAPDisplayName: 'msKds-RootKeyData', searchFlags: 0x200 },
    'no flags at all': { lDAPDisplayName: 'unixUserPassword', searchFlags: undefined },
    'a local password': { lDAPDisplayName: 'ms-Mcs-AdmPwd', searchFlags: 776 },
  },
  clean: {
    'as it ships': { lDAPDisplayName: 'msFVE-RecoveryPassword', searchFlags: 664 },
    'an attribute that never was': { lDAPDisplayName: 'description', searchFlags: 0 },
    'no attribute at all': { lDAPDisplayName: 'msPKIRoamingTimeStamp', searchFlags: 640 },
  },
})
