import {
  type ForestBuilder,
  type FriendlyAttributes,
  type TestObject,
  certificateNameFlag,
  enrollmentFlag,
  makeCertificate,
} from '#directory'
import type { Planter } from '../plant.ts'
import { admin, authority, clerk, server } from './places.ts'

const clientAuthentication = '1.3.6.1.5.5.7.3.2'
const certificateRequestAgent = '1.3.6.1.4.1.311.20.2.1'
const anyPurpose = '2.5.29.37.0'
const kdcAuthentication = '1.3.6.1.5.2.3.5'

/** A template with these usages that the CA issues. */
function issued(
  f: ForestBuilder,
  name: string,
  usages: readonly string[],
  attributes: FriendlyAttributes = {},
): TestObject {
  const template = f.template(name, {
    pKIExtendedKeyUsage: usages,
    'msPKI-Certificate-Application-Policy': usages,
    ...attributes,
  })
  f.publish(template, authority(f))
  return template
}

/** What certificate services let the wrong people do. */
export const adcs: Readonly<Record<string, Planter>> = {
  'adcs-ca-host-control'(f) {
    const host = server(f, 'CA-LEGACY')
    f.authority('Meridian Legacy CA', { host, issues: [] })
    f.grant(clerk(f, 'c.serverop'), host, 'RPCR', 'msLAPS-Password')
    return { on: [host], alsoCauses: { 'laps-readers': [host] } }
  },
  'adcs-esc1'(f) {
    const flags = { 'msPKI-Certificate-Name-Flag': certificateNameFlag.enrolleeSuppliesSubject }
    return { on: [issued(f, 'IntranetWebServer', [clientAuthentication], flags)] }
  },
  'adcs-esc13'(f) {
    const group = f.group('VPN Trusted', { scope: 'universal' })
    f.object(
      `CN=1.${group.guid},CN=OID,${f.publicKeyServices.dn}`,
      ['top', 'msPKI-Enterprise-Oid'],
      {
        displayName: 'High assurance',
        flags: 2,
        'msPKI-Cert-Template-OID': '1.3.6.1.4.1.311.21.8.99.1',
        'msDS-OIDToGroupLink': group,
      },
    )
    const template = issued(f, 'HighAssurance', [clientAuthentication], {
      'msPKI-Certificate-Policy': '1.3.6.1.4.1.311.21.8.99.1',
    })
    return { on: [template] }
  },
  'adcs-esc14-weak-mapping'(f) {
    const account = admin(f, 'adm-card', {
      altSecurityIdentities: 'X509:<I>DC=example,CN=Old CA<S>CN=adm-card',
    })
    return { on: [account] }
  },
  'adcs-esc15'(f) {
    const template = issued(f, 'OldWebServer', ['1.3.6.1.5.5.7.3.1'], {
      'msPKI-Template-Schema-Version': 1,
      'msPKI-Certificate-Name-Flag': certificateNameFlag.enrolleeSuppliesSubject,
      'msPKI-Certificate-Application-Policy': undefined,
    })
    return { on: [template] }
  },
  'adcs-esc2'(f) {
    return { on: [issued(f, 'GeneralPurpose', [anyPurpose])] }
  },
  'adcs-esc3-agent'(f) {
    return { on: [issued(f, 'BadgeOfficeAgent', [certificateRequestAgent])] }
  },
  'adcs-esc4'(f) {
    const template = issued(f, 'DepartmentVpn', [clientAuthentication], {
      enrollees: [f.domainComputers],
    })
    f.grant(clerk(f, 'c.vpnadmin'), template, 'WP', 'msPKI-Certificate-Name-Flag')
    return { on: [template] }
  },
  'adcs-esc5'(f) {
    const container = f.at(`CN=OID,${f.publicKeyServices.dn}`)
    f.grant(clerk(f, 'c.pkihelper'), container, 'CC', 'msPKI-Enterprise-Oid')
    return { on: [container] }
  },
  'adcs-esc8-web-enrollment'(f) {
    const service = authority(f)
    f.set(service, {
      'msPKI-Enrollment-Servers':
        '1\n2\n0\nhttps://ca01.meridian.example/CES_Kerberos/service.svc/CES\n0',
    })
    return { on: [service] }
  },
  'adcs-esc9'(f) {
    const flags = enrollmentFlag.noSecurityExtension | enrollmentFlag.autoEnrollment
    return {
      on: [issued(f, 'LegacyWireless', [clientAuthentication], { 'msPKI-Enrollment-Flag': flags })],
    }
  },
  'adcs-ntauth-control'(f) {
    authority(f)
    f.grant(clerk(f, 'c.certpublisher'), f.ntAuthCertificates, 'WP', 'cACertificate')
    return { on: [f.ntAuthCertificates] }
  },
  'adcs-ntauth-unknown-ca'(f) {
    authority(f)
    f.append(
      f.ntAuthCertificates,
      'cACertificate',
      makeCertificate('CN=Forgotten CA', f.daysAgo(900), f.daysAgo(-900)),
    )
    return { on: [f.ntAuthCertificates] }
  },
  'adcs-template-kdc-or-subca'(f) {
    const usages = [clientAuthentication, kdcAuthentication]
    return { on: [issued(f, 'BranchController', usages, { enrollees: [f.domainComputers] })] }
  },
}
