import { exposureTest } from '../../testing.ts'
import rule from './ldap-prewin2000-anonymous.ts'

exposureTest(rule, {
  exposed: {
    'Anonymous Logon': (f) => {
      f.addTo(f.preWindows2000Access, 'S-1-5-7')
      return f.preWindows2000Access
    },
    Everyone: (f) => {
      f.addTo(f.preWindows2000Access, 'S-1-1-0')
      return f.preWindows2000Access
    },
    'Everyone through a group': (f) => {
      const group = f.group('Legacy', { scope: 'domainLocal' })
      f.addTo(group, 'S-1-1-0')
      f.addTo(f.preWindows2000Access, group)
      return f.preWindows2000Access
    },
  },
  clean: {
    'a user': (f) => {
      f.addTo(f.preWindows2000Access, f.user('alice'))
    },
  },
  notAssessed: {
    'the group hidden': (f) => {
      f.remove(f.preWindows2000Access)
    },
  },
})
