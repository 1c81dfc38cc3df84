import { enrollmentFlag } from '#directory'
import { defineExposure } from '../../define.ts'
import { allowsLogon, enrolmentHit, publicationReads, usagesOf } from '../../enrolment.ts'

export default defineExposure({
  id: 'adcs-esc9',
  category: 'adcs',
  severity: 'high',
  title: 'Template leaves out the security extension (ESC9)',
  why: 'Without the requester’s SID in the certificate, whoever can write another account’s UPN or DNS name gets a certificate that is taken for a third one’s, as long as controllers do not enforce strong mapping.',
  fix: 'Clear CT_FLAG_NO_SECURITY_EXTENSION on the template, and keep strong certificate mapping in enforcement on all controllers (StrongCertificateBindingEnforcement = 2, which cannot be read over LDAP).',
  attack: ['T1649'],
  refs: {
    spec: ['MS-CRTD 2.26', 'MS-WCCE 2.2.2.7.7.4'],
    pingcastle: ['A-CertTempNoSecurity'],
    purpleKnight: ['CertificateTemplatesAreVulnerable'],
    bloodhound: ['ADCSESC9a', 'ADCSESC9b'],
    esc: ['ESC9'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  over: 'template',
  reads: [
    'msPKI-Enrollment-Flag',
    'pKIExtendedKeyUsage',
    'msPKI-Certificate-Application-Policy',
    'msPKI-Template-Schema-Version',
    ...publicationReads,
  ],

  check(template, forest) {
    const flags = template['msPKI-Enrollment-Flag'] ?? 0
    if ((flags & enrollmentFlag.noSecurityExtension) === 0) return
    const usages = usagesOf(forest, template.id)
    if (!allowsLogon(usages)) return
    return enrolmentHit(forest, template.id, 'and the certificate does not say whose it is', {
      'msPKI-Enrollment-Flag': flags,
      usages,
    })
  },
})
