import { type Domain, type ObjectId, firstOrdinaryRid, rid, ridOfSid } from '#directory'
import { nameOf } from '../../admin-groups.ts'
import { isReadOnlyController } from '../../controllers.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { enumerate, some } from '../../words.ts'

export default defineExposure({
  id: 'rodc-reveal-on-demand-privileged',
  category: 'domain-controllers',
  severity: 'high',
  title: 'Read-only domain controller may keep privileged accounts',
  why: 'A read-only domain controller stands where it may be stolen, and the password hashes it keeps go with it.',
  fix: 'Take the principal off the allow list, look at what is kept already, and change those passwords.',
  attack: ['T1003.003'],
  refs: {
    spec: ['MS-ADTS 6.1.1.3.2', 'MS-DRSR 4.1.10'],
    pingcastle: ['P-RODCRevealOnDemand'],
    anssi: ['vuln3_rodc_reveal'],
    purpleKnight: ['RiskyRODCCreds'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'msDS-RevealOnDemandGroup',
    'msDS-NeverRevealGroup',
    'member',
  ],

  check(
    { id, sAMAccountName, 'msDS-RevealOnDemandGroup': allowed, 'msDS-NeverRevealGroup': denied },
    forest,
  ): Hit | Gap | undefined {
    const { snapshot } = forest
    const domain = snapshot.domainOf(id)
    if (domain === undefined || !isReadOnlyController(forest, id)) return
    const listed = allowed.flatMap((dn) => snapshot.byDn(dn) ?? [])
    // It has its own password anyway.
    const isFound = (entry: ObjectId) => entry !== id && isPrivileged(forest, entry, domain)
    const direct = listed.filter((entry) => isFound(entry))
    const nested = membersOf(forest, listed).filter((entry) => isFound(entry))
    if (direct.length + nested.length === 0) {
      const unread = allowed.find((dn) => snapshot.byDn(dn) === undefined)
      return unread === undefined
        ? undefined
        : { gap: `An entry of the allow list of ${sAMAccountName} could not be read: ${unread}.` }
    }
    const kept = new Set(
      membersOf(
        forest,
        denied.flatMap((dn) => snapshot.byDn(dn) ?? []),
        true,
      ),
    )
    const isHeldBack = direct.length === 0 && nested.every((entry) => kept.has(entry))
    const names = [...new Set([...direct, ...nested])].map((entry) => nameOf(forest, entry))
    return {
      says: `The allow list of the read-only domain controller ${sAMAccountName} takes in ${enumerate(names)}${isHeldBack ? '; only its deny list still holds them back' : ''}`,
      evidence: { 'msDS-RevealOnDemandGroup': allowed, privileged: some(names) },
      ...(isHeldBack ? { severity: 'medium' as const } : {}),
    }
  },
})

/** Of Tier Zero, or a principal that every domain is born with, but for the group that is there to be allowed. */
function isPrivileged(forest: Forest, id: ObjectId, domain: Domain): boolean {
  const sid = forest.snapshot.sid(id)
  if (sid === undefined) return false
  if (forest.tierZero.hasObject(id) || forest.memberships.isBroad(sid, domain)) return true
  const relative = ridOfSid(sid)
  return (
    relative !== undefined &&
    relative < firstOrdinaryRid &&
    relative !== rid.allowedRodcPasswordReplication
  )
}

/** Members of the entries at any depth; the entries too when asked for. */
function membersOf(
  { memberships }: Forest,
  entries: readonly ObjectId[],
  withEntries = false,
): ObjectId[] {
  const found = new Set<ObjectId>(withEntries ? entries : [])
  for (const entry of entries)
    for (const member of memberships.transitiveMembers(entry)) found.add(member)
  return [...found]
}
