import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  descriptorControl,
  ForestBuilder,
  readSecurityDescriptor,
  readSid,
  writeGuid,
  writeSid,
} from '#directory'
import {
  capabilityOids,
  type Control,
  controlOids,
  domainScope,
  extendedDn,
  extensionOids,
  pagedResults,
  parseFilter,
  result,
  type Request,
  sdFlags,
  type SearchRequest,
  type SearchResultEntry,
  showDeleted,
  sort,
  sortResponse,
} from '#ldap'
import { Accounts, hashPassword } from './accounts.ts'
import { Catalog } from './catalog.ts'
import { type Answer, type Served, Session } from './session.ts'
import { snapshotOf } from './testing.ts'

const base = 'DC=corp,DC=example'
const config = `CN=Configuration,${base}`
const schema = `CN=Schema,${config}`
const now = new Date('2026-01-15T12:00:00Z')
const password = await hashPassword('right')

/** A forest of five naming contexts, with a group of 3,001 members, a deleted object and nested groups. */
const forest = new ForestBuilder({ now })
const ann = forest.user('ann', {
  givenName: 'Ann',
  sn: 'Lee',
  description: ['one', 'two'],
  mail: 'ann@corp.example',
})
const bob = forest.user('bob', { givenName: 'Bob' })
const inner = forest.group('Inner', { members: [ann] })
const outer = forest.group('Outer', { scope: 'domainLocal' })
forest.addTo(outer, inner)
const bulk = forest.ou('Bulk')
const many = Array.from({ length: 3001 }, (_, n) =>
  forest.object(`CN=c${String(n).padStart(4, '0')},${bulk.dn}`, ['top', 'contact'], {}),
)
const crowd = forest.group('Crowd', { in: bulk })
forest.set(crowd, { member: many })
forest.object(`CN=Deleted Objects,${base}`, ['top', 'container'], { isDeleted: true })
forest.object(
  `CN=Gone\\0ADEL:11111111-2222-3333-4444-555555555555,CN=Deleted Objects,${base}`,
  ['top', 'contact'],
  { isDeleted: true, isRecycled: true },
)
const audited = forest.ou('Audited')
forest.set(audited, { nTSecurityDescriptor: 'O:DAG:DUD:AI(A;;GA;;;SY)S:AI(AU;SAFA;WD;;;WD)' })
const catalog = new Catalog(forest.build())

function served(more: Partial<Served> = {}): Served {
  const accounts = new Accounts(
    [
      { name: 'ann', password },
      { name: 'visitor', password },
      { name: 'administrator', password, isPrivileged: true },
    ],
    catalog,
  )
  return { catalog, accounts, hasTls: true, requireTls: false, maxPageSize: 1000, ...more }
}

/** A session in which somebody is signed in. */
function sessionOf(
  name: string | undefined,
  more: Partial<Served> = {},
  isEncrypted = false,
): Session {
  const parts = served(more)
  const session = new Session(parts, isEncrypted)
  const account = name === undefined ? undefined : parts.accounts.find(name, parts.catalog)
  if (name !== undefined) assert.equal(session.endBind(account, true).op, 'bindResponse')
  return session
}

type Asked = Request & { readonly controls?: readonly Control[] }

interface Answers {
  readonly entries: readonly SearchResultEntry[]
  readonly references: readonly string[]
  readonly last: Answer & {
    readonly resultCode?: unknown
    readonly matchedDN?: string
    readonly diagnosticMessage?: string
    readonly referral?: readonly string[]
  }
}

function ask(session: Session, message: Asked): Answers {
  const step = session.step({ id: 7, ...message }, now, 0)
  if (step.do === 'answer' || step.do === 'startTls')
    return { entries: [], references: [], last: step.answer }
  const entries: SearchResultEntry[] = []
  const references: string[] = []
  if (step.do !== 'search') throw new Error(step.do)
  for (;;) {
    const next = step.run.next()
    if (next.done === true) return { entries, references, last: next.value }
    if (next.value === 'pause') continue
    if (next.value.op === 'searchResultEntry') entries.push(next.value)
    else references.push(...next.value.uris)
  }
}

interface Wanted {
  readonly at?: string
  readonly scope?: SearchRequest['scope']
  readonly filter?: string
  readonly attributes?: readonly string[]
  readonly controls?: readonly Control[]
  readonly sizeLimit?: number
  readonly typesOnly?: boolean
}

function searching(wanted: Wanted): Asked {
  const {
    at = base,
    scope = 'wholeSubtree',
    filter = '(objectClass=*)',
    attributes = ['1.1'],
    controls = [],
    sizeLimit = 0,
    typesOnly = false,
  } = wanted
  return {
    op: 'searchRequest',
    baseObject: at,
    scope,
    derefAliases: 'neverDerefAliases',
    sizeLimit,
    timeLimit: 0,
    typesOnly,
    filter: parseFilter(filter),
    attributes,
    controls,
  }
}

function searchOption(flag: number): Control {
  return {
    oid: controlOids.searchOptions,
    criticality: true,
    value: Buffer.from([0x30, 3, 2, 1, flag]),
  }
}

const reader = sessionOf('ann')
const admin = sessionOf('administrator')
const search = (wanted: Wanted, session = reader) => ask(session, searching(wanted))
const names = ({ entries }: Answers) => entries.map(({ objectName }) => objectName)
const text = (octets: Uint8Array) => Buffer.from(octets).toString()
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

