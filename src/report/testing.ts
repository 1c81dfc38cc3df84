import type { AssessmentDocument, ExposedObject, FindingDocument } from './document.ts'

/** Names as an intruder would choose them for whoever looks at a report. */
export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '</title><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '=HYPERLINK("http://evil.example/","click")',
  '+cmd|\' /C calc\'!A0',
  '-2+3+cmd|\' /C calc\'!A0',
  '@SUM(1+1)*cmd|\' /C calc\'!A0',
  '\t=1+1',
  '|pipe|in|a|table|',
  '[click](javascript:alert(1))',
  '`code` **bold** # head',
  'two\r\nlines: yes',
  'ESC \u001b[31mred\u001b[0m',
  'right \u202eotfel',
  '\u2028line separator',
]

/** A small document with one finding whose objects have the given names. */
export function documentWith(names: readonly string[], finding: Partial<FindingDocument> = {}): AssessmentDocument {
  const objects: ExposedObject[] = names.map((name, index) => ({
    dn: `CN=${name},CN=Users,DC=corp,DC=example`,
    sid: `S-1-5-21-1-2-3-${1104 + index}`,
    name,
    says: `${name} can be asked for a ticket without a password`,
    severity: 'high',
    evidence: { userAccountControl: 4_194_816, description: name },
  }))
  return {
    format: 'glacis.assessment/1',
    forest: { rootDomain: 'corp.example', domains: [{ dn: 'DC=corp,DC=example', sid: 'S-1-5-21-1-2-3', name: 'corp.example' }] },
    takenAt: '2026-01-01T00:00:00.000Z',
    now: '2026-01-02T00:00:00.000Z',
    source: 'ldaps://dc1.corp.example',
    collectedBy: 'CORP\\reader',
    coverage: [
      { source: 'ldap-domain', state: 'partial', objects: 4, because: ['OU=Secret could not be listed.'], affects: ['krb-asrep-user'] },
      { source: 'sysvol', state: 'absent', because: ['SYSVOL was not read.'] },
    ],
    findings: [
      {
        id: 'krb-asrep-user',
        title: 'Account without Kerberos pre-authentication',
        category: 'kerberos',
        severity: 'high',
        why: 'Anyone can ask for a piece encrypted with its key and guess the password offline.',
        fix: 'Require pre-authentication.',
        objects,
        attack: ['T1558.004'],
        refs: { spec: ['MS-ADTS 2.2.16'], anssi: ['vuln2_kerberos_properties_preauth'] },
        ...finding,
      },
    ],
    passed: ['krb-des-enabled'],
    notAssessed: [{ id: 'gpo-x', because: 'SYSVOL was not read.' }],
    rules: {
      'krb-des-enabled': { title: 'DES enabled', severity: 'high', category: 'kerberos' },
      'gpo-x': { title: 'Policy', severity: 'high', category: 'gpo' },
    },
    inventory: {
      counts: { objects: 4, users: 2, 'enabled users': 1 },
      controllers: [],
      domains: [{ name: 'corp.example', functionalLevel: 'Windows Server 2016' }],
      trusts: [],
      passwordPolicies: [],
      privilegedGroups: [{ name: 'Domain Admins', domain: 'corp.example', count: 1, members: ['alice'] }],
      managedAccounts: [],
      authorities: [],
    },
  }
}
