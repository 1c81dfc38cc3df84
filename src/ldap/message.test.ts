import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DecodeError } from '#ber'
import {
  decode,
  defaultLimits,
  encode,
  type Message,
  messageReader,
  type MessageLimits,
  noticeOfDisconnection,
  peekMessage,
  readMessage,
  result,
} from './index.ts'
import { anyMessage, hex, octets, operationNames } from './testing.ts'

/** Recorded or hand-made bytes, and the message they are. Writing the message gives the same bytes. */
const recorded: Readonly<
  Record<string, { readonly bytes: Uint8Array; readonly message: Message }>
> = {
  'a simple bind': {
    bytes: hex`
      30 1b          # LDAPMessage
      02 01 01       # messageID
      60 16          # BindRequest
      02 01 03       # version
      04 09 'cn=me,o=x' # name
      80 06 'secret' # simple`,
    message: {
      id: 1,
      op: 'bindRequest',
      version: 3,
      name: 'cn=me,o=x',
      authentication: { method: 'simple', password: octets('secret') },
    },
  },
  'a SASL bind without credentials': {
    bytes: hex`
      30 18          # LDAPMessage
      02 01 02       # messageID
      60 13          # BindRequest
      02 01 03       # version
      04 00          # name
      a3 0c          # sasl
      04 0a 'GSS-SPNEGO' # mechanism`,
    message: {
      id: 2,
      op: 'bindRequest',
      version: 3,
      name: '',
      authentication: { method: 'sasl', mechanism: 'GSS-SPNEGO' },
    },
  },
  'a package discovery in the manner of Sicily': {
    bytes: hex`
      30 0c          # LDAPMessage
      02 01 03       # messageID
      60 07          # BindRequest
      02 01 03       # version
      04 00          # name
      89 00          # sicilyPackageDiscovery`,
    message: {
      id: 3,
      op: 'bindRequest',
      version: 3,
      name: '',
      authentication: { method: 'sicilyPackageDiscovery', credentials: octets('') },
    },
  },
  'the packages that answer it, as text in matchedDN': {
    bytes: hex`
      30 10          # LDAPMessage
      02 01 03       # messageID
      61 0b          # BindResponse
      0a 01 00       # resultCode
      04 04 'NTLM'   # matchedDN
      04 00          # diagnosticMessage`,
    message: {
      id: 3,
      op: 'bindResponse',
      resultCode: 'success',
      matchedDN: 'NTLM',
      diagnosticMessage: '',
    },
  },
  'an NTLM challenge in matchedDN': {
    bytes: hex`
      30 16          # LDAPMessage
      02 01 04       # messageID
      61 11          # BindResponse
      0a 01 00       # resultCode
      04 0a 'NTLMSSP' 00 02 00 # matchedDN
      04 00          # diagnosticMessage`,
    message: {
      id: 4,
      op: 'bindResponse',
      resultCode: 'success',
      matchedDN: '',
      sicilyServerCreds: octets('NTLMSSP\0\x02\0'),
      diagnosticMessage: '',
    },
  },
  'a bind answer with SASL credentials': {
    bytes: hex`
      30 11          # LDAPMessage
      02 01 02       # messageID
      61 0c          # BindResponse
      0a 01 0e       # resultCode
      04 00          # matchedDN
      04 00          # diagnosticMessage
      87 03 01 02 03 # serverSaslCreds`,
    message: {
      id: 2,
      op: 'bindResponse',
      resultCode: 'saslBindInProgress',
      matchedDN: '',
      diagnosticMessage: '',
      serverSaslCreds: new Uint8Array([1, 2, 3]),
    },
  },
  'an unbind': {
    bytes: hex`
      30 05          # LDAPMessage
      02 01 05       # messageID
      42 00          # UnbindRequest`,
    message: { id: 5, op: 'unbindRequest' },
  },
  'a search with a control': {
    bytes: hex`
      30 4a          # LDAPMessage
      02 01 06       # messageID
      63 26          # SearchRequest
      04 04 'DC=x'   # baseObject
      0a 01 02       # scope
      0a 01 03       # derefAliases
      02 02 03 e8    # sizeLimit
      02 01 1e       # timeLimit
      01 01 ff       # typesOnly
      87 02 'cn'     # filter: present
      30 0a          # attributes
      04 02 'cn'     # attribute
      04 04 'mail'   # attribute
      a0 1d          # controls
      30 1b          # Control
      04 16 '1.2.840.113556.1.4.417' # controlType
      01 01 ff       # criticality`,
    message: {
      id: 6,
      op: 'searchRequest',
      baseObject: 'DC=x',
      scope: 'wholeSubtree',
      derefAliases: 'derefAlways',
      sizeLimit: 1000,
      timeLimit: 30,
      typesOnly: true,
      filter: { kind: 'present', attribute: 'cn' },
      attributes: ['cn', 'mail'],
      controls: [{ oid: '1.2.840.113556.1.4.417', criticality: true }],
    },
  },
  'an entry whose second attribute has no values': {
    bytes: hex`
      30 25          # LDAPMessage
      02 01 06       # messageID
      64 20          # SearchResultEntry
      04 09 'CN=a,DC=x' # objectName
      30 13          # attributes
      30 0a          # PartialAttribute
      04 02 'cn'     # type
      31 04          # vals
      04 00          # value
      04 00          # value
      30 05          # PartialAttribute
      04 01 'a'      # type
      31 00          # vals`,
    message: {
      id: 6,
      op: 'searchResultEntry',
      objectName: 'CN=a,DC=x',
      attributes: [
        { type: 'cn', values: [octets(''), octets('')] },
        { type: 'a', values: [] },
      ],
    },
  },
  'a reference': {
    bytes: hex`
      30 13          # LDAPMessage
      02 01 06       # messageID
      73 0e          # SearchResultReference
      04 0c 'ldap://d/DC=' # uri`,
    message: { id: 6, op: 'searchResultReference', uris: ['ldap://d/DC='] },
  },
  'the end of a search, with a referral and a code nobody named': {
    bytes: hex`
      30 1d          # LDAPMessage
      02 01 06       # messageID
      65 18          # SearchResultDone
      0a 02 03 e7    # resultCode
      04 04 'DC=x'   # matchedDN
      04 00          # diagnosticMessage
      a3 0a          # referral
      04 08 'ldap://d' # uri`,
    message: {
      id: 6,
      op: 'searchResultDone',
      resultCode: 999,
      matchedDN: 'DC=x',
      diagnosticMessage: '',
      referral: ['ldap://d'],
    },
  },
  'a modification': {
    bytes: hex`
      30 1d          # LDAPMessage
      02 01 07       # messageID
      66 18          # ModifyRequest
      04 04 'CN=a'   # object
      30 10          # changes
      30 0e          # change
      0a 01 02       # operation
      30 09          # modification
      04 02 'cn'     # type
      31 03          # vals
      04 01 'b'      # value`,
    message: {
      id: 7,
      op: 'modifyRequest',
      object: 'CN=a',
      changes: [{ operation: 'replace', modification: { type: 'cn', values: [octets('b')] } }],
    },
  },
  'an addition': {
    bytes: hex`
      30 18          # LDAPMessage
      02 01 08       # messageID
      68 13          # AddRequest
      04 04 'CN=a'   # entry
      30 0b          # attributes
      30 09          # Attribute
      04 02 'cn'     # type
      31 03          # vals
      04 01 'a'      # value`,
    message: {
      id: 8,
      op: 'addRequest',
      entry: 'CN=a',
      attributes: [{ type: 'cn', values: [octets('a')] }],
    },
  },
  'a removal': {
    bytes: hex`
      30 09          # LDAPMessage
      02 01 09       # messageID
      4a 04 'CN=a'   # DelRequest`,
    message: { id: 9, op: 'delRequest', entry: 'CN=a' },
  },
  'a move': {
    bytes: hex`
      30 1a          # LDAPMessage
      02 01 0a       # messageID
      6c 15          # ModifyDNRequest
      04 04 'CN=a'   # entry
      04 04 'CN=b'   # newrdn
      01 01 ff       # deleteoldrdn
      80 04 'DC=x'   # newSuperior`,
    message: {
      id: 10,
      op: 'modifyDNRequest',
      entry: 'CN=a',
      newrdn: 'CN=b',
      deleteoldrdn: true,
      newSuperior: 'DC=x',
    },
  },
  'a comparison': {
    bytes: hex`
      30 14          # LDAPMessage
      02 01 0b       # messageID
      6e 0f          # CompareRequest
      04 04 'CN=a'   # entry
      30 07          # ava
      04 02 'cn'     # attributeDesc
      04 01 'a'      # assertionValue`,
    message: {
      id: 11,
      op: 'compareRequest',
      entry: 'CN=a',
      attribute: 'cn',
      value: octets('a'),
    },
  },
  'a comparison that holds': {
    bytes: hex`
      30 0c          # LDAPMessage
      02 01 0b       # messageID
      6f 07          # CompareResponse
      0a 01 06       # resultCode
      04 00          # matchedDN
      04 00          # diagnosticMessage`,
    message: { id: 11, op: 'compareResponse', ...result('compareTrue') },
  },
  'giving up an operation': {
    bytes: hex`
      30 07          # LDAPMessage
      02 01 0c       # messageID
      50 02 01 00    # AbandonRequest`,
    message: { id: 12, op: 'abandonRequest', messageId: 256 },
  },
  'asking for TLS': {
    bytes: hex`
      30 1d          # LDAPMessage
      02 01 01       # messageID
      77 18          # ExtendedRequest
      80 16 '1.3.6.1.4.1.1466.20037' # requestName`,
    message: { id: 1, op: 'extendedRequest', requestName: '1.3.6.1.4.1.1466.20037' },
  },
  'a notice of disconnection': {
    bytes: hex`
      30 27          # LDAPMessage
      02 01 00       # messageID
      78 22          # ExtendedResponse
      0a 01 34       # resultCode
      04 00          # matchedDN
      04 03 'bye'    # diagnosticMessage
      8a 16 '1.3.6.1.4.1.1466.20036' # responseName`,
    message: noticeOfDisconnection('unavailable', 'bye'),
  },
  'an intermediate answer': {
    bytes: hex`
      30 0b          # LDAPMessage
      02 01 0d       # messageID
      79 06          # IntermediateResponse
      80 01 '1'      # responseName
      81 01 ff       # responseValue`,
    message: {
      id: 13,
      op: 'intermediateResponse',
      responseName: '1',
      responseValue: new Uint8Array([0xff]),
    },
  },
}

