import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  type ConditionLiteral,
  type ConditionOperator,
  type ConditionToken,
  formatCondition,
  parseCondition,
  readCondition,
  writeCondition,
} from './condition.ts'
import { DirectoryError } from './error.ts'
import { parseSid } from './sid.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))
const parse = (text: string) => parseCondition(text, (sid) => parseSid(sid))

/** Title == "VP" && (Member_of {SID(BA)} || Exists @User.x), one token a line. */
const whole = hex(`
  61727478                                       # artx
  f8 0a000000 5400 6900 7400 6c00 6500           # local attribute Title
  10 04000000 5600 5000                          # "VP"
  80                                             # ==
  50 15000000                                    # composite
  51 10000000 01 02 000000000005 20000000 20020000 #   SID of Administrators
  89                                             # Member_of
  f9 02000000 7800                               # @User.x
  87                                             # Exists
  a1                                             # ||
  a0                                             # &&
  0000
`)

const text = 'Title == "VP" && (Member_of {SID(S-1-5-32-544)} || Exists @User.x)'

suite('a condition in octets', () => {
  test('is read as tokens in postfix order', () => {
    assert.deepEqual(readCondition(whole), [
      { kind: 'attribute', scope: 'local', name: 'Title' },
      { kind: 'string', value: 'VP' },
      { kind: 'operator', name: '==' },
      { kind: 'composite', values: [{ kind: 'sid', value: 'S-1-5-32-544' }] },
      { kind: 'operator', name: 'Member_of' },
      { kind: 'attribute', scope: 'user', name: 'x' },
      { kind: 'operator', name: 'Exists' },
      { kind: 'operator', name: '||' },
      { kind: 'operator', name: '&&' },
    ])
    assert.deepEqual(writeCondition(readCondition(whole)), whole)
  })

  test('is written as text and read back', () => {
    assert.equal(formatCondition(readCondition(whole)), text)
    assert.deepEqual(writeCondition(parse(text)), whole)
  })

  test('has integers of any width, sign and base', () => {
    const tokens = readCondition(
      hex('61727478 f8 02000000 6100 01 f9ffffffffffffff 02 02 80 000000'),
    )
    assert.equal(formatCondition(tokens), 'a == -7')
    assert.equal(
      formatCondition(
        readCondition(hex('61727478 f8 02000000 6100 04 ff00000000000000 03 03 80 0000')),
      ),
      'a == 0xff',
    )
    assert.equal(
      formatCondition(
        readCondition(hex('61727478 f8 02000000 6100 03 0800000000000000 01 01 80 0000')),
      ),
      'a == 010',
    )
  })

  for (const [name, bytes, code] of [
    ['nothing', '', 'unsupported'],
    ['another signature', '61727479', 'unsupported'],
    ['a signature alone', '61727478', 'malformed'],
    ['an operator without operands', '61727478 80 000000', 'malformed'],
    ['two results', '61727478 f8 02000000 6100 f8 02000000 6100', 'malformed'],
    ['an unknown token', '61727478 f7 00000000', 'unsupported'],
    ['a string of 4 GiB', '61727478 10 ffffffff', 'truncated'],
    ['half a character', '61727478 10 01000000 41', 'malformed'],
    ['an integer cut off', '61727478 04 00000000', 'truncated'],
    ['an integer of unknown base', '61727478 04 0000000000000000 03 09', 'malformed'],
    ['a list within a list', '61727478 50 05000000 50 00000000', 'malformed'],
    ['a list of attributes', '61727478 50 07000000 f8 02000000 6100', 'malformed'],
    ['a list that ends in a token', '61727478 50 02000000 1000 000000', 'truncated'],
    ['a SID of another length', '61727478 51 08000000 01 01 000000000005', 'truncated'],
    [
      'a SID with octets to spare',
      '61727478 51 0d000000 01 01 000000000005 0b000000 00',
      'malformed',
    ],
    ['tokens after the padding', '61727478 f8 02000000 6100 00 f8', 'malformed'],
    ['more than three octets of padding', '61727478 f8 02000000 6100 00000000', 'malformed'],
  ] as const) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => readCondition(hex(bytes)), { name: 'DirectoryError', code })
    })
  }

  test('random octets are a condition or a DirectoryError', () => {
    const pieces = fc.constantFrom(
      'f80200000061 00',
      '10 02000000 6200',
      '80',
      'a0',
      'a2',
      '89',
      '50 00000000',
      '00',
      '04',
      'ff',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        try {
          formatCondition(readCondition(hex(`61727478${parts.join('')}`)))
          return true
        } catch (error) {
          return error instanceof DirectoryError
        }
      }),
      { numRuns: 2000 },
    )
  })
})

