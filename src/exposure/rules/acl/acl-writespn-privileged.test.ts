import { exposureTest } from '../../testing.ts'
import rule from './acl-writespn-privileged.ts'

exposureTest(rule, {
  exposed: {
    'those of an administrator': (f) => (
      f.grant(f.user('mallory'), f.administrator, 'WP', 'servicePrincipalName'),
      f.administrator
    ),
    'by the property set': (f) => (
      f.grant(f.group('HelpDesk'), f.administrator, 'WP', 'Public-Information'),
      f.administrator
    ),
    'by writing every property': (f) => (
      f.grant(f.user('mallory'), f.administrator, 'GW'),
      f.administrator
    ),
    'the validated write on a domain controller': (f) => (
      f.grant(f.user('mallory'), f.controllers[0]!, 'SW', 'Validated-SPN'),
      f.controllers[0]!
    ),
  },
  clean: {
    'the validated write on a user, where it means nothing': (f) =>
      f.grant(f.user('mallory'), f.administrator, 'SW', 'Validated-SPN'),
    'an ordinary account': (f) =>
      f.grant(f.user('mallory'), f.user('svc'), 'WP', 'servicePrincipalName'),
    'the account itself': (f) => f.grant('S-1-5-10', f.controllers[0]!, 'SW', 'Validated-SPN'),
    'Tier Zero': (f) => f.grant(f.accountOperators, f.administrator, 'WP', 'servicePrincipalName'),
  },
})
