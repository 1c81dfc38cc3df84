import { exposureTest } from '../../testing.ts'
import rule from './svc-dmsa-target-link-writable.ts'

exposureTest(rule, {
  exposed: {
    'an administrator whose link and state a user may write': (f) => {
      const alice = f.user('alice')
      f.grant(alice, f.administrator, 'WP', 'msDS-SupersededManagedAccountLink')
      f.grant(alice, f.administrator, 'WP', 'msDS-SupersededServiceAccountState')
      return f.administrator
    },
    'an administrator whose every property a user may write': (f) => {
      f.grant(f.user('alice'), f.administrator, 'WP')
      return f.administrator
    },
  },
  clean: {
    'an administrator whose link alone a user may write': (f) => {
      f.grant(f.user('alice'), f.administrator, 'WP', 'msDS-SupersededManagedAccountLink')
    },
    'an ordinary user': (f) => {
      f.grant(f.user('alice'), f.user('bob'), 'WP')
    },
  },
})
