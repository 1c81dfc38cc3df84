import { uac } from '#directory'
import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'trust-object-control',
  category: 'trusts',
  severity: 'critical',
  title: 'Trust object or trust account can be changed by non-administrators',
  why: 'Whoever controls the trust object sets its secret and its filters; whoever controls the trust account signs in as the other domain. Both let forged identities in.',
  fix: 'Give the object back its default permissions, then look at trustAttributes and reset the trust password.',
  attack: ['T1484.002'],
  refs: { spec: ['MS-ADTS 6.1.6.7', 'MS-ADTS 6.1.6.8'] },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['nTSecurityDescriptor', 'userAccountControl'],
  looksAt: ['trust', 'user'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const trustOperations = [
      ...access.control,
      ...[
        'trustAttributes',
        'trustDirection',
        'trustAuthIncoming',
        'trustAuthOutgoing',
        'securityIdentifier',
        'msDS-TrustForestTrustInfo',
      ].map((name) => access.writes(name)),
    ]
    for (const trust of snapshot.ofKind('trust')) {
      const hit = outsiderHit(forest, trust, trustOperations)
      if (hit !== undefined) yield { on: trust, ...hit }
    }
    const accountOperations = [
      ...access.control,
      access.extendedRight('User-Force-Change-Password'),
      access.writes('userAccountControl'),
      access.writes('msDS-KeyCredentialLink'),
    ]
    for (const account of snapshot.ofKind('user')) {
      if (((forest.value(account, 'userAccountControl') ?? 0) & uac.interdomainTrustAccount) === 0)
        continue
      const hit = outsiderHit(forest, account, accountOperations)
      if (hit !== undefined) yield { on: account, ...hit }
    }
  },
})
