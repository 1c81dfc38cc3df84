import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import { readKeyCredential } from './key-credential.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))

const keyId = 'aa'.repeat(32)
const credential = (source: string, time: string) =>
  hex(`
    00020000                                      # version
    2000 01 ${keyId}                              # KeyID
    2000 02 ${'bb'.repeat(32)}                    # KeyHash
    0300 03 010203                                # KeyMaterial
    0100 04 01                                    # KeyUsage: NGC
    0100 05 ${source}                             # KeySource
    1000 06 abf99eb23cf34f4f97cbb5c3c1d93b0c      # DeviceId
    0200 07 0100                                  # CustomKeyInformation
    0800 08 ${time}                               # last logon
    0800 09 ${time}                               # creation
  `)

suite('a key credential', () => {
  test('of Active Directory tells its use, device and times', () => {
    assert.deepEqual(readKeyCredential(credential('00', '00283ed4503eda01')), {
      keyId: hex(keyId),
      usage: 'ngc',
      source: 'ad',
      deviceId: 'b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c',
      isCustomized: true,
      lastLogon: new Date('2024-01-03T14:26:24Z'),
      created: new Date('2024-01-03T14:26:24Z'),
    })
  })

  test('of Entra ID counts its times from the year 1', () => {
    // 2024-01-03T14:26:24Z in 100 ns since the year 1, marked as UTC.
    const ticks = (621_355_968_000_000_000n + 1_704_291_984_000n * 10_000n) | (1n << 62n)
    const octets = new Uint8Array(8)
    new DataView(octets.buffer).setBigUint64(0, ticks, true)
    const { source, created } = readKeyCredential(credential('01', octets.toHex()))
    assert.equal(source, 'entra')
    assert.deepEqual(created, new Date('2024-01-03T14:26:24Z'))
  })

  test('may lack everything', () => {
    assert.deepEqual(readKeyCredential(hex('00020000')), {
      keyId: undefined,
      usage: undefined,
      source: undefined,
      deviceId: undefined,
      isCustomized: false,
      lastLogon: undefined,
      created: undefined,
    })
  })

  test('of unknown use and with unknown entries is read', () => {
    const { usage, source } = readKeyCredential(hex('00020000 0100 04 63 0100 05 09 0200 f0 0000'))
    assert.deepEqual([usage, source], [0x63, 9])
  })

  for (const [name, bytes, code] of [
    ['nothing', '', 'truncated'],
    ['version 1', '00010000', 'unsupported'],
    ['an entry cut off', '00020000 ff00 03 00', 'truncated'],
    ['a header cut off', '00020000 ff', 'truncated'],
    ['a key id of another length', '00020000 0100 01 00', 'malformed'],
    ['a device id of another length', '00020000 0100 06 00', 'malformed'],
    ['a time of another length', '00020000 0400 09 00000000', 'malformed'],
  ] as const) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => readKeyCredential(hex(bytes)), { name: 'DirectoryError', code })
    })
  }

  test('random octets are a credential or a DirectoryError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        try {
          readKeyCredential(Uint8Array.from([0, 2, 0, 0, ...octets]))
          return true
        } catch (error) {
          return error instanceof DirectoryError
        }
      }),
      { numRuns: 1000 },
    )
  })
})
