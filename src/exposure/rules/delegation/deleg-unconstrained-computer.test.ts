import { rid, uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './deleg-unconstrained-computer.ts'

const flag = uac.trustedForDelegation
const web = {
  sAMAccountName: 'WEB1$',
  userAccountControl: uac.workstationTrustAccount | flag,
  primaryGroupID: rid.domainComputers,
}

exposureTest(rule, {
  exposed: {
    'a member server with the flag': web,
    'a server in a forest': (f) =>
      f.computer('WEB1', { userAccountControl: uac.workstationTrustAccount | flag }),
  },
  clean: {
    'a member server without it': { ...web, userAccountControl: uac.workstationTrustAccount },
    'a disabled one': { ...web, userAccountControl: web.userAccountControl | uac.disabled },
    'a domain controller': { ...web, primaryGroupID: rid.controllers },
    'a read-only controller': { ...web, primaryGroupID: rid.readOnlyControllers },
    'a controller with another primary group': (f) =>
      f.set(f.controllers[0]!, { primaryGroupID: rid.domainComputers }),
    'a managed account, which has an exposure of its own': (f) =>
      void f.managedAccount('svc', { userAccountControl: uac.workstationTrustAccount | flag }),
  },
})