function shown(wanted: Wanted, session = reader): Record<string, string[]> {
  const { entries, last } = search({ scope: 'baseObject', ...wanted }, session)
  assert.equal(last.resultCode, 'success')
  assert.equal(entries.length, 1)
  return Object.fromEntries(
    entries[0]!.attributes.map(({ type, values }) => [type, values.map(text)]),
  )
}

const sortedUsers = (attributeType: string, reverseOrder: boolean, more: Wanted = {}) =>
  search({
    at: `CN=Users,${base}`,
    filter: '(|(cn=ann)(cn=bob)(cn=Inner))',
    controls: [sort.of([{ attributeType, reverseOrder }], true)],
    ...more,
  })

const rootDse = (session: Session, attributes: readonly string[] = []) =>
  shown({ at: '', attributes }, session)

const bind = (name: string, secret: string, session = sessionOf(undefined), more = {}) =>
  session.step(
    {
      id: 1,
      op: 'bindRequest',
      version: 3,
      name,
      authentication: { method: 'simple', password: Buffer.from(secret) },
      ...more,
    },
    now,
    0,
  )

const compare = (attribute: string, value: string, entry = ann.dn) =>
  ask(reader, { op: 'compareRequest', entry, attribute, value: Buffer.from(value) }).last.resultCode

describe('bases and scopes', () => {
  const guid = catalog.snapshot.raw(catalog.snapshot.byDn(ann.dn)!, 'objectGUID')[0]!
  for (const at of [
    ann.dn,
    ann.dn.toUpperCase(),
    ann.dn.replace(',', ' , '),
    ann.dn.replaceAll('=', ' = '),
    ann.dn.replace('CN=', '2.5.4.3='),
    ann.dn.replace('CN=', 'OID.2.5.4.3='),
    ann.dn.replace('CN=ann', String.raw`CN=\61nn`),
    ann.dn.replace('CN=ann', 'CN="ann"'),
    ann.dn.replace('CN=ann', 'CN=#0c03616e6e'),
    `<GUID=${ann.guid}>`,
    `<GUID=${Buffer.from(guid).toString('hex')}>`,
    `<SID=${ann.sid}>`,
    `<SID=${Buffer.from(writeSid(ann.sid)).toString('hex')}>`,
    `<GUID=${ann.guid}>;<SID=${ann.sid}>;CN=whatever`,
  ]) {
    test(`${at.slice(0, 40)} names ann`, () => {
      assert.deepEqual(names(search({ at, scope: 'baseObject' })), [ann.dn])
    })
  }

  test('a well-known GUID names a container of the domain', () => {
    const at = `<WKGUID=A9D1CA15768811D1ADED00C04FD8D5CD,${base}>`
    assert.deepEqual(names(search({ at, scope: 'baseObject' })), [`CN=Users,${base}`])
  })

  test('a missing object is answered with the deepest one on the way to it, in the words of Active Directory', () => {
    const { last } = search({ at: `CN=x,CN=nobody,CN=Users,${base}` })
    assert.equal(last.resultCode, 'noSuchObject')
    assert.equal(last.matchedDN, `CN=Users,${base}`)
    assert.equal(
      last.diagnosticMessage,
      `0000208D: NameErr: DSID-03100241, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'CN=Users,${base}'\n\0`,
    )
  })

  test('what is no name is invalid DN syntax', () => {
    assert.equal(search({ at: 'foo' }).last.resultCode, 'invalidDNSyntax')
    assert.equal(search({ at: '<GUID=12>' }).last.resultCode, 'invalidDNSyntax')
    assert.equal(
      search({ at: `<GUID=${ann.guid.replace(/.$/, 'g')}>` }).last.resultCode,
      'invalidDNSyntax',
    )
  })

  test('a name in a domain that is not here is a referral to it, over TLS for who came over TLS', () => {
    const at = 'OU=x,DC=other,DC=test'
    assert.deepEqual(search({ at }).last.referral, ['ldap://other.test/OU=x,DC=other,DC=test'])
    assert.equal(search({ at }).last.resultCode, 'referral')
    assert.deepEqual(search({ at }, sessionOf('ann', {}, true)).last.referral, [
      'ldaps://other.test/OU=x,DC=other,DC=test',
    ])
    assert.equal(search({ at: 'O=Other' }).last.resultCode, 'noSuchObject')
  })

  test('one level holds the children alone', () => {
    assert.equal(
      search({ at: bulk.dn, scope: 'singleLevel', filter: '(objectClass=group)' }).entries.length,
      1,
    )
    const children = names(
      search({ scope: 'singleLevel', filter: '(|(cn=Users)(cn=Computers)(cn=ann))' }),
    )
    assert.deepEqual(children.toSorted(), [`CN=Computers,${base}`, `CN=Users,${base}`])
  })

  test('a subtree ends at the next naming context and tells where to go on', () => {
    const { entries, references } = search({ filter: '(objectClass=crossRefContainer)' })
    assert.equal(entries.length, 0)
    assert.deepEqual(references.toSorted(), [
      'ldap://DomainDnsZones.corp.example/DC=DomainDnsZones,DC=corp,DC=example',
      'ldap://ForestDnsZones.corp.example/DC=ForestDnsZones,DC=corp,DC=example',
      'ldap://corp.example/CN=Configuration,DC=corp,DC=example',
    ])
    assert.deepEqual(search({ at: config, filter: '(cn=x)' }).references, [
      `ldap://corp.example/${schema}`,
    ])
    assert.deepEqual(search({ at: `CN=Users,${base}`, filter: '(cn=x)' }).references, [])
    assert.deepEqual(search({ scope: 'baseObject' }).references, [])
    assert.ok(search({ scope: 'singleLevel', filter: '(cn=x)' }).references[0]?.endsWith('??base'))
  })

  test('domain scope leaves the references out, by its control or by a search option', () => {
    const filter = '(cn=x)'
    assert.deepEqual(search({ filter, controls: [domainScope.of(true)] }).references, [])
    assert.deepEqual(search({ filter, controls: [searchOption(1)] }).references, [])
  })

  test('phantom root makes one tree of all naming contexts', () => {
    const controls = [searchOption(2)]
    const filter = '(objectClass=crossRefContainer)'
    assert.deepEqual(names(search({ filter, controls })), [`CN=Partitions,${config}`])
    assert.deepEqual(names(search({ at: '', filter, controls })), [`CN=Partitions,${config}`])
    assert.equal(search({ at: '', filter }).last.resultCode, 'noSuchObject')
  })

  test('deleted objects are seen by those who ask for them', () => {
    const filter = '(isDeleted=TRUE)'
    const count = (controls: Control[]) =>
      search({ filter, controls }).entries.filter(({ objectName }) =>
        objectName.startsWith('CN=Gone'),
      ).length
    assert.equal(count([]), 0)
    assert.equal(count([showDeleted.of(true)]), 1)
    assert.equal(count([{ oid: controlOids.showRecycled, criticality: true }]), 1)
    const gone = search({ filter, controls: [showDeleted.of()] }).entries.find(({ objectName }) =>
      objectName.startsWith('CN=Gone'),
    )!.objectName
    const missing = search({ at: gone, scope: 'baseObject' }).last
    assert.equal(missing.resultCode, 'noSuchObject')
    // The container of deleted objects is a deleted object itself.
    assert.equal(missing.matchedDN, base)
    assert.equal(
      search({ at: gone, scope: 'baseObject', controls: [showDeleted.of()] }).entries.length,
      1,
    )
  })
})

