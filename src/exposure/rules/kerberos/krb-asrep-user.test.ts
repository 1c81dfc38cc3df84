import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './krb-asrep-user.ts'

const flag = uac.normalAccount | uac.preauthNotRequired

exposureTest(rule, {
  exposed: {
    'a user': { sAMAccountName: 'bob', userAccountControl: flag },
    'a user, a computer and a managed account': (f) => [
      f.user('bob', { userAccountControl: flag }),
      f.computer('OLD1', {
        userAccountControl: uac.workstationTrustAccount | uac.preauthNotRequired,
      }),
      f.managedAccount('gmsa', {
        userAccountControl: uac.workstationTrustAccount | uac.preauthNotRequired,
      }),
    ],
    'everybody, where Domain Users is in a group of administrators': (f) => {
      f.addTo(f.administrators, f.domainUsers)
      return f.user('bob', { userAccountControl: flag })
    },
  },
  clean: {
    'a user without the flag': { sAMAccountName: 'bob', userAccountControl: uac.normalAccount },
    'a disabled one': { sAMAccountName: 'bob', userAccountControl: flag | uac.disabled },
    'an administrator, who has a rule of their own': (f) =>
      f.addTo(f.domainAdmins, f.user('ada', { userAccountControl: flag })),
  },
  notAssessed: {
    'flags that may not be read': (f) => f.withhold(f.user('bob'), 'userAccountControl'),
  },
})
