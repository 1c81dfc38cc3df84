import { exposureTest } from '../../testing.ts'
import rule from './acl-domain-head-control.ts'

exposureTest(rule, {
  exposed: {
    'changing permissions': (f) => (f.grant(f.user('mallory'), f.head, 'WD'), f.head),
    'taking ownership': (f) => (f.grant(f.group('Team'), f.head, 'WO'), f.head),
    'writing every property': (f) => (f.grant(f.domainUsers, f.head, 'WP'), f.head),
    'all extended rights': (f) => (f.grant(f.user('mallory'), f.head, 'CR'), f.head),
    'full control, passed to children too': (f) => (
      f.grant(f.user('mallory'), f.head, 'GA', undefined, { inherit: true }),
      f.head
    ),
    'a foreign owner': (f) => (f.owner(f.head, f.user('mallory')), f.head),
    'a principal of another forest': (f) => (f.grant('S-1-5-21-1-2-3-1104', f.head, 'GA'), f.head),
    'no access list at all': (f) => (
      f.set(f.head, { nTSecurityDescriptor: 'O:BAG:BAD:NO_ACCESS_CONTROL' }),
      f.head
    ),
  },
  clean: {
    'a grant that only children inherit': (f) =>
      f.grant(f.user('mallory'), f.head, 'GA', undefined, { inheritOnly: true }),
    'one property': (f) => f.grant(f.user('mallory'), f.head, 'WP', 'description'),
    'one extended right': (f) =>
      f.grant(f.user('mallory'), f.head, 'CR', 'DS-Replication-Get-Changes'),
    'a member of Domain Admins': (f) => {
      const admin = f.user('admin')
      f.addTo(f.domainAdmins, admin)
      f.grant(admin, f.head, 'GA')
    },
    'an owner whom OWNER RIGHTS holds back': (f) => {
      f.owner(f.head, f.user('former'))
      f.grant('S-1-3-4', f.head, 'RC')
    },
  },
})
