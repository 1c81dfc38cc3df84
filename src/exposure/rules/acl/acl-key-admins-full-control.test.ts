import { exposureTest } from '../../testing.ts'
import rule from './acl-key-admins-full-control.ts'

exposureTest(rule, {
  exposed: {
    'full control for Enterprise Key Admins': (f) => (
      f.grant(f.enterpriseKeyAdmins, f.head, 'GA', undefined, { inherit: true }),
      f.head
    ),
    'changing permissions for Key Admins': (f) => (f.grant(f.keyAdmins, f.head, 'WD'), f.head),
    'writing every property below': (f) => (
      f.grant(f.enterpriseKeyAdmins, f.head, 'WP', undefined, { inheritOnly: true }),
      f.head
    ),
    'full control of a child domain': (f) => {
      const child = f.childDomain('emea')
      child.grant(f.enterpriseKeyAdmins, child.head, 'GA')
      return child.head
    },
  },
  clean: {
    'reading everything': (f) => f.grant(f.enterpriseKeyAdmins, f.head, 'RP'),
    others: (f) => f.grant(f.user('mallory'), f.head, 'GA'),
    'a foreign account whose SID only ends alike': (f) => f.grant('S-1-5-21-1-2-527', f.head, 'GA'),
  },
})
