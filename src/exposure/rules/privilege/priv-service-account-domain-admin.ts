import { type ObjectId, isEnabled, rid, ridOfSid, sidInDomain, uac } from '#directory'
import { passwordAlsoReads, passwordEvidence, passwordTimes } from '../../account-times.ts'
import { unreadFlags } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'

const MOST_DAYS = 30

export default defineExposure({
  id: 'priv-service-account-domain-admin',
  category: 'privilege',
  severity: 'high',
  title: 'Service accounts sit in Domain Admins',
  why: 'A service leaves its password or ticket on every machine it runs on. As a domain administrator it hands the domain to whoever controls one of them.',
  fix: 'Find out what the service really needs, give it a group managed service account with just that, and take it out of the group.',
  attack: ['T1078.002', 'T1558.003'],
  refs: { spec: ['MS-ADTS 2.2.16'], pingcastle: ['P-ServiceDomainAdmin'] },
  needs: ['ldap-domain'],
  reads: ['objectSid', 'userAccountControl', 'pwdLastSet', 'member', 'servicePrincipalName'],
  alsoReads: [...passwordAlsoReads],
  looksAt: ['user', 'group'],

  *checkForest(forest) {
    for (const domain of forest.snapshot.domains) {
      const group = forest.snapshot.bySid(sidInDomain(domain.sid, rid.domainAdmins))
      if (group === undefined) continue
      const gap = unreadFlags(forest, group)
      if (gap !== undefined) yield gap
      const suspects = suspectsOf(forest, group)
      // One alone may be the built-in administrator's substitute; services come in numbers, or have a name in Kerberos.
      const areMany = suspects.length > 1
      for (const id of suspects) {
        const spns = forest.value(id, 'servicePrincipalName')
        if (isBuiltIn(forest, id) || (!areMany && spns.length === 0)) continue
        yield {
          on: id,
          says: `${forest.snapshot.name(id)} is a domain administrator whose password never expires${spns.length > 0 ? `, and serves ${spns[0]}` : ', like a service account'}`,
          evidence: {
            userAccountControl: forest.value(id, 'userAccountControl') ?? 0,
            ...passwordEvidence(passwordTimes(forest, id)),
            servicePrincipalName: spns,
          },
        }
      }
    }
  },
})

/** Enabled users in Domain Admins whose password never expires and is old. */
function suspectsOf(forest: Forest, group: ObjectId): ObjectId[] {
  const { snapshot, memberships } = forest
  return [...memberships.transitiveMembers(group)].filter((id) => {
    if (!snapshot.isA(id, 'user') || snapshot.isA(id, 'computer')) return false
    const flags = forest.value(id, 'userAccountControl') ?? uac.disabled
    if (!isEnabled(flags) || (flags & uac.passwordNeverExpires) === 0) return false
    return (forest.daysSince(passwordTimes(forest, id).unchangedSince) ?? 0) > MOST_DAYS
  })
}

function isBuiltIn({ snapshot }: Forest, id: ObjectId): boolean {
  return ridOfSid(snapshot.sid(id) ?? '') === rid.administrator
}
