import { exposureTest } from '../../testing.ts'
import rule from './priv-broad-principal-in-admin-group.ts'

exposureTest(rule, {
  exposed: {
    Everyone: (f) => {
      f.addTo(f.administrators, 'S-1-1-0')
      return f.administrators
    },
    'Authenticated Users through two groups': (f) => {
      const inner = f.group('Inner', { scope: 'domainLocal' })
      f.addTo(inner, 'S-1-5-11')
      f.addTo(f.backupOperators, f.group('Outer', { scope: 'domainLocal', members: [inner] }))
      return f.backupOperators
    },
    'Domain Users of the domain and Domain Computers of a child': (f) => {
      const child = f.childDomain('emea')
      f.addTo(f.domainAdmins, f.domainUsers)
      f.addTo(f.enterpriseAdmins, child.domainComputers)
      return [f.domainAdmins, f.enterpriseAdmins]
    },
    'Domain Guests among the controllers': (f) => {
      f.addTo(f.domainControllers, f.domainGuests)
      return f.domainControllers
    },
    'Users, and a loop of groups': (f) => {
      const [a, b] = [f.group('A'), f.group('B')]
      f.addTo(a, b)
      f.addTo(b, a)
      f.addTo(b, f.domainUsers)
      f.addTo(f.keyAdmins, a)
      return f.keyAdmins
    },
  },
  clean: {
    'ordinary groups and accounts': (f) =>
      f.addTo(f.administrators, f.group('Ops', { members: [f.user('ada')] })),
    'a distribution group, whose members get nothing': (f) => {
      const list = f.group('List', { groupType: 2, members: [f.domainUsers] })
      f.addTo(f.domainAdmins, list)
    },
    'broad principals in groups of no note': (f) => f.addTo(f.group('All'), f.domainUsers),
  },
})
