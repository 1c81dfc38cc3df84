import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-password-older-than-3-years.ts'

exposureTest(rule, {
  exposed: {
    'a nested administrator with an old password': (f) => {
      const admin = f.user('ada', { pwdLastSet: f.daysAgo(1097) })
      f.addTo(f.domainAdmins, f.group('Ops', { members: [admin] }))
      return admin
    },
    'one by primary group': (f) =>
      f.user('ada', { pwdLastSet: f.daysAgo(2000), primaryGroupID: 512 }),
    'one whose password date was refreshed without a change': (f) => {
      const admin = f.user('ada', { pwdLastSet: f.daysAgo(1) })
      f.addTo(f.backupOperators, admin)
      f.replicated(admin, { unicodePwd: f.daysAgo(1200) })
      return admin
    },
  },
  clean: {
    'one within three years': (f) =>
      f.addTo(f.domainAdmins, f.user('ada', { pwdLastSet: f.daysAgo(1095) })),
    'an ordinary user': (f) => void f.user('bob', { pwdLastSet: f.daysAgo(2000) }),
    'a disabled one': (f) =>
      f.addTo(
        f.domainAdmins,
        f.user('ada', {
          pwdLastSet: f.daysAgo(2000),
          userAccountControl: uac.normalAccount | uac.disabled,
        }),
      ),
    'one that signs in by smart card': (f) =>
      f.addTo(
        f.domainAdmins,
        f.user('ada', {
          pwdLastSet: f.daysAgo(2000),
          userAccountControl: uac.normalAccount | uac.smartcardRequired,
        }),
      ),
    'one that must change it at the next sign-in': (f) =>
      f.addTo(f.domainAdmins, f.user('ada', { pwdLastSet: 0 })),
    'a managed account': (f) =>
      f.addTo(f.domainAdmins, f.managedAccount('gmsaOps', { pwdLastSet: f.daysAgo(2000) })),
    'everybody, where Domain Users is in a group of administrators': (f) => {
      f.addTo(f.administrators, f.domainUsers)
      f.user('bob', { pwdLastSet: f.daysAgo(2000) })
    },
  },
  notAssessed: {
    'a date that could not be read': (f) => {
      const admin = f.user('ada')
      f.addTo(f.domainAdmins, admin)
      f.withhold(admin, 'pwdLastSet')
    },
  },
})
