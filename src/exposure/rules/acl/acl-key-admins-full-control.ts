import { attributeGuid, rid } from '#directory'
import { aceEvidence, isOfDomain, rightsLeft, sayAces } from '../../aces.ts'
import { defineExposure } from '../../define.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-key-admins-full-control',
  category: 'acl',
  severity: 'critical',
  title: 'Key Admins were given more of the domain than sign-in keys',
  why: 'An early version of Windows Server 2016 gave Enterprise Key Admins full control of the domain by mistake. Whoever gets into that little watched group then owns the domain.',
  fix: 'Replace the entry with reading and writing msDS-KeyCredentialLink only.',
  attack: ['T1098'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2', 'MS-ADTS 2.2.20'],
    pingcastle: ['P-DelegationKeyAdmin'],
    purpleKnight: ['EnterpriseKeyAdminsFullControl'],
    bloodhound: ['GenericAll'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'domain',
  reads: ['nTSecurityDescriptor'],

  check({ id, nTSecurityDescriptor }, forest) {
    const domain = forest.snapshot.domainOf(id)
    const entries = nTSecurityDescriptor?.dacl ?? []
    const wide = entries.filter(
      (ace) =>
        (isOfDomain(ace.sid, rid.enterpriseKeyAdmins) || isOfDomain(ace.sid, rid.keyAdmins)) &&
        ace.objectType !== attributeGuid['msDS-KeyCredentialLink'] &&
        rightsLeft(forest, entries, ace, domain) !== 0,
    )
    if (wide.length === 0) return
    return {
      says: `${domain?.name ?? forest.snapshot.dn(id)}: ${enumerate(sayAces(forest, wide, domain))}`,
      evidence: { entries: wide.map((ace) => aceEvidence(forest, ace, domain)) },
    }
  },
})
