import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { writeGuid, writeSid } from '#directory'
import { type Filter } from '#ldap'
import { Catalog } from './catalog.ts'
import { compiling } from './filter.ts'
import { FALSE, TRUE, UNDEFINED } from './leaf.ts'
import { Holding } from './memory.ts'
import {
  compileFilter,
  forestCatalog,
  found,
  refusal,
  resultOf,
  snapshotOf,
  truth,
} from './testing.ts'

const base = 'DC=corp,DC=example'
const config = `CN=Configuration,${base}`
const schema = `CN=Schema,${config}`
const ann = `CN=Ann Ångström,OU=Staff,${base}`
const bob = `CN=Bob Smith,OU=Staff,${base}`
const web = `CN=WEB01,OU=Staff,${base}`
const inner = `CN=Inner,OU=Staff,${base}`
const outer = `CN=Outer,OU=Staff,${base}`
const ring = `CN=Ring,OU=Staff,${base}`
const staff = `OU=Staff,${base}`

/** A forest whose schema is whole enough that an attribute not in it certainly does not exist. */
const attributes: readonly (readonly [
  name: string,
  oid: string,
  syntax: string,
  om: number,
  flags?: number,
  more?: object,
])[] = [
  ['objectClass', '2.5.4.0', '2.5.5.2', 6],
  ['cn', '2.5.4.3', '2.5.5.12', 64],
  ['sn', '2.5.4.4', '2.5.5.12', 64, 0, { searchFlags: 5 }],
  ['givenName', '2.5.4.42', '2.5.5.12', 64, 0, { searchFlags: 5 }],
  ['displayName', '1.2.840.113556.1.2.13', '2.5.5.12', 64, 0, { searchFlags: 5 }],
  ['legacyExchangeDN', '1.2.840.113556.1.4.655', '2.5.5.4', 20, 0, { searchFlags: 13 }],
  ['sAMAccountName', '1.2.840.113556.1.4.221', '2.5.5.12', 64, 0, { searchFlags: 13 }],
  ['description', '2.5.4.13', '2.5.5.12', 64],
  ['userAccountControl', '1.2.840.113556.1.4.8', '2.5.5.9', 2],
  ['groupType', '1.2.840.113556.1.4.750', '2.5.5.9', 2],
  ['pwdLastSet', '1.2.840.113556.1.4.96', '2.5.5.16', 65],
  ['whenCreated', '1.2.840.113556.1.2.2', '2.5.5.11', 24],
  ['isCriticalSystemObject', '1.2.840.113556.1.4.868', '2.5.5.8', 1],
  ['objectSid', '1.2.840.113556.1.4.146', '2.5.5.17', 4],
  ['objectGUID', '1.2.840.113556.1.4.2', '2.5.5.10', 4],
  ['member', '2.5.4.31', '2.5.5.1', 127, 0, { linkID: 2 }],
  ['memberOf', '1.2.840.113556.1.2.102', '2.5.5.1', 127, 0, { linkID: 3 }],
  ['objectCategory', '1.2.840.113556.1.4.782', '2.5.5.1', 127],
  ['distinguishedName', '2.5.4.49', '2.5.5.1', 127],
  ['wellKnownObjects', '1.2.840.113556.1.4.618', '2.5.5.7', 127],
  ['name', '1.2.840.113556.1.4.1', '2.5.5.12', 64, 0, { searchFlags: 13 }],
  ['gecos', '1.3.6.1.1.1.1.2', '2.5.5.5', 22],
  ['unicodePwd', '1.2.840.113556.1.4.90', '2.5.5.10', 4],
  ['nTSecurityDescriptor', '1.2.840.113556.1.2.281', '2.5.5.15', 66, 8],
  ['canonicalName', '1.2.840.113556.1.4.916', '2.5.5.12', 64, 4],
  ['tokenGroups', '1.2.840.113556.1.4.1301', '2.5.5.17', 4, 4],
  ['aNR', '1.2.840.113556.1.4.1208', '2.5.5.12', 64, 4],
  ['attributeID', '1.2.840.113556.1.2.30', '2.5.5.2', 6],
  ['lDAPDisplayName', '1.2.840.113556.1.2.460', '2.5.5.12', 64],
]
const padding = Array.from(
  { length: 900 },
  (_, n) => [`filler${n}`, `1.3.9999.${n}`, '2.5.5.12', 64] as const,
)
const guidOf = (n: number) => writeGuid(`00000000-0000-0000-0000-${String(n).padStart(12, '0')}`)
const schemaObjects = Object.fromEntries(
  [...attributes, ...padding].map(
    ([name, attributeID, attributeSyntax, oMSyntax, systemFlags = 0, more = {}], n) => [
      `CN=${name},${schema}`,
      {
        objectClass: ['top', 'attributeSchema'],
        lDAPDisplayName: name,
        attributeID,
        attributeSyntax,
        oMSyntax,
        systemFlags,
        schemaIDGUID: guidOf(n + 1),
        ...more,
      },
    ],
  ),
)
const classObjects = Object.fromEntries(
  [
    ['top', '2.5.6.0', ''],
    ['person', '2.5.6.6', 'Person'],
    ['user', '1.2.840.113556.1.5.9', 'Person'],
    ['computer', '1.2.840.113556.1.3.30', 'Computer'],
    ['group', '1.2.840.113556.1.5.8', 'Group'],
    ['organizationalUnit', '2.5.6.5', 'Organizational-Unit'],
    ['domainDNS', '1.2.840.113556.1.5.67', 'Domain-DNS'],
    ['attributeSchema', '1.2.840.113556.1.3.14', 'Attribute-Schema'],
    ['classSchema', '1.2.840.113556.1.3.13', 'Class-Schema'],
  ].map(([name, governsID, category], n) => [
    `CN=class-${name},${schema}`,
    {
      objectClass: ['top', 'classSchema'],
      lDAPDisplayName: name!,
      governsID: governsID!,
      subClassOf: 'top',
      defaultObjectCategory: `CN=${category},${schema}`,
      schemaIDGUID: guidOf(5000 + n),
    },
  ]),
)
const user = { objectClass: ['top', 'person', 'user'], objectCategory: `CN=Person,${schema}` }
const group = { objectClass: ['top', 'group'], objectCategory: `CN=Group,${schema}` }
const catalog = new Catalog(
  snapshotOf({
    [base]: {
      objectClass: ['top', 'domainDNS'],
      instanceType: 5,
      objectSid: writeSid('S-1-5-21-1-2-3'),
      wellKnownObjects: `B:32:A9D1CA15768811D1ADED00C04FD8D5CD:${staff}`,
    },
    [config]: { objectClass: ['top'], instanceType: 13 },
    [schema]: { objectClass: ['top'], instanceType: 13 },
    ...schemaObjects,
    ...classObjects,
    [staff]: {
      objectClass: ['top', 'organizationalUnit'],
      objectCategory: `CN=Organizational-Unit,${schema}`,
    },
    [ann]: {
      ...user,
      cn: 'Ann Ångström',
      name: 'Ann Ångström',
      givenName: 'Ann',
      sn: 'Ångström',
      sAMAccountName: 'ann',
      description: ['first', 'Second'],
      userAccountControl: 512,
      pwdLastSet: '133487705546738773',
      whenCreated: '20240103130213.0Z',
      isCriticalSystemObject: true,
      objectSid: writeSid('S-1-5-21-1-2-3-1104'),
      objectGUID: writeGuid('e1b2c3d4-0001-0002-0003-000000000104'),
      gecos: 'Ann',
      unicodePwd: 'secret',
      memberOf: inner,
      legacyExchangeDN: '/o=Corp/cn=ann',
    },
    [bob]: {
      ...user,
      cn: 'Bob Smith',
      name: 'Bob Smith',
      givenName: 'Bob',
      sn: 'Smith',
      sAMAccountName: 'bob',
      userAccountControl: 66050,
      pwdLastSet: '0',
      whenCreated: '20200103130213.0Z',
      isCriticalSystemObject: false,
    },
    [web]: {
      objectClass: ['top', 'person', 'user', 'computer'],
      objectCategory: `CN=Computer,${schema}`,
      cn: 'WEB01',
      sAMAccountName: 'WEB01$',
      userAccountControl: 4096,
    },
    [inner]: {
      ...group,
      cn: 'Inner',
      sAMAccountName: 'Inner',
      groupType: -2147483646,
      member: [ann, ring],
      memberOf: [outer, ring],
    },
    [outer]: { ...group, cn: 'Outer', sAMAccountName: 'Outer', groupType: 2, member: inner },
    [ring]: {
      ...group,
      cn: 'Ring',
      sAMAccountName: 'Ring',
      groupType: -2147483646,
      member: inner,
      memberOf: inner,
    },
  }),
)
const names = (filter: string) =>
  found(filter, catalog)
    .filter((dn) => dn.endsWith(staff))
    .map((dn) => dn.replace(/^..=([^ ,]*).*/, '$1'))

