import { trustAttributes, trustDirection } from '#directory'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'trust-tgt-delegation',
  category: 'trusts',
  severity: 'high',
  title: 'Ticket delegation allowed across a forest trust',
  why: 'A server over there that is trusted for delegation gets the full tickets of our users who sign in to it, administrators too, and can act as them here.',
  fix: 'End it with netdom trust /EnableTgtDelegation:no.',
  attack: ['T1558', 'T1199'],
  refs: {
    spec: ['MS-ADTS 6.1.6.7.9'],
    pingcastle: ['T-TGTDelegation'],
    anssi: ['vuln3_trusts_tgt_deleg'],
    purpleKnight: ['DangerousTrustAttributeSet'],
    bloodhound: ['AbuseTGTDelegation'],
  },
  needs: ['ldap-domain'],
  over: 'trust',
  reads: ['trustPartner', 'trustDirection', 'trustType', 'trustAttributes'],

  check({ trustPartner, trustDirection: direction, trustAttributes: flags }) {
    if ((direction & trustDirection.inbound) === 0) return
    if (flags === undefined)
      return { gap: `trustAttributes of the trust with ${trustPartner} could not be read.` }
    const isForest = (flags & trustAttributes.forestTransitive) !== 0
    const delegates = (flags & trustAttributes.crossOrganizationEnableTgtDelegation) !== 0
    if (!isForest || !delegates || (flags & trustAttributes.crossOrganizationNoTgtDelegation) !== 0)
      return
    return {
      says: `Tickets of our users may be delegated across the trust with ${trustPartner}`,
      evidence: { trustAttributes: flags, trustDirection: direction },
    }
  },
})
