import type { ObjectId, Sid } from '#directory'
import { decidingAces, sayWhoCan, trusteeEvidence } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { delegations } from '../../delegations.ts'
import type { Forest } from '../../forest.ts'

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
      // Who holds all extended rights or full control is told by the exposure about control of the head.
      const outsiders = forest
        .outsiders(head, [access.extendedRight('DS-Install-Replica')])
        .filter(({ can }) =>
          can.some(({ holder }) =>
            decidingAces(holder).some(({ objectType }) => objectType !== undefined),
          ),
        )
      if (outsiders.length === 0) continue
      yield {
        on: head,
        says: sayWhoCan(forest, outsiders, snapshot.name(head)),
        evidence: { trustees: outsiders.map((outsider) => trusteeEvidence(outsider)) },
      }
    }
    yield* registrars(forest)
  },
})

/** Who can register a server as a domain controller by hand, and give it the service principal names of one. */
function* registrars(forest: Forest) {
  const { access, memberships, snapshot } = forest
  const ways: readonly (readonly [objectClass: string, child: string])[] = [
    ['serversContainer', 'server'],
    ['server', 'nTDSDSA'],
  ]
  const makers: { on: ObjectId; outsider: ReturnType<Forest['outsiders']>[number] }[] = []
  for (const [objectClass, child] of ways) {
    for (const on of snapshot.ofClass(objectClass)) {
      for (const outsider of forest.outsiders(on, [access.createsChild(child)]))
        makers.push({ on, outsider })
    }
  }
  if (makers.length === 0) return
  const writers = new Set<Sid>()
  const names = delegations(forest, {
    of: { kinds: ['computer'] },
    operations: [access.writes('servicePrincipalName')],
  })
  for (const { delegates } of names) for (const { sid } of delegates) writers.add(sid)
  for (const { on, outsider } of makers) {
    const token = memberships.tokenOfSid(outsider.sid)
    if (![...writers].some((sid) => token.has(sid))) continue
    yield {
      on,
      says: `${outsider.name} can register a domain controller in ${snapshot.name(on)}, and set service principal names of a computer`,
      evidence: { trustees: [trusteeEvidence(outsider)] },
    }
  }
}
