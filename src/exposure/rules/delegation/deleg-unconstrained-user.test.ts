import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './deleg-unconstrained-user.ts'

const flag = uac.trustedForDelegation
const service = {
  sAMAccountName: 'svc',
  userAccountControl: uac.normalAccount | flag,
  servicePrincipalName: [],
}

exposureTest(rule, {
  exposed: {
    'a user with the flag': service,
    'one with service principal names': {
      ...service,
      servicePrincipalName: ['HTTP/app.corp.example'],
    },
    'a group managed account': (f) =>
      f.managedAccount('svc', { userAccountControl: uac.workstationTrustAccount | flag }),
    'a standalone one': (f) =>
      f.managedAccount('svc', {
        kind: 'standalone',
        userAccountControl: uac.workstationTrustAccount | flag,
      }),
    'an inetOrgPerson': (f) =>
      f.object(
        `CN=svc,${f.users.dn}`,
        ['top', 'person', 'organizationalPerson', 'user', 'inetOrgPerson'],
        {
          sAMAccountName: 'svc',
          objectSid: `${f.sid}-5000`,
          primaryGroupID: 513,
          userAccountControl: uac.normalAccount | flag,
        },
      ),
  },
  clean: {
    'a user without it': { ...service, userAccountControl: uac.normalAccount },
    'a disabled one': { ...service, userAccountControl: service.userAccountControl | uac.disabled },
    'constrained delegation': {
      ...service,
      userAccountControl: uac.normalAccount | uac.trustedToAuthForDelegation,
    },
    'a computer': (f) =>
      void f.computer('WEB1', { userAccountControl: uac.workstationTrustAccount | flag }),
  },
})
