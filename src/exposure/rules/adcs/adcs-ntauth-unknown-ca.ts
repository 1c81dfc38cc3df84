import { type CertificateFacts, DirectoryError, readCertificate } from '#directory'
import { defineExposure } from '../../define.ts'
import { ntAuthStore } from '../../enrolment.ts'

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
    const store = ntAuthStore(forest)
    if (store === undefined) return
    const { snapshot, now } = forest
    const issuing = new Set(
      [...snapshot.ofKind('certificationAuthority')].flatMap((id) =>
        snapshot.value(id, 'cACertificate').map((certificate) => certificate.toHex()),
      ),
    )
    for (const certificate of snapshot.value(store, 'cACertificate')) {
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
