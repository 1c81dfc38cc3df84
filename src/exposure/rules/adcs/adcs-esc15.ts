import { certificateNameFlag } from '#directory'
import { defineExposure } from '../../define.ts'
import { enrolmentHit, isIssuedAtOnce, publicationReads, schemaVersionOf } from '../../enrolment.ts'

export default defineExposure({
  id: 'adcs-esc15',
  category: 'adcs',
  severity: 'high',
  title: 'Schema version 1 template lets requesters add application policies (ESC15)',
  why: 'An authority without the update of November 2024 (CVE-2024-49019) puts what the requester asks for into the certificate, so that one for a web server signs in as an administrator.',
  fix: 'Install the update on every authority (its patch level cannot be read over LDAP), and replace version 1 templates by duplicates of a later version.',
  attack: ['T1649'],
  refs: {
    spec: ['MS-CRTD 2.16'],
    purpleKnight: ['CertificateTemplatesAreVulnerable'],
    esc: ['ESC15'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  over: 'template',
  reads: [
    'msPKI-Template-Schema-Version',
    'msPKI-Certificate-Name-Flag',
    'msPKI-Enrollment-Flag',
    'msPKI-RA-Signature',
    ...publicationReads,
  ],

  check(template, forest) {
    const version = template['msPKI-Template-Schema-Version']
    const nameFlags = template['msPKI-Certificate-Name-Flag'] ?? 0
    if (
      schemaVersionOf(version) !== 1 ||
      (nameFlags & certificateNameFlag.enrolleeSuppliesSubject) === 0
    )
      return
    if (!isIssuedAtOnce(template)) return
    return enrolmentHit(
      forest,
      template.id,
      'naming whomever they like and adding application policies of their own',
      {
        'msPKI-Template-Schema-Version': version ?? 1,
        'msPKI-Certificate-Name-Flag': nameFlags,
      },
    )
  },
})
