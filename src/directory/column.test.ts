import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { attribute } from './attributes.ts'
import { Column, textOf } from './column.ts'

const octets = (text: string) => new TextEncoder().encode(text)

suite('Column', () => {
  test('gives back what was put in, for sparse and dense columns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.uint8Array({ maxLength: 6 }), { minLength: 1, maxLength: 4 }), {
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('unique', 'shared', 'auto'),
        (rows, step, sharing) => {
          const column = new Column('description', sharing)
          rows.forEach((values, index) => column.append(index * step, values))
          column.seal(rows.length * step)
          rows.forEach((values, index) =>
            assert.deepEqual(
              column.raw(index * step).map((value) => [...value]),
              values.map((value) => [...value]),
            ),
          )
          if (step > 1) assert.equal(column.list(1), -1)
          assert.deepEqual(
            [...column.holders()],
            rows.map((_, index) => index * step),
          )
        },
      ),
    )
  })

  test('keeps equal lists of values once, and lists that only look alike apart', () => {
    const column = new Column('member', 'auto')
    column.append(0, [octets('ab'), octets('c')])
    column.append(1, [octets('a'), octets('bc')])
    column.append(2, [octets('ab'), octets('c')])
    column.seal(3)
    assert.equal(column.list(0), column.list(2))
    assert.notEqual(column.list(0), column.list(1))
  })

  test('stops looking for equal lists when nearly all are distinct, and stays right', () => {
    const column = new Column('sAMAccountName', 'auto')
    for (let object = 0; object < 9000; object++) column.append(object, [octets(`name${object}`)])
    column.seal(9000)
    assert.equal(column.decoded(4095, attribute('sAMAccountName')), 'name4095')
    assert.equal(column.decoded(8999, attribute('sAMAccountName')), 'name8999')
  })

  test('decodes a list that objects share once', () => {
    const column = new Column('nTSecurityDescriptor', 'shared')
    for (const object of [0, 1]) column.append(object, [octets('x')])
    column.seal(2)
    let times = 0
    const type = { key: 'x', form: 'octets' as const, none: undefined, decode: () => ++times }
    assert.deepEqual([column.decoded(0, type), column.decoded(1, type)], [1, 1])
  })

  test('a value that breaks its syntax reads as none', () => {
    const column = new Column('userAccountControl', 'auto')
    column.append(0, [octets('not a number')])
    column.seal(1)
    assert.equal(column.decoded(0, attribute('userAccountControl')), undefined)
    assert.notEqual(column.list(0), -1)
  })
})

test('text is UTF-8, short or long', () => {
  for (const text of ['', 'short', 'Ünïcode', 'x'.repeat(100), `${'x'.repeat(100)}é`])
    assert.equal(textOf(octets(text)), text)
})
