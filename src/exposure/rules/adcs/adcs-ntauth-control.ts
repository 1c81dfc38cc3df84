import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { ntAuthStore, publicKeyServices, servicesUnread } from '../../enrolment.ts'

export default defineExposure({
  id: 'adcs-ntauth-control',
  category: 'adcs',
  severity: 'critical',
  title: 'NTAuth store writable by non-administrators',
  why: 'Whoever adds an authority of their own to the store signs certificates that the domain controllers accept for any account.',
  fix: 'Restore the permissions of the store and check it for authorities that do not belong there.',
  attack: ['T1649', 'T1553.004'],
  refs: {
    spec: ['MS-WCCE 2.2.2.11.3'],
    anssi: ['vuln1_adcs_control'],
    purpleKnight: ['CertificatesNTAuthPermissions'],
    bloodhound: ['NTAuthStoreFor'],
    esc: ['ESC5'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['container'],

  *checkForest(forest) {
    if (publicKeyServices(forest) === undefined) yield servicesUnread
    const store = ntAuthStore(forest)
    if (store === undefined) return
    const { access } = forest
    const hit = outsiderHit(forest, store, [...access.control, access.writes('cACertificate')])
    if (hit !== undefined) yield { on: store, ...hit }
  },
})
