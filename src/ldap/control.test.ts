import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DecodeError } from '#ber'
import {
  type Control,
  type ControlCodec,
  controlOids,
  domainScope,
  extendedDn,
  pagedResults,
  sdFlags,
  showDeleted,
  sort,
  sortResponse,
} from './index.ts'
import { hex, octets } from './testing.ts'

function check<Value>(codec: ControlCodec<Value>, value: Value, bytes: Uint8Array): void {
  assert.deepEqual(codec.of(value), { oid: codec.oid, criticality: false, value: bytes })
  assert.deepEqual(codec.of(value, true).criticality, true)
  assert.deepEqual(codec.read({ oid: codec.oid, criticality: false, value: bytes }), value)
}

function refuses<Value>(codec: ControlCodec<Value>, value: Uint8Array | undefined, code: string) {
  const control: Control = { oid: codec.oid, criticality: false, ...(value && { value }) }
  assert.throws(
    () => codec.read(control),
    (error) => error instanceof DecodeError && error.code === code,
  )
}

suite('values on the wire', () => {
  test('paged results', () => {
    check(
      pagedResults,
      { size: 1000, cookie: hex`de ad` },
      hex`
        30 08          # realSearchControlValue
        02 02 03 e8    # size
        04 02 de ad    # cookie`,
    )
  })

  test('SD flags', () => check(sdFlags, 7, hex`30 03 02 01 07`))

  test('extended DN', () => {
    check(extendedDn, 'hex', hex`30 03 02 01 00`)
    check(extendedDn, 'text', hex`30 03 02 01 01`)
  })

  test('sort keys', () => {
    check(
      sort,
      [
        { attributeType: 'sn', orderingRule: '2.5.13.3', reverseOrder: true },
        { attributeType: 'cn', reverseOrder: false },
      ],
      hex`
        30 19          # SortKeyList
        30 11          # key
        04 02 'sn'     # attributeType
        80 08 '2.5.13.3' # orderingRule
        81 01 ff       # reverseOrder
        30 04          # key
        04 02 'cn'     # attributeType`,
    )
  })

  test('sort result', () => {
    check(sortResponse, { sortResult: 'success' }, hex`30 03 0a 01 00`)
    check(
      sortResponse,
      { sortResult: 'noSuchAttribute', attributeType: 'sn' },
      hex`30 07 0a 01 10 80 02 'sn'`,
    )
  })

  test('show deleted and domain scope have none', () => {
    assert.deepEqual(showDeleted.of(true), { oid: '1.2.840.113556.1.4.417', criticality: true })
    assert.deepEqual(domainScope.of(), { oid: '1.2.840.113556.1.4.1339', criticality: false })
  })
})

suite('finding controls', () => {
  const controls: Control[] = [
    { oid: controlOids.showDeleted, criticality: false },
    pagedResults.of({ size: 5, cookie: octets('next') }),
    { oid: controlOids.extendedDn, criticality: true },
  ]

  test('by kind', () => {
    assert.deepEqual(pagedResults.find(controls), { size: 5, cookie: octets('next') })
    assert.equal(sdFlags.find(controls), undefined)
    assert.equal(pagedResults.find(undefined), undefined)
    assert.equal(showDeleted.isIn(controls), true)
    assert.equal(domainScope.isIn(controls), false)
    assert.equal(pagedResults.isIn(controls), true)
    assert.equal(pagedResults.isIn(undefined), false)
  })

  test('extended DN without a value asks for hexadecimal', () => {
    assert.equal(extendedDn.find(controls), 'hex')
  })
})

suite('refusals', () => {
  test('a value that is missing, cut, too long or of another kind', () => {
    refuses(pagedResults, undefined, 'missing')
    refuses(pagedResults, hex``, 'truncated')
    refuses(pagedResults, hex`30 03 02 01 05`, 'truncated')
    refuses(pagedResults, hex`30 05 02 01 05 04 00 00`, 'trailing')
    refuses(pagedResults, hex`30 07 02 01 05 04 00 04 00`, 'duplicate')
    refuses(pagedResults, hex`30 05 02 01 ff 04 00`, 'range')
    refuses(sdFlags, hex`30 03 04 01 07`, 'tag')
    refuses(extendedDn, hex`30 03 02 01 02`, 'code')
    refuses(sort, hex`30 05 30 03 80 01 'a'`, 'tag')
  })

  test('more sort keys than anyone sorts by', () => {
    assert.equal(sort.read(sort.of(keys(64))).length, 64)
    refuses(sort, sort.of(keys(65)).value, 'count')
  })
})

test('any value is read as it was written', () => {
  const bytes = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(fc.nat(0x7fff_ffff), bytes, fc.integer(), (size, cookie, flags) => {
      assert.deepEqual(pagedResults.read(pagedResults.of({ size, cookie })), { size, cookie })
      assert.equal(sdFlags.read(sdFlags.of(flags)), flags)
    }),
  )
})

test('any bytes as a value are read or refused', () => {
  const codecs = [pagedResults, sdFlags, extendedDn, sort, sortResponse]
  fc.assert(
    fc.property(fc.constantFrom(...codecs), fc.uint8Array({ maxLength: 40 }), (codec, bytes) => {
      const value = bytes.length > 1 ? new Uint8Array([0x30, bytes.length, ...bytes]) : bytes
      try {
        codec.read({ oid: codec.oid, criticality: false, value })
      } catch (error) {
        assert(error instanceof DecodeError)
      }
    }),
    { numRuns: 2000 },
  )
})

function keys(count: number) {
  return Array.from({ length: count }, () => ({ attributeType: 'a', reverseOrder: false }))
}