/** The audited object's security descriptor as a session sees it. */
function descriptor(
  session: Session,
  flags: number | undefined,
  attributes = ['nTSecurityDescriptor'],
) {
  const controls = flags === undefined ? [] : [sdFlags.of(flags, true)]
  const [entry] = search(
    { at: audited.dn, scope: 'baseObject', attributes, controls },
    session,
  ).entries
  const value = entry!.attributes.find(({ type }) => type === 'nTSecurityDescriptor')?.values[0]
  return value && readSecurityDescriptor(value)
}

describe('hostile names', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    'GUID=',
    'SID=',
    'WKGUID=',
    'S-1-5-',
    'CN=',
    'DC=',
    ',',
    ';',
    '\\',
    '"',
    '#',
    '\0',
    '00',
    base,
    ann.guid,
  )
  const results = new Set([
    'success',
    'noSuchObject',
    'invalidDNSyntax',
    'referral',
    'sizeLimitExceeded',
  ])

  test('whatever a base is, it has a result', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 12 }),
        (pieces) => {
          const { last } = search({ at: `x${pieces.join('')}`, scope: 'baseObject' })
          assert.ok(results.has(String(last.resultCode)), String(last.resultCode))
        },
      ),
    )
  })

  test('a name of thousands of parts is just not there, one longer than any name is none', () => {
    const at = `${'CN=x,'.repeat(6000)}${base}`
    assert.equal(search({ at }).last.resultCode, 'noSuchObject')
    assert.equal(search({ at }).last.matchedDN, base)
    assert.equal(search({ filter: `(member=${at})` }).entries.length, 0)
    const longer = `${'CN=x,'.repeat(40_000)}${base}`
    assert.equal(search({ at: longer }).last.resultCode, 'invalidDNSyntax')
    assert.equal(search({ filter: `(member=${longer})` }).entries.length, 0)
    assert.equal(search({ filter: `(!(member=${longer}))` }).entries.length, 0)
  })
})

