import { type Gap, type Hit, defineExposure } from '../../define.ts'
import { actorsOn, unreadActors } from '../../delegation-targets.ts'
import { isSeamlessSignOn } from '../../hybrid.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'deleg-sso-account',
  category: 'delegation',
  severity: 'critical',
  title: 'Delegation on the account of Seamless Single Sign-On',
  why: 'Tickets for this account sign anybody in to the tenant. Who may act for others towards it can sign in to the cloud as any user.',
  fix: 'Clear both attributes and roll the key of the account.',
  attack: ['T1558.002', 'T1556.007'],
  refs: {
    spec: ['MS-SFU 3.2.5.2'],
    purpleKnight: ['AAD_RBCDOnSSOUser'],
    bloodhound: ['AllowedToAct'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'servicePrincipalName',
    'msDS-AllowedToActOnBehalfOfOtherIdentity',
    'msDS-AllowedToDelegateTo',
  ],

  check(row, forest): Hit | Gap | undefined {
    if (!isSeamlessSignOn(row.sAMAccountName, row.servicePrincipalName)) return
    const targets = row['msDS-AllowedToDelegateTo']
    const actors = actorsOn(forest, row.id, row['msDS-AllowedToActOnBehalfOfOtherIdentity'])
    if (actors.length === 0 && targets.length === 0) return unreadActors(forest, row.id)
    const said = [
      ...(actors.length === 0
        ? []
        : [`${enumerate(actors.map(({ name }) => name))} may act as anyone towards it`]),
      ...(targets.length === 0 ? [] : [`it may act for others towards ${enumerate(targets)}`]),
    ]
    return {
      says: `${row.sAMAccountName}: ${said.join('; ')}`,
      evidence: {
        'msDS-AllowedToActOnBehalfOfOtherIdentity': actors,
        'msDS-AllowedToDelegateTo': targets,
      },
    }
  },
})
