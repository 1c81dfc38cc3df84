import { type Domain, type Holder, type Operation, type Sid, rid, wellKnownSid } from '#directory'
import { administers, ofRoot } from '../../administrators.ts'
import { howHeld } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { isHeldByExchange } from '../../mail-grants.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-dcsync-unexpected',
  category: 'acl',
  severity: 'critical',
  title: 'Somebody unexpected can replicate secrets from the domain (DCSync)',
  why: 'Whoever holds both replication rights can ask a domain controller for every password hash in the domain, krbtgt included, without ever signing in to one.',
  fix: 'Remove the rights at the head of the domain. Treat synchronisation accounts that must have them as Tier Zero.',
  attack: ['T1003.006'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2.1', 'MS-DRSR 4.1.10'],
    anssi: ['vuln1_permissions_naming_context', 'vuln2_permissions_naming_context'],
    purpleKnight: ['ReplicationPermissions'],
    bloodhound: ['DCSync', 'GetChanges', 'GetChangesAll', 'GetChangesInFilteredSet'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'domain',
  reads: [],

  check({ id }, forest) {
    const { access, snapshot } = forest
    const domain = snapshot.domainOf(id)
    const [changes, all, ...others] = replicationRights.map((name) => access.extendedRight(name))
    if (domain === undefined || changes === undefined || all === undefined) return
    const both = access
      .holdersOfAll(id, [changes, all])
      .filter(({ sid }) => !isExpected(forest, domain, sid))
    const complete = new Set(both.map(({ sid }) => sid))
    const part = [changes, all, ...others].flatMap((operation) =>
      operation === undefined
        ? []
        : access
            .holders(id, operation)
            .filter(({ sid }) => !complete.has(sid) && !isExpected(forest, domain, sid))
            .filter(({ sid }) => operation === all || !isReadOnlyControllers(forest, sid))
            .filter((holder) => !isHeldByExchange(forest, id, holder))
            .map((holder) => ({ operation, holder })),
    )
    if (both.length === 0 && part.length === 0) return
    const name = ({ sid }: Holder) => forest.nameOf(sid, domain)
    const says =
      both.length > 0
        ? `${enumerate(both.map(name))} can replicate every secret from ${domain.name}`
        : `${enumerate([...new Set(part.map(({ holder }) => name(holder)))])} can replicate from ${domain.name}, though not its secrets`
    return {
      says,
      evidence: {
        replicateSecrets: both.map((holder) => ({
          sid: holder.sid,
          name: name(holder),
          by: howHeld(holder),
        })),
        partly: part.map(({ operation, holder }) => partEvidence(operation, holder, name(holder))),
      },
      severity: both.length > 0 ? 'critical' : 'medium',
    }
  },
})

/** The first two together are enough for secrets. */
const replicationRights = [
  'DS-Replication-Get-Changes',
  'DS-Replication-Get-Changes-All',
  'DS-Replication-Get-Changes-In-Filtered-Set',
  'DS-Replication-Synchronize',
  'DS-Replication-Manage-Topology',
]

/** Domain controllers and administrators replicate by design; the domain itself is nobody. */
function isExpected(forest: Forest, domain: Domain, sid: Sid): boolean {
  return sid === wellKnownSid.self || administers(forest, domain, sid)
}

/** Read-only controllers replicate, but no secrets. */
function isReadOnlyControllers(forest: Forest, sid: Sid): boolean {
  const token = forest.memberships.tokenOfSid(sid)
  return ofRoot(forest, rid.enterpriseReadOnlyControllers).some((known) => token.has(known))
}

function partEvidence({ words }: Operation, holder: Holder, name: string) {
  return { sid: holder.sid, name, right: words, by: howHeld(holder) }
}
