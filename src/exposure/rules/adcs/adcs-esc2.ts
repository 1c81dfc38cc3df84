import { extendedKeyUsage } from '#directory'
import { defineExposure } from '../../define.ts'
import { enrolmentHit, isIssuedAtOnce, publicationReads, usagesOf } from '../../enrolment.ts'

export default defineExposure({
  id: 'adcs-esc2',
  category: 'adcs',
  severity: 'critical',
  title: 'Template valid for any purpose (ESC2)',
  why: 'Its certificates can be used for anything, including to request certificates on behalf of administrators.',
  fix: 'Give the template explicit application policies and restrict who may enrol.',
  attack: ['T1649'],
  refs: {
    spec: ['MS-CRTD 2.23', 'RFC 5280 4.2.1.12'],
    pingcastle: ['A-CertTempAnyPurpose'],
    anssi: ['vuln1_adcs_template_auth_enroll_with_name'],
    purpleKnight: ['CertificateTemplatesAreVulnerable'],
    esc: ['ESC2'],
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
    if (!isIssuedAtOnce(template)) return
    const usages = usagesOf(forest, template.id)
    if (usages.length > 0 && !usages.includes(extendedKeyUsage.anyPurpose)) return
    return enrolmentHit(forest, template.id, 'and use it for anything', { usages })
  },
})
