import { trustAttributes, trustDirection } from '#directory'
import { defineExposure } from '../../define.ts'

/** Trusts within the forest, and those with a bastion forest, have rules of their own. */
const inside =
  trustAttributes.withinForest |
  trustAttributes.pimTrust |
  trustAttributes.treeParent |
  trustAttributes.treeRoot

export default defineExposure({
  id: 'trust-forest-sid-history',
  category: 'trusts',
  severity: 'high',
  title: 'Outbound forest trust accepts SID history',
  why: 'An administrator over there can put a SID of this forest into the history of an account, and be let in here with its rights.',
  fix: 'End the acceptance with netdom trust /enablesidhistory:no as soon as the migration is over.',
  attack: ['T1134.005', 'T1199'],
  refs: {
    spec: ['MS-ADTS 6.1.6.7.9', 'MS-PAC 4.1.2.2'],
    pingcastle: ['T-SIDFiltering'],
    anssi: ['vuln1_trusts_forest_sidhistory'],
    purpleKnight: ['OutboundForestTrustWithSIDHistory', 'DangerousTrustAttributeSet'],
    bloodhound: ['SpoofSIDHistory'],
  },
  needs: ['ldap-domain'],
  over: 'trust',
  reads: ['trustPartner', 'trustDirection', 'trustType', 'trustAttributes'],

  check({ trustPartner, trustDirection: direction, trustAttributes: flags }) {
    if ((direction & trustDirection.outbound) === 0) return
    if (flags === undefined)
      return { gap: `trustAttributes of the trust with ${trustPartner} could not be read.` }
    const isForest = (flags & trustAttributes.forestTransitive) !== 0 && (flags & inside) === 0
    if (
      !isForest ||
      (flags & trustAttributes.treatAsExternal) === 0 ||
      (flags & trustAttributes.quarantinedDomain) !== 0
    )
      return
    return {
      says: `The trust with ${trustPartner} lets in accounts with SID history`,
      evidence: { trustAttributes: flags, trustDirection: direction },
    }
  },
})
