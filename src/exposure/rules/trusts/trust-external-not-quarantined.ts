import { type ObjectId, trustAttributes, trustDirection, trustType } from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'

/** SIDs are filtered, or the trust is a forest trust or one within the forest. */
const filteredOrOther =
  trustAttributes.quarantinedDomain |
  trustAttributes.forestTransitive |
  trustAttributes.withinForest |
  trustAttributes.treeParent |
  trustAttributes.treeRoot

export default defineExposure({
  id: 'trust-external-not-quarantined',
  category: 'trusts',
  severity: 'high',
  title: 'Outbound external trust without SID filtering',
  why: 'An administrator over there can claim any SID of this domain, Domain Admins too, and is let in here with its rights.',
  fix: 'Turn the filter on with netdom trust /quarantine:yes; move accounts that still need their SID history first.',
  attack: ['T1134.005', 'T1199'],
  refs: {
    spec: ['MS-ADTS 6.1.6.7.9', 'MS-PAC 4.1.2.2'],
    pingcastle: ['T-SIDFiltering'],
    anssi: ['vuln1_trusts_domain_notfiltered'],
    purpleKnight: ['OutboundTrustWithoutQuarantine', 'DangerousTrustAttributeSet'],
    bloodhound: ['SpoofSIDHistory'],
  },
  needs: ['ldap-domain'],
  over: 'trust',
  reads: ['trustPartner', 'trustDirection', 'trustType', 'trustAttributes', 'securityIdentifier'],

  check(
    { id, trustPartner, trustDirection: direction, trustType: type, trustAttributes: flags },
    forest,
  ) {
    if (
      (direction & trustDirection.outbound) === 0 ||
      (type !== trustType.uplevel && type !== trustType.downlevel)
    )
      return
    if (flags === undefined)
      return { gap: `trustAttributes of the trust with ${trustPartner} could not be read.` }
    if ((flags & filteredOrOther) !== 0 || isOfForest(forest, id, trustPartner)) return
    return {
      says: `The trust with ${trustPartner} does not filter SIDs`,
      evidence: { trustAttributes: flags, trustDirection: direction, trustType: type },
    }
  },
})

/** Whether the partner is a domain of this forest, whatever the flags say. */
function isOfForest({ snapshot }: Forest, id: ObjectId, partner: string): boolean {
  const sid = snapshot.value(id, 'securityIdentifier')
  if (sid !== undefined && snapshot.domainBySid(sid) !== undefined) return true
  return snapshot.domains.some(({ name }) => name === partner.toLowerCase())
}
