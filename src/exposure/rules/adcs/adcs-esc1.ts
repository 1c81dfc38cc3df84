import { certificateNameFlag } from '#directory'
import { defineExposure } from '../../define.ts'
import {
  allowsLogon,
  enrolmentHit,
  isIssuedAtOnce,
  publicationReads,
  usagesOf,
} from '../../enrolment.ts'

const suppliesSubject =
  certificateNameFlag.enrolleeSuppliesSubject | certificateNameFlag.enrolleeSuppliesSubjectAltName

export default defineExposure({
  id: 'adcs-esc1',
  category: 'adcs',
  severity: 'critical',
  title: 'Template lets the requester choose the identity (ESC1)',
  why: 'Whoever may enrol asks for a certificate in the name of an administrator and signs in with it.',
  fix: 'Have the subject built from the directory, require approval by a CA manager, or take enrolment away from everyone who does not need it.',
  attack: ['T1649'],
  refs: {
    spec: ['MS-CRTD 2.28', 'MS-WCCE 3.2.2.6.2.1.4'],
    pingcastle: ['A-CertTempCustomSubject'],
    anssi: ['vuln1_adcs_template_auth_enroll_with_name'],
    purpleKnight: ['CertificateTemplatesWithSANAllowed', 'CertificateTemplatesAreVulnerable'],
    bloodhound: ['ADCSESC1'],
    esc: ['ESC1'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  over: 'template',
  reads: [
    'msPKI-Certificate-Name-Flag',
    'msPKI-Enrollment-Flag',
    'msPKI-RA-Signature',
    'msPKI-Template-Schema-Version',
    'pKIExtendedKeyUsage',
    'msPKI-Certificate-Application-Policy',
    ...publicationReads,
  ],

  check(template, forest) {
    const nameFlags = template['msPKI-Certificate-Name-Flag'] ?? 0
    if ((nameFlags & suppliesSubject) === 0) return
    if (!isIssuedAtOnce(template)) return
    const usages = usagesOf(forest, template.id)
    if (!allowsLogon(usages)) return
    return enrolmentHit(forest, template.id, 'naming whomever they like, and sign in with it', {
      'msPKI-Certificate-Name-Flag': nameFlags,
      usages,
    })
  },
})
