import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './krb-asrep-admin.ts'

const flag = uac.normalAccount | uac.preauthNotRequired

exposureTest(rule, {
  exposed: {
    'a nested administrator': (f) => {
      const admin = f.user('ada', { userAccountControl: flag })
      f.addTo(f.accountOperators, f.group('Ops', { members: [admin] }))
      return admin
    },
    'a domain controller': (f) =>
      f.controller('DC2', { userAccountControl: uac.serverTrustAccount | uac.preauthNotRequired }),
  },
  clean: {
    'an ordinary user': (f) => void f.user('bob', { userAccountControl: flag }),
    'a disabled administrator': (f) =>
      f.addTo(f.domainAdmins, f.user('ada', { userAccountControl: flag | uac.disabled })),
    'an administrator without the flag': (f) => f.addTo(f.domainAdmins, f.user('ada')),
  },
})
