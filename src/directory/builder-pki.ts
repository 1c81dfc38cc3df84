import type { ForestBuilder, Trustee } from './builder.ts'
import {
  type FriendlyAttributes,
  type TestObject,
  type TestPrincipal,
  isTestObject,
  utf8,
} from './builder-values.ts'
import { escapeDnValue } from './dn.ts'
import { templateFlags } from './flags.ts'

/** Options of `ForestBuilder.authority`. */
export interface AuthorityOptions extends FriendlyAttributes {
  readonly host?: TestPrincipal
  readonly templates?: readonly (string | TestObject)[]
  readonly issues?: readonly string[]
}

/** Options of `ForestBuilder.template`. */
export interface TemplateOptions extends FriendlyAttributes {
  readonly enrollees?: readonly Trustee[]
}

/** What an enterprise CA creates in the configuration when it is set up. */
export function addAuthority(
  f: ForestBuilder,
  name: string,
  options: AuthorityOptions,
): TestObject {
  const {
    host = f.computer(`${name}-HOST`, serverOs),
    templates = [],
    issues = issuedByDefault,
    ...rest
  } = options
  const services = f.publicKeyServices.dn
  const isFirst = f.findAt(`CN=NTAuthCertificates,${services}`) === undefined
  if (isFirst) addStandardTemplates(f)
  f.addTo(f.certPublishers, host)
  f.addTo(f.preWindows2000Access, host)
  const certificate = makeCertificate(`CN=${name}`, f.daysAgo(400), f.daysAgo(-1400))
  const rdn = `CN=${escapeDnValue(name)}`
  const common = {
    cACertificate: certificate,
    authorityRevocationList: Uint8Array.of(0),
    certificateRevocationList: Uint8Array.of(0),
  }
  const root = f.object(
    `${rdn},CN=Certification Authorities,${services}`,
    ['top', 'certificationAuthority'],
    common,
  )
  const aia = f.object(`${rdn},CN=AIA,${services}`, ['top', 'certificationAuthority'], common)
  const cdpHost = f.object(`CN=${escapeDnValue(host.name.replace(/\$$/, ''))},CN=CDP,${services}`, [
    'top',
    'container',
  ])
  const cdp = f.object(`${rdn},${cdpHost.dn}`, ['top', 'cRLDistributionPoint'], {
    certificateRevocationList: Uint8Array.of(0),
  })
  const kra = f.object(`${rdn},CN=KRA,${services}`, ['top', 'msPKI-PrivateKeyRecoveryAgent'])
  f.descriptor(root, publishedSddl(`(A;OICI;GA;;;CA)`))
  f.descriptor(cdpHost, publishedSddl(`(A;OICI;GA;;;CA)`))
  for (const object of [aia, cdp, kra])
    f.descriptor(object, publishedSddl(`(A;OICI;GA;;;${host.sid})`))
  if (isFirst)
    f.descriptor(
      f.object(`CN=NTAuthCertificates,${services}`, ['top', 'certificationAuthority'], common),
      publishedSddl(''),
    )
  else f.append(f.ntAuthCertificates, 'cACertificate', certificate)

  const service = f.object(
    `${rdn},CN=Enrollment Services,${services}`,
    ['top', 'pKIEnrollmentService'],
    {
      dNSHostName: `${host.name.replace(/\$$/, '').toLowerCase()}.${f.name}`,
      displayName: name,
      cACertificate: certificate,
      cACertificateDN: `CN=${name}`,
      certificateTemplates: [
        ...issues,
        ...templates.map((template) => (isTestObject(template) ? template.name : template)),
      ],
      flags: 10,
      ...rest,
    },
  )
  f.descriptor(
    service,
    `O:EAG:EAD:(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;AU)(A;OICI;RPWPCCDCLCLORCWOWDSDDTSW;;;EA)` +
      `(A;OICI;RPWPCCDCLCLORCWOWDSDDTSW;;;${host.sid})(A;OICI;RPLCLORC;;;AU)`,
  )
  return service
}

