import { rid, ridOfSid } from '#directory'
import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { ntAuthStore, publicKeyServices, servicesUnread } from '../../enrolment.ts'
import { below } from '../../places.ts'

export default defineExposure({
  id: 'adcs-esc5',
  category: 'adcs',
  severity: 'critical',
  title: 'Other PKI objects controllable by non-administrators (ESC5)',
  why: 'Whoever controls them can publish templates, plant authorities, or link issuance policies to groups.',
  fix: 'Restore the shipped permissions on the objects below Public Key Services and treat them as Tier Zero.',
  attack: ['T1649', 'T1222.001', 'T1098'],
  refs: {
    spec: ['MS-WCCE 2.2.2.11'],
    anssi: ['vuln1_adcs_control'],
    bloodhound: ['GenericAll', 'WriteDacl', 'Owns', 'PublishedTo', 'OIDGroupLink'],
    esc: ['ESC5'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  reads: ['objectClass'],
  looksAt: ['container', 'certificationAuthority'],

  *checkForest(forest) {
    const { snapshot, access } = forest
    const store = ntAuthStore(forest)
    const root = publicKeyServices(forest)
    if (root === undefined) {
      yield servicesUnread
      return
    }
    const publishersOwn = new Set(
      ['AIA', 'CDP', 'Certification Authorities'].flatMap((name) => {
        const container = snapshot.byDn(`CN=${name},${snapshot.dn(root)}`)
        return container === undefined ? [] : [...below(forest, container)]
      }),
    )
    for (const id of below(forest, root)) {
      // Templates and NTAuth have exposures of their own.
      if (id === store || snapshot.isA(id, 'pKICertificateTemplate')) continue
      const isAuthority = snapshot.isA(id, 'pKIEnrollmentService')
      const operations = [
        ...access.control,
        access.createsChild(),
        ...(snapshot.isA(id, 'certificationAuthority') || isAuthority
          ? [access.writes('cACertificate')]
          : []),
        ...(isAuthority ? [access.writes('certificateTemplates')] : []),
        ...(snapshot.isA(id, 'msPKI-Enterprise-Oid') ? [access.writes('msDS-OIDToGroupLink')] : []),
      ]
      // Cert Publishers hold the objects of authorities and revocation lists by design: the authorities are in it.
      const hit = outsiderHit(forest, id, operations, {
        except: (sid) => publishersOwn.has(id) && ridOfSid(sid) === rid.certPublishers,
      })
      if (hit !== undefined) yield { on: id, ...hit }
    }
  },
})
