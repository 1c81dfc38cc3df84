import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import { readForestTrustInfo } from './forest-trust-info.ts'
import { labEntries, needsLab } from './testing.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))

suite('forest trust information', () => {
  test('lists names and domains that the other forest vouches for', () => {
    const bytes = hex(`
      01000000 04000000                                              # version, four records
      14000000 00000000 443eda01b01b1cc7 00 03000000 612e62          # a.b
      14000000 02000000 443eda01b01b1cc7 01 03000000 632e62          # not c.b
      27000000 04000000 443eda01b01b1cc7 02                          # a domain
        0c000000 01 01 000000000005 15000000
        01000000 61
        01000000 41
      0d000000 00000000 443eda01b01b1cc7 09                          # of a kind not known
    `)
    assert.deepEqual(readForestTrustInfo(bytes), [
      { kind: 'topLevelName', name: 'a.b', flags: 0 },
      { kind: 'topLevelNameExclusion', name: 'c.b', flags: 2 },
      { kind: 'domain', sid: 'S-1-5-21', dnsName: 'a', netbiosName: 'A', flags: 4 },
    ])
  })

  for (const [name, bytes, code] of [
    ['nothing', '', 'truncated'],
    ['another version', '02000000 00000000', 'unsupported'],
    ['four thousand million records', '01000000 ffffffff', 'truncated'],
    ['a record cut off', '01000000 01000000 14000000 00', 'truncated'],
    ['a record without room for its type', '01000000 01000000 04000000 00000000', 'truncated'],
    [
      'a name that ends outside its record',
      '01000000 01000000 12000000 00000000 0000000000000000 00 ff000000 61',
      'truncated',
    ],
  ] as const) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => readForestTrustInfo(hex(bytes)), { name: 'DirectoryError', code })
    })
  }

  test('random octets are records or a DirectoryError', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.uint8Array({ maxLength: 60 }), (count, octets) => {
        try {
          readForestTrustInfo(Uint8Array.from([1, 0, 0, 0, count, 0, 0, 0, ...octets]))
          return true
        } catch (error) {
          return error instanceof DirectoryError
        }
      }),
    )
  })

  test('of a Windows domain is read', needsLab, () => {
    const values = labEntries().flatMap((entry) => entry.values('msDS-TrustForestTrustInfo'))
    assert.equal(values.length, 1)
    const records = readForestTrustInfo(values[0]!)
    assert.deepEqual(
      records.map((record) => (record.kind === 'domain' ? record.netbiosName : record.name)),
      ['sevenkingdoms.local', 'NORTH', 'SEVENKINGDOMS'],
    )
  })
})