describe('equality', () => {
  const cases: Record<string, string[]> = {
    '(sAMAccountName=ANN)': ['Ann'],
    '(cn=ann angstrom)': ['Ann'],
    '(cn=Ａnn Ångström)': ['Ann'],
    '(cn=ann  angstrom)': [],
    '(description=second)': ['Ann'],
    '(description~=SECOND)': ['Ann'],
    '(description:=first)': ['Ann'],
    '(cn:dn:=bob smith)': ['Bob'],
    '(1.2.840.113556.1.4.221=bob)': ['Bob'],
    '(OID.01.2.840.113556.1.4.0221=bob)': ['Bob'],
    '(cn;binary=bob smith)': ['Bob'],
    '(userAccountControl=512)': ['Ann'],
    '(userAccountControl=0512)': ['Ann'],
    '(groupType=2147483650)': ['Inner', 'Ring'],
    '(groupType=-2147483646)': ['Inner', 'Ring'],
    '(pwdLastSet=133487705546738773)': ['Ann'],
    '(pwdLastSet=133487705546738772)': [],
    '(isCriticalSystemObject=TRUE)': ['Ann'],
    '(isCriticalSystemObject=FALSE)': ['Bob'],
    '(whenCreated=20240103130213Z)': ['Ann'],
    '(whenCreated=20240103150213.0+0200)': ['Ann'],
    '(objectSid=S-1-5-21-1-2-3-1104)': ['Ann'],
    [String.raw`(objectSid=\01\05\00\00\00\00\00\05\15\00\00\00\01\00\00\00\02\00\00\00\03\00\00\00\50\04\00\00)`]:
      ['Ann'],
    '(objectGUID=e1b2c3d4-0001-0002-0003-000000000104)': ['Ann'],
    '(objectGUID={E1B2C3D4-0001-0002-0003-000000000104})': ['Ann'],
    [String.raw`(objectGUID=\d4\c3\b2\e1\01\00\02\00\00\03\00\00\00\00\01\04)`]: ['Ann'],
    '(gecos=Ann)': ['Ann'],
    '(gecos=ann)': [],
    '(legacyExchangeDN=/O=CORP/CN=ANN)': ['Ann'],
    [`(memberOf=cn=inner, ou=staff,${base})`]: ['Ann', 'Ring'],
    [`(member=CN="Ann Angstrom",OU=Staff,${base})`]: ['Inner'],
    '(member=<SID=S-1-5-21-1-2-3-1104>)': ['Inner'],
    '(member=<GUID=e1b2c3d4-0001-0002-0003-000000000104>)': ['Inner'],
    [`(member=CN=Nobody,${base})`]: [],
    [`(distinguishedName=cn=BOB smith,ou=staff,${base})`]: ['Bob'],
    [`(distinguishedName=2.5.4.3=Bob Smith,OU=Staff,${base})`]: ['Bob'],
  }
  for (const [filter, expected] of Object.entries(cases)) {
    test(`${filter} finds ${expected.join(' and ') || 'nothing'}`, () =>
      assert.deepEqual(names(filter), expected))
  }

  test('classes are found with their subclasses, by name or OID', () => {
    assert.deepEqual(names('(objectClass=user)'), ['Ann', 'Bob', 'WEB01'])
    assert.deepEqual(names('(objectClass=1.2.840.113556.1.5.9)'), ['Ann', 'Bob', 'WEB01'])
    assert.deepEqual(names('(objectClass=COMPUTER)'), ['WEB01'])
  })

  test('objectCategory takes the name of a class for its default category', () => {
    assert.deepEqual(names('(objectCategory=person)'), ['Ann', 'Bob'])
    assert.deepEqual(names('(objectCategory=user)'), ['Ann', 'Bob'])
    assert.deepEqual(names('(objectCategory=computer)'), ['WEB01'])
    assert.deepEqual(names('(objectCategory=organizationalUnit)'), ['Staff'])
    assert.deepEqual(names(`(objectCategory=cn=person,${schema})`), ['Ann', 'Bob'])
  })

  test('schema objects are found by OID or name of what they define', () => {
    assert.deepEqual(found('(attributeID=2.5.4.3)', catalog), [`CN=cn,${schema}`])
    assert.deepEqual(found('(attributeID=cn)', catalog), [`CN=cn,${schema}`])
  })
})

