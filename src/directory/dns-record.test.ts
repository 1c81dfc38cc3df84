import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  dnsAllowUpdate,
  dnsPropertyId,
  dnsType,
  readDnsProperty,
  readDnsRecord,
} from './dns-record.ts'
import { DirectoryError } from './error.ts'
import { labEntries, needsLab } from './testing.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))

const size = (value: number) => Uint8Array.of(value & 0xff, value >> 8).toHex()

/** A record with the data given, all else fixed. */
function record(type: number, data: string, hours = '00000000'): Uint8Array {
  const octets = hex(data)
  return hex(
    `${size(octets.length)} ${size(type)} 05 f0 0000 05000000 00000e10 00000000 ${hours} ${octets.toHex()}`,
  )
}

suite('a DNS record', () => {
  test('has type, rank, serial, time to live and time of refresh', () => {
    assert.deepEqual(readDnsRecord(record(dnsType.a, 'c0a8380c', '54943800')), {
      type: 1,
      rank: 0xf0,
      serial: 5,
      ttlSeconds: 3600,
      refreshed: new Date('2024-01-03T12:00:00Z'),
      data: '192.168.56.12',
    })
  })

  test('made by hand was never refreshed', () => {
    assert.equal(readDnsRecord(record(dnsType.a, 'c0a8380c')).refreshed, undefined)
  })

  const name = '0e 02 07 6d65657265656e 05 6c6f63616c 00'
  for (const [type, data, text] of [
    [dnsType.aaaa, '20010500009f00000000000000000042', '2001:500:9f::42'],
    [dnsType.aaaa, '00000000000000000000000000000001', '::1'],
    [dnsType.aaaa, '00010000000200030004000500060007', '1:0:2:3:4:5:6:7'],
    [dnsType.aaaa, 'fe800000000000000000000000000000', 'fe80::'],
    [dnsType.ns, name.replace('0e', '0f'), 'meereen.local'],
    [dnsType.cname, name.replace('0e', '0f'), 'meereen.local'],
    [dnsType.ptr, '01 00 00', ''],
    [dnsType.mx, `000a ${name.replace('0e', '0f')}`, '10 meereen.local'],
    [dnsType.srv, `0000 0064 0185 ${name.replace('0e', '0f')}`, '0 100 389 meereen.local'],
    [
      dnsType.soa,
      `00000001 00000002 00000003 00000004 00000005 ${name.replace('0e', '0f')} 01 00 00`,
      'meereen.local  1 2 3 4 5',
    ],
    [dnsType.txt, '02 6869 03 612262', '"hi" "a\\"b"'],
  ] as const) {
    test(`of type ${type} is ${text}`, () => {
      assert.equal(readDnsRecord(record(type, data)).data, text)
    })
  }

  test('of a type not known has no text', () => {
    assert.equal(readDnsRecord(record(257, '0102')).data, undefined)
  })

  test('that is a tombstone tells when it was deleted', () => {
    const read = readDnsRecord(record(dnsType.tombstone, '00283ed4503eda01'))
    assert.deepEqual([read.data, read.deleted], [undefined, new Date('2024-01-03T14:26:24Z')])
  })

  for (const [what, bytes, code] of [
    ['nothing', '', 'truncated'],
    ['another version', `0400 0100 04 f0 0000 ${'00'.repeat(16)} 01020304`, 'unsupported'],
    ['data cut off', `0400 0100 05 f0 0000 ${'00'.repeat(16)} 010203`, 'truncated'],
    ['an address of three octets', record(dnsType.a, '010203').toHex(), 'truncated'],
    ['a name that says more than it has', record(dnsType.ns, 'ff 02 00').toHex(), 'truncated'],
    ['a label beyond its name', record(dnsType.ns, '02 01 3f 00').toHex(), 'truncated'],
    ['a tombstone without time', record(dnsType.tombstone, '00').toHex(), 'truncated'],
    ['a text cut off', record(dnsType.txt, '05 61').toHex(), 'truncated'],
  ] as const) {
    test(`with ${what} is refused as ${code}`, () => {
      assert.throws(() => readDnsRecord(hex(bytes)), { name: 'DirectoryError', code })
    })
  }

  test('of random octets is a record or a DirectoryError', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(dnsType)),
        fc.uint8Array({ maxLength: 40 }),
        (type, data) => {
          try {
            readDnsRecord(record(type, data.toHex()))
            return true
          } catch (error) {
            return error instanceof DirectoryError
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

suite('a property of a DNS zone', () => {
  test('says whether anybody may update it', () => {
    const { id, value } = readDnsProperty(
      hex('01000000 00000000 00000000 01000000 02000000 01 00000000'),
    )
    assert.equal(id, dnsPropertyId.allowUpdate)
    assert.equal(value, dnsAllowUpdate.unsecure)
  })

  test('without data has no value of its own, whatever follows', () => {
    assert.equal(
      readDnsProperty(hex('00000000 00000000 00000000 01000000 02000000 01')).value,
      undefined,
    )
  })

  test('cut off or of another version is refused', () => {
    assert.throws(() => readDnsProperty(hex('01000000 00000000 00000000 01000000 02000000')), {
      code: 'truncated',
    })
    assert.throws(() => readDnsProperty(hex('01000000 00000000 00000000 02000000 02000000 01')), {
      code: 'unsupported',
    })
    assert.throws(() => readDnsProperty(hex('ffffffff 00000000 00000000 01000000 02000000 01')), {
      code: 'truncated',
    })
  })
})

suite('DNS of a Windows domain', needsLab, () => {
  test('every record and every property is read', () => {
    const entries = labEntries()
    const records = entries.flatMap((entry) =>
      entry.values('dnsRecord').map((value) => readDnsRecord(value)),
    )
    const properties = entries.flatMap((entry) =>
      entry.values('dNSProperty').map((value) => readDnsProperty(value)),
    )
    assert.equal(records.length, 61)
    assert.equal(properties.length, 47)
    assert.ok(records.every(({ data }) => data !== undefined))
    assert.ok(records.some(({ data }) => data === '0 100 389 meereen.essos.local'))
    assert.ok(
      records.some(
        ({ data }) => data === 'meereen.essos.local hostmaster.essos.local 12 900 600 86400 3600',
      ),
    )
    const update = properties
      .filter(({ id }) => id === dnsPropertyId.allowUpdate)
      .map(({ value }) => value)
    assert.ok(update.includes(dnsAllowUpdate.secure))
    assert.ok(!update.includes(dnsAllowUpdate.unsecure))
  })
})