/** A template as the template console makes it by duplication. */
export function addTemplate(f: ForestBuilder, name: string, options: TemplateOptions): TestObject {
  const { enrollees = [f.domainUsers], ...rest } = options
  const template = f.object(
    `CN=${escapeDnValue(name)},${f.certificateTemplates.dn}`,
    ['top', 'pKICertificateTemplate'],
    {
      displayName: name,
      flags: templateFlags.isModified | templateFlags.autoEnrollment,
      revision: 100,
      'msPKI-Template-Schema-Version': 2,
      'msPKI-Certificate-Name-Flag': 0x8200_0000,
      'msPKI-Enrollment-Flag': 0x20,
      'msPKI-Private-Key-Flag': 0x0101_0000,
      'msPKI-RA-Signature': 0,
      'msPKI-Cert-Template-OID': `1.3.6.1.4.1.311.21.8.1.${f.certificateTemplates.dn.length}.${name.length}.${checksum(name)}`,
      pKIExtendedKeyUsage: clientAuthentication,
      'msPKI-Certificate-Application-Policy': clientAuthentication,
      pKIDefaultKeySpec: 1,
      pKIMaxIssuingDepth: 0,
      ...rest,
    },
  )
  const enrol = enrollees.map((trustee) => {
    const sid = typeof trustee === 'string' ? trustee : trustee.sid
    return `(OA;;CR;${enrollRight};;${sid})(A;;RPLCLORC;;;${sid})`
  })
  f.descriptor(
    template,
    `O:EAG:EAD:P${enrol.join('')}${templateOwners}(OA;;RPWPCR;${enrollRight};;DA)(OA;;RPWPCR;${enrollRight};;EA)`,
  )
  return template
}

/** Templates a new enterprise CA issues. */
const issuedByDefault = [
  'DirectoryEmailReplication',
  'DomainControllerAuthentication',
  'KerberosAuthentication',
  'EFSRecovery',
  'EFS',
  'DomainController',
  'WebServer',
  'Machine',
  'User',
  'SubCA',
  'Administrator',
]

const serverOs = {
  operatingSystem: 'Windows Server 2022 Standard',
  operatingSystemVersion: '10.0 (20348)',
}

const enrollRight = '0e10c968-78fb-11d2-90d4-00c04f79dc55'
const autoEnrollRight = 'a05b8cc2-17bc-4802-a710-e7c15ab866a2'
const templateOwners =
  '(A;;RPWPCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCCDCLCLORCWOWDSDDTSW;;;EA)(A;;RPLCLORC;;;AU)'

function publishedSddl(more: string): string {
  return `O:EAG:EAD:(A;OICI;GA;;;DA)(A;OICI;GA;;;EA)${more}(A;OICI;GA;;;BA)(A;OICI;RPLCLORC;;;WD)`
}

const clientAuthentication = '1.3.6.1.5.5.7.3.2'
const serverAuthentication = '1.3.6.1.5.5.7.3.1'
const mail = '1.3.6.1.5.5.7.3.4'
const smartcardLogon = '1.3.6.1.4.1.311.20.2.2'
const enrollmentAgent = '1.3.6.1.4.1.311.20.2.1'
const efs = '1.3.6.1.4.1.311.10.3.4'
const kdc = '1.3.6.1.5.2.3.5'

/** Who besides Domain Admins and Enterprise Admins may enrol a standard template. */
type Enrollees =
  | 'admins'
  | 'users'
  | 'computers'
  | 'computersAndControllers'
  | 'controllers'
  | 'controllersAuto'
  | 'ras'

const enrolleeAces: Readonly<Record<Enrollees, string>> = {
  admins: '',
  users: `(OA;;RPWPCR;${enrollRight};;DU)`,
  computers: `(OA;;RPWPCR;${enrollRight};;DC)`,
  computersAndControllers: `(OA;;RPWPCR;${enrollRight};;DC)(OA;;RPWPCR;${enrollRight};;DD)`,
  controllers: `(OA;;RPCR;${enrollRight};;RO)(OA;;RPWPCR;${enrollRight};;DD)(OA;;RPWPCR;${enrollRight};;ED)`,
  controllersAuto: [enrollRight, autoEnrollRight]
    .map((right) => `(OA;;RPCR;${right};;RO)(OA;;RPWPCR;${right};;DD)(OA;;RPWPCR;${right};;ED)`)
    .join(''),
  ras: `(OA;;RPWPCR;${enrollRight};;RS)`,
}

