import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { BerReader, BerWriter, DecodeError, Tag } from '#ber'
import { readFilter, writeFilter } from './filter.ts'
import { defaultLimits, type Filter, formatFilter } from './index.ts'
import { hex, octets } from './testing.ts'

function write(filter: Filter): Uint8Array {
  const writer = new BerWriter()
  writeFilter(writer, filter)
  return writer.take()
}

function read(bytes: Uint8Array): Filter {
  const reader = new BerReader(bytes)
  const filter = readFilter(reader, defaultLimits)
  reader.close('Filter')
  return filter
}

const recorded: Readonly<Record<string, readonly [Uint8Array, Filter]>> = {
  'true, an and of nothing (RFC 4526)': [hex`a0 00`, { kind: 'and', filters: [] }],
  'false, an or of nothing (RFC 4526)': [hex`a1 00`, { kind: 'or', filters: [] }],
  'a negation inside an and': [
    hex`
      a0 09          # and
      87 01 'a'      # present
      a2 04          # not
      87 02 'bc'     # present`,
    {
      kind: 'and',
      filters: [
        { kind: 'present', attribute: 'a' },
        { kind: 'not', filter: { kind: 'present', attribute: 'bc' } },
      ],
    },
  ],
  equality: [
    hex`a3 07 04 02 'cn' 04 01 'x'`,
    { kind: 'equalityMatch', attribute: 'cn', value: octets('x') },
  ],
  'greater or equal': [
    hex`a5 07 04 02 'cn' 04 01 'x'`,
    { kind: 'greaterOrEqual', attribute: 'cn', value: octets('x') },
  ],
  'less or equal': [
    hex`a6 07 04 02 'cn' 04 01 'x'`,
    { kind: 'lessOrEqual', attribute: 'cn', value: octets('x') },
  ],
  approximation: [
    hex`a8 07 04 02 'cn' 04 01 'x'`,
    { kind: 'approxMatch', attribute: 'cn', value: octets('x') },
  ],
  'substrings of every kind': [
    hex`
      a4 12          # substrings
      04 02 'cn'     # type
      30 0c          # substrings
      80 01 'a'      # initial
      81 01 'b'      # any
      81 01 'c'      # any
      82 01 'd'      # final`,
    {
      kind: 'substrings',
      attribute: 'cn',
      initial: octets('a'),
      any: [octets('b'), octets('c')],
      final: octets('d'),
    },
  ],
  'an extensible match with everything': [
    hex`
      a9 0c          # extensibleMatch
      81 01 'r'      # matchingRule
      82 01 't'      # type
      83 01 'v'      # matchValue
      84 01 ff       # dnAttributes`,
    {
      kind: 'extensibleMatch',
      matchingRule: 'r',
      attribute: 't',
      value: octets('v'),
      dnAttributes: true,
    },
  ],
  'an extensible match of an attribute': [
    hex`a9 06 82 01 't' 83 01 'v'`,
    { kind: 'extensibleMatch', attribute: 't', value: octets('v'), dnAttributes: false },
  ],
}

suite('recorded filters', () => {
  for (const [what, [bytes, filter]] of Object.entries(recorded)) {
    test(`${what} is read and written`, () => {
      assert.deepEqual(read(bytes), filter)
      assert.deepEqual(write(filter), bytes)
    })
  }
})

