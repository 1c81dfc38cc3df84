import { exposureTest } from '../../testing.ts'
import rule from './acct-sidhistory-privileged.ts'

const old = 'S-1-5-21-7-7-7'

exposureTest(rule, {
  exposed: {
    'Domain Admins of a former domain': (f) =>
      f.user('bob', { sIDHistory: [`${old}-1104`, `${old}-512`] }),
    'a BUILTIN group, and SYSTEM': (f) => [
      f.user('bob', { sIDHistory: 'S-1-5-32-544' }),
      f.computer('PC1', { sIDHistory: 'S-1-5-18' }),
    ],
    'a SID of its own domain, in a group': (f) => f.group('G', { sIDHistory: `${f.sid}-4711` }),
    'an administrator of another domain of the forest': (f) => {
      const child = f.childDomain('emea')
      const admin = child.user('ada')
      child.addTo(child.domainAdmins, admin)
      return f.user('bob', { sIDHistory: admin.sid })
    },
    'a managed account': (f) => f.managedAccount('gmsa', { sIDHistory: `${old}-519` }),
  },
  clean: {
    'an ordinary SID of a former domain': (f) => void f.user('bob', { sIDHistory: `${old}-1104` }),
    'an ordinary account moved within the forest': (f) => {
      const child = f.childDomain('emea')
      f.user('bob', { sIDHistory: `${child.sid}-4711` })
    },
    'a migrated group': (f) => void f.group('G', { sIDHistory: `${old}-2000` }),
  },
})
