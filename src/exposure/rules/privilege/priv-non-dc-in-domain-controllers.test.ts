import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-non-dc-in-domain-controllers.ts'

exposureTest(rule, {
  exposed: {
    'a server by primary group': (f) => f.computer('APP1', { primaryGroupID: 516 }),
    'a user in the group of controllers': (f) => {
      const user = f.user('eve')
      f.addTo(f.domainControllers, user)
      return user
    },
    'a group and its member in that of read-only controllers': (f) => {
      const server = f.computer('APP1')
      const group = f.group('Servers', { members: [server] })
      f.addTo(f.readOnlyControllers, group)
      return [server, group]
    },
    'one in Enterprise Read-only Domain Controllers': (f) => {
      const account = f.managedAccount('gmsaApp')
      f.addTo(f.rid(498), account)
      return account
    },
  },
  clean: {
    'controllers, writable and read-only, of all domains': (f) => {
      f.controller('DC2')
      f.rodc('RODC1')
      f.childDomain('emea')
    },
    'the stand-in for Entra ID': (f) =>
      void f.computer('AzureADKerberos', {
        in: f.domainControllersOu,
        userAccountControl:
          uac.workstationTrustAccount | uac.trustedToAuthForDelegation | uac.partialSecretsAccount,
        primaryGroupID: 521,
      }),
    'a controller whose server object may not be read': (f) => {
      const dc = f.controller('DC2')
      const server = f.at(`CN=DC2,CN=Servers,${f.defaultSite.dn}`)
      f.withhold(server, 'serverReference')
      f.set(dc, { serverReferenceBL: server })
    },
  },
  notAssessed: {
    'sites that may not be read': (f) => f.remove(f.defaultSite),
    'a member that may not be read': (f) =>
      f.append(f.domainControllers, 'member', `CN=APP1,OU=Secret,${f.dn}`),
  },
})
