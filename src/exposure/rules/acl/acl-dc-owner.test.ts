import { exposureTest } from '../../testing.ts'
import rule from './acl-dc-owner.ts'

exposureTest(rule, {
  exposed: {
    'one that a user owns': (f) => (
      f.owner(f.controllers[0]!, f.user('mallory')),
      f.controllers[0]!
    ),
    'one that an administrator owns by himself': (f) => (
      f.owner(f.controllers[0]!, f.administrator),
      f.controllers[0]!
    ),
    'one that the administrators of another forest own': (f) => (
      f.owner(f.controllers[0]!, 'S-1-5-21-7-8-9-512'),
      f.controllers[0]!
    ),
    'a read-only one': (f) => {
      const rodc = f.rodc('RODC1')
      f.owner(rodc, f.user('branch'))
      return rodc
    },
  },
  clean: {
    'Enterprise Admins': (f) => f.owner(f.controllers[0]!, f.enterpriseAdmins),
    Administrators: (f) => f.owner(f.controllers[0]!, f.administrators),
    SYSTEM: (f) => f.owner(f.controllers[0]!, 'S-1-5-18'),
    'a member server': (f) => f.owner(f.computer('WEB1'), f.user('alice')),
    'the stand-in for Entra ID': (f) => {
      const standIn = f.computer('AzureADKerberos', {
        in: f.domainControllersOu,
        primaryGroupID: 521,
      })
      f.owner(standIn, f.user('cloud'))
    },
  },
})