describe('order, pieces and presence', () => {
  const cases: Record<string, string[]> = {
    '(pwdLastSet>=1)': ['Ann'],
    '(pwdLastSet<=0)': ['Bob'],
    '(pwdLastSet>=133487705546738774)': [],
    '(userAccountControl>=4096)': ['Bob', 'WEB01'],
    '(whenCreated>=20230101000000.0Z)': ['Ann'],
    '(sAMAccountName>=inner)': ['WEB01', 'Inner', 'Outer', 'Ring'],
    '(sAMAccountName<=BOB)': ['Ann', 'Bob'],
    '(cn=ann*)': ['Ann'],
    '(cn=*ANGSTROM)': ['Ann'],
    '(cn=*n*o*m)': ['Ann'],
    '(cn=b*b*h)': ['Bob'],
    '(cn=bob*bob smith)': [],
    '(cn=*)': ['Ann', 'Bob', 'WEB01', 'Inner', 'Outer', 'Ring'],
    '(gecos=An*)': ['Ann'],
    '(gecos=an*)': [],
    [String.raw`(objectGUID=\d4\c3*)`]: ['Ann'],
    '(member=*)': ['Inner', 'Outer', 'Ring'],
    '(unicodePwd=*)': [],
    '(nosuch=*)': [],
  }
  for (const [filter, expected] of Object.entries(cases)) {
    test(`${filter} finds ${expected.join(' and ') || 'nothing'}`, () =>
      assert.deepEqual(names(filter), expected))
  }
})

