/** Name of an attribute syntax of AD (MS-ADTS 3.1.1.2.2.2). */
export type SyntaxName = keyof typeof syntaxes

/** One attribute syntax: how a schema declares it. */
export interface Syntax {
  /** Its LDAP name in the specification. */
  readonly ldapName: string
  readonly attributeSyntax: string
  readonly oMSyntax: number
  /** BER content octets in hex, where oMSyntax is 127. */
  readonly oMObjectClass?: string
}

/** All attribute syntaxes of AD (MS-ADTS 3.1.1.2.2.2). */
export const syntaxes = {
  boolean: { ldapName: 'Boolean', attributeSyntax: '2.5.5.8', oMSyntax: 1 },
  enumeration: { ldapName: 'Enumeration', attributeSyntax: '2.5.5.9', oMSyntax: 10 },
  integer: { ldapName: 'Integer', attributeSyntax: '2.5.5.9', oMSyntax: 2 },
  largeInteger: { ldapName: 'LargeInteger', attributeSyntax: '2.5.5.16', oMSyntax: 65 },
  dn: object('Object(DS-DN)', '2.5.5.1', '2b0c0287731c00854a'),
  dnWithBinary: object('Object(DN-Binary)', '2.5.5.7', '2a864886f7140101010b'),
  dnWithString: object('Object(DN-String)', '2.5.5.14', '2a864886f7140101010c'),
  accessPoint: object('Object(Access-Point)', '2.5.5.14', '2b0c0287731c00853e'),
  orName: object('Object(OR-Name)', '2.5.5.7', '56060102050b1d'),
  presentationAddress: object('Object(Presentation-Address)', '2.5.5.13', '2b0c0287731c00855c'),
  replicaLink: object('Object(Replica-Link)', '2.5.5.10', '2a864886f71401010106'),
  caseString: { ldapName: 'String(Case)', attributeSyntax: '2.5.5.3', oMSyntax: 27 },
  ia5String: { ldapName: 'String(IA5)', attributeSyntax: '2.5.5.5', oMSyntax: 22 },
  ntSecDesc: { ldapName: 'String(NT-Sec-Desc)', attributeSyntax: '2.5.5.15', oMSyntax: 66 },
  numericString: { ldapName: 'String(Numeric)', attributeSyntax: '2.5.5.6', oMSyntax: 18 },
  objectIdentifier: {
    ldapName: 'String(Object-Identifier)',
    attributeSyntax: '2.5.5.2',
    oMSyntax: 6,
  },
  octetString: { ldapName: 'String(Octet)', attributeSyntax: '2.5.5.10', oMSyntax: 4 },
  printableString: { ldapName: 'String(Printable)', attributeSyntax: '2.5.5.5', oMSyntax: 19 },
  sid: { ldapName: 'String(Sid)', attributeSyntax: '2.5.5.17', oMSyntax: 4 },
  teletexString: { ldapName: 'String(Teletex)', attributeSyntax: '2.5.5.4', oMSyntax: 20 },
  unicodeString: { ldapName: 'String(Unicode)', attributeSyntax: '2.5.5.12', oMSyntax: 64 },
  utcTime: { ldapName: 'String(UTC-Time)', attributeSyntax: '2.5.5.11', oMSyntax: 23 },
  generalizedTime: {
    ldapName: 'String(Generalized-Time)',
    attributeSyntax: '2.5.5.11',
    oMSyntax: 24,
  },
} as const satisfies Readonly<Record<string, Syntax>>

/**
 * The syntax that a schema declares by attributeSyntax, oMSyntax and oMObjectClass (its octets).
 * Where two differ in oMObjectClass alone and it is not given, the usual one is meant: DN-Binary,
 * DN-String. Nothing for a combination that AD does not have.
 */
export function syntaxOf(
  attributeSyntax: string,
  oMSyntax: number | undefined,
  oMObjectClass?: Uint8Array,
): SyntaxName | undefined {
  const sameOid = all.filter(([, syntax]) => syntax.attributeSyntax === attributeSyntax)
  const same =
    oMSyntax === undefined ? sameOid : sameOid.filter(([, syntax]) => syntax.oMSyntax === oMSyntax)
  const exact =
    oMObjectClass === undefined
      ? undefined
      : same.find(([, syntax]) => syntax.oMObjectClass === oMObjectClass.toHex())
  return (exact ?? same[0])?.[0]
}

const all = Object.entries(syntaxes) as readonly (readonly [SyntaxName, Syntax])[]

function object(ldapName: string, attributeSyntax: string, oMObjectClass: string) {
  return { ldapName, attributeSyntax, oMSyntax: 127, oMObjectClass } as const
}
