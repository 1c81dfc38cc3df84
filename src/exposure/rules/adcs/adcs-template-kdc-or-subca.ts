import { extendedKeyUsage, rid, ridOfSid, templateFlags } from '#directory'
import { defineExposure } from '../../define.ts'
import { enrolmentHit, publicationReads, usagesOf } from '../../enrolment.ts'

export default defineExposure({
  id: 'adcs-template-kdc-or-subca',
  category: 'adcs',
  severity: 'critical',
  title: 'Controller, sub-authority or key-recovery template open to non-administrators',
  why: 'Its certificates let the holder pose as a domain controller, issue certificates, or decrypt archived keys.',
  fix: 'Let only domain controllers, authority administrators or named recovery agents enrol.',
  attack: ['T1649'],
  refs: {
    spec: ['RFC 4556 3.2.4', 'MS-CRTD 2.4'],
    purpleKnight: ['CertificateTemplatesPermissions'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  over: 'template',
  reads: [
    'flags',
    'pKIExtendedKeyUsage',
    'msPKI-Certificate-Application-Policy',
    'msPKI-Template-Schema-Version',
    ...publicationReads,
  ],

  check(template, forest) {
    const flags = template.flags ?? 0
    const usages = usagesOf(forest, template.id)
    const what = [
      ...((flags & templateFlags.isCa) === 0 ? [] : ['issue certificates themselves']),
      ...(usages.includes(extendedKeyUsage.kdcAuthentication)
        ? ['pose as a domain controller']
        : []),
      ...(usages.includes(extendedKeyUsage.keyRecoveryAgent) ? ['recover archived keys'] : []),
    ]
    if (what.length === 0) return
    return enrolmentHit(
      forest,
      template.id,
      `and ${what.join(', ')}`,
      { flags, usages },
      {
        orControl: true,
        // Read-only controllers enrol by design, but are no Tier Zero group's members.
        except: (sid) =>
          ridOfSid(sid) === rid.enterpriseReadOnlyControllers ||
          ridOfSid(sid) === rid.readOnlyControllers,
      },
    )
  },
})
