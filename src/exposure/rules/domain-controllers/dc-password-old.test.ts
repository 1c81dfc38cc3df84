import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './dc-password-old.ts'

exposureTest(rule, {
  exposed: {
    'one that is in use with an old password': (f) =>
      f.controller('DC2', { pwdLastSet: f.daysAgo(46) }),
    'a read-only one': (f) => f.rodc('RODC1', { pwdLastSet: f.daysAgo(400) }),
    'one that is away now, but never renewed its password while it was there': (f) =>
      f.controller('DC2', {
        whenCreated: f.daysAgo(400),
        pwdLastSet: f.daysAgo(400),
        lastLogon: undefined,
        lastLogonTimestamp: f.daysAgo(100),
      }),
  },
  clean: {
    'one that renewed it': (f) => void f.controller('DC2', { pwdLastSet: f.daysAgo(44) }),
    'one that was made two days ago and has had no reason to renew it': (f) =>
      void f.controller('DC2', {
        whenCreated: f.daysAgo(2),
        pwdLastSet: new Date(f.daysAgo(2).getTime() + 15_000),
        lastLogon: f.daysAgo(0),
        lastLogonTimestamp: f.daysAgo(2),
      }),
    'one that has been off': (f) =>
      void f.controller('DC2', {
        whenCreated: f.daysAgo(900),
        pwdLastSet: f.daysAgo(100),
        lastLogon: undefined,
        lastLogonTimestamp: f.daysAgo(90),
      }),
    'a disabled one': (f) =>
      void f.controller('DC2', {
        pwdLastSet: f.daysAgo(400),
        userAccountControl: uac.serverTrustAccount | uac.trustedForDelegation | uac.disabled,
      }),
    'a member server': (f) => void f.computer('APP1', { pwdLastSet: f.daysAgo(400) }),
    'the stand-in for Entra ID': (f) =>
      void f.computer('AzureADKerberos', {
        userAccountControl: uac.partialSecretsAccount | uac.workstationTrustAccount,
        primaryGroupID: 521,
        pwdLastSet: f.daysAgo(400),
      }),
  },
  notAssessed: {
    'a date that may not be read': (f) => f.withhold(f.controllers[0]!, 'pwdLastSet'),
  },
})
