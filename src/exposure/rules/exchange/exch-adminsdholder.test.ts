import { exposureTest } from '../../testing.ts'
import rule from './exch-adminsdholder.ts'

exposureTest(rule, {
  exposed: {
    'writing members': (f) => {
      f.grant(
        f.group('Exchange Trusted Subsystem', { scope: 'universal' }),
        f.adminSdHolder,
        'WP',
        'member',
      )
      return f.adminSdHolder
    },
    'changing permissions': (f) => {
      f.grant(
        f.group('Exchange Windows Permissions', { scope: 'universal' }),
        f.adminSdHolder,
        'WD',
      )
      return f.adminSdHolder
    },
    'Organization Management': (f) => {
      f.grant(f.group('Organization Management', { scope: 'universal' }), f.adminSdHolder, 'GA')
      return f.adminSdHolder
    },
  },
  clean: {
    reading: (f) =>
      f.grant(f.group('Exchange Servers', { scope: 'universal' }), f.adminSdHolder, 'RP'),
    'another group': (f) => f.grant(f.group('Team'), f.adminSdHolder, 'GA'),
  },
  notAssessed: {
    'AdminSDHolder unreadable': (f) => f.withhold(f.adminSdHolder, 'nTSecurityDescriptor'),
  },
})