/** The templates Windows ships (MS-CRTD): cn, flags, schema version, name flag, enrolment flag, private key flag, EKUs, enrollees. */
const standardTemplates: readonly (readonly [
  string,
  number,
  number,
  number,
  number,
  number,
  readonly string[],
  Enrollees,
])[] = [
  ['User', 66106, 1, -1509949440, 41, 16, [efs, mail, clientAuthentication], 'users'],
  ['UserSignature', 66082, 1, -1509949440, 32, 0, [mail, clientAuthentication], 'users'],
  [
    'SmartcardUser',
    66058,
    1,
    -1509949440,
    9,
    0,
    [mail, clientAuthentication, smartcardLogon],
    'admins',
  ],
  ['ClientAuth', 66080, 1, -2113929216, 32, 0, [clientAuthentication], 'users'],
  ['SmartcardLogon', 66048, 1, -2113929216, 0, 0, [clientAuthentication, smartcardLogon], 'admins'],
  ['EFS', 66104, 1, -2113929216, 41, 16, [efs], 'users'],
  [
    'Administrator',
    66106,
    1,
    -1509949440,
    41,
    16,
    ['1.3.6.1.4.1.311.10.3.1', efs, mail, clientAuthentication],
    'admins',
  ],
  ['EFSRecovery', 66096, 1, -2113929216, 33, 16, ['1.3.6.1.4.1.311.10.3.4.1'], 'admins'],
  ['CodeSigning', 66080, 1, -2113929216, 32, 0, ['1.3.6.1.5.5.7.3.3'], 'admins'],
  ['CTLSigning', 66080, 1, -2113929216, 32, 0, ['1.3.6.1.4.1.311.10.3.1'], 'admins'],
  ['EnrollmentAgent', 66080, 1, -2113929216, 32, 0, [enrollmentAgent], 'admins'],
  ['EnrollmentAgentOffline', 66049, 1, 1, 0, 0, [enrollmentAgent], 'admins'],
  ['MachineEnrollmentAgent', 66144, 1, 402653184, 32, 0, [enrollmentAgent], 'admins'],
  [
    'Machine',
    66144,
    1,
    402653184,
    32,
    0,
    [clientAuthentication, serverAuthentication],
    'computers',
  ],
  [
    'DomainController',
    66156,
    1,
    419430400,
    41,
    0,
    [clientAuthentication, serverAuthentication],
    'controllers',
  ],
  ['WebServer', 66113, 1, 1, 0, 0, [serverAuthentication], 'admins'],
  ['CA', 65745, 1, 1, 0, 16, [], 'admins'],
  ['SubCA', 66257, 1, 1, 0, 16, [], 'admins'],
  [
    'IPSECIntermediateOnline',
    66144,
    1,
    402653184,
    32,
    0,
    ['1.3.6.1.5.5.8.2.2'],
    'computersAndControllers',
  ],
  ['IPSECIntermediateOffline', 66113, 1, 1, 0, 0, ['1.3.6.1.5.5.8.2.2'], 'admins'],
  ['OfflineRouter', 66113, 1, 1, 0, 0, [clientAuthentication], 'admins'],
  ['CEPEncryption', 66113, 1, 1, 0, 0, [enrollmentAgent], 'admins'],
  ['ExchangeUser', 66065, 1, 1, 1, 16, [mail], 'admins'],
  ['ExchangeUserSignature', 66049, 1, 1, 0, 0, [mail], 'admins'],
  ['CrossCA', 67600, 2, 1, 8, 16, [], 'admins'],
  ['CAExchange', 65600, 2, 1, 1, 0, ['1.3.6.1.4.1.311.21.5'], 'admins'],
  ['KeyRecoveryAgent', 65568, 2, -2113929216, 39, 16, ['1.3.6.1.4.1.311.21.6'], 'admins'],
  [
    'DomainControllerAuthentication',
    65632,
    2,
    134217728,
    32,
    0,
    [clientAuthentication, serverAuthentication, smartcardLogon],
    'controllersAuto',
  ],
  [
    'DirectoryEmailReplication',
    65632,
    2,
    150994944,
    41,
    0,
    ['1.3.6.1.4.1.311.21.19'],
    'controllersAuto',
  ],
  ['Workstation', 66144, 2, 134217728, 32, 0, [clientAuthentication], 'computers'],
  [
    'RASAndIASServer',
    66144,
    2,
    1207959552,
    32,
    0,
    [clientAuthentication, serverAuthentication],
    'ras',
  ],
  ['OCSPResponseSigning', 66112, 3, 402653184, 20480, 0, ['1.3.6.1.5.5.7.3.9'], 'admins'],
  [
    'KerberosAuthentication',
    65632,
    2,
    138412032,
    32,
    0,
    [clientAuthentication, serverAuthentication, smartcardLogon, kdc],
    'controllersAuto',
  ],
]