describe('three values', () => {
  const cases: Record<string, 0 | 1 | 2> = {
    '(nosuch=1)': UNDEFINED,
    '(!(nosuch=1))': UNDEFINED,
    '(nosuch=*)': FALSE,
    '(!(nosuch=*))': TRUE,
    '(|(nosuch=1)(cn=bob smith))': TRUE,
    '(&(nosuch=1)(cn=bob smith))': UNDEFINED,
    '(&(nosuch=1)(cn=ann))': FALSE,
    '(!(&(nosuch=1)(cn=ann)))': TRUE,
    '(userAccountControl=abc)': UNDEFINED,
    '(!(userAccountControl=abc))': UNDEFINED,
    '(userAccountControl=99999999999)': UNDEFINED,
    '(isCriticalSystemObject=true)': UNDEFINED,
    '(isCriticalSystemObject>=TRUE)': UNDEFINED,
    '(member=no dn)': UNDEFINED,
    '(member=CN=*)': UNDEFINED,
    '(member>=CN=a)': UNDEFINED,
    '(objectClass=us*)': UNDEFINED,
    '(objectClass=nosuch)': UNDEFINED,
    '(!(description=x))': TRUE,
    '(description=x)': FALSE,
    '(nTSecurityDescriptor=x)': UNDEFINED,
    '(whenCreated=yesterday)': UNDEFINED,
    '(unicodePwd=x)': FALSE,
    '(!(unicodePwd=*))': TRUE,
    '(&)': TRUE,
    '(|)': FALSE,
    '(!(&))': FALSE,
    '(&(&)(!(|)))': TRUE,
    '(:1.2.840.113556.1.4.803:=1)': UNDEFINED,
    '(cn:1.2.840.113556.1.4.803:=1)': UNDEFINED,
    '(cn:1.2.840.113556.1.4.1941:=CN=x)': UNDEFINED,
    '(cn:1.2.840.113556.1.4.2253:=x)': UNDEFINED,
    '(objectClass=*)': TRUE,
    '(objectGUID=*)': TRUE,
    '(distinguishedName=*)': TRUE,
  }
  for (const [filter, expected] of Object.entries(cases)) {
    test(`${filter} is ${['false', 'undefined', 'true'][expected]} for Bob`, () => {
      assert.equal(truth(filter, bob, catalog), expected)
    })
  }

  test('constructed attributes and rules nobody knows are refused', () => {
    assert.equal(refusal('(canonicalName=x)', catalog), 'inappropriateMatching')
    assert.equal(refusal('(&(cn=a)(tokenGroups=*))', catalog), 'inappropriateMatching')
    assert.equal(refusal('(cn:1.2.3:=x)', catalog), 'inappropriateMatching')
    assert.equal(refusal('(:1.2.3:=x)', catalog), 'inappropriateMatching')
    assert.equal(refusal('(cn:caseExactMatch:=x)', catalog), 'inappropriateMatching')
  })
})

