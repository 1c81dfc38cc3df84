import { exposureTest } from '../../testing.ts'
import rule from './svc-dmsa-supersedes-privileged.ts'

exposureTest(rule, {
  exposed: {
    'one that has taken an administrator’s place': (f) => {
      const account = f.managedAccount('dmsaEvil', {
        kind: 'delegated',
        'msDS-ManagedAccountPrecededByLink': f.administrator.dn,
        'msDS-DelegatedMSAState': 2,
      })
      f.set(f.administrator, { 'msDS-SupersededManagedAccountLink': account.dn })
      return account
    },
    'one that the administrator does not name in return': (f) =>
      f.managedAccount('dmsaEvil', {
        kind: 'delegated',
        'msDS-ManagedAccountPrecededByLink': f.administrator.dn,
        'msDS-DelegatedMSAState': 1,
      }),
  },
  clean: {
    'one that succeeds an ordinary service account': (f) => {
      f.managedAccount('dmsaApp', {
        kind: 'delegated',
        'msDS-ManagedAccountPrecededByLink': f.user('svc_app').dn,
        'msDS-DelegatedMSAState': 2,
      })
    },
    'one that succeeds nobody': (f) => {
      f.managedAccount('dmsaApp', { kind: 'delegated' })
    },
  },
  notAssessed: {
    'a successor of somebody hidden': (f) => {
      f.managedAccount('dmsaApp', {
        kind: 'delegated',
        'msDS-ManagedAccountPrecededByLink': `CN=hidden,${f.users.dn}`,
        'msDS-DelegatedMSAState': 2,
      })
    },
  },
})
