import { exposureTest } from '../../testing.ts'
import rule from './exch-groups-control-tier0.ts'

exposureTest(rule, {
  exposed: {
    'changing members of a group that SDProp does not keep': (f) => {
      f.grant(
        f.group('Exchange Windows Permissions', { scope: 'universal' }),
        f.keyAdmins,
        'WP',
        'member',
      )
      return f.keyAdmins
    },
    'resetting the password of an administrator': (f) => {
      f.grant(
        f.group('Organization Management', { scope: 'universal' }),
        f.administrator,
        'CR',
        'User-Force-Change-Password',
      )
      return f.administrator
    },
    'the host of an authority, through the head of the domain': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      f.controllers.length = 0
      f.grant(
        f.group('Exchange Trusted Subsystem', { scope: 'universal' }),
        f.at('CN=Computers'),
        'GA',
        undefined,
        { onlyTo: 'computer' },
      )
      return host
    },
    'being a member of Administrators': (f) => {
      const inner = f.group('Witness servers')
      f.addTo(inner, f.group('Exchange Trusted Subsystem', { scope: 'universal' }))
      f.addTo(f.administrators, inner)
      return inner
    },
  },
  clean: {
    'the head of the domain': (f) =>
      f.grant(f.group('Exchange Windows Permissions', { scope: 'universal' }), f.head, 'WD'),
    'AdminSDHolder, and what comes from it': (f) =>
      f.grant(f.group('Exchange Trusted Subsystem', { scope: 'universal' }), f.adminSdHolder, 'GA'),
    'ordinary accounts': (f) =>
      f.grant(f.group('Exchange Trusted Subsystem', { scope: 'universal' }), f.user('alice'), 'GA'),
    'another group': (f) => f.grant(f.group('Team'), f.administrator, 'GA'),
  },
})
