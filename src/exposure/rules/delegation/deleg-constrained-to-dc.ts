import { isController } from '#directory'
import { registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { controllerTargets } from '../../delegation-targets.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'deleg-constrained-to-dc',
  category: 'delegation',
  severity: 'critical',
  title: 'Constrained delegation to a domain controller',
  why: 'Whoever controls the account can act as somebody else towards a domain controller. Which service is named does not matter, since the name of the service is not protected in the ticket.',
  fix: 'Take the domain controller off the list, and change the key of the account.',
  attack: ['T1558'],
  refs: {
    spec: ['MS-SFU 3.2.5.2', 'MS-ADTS 2.2.16'],
    pingcastle: ['P-DelegationDCa2d2'],
    anssi: ['vuln1_delegation_a2d2'],
    purpleKnight: ['ObjectsWithConstrainedDelegationDC'],
    bloodhound: ['AllowedToDelegate'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'primaryGroupID', 'msDS-AllowedToDelegateTo', 'servicePrincipalName'],

  check(row, forest) {
    if (isController(row.primaryGroupID) || registeredControllers(forest).has(row.id)) return
    const targets = controllerTargets(forest, row['msDS-AllowedToDelegateTo'])
    if (targets.length === 0) return
    return {
      says: `${row.sAMAccountName} may act for others towards a domain controller: ${enumerate(targets)}`,
      evidence: { 'msDS-AllowedToDelegateTo': targets },
    }
  },
})
