import { exposureTest } from '../../testing.ts'
import rule from './acl-adminsdholder.ts'

exposureTest(rule, {
  exposed: {
    'full control': (f) => (f.grant(f.user('mallory'), f.adminSdHolder, 'GA'), f.adminSdHolder),
    'resetting passwords': (f) => (
      f.grant(f.group('HelpDesk'), f.adminSdHolder, 'CR', 'User-Force-Change-Password'),
      f.adminSdHolder
    ),
    'writing one property': (f) => (
      f.grant(f.group('Sync'), f.adminSdHolder, 'WP', 'msDS-KeyCredentialLink'),
      f.adminSdHolder
    ),
    'more than it ships with for a principal it names': (f) => (
      f.grant(f.certPublishers, f.adminSdHolder, 'WP', 'servicePrincipalName'),
      f.adminSdHolder
    ),
    'a foreign owner': (f) => (f.owner(f.adminSdHolder, f.user('mallory')), f.adminSdHolder),
    'inheritance switched on': (f) => {
      f.descriptor(f.adminSdHolder, 'O:DAG:DAD:(A;;GA;;;SY)')
      return f.adminSdHolder
    },
    'no access list': (f) => (
      f.set(f.adminSdHolder, { nTSecurityDescriptor: 'O:DAG:DAD:NO_ACCESS_CONTROL' }),
      f.adminSdHolder
    ),
    'that of a child domain': (f) => {
      const child = f.childDomain('emea')
      child.grant(child.user('mallory'), child.adminSdHolder, 'GA')
      return child.adminSdHolder
    },
  },
  clean: {
    reading: (f) => f.grant(f.group('Auditors'), f.adminSdHolder, 'RPRCLC'),
    'Tier Zero': (f) => f.grant(f.accountOperators, f.adminSdHolder, 'GA'),
    'full control that a denial takes away again': (f) => {
      f.grant(f.user('mallory'), f.adminSdHolder, 'GA')
      f.deny('S-1-5-11', f.adminSdHolder, 'GA')
    },
    'what only children would inherit, which no privileged account has': (f) =>
      f.grant(f.user('mallory'), f.adminSdHolder, 'GA', undefined, { inheritOnly: true }),
    'a denial': (f) => f.deny(f.user('mallory'), f.adminSdHolder, 'GA'),
  },
  notAssessed: {
    'AdminSDHolder unreadable': (f) => f.withhold(f.adminSdHolder, 'nTSecurityDescriptor'),
  },
})
