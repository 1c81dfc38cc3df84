import {
  type Domain,
  type ObjectId,
  type Sid,
  aceFlags,
  groupScope,
  isAllow,
  mapGenericRights,
  right,
  wellKnownObject,
} from '#directory'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'

/** A container of a domain by what it is for, wherever it was moved (MS-ADTS 6.1.1.4). */
export function wellKnownPlace(
  { snapshot }: Forest,
  domain: Domain,
  purpose: keyof typeof wellKnownObject,
): ObjectId | undefined {
  const wanted = wellKnownObject[purpose].toLowerCase()
  const listed = snapshot
    .value(domain.head, 'wellKnownObjects')
    .find(({ binary }) => binary.toHex() === wanted)
  return listed === undefined ? undefined : snapshot.byDn(listed.dn)
}

/** Organizational units that hold an object of Tier Zero, at any depth. */
export const tierZeroUnits = perForest(({ snapshot, tierZero }): ReadonlySet<ObjectId> => {
  const found = new Set<ObjectId>()
  for (const object of tierZero.objects) {
    // Units may hold plain containers, and those what policies of the unit apply to.
    for (
      let place = snapshot.parent(object);
      place !== undefined && !found.has(place);
      place = snapshot.parent(place)
    ) {
      if (snapshot.isA(place, 'organizationalUnit')) found.add(place)
    }
  }
  return found
})

/** An object and everything below it that was read. */
export function* below({ snapshot }: Forest, top: ObjectId): Generator<ObjectId> {
  const open = [top]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    yield id
    open.push(...snapshot.children(id))
  }
}

/**
 * The groups that administer DNS by design. They have no fixed SID, and their name may be changed: they are the domain-local
 * groups with exactly the rights that a domain controller gives them on CN=MicrosoftDNS.
 */
export const dnsAdministrators = perForest((forest): ReadonlySet<Sid> => {
  const { snapshot } = forest
  const found = new Set<Sid>()
  for (const domain of snapshot.domains) {
    const container = snapshot.byDn(`CN=MicrosoftDNS,CN=System,${domain.dn}`)
    if (container === undefined || !forest.access.readable(container)) continue
    for (const ace of snapshot.value(container, 'nTSecurityDescriptor')?.dacl ?? []) {
      const isTheirs =
        isAllow(ace.type) &&
        mapGenericRights(ace.mask) === dnsRights &&
        (ace.flags & (aceFlags.inherited | aceFlags.inheritOnly)) === 0
      const group = isTheirs ? snapshot.bySid(ace.sid, domain) : undefined
      if (group === undefined) continue
      if (groupScope(snapshot.value(group, 'groupType') ?? 0) === 'domainLocal') found.add(ace.sid)
    }
  }
  return found
})

/** Everything but listing by object: 0xf017f. */
const dnsRights =
  right.createChild |
  right.deleteChild |
  right.listContents |
  right.self |
  right.readProperty |
  right.writeProperty |
  right.deleteTree |
  right.controlAccess |
  right.delete |
  right.readControl |
  right.writeDacl |
  right.writeOwner
