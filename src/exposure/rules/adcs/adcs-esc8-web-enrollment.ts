import { defineExposure } from '../../define.ts'

/** msPKI-Enrollment-Servers: priority, authentication, renewal only, URL and whether it is the default, by line feed (MS-WCCE 2.2.2.11.2). */
const authentication: Readonly<Record<string, string>> = {
  '1': 'anonymous',
  '2': 'Kerberos',
  '4': 'user name and password',
  '8': 'client certificate',
}

export default defineExposure({
  id: 'adcs-esc8-web-enrollment',
  category: 'adcs',
  severity: 'critical',
  title: 'Web enrolment endpoint published (ESC8)',
  why: 'An intruder who makes a domain controller authenticate to a machine of theirs relays that to the endpoint and gets a certificate of the controller.',
  fix: 'Remove web enrolment, or allow it over TLS with Extended Protection only.',
  attack: ['T1557.001', 'T1187'],
  refs: {
    spec: ['MS-WCCE 2.2.2.11.2'],
    purpleKnight: ['EnterpriseCAs'],
    bloodhound: ['CoerceAndRelayNTLMToADCS'],
    esc: ['ESC8'],
  },
  needs: ['ldap-config'],
  over: 'certificationAuthority',
  reads: ['msPKI-Enrollment-Servers', 'dNSHostName'],

  check(authority, forest) {
    const published = authority['msPKI-Enrollment-Servers']
      .map((value) => value.split('\n'))
      .map(([priority = '', by = '', , url = '']) => ({ priority, by, url }))
    if (published.length === 0) return
    const isClear = published.some(({ url }) => /^http:/i.test(url.trim()))
    const urls = published.map(
      ({ url, by }) => `${url.trim()} (${authentication[by] ?? `authentication ${by}`})`,
    )
    return {
      says: `${forest.snapshot.name(authority.id)} publishes ${urls.join(', ')}${isClear ? '; without TLS nothing stops a relay' : ''}`,
      evidence: { 'msPKI-Enrollment-Servers': urls, dNSHostName: authority.dNSHostName ?? null },
      severity: isClear ? 'critical' : 'high',
    }
  },
})
