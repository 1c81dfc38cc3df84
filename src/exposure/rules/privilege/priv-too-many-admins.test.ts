import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-too-many-admins.ts'

exposureTest(rule, {
  exposed: {
    'more than fifty accounts in groups of administrators, nested ones and those of another forest too':
      (f) => {
        const nested = f.group('Ops')
        f.addTo(f.backupOperators, nested)
        for (let n = 0; n < 20; n++) f.addTo(f.domainAdmins, f.user(`adm${n}`))
        for (let n = 20; n < 40; n++) f.addTo(nested, f.user(`adm${n}`))
        for (let n = 0; n < 10; n++) f.addTo(f.administrators, `S-1-5-21-9-9-9-${2000 + n}`)
        f.user('primary', { primaryGroupID: 512 })
        return f.head
      },
    'more than a tenth of the active users of a domain': (f) => {
      for (let n = 0; n < 12; n++) f.addTo(f.domainAdmins, f.user(`adm${n}`))
      for (let n = 0; n < 100; n++) f.user(`user${n}`)
      return f.head
    },
  },
  clean: {
    'fifty, not counting the built-in one, disabled ones and controllers': (f) => {
      for (let n = 0; n < 50; n++) f.addTo(f.domainAdmins, f.user(`adm${n}`))
      for (let n = 0; n < 600; n++) f.user(`user${n}`)
      f.addTo(
        f.domainAdmins,
        f.user('left', { userAccountControl: uac.normalAccount | uac.disabled }),
      )
      f.addTo(f.administrators, f.controllers[0]!)
    },
    'twelve where few users are active at all': (f) => {
      for (let n = 0; n < 12; n++) f.addTo(f.domainAdmins, f.user(`adm${n}`))
      for (let n = 0; n < 300; n++)
        f.user(
          `user${n}`,
          n < 80 ? {} : { lastLogon: undefined, lastLogonTimestamp: f.daysAgo(400) },
        )
    },
    'one person in two groups, or in a loop, counted once': (f) => {
      const [a, b] = [f.group('A'), f.group('B')]
      f.addTo(a, b)
      f.addTo(b, a)
      f.addTo(f.serverOperators, a)
      for (let n = 0; n < 40; n++) {
        const user = f.user(`adm${n}`)
        for (const group of [a, b, f.domainAdmins]) f.addTo(group, user)
      }
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
