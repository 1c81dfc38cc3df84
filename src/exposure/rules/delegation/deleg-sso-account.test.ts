import { exposureTest } from '../../testing.ts'
import rule from './deleg-sso-account.ts'

const account = {
  sAMAccountName: 'AZUREADSSOACC$',
  servicePrincipalName: ['HOST/autologon.microsoftazuread-sso.com'],
  'msDS-AllowedToActOnBehalfOfOtherIdentity': undefined,
  'msDS-AllowedToDelegateTo': [],
}

exposureTest(rule, {
  exposed: {
    'a target of its own': { ...account, 'msDS-AllowedToDelegateTo': ['cifs/files1'] },
    'somebody who may act on it': (f) =>
      f.computer('AZUREADSSOACC', {
        'msDS-AllowedToActOnBehalfOfOtherIdentity': `O:BAD:(A;;GA;;;${f.user('mallory').sid})`,
      }),
    'under another name': {
      ...account,
      sAMAccountName: 'SSO$',
      'msDS-AllowedToDelegateTo': ['cifs/files1'],
    },
  },
  clean: {
    'as it is made': account,
    'another computer': {
      ...account,
      sAMAccountName: 'WEB1$',
      servicePrincipalName: ['HOST/web1'],
      'msDS-AllowedToDelegateTo': ['cifs/files1'],
    },
  },
})