describe('attributes', () => {
  test('without a choice all are shown but descriptors, secrets and computed ones', () => {
    const entry = shown({ at: ann.dn, attributes: [] })
    assert.deepEqual(entry['objectClass'], ['top', 'person', 'organizationalPerson', 'user'])
    assert.deepEqual(entry['description'], ['one', 'two'])
    assert.deepEqual(entry['distinguishedName'], [ann.dn])
    assert.deepEqual(entry['memberOf'], [inner.dn])
    assert.equal('nTSecurityDescriptor' in entry, false)
    assert.equal('canonicalName' in entry, false)
    assert.equal(Object.keys(entry)[0], 'objectClass')
    assert.deepEqual(shown({ at: ann.dn, attributes: ['*'] }), entry)
  })

  test('names may be in any case, with options; unknown ones are passed over; answers spell as the schema does', () => {
    const attributes = ['CN', 'samaccountname', 'mail;binary', 'nosuch', 'mail;lang-en']
    assert.deepEqual(shown({ at: ann.dn, attributes }), {
      cn: ['ann'],
      sAMAccountName: ['ann'],
      'mail;binary': ['ann@corp.example'],
    })
    assert.deepEqual(shown({ at: ann.dn, attributes: ['1.1'] }), {})
    assert.deepEqual(shown({ at: ann.dn, attributes: ['1.1', 'cn'] }), { cn: ['ann'] })
    assert.deepEqual(shown({ at: ann.dn, attributes: ['nosuch'] }), {})
    assert.deepEqual(shown({ at: ann.dn, attributes: ['cn'], typesOnly: true }), { cn: [] })
  })

  test('secrets are never shown, not even that they are there', () => {
    const secret = new Catalog(
      snapshotOf({
        [base]: { objectClass: ['top', 'domainDNS'], instanceType: 5 },
        [`CN=s,${base}`]: {
          objectClass: ['top', 'user'],
          cn: 's',
          unicodePwd: 'x',
          'ms-Mcs-AdmPwd': 'y',
          thumbnailPhoto: 'z',
        },
      }),
    )
    const session = sessionOf('ann', {
      catalog: secret,
      accounts: new Accounts([{ name: 'ann', password, isPrivileged: true }], secret),
    })
    const all = {
      at: `CN=s,${base}`,
      attributes: ['*', 'unicodePwd', 'ms-Mcs-AdmPwd', 'thumbnailPhoto'],
    }
    assert.deepEqual(Object.keys(shown(all, session)).toSorted(), [
      'cn',
      'distinguishedName',
      'objectClass',
    ])
    assert.deepEqual(Object.keys(shown({ ...all, typesOnly: true }, session)).toSorted(), [
      'cn',
      'distinguishedName',
      'objectClass',
    ])
    const compared = ask(session, {
      op: 'compareRequest',
      entry: `CN=s,${base}`,
      attribute: 'unicodePwd',
      value: Buffer.from('x'),
    })
    assert.equal(compared.last.resultCode, 'noSuchAttribute')
  })

  test('long lists come in ranges of 1,500', () => {
    const all = shown({ at: crowd.dn, attributes: ['member'] })
    assert.deepEqual(Object.keys(all), ['member', 'member;range=0-1499'])
    assert.deepEqual(all['member'], [])
    assert.equal(all['member;range=0-1499']?.length, 1500)
    const range = (wanted: string) =>
      shown({ at: crowd.dn, attributes: [`member;range=${wanted}`] })
    assert.deepEqual(
      Object.entries(range('1500-*')).map(([type, values]) => [type, values.length]),
      [['member;range=1500-2999', 1500]],
    )
    assert.deepEqual(
      Object.entries(range('3000-*')).map(([type, values]) => [type, values]),
      [['member;range=3000-*', [many[3000]!.dn]]],
    )
    assert.deepEqual(range('1-2'), { 'member;range=1-2': [many[1]!.dn, many[2]!.dn] })
    assert.deepEqual(Object.keys(range('2999-9999')), ['member;range=2999-*'])
    assert.deepEqual(range('5-2'), {})
    assert.equal(
      search({ at: crowd.dn, scope: 'baseObject', attributes: ['member;range=3001-*'] }).last
        .resultCode,
      'operationsError',
    )
    const forgiving = [{ oid: controlOids.rangeRetrievalNoErr, criticality: true }]
    assert.deepEqual(
      shown({ at: crowd.dn, attributes: ['member;range=3001-*', 'cn'], controls: forgiving }),
      { cn: ['Crowd'] },
    )
  })

  test('extended names carry GUID and SID, in entry and values', () => {
    const controls = [extendedDn.of('text', true)]
    const [entry] = search({
      at: inner.dn,
      scope: 'baseObject',
      attributes: ['member', 'cn'],
      controls,
    }).entries
    assert.equal(entry?.objectName, `<GUID=${inner.guid}>;<SID=${inner.sid}>;${inner.dn}`)
    assert.deepEqual(
      entry.attributes.map(({ values }) => values.map(text)),
      [[`<GUID=${ann.guid}>;<SID=${ann.sid}>;${ann.dn}`], ['Inner']],
    )
    const [other] = search({
      at: inner.dn,
      scope: 'baseObject',
      controls: [extendedDn.of('hex')],
    }).entries
    assert.equal(
      other?.objectName,
      `<GUID=${hex(writeGuid(inner.guid))}>;<SID=${hex(writeSid(inner.sid))}>;${inner.dn}`,
    )
    const known = shown({ attributes: ['wellKnownObjects'], controls })['wellKnownObjects']
    assert.ok(
      known?.some((value) =>
        /^B:32:A9D1CA15768811D1ADED00C04FD8D5CD:<GUID=[^>]*>;CN=Users,/.test(value),
      ),
    )
  })

  test('computed attributes are shown when they are named', () => {
    const entry = shown({
      at: ann.dn,
      attributes: [
        'canonicalName',
        'msDS-PrincipalName',
        'subSchemaSubEntry',
        'createTimeStamp',
        'whenCreated',
        'sDRightsEffective',
        'parentGUID',
      ],
    })
    assert.deepEqual(entry['canonicalName'], ['corp.example/Users/ann'])
    assert.deepEqual(entry['msDS-PrincipalName'], [`CORP\\ann`])
    assert.deepEqual(entry['subSchemaSubEntry'], [`CN=Aggregate,${schema}`])
    assert.deepEqual(entry['createTimeStamp'], entry['whenCreated'])
    assert.deepEqual(entry['sDRightsEffective'], ['0'])
    assert.equal(entry['parentGUID']?.length, 1)
    assert.deepEqual(shown({ at: inner.dn, attributes: ['primaryGroupToken'] }), {
      primaryGroupToken: [inner.sid.split('-').at(-1)],
    })
    assert.deepEqual(shown({ at: ann.dn, attributes: ['+'] })['canonicalName'], [
      'corp.example/Users/ann',
    ])
  })

  test('tokenGroups holds the groups at any depth, for a base object alone', () => {
    const attributes = ['tokenGroups']
    const [entry] = search({ at: ann.dn, scope: 'baseObject', attributes }).entries
    const sids = entry!.attributes[0]!.values.map((value) => readSid(value)).toSorted()
    const users = forest.domainUsers.sid
    assert.deepEqual(sids, [inner.sid, outer.sid, users, 'S-1-5-32-545'].toSorted())
    assert.deepEqual(search({ at: ann.dn, attributes }).entries[0]!.attributes, [])
    const [global] = search({
      at: ann.dn,
      scope: 'baseObject',
      attributes: ['tokenGroupsGlobalAndUniversal'],
    }).entries
    assert.deepEqual(
      global!.attributes[0]!.values.map((value) => readSid(value)).toSorted(),
      [inner.sid, users].toSorted(),
    )
  })

  test('a security descriptor is shown in the parts asked for, its SACL to the privileged alone', () => {
    const parts = (session: Session, flags: number | undefined) => {
      const found = descriptor(session, flags)
      return (
        found &&
        [found.owner, found.group, found.dacl, found.sacl].map(
          (part) => part !== undefined && part !== null,
        )
      )
    }
    assert.equal(parts(reader, undefined), undefined)
    assert.equal(parts(reader, 0), undefined)
    assert.equal(parts(reader, 8), undefined)
    assert.equal(parts(reader, 15), undefined)
    assert.deepEqual(parts(reader, 7), [true, true, true, false])
    assert.deepEqual(parts(reader, 4), [false, false, true, false])
    assert.deepEqual(parts(reader, 1), [true, false, false, false])
    assert.deepEqual(parts(admin, 8), [false, false, false, true])
    assert.deepEqual(parts(admin, undefined), [true, true, true, true])
    assert.deepEqual(descriptor(reader, 4)?.dacl, descriptor(admin, undefined)?.dacl)
    assert.equal(descriptor(reader, 5, ['*'])?.owner, descriptor(admin, 1)?.owner)
  })

  test('of the list that is left out, only that it is there is not told', () => {
    const { daclPresent, daclAutoInherited, saclPresent, saclAutoInherited, selfRelative } =
      descriptorControl
    const inherited = selfRelative | daclAutoInherited | saclAutoInherited
    assert.equal(descriptor(admin, undefined)?.control, inherited | daclPresent | saclPresent)
    assert.equal(descriptor(reader, 7)?.control, inherited | daclPresent)
    assert.equal(descriptor(admin, 8)?.control, inherited | saclPresent)
    assert.equal(descriptor(reader, 1)?.control, inherited)
  })

  test('the schema is described in the terms of RFC 4512', () => {
    const entry = shown({
      at: `CN=Aggregate,${schema}`,
      filter: '(objectClass=subSchema)',
      attributes: ['attributeTypes', 'objectClasses'],
    })
    assert.ok(
      entry['attributeTypes']?.some((line) =>
        line.endsWith(
          "NAME 'sAMAccountName' SYNTAX '1.3.6.1.4.1.1466.115.121.1.15' SINGLE-VALUE )",
        ),
      ),
    )
    assert.ok(
      entry['objectClasses']?.some((line) =>
        line.includes("NAME 'user' SUP organizationalPerson STRUCTURAL"),
      ),
    )
  })
})

