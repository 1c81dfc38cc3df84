import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  BerReader,
  BerWriter,
  codes,
  contentsAt,
  DecodeError,
  lengthAt,
  openCodes,
  Tag,
} from './index.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

/** What goes wrong: the code, field and offset of the error. */
function refusal(work: () => unknown) {
  try {
    work()
  } catch (error) {
    assert(error instanceof DecodeError)
    const { code, field, offset } = error
    return { code, field, offset }
  }
  return undefined
}

suite('lengths', () => {
  const five = '01 02 03 04 05'
  for (const [form, header] of Object.entries({
    short: '04 05',
    'long of one octet': '04 81 05',
    'long of two octets': '04 82 00 05',
    'long of three octets': '04 83 00 00 05',
    'long of four octets, as Windows writes': '04 84 00 00 00 05',
  })) {
    test(`the ${form} form is accepted`, () => {
      const reader = new BerReader(bytes(header + five))
      assert.deepEqual(reader.octets('it'), bytes(five))
      assert.equal(reader.isEmpty, true)
    })
  }

  test('an indefinite length is refused', () => {
    const reader = new BerReader(bytes('30 80 00 00'))
    assert.deepEqual(
      refusal(() => reader.enter('it')),
      { code: 'length', field: 'it', offset: 0 },
    )
  })

  test('a length of five octets is refused even when it is small', () => {
    const reader = new BerReader(bytes('02 01 07 04 85 00 00 00 00 01 61'))
    reader.integer('before')
    assert.deepEqual(
      refusal(() => reader.octets('it')),
      { code: 'length', field: 'it', offset: 3 },
    )
  })

  test('a length with its highest bit set is large, not negative', () => {
    for (const header of ['04 84 80 00 00 00', '04 84 ff ff ff ff', '04 84 ff ff ff fe 00']) {
      const reader = new BerReader(bytes(header))
      assert.equal(refusal(() => reader.octets('it'))?.code, 'truncated')
    }
  })

  test('an element may not reach past the one that holds it', () => {
    const inner = new BerReader(bytes('30 03 04 05 61 62 63 64 65')).enter('outer')
    assert.deepEqual(
      refusal(() => inner.octets('inner')),
      { code: 'truncated', field: 'inner', offset: 2 },
    )
  })

  test('ending inside tag, length or contents is an error and not a wait', () => {
    for (const cut of ['', '04', '04 82', '04 82 00', '04 02 61']) {
      assert.equal(refusal(() => new BerReader(bytes(cut)).octets('it'))?.code, 'truncated', cut)
    }
  })
})

suite('integers', () => {
  for (const [hex, value] of Object.entries({
    '02 01 00': 0,
    '02 01 7f': 127,
    '02 01 80': -128,
    '02 02 00 80': 128,
    '02 01 ff': -1,
    '02 04 7f ff ff ff': 2147483647,
    '02 04 80 00 00 00': -2147483648,
    '02 05 00 80 00 00 00': 2147483648,
    '02 08 00 1f ff ff ff ff ff ff': Number.MAX_SAFE_INTEGER,
    '02 08 ff e0 00 00 00 00 00 01': Number.MIN_SAFE_INTEGER,
    '02 08 00 00 00 00 00 00 00 05': 5,
  })) {
    test(`${hex} is ${value}, as number and as bigint`, () => {
      assert.equal(new BerReader(bytes(hex)).integer('it'), value)
      assert.equal(new BerReader(bytes(hex)).bigint('it'), BigInt(value))
    })
  }

  test('what no number holds exactly is refused, and read as bigint', () => {
    const large = '02 08 00 20 00 00 00 00 00 00'
    assert.equal(refusal(() => new BerReader(bytes(large)).integer('it'))?.code, 'integer')
    assert.equal(new BerReader(bytes(large)).bigint('it'), 2n ** 53n)
    const least = '02 08 80 00 00 00 00 00 00 00'
    assert.equal(refusal(() => new BerReader(bytes(least)).integer('it'))?.code, 'integer')
    assert.equal(new BerReader(bytes(least)).bigint('it'), -(2n ** 63n))
  })

  test('none and nine octets are refused', () => {
    for (const hex of ['02 00', '02 09 00 00 00 00 00 00 00 00 01']) {
      assert.equal(refusal(() => new BerReader(bytes(hex)).integer('it'))?.code, 'integer')
      assert.equal(refusal(() => new BerReader(bytes(hex)).bigint('it'))?.code, 'integer')
    }
  })

  test('a natural number stays within its range', () => {
    assert.equal(new BerReader(bytes('02 04 7f ff ff ff')).natural('it'), 0x7fff_ffff)
    for (const hex of ['02 01 ff', '02 05 00 80 00 00 00']) {
      assert.equal(refusal(() => new BerReader(bytes(hex)).natural('it'))?.code, 'range')
    }
    assert.equal(refusal(() => new BerReader(bytes('02 01 04')).natural('it', 3))?.code, 'range')
  })
})

