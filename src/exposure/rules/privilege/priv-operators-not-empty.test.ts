import { exposureTest } from '../../testing.ts'
import rule from './priv-operators-not-empty.ts'

exposureTest(rule, {
  exposed: {
    'a member of each': (f) => {
      const groups = [f.accountOperators, f.serverOperators, f.printOperators, f.backupOperators]
      const user = f.user('ada')
      for (const group of groups) f.addTo(group, user)
      return groups
    },
    'an empty group inside one': (f) => {
      f.addTo(f.backupOperators, f.group('Backup'))
      return f.backupOperators
    },
    'somebody of another forest': (f) => {
      f.addTo(f.serverOperators, 'S-1-5-21-9-9-9-1104')
      return f.serverOperators
    },
    'an account with its relative identifier as primary group': (f) => {
      f.user('ada', { primaryGroupID: 551 })
      return f.backupOperators
    },
    'that of a child domain, renamed': (f) => {
      const child = f.childDomain('emea')
      child.set(child.accountOperators, { sAMAccountName: 'Opérateurs de compte' })
      child.addTo(child.accountOperators, child.user('ada'))
      return child.accountOperators
    },
  },
  clean: {
    'a group of the same name that is another': (f) =>
      void f.group('Operators', { sAMAccountName: 'Backup Operators 2', members: [f.user('ada')] }),
    'members of Administrators': (f) => f.addTo(f.administrators, f.user('ada')),
  },
})
