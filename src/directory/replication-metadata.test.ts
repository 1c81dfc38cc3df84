import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import {
  attid,
  lastChangeOf,
  parseReplValueMetaData,
  readReplPropertyMetaData,
} from './replication-metadata.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))

/** As Samba 4.17 writes it. */
const blob = hex(`
  01000000 00000000 02000000 00000000        # version, 0, two entries, 0
  5a000900 03000000                          # unicodePwd, written three times
  90ffa51b03000000                           # 13,348,765,584 seconds since 1601
  abf99eb23cf34f4f97cbb5c3c1d93b0c           # invocationId
  3930000000000000 3a30000000000000          # originating and local USN
  60000900 04000000                          # pwdLastSet, four times
  0000000000000000                           # never
  abf99eb23cf34f4f97cbb5c3c1d93b0c
  3a30000000000000 3b30000000000000
`)

suite('replPropertyMetaData', () => {
  test('tells when each attribute was last written', () => {
    assert.deepEqual(readReplPropertyMetaData(blob), [
      {
        attributeType: attid.unicodePwd,
        version: 3,
        originatingTime: new Date('2024-01-03T14:26:24Z'),
        originatingInvocationId: 'b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c',
        originatingUsn: 12345n,
        localUsn: 12346n,
      },
      {
        attributeType: attid.pwdLastSet,
        version: 4,
        originatingTime: undefined,
        originatingInvocationId: 'b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c',
        originatingUsn: 12346n,
        localUsn: 12347n,
      },
    ])
  })

  test('an attribute is looked up by its number', () => {
    const changes = readReplPropertyMetaData(blob)
    assert.deepEqual(lastChangeOf(changes, 0x9005a), new Date('2024-01-03T14:26:24Z'))
    assert.equal(lastChangeOf(changes, attid.userPassword), undefined)
  })

  test('the numbers are those of the specification', () => {
    assert.deepEqual(
      [
        attid.unicodePwd,
        attid.dSASignature,
        attid.userPassword,
        attid.unixUserPassword,
        attid.adminCount,
      ],
      [0x9005a, 0x2004a, 35, 591734, 0x90096],
    )
  })

  for (const [name, bytes, code] of [
    ['nothing', '', 'truncated'],
    ['half a header', '01000000 00000000', 'truncated'],
    ['another version', '02000000 00000000 00000000 00000000', 'unsupported'],
    ['four thousand million entries', '01000000 00000000 ffffffff 00000000', 'out-of-range'],
    ['an entry cut off', `01000000 00000000 01000000 00000000 ${'00'.repeat(47)}`, 'out-of-range'],
  ] as const) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => readReplPropertyMetaData(hex(bytes)), { name: 'DirectoryError', code })
    })
  }

  test('a time beyond all dates is none', () => {
    const bytes = Uint8Array.from(blob)
    bytes.fill(0x7f, 24, 32)
    assert.equal(readReplPropertyMetaData(bytes)[0]?.originatingTime, undefined)
  })

  test('random octets are metadata or a DirectoryError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(3), (octets, count) => {
        const bytes = Uint8Array.from([
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          count,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          ...octets,
        ])
        try {
          return readReplPropertyMetaData(bytes).length === count
        } catch (error) {
          return error instanceof DirectoryError
        }
      }),
    )
  })
})

const xml = (deleted: string) => `<DS_REPL_VALUE_META_DATA>
\t<pszAttributeName>member</pszAttributeName>
\t<pszObjectDn>CN=R&amp;D &lt;x&gt;,DC=essos,DC=local</pszObjectDn>
\t<cbData>0</cbData>
\t<pbData></pbData>
\t<ftimeDeleted>${deleted}</ftimeDeleted>
\t<ftimeCreated>2024-01-03T12:46:10Z</ftimeCreated>
\t<dwVersion>2</dwVersion>
\t<ftimeLastOriginatingChange>2024-01-04T12:46:10Z</ftimeLastOriginatingChange>
\t<uuidLastOriginatingDsaInvocationID>B29EF9AB-f33c-4f4f-97cb-b5c3c1d93b0c</uuidLastOriginatingDsaInvocationID>
\t<usnOriginatingChange>1</usnOriginatingChange>
\t<usnLocalChange>1</usnLocalChange>
\t<pszLastOriginatingDsaDN></pszLastOriginatingDsaDN>
</DS_REPL_VALUE_META_DATA>
\0`

suite('msDS-ReplValueMetaData', () => {
  test('tells when a member came and went', () => {
    assert.deepEqual(parseReplValueMetaData(xml('2024-01-04T12:46:10Z')), {
      attribute: 'member',
      dn: 'CN=R&D <x>,DC=essos,DC=local',
      created: new Date('2024-01-03T12:46:10Z'),
      deleted: new Date('2024-01-04T12:46:10Z'),
      version: 2,
      originatingTime: new Date('2024-01-04T12:46:10Z'),
      originatingInvocationId: 'b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c',
    })
  })

  test('1601 means that the member is there', () => {
    assert.equal(parseReplValueMetaData(xml('1601-01-01T00:00:00Z')).deleted, undefined)
    assert.equal(parseReplValueMetaData(xml('yesterday')).deleted, undefined)
  })

  test('what is no such XML is refused', () => {
    assert.throws(() => parseReplValueMetaData(''), { code: 'malformed' })
    assert.throws(() => parseReplValueMetaData('<DS_REPL_VALUE_META_DATA>'), { code: 'malformed' })
    assert.throws(() => parseReplValueMetaData(xml('').replace('B29EF9AB', 'x')), DirectoryError)
  })
})
