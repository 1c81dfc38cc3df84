import type { ObjectId, Sid } from '#directory'
import { outsiderHit, trusteeEvidence } from '../../control.ts'
import { type ForestHit, defineExposure } from '../../define.ts'
import { delegations } from '../../delegations.ts'
import type { Forest, Outsider } from '../../forest.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-install-replica',
  category: 'acl',
  severity: 'critical',
  title: 'The right to add a domain controller was delegated',
  why: 'Who may add a domain controller makes a computer of their own one, and gets a copy of the whole domain with all secrets.',
  fix: 'Remove the right. Promote domain controllers with accounts of Tier Zero only.',
  attack: ['T1207'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2.1', 'MS-DRSR 4.1.1'],
    purpleKnight: ['InstallReplicaPermissions'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['domain', 'computer'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    for (const { head } of snapshot.domains) {
      const hit = outsiderHit(forest, head, [access.extendedRight('DS-Install-Replica')])
      if (hit !== undefined) yield { on: head, ...hit }
    }
    yield* registrars(forest)
  },
})

/** Who can register a server as a domain controller by hand, and give it the service principal names of one. */
function* registrars(forest: Forest): Generator<ForestHit> {
  const { access, snapshot } = forest
  const ways: readonly (readonly [objectClass: string, child: string])[] = [
    ['serversContainer', 'server'],
    ['server', 'nTDSDSA'],
  ]
  const makers = new Map<ObjectId, readonly Outsider[]>()
  for (const [objectClass, child] of ways) {
    for (const on of snapshot.ofClass(objectClass)) {
      const outsiders = forest.outsiders(on, [access.createsChild(child)])
      if (outsiders.length > 0) makers.set(on, outsiders)
    }
  }
  if (makers.size === 0) return
  const writers = new Set<Sid>()
  const names = delegations(forest, {
    of: { kinds: ['computer'] },
    operations: [access.writes('servicePrincipalName')],
  })
  for (const { delegates } of names) for (const { sid } of delegates) writers.add(sid)
  for (const [on, outsiders] of makers) {
    const able = outsiders.flatMap((outsider) => {
      const both = whoIsBoth(forest, outsider.sid, writers)
      return both === undefined ? [] : [{ outsider, both }]
    })
    if (able.length === 0) continue
    const who = [...new Set(able.map(({ both }) => forest.nameOf(both)))]
    yield {
      on,
      says: `${enumerate(who)} can register a domain controller in ${snapshot.name(on)}, and set service principal names of a computer`,
      evidence: { trustees: able.map(({ outsider }) => trusteeEvidence(outsider)), who },
    }
  }
}

/** Somebody who is of one trustee and of some of the others at once, if there is: a trustee where one is in the other, else a member of both. */
function whoIsBoth(
  { memberships, snapshot }: Forest,
  one: Sid,
  others: ReadonlySet<Sid>,
): Sid | undefined {
  const token = memberships.tokenOfSid(one)
  const of = (sid: Sid): readonly ObjectId[] => {
    const people = memberships.peopleOf(sid)
    return people === 'many' ? [] : [...people]
  }
  const members = new Set(of(one))
  for (const other of others) {
    if (token.has(other)) return one
    if (memberships.tokenOfSid(other).has(one)) return other
    const joint = of(other).find((id) => members.has(id))
    if (joint !== undefined) return snapshot.sid(joint)
  }
  return undefined
}
