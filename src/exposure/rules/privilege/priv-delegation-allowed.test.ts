import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-delegation-allowed.ts'

exposureTest(rule, {
  exposed: {
    'the built-in administrator as it is born': (f) => {
      f.set(f.administrator, { userAccountControl: uac.normalAccount })
      return f.administrator
    },
    'a nested member of an operator group': (f) => {
      const admin = f.user('ada')
      f.addTo(f.printOperators, f.group('Ops', { members: [admin] }))
      return admin
    },
  },
  clean: {
    'one with the flag': (f) =>
      f.addTo(
        f.domainAdmins,
        f.user('ada', { userAccountControl: uac.normalAccount | uac.notDelegated }),
      ),
    'one in Protected Users through a group': (f) => {
      const admin = f.user('ada')
      f.addTo(f.domainAdmins, admin)
      f.addTo(f.protectedUsers, f.group('Protected', { members: [admin] }))
    },
    'a disabled one': (f) =>
      f.addTo(
        f.domainAdmins,
        f.user('ada', { userAccountControl: uac.normalAccount | uac.disabled }),
      ),
    'an ordinary user': (f) => void f.user('bob'),
    'a managed account': (f) => f.addTo(f.domainAdmins, f.managedAccount('gmsaOps')),
  },
})