suite('other types', () => {
  test('any octet but zero is true', () => {
    assert.deepEqual(
      ['01 01 00', '01 01 01', '01 01 ff'].map((hex) => new BerReader(bytes(hex)).boolean('it')),
      [false, true, true],
    )
    assert.equal(refusal(() => new BerReader(bytes('01 00')).boolean('it'))?.code, 'boolean')
    assert.equal(refusal(() => new BerReader(bytes('01 02 ff ff')).boolean('it'))?.code, 'boolean')
  })

  test('a null has no contents', () => {
    new BerReader(bytes('05 00')).null('it')
    new BerReader(bytes('05 84 00 00 00 00')).null('it')
    assert.equal(refusal(() => new BerReader(bytes('05 01 00')).null('it'))?.code, 'null')
  })

  test('octets share memory with the input and are plain', () => {
    const input = Buffer.from('0403616263', 'hex')
    const octets = new BerReader(input).octets('it')
    input[2] = 0x78
    assert.deepEqual(octets, new Uint8Array([0x78, 0x62, 0x63]))
  })

  test('text that is not UTF-8 is refused where it matters and mended where people read it', () => {
    const latin1 = bytes('04 03 66 fc 72')
    assert.deepEqual(
      refusal(() => new BerReader(latin1).text('it')),
      { code: 'utf8', field: 'it', offset: 0 },
    )
    assert.equal(refusal(() => new BerReader(latin1).name('it'))?.code, 'utf8')
    assert.equal(new BerReader(latin1).looseText('it'), 'f\uFFFDr')
  })

  test('a replacement character that was really sent is text like any other', () => {
    assert.equal(new BerReader(bytes('04 03 ef bf bd')).text('it'), '\uFFFD')
  })

  test('names are the same whether seen before or not', () => {
    const once = bytes('04 02 63 6e')
    assert.equal(new BerReader(once).name('it'), 'cn')
    assert.equal(new BerReader(once).name('it'), 'cn')
    assert.equal(new BerReader(bytes('04 00')).name('it'), '')
    assert.equal(new BerReader(bytes('04 02 c3 a9')).name('it'), 'é')
  })

  test('names that fall into the same slot are not taken for one another', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-c]{0,6}$/), { maxLength: 200 }), (names) => {
        const writer = new BerWriter()
        for (const name of names) writer.text(name)
        const reader = new BerReader(writer.take())
        assert.deepEqual(
          names.map(() => reader.name('it')),
          names,
        )
      }),
      { numRuns: 50 },
    )
  })

  const scopes = codes('scope', { base: 0, one: 1 })
  const results = openCodes('result', { success: 0, other: 80 })

  test('an enumerated value is a name, and outside its table an error or, where it may grow, a number', () => {
    assert.equal(new BerReader(bytes('0a 01 01')).enumerated(scopes), 'one')
    assert.deepEqual(
      refusal(() => new BerReader(bytes('0a 01 02')).enumerated(scopes)),
      { code: 'code', field: 'scope', offset: 0 },
    )
    assert.equal(new BerReader(bytes('0a 01 50')).enumerated(results), 'other')
    assert.equal(new BerReader(bytes('0a 01 63')).enumerated(results), 99)
  })

  test('a table that gives one number two names does not load', () => {
    assert.throws(() => codes('twice', { a: 1, b: 1 }), /twice: code 1 has two names/)
  })
})

