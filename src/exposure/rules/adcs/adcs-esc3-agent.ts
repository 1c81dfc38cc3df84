import { extendedKeyUsage } from '#directory'
import { defineExposure } from '../../define.ts'
import { enrolmentHit, isIssuedAtOnce, publicationReads, usagesOf } from '../../enrolment.ts'

export default defineExposure({
  id: 'adcs-esc3-agent',
  category: 'adcs',
  severity: 'critical',
  title: 'Enrolment-agent certificates obtainable (ESC3)',
  why: 'An enrolment agent requests certificates on behalf of others, administrators included, and signs in as them.',
  fix: 'Let only named enrolment agents enrol, and configure agent restrictions on the authority.',
  attack: ['T1649'],
  refs: {
    spec: ['MS-WCCE 3.2.2.6.2.1.2'],
    pingcastle: ['A-CertTempAgent'],
    anssi: ['vuln1_adcs_template_auth_enroll_with_name'],
    purpleKnight: ['CertificateTemplatesAreVulnerable'],
    bloodhound: ['ADCSESC3', 'EnrollOnBehalfOf'],
    esc: ['ESC3'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  over: 'template',
  reads: [
    'msPKI-Enrollment-Flag',
    'msPKI-RA-Signature',
    'msPKI-Template-Schema-Version',
    'pKIExtendedKeyUsage',
    'msPKI-Certificate-Application-Policy',
    ...publicationReads,
  ],

  check(template, forest) {
    const usages = usagesOf(forest, template.id)
    if (!usages.includes(extendedKeyUsage.certificateRequestAgent)) return
    if (!isIssuedAtOnce(template)) return
    return enrolmentHit(forest, template.id, 'and request certificates on behalf of others', {
      usages,
    })
  },
})
