import { exposureTest } from '../../testing.ts'
import rule from './priv-foreign-principal-in-admin-group.ts'

const stranger = 'S-1-5-21-9-9-9-1104'

exposureTest(rule, {
  exposed: {
    'an account of another forest in Administrators': (f) => {
      f.addTo(f.administrators, stranger)
      return f.administrators
    },
    'one in a group inside': (f) => {
      const group = f.group('Partners', { scope: 'domainLocal' })
      f.addTo(group, stranger)
      f.addTo(f.backupOperators, group)
      return f.backupOperators
    },
    'a user of a child domain in Enterprise Admins': (f) => {
      const child = f.childDomain('emea')
      f.addTo(f.enterpriseAdmins, child.user('eve'))
      return f.enterpriseAdmins
    },
    'Domain Admins of another child': (f) => {
      const [one, two] = [f.childDomain('emea'), f.childDomain('apac')]
      one.addTo(one.administrators, two.domainAdmins)
      return one.administrators
    },
    'a member of a domain that was not read': (f) => {
      f.append(f.administrators, 'member', 'CN=eve,CN=Users,DC=other,DC=example')
      return f.administrators
    },
  },
  clean: {
    'Enterprise Admins in the Administrators of a child': (f) => void f.childDomain('emea'),
    'an account of the root in a group of a child': (f) => {
      const child = f.childDomain('emea')
      child.addTo(child.administrators, f.user('ada'))
    },
    'well-known principals': (f) => f.addTo(f.administrators, 'S-1-5-18'),
    'an account of another forest in an ordinary group': (f) =>
      f.addTo(f.group('Partners', { scope: 'domainLocal' }), stranger),
    'a SID of its own domain that is gone': (f) => f.addTo(f.administrators, `${f.sid}-4711`),
  },
})