describe('limits, pages and order', () => {
  const contacts = { at: bulk.dn, filter: '(objectClass=contact)' }

  test('more than 1,000 entries end in sizeLimitExceeded', () => {
    const { entries, last } = search(contacts)
    assert.equal(entries.length, 1000)
    assert.equal(last.resultCode, 'sizeLimitExceeded')
    assert.equal(search({ ...contacts, sizeLimit: 3001 }).entries.length, 1000)
  })

  test('the size limit of the client holds, and is exceeded only when there is more', () => {
    assert.deepEqual(
      [search({ ...contacts, sizeLimit: 5 })].map(({ entries, last }) => [
        entries.length,
        last.resultCode,
      ]),
      [[5, 'sizeLimitExceeded']],
    )
    const all = search({ at: `CN=Users,${base}`, filter: '(|(cn=ann)(cn=bob))', sizeLimit: 2 })
    assert.deepEqual([all.entries.length, all.last.resultCode], [2, 'success'])
  })

  test('pages bring everything once, whatever their size', () => {
    for (const size of [1000, 700, 3001, 5000]) {
      const session = sessionOf('ann')
      const seen: string[] = []
      let cookie: Uint8Array = new Uint8Array()
      let pages = 0
      do {
        const page = search(
          { ...contacts, controls: [pagedResults.of({ size, cookie }, true)] },
          session,
        )
        assert.equal(page.last.resultCode, 'success')
        seen.push(...names(page))
        cookie = pagedResults.find(page.last.controls)!.cookie
        pages++
      } while (cookie.length > 0)
      assert.deepEqual(
        seen,
        many.map(({ dn }) => dn),
      )
      assert.equal(pages, Math.ceil(3001 / Math.min(size, 1000)))
    }
  })

  test('a cookie is good once, for its own search, on its own connection', () => {
    const session = sessionOf('ann')
    const page = (cookie: Uint8Array, more: Wanted = {}, on = session) =>
      search(
        {
          ...contacts,
          ...more,
          controls: [pagedResults.of({ size: 10, cookie }), ...(more.controls ?? [])],
        },
        on,
      )
    const { cookie } = pagedResults.find(page(new Uint8Array()).last.controls)!
    assert.equal(page(cookie, {}, sessionOf('ann')).last.resultCode, 'unavailableCriticalExtension')
    assert.equal(page(cookie, { filter: '(cn=*)' }).last.resultCode, 'unavailableCriticalExtension')
    assert.equal(
      page(cookie, { attributes: ['cn'] }).last.resultCode,
      'unavailableCriticalExtension',
    )
    assert.equal(
      page(cookie, { controls: [showDeleted.of()] }).last.resultCode,
      'unavailableCriticalExtension',
    )
    assert.equal(page(Buffer.from('nonsense')).last.resultCode, 'unavailableCriticalExtension')
    const next = page(cookie)
    assert.deepEqual(
      names(next),
      many.slice(10, 20).map(({ dn }) => dn),
    )
    assert.equal(page(cookie).last.resultCode, 'unavailableCriticalExtension')
    assert.match(
      String(page(cookie).last.diagnosticMessage),
      /^00000057: LdapErr: DSID-[0-9A-F]{8}, comment: Error processing control, data 0, v4563\0$/,
    )
  })

  test('the size 0 asks how much there may be, and gives a search up', () => {
    const session = sessionOf('ann')
    const page = (size: number, cookie: Uint8Array) =>
      search({ ...contacts, controls: [pagedResults.of({ size, cookie })] }, session)
    const first = page(0, new Uint8Array())
    const answer = pagedResults.find(first.last.controls)!
    assert.equal(first.entries.length, 0)
    assert.ok(answer.size >= 3001)
    const next = pagedResults.find(page(10, answer.cookie).last.controls)!
    const end = page(0, next.cookie)
    assert.deepEqual(
      [end.entries.length, pagedResults.find(end.last.controls)?.cookie.length],
      [0, 0],
    )
    assert.equal(page(10, next.cookie).last.resultCode, 'unavailableCriticalExtension')
  })

  test('whatever becomes of searches, in the end they hold no memory', () => {
    const { memory } = catalog
    const isAllThere = () => {
      const isThere = memory.take(150_000)
      if (isThere) memory.give(150_000)
      return isThere
    }
    assert.ok(isAllThere())
    const session = sessionOf('ann')
    const costly = `(|${'(cn=c0*)(memberOf:1.2.840.113556.1.4.1941:=CN=x)'.repeat(500)})`
    const page = (more: Wanted, cookie: Uint8Array = new Uint8Array(), size = 10) => {
      const controls = [pagedResults.of({ size, cookie }), ...(more.controls ?? [])]
      return search({ ...contacts, ...more, controls }, session)
    }
    const sorted = { controls: [sort.of([{ attributeType: 'cn', reverseOrder: true }])] }
    for (let n = 0; n < 12; n++) page(n % 2 === 0 ? sorted : { filter: costly })
    const { cookie } = pagedResults.find(page({ filter: costly }).last.controls)!
    page({ filter: costly }, cookie, 0)
    page({ filter: costly, sizeLimit: 3 })
    page({ filter: '(tokenGroups=x)' })
    compare('cn', 'x'.repeat(100_000))
    const step = session.step({ id: 9, ...searching({ ...contacts, filter: costly }) }, now, 0)
    if (step.do !== 'search') throw new Error(step.do)
    for (let n = 0; n < 20; n++) step.run.next()
    assert.equal(isAllThere(), false)
    step.run.return({ op: 'searchResultDone', ...result('canceled') })
    session.close()
    assert.ok(isAllThere())
  })

  test('only ten paged searches wait; the oldest is forgotten', () => {
    const session = sessionOf('ann')
    const page = (cookie: Uint8Array) =>
      search({ ...contacts, controls: [pagedResults.of({ size: 1, cookie })] }, session)
    const cookies = Array.from(
      { length: 11 },
      () => pagedResults.find(page(new Uint8Array()).last.controls)!.cookie,
    )
    assert.equal(page(cookies[0]!).last.resultCode, 'unavailableCriticalExtension')
    assert.equal(page(cookies[1]!).last.resultCode, 'success')
  })

  test('entries are sorted by the attribute asked for, those without it last', () => {
    assert.deepEqual(names(sortedUsers('cn', false)), [ann.dn, bob.dn, inner.dn])
    assert.deepEqual(names(sortedUsers('CN', true)), [inner.dn, bob.dn, ann.dn])
    assert.deepEqual(names(sortedUsers('sn', false))[0], ann.dn)
    assert.deepEqual(names(sortedUsers('givenName', true))[0], inner.dn)
    assert.deepEqual(sortResponse.find(sortedUsers('cn', false).last.controls), {
      sortResult: 'success',
    })
    const paged = sortedUsers('cn', true, {
      at: bulk.dn,
      filter: '(objectClass=contact)',
      controls: [
        sort.of([{ attributeType: 'cn', reverseOrder: true }]),
        pagedResults.of({ size: 2, cookie: new Uint8Array() }),
      ],
    })
    assert.deepEqual(names(paged), [many[3000]!.dn, many[2999]!.dn])
  })

  test('what cannot be sorted is refused when critical, otherwise comes unsorted with the reason', () => {
    const sortedBy = (attributeType: string) => {
      const controls = [sort.of([{ attributeType, reverseOrder: false }], false)]
      return sortedUsers('cn', false, { filter: '(cn=ann)', controls })
    }
    assert.equal(sortedUsers('nosuch', false).last.resultCode, 'unavailableCriticalExtension')
    assert.deepEqual(sortResponse.find(sortedUsers('nosuch', false).last.controls), {
      sortResult: 'noSuchAttribute',
      attributeType: 'nosuch',
    })
    assert.deepEqual(names(sortedBy('nosuch')), [ann.dn])
    assert.deepEqual(sortResponse.find(sortedBy('tokenGroups').last.controls), {
      sortResult: 'inappropriateMatching',
      attributeType: 'tokenGroups',
    })
    const two = search({
      filter: '(cn=ann)',
      controls: [
        sort.of([
          { attributeType: 'cn', reverseOrder: false },
          { attributeType: 'sn', reverseOrder: false },
        ]),
      ],
    })
    assert.deepEqual(sortResponse.find(two.last.controls), { sortResult: 'unwillingToPerform' })
  })

  test('an unknown control is refused when critical, otherwise passed over; a broken one is refused', () => {
    const filter = '(cn=ann)'
    assert.equal(
      search({ filter, controls: [{ oid: '1.2.3', criticality: true }] }).last.resultCode,
      'unavailableCriticalExtension',
    )
    assert.equal(
      search({ filter, controls: [{ oid: '1.2.3', criticality: false }] }).entries.length,
      1,
    )
    assert.equal(
      search({
        filter,
        controls: [{ oid: pagedResults.oid, criticality: false, value: Buffer.from([1, 2]) }],
      }).last.resultCode,
      'unavailableCriticalExtension',
    )
    assert.equal(
      search({ filter, controls: [{ oid: sdFlags.oid, criticality: true }] }).last.resultCode,
      'unavailableCriticalExtension',
    )
  })
})