suite('recorded messages', () => {
  for (const [what, { bytes, message }] of Object.entries(recorded)) {
    test(`${what} is read and written`, () => {
      assert.deepEqual(decode(bytes), message)
      assert.deepEqual(encode(message), bytes)
    })
  }
})

suite('round trips', () => {
  for (const op of operationNames) {
    test(`any ${op} is read as it was written`, () => {
      fc.assert(
        fc.property(anyMessage(op), (message) => {
          const bytes = encode(message)
          const read = decode(bytes)
          assert.deepEqual(read, message)
          assert.deepEqual(encode(read), bytes)
        }),
        { numRuns: 60 },
      )
    })
  }

  test('what was written loosely is written again canonically', () => {
    const request = hex`
      04 81 00       # baseObject
      0a 02 00 02    # scope
      0a 01 00       # derefAliases
      02 01 00       # sizeLimit
      02 01 00       # timeLimit
      01 01 01       # typesOnly, true but not FF
      87 02 'cn'     # filter
      30 00          # attributes
      85 04 'more'   # a member nobody knows`
    const loose = hex`
      30 84 00 00 00 ${Uint8Array.of(request.length + 12)} # LDAPMessage, lengths as Windows writes them
      02 04 00 00 00 06 # messageID with needless octets
      63 84 00 00 00 ${Uint8Array.of(request.length)} # SearchRequest
      ${request}`
    const canonical = hex`
      30 1c          # LDAPMessage
      02 01 06       # messageID
      63 17          # SearchRequest
      04 00          # baseObject
      0a 01 02       # scope
      0a 01 00       # derefAliases
      02 01 00       # sizeLimit
      02 01 00       # timeLimit
      01 01 ff       # typesOnly
      87 02 'cn'     # filter
      30 00          # attributes`
    assert.deepEqual(encode(decode(loose)), canonical)
  })
})

