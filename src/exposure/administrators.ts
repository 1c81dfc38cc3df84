import { type Domain, type Sid, builtinSid, rid, sidInDomain, wellKnownSid } from '#directory'
import { forestRoot } from './forest-root.ts'
import type { Forest } from './forest.ts'

/**
 * Whether a trustee is a domain controller or an administrator of the domain or of the whole forest, by what its token holds.
 * Tier Zero is more: operators and the hosts of certification authorities are of it, but no administrators.
 */
export function administers(forest: Forest, domain: Domain, sid: Sid): boolean {
  const token = forest.memberships.tokenOfSid(sid, domain)
  const expected = [
    wellKnownSid.system,
    wellKnownSid.enterpriseDomainControllers,
    builtinSid.administrators,
    sidInDomain(domain.sid, rid.domainAdmins),
    sidInDomain(domain.sid, rid.controllers),
    ...ofRoot(forest, rid.enterpriseAdmins),
  ]
  return expected.some((known) => token.has(known))
}

/** Whether a trustee {@link administers} any domain, or the schema. */
export function administersForest(forest: Forest, sid: Sid): boolean {
  const token = forest.memberships.tokenOfSid(sid)
  return (
    ofRoot(forest, rid.schemaAdmins).some((known) => token.has(known)) ||
    forest.snapshot.domains.some((domain) => administers(forest, domain, sid))
  )
}

/** The SID of a group that only the forest's root has; none where the root is not known. */
export function ofRoot(forest: Forest, relativeId: number): readonly Sid[] {
  const { sid } = forestRoot(forest)
  return sid === undefined ? [] : [sidInDomain(sid, relativeId)]
}
