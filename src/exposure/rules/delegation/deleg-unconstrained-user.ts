import { isEnabled, uac } from '#directory'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'deleg-unconstrained-user',
  category: 'delegation',
  severity: 'critical',
  title: 'User account trusted for unconstrained delegation',
  why: 'Whoever knows its password can reuse the ticket of anyone who uses a service that runs under it, and can put such a service on any name.',
  fix: 'Clear the flag, and use constrained delegation to named services.',
  attack: ['T1558'],
  refs: {
    spec: ['MS-ADTS 2.2.16', 'MS-KILE 3.3.1.1'],
    pingcastle: ['P-UnconstrainedDelegation'],
    anssi: ['vuln1_delegation_t4d'],
    purpleKnight: ['ComputerUserWithSPNUnconstrainedDelegation'],
    bloodhound: ['CoerceToTGT'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl', 'servicePrincipalName'],

  check({ sAMAccountName, userAccountControl, servicePrincipalName }) {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.trustedForDelegation) === 0)
      return
    return {
      says: `${sAMAccountName} may act as anyone who uses its services`,
      evidence: { userAccountControl, servicePrincipalName },
    }
  },
})