describe('the root DSE', () => {
  test('is read by anybody', () => {
    const entry = rootDse(sessionOf(undefined))
    assert.deepEqual(entry['defaultNamingContext'], [base])
    assert.deepEqual(entry['currentTime'], ['20260115120000.0Z'])
    assert.deepEqual(entry['supportedLDAPVersion'], ['3', '2'])
    assert.deepEqual(entry['dnsHostName'], ['dc1.corp.example'])
    assert.deepEqual(entry['domainFunctionality'], ['7'])
    assert.equal(entry['namingContexts']?.length, 5)
    assert.equal('tokenGroups' in entry, false)
    assert.equal('supportedExtension' in entry, false)
  })

  test('lists the controls that are served, and no others', () => {
    const { supportedControl } = rootDse(reader)
    for (const oid of supportedControl ?? []) {
      const value = (
        {
          [pagedResults.oid]: pagedResults.of({ size: 1, cookie: new Uint8Array() }),
          [sdFlags.oid]: sdFlags.of(7),
          [sort.oid]: sort.of([{ attributeType: 'cn', reverseOrder: false }]),
          [controlOids.searchOptions]: { value: Buffer.from([0x30, 3, 2, 1, 1]) },
        } as Record<string, { value?: Uint8Array }>
      )[oid]?.value
      assert.equal(
        search({
          filter: '(cn=ann)',
          controls: [{ oid, criticality: true, ...(value && { value }) }],
        }).last.resultCode,
        'success',
        oid,
      )
    }
    assert.equal(supportedControl?.includes(controlOids.vlvRequest), false)
  })

  test('claims no capability that is not there, whatever the source could', () => {
    const { activeDirectory, v61, ldapIntegration, adam } = capabilityOids
    const source = new Catalog(
      snapshotOf(
        { [base]: { objectClass: ['top', 'domainDNS'], instanceType: 5 } },
        { supportedCapabilities: [activeDirectory, ldapIntegration, v61, adam] },
      ),
    )
    const session = sessionOf(undefined, { catalog: source })
    assert.deepEqual(rootDse(session)['supportedCapabilities'], [activeDirectory, v61])
    assert.equal(rootDse(reader)['supportedCapabilities']?.includes(ldapIntegration), false)
  })

  test('tells who is signed in when asked', () => {
    const entry = search({
      at: '',
      scope: 'baseObject',
      attributes: ['tokenGroups', 'msDS-PrincipalName', 'supportedExtension'],
    }).entries[0]!
    const values = Object.fromEntries(
      entry.attributes.map(({ type, values: octets }) => [type, octets]),
    )
    assert.deepEqual(values['msDS-PrincipalName']?.map(text), ['CORP\\ann'])
    assert.ok(values['tokenGroups']?.map((octets) => readSid(octets)).includes(inner.sid))
    assert.deepEqual(values['supportedExtension']?.map(text), [
      extensionOids.startTls,
      extensionOids.whoAmI,
    ])
  })

  test('shows what is named, in any case', () => {
    assert.deepEqual(Object.keys(rootDse(reader, ['NAMINGCONTEXTS', 'nosuch'])), ['namingContexts'])
    assert.deepEqual(shown({ at: '', attributes: ['currentTime'], typesOnly: true }), {
      currentTime: [],
    })
  })
})

