import { exposureTest } from '../../testing.ts'
import rule from './acl-dangerous-extended-rights.ts'

exposureTest(rule, {
  exposed: {
    'reviving deleted objects': (f) => (
      f.grant(f.user('mallory'), f.head, 'CR', 'Reanimate-Tombstones'),
      f.head
    ),
    'migrating SID history': (f) => (
      f.grant(f.group('Migration'), f.head, 'CR', 'Migrate-SID-History'),
      f.head
    ),
    'making trusts': (f) => (
      f.grant(f.user('mallory'), f.head, 'CR', 'Create-Inbound-Forest-Trust'),
      f.head
    ),
    'lifting password rules, for somebody who does not ship with it': (f) => (
      f.grant('S-1-1-0', f.head, 'CR', 'Unexpire-Password'),
      f.head
    ),
    'optional features of the forest': (f) => (
      f.grant(f.user('mallory'), f.partitions, 'CR', 'Manage-Optional-Features'),
      f.partitions
    ),
    'all extended rights on the partitions': (f) => (
      f.grant(f.user('mallory'), f.partitions, 'CR'),
      f.partitions
    ),
    'full control of the domain': (f) => (f.grant(f.user('mallory'), f.head, 'GA'), f.head),
  },
  clean: {
    'what Authenticated Users ship with': (f) =>
      f.grant('S-1-5-11', f.head, 'CR', 'Update-Password-Not-Required-Bit'),
    'what everybody who signed in ships with, given to one of them by name': (f) =>
      f.grant(f.user('MSOL_0123456789ab'), f.head, 'CR', 'Unexpire-Password', { inherit: true }),
    'Tier Zero': (f) => f.grant(f.domainAdmins, f.head, 'CR', 'Migrate-SID-History'),
    'another extended right': (f) =>
      f.grant(f.user('reader'), f.head, 'CR', 'DS-Replication-Get-Changes'),
    'rights that only children inherit': (f) =>
      f.grant(f.user('mallory'), f.head, 'CR', 'Reanimate-Tombstones', { inheritOnly: true }),
  },
})