describe('matching rules', () => {
  const and = '1.2.840.113556.1.4.803'
  const or = '1.2.840.113556.1.4.804'
  const chain = '1.2.840.113556.1.4.1941'
  const data = '1.2.840.113556.1.4.2253'
  const cases: Record<string, string[]> = {
    [`(userAccountControl:${and}:=2)`]: ['Bob'],
    [`(userAccountControl:${and}:=514)`]: ['Bob'],
    [`(userAccountControl:${and}:=513)`]: [],
    [`(userAccountControl:${and}:=0)`]: ['Ann', 'Bob', 'WEB01'],
    [`(userAccountControl:${or}:=4098)`]: ['Bob', 'WEB01'],
    [`(userAccountControl:${or}:=0)`]: [],
    [`(groupType:${and}:=2147483648)`]: ['Inner', 'Ring'],
    [`(groupType:${and}:=-2147483648)`]: ['Inner', 'Ring'],
    [`(pwdLastSet:${and}:=1)`]: ['Ann'],
    [`(memberOf:${chain}:=${outer})`]: ['Ann', 'Inner', 'Ring'],
    [`(memberOf:${chain}:=${ring})`]: ['Ann', 'Inner', 'Ring'],
    [`(member:${chain}:=${ann})`]: ['Inner', 'Outer', 'Ring'],
    [`(member:${chain}:=${bob})`]: [],
    [`(member:${chain}:=CN=Nobody,${base})`]: [],
    [`(&(objectClass=user)(memberOf:${chain}:=${outer}))`]: ['Ann'],
  }
  for (const [filter, expected] of Object.entries(cases)) {
    test(`${filter} finds ${expected.join(' and ') || 'nothing'}`, () =>
      assert.deepEqual(names(filter), expected))
  }

  test('names with data are matched by the beginning of the data', () => {
    assert.deepEqual(
      found(`(wellKnownObjects:${data}:=B:32:A9D1CA15768811D1ADED00C04FD8D5CD:${staff})`, catalog),
      [base],
    )
    assert.deepEqual(found(`(wellKnownObjects:${data}:=B:4:a9d1:${staff})`, catalog), [base])
    assert.deepEqual(found(`(wellKnownObjects:${data}:=B:4:A9D1:)`, catalog), [base])
    assert.deepEqual(found(`(wellKnownObjects:${data}:=B:4:D1CA:)`, catalog), [])
    assert.deepEqual(found(`(wellKnownObjects:${data}:=B:0::${bob})`, catalog), [])
    assert.deepEqual(
      found(
        `(wellKnownObjects=B:32:a9d1ca15768811d1aded00c04fd8d5cd:${staff.toLowerCase()})`,
        catalog,
      ),
      [base],
    )
  })
})

