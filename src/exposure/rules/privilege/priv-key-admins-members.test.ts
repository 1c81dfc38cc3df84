import { exposureTest } from '../../testing.ts'
import rule from './priv-key-admins-members.ts'

exposureTest(rule, {
  exposed: {
    'members of both': (f) => {
      f.addTo(f.keyAdmins, f.user('ada'))
      f.addTo(f.enterpriseKeyAdmins, f.group('Ops'))
      return [f.keyAdmins, f.enterpriseKeyAdmins]
    },
    'one by primary group, in a child': (f) => {
      const child = f.childDomain('emea')
      child.user('ada', { primaryGroupID: 526 })
      return child.keyAdmins
    },
    'one that could not be read': (f) => {
      f.append(f.keyAdmins, 'member', 'CN=gone,DC=other,DC=example')
      return f.keyAdmins
    },
  },
  clean: {
    'members of other groups': (f) => f.addTo(f.domainAdmins, f.user('ada')),
  },
})
