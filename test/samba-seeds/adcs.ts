import { X509Certificate } from 'node:crypto'
import {
  attributeGuid,
  certificateNameFlag,
  enrollmentFlag,
  extendedKeyUsage,
  extendedRight,
  parseSddl,
  templateFlags,
  wellKnownSid,
  writeSecurityDescriptor,
} from '#directory'
import type { Attributes, Ground } from './ground.ts'
import type { Field } from './seed.ts'

const services = (g: Ground, path: string) =>
  g.inConfiguration(`${path},CN=Public Key Services,CN=Services`)
const authority = (g: Ground) => services(g, 'CN=Corp CA,CN=Enrollment Services')
const store = (g: Ground) => services(g, 'CN=NTAuthCertificates')
const host = (g: Ground) => g.at('CN=PKI,CN=Computers')
const usage = extendedKeyUsage

/** A template that every user may enrol for, not published yet. */
function template(g: Ground, name: string, attributes: Attributes): Promise<string> {
  const sddl = `O:DAG:DAD:(A;;GA;;;DA)(A;;GR;;;AU)(OA;;CR;${extendedRight.certificateEnrollment};;DU)`
  const descriptor = parseSddl(sddl, { domain: g.dc.domainSid })
  return g.make(services(g, `CN=${name},CN=Certificate Templates`), 'pKICertificateTemplate', {
    displayName: name,
    flags: 0,
    revision: 100,
    'msPKI-Template-Schema-Version': 2,
    'msPKI-RA-Signature': 0,
    'msPKI-Enrollment-Flag': 0,
    'msPKI-Certificate-Name-Flag': certificateNameFlag.altNameUpn,
    nTSecurityDescriptor: writeSecurityDescriptor(descriptor),
    ...attributes,
  })
}

/** Has the authority issue certificates of a template, until the repair. */
function publish(g: Ground, name: string): Promise<void> {
  return g.append(authority(g), 'certificateTemplates', name)
}

/** Makes a template and publishes it. */
async function published(g: Ground, name: string, attributes: Attributes): Promise<string> {
  const dn = await template(g, name, attributes)
  await publish(g, name)
  return dn
}

const signIn = {
  pKIExtendedKeyUsage: usage.clientAuthentication,
  'msPKI-Certificate-Application-Policy': usage.clientAuthentication,
}

/** Certificate services. */
export default {
  title: 'certificate services',

  /** An authority that the forest trusts, with a template that does no harm. */
  async prepare(g) {
    const certificate = new X509Certificate(g.dc.certificates.ca).raw
    await g.computer('PKI')
    await g.make(authority(g), 'pKIEnrollmentService', {
      dNSHostName: `pki.${g.dc.domain}`,
      cACertificate: certificate,
    })
    await g.grant(
      wellKnownSid.authenticatedUsers,
      authority(g),
      'CR',
      extendedRight.certificateEnrollment,
    )
    await g.make(store(g), 'certificationAuthority', {
      cACertificate: certificate,
      authorityRevocationList: Buffer.of(0),
      certificateRevocationList: Buffer.of(0),
    })
    await published(g, 'Harmless', signIn)
  },

  seeds: {
    async 'acl-altsecid-write'(g) {
      await g.grant(await g.helpdesk(), g.administrator, 'WP', attributeGuid.altSecurityIdentities)
      return {
        on: g.administrator,
        alsoCauses: { 'acl-protected-object-differs': g.administrator },
        because: 'AdminSDHolder protects the account and does not give this',
      }
    },
    async 'adcs-ca-host-control'(g) {
      await g.grant(await g.helpdesk(), host(g), 'WD')
      return {
        on: host(g),
        alsoCauses: { 'acl-tier0-object-control': host(g) },
        because: 'the host of an authority is Tier Zero',
      }
    },
    'adcs-esc1': (g) =>
      published(g, 'Names', {
        ...signIn,
        'msPKI-Certificate-Name-Flag': certificateNameFlag.enrolleeSuppliesSubject,
      }),
    'adcs-esc2': (g) =>
      published(g, 'Anything', {
        pKIExtendedKeyUsage: usage.anyPurpose,
        'msPKI-Certificate-Application-Policy': usage.anyPurpose,
      }),
    'adcs-esc3-agent': (g) =>
      published(g, 'Agent', {
        pKIExtendedKeyUsage: usage.certificateRequestAgent,
        'msPKI-Certificate-Application-Policy': usage.certificateRequestAgent,
      }),
    async 'adcs-esc4'(g) {
      const open = await template(g, 'Open', signIn)
      await g.grant(await g.helpdesk(), open, 'WP', attributeGuid['msPKI-Certificate-Name-Flag'])
      return open
    },
    async 'adcs-esc5'(g) {
      const container = services(g, 'CN=Certification Authorities')
      await g.grant(await g.helpdesk(), container, 'CC')
      return container
    },
    async 'adcs-esc8-web-enrollment'(g) {
      await g.set(authority(g), {
        'msPKI-Enrollment-Servers': `1\n2\n0\nhttp://pki.${g.dc.domain}/Corp%20CA_CES_Kerberos/service.svc/CES\n0`,
      })
      return authority(g)
    },
    'adcs-esc9': (g) =>
      published(g, 'Nameless', {
        ...signIn,
        'msPKI-Enrollment-Flag': enrollmentFlag.noSecurityExtension,
      }),
    async 'adcs-esc13'(g) {
      const policy = '1.3.6.1.4.1.311.21.8.1.2.3.4'
      const linked = await g.group('Card holders', { groupType: -2_147_483_640 })
      await g.make(services(g, 'CN=4.ABCDEF,CN=OID'), 'msPKI-Enterprise-Oid', {
        displayName: 'Card holders',
        'msPKI-Cert-Template-OID': policy,
        'msDS-OIDToGroupLink': linked,
      })
      return published(g, 'Cards', { ...signIn, 'msPKI-Certificate-Policy': policy })
    },
    'adcs-esc15': (g) =>
      published(g, 'OldServer', {
        'msPKI-Template-Schema-Version': 1,
        'msPKI-Certificate-Name-Flag': certificateNameFlag.enrolleeSuppliesSubject,
        pKIExtendedKeyUsage: usage.serverAuthentication,
      }),
    async 'adcs-ntauth-control'(g) {
      await g.grant(await g.helpdesk(), store(g), 'WP', attributeGuid.cACertificate)
      return store(g)
    },
    async 'adcs-ntauth-unknown-ca'(g) {
      const { cert } = await g.dc.certificates.of('self-signed')
      await g.append(store(g), 'cACertificate', new X509Certificate(cert).raw)
      return store(g)
    },
    'adcs-template-kdc-or-subca': (g) =>
      published(g, 'Subordinate', {
        flags: templateFlags.isCa,
        pKIExtendedKeyUsage: usage.serverAuthentication,
        'msPKI-Certificate-Application-Policy': usage.serverAuthentication,
      }),
  },
} satisfies Field