describe('ambiguous names', () => {
  const cases: Record<string, string[]> = {
    '(anr=an)': ['Ann'],
    '(aNR=ang)': ['Ann'],
    '(anr=bob*)': ['Bob'],
    '(anr~=smi)': ['Bob'],
    '(anr=ann ang)': ['Ann'],
    '(anr=ang an)': ['Ann'],
    '(anr= smith  bob )': ['Bob'],
    '(anr=smith ann)': [],
    '(anr==ann)': ['Ann'],
    '(anr==an)': [],
    '(anr==Smith Bob)': ['Bob'],
    '(anr=/o=corp/cn=ann)': ['Ann'],
    '(anr=/o=corp)': [],
    '(&(objectClass=computer)(anr=web))': ['WEB01'],
    '(anr=)': [],
  }
  for (const [filter, expected] of Object.entries(cases)) {
    test(`${filter} finds ${expected.join(' and ') || 'nothing'}`, () =>
      assert.deepEqual(names(filter), expected))
  }

  for (const [dSHeuristics, filter, count] of [
    ['00', '(anr=Zora Quill)', 1],
    ['10', '(anr=Zora Quill)', 0],
    ['01', '(anr=Zora Quill)', 1],
    ['01', '(anr=Quill Zora)', 0],
  ] as const) {
    test(`with dSHeuristics ${dSHeuristics}, ${filter} finds ${count}`, () => {
      const other = forestCatalog((forest) => {
        forest.user('zz', { givenName: 'Zora', sn: 'Quill', displayName: undefined })
        forest.set(forest.directoryService, { dSHeuristics })
      })
      assert.equal(found(filter, other).length, count)
    })
  }
})

describe('snapshots without a whole schema', () => {
  const partial = forestCatalog((forest) => {
    const team = forest.group('Team')
    forest.group('Inner', { members: [forest.user('ann', { givenName: 'Ann', sn: 'Lee' })] })
    forest.addTo(team, forest.user('bob'))
  })
  const count = (filter: string) => found(filter, partial).length

  test('syntaxes, links, ambiguous names and constructed attributes are known all the same', () => {
    assert.equal(count('(anr=ann)'), 1)
    assert.equal(count('(anr=lee ann)'), 1)
    assert.equal(count('(userAccountControl:1.2.840.113556.1.4.803:=512)') > 2, true)
    assert.equal(count('(&(objectCategory=person)(sAMAccountName=bob))'), 1)
    assert.equal(count('(&(objectCategory=group)(cn=Team))'), 1)
    assert.deepEqual(found('(&(objectCategory=domainDNS)(objectSid=*))', partial), [base])
    assert.equal(
      count('(memberOf:1.2.840.113556.1.4.1941:=CN=Team,CN=Users,DC=corp,DC=example)'),
      1,
    )
    assert.equal(refusal('(tokenGroups=*)', partial), 'inappropriateMatching')
  })

  test('back links that no object holds are made from the forward links', () => {
    const bare = new Catalog(
      snapshotOf({
        [base]: { objectClass: ['top', 'domainDNS'], instanceType: 5 },
        [`CN=G,${base}`]: {
          objectClass: ['top', 'group'],
          member: [`CN=A,${base}`, `CN=H,${base}`],
        },
        [`CN=H,${base}`]: { objectClass: ['top', 'group'], member: `CN=B,${base}` },
        [`CN=A,${base}`]: { objectClass: ['top', 'user'] },
        [`CN=B,${base}`]: { objectClass: ['top', 'user'] },
      }),
    )
    assert.deepEqual(found(`(memberOf=CN=G,${base})`, bare), [`CN=H,${base}`, `CN=A,${base}`])
    assert.deepEqual(found('(memberOf=*)', bare), [`CN=H,${base}`, `CN=A,${base}`, `CN=B,${base}`])
    assert.deepEqual(found(`(memberOf:1.2.840.113556.1.4.1941:=CN=G,${base})`, bare), [
      `CN=H,${base}`,
      `CN=A,${base}`,
      `CN=B,${base}`,
    ])
  })
})

