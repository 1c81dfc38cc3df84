import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import {
  formatFileTime,
  formatGeneralizedTime,
  formatInterval,
  parseFileTime,
  parseGeneralizedTime,
  parseInterval,
  readInterval,
  readFileTime,
  writeFileTime,
} from './time.ts'

const anyDate = fc.date({
  min: new Date('1601-01-01T00:00:00.001Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})

suite('FILETIME', () => {
  test('the time of a real password is read from text and from an integer', () => {
    assert.equal(parseFileTime('133487655840000000')?.toISOString(), '2024-01-03T14:26:24.000Z')
    assert.equal(parseFileTime(133487655840000000n)?.toISOString(), '2024-01-03T14:26:24.000Z')
  })

  test('less than a millisecond is cut, not rounded', () => {
    assert.equal(parseFileTime('116444736000009999')?.getTime(), 0)
    assert.equal(parseFileTime('116444736000010000')?.getTime(), 1)
  })

  for (const never of ['0', '9223372036854775807', '-1', '-9223372036854775808', '1']) {
    test(`${never} is no time`, () => {
      assert.equal(parseFileTime(never), undefined)
    })
  }

  test('a time before 1970 is a time', () => {
    assert.equal(parseFileTime('94354848000000000')?.toISOString(), '1900-01-01T00:00:00.000Z')
  })

  for (const wrong of [
    '',
    'never',
    '1.5',
    '0x10',
    ' 1',
    '9223372036854780000',
    '99999999999999999999',
    '--1',
  ]) {
    test(`${JSON.stringify(wrong)} is refused`, () => {
      assert.throws(() => parseFileTime(wrong), { code: 'malformed' })
    })
  }

  test('eight octets are read like the text of the same integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const octets = new Uint8Array(9)
        new DataView(octets.buffer).setBigInt64(1, value, true)
        assert.deepEqual(readFileTime(octets, 1), parseFileTime(value))
        assert.deepEqual(parseFileTime(value.toString()), parseFileTime(value))
      }),
    )
  })

  test('seven octets are refused', () => {
    assert.throws(() => readFileTime(new Uint8Array(7)), { code: 'truncated' })
    assert.throws(() => readFileTime(new Uint8Array(10), 3), { code: 'truncated' })
  })

  test('what is written is read again', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        assert.deepEqual(parseFileTime(formatFileTime(date)), date)
        assert.deepEqual(readFileTime(writeFileTime(date)), date)
      }),
    )
  })
})

suite('intervals', () => {
  for (const [text, ms] of [
    ['0', 0],
    ['-1', 0],
    ['-10000', 1],
    ['-36288000000000', 42 * 86_400_000],
    ['-18000000000', 30 * 60_000],
    ['-9223372036854775808', Infinity],
    ['36288000000000', -42 * 86_400_000],
  ] as const) {
    test(`${text} is ${ms} ms`, () => {
      assert.equal(parseInterval(text), ms)
      assert.equal(parseInterval(BigInt(text)), ms)
    })
  }

  test('what is written is read again', () => {
    assert.equal(formatInterval(Infinity), '-9223372036854775808')
    assert.equal(formatInterval(0), '0')
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        assert.equal(parseInterval(formatInterval(ms)), ms)
      }),
    )
  })

  test('eight octets are read like the text of the same integer', () => {
    assert.equal(readInterval(Uint8Array.fromHex('ff004039872ee1feff'), 1), 365 * 86_400_000)
    assert.throws(() => readInterval(new Uint8Array(7)), { code: 'truncated' })
  })

  test('what is no integer is refused', () => {
    assert.throws(() => parseInterval('(none)'), DirectoryError)
  })
})

suite('generalized time', () => {
  for (const [text, iso] of [
    ['20240103122624.0Z', '2024-01-03T12:26:24.000Z'],
    ['20240103122624Z', '2024-01-03T12:26:24.000Z'],
    ['202401031226Z', '2024-01-03T12:26:00.000Z'],
    ['2024010312Z', '2024-01-03T12:00:00.000Z'],
    ['2024010312.5Z', '2024-01-03T12:30:00.000Z'],
    ['202401031226,25Z', '2024-01-03T12:26:15.000Z'],
    ['20240103122624.573Z', '2024-01-03T12:26:24.573Z'],
    ['20240103122624.5739Z', '2024-01-03T12:26:24.573Z'],
    ['20240103122624.0+0200', '2024-01-03T10:26:24.000Z'],
    ['20240103122624-0530', '2024-01-03T17:56:24.000Z'],
    ['20240103122624+02', '2024-01-03T10:26:24.000Z'],
    ['20231231235960Z', '2024-01-01T00:00:00.000Z'],
    ['20240229000000.0Z', '2024-02-29T00:00:00.000Z'],
    ['16010101000000.0Z', '1601-01-01T00:00:00.000Z'],
    ['00010101000000.0Z', '0001-01-01T00:00:00.000Z'],
  ] as const) {
    test(`${text} is ${iso}`, () => {
      assert.equal(parseGeneralizedTime(text).toISOString(), iso)
    })
  }

  for (const wrong of [
    '',
    '20240103',
    '20240103122624',
    '20240103122624.Z',
    '20240230000000Z',
    '20230229000000Z',
    '20241301000000Z',
    '20240001000000Z',
    '20240100000000Z',
    '20240103240000Z',
    '20240103126000Z',
    '20240103122661Z',
    '20240103122624+2400',
    '20240103122624+0260',
    '240103122624Z',
    '20240103122624.0Zjunk',
  ]) {
    test(`${JSON.stringify(wrong)} is refused`, () => {
      assert.throws(() => parseGeneralizedTime(wrong), { code: 'malformed' })
    })
  }

  test('whole seconds survive writing and reading', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const whole = new Date(Math.floor(date.getTime() / 1000) * 1000)
        const text = formatGeneralizedTime(date)
        assert.match(text, /^\d{14}\.0Z$/)
        assert.deepEqual(parseGeneralizedTime(text), whole)
      }),
    )
  })

  test('every thousandth of a second is read exactly', () => {
    for (let ms = 0; ms < 1000; ms += 1) {
      const text = `20240103122624.${String(ms).padStart(3, '0')}Z`
      assert.equal(parseGeneralizedTime(text).getUTCMilliseconds(), ms)
    }
  })

  test('a date that is none, or of another length, cannot be written', () => {
    assert.throws(() => formatGeneralizedTime(new Date(Number.NaN)), DirectoryError)
    assert.throws(() => formatGeneralizedTime(new Date(8.64e15)), DirectoryError)
  })
})
