import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { BerReader, BerWriter, codes, openCodes, Tag } from './index.ts'

function written(write: (writer: BerWriter) => void): string {
  // Small at first, so that growing is always part of it.
  const writer = new BerWriter(16)
  write(writer)
  return Buffer.from(writer.take()).toString('hex')
}

suite('canonical form', () => {
  test('integers take the fewest octets', () => {
    const cases: [number, string][] = [
      [0, '020100'],
      [127, '02017f'],
      [128, '02020080'],
      [-128, '020180'],
      [-129, '0202ff7f'],
      [2147483647, '02047fffffff'],
      [2147483648, '02050080000000'],
      [Number.MAX_SAFE_INTEGER, '02071fffffffffffff'],
      [Number.MIN_SAFE_INTEGER, '0207e0000000000001'],
    ]
    for (const [value, hex] of cases) {
      assert.equal(
        written((writer) => writer.integer(value)),
        hex,
      )
      assert.equal(
        written((writer) => writer.bigint(BigInt(value))),
        hex,
      )
    }
    assert.equal(
      written((writer) => writer.bigint(-(2n ** 63n))),
      '02088000000000000000',
    )
  })

  test('numbers that do not fit are refused, not cut', () => {
    assert.throws(() => written((writer) => writer.integer(2 ** 53)), RangeError)
    assert.throws(() => written((writer) => writer.integer(1.5)), RangeError)
    assert.throws(() => written((writer) => writer.bigint(2n ** 63n)), RangeError)
  })

  test('true is FF', () => {
    assert.equal(
      written((writer) => writer.boolean(true)),
      '0101ff',
    )
    assert.equal(
      written((writer) => writer.boolean(false)),
      '010100',
    )
  })

  test('lengths take the fewest octets, nested or not', () => {
    for (const [length, header] of [
      [127, '047f'],
      [128, '048180'],
      [255, '0481ff'],
      [256, '04820100'],
      [65535, '0482ffff'],
      [65536, '0483010000'],
    ] as const) {
      const octets = new Uint8Array(length)
      const flat = written((writer) => writer.octets(octets))
      assert.equal(flat, header + '00'.repeat(length))
      const nested = written((writer) => writer.nest(0x04, () => writer.raw(octets)))
      assert.equal(nested, flat)
      assert.equal(
        written((writer) => writer.text('\0'.repeat(length))),
        flat,
      )
    }
  })

  test('text is UTF-8, its length counted in octets', () => {
    assert.equal(
      written((writer) => writer.text('é')),
      '0402c3a9',
    )
    const long = '€'.repeat(42)
    assert.equal(
      written((writer) => writer.text(long)),
      `047e${Buffer.from(long).toString('hex')}`,
    )
    const longer = '€'.repeat(43)
    assert.equal(
      written((writer) => writer.text(longer)),
      `048181${Buffer.from(longer).toString('hex')}`,
    )
  })
})

test('names of an enumeration become its numbers, and unknown names are a mistake', () => {
  const scopes = codes('scope', { base: 0, one: 1 })
  const results = openCodes('result', { success: 0, other: 80 })
  assert.equal(
    written((writer) => writer.enumerated(scopes, 'one')),
    '0a0101',
  )
  assert.equal(
    written((writer) => writer.enumerated(results, 'other')),
    '0a0150',
  )
  assert.equal(
    written((writer) => writer.enumerated(results, 4096)),
    '0a021000',
  )
  assert.throws(() => written((writer) => writer.enumerated(scopes, 'two' as 'one')), TypeError)
})

test('nesting deeper than 512 is refused in linear time', () => {
  const writer = new BerWriter()
  for (let i = 0; i < 512; i++) writer.begin(Tag.sequence)
  assert.throws(() => writer.begin(Tag.sequence), RangeError)
})

test('a writer is empty after its bytes were taken, and the taken ones stay as they were', () => {
  const writer = new BerWriter()
  writer.integer(1)
  const first = writer.take()
  writer.integer(2)
  assert.deepEqual([...first], [2, 1, 1])
  assert.deepEqual([...writer.take()], [2, 1, 2])
  writer.begin(Tag.sequence)
  assert.throws(() => writer.take(), /not ended/)
})

test('whatever is written is read back', () => {
  const element = fc.oneof(
    fc.record({ type: fc.constant('integer' as const), value: fc.maxSafeInteger() }),
    fc.record({
      type: fc.constant('bigint' as const),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    }),
    fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
    fc.record({
      type: fc.constant('text' as const),
      value: fc.string({ unit: 'binary', maxLength: 200 }),
    }),
    fc.record({ type: fc.constant('octets' as const), value: fc.uint8Array({ maxLength: 300 }) }),
  )
  fc.assert(
    fc.property(fc.array(element), (elements) => {
      const writer = new BerWriter(16)
      writer.nest(Tag.set, () => {
        for (const one of elements) {
          if (one.type === 'integer') writer.integer(one.value)
          else if (one.type === 'bigint') writer.bigint(one.value)
          else if (one.type === 'boolean') writer.boolean(one.value)
          else if (one.type === 'text') writer.text(one.value)
          else writer.octets(one.value)
        }
      })
      const reader = new BerReader(writer.take())
      const inner = reader.enter('all', Tag.set)
      for (const { type, value } of elements) assert.deepEqual(inner[type]('it'), value)
      inner.close('all')
      reader.close('all')
    }),
  )
})
