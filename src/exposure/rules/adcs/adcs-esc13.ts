import { defineExposure } from '../../define.ts'
import { allowsLogon, enrolmentHit, publicationReads, usagesOf } from '../../enrolment.ts'
import { nextToTierZero } from '../../takeover.ts'

export default defineExposure({
  id: 'adcs-esc13',
  category: 'adcs',
  severity: 'high',
  title: 'Issuance policy grants group membership (ESC13)',
  why: 'Whoever signs in with such a certificate is taken for a member of the linked group, without standing in it.',
  fix: 'Unlink the group from the issuance policy, or restrict who may enrol in the template.',
  attack: ['T1649'],
  refs: {
    spec: ['MS-CRTD 2.29', 'MS-KILE 3.3.5.6.4'],
    purpleKnight: ['CertificateTemplatesAreVulnerable'],
    bloodhound: ['ADCSESC13', 'OIDGroupLink', 'ExtendedByPolicy'],
    esc: ['ESC13'],
  },
  needs: ['ldap-domain', 'ldap-config', 'nTSecurityDescriptor'],
  over: 'template',
  reads: [
    'msPKI-Certificate-Policy',
    'pKIExtendedKeyUsage',
    'msPKI-Certificate-Application-Policy',
    'msPKI-Template-Schema-Version',
    'msDS-OIDToGroupLink',
    'msPKI-Cert-Template-OID',
    ...publicationReads,
  ],

  check(template, forest) {
    const policies = template['msPKI-Certificate-Policy']
    if (policies.length === 0) return
    const { snapshot } = forest
    const linked = [...snapshot.ofClass('msPKI-Enterprise-Oid')].flatMap((id) => {
      const group = snapshot.value(id, 'msDS-OIDToGroupLink')
      const oid = snapshot.value(id, 'msPKI-Cert-Template-OID')
      return group !== undefined && oid !== undefined && policies.includes(oid)
        ? [{ oid, group }]
        : []
    })
    if (linked.length === 0 || !allowsLogon(usagesOf(forest, template.id))) return
    const groups = linked.map(({ group }) => snapshot.byDn(group)).filter((id) => id !== undefined)
    const names = linked.map(({ group }) => snapshot.name(snapshot.byDn(group) ?? -1) || group)
    const what = `and then count as members of ${names.join(', ')}`
    const hit = enrolmentHit(forest, template.id, what, { linked })
    if (hit === undefined) return
    const isCritical = groups.some((id) => nextToTierZero(forest).has(id))
    return { ...hit, severity: isCritical ? 'critical' : 'high' }
  },
})