function addStandardTemplates(f: ForestBuilder): void {
  standardTemplates.forEach(
    ([name, flags, version, nameFlag, enrolment, privateKey, usages, enrollees], index) => {
      const template = f.object(
        `CN=${name},${f.certificateTemplates.dn}`,
        ['top', 'pKICertificateTemplate'],
        {
          displayName: name,
          flags,
          'msPKI-Template-Schema-Version': version,
          'msPKI-Certificate-Name-Flag': nameFlag,
          'msPKI-Enrollment-Flag': enrolment,
          'msPKI-Private-Key-Flag': privateKey,
          'msPKI-RA-Signature': name === 'CrossCA' ? 1 : 0,
          'msPKI-RA-Application-Policies':
            name === 'CrossCA' ? '1.3.6.1.4.1.311.10.3.10' : undefined,
          'msPKI-Cert-Template-OID': `1.3.6.1.4.1.311.21.8.1.1.${index + 1}`,
          pKIExtendedKeyUsage: usages,
          'msPKI-Certificate-Application-Policy': version > 1 ? usages : undefined,
        },
      )
      f.descriptor(
        template,
        `O:EAG:EAD:P${enrolleeAces[enrollees]}(OA;;RPWPCR;${enrollRight};;DA)(OA;;RPWPCR;${enrollRight};;EA)${templateOwners}`,
      )
    },
  )
}

/**
 * A self-signed X.509 certificate in DER with a 2048 bit RSA key that nobody has the other half of, and no real signature: it
 * can be parsed and compared, no more.
 */
export function makeCertificate(subject: string, notBefore: Date, notAfter: Date): Uint8Array {
  const name = der(
    0x30,
    der(0x31, der(0x30, oid('550403'), der(0x0c, utf8(subject.replace(/^CN=/, ''))))),
  )
  const sha256Rsa = der(0x30, oid('2a864886f70d01010b'), der(0x05))
  const key = der(
    0x30,
    der(0x02, Uint8Array.of(0), noise(subject, 256)),
    der(0x02, Uint8Array.of(1, 0, 1)),
  )
  const tbs = der(
    0x30,
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(0x10), noise(`${subject} serial`, 8)),
    sha256Rsa,
    name,
    der(0x30, derTime(notBefore), derTime(notAfter)),
    name,
    der(0x30, der(0x30, oid('2a864886f70d010101'), der(0x05)), der(0x03, Uint8Array.of(0), key)),
    der(
      0xa3,
      der(
        0x30,
        der(
          0x30,
          oid('551d13'),
          der(0x01, Uint8Array.of(0xff)),
          der(0x04, der(0x30, der(0x01, Uint8Array.of(0xff)))),
        ),
      ),
    ),
  )
  return der(0x30, tbs, sha256Rsa, der(0x03, Uint8Array.of(0), noise(`${subject} signature`, 256)))
}

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  const bytes = new Uint8Array(header.length + length)
  bytes.set(header)
  let at = header.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function oid(hex: string): Uint8Array {
  return der(0x06, Uint8Array.fromHex(hex))
}

function derTime(date: Date): Uint8Array {
  return der(0x18, utf8(`${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`))
}

/** Octets that follow from a text, the first with its high bit set, the last odd: fit for a modulus. */
function noise(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = checksum(text) || 1
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  bytes[0] = (bytes[0] ?? 0) | 0x80
  bytes[length - 1] = (bytes[length - 1] ?? 0) | 1
  return bytes
}

function checksum(text: string): number {
  let value = 0x811c_9dc5
  for (const octet of utf8(text)) value = Math.imul(value ^ octet, 0x0100_0193) >>> 0
  return value
}

/** Names of the templates that every enterprise authority brings along. */
export const standardTemplateNames: readonly string[] = standardTemplates.map(([name]) => name)
