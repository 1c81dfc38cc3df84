import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-service-account-domain-admin.ts'

const never = uac.normalAccount | uac.passwordNeverExpires

exposureTest(rule, {
  exposed: {
    'two whose passwords never expire, nested or not': (f) => {
      const accounts = [1, 2].map((n) =>
        f.user(`svc${n}`, { userAccountControl: never, pwdLastSet: f.daysAgo(31) }),
      )
      f.addTo(f.domainAdmins, accounts[0]!)
      f.addTo(f.domainAdmins, f.group('Services', { members: [accounts[1]!] }))
      return accounts
    },
    'one that serves something': (f) => {
      const account = f.user('svcSql', {
        userAccountControl: never,
        pwdLastSet: f.daysAgo(400),
        servicePrincipalName: 'MSSQLSvc/db1',
      })
      f.addTo(f.domainAdmins, account)
      return account
    },
    'one beside the built-in administrator, which is none': (f) => {
      f.set(f.administrator, { userAccountControl: never | uac.notDelegated })
      const account = f.user('svc', { userAccountControl: never, pwdLastSet: f.daysAgo(400) })
      f.addTo(f.domainAdmins, account)
      return account
    },
  },
  clean: {
    'one that serves nothing': (f) =>
      f.addTo(
        f.domainAdmins,
        f.user('svc', { userAccountControl: never, pwdLastSet: f.daysAgo(400) }),
      ),
    'two whose passwords are new': (f) => {
      for (const n of [1, 2])
        f.addTo(
          f.domainAdmins,
          f.user(`svc${n}`, { userAccountControl: never, pwdLastSet: f.daysAgo(29) }),
        )
    },
    'two whose passwords expire': (f) => {
      for (const n of [1, 2])
        f.addTo(f.domainAdmins, f.user(`adm${n}`, { pwdLastSet: f.daysAgo(100) }))
    },
    'two that are disabled': (f) => {
      for (const n of [1, 2])
        f.addTo(
          f.domainAdmins,
          f.user(`svc${n}`, {
            userAccountControl: never | uac.disabled,
            pwdLastSet: f.daysAgo(100),
          }),
        )
    },
    'two in other groups': (f) => {
      for (const n of [1, 2])
        f.addTo(
          f.group(`G${n}`),
          f.user(`svc${n}`, { userAccountControl: never, pwdLastSet: f.daysAgo(100) }),
        )
    },
  },
  notAssessed: {
    'flags of a member that may not be read': (f) => {
      const admin = f.user('ada')
      f.addTo(f.domainAdmins, admin)
      f.withhold(admin, 'userAccountControl')
    },
  },
})
