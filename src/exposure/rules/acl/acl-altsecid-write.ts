import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { tierZeroHits } from '../../tier-zero-control.ts'

export default defineExposure({
  id: 'acl-altsecid-write',
  category: 'acl',
  severity: 'high',
  title: 'Certificate mappings of privileged accounts can be written by others',
  why: 'Who may write altSecurityIdentities ties a certificate of their own to an administrator and signs in as them, as long as the forest accepts certificates at all.',
  fix: 'Remove the entry, and enforce strong certificate mapping.',
  attack: ['T1649', 'T1098'],
  refs: {
    spec: ['MS-PKCA 3.1.5.2.1', 'MS-ADTS 3.1.1.2.3.3'],
    purpleKnight: ['altSecurityIdentitiesConfigured'],
    bloodhound: ['WriteAltSecurityIdentities', 'WritePublicInformation'],
    esc: ['ESC14'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['cACertificate'],
  looksAt: ['user', 'computer', 'managedAccount'],

  *checkForest(forest) {
    const accepts = acceptsCertificates(forest)
    if (accepts === false) return
    const write = forest.access.writes('altSecurityIdentities')
    const hits = tierZeroHits(forest, {
      operations: (id) => (forest.snapshot.isA(id, 'user') ? [write] : []),
    })
    for (const hit of hits) {
      if (accepts) yield hit
      else
        yield {
          gap: `${hit.says}; but the NTAuth store was not read, so whether certificates are good for signing in is not known.`,
        }
    }
  },
})

/** Whether some authority's certificates are good for signing in: NTAuth holds one. Nothing when it was not read. */
function acceptsCertificates({ snapshot }: Forest): boolean | undefined {
  const services = snapshot.byDn(
    `CN=Public Key Services,CN=Services,${snapshot.configurationDn ?? ''}`,
  )
  if (services === undefined) return undefined
  const store = snapshot.byDn(`CN=NTAuthCertificates,${snapshot.dn(services)}`)
  if (store === undefined) return false
  // The attribute is mandatory: an empty store holds one octet of nothing, and one without it was not shown.
  const certificates = snapshot.value(store, 'cACertificate')
  return certificates.length === 0 ? undefined : certificates.some(({ length }) => length > 1)
}
