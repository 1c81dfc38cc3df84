import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './rodc-never-reveal-incomplete.ts'

exposureTest(rule, {
  exposed: {
    'one without Administrators': (f) =>
      f.rodc('RODC1', {
        'msDS-NeverRevealGroup': [
          f.serverOperators,
          f.backupOperators,
          f.accountOperators,
          f.deniedRodcReplication,
        ],
      }),
    'one without the group of those denied everywhere': (f) =>
      f.rodc('RODC1', {
        'msDS-NeverRevealGroup': [
          f.administrators,
          f.serverOperators,
          f.backupOperators,
          f.accountOperators,
        ],
      }),
    'one with nothing': (f) => f.rodc('RODC1', { 'msDS-NeverRevealGroup': undefined }),
    'one with the groups of another domain': (f) => {
      const child = f.childDomain('emea')
      return child.rodc('RODC1', {
        'msDS-NeverRevealGroup': [
          child.administrators,
          child.serverOperators,
          child.backupOperators,
          child.accountOperators,
          f.deniedRodcReplication,
        ],
      })
    },
  },
  clean: {
    'one as it is born, and one with more': (f) => {
      f.rodc('RODC1')
      f.rodc('RODC2', {
        'msDS-NeverRevealGroup': [
          f.administrators,
          f.serverOperators,
          f.backupOperators,
          f.accountOperators,
          f.deniedRodcReplication,
          f.group('Bosses'),
        ],
      })
    },
    'a writable controller': (f) => void f.controller('DC2'),
    'the stand-in for Entra ID': (f) =>
      void f.computer('AzureADKerberos', {
        userAccountControl: uac.partialSecretsAccount | uac.workstationTrustAccount,
        primaryGroupID: 521,
      }),
  },
  notAssessed: {
    'an entry that may not be read': (f) =>
      void f.rodc('RODC1', {
        'msDS-NeverRevealGroup': [
          f.administrators.dn,
          f.serverOperators.dn,
          f.backupOperators.dn,
          f.accountOperators.dn,
          'CN=Hidden,CN=Users,DC=corp,DC=example',
        ],
      }),
  },
})
