import type { ObjectId, Sid } from '#directory'
import { type ForestHit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { exchangeGroups, exchangeGroupsReads } from '../../mail-groups.ts'
import { takeoverOf } from '../../takeover.ts'
import { tierZeroHits } from '../../tier-zero-control.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'exch-groups-control-tier0',
  category: 'exchange',
  severity: 'high',
  title: 'Exchange groups control objects of Tier Zero',
  why: 'Exchange servers read mail from the internet and are taken often. Where their groups can change members or passwords of privileged objects, a mail server leads to the forest.',
  fix: 'Adopt split permissions, or administer Exchange as Tier Zero.',
  attack: ['T1098'],
  refs: {
    spec: ['MS-ADTS 5.1.3.3'],
    anssi: ['vuln1_privileged_members_perm'],
    bloodhound: ['GenericAll', 'AddMember', 'WriteDacl'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [...exchangeGroupsReads],
  looksAt: ['user', 'computer', 'managedAccount', 'group', 'certificationAuthority'],

  *checkForest(forest) {
    const { snapshot } = forest
    const groups = exchangeGroups(forest)
    if (groups.size === 0) return
    // The heads of domains and AdminSDHolder, and what SDProp makes of it, are exposures of their own.
    const others = new Set(
      snapshot.domains.flatMap(({ dn, head }) => [
        head,
        snapshot.byDn(`CN=AdminSDHolder,CN=System,${dn}`),
      ]),
    )
    const hits = tierZeroHits(forest, {
      operations: (id) => (others.has(id) ? [] : takeoverOf(forest, id)),
      except: (sid) => !groups.has(sid),
      withExchange: true,
    })
    for (const hit of hits) if (typeof hit.on === 'string' || !others.has(hit.on)) yield hit
    yield* memberHits(forest, groups)
  },
})

/** Groups of Tier Zero that a group of Exchange is a member of: it controls what they control. */
function* memberHits(
  { memberships, snapshot, tierZero }: Forest,
  groups: ReadonlyMap<Sid, string>,
): Generator<ForestHit> {
  const members = new Map<ObjectId, string[]>()
  for (const [sid, name] of groups) {
    const group = snapshot.bySid(sid)
    if (group === undefined) continue
    for (const on of memberships.groupsOf(group)) {
      const isDirect = memberships.members(on).includes(group)
      if (!isDirect || !tierZero.hasObject(on) || groups.has(snapshot.sid(on) ?? '')) continue
      members.set(on, [...(members.get(on) ?? []), name])
    }
  }
  for (const [on, names] of members) {
    yield {
      on,
      says: `${snapshot.name(on)}: ${enumerate(names)} ${names.length === 1 ? 'is a member' : 'are members'}`,
      evidence: { members: names, tierZero: tierZero.why(on) },
    }
  }
}
