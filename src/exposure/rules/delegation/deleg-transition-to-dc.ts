import { isController, uac } from '#directory'
import { registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { controllerTargets } from '../../delegation-targets.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'deleg-transition-to-dc',
  category: 'delegation',
  severity: 'critical',
  title: 'Protocol transition towards a domain controller',
  why: 'Whoever controls the account can act as any user towards a domain controller, without that user ever signing in. Only accounts marked as sensitive or in Protected Users are spared.',
  fix: 'Remove the flag and the target, and change the key of the account.',
  attack: ['T1558'],
  refs: {
    spec: ['MS-SFU 3.2.5.1', 'MS-ADTS 2.2.16'],
    pingcastle: ['P-DelegationDCt2a4d'],
    anssi: ['vuln1_delegation_t2a4d'],
    purpleKnight: ['ObjectsWithProtocolTransitionDC'],
    bloodhound: ['AllowedToDelegate'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'msDS-AllowedToDelegateTo',
    'servicePrincipalName',
  ],

  check(row, forest) {
    const { userAccountControl } = row
    if ((userAccountControl & uac.trustedToAuthForDelegation) === 0) return
    if (isController(row.primaryGroupID) || registeredControllers(forest).has(row.id)) return
    const targets = controllerTargets(forest, row['msDS-AllowedToDelegateTo'])
    if (targets.length === 0) return
    return {
      says: `${row.sAMAccountName} may act as anyone it likes towards a domain controller: ${enumerate(targets)}`,
      evidence: { userAccountControl, 'msDS-AllowedToDelegateTo': targets },
    }
  },
})
