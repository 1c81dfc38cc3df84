import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './dc-inconsistent-registration.ts'

const writable = uac.serverTrustAccount | uac.trustedForDelegation
const readOnly =
  uac.workstationTrustAccount | uac.trustedToAuthForDelegation | uac.partialSecretsAccount

exposureTest(rule, {
  exposed: {
    'a computer with the flags and group of a controller and nothing else': (f) =>
      f.computer('APP1', { userAccountControl: writable, primaryGroupID: 516 }),
    'a member server among the controllers': (f) =>
      f.computer('APP1', { in: f.domainControllersOu }),
    'a controller outside their unit': (f) => f.controller('DC2', { in: f.computers }),
    'a controller without the flag for delegation': (f) =>
      f.controller('DC2', { userAccountControl: uac.serverTrustAccount }),
    'a read-only one with the flags of another kind': (f) =>
      f.rodc('RODC1', {
        userAccountControl: uac.workstationTrustAccount | uac.partialSecretsAccount,
      }),
    'a controller whose server object is gone': (f) => {
      const dc = f.controller('DC2')
      f.remove(f.at(`CN=DC2,CN=Servers,${f.defaultSite.dn}`))
      f.set(dc, { serverReferenceBL: undefined })
      return dc
    },
    'a controller without NTDS Settings': (f) => {
      const dc = f.controller('DC2')
      f.remove(f.at(`CN=NTDS Settings,CN=DC2,CN=Servers,${f.defaultSite.dn}`))
      return dc
    },
    'users with flags of computers or controllers': (f) => [
      f.user('a', { userAccountControl: uac.workstationTrustAccount }),
      f.user('b', { userAccountControl: uac.serverTrustAccount }),
      f.user('c', { primaryGroupID: 516 }),
    ],
    'a user among the controllers': (f) => f.user('d', { in: f.domainControllersOu }),
    'the account of a trust that there is not': (f) =>
      f.user('GONE$', {
        userAccountControl: uac.interdomainTrustAccount | uac.passwordNotRequired,
      }),
    'the account of a trust that is outbound only': (f) => {
      f.trust('partner.example', { direction: 'outbound' })
      return f.user('PARTNER$', { userAccountControl: uac.interdomainTrustAccount })
    },
  },
  clean: {
    'controllers of all kinds and domains': (f) => {
      f.controller('DC2')
      f.rodc('RODC1')
      f.childDomain('emea').controller('DC9')
    },
    'one in a unit inside theirs': (f) =>
      void f.controller('DC2', { in: f.ou('Branch', { in: f.domainControllersOu }) }),
    'the account of a trust': (f) => void f.trust('partner.example'),
    'the account of a trust whose short name is hidden': (f) =>
      f.withhold(f.trust('partner.example'), 'flatName'),
    'the stand-in for Entra ID': (f) =>
      void f.computer('AzureADKerberos', {
        in: f.domainControllersOu,
        userAccountControl: readOnly,
        primaryGroupID: 521,
      }),
    'computers and users': (f) => {
      f.computer('PC1')
      f.user('bob')
    },
  },
  notAssessed: {
    'sites that may not be read': (f) => f.remove(f.defaultSite),
  },
})
