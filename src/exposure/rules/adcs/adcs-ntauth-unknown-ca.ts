import { type CertificateFacts, DirectoryError, readCertificate } from '#directory'
import { defineExposure } from '../../define.ts'
import { ntAuthStore, publicKeyServices, servicesUnread } from '../../enrolment.ts'

export default defineExposure({
  id: 'adcs-ntauth-unknown-ca',
  category: 'adcs',
  severity: 'high',
  title: 'NTAuth trusts an authority that has no enrolment service',
  why: 'Domain controllers accept certificates of every authority in this store for logon; one that nobody looks after, or that an intruder put there, can issue them for any account.',
  fix: 'Remove certificates of authorities that should not authorise logon; write down the external ones that should.',
  attack: ['T1649', 'T1553.004'],
  refs: {
    spec: ['MS-WCCE 2.2.2.11.3'],
    purpleKnight: ['EnterpriseCAs'],
    bloodhound: ['TrustedForNTAuth'],
  },
  needs: ['ldap-config'],
  reads: ['cACertificate'],
  looksAt: ['certificationAuthority', 'container'],

  *checkForest(forest) {
    if (publicKeyServices(forest) === undefined) yield servicesUnread
    const store = ntAuthStore(forest)
    if (store === undefined) return
    const { snapshot, now } = forest
    const authorities = [...snapshot.ofKind('certificationAuthority')]
    const issuing = new Set(
      authorities.flatMap((id) =>
        snapshot.value(id, 'cACertificate').map((certificate) => certificate.toHex()),
      ),
    )
    const unread = authorities.find((id) => !snapshot.has(id, 'cACertificate'))
    if (!snapshot.has(store, 'cACertificate'))
      yield { gap: 'The certificates in NTAuthCertificates could not be read.' }
    for (const certificate of snapshot.value(store, 'cACertificate')) {
      // The attribute is mandatory: an empty store holds one octet of nothing.
      if (certificate.length <= 1) continue
      const facts = factsOf(certificate)
      const name =
        facts === undefined
          ? 'A certificate that cannot be read'
          : `The certificate of ${facts.commonName} (serial ${facts.serialNumber})`
      const evidence =
        facts === undefined
          ? { octets: certificate.length }
          : {
              subject: facts.commonName,
              serialNumber: facts.serialNumber,
              notAfter: facts.notAfter.toISOString(),
            }
      if (facts !== undefined && facts.notAfter < now) {
        yield {
          on: store,
          says: `${name} is in NTAuth but ended ${facts.notAfter.toISOString().slice(0, 10)}`,
          evidence,
          severity: 'low',
        }
      } else if (!issuing.has(certificate.toHex())) {
        if (unread !== undefined) {
          yield {
            gap: `${name} is in NTAuth; whether it is that of ${snapshot.name(unread)} could not be read.`,
          }
          continue
        }
        yield {
          on: store,
          says: `${name} is trusted for logon, but no enrolment service of the forest has it`,
          evidence,
        }
      }
    }
  },
})

function factsOf(certificate: Uint8Array): CertificateFacts | undefined {
  try {
    return readCertificate(certificate)
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}
