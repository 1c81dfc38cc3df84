import { exposureTest } from '../../testing.ts'
import rule from './acl-protected-object-differs.ts'

exposureTest(rule, {
  exposed: {
    'full control of the administrator': (f) => (
      f.grant(f.user('mallory'), f.administrator, 'GA'),
      f.administrator
    ),
    'password resets on a member of a nested group': (f) => {
      const admin = f.user('admin')
      f.addTo(f.domainAdmins, f.group('Nested', { members: [admin] }))
      f.grant(f.group('HelpDesk'), admin, 'CR', 'User-Force-Change-Password')
      return admin
    },
    'changing the members of Domain Admins': (f) => (
      f.grant(f.user('mallory'), f.domainAdmins, 'WP', 'member'),
      f.domainAdmins
    ),
    'adding a key to krbtgt': (f) => (
      f.grant(f.user('mallory'), f.krbtgt, 'WP', 'msDS-KeyCredentialLink'),
      f.krbtgt
    ),
  },
  clean: {
    'what AdminSDHolder gives too': (f) => f.grant(f.user('mallory'), f.adminSdHolder, 'GA'),
    'an account that is not protected': (f) => f.grant(f.user('mallory'), f.user('alice'), 'GA'),
    'an account that only has adminCount': (f) =>
      f.grant(f.user('mallory'), f.user('former', { adminCount: 1 }), 'GA'),
    'a right that a denial takes away again': (f) => {
      const mallory = f.user('mallory')
      f.grant(mallory, f.administrator, 'CR', 'User-Force-Change-Password')
      f.deny(mallory, f.administrator, 'CR')
    },
    reading: (f) => f.grant(f.user('reader'), f.administrator, 'RP'),
    'Tier Zero': (f) => f.grant(f.keyAdmins, f.administrator, 'WP', 'msDS-KeyCredentialLink'),
    'changing a password knowing the old one': (f) =>
      f.grant('S-1-1-0', f.administrator, 'CR', 'User-Change-Password'),
    'operators that dSHeuristics takes out': (f) => {
      f.set(f.directoryService, { dSHeuristics: '0000000001000001' })
      f.grant(f.user('mallory'), f.accountOperators, 'WP', 'member')
    },
  },
})