suite('structure', () => {
  test('another tag than expected is refused, primitive and constructed told apart', () => {
    assert.deepEqual(
      refusal(() => new BerReader(bytes('24 03 04 01 61')).octets('it')),
      { code: 'tag', field: 'it', offset: 0 },
    )
  })

  test('a tag of several octets is refused', () => {
    assert.equal(refusal(() => new BerReader(bytes('1f 81 00 00')).skip('it'))?.code, 'tag')
  })

  test('unknown members at the end are passed over, known ones are not', () => {
    const open = new BerReader(bytes('a5 00 86 01 61'))
    open.finish('it', [Tag.integer])
    assert.equal(open.isEmpty, true)
    const twice = new BerReader(bytes('a5 00 02 01 07'))
    assert.deepEqual(
      refusal(() => twice.finish('it', [Tag.integer])),
      { code: 'duplicate', field: 'it', offset: 2 },
    )
  })

  test('what cannot grow is closed', () => {
    assert.deepEqual(
      refusal(() => new BerReader(bytes('05 00')).close('it')),
      { code: 'trailing', field: 'it', offset: 0 },
    )
  })

  test('going in deeper than the limit is refused, exactly there', () => {
    for (const goIn of [enter, descend]) {
      goIn(512)
      assert.equal(refusal(() => goIn(513))?.code, 'depth')
    }
  })

  test('leaving an element gone into goes on after it, whatever was read of it', () => {
    const reader = new BerReader(bytes('30 06 02 01 01 02 01 02 02 01 03'))
    const outer = reader.descend('it')
    assert.equal(reader.integer('first'), 1)
    reader.leave(outer)
    assert.equal(reader.integer('after'), 3)
    assert.equal(reader.isEmpty, true)
  })

  test('every element looked at is a step, and steps run out', () => {
    const reader = new BerReader(bytes('30 06 02 01 01 02 01 02'), { steps: 2 })
    const inner = reader.enter('it')
    inner.integer('first')
    assert.equal(reader.steps, 2)
    assert.equal(refusal(() => inner.integer('second'))?.code, 'steps')
  })

  test('the contents of a checked element are found again', () => {
    for (const hex of ['04 02 61 62', '04 81 02 61 62', '04 84 00 00 00 02 61 62']) {
      const input = bytes(hex)
      assert.equal(lengthAt(input, 0), 2)
      assert.equal(contentsAt(input, 0), input.length - 2)
    }
  })
})

suite('the Strozhevsky suite', () => {
  const folder = new URL('../../../shared/vectors/ber/', import.meta.url)
  const skip = existsSync(folder) ? false : 'needs ../shared/vectors/ber'
  // RFC 4511 §5.1: no tags of several octets, no indefinite lengths, none over four octets.
  const expected: Record<string, number[]> = {
    value: [
      6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 21, 22, 24, 28, 29, 32, 33, 37, 39, 40, 44, 45, 47,
    ],
    truncated: [13, 14, 19, 23, 27, 31, 34, 43],
    tag: [1, 2, 3, 4, 5, 49],
    length: [35, 36, 38, 41, 42, 46, 48, 50, 51],
    integer: [20],
    boolean: [25, 26],
    null: [30],
  }

  test('every one of the 51 ends as it should', { skip }, () => {
    const found: Record<string, number[]> = {}
    for (let i = 1; i <= 51; i++) {
      const outcome = readAll(readFileSync(new URL(`tc${i}.ber`, folder)))
      ;(found[outcome] ??= []).push(i)
    }
    assert.deepEqual(found, expected)
  })
})

/** Reads all elements, inner ones too, as what their tags say. */
function readAll(input: Uint8Array): string {
  const readers = [new BerReader(input)]
  const fault = refusal(() => {
    for (let reader = readers.pop(); reader !== undefined; reader = readers.pop()) {
      while (!reader.isEmpty) {
        const tag = reader.peek()!
        if (tag & 0x20) readers.push(reader.enter('it', tag))
        else if (tag === Tag.integer) reader.bigint('it')
        else if (tag === Tag.boolean) reader.boolean('it')
        else if (tag === Tag.null) reader.null('it')
        else reader.octets('it', tag)
      }
    }
  })
  return fault?.code ?? 'value'
}

/** Empty sequences inside one another. */
function nested(depth: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array(0)
  for (let i = 0; i < depth; i++) {
    const writer = new BerWriter()
    writer.octets(inner, Tag.sequence)
    inner = writer.take()
  }
  return inner
}

function enter(depth: number): void {
  let reader = new BerReader(nested(513), { depth: 512 })
  for (let i = 0; i < depth; i++) reader = reader.enter('it')
}

function descend(depth: number): void {
  const reader = new BerReader(nested(513), { depth: 512 })
  for (let i = 0; i < depth; i++) reader.descend('it')
}
