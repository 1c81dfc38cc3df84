import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DecodeError } from '#ber'
import { decode, defaultLimits, encode, EntryView, type Message } from './index.ts'
import { anyMessage, hex, octets, operationNames } from './testing.ts'

const entry = {
  id: 9,
  op: 'searchResultEntry',
  objectName: 'CN=é,DC=x',
  attributes: [
    { type: 'cn', values: [octets('é')] },
    { type: 'objectClass', values: [octets('top'), octets('person')] },
    { type: 'thumbnailPhoto', values: [hex`ff d8 ff`] },
    { type: 'member;range=0-1', values: [] },
  ],
} satisfies Message

suite('a view of an entry', () => {
  const view = EntryView.over(encode(entry))!

  test('has the name, the types and how many values there are', () => {
    assert.equal(view.id, 9)
    assert.equal(view.objectName, 'CN=é,DC=x')
    assert.deepEqual(
      view.attributes.map(({ type, size }) => [type, size]),
      [
        ['cn', 1],
        ['objectClass', 2],
        ['thumbnailPhoto', 1],
        ['member;range=0-1', 0],
      ],
    )
    assert.equal(view.controls, undefined)
  })

  test('gives values as octets and as text, all or the first', () => {
    const [cn, objectClass, photo, member] = view.attributes
    assert.deepEqual(objectClass!.values, [octets('top'), octets('person')])
    assert.deepEqual(objectClass!.texts, ['top', 'person'])
    assert.deepEqual(objectClass!.value, octets('top'))
    assert.equal(cn!.text, 'é')
    assert.deepEqual(photo!.value, hex`ff d8 ff`)
    assert.equal(photo!.text, '\uFFFD\uFFFD\uFFFD')
    assert.deepEqual(member!.values, [])
    assert.deepEqual(member!.texts, [])
    assert.equal(member!.value, undefined)
    assert.equal(member!.text, undefined)
  })

  test('finds an attribute without regard to case, and none that is not there', () => {
    assert.equal(view.get('OBJECTCLASS')!.text, 'top')
    assert.equal(view.get('object'), undefined)
  })

  test('is written as the entry it shows', () => {
    assert.deepEqual(encode(view), encode(entry))
  })

  test('shares memory with its PDU', () => {
    const pdu = encode(entry)
    const shared = EntryView.over(pdu)!
    assert.equal(shared.get('cn')!.value!.buffer, pdu.buffer)
    assert.deepEqual(new Uint8Array(shared.pdu), pdu)
  })
})

test('another operation has no view', () => {
  for (const op of operationNames) {
    if (op === 'searchResultEntry') continue
    fc.assert(
      fc.property(anyMessage(op), (message) => {
        assert.equal(EntryView.over(encode(message)), undefined)
      }),
      { numRuns: 3 },
    )
  }
})

test('any entry is shown as it is read', () => {
  fc.assert(
    fc.property(anyMessage('searchResultEntry'), fc.boolean(), (message, isBuffer) => {
      const pdu = encode(message)
      const view = EntryView.over(isBuffer ? Buffer.from(pdu) : pdu)!
      const { id, op, objectName, controls } = view
      const attributes = view.attributes.map(({ type, values }) => ({ type, values }))
      assert.deepEqual({ id, op, objectName, attributes, ...(controls && { controls }) }, message)
      assert.deepEqual(
        view.attributes.map(({ texts }) => texts),
        view.attributes.map(({ values }) => values.map((one) => Buffer.from(one).toString('utf8'))),
      )
    }),
  )
})

test('what reading refuses, a view refuses, with the same code and place', () => {
  const change = fc.record({ at: fc.nat(400), value: fc.nat(255) })
  fc.assert(
    fc.property(
      anyMessage('searchResultEntry'),
      fc.array(change, { maxLength: 3 }),
      (message, changes) => {
        const pdu = encode(message)
        for (const { at, value } of changes) pdu[at % pdu.length] = value
        const read = outcome(() => decode(pdu))
        const seen = outcome(() => EntryView.over(pdu) ?? decode(pdu))
        assert.equal(seen, read)
      },
    ),
    { numRuns: 2000 },
  )
})

test('attributes and values over the limits are refused', () => {
  const pdu = encode(entry)
  const refuses = (limits: Partial<typeof defaultLimits>) => {
    assert.throws(
      () => EntryView.over(pdu, { ...defaultLimits, ...limits }),
      (error) => error instanceof DecodeError && error.code === 'count',
    )
  }
  EntryView.over(pdu, { ...defaultLimits, attributes: 4, values: 4 })
  refuses({ attributes: 3 })
  refuses({ values: 3 })
})

/** The code and place of the error that work ends in. */
function outcome(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    assert(error instanceof DecodeError)
    return `${error.code} ${error.offset}`
  }
  return 'fine'
}