/** The code and field of the error that reading ends in. */
function refusal(bytes: Uint8Array, limits?: Partial<MessageLimits>) {
  try {
    decode(bytes, { ...defaultLimits, ...limits })
  } catch (error) {
    assert(error instanceof DecodeError)
    return `${error.code} ${error.field} ${error.offset}`
  }
  return 'read'
}

/** A search with four equal filters, and so many of the rest. */
function search(attributes: number, controls: number): Message {
  return {
    id: 1,
    op: 'searchRequest',
    baseObject: '',
    scope: 'baseObject',
    derefAliases: 'neverDerefAliases',
    sizeLimit: 0,
    timeLimit: 0,
    typesOnly: false,
    filter: {
      kind: 'or',
      filters: Array.from({ length: 4 }, () => ({ kind: 'present', attribute: 'a' })),
    },
    attributes: Array.from({ length: attributes }, () => 'a'),
    controls: Array.from({ length: controls }, () => ({ oid: '1.2', criticality: false })),
  }
}

suite('refusals', () => {
  const refused: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    'an unknown operation': [hex`30 05 02 01 01 7a 00`, 'choice LDAPMessage.protocolOp 5'],
    'no operation': [hex`30 03 02 01 01`, 'truncated LDAPMessage.protocolOp 5'],
    'a negative message id': [hex`30 05 02 01 ff 42 00`, 'range LDAPMessage.messageID 2'],
    'a message id of 2^31': [
      hex`30 09 02 05 00 80 00 00 00 42 00`,
      'range LDAPMessage.messageID 2',
    ],
    'bytes after the message': [hex`30 05 02 01 01 42 00 00`, 'trailing LDAPMessage 7'],
    'two operations': [hex`30 07 02 01 01 42 00 42 00`, 'duplicate LDAPMessage 7'],
    'controls twice': [hex`30 09 02 01 01 42 00 a0 00 a0 00`, 'duplicate LDAPMessage 9'],
    'an unbind with contents': [hex`30 06 02 01 01 42 01 00`, 'null UnbindRequest 5'],
    'a scope nobody defined': [
      hex`30 18 02 01 01 63 13 04 00 0a 01 03 0a 01 00 02 01 00 02 01 00 01 01 00 87 00`,
      'code SearchRequest.scope 9',
    ],
    'a name that is not UTF-8': [hex`30 06 02 01 01 4a 01 fc`, 'utf8 DelRequest 5'],
    'a bind with an unknown choice': [
      hex`30 0c 02 01 01 60 07 02 01 03 04 00 84 00`,
      'choice BindRequest.authentication 12',
    ],
    'a bind with two choices': [
      hex`30 0e 02 01 01 60 09 02 01 03 04 00 80 00 80 00`,
      'duplicate BindRequest 14',
    ],
    'a version of 0x80': [
      hex`30 0d 02 01 01 60 08 02 02 00 80 04 00 80 00`,
      'range BindRequest.version 7',
    ],
    'a referral to nowhere': [
      hex`30 0e 02 01 01 65 09 0a 01 00 04 00 04 00 a3 00`,
      'truncated LDAPResult.referral 16',
    ],
    'a response value before its name': [
      hex`30 10 02 01 01 78 0b 0a 01 00 04 00 04 00 8b 00 8a 00`,
      'duplicate ExtendedResponse 16',
    ],
    'an indefinite length': [hex`30 80 02 01 01 42 00 00 00`, 'length LDAPMessage 0'],
  }
  for (const [what, [bytes, expected]] of Object.entries(refused)) {
    test(`${what} is refused by name and place`, () => assert.equal(refusal(bytes), expected))
  }

  test('more controls, attributes, values or filters than the limit are refused, the limit is not', () => {
    assert.equal(refusal(encode(search(1, 64))), 'read')
    assert.match(refusal(encode(search(1, 65))), /^count controls /)
    assert.equal(refusal(encode(search(10_000, 0))), 'read')
    assert.match(refusal(encode(search(10_001, 0))), /^count SearchRequest.attributes /)
    assert.equal(refusal(encode(search(1, 0)), { filterNodes: 5 }), 'read')
    assert.match(refusal(encode(search(1, 0)), { filterNodes: 4 }), /^count Filter /)
    const entry: Message = {
      id: 1,
      op: 'searchResultEntry',
      objectName: '',
      attributes: [
        { type: 'a', values: [octets('1'), octets('2')] },
        { type: 'b', values: [octets('3')] },
      ],
    }
    assert.equal(refusal(encode(entry), { values: 3, attributes: 2 }), 'read')
    assert.match(refusal(encode(entry), { values: 2 }), /^count .*vals /)
    assert.match(refusal(encode(entry), { attributes: 1 }), /^count SearchResultEntry.attributes /)
  })

  test('work is counted, and ends when the budget is used up', () => {
    const bytes = recorded['an addition']!.bytes
    const reader = messageReader(bytes)
    readMessage(reader)
    assert.equal(reader.steps, 9)
    assert.equal(refusal(bytes, { steps: 9 }), 'read')
    assert.equal(refusal(bytes, { steps: 8 }), 'steps AddRequest.attributes.vals 23')
  })
})

test('id and kind of a message are found even when the rest cannot be read', () => {
  assert.deepEqual(peekMessage(hex`30 05 02 01 2a 63 00`), { id: 42, op: 'searchRequest' })
  assert.equal(peekMessage(hex`30 05 02 01 2a 7a 00`), undefined)
  assert.equal(peekMessage(hex`30 03 02 01 2a`), undefined)
  assert.equal(peekMessage(hex`30 05 04 01 2a 63 00`), undefined)
  assert.equal(peekMessage(hex`16 03 01`), undefined)
})

test('a message id that does not exist is not written', () => {
  for (const id of [-1, 2 ** 31, NaN, 1.5]) {
    assert.throws(() => encode({ id, op: 'unbindRequest' }), RangeError)
  }
})

test('no bytes end in anything but a message or a DecodeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, isWrapped) => {
      const outcome = refusal(isWrapped ? new Uint8Array([0x30, bytes.length, ...bytes]) : bytes)
      assert.match(outcome, /^(read|[a-z0-9]+ .+ \d+)$/)
    }),
    { numRuns: 2000 },
  )
})