describe('signing in and what needs it', () => {
  test('every name that Active Directory takes means the account', () => {
    for (const name of [
      'ann',
      'ANN',
      'CORP\\ann',
      'corp\\Ann',
      'ann@corp.example',
      ann.dn,
      ann.dn.toUpperCase(),
      ann.sid,
      ann.guid,
      `{${ann.guid}}`,
      'corp.example/Users/ann',
      `<SID=${ann.sid}>`.replace(/^<SID=(.*)>$/, '$1'),
    ]) {
      const step = bind(name, 'right')
      assert.equal(step.do === 'checkPassword' && step.account?.name, 'CORP\\ann', name)
    }
    for (const name of ['bob', 'OTHER\\ann', 'ann@other.example', `CN=bob,CN=Users,${base}`]) {
      const step = bind(name, 'right')
      assert.equal(step.do === 'checkPassword' && step.account, undefined, name)
    }
    const step = bind('CORP\\visitor', 'right')
    assert.equal(step.do === 'checkPassword' && step.account?.name, 'CORP\\visitor')
  })

  test('a wrong password and an unknown name are answered alike, in the words of Active Directory', () => {
    const session = sessionOf(undefined)
    const wrong = session.endBind(undefined, false)
    assert.deepEqual(wrong, session.endBind(served().accounts.find('ann', catalog), false))
    assert.deepEqual(wrong, {
      op: 'bindResponse',
      resultCode: 'invalidCredentials',
      matchedDN: '',
      diagnosticMessage:
        '80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v4563\0',
    })
    assert.equal(session.isBound, false)
  })

  test('before it, everything but the root DSE is refused', () => {
    const session = sessionOf(undefined)
    for (const message of [
      searching({}),
      { op: 'compareRequest', entry: base, attribute: 'cn', value: Buffer.from('x') },
      { op: 'delRequest', entry: base },
      { op: 'modifyRequest', object: base, changes: [] },
    ] satisfies Asked[]) {
      const { last } = ask(session, message)
      assert.equal(last.resultCode, 'operationsError')
      assert.match(
        String(last.diagnosticMessage),
        /^000004DC: LdapErr: DSID-[0-9A-F]{8}, comment: In order to perform this operation a successful bind must be completed on the connection\., data 0, v4563\0$/,
      )
    }
  })

  test('no password means nobody, and ends an earlier sign-in', () => {
    const session = sessionOf('ann')
    const step = bind('ann', '', session)
    assert.equal(
      step.do === 'answer' && 'resultCode' in step.answer && step.answer.resultCode,
      'success',
    )
    assert.equal(session.isBound, false)
    assert.equal(search({}, session).last.resultCode, 'operationsError')
  })

  test('where TLS is required a password without it is refused, and not looked at', () => {
    const plain = sessionOf(undefined, { requireTls: true })
    const step = bind('ann', 'right', plain)
    assert.equal(
      step.do === 'answer' && 'resultCode' in step.answer && step.answer.resultCode,
      'strongerAuthRequired',
    )
    assert.equal(
      bind('ann', 'right', sessionOf(undefined, { requireTls: true }, true)).do,
      'checkPassword',
    )
  })

  test('other ways of signing in and other versions are refused', () => {
    const sasl = bind('', '', undefined, {
      authentication: { method: 'sasl', mechanism: 'GSSAPI' },
    })
    assert.equal(
      sasl.do === 'answer' && 'resultCode' in sasl.answer && sasl.answer.resultCode,
      'authMethodNotSupported',
    )
    const old = bind('ann', 'right', undefined, { version: 4 })
    assert.equal(
      old.do === 'answer' && 'resultCode' in old.answer && old.answer.resultCode,
      'protocolError',
    )
  })
})