suite('refused filters', () => {
  const refused: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    nothing: [hex``, 'truncated'],
    'a negation of nothing': [hex`a2 00`, 'missing'],
    'a negation of two': [hex`a2 06 87 01 'a' 87 01 'b'`, 'duplicate'],
    'an unknown kind': [hex`aa 00`, 'choice'],
    'an unknown kind inside': [hex`a0 02 30 00`, 'choice'],
    'a comparison without a value': [hex`a3 04 04 02 'cn'`, 'truncated'],
    'a comparison with two values': [hex`a3 0a 04 02 'cn' 04 01 'x' 04 01 'y'`, 'duplicate'],
    'substrings of nothing': [hex`a4 06 04 02 'cn' 30 00`, 'missing'],
    'two initial pieces': [hex`a4 0c 04 02 'cn' 30 06 80 01 'a' 80 01 'b'`, 'trailing'],
    'a final piece before another': [hex`a4 0c 04 02 'cn' 30 06 82 01 'a' 81 01 'b'`, 'trailing'],
    'an unknown piece': [hex`a4 09 04 02 'cn' 30 03 83 01 'a'`, 'trailing'],
    'a match by neither rule nor attribute': [hex`a9 03 83 01 'v'`, 'missing'],
    'a rule after its value': [hex`a9 09 82 01 't' 83 01 'v' 81 01 'r'`, 'duplicate'],
    'an attribute that is not UTF-8': [hex`87 01 fc`, 'utf8'],
  }
  for (const [what, [bytes, code]] of Object.entries(refused)) {
    test(`${what} is refused`, () => {
      assert.throws(
        () => read(bytes),
        (error) => error instanceof DecodeError && error.code === code,
      )
    })
  }

  test('what cannot be read is not written either', () => {
    const none: Filter = { kind: 'substrings', attribute: 'a', any: [] }
    assert.throws(() => write(none), RangeError)
    const neither: Filter = { kind: 'extensibleMatch', value: octets('v'), dnAttributes: false }
    assert.throws(() => write(neither), RangeError)
  })
})

suite('deep filters', () => {
  for (const [kind, tag] of [
    ['and', 0],
    ['or', 1],
    ['not', 2],
  ] as const) {
    test(`${kind} 500 deep is read and written, 100,000 deep refused without delay`, () => {
      const bytes = nest(Tag.contextConstructed(tag), 500)
      assert.deepEqual(write(read(bytes)), bytes)
      const reader = new BerReader(nest(Tag.contextConstructed(tag), 100_000))
      assert.throws(
        () => readFilter(reader, defaultLimits),
        (error) => error instanceof DecodeError && error.code === 'depth',
      )
      assert.equal(reader.steps, 513)
    })
  }

  test('a tree 100,000 deep has a text, and is not written', () => {
    let deep: Filter = { kind: 'present', attribute: 'a' }
    for (let i = 0; i < 100_000; i++) deep = { kind: 'not', filter: deep }
    assert.equal(formatFilter(deep).length, 100_000 * 3 + 5)
    assert.throws(() => write(deep), RangeError)
  })

  test('a filter as wide as the limit is read, one wider refused', () => {
    assert.equal(read(write(wide(defaultLimits.filterNodes - 1))).kind, 'or')
    assert.throws(
      () => read(write(wide(defaultLimits.filterNodes))),
      (error) => error instanceof DecodeError && error.code === 'count',
    )
  })
})

test('pieces of substrings count as much as filters, all of them together', () => {
  const pieces = (count: number): Filter => ({
    kind: 'substrings',
    attribute: 'a',
    any: Array.from({ length: count }, () => octets('b')),
  })
  const most = defaultLimits.filterNodes
  const isRefused = (filter: Filter) => {
    try {
      read(write(filter))
      return false
    } catch (error) {
      return error instanceof DecodeError && error.code === 'count'
    }
  }
  assert.equal(isRefused(pieces(most)), false)
  assert.equal(isRefused(pieces(most + 1)), true)
  assert.equal(isRefused({ kind: 'or', filters: [pieces(1), pieces(most - 2)] }), false)
  assert.equal(isRefused({ kind: 'or', filters: [pieces(1), pieces(most - 1)] }), true)
})

/** `present` inside so many elements with this tag. */
function nest(tag: number, depth: number): Uint8Array {
  const out: number[] = [0x61, 0x01, 0x87]
  for (let i = 0; i < depth; i++) {
    const length = out.length
    // Backwards, since the length of what is inside is known only then.
    if (length < 0x80) out.push(length)
    else if (length < 0x100) out.push(length, 0x81)
    else if (length < 0x1_0000) out.push(length & 0xff, length >> 8, 0x82)
    else out.push(length & 0xff, (length >> 8) & 0xff, length >> 16, 0x83)
    out.push(tag)
  }
  return Uint8Array.from(out.toReversed())
}

/** An `or` of so many filters. */
function wide(count: number): Filter {
  return {
    kind: 'or',
    filters: Array.from({ length: count }, () => ({ kind: 'present', attribute: 'a' })),
  }
}