suite('a condition in text', () => {
  for (const [given, normal] of [
    [
      '@User.Title=="PM" && (@User.Division=="Finance" || @User.Division ==" Sales")',
      '@User.Title == "PM" && (@User.Division == "Finance" || @User.Division == " Sales")',
    ],
    [
      '(@User.Title=="PM" && @User.x==1) || @User.y==2',
      '@User.Title == "PM" && @User.x == 1 || @User.y == 2',
    ],
    ['a==1&&b==2||c==3', 'a == 1 && b == 2 || c == 3'],
    ['a==1 && (b==2 && c==3)', 'a == 1 && (b == 2 && c == 3)'],
    ['!(a == 1)', '!(a == 1)'],
    ['! ! a', '!(!a)'],
    ['!a', '!a'],
    ['!(Member_of {SID(S-1-5-11)})', '!(Member_of {SID(S-1-5-11)})'],
    ['not_member_of{SID(S-1-5-11),SID(S-1-5-10)}', 'Not_Member_of {SID(S-1-5-11), SID(S-1-5-10)}'],
    ['Device_Member_of_Any SID(S-1-5-11)', 'Device_Member_of_Any SID(S-1-5-11)'],
    ['@RESOURCE.dept any_of @Device.dept', '@Resource.dept Any_of @Device.dept'],
    [
      '@User.groups Contains {"a", #ff00, 0x10, 010, -5, SID(S-1-5-11)}',
      '@User.groups Contains {"a", #ff00, 0x10, 010, -5, SID(S-1-5-11)}',
    ],
    ['a Not_Contains {}', 'a Not_Contains {}'],
    ['@User.ad%0020min >= 3', '@User.ad%0020min >= 3'],
    ['@User.%0031st < 3', '@User.%0031st < 3'],
    ['Not_Exists @User.x', 'Not_Exists @User.x'],
    ['sid == 1', 'sid == 1'],
    ['Member_of(SID(S-1-1-0))', 'Member_of SID(S-1-1-0)'],
    ['a == 0xffffffffffffffff', 'a == -0x1'],
    ['a.b:c/d != ""', 'a.b:c/d != ""'],
  ] as const) {
    test(given, () => {
      assert.equal(formatCondition(parse(given)), normal)
      assert.deepEqual(parse(normal), parse(given))
      assert.deepEqual(readCondition(writeCondition(parse(given))), parse(given))
    })
  }

  for (const [wrong, at] of [
    ['', 0],
    ['a ==', 4],
    ['(a == 1', 7],
    ['a == 1)', 6],
    ['a == {1', 7],
    ['a == "x', 5],
    ['a && && b', 5],
    ['a b', 2],
    ['Member_of', 9],
    ['Member_of(SID(S-1-1-0)', 22],
    ['Member_of_AnySID(S-1-1-0)', 16],
    ['a == !(b)', 5],
    ['a == 0x10000000000000000', 23],
    ['a == 9223372036854775808', 5],
  ] as const) {
    test(`${JSON.stringify(wrong)} is refused at ${at}`, () => {
      assert.throws(() => parse(wrong), { name: 'DirectoryError', at })
    })
  }

  test('a hundred thousand parentheses are refused, not followed', () => {
    assert.throws(() => parse('('.repeat(100_000)), { code: 'too-big' })
  })

  test('a hundred thousand negations and operators are no matter', () => {
    const tokens = parse(`${'!'.repeat(100_000)}a${' && a'.repeat(1000)}`)
    assert.equal(tokens.length, 100_000 + 2001)
  })

  test('a string with a quote in it cannot be said', () => {
    assert.throws(() => formatCondition([{ kind: 'string', value: 'a"b' }]), {
      code: 'unsupported',
    })
  })
})

const plain = (tokens: readonly ConditionToken[]) => writeCondition(tokens).toHex()

test('any condition survives octets and text', () => {
  const name = fc.string({ minLength: 1, maxLength: 6 })
  const literal: fc.Arbitrary<ConditionLiteral> = fc.oneof(
    fc.record({
      kind: fc.constant('integer' as const),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      base: fc.constantFrom(10 as const, 16 as const),
    }),
    fc.record({
      kind: fc.constant('string' as const),
      value: fc.string().map((value) => value.replaceAll('"', '')),
    }),
    fc.record({ kind: fc.constant('octets' as const), value: fc.uint8Array({ maxLength: 5 }) }),
    fc.record({
      kind: fc.constant('sid' as const),
      value: fc.nat().map((rid) => `S-1-5-21-1-2-3-${rid}`),
    }),
  )
  const attribute = fc.record({
    kind: fc.constant('attribute' as const),
    scope: fc.constantFrom(
      'local' as const,
      'user' as const,
      'device' as const,
      'resource' as const,
    ),
    name,
  })
  const composite = fc.record({
    kind: fc.constant('composite' as const),
    values: fc.array(literal, { maxLength: 3 }),
  })
  const comparison = fc
    .tuple(
      attribute,
      fc.constantFrom<ConditionOperator>('==', '!=', '<', 'Contains', 'Any_of'),
      fc.oneof(literal, composite, attribute),
    )
    .map(([left, operator, right]): ConditionToken[] => [
      left,
      right,
      { kind: 'operator', name: operator },
    ])
  const { expression } = fc.letrec<{ expression: ConditionToken[] }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      comparison,
      tie('expression').map((tokens): ConditionToken[] => [
        ...tokens,
        { kind: 'operator', name: '!' },
      ]),
      fc
        .tuple(tie('expression'), tie('expression'), fc.constantFrom<ConditionOperator>('&&', '||'))
        .map(([left, right, operator]): ConditionToken[] => [
          ...left,
          ...right,
          { kind: 'operator', name: operator },
        ]),
    ),
  }))
  fc.assert(
    fc.property(expression, (tokens) => {
      assert.equal(plain(readCondition(writeCondition(tokens))), plain(tokens))
      assert.equal(plain(parse(formatCondition(tokens))), plain(tokens))
    }),
    { numRuns: 500 },
  )
})
