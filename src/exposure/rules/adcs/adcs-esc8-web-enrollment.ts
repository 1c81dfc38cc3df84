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
  severity: 'high',
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
    const published = authority['msPKI-Enrollment-Servers'].map((value) => {
      const parts = value.split(/[\r\n]+/).map((part) => part.trim())
      const at = parts.findIndex((part) => /^https?:/i.test(part))
      return { url: parts[at] ?? value, by: at < 2 ? undefined : parts[1] }
    })
    if (published.length === 0) return
    const isClear = published.some(({ url }) => /^http:/i.test(url))
    const urls = published.map(({ url, by }) =>
      by === undefined ? url : `${url} (${authentication[by] ?? `authentication ${by}`})`,
    )
    return {
      says: `${forest.snapshot.name(authority.id)} publishes ${urls.join(', ')}${isClear ? '; without TLS nothing stops a relay' : ''}`,
      evidence: { 'msPKI-Enrollment-Servers': urls, dNSHostName: authority.dNSHostName ?? null },
      severity: isClear ? 'critical' : 'high',
    }
  },
})
