import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EqualityIndex } from './equality-index.ts'

test('every object with a key is found, ascending and once, and few without it', () => {
  const value = fc.tuple(fc.nat(50), fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'CN=x', 'é'))
  fc.assert(
    fc.property(fc.array(value), (unsorted) => {
      const values = unsorted.toSorted(([a], [b]) => a - b)
      const index = new EqualityIndex(values)
      for (const key of ['', 'a', 'b', 'ab', 'ba', 'CN=x', 'é', 'none']) {
        const holders = values.filter(([, held]) => held === key).map(([object]) => object)
        assert.deepEqual([...index.candidates(key)], [...new Set(holders)])
      }
    }),
  )
})

test('filling stops between steps and goes on until all is in', () => {
  const count = 100_000
  const index = new EqualityIndex(Array.from({ length: count }, (_, n) => [n, `key ${n}`] as const))
  let steps = 0
  for (; !index.isReady; steps++) index.step()
  assert.ok(steps > 20)
  for (const n of [0, 1, 4096, 77_777, count - 1]) {
    assert.deepEqual([...index.candidates(`key ${n}`)], [n])
  }
})
