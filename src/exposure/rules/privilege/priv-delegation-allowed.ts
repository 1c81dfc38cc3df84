import { isEnabled, rid, sidInDomain, uac } from '#directory'
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
  refs: { spec: ['MS-ADTS 2.2.16', 'MS-KILE 3.3.5.1'], pingcastle: ['P-Delegated'] },
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

/** Whether the account is in Protected Users of its domain: controllers do not let the tickets of these be passed on. */
function isProtectedUser({ snapshot, memberships }: Forest, id: number): boolean {
  const domain = snapshot.domainOf(id)
  if (domain === undefined) return false
  const group = snapshot.bySid(sidInDomain(domain.sid, rid.protectedUsers))
  return group !== undefined && memberships.isMember(id, group)
}
