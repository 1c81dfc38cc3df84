import { type ObjectId, type Operation, type Sid, builtinSid, wellKnownSid } from '#directory'
import { sayWhoCan, trusteeEvidence } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import type { Forest, Outsider } from '../../forest.ts'

export default defineExposure({
  id: 'acl-dangerous-extended-rights',
  category: 'acl',
  severity: 'high',
  title: 'Dangerous extended rights on the head of a domain were delegated',
  why: 'With these rights somebody can revive deleted administrators, write foreign SIDs into accounts, create trusts, or lift password rules, each a way to privileges that no group membership shows.',
  fix: 'Remove the rights. Where a migration needs them, use them from Tier Zero and take them back afterwards.',
  attack: ['T1134.005', 'T1098', 'T1484.002'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2.1'],
    pingcastle: ['P-DangerousExtendedRight'],
    purpleKnight: ['ObjectsCanReanimateTombstones'],
    bloodhound: ['ReanimateTombstones', 'CanReanimateTombstone'],
  },
  needs: ['ldap-domain', 'ldap-config', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['domain'],

  *checkForest(forest) {
    const { snapshot } = forest
    for (const { head } of snapshot.domains) yield* found(forest, head)
    const partitions = snapshot.byDn(`CN=Partitions,${snapshot.configurationDn ?? ''}`)
    if (partitions === undefined) yield { gap: 'CN=Partitions of the configuration was not read.' }
    else yield* found(forest, partitions)
  },
})

/** The rights, and who ships with them. */
const rights: readonly (readonly [name: string, shippedTo?: Sid])[] = [
  ['Reanimate-Tombstones'],
  ['Migrate-SID-History'],
  ['Create-Inbound-Forest-Trust', builtinSid.incomingForestTrustBuilders],
  ['Manage-Optional-Features'],
  ['Unexpire-Password', wellKnownSid.authenticatedUsers],
  ['Update-Password-Not-Required-Bit', wellKnownSid.authenticatedUsers],
  ['Enable-Per-User-Reversibly-Encrypted-Password', wellKnownSid.authenticatedUsers],
]

function* found(forest: Forest, on: ObjectId) {
  const { access, memberships } = forest
  const everybody = wellKnownSid.authenticatedUsers
  const shipped = new Map<Operation, Sid | undefined>()
  for (const [name, shippedTo] of rights) {
    const operation = access.extendedRight(name)
    if (operation !== undefined) shipped.set(operation, shippedTo)
  }
  // Where Windows lets everybody who signed in do it, and still does, it means nothing that somebody is named too.
  const hasEverybody = (operation: Operation) =>
    shipped.get(operation) === everybody &&
    access.holders(on, operation).some(({ sid }) => sid === everybody)
  const outsiders = forest.outsiders(on, [...shipped.keys()]).flatMap((outsider): Outsider[] => {
    const can = outsider.can.filter(
      ({ operation }) =>
        outsider.sid !== shipped.get(operation) &&
        !(hasEverybody(operation) && memberships.tokenOfSid(outsider.sid).has(everybody)),
    )
    return can.length === 0 ? [] : [{ ...outsider, can }]
  })
  if (outsiders.length === 0) return
  yield {
    on,
    says: sayWhoCan(forest, outsiders, forest.snapshot.name(on)),
    evidence: { trustees: outsiders.map((outsider) => trusteeEvidence(outsider)) },
  }
}
