import { isController, isEnabled, uac } from '#directory'
import { registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'deleg-unconstrained-computer',
  category: 'delegation',
  severity: 'high',
  title: 'Non-DC computer trusted for unconstrained delegation',
  why: 'Whoever controls it can reuse the ticket of anyone who signs in to it, and can make domain controllers sign in to it.',
  fix: 'Use constrained or resource-based delegation; put Tier Zero accounts in Protected Users meanwhile.',
  attack: ['T1558', 'T1187'],
  refs: {
    spec: ['MS-ADTS 2.2.16', 'MS-KILE 3.3.1.1'],
    pingcastle: ['P-UnconstrainedDelegation'],
    anssi: ['vuln1_delegation_t4d'],
    purpleKnight: ['ComputerUserWithSPNUnconstrainedDelegation'],
    bloodhound: ['CoerceToTGT'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: ['sAMAccountName', 'userAccountControl', 'primaryGroupID'],

  check({ id, sAMAccountName, userAccountControl, primaryGroupID }, forest) {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.trustedForDelegation) === 0)
      return
    if (isController(primaryGroupID) || registeredControllers(forest).has(id)) return
    return {
      says: `${sAMAccountName} may act as anyone who signs in to it`,
      evidence: { userAccountControl, primaryGroupID },
    }
  },
})