describe('hostile filters', () => {
  test('a filter as deep as messages can be is evaluated', () => {
    let filter: Filter = { kind: 'present', attribute: 'cn' }
    for (let depth = 0; depth < 10_001; depth++) filter = { kind: 'not', filter }
    const compiled = compileFilter(filter, catalog)
    assert.ok('test' in compiled)
    assert.equal(compiled.test(catalog.snapshot.byDn(bob)!), FALSE)
    assert.equal(resultOf(compiled.candidates()), undefined)
  })

  const repeated = (count: number, filter: Filter): Filter => ({
    kind: 'or',
    filters: Array.from({ length: count }, () => filter),
  })
  const resultCode = (filter: Filter, of = catalog) => {
    const compiled = compileFilter(filter, of)
    return 'resultCode' in compiled ? compiled.resultCode : 'success'
  }

  test('what stands for more than its size is counted in full', () => {
    const anr: Filter = { kind: 'equalityMatch', attribute: 'anr', value: Buffer.from('ann') }
    assert.equal(resultCode(repeated(1000, anr)), 'success')
    assert.equal(resultCode(repeated(5000, anr)), 'adminLimitExceeded')
  })

  test('large values count by their size, and others have their turn between them', () => {
    const large: Filter = {
      kind: 'equalityMatch',
      attribute: 'cn',
      value: Buffer.alloc(32_768, 97),
    }
    assert.equal(resultCode(repeated(100, large)), 'success')
    assert.equal(resultCode(repeated(400, large)), 'adminLimitExceeded')
    const holding = new Holding(catalog.memory)
    const pauses = [...compiling(repeated(100, large), catalog, holding)].length
    holding.release()
    assert.ok(pauses >= 99, `${pauses}`)
  })

  test('pieces of substrings count one by one, and empty ones mean nothing', () => {
    const pieces = (count: number, piece: string): Filter => ({
      kind: 'substrings',
      attribute: 'cn',
      initial: Buffer.from('ann'),
      any: Array.from({ length: count }, () => Buffer.from(piece)),
    })
    assert.equal(resultCode(pieces(25_000, '')), 'adminLimitExceeded')
    const compiled = compileFilter(pieces(15_000, ''), catalog)
    assert.ok('test' in compiled)
    const id = catalog.snapshot.byDn(ann)!
    assert.equal(compiled.test(id), TRUE)
    const none = compileFilter(pieces(15_000, 'x'), catalog)
    assert.ok('test' in none && none.test(id) !== TRUE)
  })

  test('large filters are answered busy when memory is short, small ones never', () => {
    const short = forestCatalog()
    const filter: Filter = { kind: 'present', attribute: 'mail' }
    assert.equal(resultCode(repeated(10_000, filter), short), 'success')
    while (short.memory.take(1000));
    assert.equal(resultCode(repeated(10_000, filter), short), 'busy')
    assert.equal(resultCode(repeated(20, filter), short), 'success')
    short.memory.give(20_000)
    assert.equal(resultCode(repeated(10_000, filter), short), 'success')
  })

  test('the same set many times costs no more than once', () => {
    const filter = repeated(10_000, { kind: 'present', attribute: 'givenName' })
    const compiled = compileFilter(filter, catalog)
    assert.ok('test' in compiled)
    const once = compileFilter(repeated(1, { kind: 'present', attribute: 'givenName' }), catalog)
    assert.ok('test' in once)
    assert.deepEqual(resultOf(compiled.candidates()), resultOf(once.candidates()))
  })

  test('however an OID is written, nothing is kept of it', () => {
    const { types } = catalog
    const cn = types.find('2.5.4.3')
    assert.equal(cn?.name, 'cn')
    for (let zeros = 1; zeros < 100; zeros++) {
      const spelling = `OID.2.5.4.${'0'.repeat(zeros)}3`
      assert.equal(types.find(spelling)?.name, 'cn')
      // An attribute that was kept would be the very same one.
      assert.notEqual(types.find(spelling), types.find(spelling))
    }
  })

  const leaf: fc.Arbitrary<Filter> = fc.oneof(
    fc.record({
      kind: fc.constantFrom('equalityMatch', 'greaterOrEqual', 'lessOrEqual', 'approxMatch'),
      attribute: fc.constantFrom(
        ...attributes
          .map(([name]) => name)
          .filter((name) => !['canonicalName', 'tokenGroups'].includes(name)),
        'nosuch',
        '',
      ),
      value: fc.oneof(
        fc.uint8Array({ maxLength: 30 }),
        fc
          .constantFrom('512', 'S-1-5-', ann, '<GUID=', 'B:2:aa:', '=', ' ')
          .map((text) => Buffer.from(text)),
      ),
    }),
    fc.record({
      kind: fc.constant('present' as const),
      attribute: fc.constantFrom('cn', 'member', 'nosuch'),
    }),
    fc.record({
      kind: fc.constant('substrings' as const),
      attribute: fc.constantFrom('cn', 'member', 'objectGUID', 'anr'),
      any: fc.array(fc.uint8Array({ maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('extensibleMatch' as const),
      attribute: fc.constantFrom('cn', 'member', 'userAccountControl', 'wellKnownObjects'),
      matchingRule: fc
        .constantFrom('803', '804', '1941', '2253')
        .map((last) => `1.2.840.113556.1.4.${last}`),
      value: fc.uint8Array({ maxLength: 20 }),
      dnAttributes: fc.boolean(),
    }),
  )
  const { filter: anyFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.record({
        kind: fc.constantFrom('and', 'or'),
        filters: fc.array(tie('filter'), { maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }),
    ),
  }))

  test('evaluating step by step says the same as the definition does', () => {
    const define = (filter: Filter, id: number): number => {
      if (filter.kind === 'and') return Math.min(2, ...filter.filters.map((one) => define(one, id)))
      if (filter.kind === 'or') return Math.max(0, ...filter.filters.map((one) => define(one, id)))
      if (filter.kind === 'not') return 2 - define(filter.filter, id)
      const compiled = compileFilter(filter, catalog)
      assert.ok('test' in compiled)
      return compiled.test(id)
    }
    const ids = [ann, bob, inner, web].map((dn) => catalog.snapshot.byDn(dn)!)
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const compiled = compileFilter(filter, catalog)
        assert.ok('test' in compiled)
        const candidates = resultOf(compiled.candidates())
        for (const id of ids) {
          const says = compiled.test(id)
          assert.equal(says, define(filter, id))
          if (says === TRUE && candidates !== undefined) assert.ok(candidates.includes(id))
        }
      }),
      { numRuns: 500 },
    )
  })
})
