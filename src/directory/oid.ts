type Named = Readonly<Record<string, readonly [oid: string, name: string]>>

const names = new Map<string, string>()

/**
 * What a certificate may be used for: extended key usages and application policies (RFC 5280
 * §4.2.1.12, MS-CRTD 2.12 and 2.20), as `pKIExtendedKeyUsage` and
 * `msPKI-Certificate-Application-Policy` of templates list them.
 */
export const extendedKeyUsage = oids({
  anyPurpose: ['2.5.29.37.0', 'Any Purpose'],
  serverAuthentication: ['1.3.6.1.5.5.7.3.1', 'Server Authentication'],
  clientAuthentication: ['1.3.6.1.5.5.7.3.2', 'Client Authentication'],
  codeSigning: ['1.3.6.1.5.5.7.3.3', 'Code Signing'],
  secureEmail: ['1.3.6.1.5.5.7.3.4', 'Secure Email'],
  ocspSigning: ['1.3.6.1.5.5.7.3.9', 'OCSP Signing'],
  pkinitClientAuthentication: ['1.3.6.1.5.2.3.4', 'PKINIT Client Authentication'],
  kdcAuthentication: ['1.3.6.1.5.2.3.5', 'KDC Authentication'],
  smartcardLogon: ['1.3.6.1.4.1.311.20.2.2', 'Smart Card Logon'],
  certificateRequestAgent: ['1.3.6.1.4.1.311.20.2.1', 'Certificate Request Agent'],
  keyRecoveryAgent: ['1.3.6.1.4.1.311.21.6', 'Key Recovery Agent'],
  caExchange: ['1.3.6.1.4.1.311.21.5', 'CA Encryption Certificate'],
  directoryServiceEmailReplication: [
    '1.3.6.1.4.1.311.21.19',
    'Directory Service Email Replication',
  ],
  encryptingFileSystem: ['1.3.6.1.4.1.311.10.3.4', 'Encrypting File System'],
  efsRecovery: ['1.3.6.1.4.1.311.10.3.4.1', 'File Recovery'],
  trustListSigning: ['1.3.6.1.4.1.311.10.3.1', 'Microsoft Trust List Signing'],
  qualifiedSubordination: ['1.3.6.1.4.1.311.10.3.10', 'Qualified Subordination'],
  ipsecIkeIntermediate: ['1.3.6.1.5.5.8.2.2', 'IP Security IKE Intermediate'],
})

/** Extensions of certificates that decide whom they stand for (MS-WCCE 2.2.2.7.7). */
export const certificateExtension = oids({
  /** Holds the SID of the account, so that its certificate maps to it strongly. */
  ntdsCaSecurity: ['1.3.6.1.4.1.311.25.2', 'szOID_NTDS_CA_SECURITY_EXT'],
})

/** Algorithms that sign or key a certificate, as far as they are too weak today (RFC 3279, RFC 8017). */
export const weakAlgorithm = oids({
  md2WithRsa: ['1.2.840.113549.1.1.2', 'md2WithRSAEncryption'],
  md4WithRsa: ['1.2.840.113549.1.1.3', 'md4WithRSAEncryption'],
  md5WithRsa: ['1.2.840.113549.1.1.4', 'md5WithRSAEncryption'],
  sha1WithRsa: ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  sha1WithRsaOiw: ['1.3.14.3.2.29', 'sha-1WithRSAEncryption'],
  shaWithRsaOiw: ['1.3.14.3.2.15', 'shaWithRSASignature'],
  sha1WithEcdsa: ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
  dsa: ['1.2.840.10040.4.1', 'id-dsa'],
})

/** Name of an object identifier for people; one without a name as it is. */
export function nameOfOid(oid: string): string {
  return names.get(oid) ?? oid
}

function oids<const T extends Named>(table: T): { readonly [K in keyof T]: T[K][0] } {
  for (const [oid, name] of Object.values(table)) {
    if (!/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(oid) || names.has(oid)) {
      throw new RangeError(`${name}: ${oid} is not one unused object identifier`)
    }
    names.set(oid, name)
  }
  const entries = Object.entries(table).map(([key, [oid]]) => [key, oid])
  return Object.freeze(Object.fromEntries(entries)) as { readonly [K in keyof T]: T[K][0] }
}
