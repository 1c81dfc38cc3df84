import { exposureTest } from '../../testing.ts'
import rule from './entra-sync-account-resettable.ts'

exposureTest(rule, {
  exposed: {
    'a help desk that may reset its password': (f) => {
      const sync = f.user('MSOL_0a1b2c')
      f.grant(f.group('HelpDesk'), sync, 'CR', 'User-Force-Change-Password')
      return sync
    },
    'adding keys': (f) => {
      const sync = f.user('MSOL_0a1b2c')
      f.grant(f.user('mallory'), sync, 'WP', 'msDS-KeyCredentialLink')
      return sync
    },
    'service principal names': (f) => {
      const sync = f.user('AAD_0a1b2c')
      f.grant(f.user('mallory'), sync, 'WP', 'servicePrincipalName')
      return sync
    },
    'control of a managed one': (f) => {
      const sync = f.managedAccount('ADSyncMSA1')
      f.grant(f.user('mallory'), sync, 'WD')
      return sync
    },
    'what its unit passes on': (f) => {
      const services = f.ou('Services')
      f.grant(f.group('ServiceTeam'), services, 'GA', undefined, { inherit: true })
      return f.user('MSOL_0a1b2c', { in: services })
    },
  },
  clean: {
    'another account': (f) =>
      f.grant(f.group('HelpDesk'), f.user('alice'), 'CR', 'User-Force-Change-Password'),
    'Tier Zero': (f) => f.grant(f.accountOperators, f.user('MSOL_0a1b2c'), 'GA'),
    'a harmless property': (f) =>
      f.grant(f.group('HelpDesk'), f.user('MSOL_0a1b2c'), 'WP', 'description'),
  },
})
