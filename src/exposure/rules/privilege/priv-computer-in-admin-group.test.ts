import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-computer-in-admin-group.ts'

exposureTest(rule, {
  exposed: {
    'a server in Domain Admins': (f) => {
      const server = f.computer('APP1')
      f.addTo(f.domainAdmins, server)
      return server
    },
    'a managed account in a nested group': (f) => {
      const account = f.managedAccount('gmsaApp')
      f.addTo(f.administrators, f.group('Apps', { members: [account] }))
      return account
    },
    'a standalone managed account that is disabled': (f) => {
      const account = f.managedAccount('smsa', {
        kind: 'standalone',
        userAccountControl: uac.workstationTrustAccount | uac.disabled,
      })
      f.addTo(f.accountOperators, account)
      return account
    },
    'one by primary group': (f) => f.computer('APP1', { primaryGroupID: 512 }),
  },
  clean: {
    'controllers, whatever they are in': (f) => f.addTo(f.administrators, f.controllers[0]!),
    'a read-only controller': (f) => void f.rodc('RODC1'),
    'a user': (f) => f.addTo(f.domainAdmins, f.user('ada')),
    'a server in an ordinary group': (f) => f.addTo(f.group('Servers'), f.computer('APP1')),
    'every computer, where Domain Computers is in the group: that has a rule of its own': (f) => {
      f.computer('APP1')
      f.addTo(f.administrators, f.domainComputers)
    },
  },
})
