import { uac } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk, seamlessSignOn, server, serviceAccount } from './places.ts'

const untrusted = uac.workstationTrustAccount

/** Who may act as others, and towards what. */
export const delegation: Readonly<Record<string, Planter>> = {
  'deleg-constrained-to-dc'(f) {
    return { on: [server(f, 'APPGATE', { 'msDS-AllowedToDelegateTo': `ldap/dc1.${f.name}` })] }
  },
  'deleg-krbtgt'(f) {
    const computer = server(f, 'KRBPROXY', { 'msDS-AllowedToDelegateTo': `krbtgt/${f.name}` })
    return { on: [computer], alsoCauses: { 'deleg-constrained-to-dc': [computer] } }
  },
  'deleg-rbcd-on-dc'(f) {
    const front = server(f, 'FRONT01')
    const controller = f.controller('DC-RBCD', {
      'msDS-AllowedToActOnBehalfOfOtherIdentity': `O:BAD:(A;;GA;;;${front.sid})`,
    })
    return { on: [controller] }
  },
  'deleg-rbcd-writable-broad'(f) {
    const kiosks = f.ou('Kiosks')
    f.computer('KIOSK01', { in: kiosks })
    f.grant(f.domainUsers, kiosks, 'WP', 'msDS-AllowedToActOnBehalfOfOtherIdentity', {
      onlyTo: 'computer',
    })
    return { on: [kiosks], alsoCauses: { 'acl-delegation-broad': [kiosks] } }
  },
  'deleg-rbcd-writable-tier0'(f) {
    const controller = f.controller('DC-OPEN')
    f.grant(clerk(f, 'c.rbcd'), controller, 'WP', 'msDS-AllowedToActOnBehalfOfOtherIdentity')
    return {
      on: [controller],
      alsoCauses: {
        'acl-dc-object-control': [controller],
        'acl-tier0-object-control': [controller],
      },
    }
  },
  'deleg-sso-account'(f) {
    const computer = seamlessSignOn(f)
    f.set(computer, {
      'msDS-AllowedToActOnBehalfOfOtherIdentity': `O:BAD:(A;;GA;;;${server(f, 'HYBRID01').sid})`,
    })
    return { on: [computer] }
  },
  'deleg-transition-to-dc'(f) {
    const computer = server(f, 'RADIUS01', {
      userAccountControl: untrusted | uac.trustedToAuthForDelegation,
      'msDS-AllowedToDelegateTo': `cifs/dc1.${f.name}`,
    })
    return { on: [computer], alsoCauses: { 'deleg-constrained-to-dc': [computer] } }
  },
  'deleg-unconstrained-computer'(f) {
    return {
      on: [server(f, 'PRINT01', { userAccountControl: untrusted | uac.trustedForDelegation })],
    }
  },
  'deleg-unconstrained-user'(f) {
    return {
      on: [
        serviceAccount(f, 'svc-portal', {
          userAccountControl: uac.normalAccount | uac.trustedForDelegation,
        }),
      ],
    }
  },
}
