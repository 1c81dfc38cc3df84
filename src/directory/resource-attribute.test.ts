import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import {
  type ResourceAttribute,
  formatResourceAttribute,
  parseResourceAttribute,
  readResourceAttribute,
  writeResourceAttribute,
} from './resource-attribute.ts'
import { parseSid } from './sid.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))
const parse = (text: string) => parseResourceAttribute(text, (sid) => parseSid(sid))

/** "colour",TS,0,"blue","red" as Windows writes it. */
const colour = hex(`
  18000000 0300 0000 00000000 02000000    # name at 24, strings, no flags, two values
  26000000 30000000                       # at 38, at 48
  6300 6f00 6c00 6f00 7500 7200 0000      # colour
  6200 6c00 7500 6500 0000                # blue
  7200 6500 6400 0000                     # red
`)

suite('a resource attribute', () => {
  test('is read and written', () => {
    const claim = { name: 'colour', type: 'TS', flags: 0, values: ['blue', 'red'] }
    assert.deepEqual(readResourceAttribute(colour), claim)
    assert.deepEqual(writeResourceAttribute(readResourceAttribute(colour)), colour)
    assert.equal(
      formatResourceAttribute(readResourceAttribute(colour)),
      '"colour",TS,0x0,"blue","red"',
    )
  })

  for (const [given, normal] of [
    ['"Project" , TS , 0 , "Windows" , "SQL"', '"Project",TS,0x0,"Windows","SQL"'],
    ['"n",TI,0x10,-5,0x7fffffffffffffff', '"n",TI,0x10,-5,9223372036854775807'],
    ['"n",TU,1,18446744073709551615', '"n",TU,0x1,18446744073709551615'],
    ['"n",TB,0,1,0', '"n",TB,0x0,1,0'],
    ['"n",TX,0,#00ff,0a', '"n",TX,0x0,#00ff,#0a'],
    ['"n",TD,0,S-1-5-11,SID(S-1-5-18)', '"n",TD,0x0,SID(S-1-5-11),SID(S-1-5-18)'],
    ['"n",TS,0', '"n",TS,0x0'],
  ] as const) {
    test(given, () => {
      assert.equal(formatResourceAttribute(parse(given)), normal)
      assert.deepEqual(readResourceAttribute(writeResourceAttribute(parse(given))), parse(given))
    })
  }

  for (const wrong of [
    '',
    'n,TS,0',
    '"n"',
    '"n",TQ,0',
    '"n",TS,x',
    '"n",TS,0,1',
    '"n",TB,0,2',
    '"n",TI,0,9223372036854775808',
    '"n",TU,0,-1',
    '"n",TS,0,"a" "b"',
  ]) {
    test(`${JSON.stringify(wrong)} is refused`, () => {
      assert.throws(() => parse(wrong), DirectoryError)
    })
  }

  for (const [name, bytes, code] of [
    ['nothing', '', 'truncated'],
    ['an unknown type', '10000000 0400 0000 00000000 00000000', 'unsupported'],
    ['four thousand million values', '10000000 0300 0000 00000000 ffffffff', 'out-of-range'],
    ['a name beyond the end', 'ff000000 0300 0000 00000000 00000000', 'truncated'],
    ['a name without end', '10000000 0300 0000 00000000 00000000 4100', 'truncated'],
    ['a value beyond the end', '10000000 0100 0000 00000000 01000000 ff000000', 'truncated'],
    [
      'octets longer than there are',
      '10000000 1000 0000 00000000 01000000 14000000 ff000000',
      'truncated',
    ],
  ] as const) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => readResourceAttribute(hex(bytes)), { name: 'DirectoryError', code })
    })
  }

  test('ten thousand values that share the same text are refused', () => {
    const count = 10_000
    const bytes = new Uint8Array(16 + 4 * count + 1002).fill(0x41)
    const view = new DataView(bytes.buffer)
    bytes.fill(0, 0, 16)
    view.setUint32(0, bytes.length - 2, true)
    view.setUint16(4, 3, true)
    view.setUint32(12, count, true)
    for (let i = 0; i < count; i += 1) view.setUint32(16 + 4 * i, 16 + 4 * count, true)
    bytes.fill(0, bytes.length - 2)
    assert.throws(() => readResourceAttribute(bytes), { code: 'too-big' })
  })

  test('any claim survives octets and text', () => {
    const text = fc.string().map((value) => value.replaceAll(/["\0]/g, ''))
    const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    const uint = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    const sid = fc.nat().map((rid) => `S-1-5-21-1-2-3-${rid}`)
    const of = (
      type: ResourceAttribute['type'],
      value: fc.Arbitrary<ResourceAttribute['values'][number]>,
    ) =>
      fc
        .tuple(text, fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.array(value, { maxLength: 4 }))
        .map(([name, flags, values]): ResourceAttribute => ({ name, type, flags, values }))
    const claim = fc.oneof(
      of('TI', int),
      of('TU', uint),
      of('TS', text),
      of('TD', sid),
      of('TB', fc.boolean()),
      of('TX', fc.uint8Array({ maxLength: 5 })),
    )
    fc.assert(
      fc.property(claim, (made) => {
        assert.deepEqual(readResourceAttribute(writeResourceAttribute(made)), made)
        assert.deepEqual(parse(formatResourceAttribute(made)), made)
      }),
    )
  })

  test('random octets are a claim or a DirectoryError', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(1, 2, 3, 5, 6, 16),
        fc.nat(4),
        (bytes, type, count) => {
          const made = Uint8Array.from([
            16,
            0,
            0,
            0,
            type,
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
            ...bytes,
          ])
          try {
            readResourceAttribute(made)
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
