import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'adcs-esc4',
  category: 'adcs',
  severity: 'critical',
  title: 'Template object writable by non-administrators (ESC4)',
  why: 'Whoever can change a template can make it issue certificates for any identity.',
  fix: 'Give owner and permissions of the template back to Enterprise Admins, and treat templates as Tier Zero.',
  attack: ['T1649', 'T1222.001'],
  refs: {
    spec: ['MS-CRTD 2.5'],
    pingcastle: ['A-CertTempAnyone'],
    anssi: ['vuln1_adcs_template_control', 'vuln2_adcs_template_control'],
    purpleKnight: ['CertificateTemplatesPermissions'],
    bloodhound: ['ADCSESC4', 'WritePKINameFlag', 'WritePKIEnrollmentFlag'],
    esc: ['ESC4'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  over: 'template',
  reads: [],

  check({ id }, forest) {
    const { access } = forest
    return outsiderHit(forest, id, [
      ...access.control,
      access.writes('msPKI-Certificate-Name-Flag'),
      access.writes('msPKI-Enrollment-Flag'),
      access.writes('msPKI-RA-Signature'),
      access.writes('pKIExtendedKeyUsage'),
      access.writes('msPKI-Certificate-Application-Policy'),
    ])
  },
})
