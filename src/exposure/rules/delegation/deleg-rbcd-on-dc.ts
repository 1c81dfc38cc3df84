import { isController } from '#directory'
import { claimsController, registeredControllers } from '../../controllers.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import { actorsOn, unreadActors } from '../../delegation-targets.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'deleg-rbcd-on-dc',
  category: 'delegation',
  severity: 'critical',
  title: 'Somebody may act for others on a domain controller',
  why: 'The accounts listed on the domain controller may act as any user towards it, so whoever controls one of them has the domain.',
  fix: 'Clear the attribute on domain controllers, and find out who wrote it.',
  attack: ['T1558', 'T1098'],
  refs: {
    spec: ['MS-SFU 3.2.5.2'],
    pingcastle: ['P-DelegationDCsourcedeleg'],
    anssi: ['vuln1_delegation_sourcedeleg'],
    purpleKnight: ['RBCDOnDC'],
    bloodhound: ['AllowedToAct'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'msDS-AllowedToActOnBehalfOfOtherIdentity',
  ],

  check(row, forest): Hit | Gap | undefined {
    const isOne =
      claimsController(row.userAccountControl) ||
      isController(row.primaryGroupID) ||
      registeredControllers(forest).has(row.id)
    const actors = isOne
      ? actorsOn(forest, row.id, row['msDS-AllowedToActOnBehalfOfOtherIdentity'])
      : []
    if (actors.length === 0) return isOne ? unreadActors(forest, row.id) : undefined
    return {
      says: `${enumerate(actors.map(({ name }) => name))} may act as anyone towards ${row.sAMAccountName}`,
      evidence: { 'msDS-AllowedToActOnBehalfOfOtherIdentity': actors },
    }
  },
})
