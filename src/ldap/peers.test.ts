/** What an independent implementation, ldapts, writes and reads beside us. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as ldapts from 'ldapts'
import { decode, encode, type Message, pagedResults, parseFilter } from './index.ts'
import { octets } from './testing.ts'

const filters = [
  '(objectClass=*)',
  '(cn=Ann Example)',
  '(&(objectCategory=person)(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
  '(|(sAMAccountName=a*)(mail=*@corp.example)(cn=a*b*c)(displayName=*ann*))',
  '(whenCreated>=20250101000000.0Z)',
  '(uSNChanged<=1000)',
  '(givenName~=an)',
  '(member:1.2.840.113556.1.4.1941:=CN=Ann,DC=corp,DC=example)',
  '(info=\\01\\02\\5c\\2a\\28)',
  '(sn=Lučić)',
]

suite('searches', () => {
  for (const filter of filters) {
    test(`${filter} is the same to both`, () => {
      const theirs = new ldapts.SearchRequest({
        messageId: 300,
        baseDN: 'DC=corp,DC=example',
        scope: 'one',
        derefAliases: 'never',
        sizeLimit: 1000,
        timeLimit: 30,
        filter: ldapts.FilterParser.parseString(filter),
        attributes: ['cn', 'memberOf'],
      })
      const ours: Message = {
        id: 300,
        op: 'searchRequest',
        baseObject: 'DC=corp,DC=example',
        scope: 'singleLevel',
        derefAliases: 'neverDerefAliases',
        sizeLimit: 1000,
        timeLimit: 30,
        typesOnly: false,
        filter: parseFilter(filter),
        attributes: ['cn', 'memberOf'],
      }
      // Theirs writes lengths in a longer form, so its octets are compared after a canonical rewriting.
      assert.deepEqual(decode(theirs.write()), ours)
      assert.deepEqual(encode(decode(theirs.write())), encode(ours))
    })
  }

  test('a page is asked for in the same way', () => {
    const paging = new ldapts.PagedResultsControl({
      value: { size: 500, cookie: Buffer.from('c') },
    })
    const theirs = new ldapts.SearchRequest({
      messageId: 1,
      filter: ldapts.FilterParser.parseString('(cn=*)'),
      controls: [paging],
    })
    const { controls } = decode(theirs.write())
    assert.deepEqual(pagedResults.find(controls), { size: 500, cookie: octets('c') })
  })
})

test('an entry that we write is read by the other side', () => {
  const pdu = encode({
    id: 7,
    op: 'searchResultEntry',
    objectName: 'CN=Ann,DC=corp,DC=example',
    attributes: [
      { type: 'cn', values: [octets('Ann')] },
      { type: 'objectClass', values: [octets('top'), octets('person')] },
      { type: 'description', values: [octets('x'.repeat(70_000))] },
    ],
  })
  const reader = new ldapts.BerReader(Buffer.from(pdu))
  reader.readSequence()
  const entry = new ldapts.SearchEntry({ messageId: reader.readInt() ?? 0 })
  reader.readSequence()
  entry.parse(reader, [])
  assert.equal(entry.messageId, 7)
  assert.equal(entry.name, 'CN=Ann,DC=corp,DC=example')
  assert.deepEqual(
    entry.attributes.map(({ type, values }) => [type, values.length]),
    [
      ['cn', 1],
      ['objectClass', 2],
      ['description', 1],
    ],
  )
  assert.equal(entry.attributes[2]!.values[0]!.length, 70_000)
})

for (const [what, request, ours] of [
  [
    'a bind',
    new ldapts.BindRequest({ messageId: 2, dn: 'CORP\\ann', password: 'secret' }),
    {
      id: 2,
      op: 'bindRequest',
      version: 3,
      name: 'CORP\\ann',
      authentication: { method: 'simple', password: octets('secret') },
    },
  ],
  ['an unbind', new ldapts.UnbindRequest({ messageId: 3 }), { id: 3, op: 'unbindRequest' }],
  [
    'an abandon',
    new ldapts.AbandonRequest({ messageId: 4, abandonId: 2 }),
    { id: 4, op: 'abandonRequest', messageId: 2 },
  ],
  [
    'a delete',
    new ldapts.DeleteRequest({ messageId: 5, dn: 'CN=x' }),
    { id: 5, op: 'delRequest', entry: 'CN=x' },
  ],
  [
    'a compare',
    new ldapts.CompareRequest({ messageId: 6, dn: 'CN=x', attribute: 'cn', value: 'y' }),
    { id: 6, op: 'compareRequest', entry: 'CN=x', attribute: 'cn', value: octets('y') },
  ],
  [
    'an extended request',
    new ldapts.ExtendedRequest({ messageId: 8, oid: '1.3.6.1.4.1.4203.1.11.3' }),
    { id: 8, op: 'extendedRequest', requestName: '1.3.6.1.4.1.4203.1.11.3' },
  ],
] as const) {
  test(`${what} of the other side is read`, () => assert.deepEqual(decode(request.write()), ours))
}
