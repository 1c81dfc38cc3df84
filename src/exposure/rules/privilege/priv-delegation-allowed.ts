import { functionalLevel, isEnabled, rid, sidInDomain, uac } from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'

export default defineExposure({
  id: 'priv-delegation-allowed',
  category: 'privilege',
  severity: 'high',
  title: 'Administrators can be impersonated through Kerberos delegation',
  why: 'A service trusted for delegation can act as any user who signs in to it. If administrators are not exempt, whoever takes such a service can act as one.',
  fix: 'Set "Account is sensitive and cannot be delegated" on every administrator, or make them members of Protected Users.',
  attack: ['T1558', 'T1550.003'],
  refs: { spec: ['MS-ADTS 2.2.16'], pingcastle: ['P-Delegated'] },
  needs: ['ldap-domain'],
  over: 'user',
  reads: ['sAMAccountName', 'userAccountControl'],

  check({ id, sAMAccountName, userAccountControl }, forest) {
    if (!isEnabled(userAccountControl) || !forest.tierZero.hasObject(id)) return
    if ((userAccountControl & (uac.notDelegated | uac.interdomainTrustAccount)) !== 0) return
    if (isProtectedUser(forest, id)) return
    return {
      says: `Services trusted for delegation may act as ${sAMAccountName}, which is of Tier Zero`,
      evidence: { userAccountControl, protectedUser: false, tierZero: forest.tierZero.why(id) },
    }
  },
})

/** Whether controllers refuse to delegate the account for being in Protected Users; they do so from level 2012 R2 on. */
function isProtectedUser(forest: Forest, id: number): boolean {
  const domain = forest.snapshot.domainOf(id)
  if (domain === undefined) return false
  const level = forest.value(domain.head, 'msDS-Behavior-Version') ?? functionalLevel.windows2012R2
  const group = forest.snapshot.bySid(sidInDomain(domain.sid, rid.protectedUsers))
  return (
    group !== undefined &&
    level >= functionalLevel.windows2012R2 &&
    forest.memberships.isMember(id, group)
  )
}