describe('other operations', () => {
  test('compare goes by the syntax of the attribute', () => {
    assert.equal(compare('cn', 'ANN'), 'compareTrue')
    assert.equal(compare('cn', 'bob'), 'compareFalse')
    assert.equal(compare('member', ann.dn.toLowerCase(), inner.dn), 'compareTrue')
    assert.equal(compare('objectClass', 'user'), 'compareTrue')
    assert.equal(compare('telephoneNumber', 'x'), 'noSuchAttribute')
    assert.equal(compare('cn', 'x', `CN=nobody,${base}`), 'noSuchObject')
  })

  test('whatever writes is refused', () => {
    for (const message of [
      { op: 'addRequest', entry: `CN=x,${base}`, attributes: [] },
      { op: 'delRequest', entry: ann.dn },
      { op: 'modifyRequest', object: ann.dn, changes: [] },
      { op: 'modifyDNRequest', entry: ann.dn, newrdn: 'CN=y', deleteoldrdn: true },
    ] satisfies Asked[]) {
      const { last } = ask(admin, message)
      assert.equal(last.resultCode, 'unwillingToPerform')
      assert.match(last.op, /^(add|del|modify|modifyDN)Response$/)
      assert.match(
        String(last.diagnosticMessage),
        /^00002035: SvcErr: DSID-[0-9A-F]{8}, problem 5003 \(WILL_NOT_PERFORM\), data 0\n\0$/,
      )
    }
  })

  test('whoAmI tells, StartTLS starts once, anything else is unknown', () => {
    const extended = (requestName: string, session = reader, outstanding = 0) =>
      session.step({ id: 3, op: 'extendedRequest', requestName }, now, outstanding)
    const code = (step: ReturnType<typeof extended>) =>
      step.do === 'answer' && 'resultCode' in step.answer && step.answer.resultCode
    const who = extended(extensionOids.whoAmI)
    assert.equal(
      who.do === 'answer' &&
        who.answer.op === 'extendedResponse' &&
        text(who.answer.responseValue!),
      'u:CORP\\ann',
    )
    const nobody = extended(extensionOids.whoAmI, sessionOf(undefined))
    assert.equal(
      nobody.do === 'answer' &&
        nobody.answer.op === 'extendedResponse' &&
        nobody.answer.responseValue?.length,
      0,
    )
    assert.equal(extended(extensionOids.startTls).do, 'startTls')
    assert.equal(code(extended(extensionOids.startTls, reader, 1)), 'operationsError')
    assert.equal(
      code(extended(extensionOids.startTls, sessionOf('ann', {}, true))),
      'operationsError',
    )
    assert.equal(
      code(extended(extensionOids.startTls, sessionOf('ann', { hasTls: false }))),
      'unavailable',
    )
    assert.equal(code(extended(extensionOids.cancel)), 'protocolError')
    assert.equal(code(extended('1.2.3')), 'protocolError')
  })
})
