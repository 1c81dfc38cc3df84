import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Holding, type Idle, Memory } from './memory.ts'

/** What holds memory and gives it back when it is given up. */
function idle(memory: Memory, amount: number, name: string, closed: string[]): Idle {
  const holding = new Holding(memory)
  assert.ok(holding.take(amount))
  const search = {
    held: holding.held,
    close() {
      closed.push(name)
      holding.release()
    },
  }
  memory.lay(search)
  return search
}

describe('memory for all', () => {
  test('what is taken is given back, exactly', () => {
    const memory = new Memory(1000)
    const holding = new Holding(memory)
    for (let n = 0; n < 10; n++) {
      assert.ok(holding.take(50.5))
      assert.ok(holding.take(400))
      holding.give(399)
      assert.ok(holding.resize(17))
    }
    holding.release()
    assert.equal(holding.held, 0)
    assert.ok(memory.take(1000))
    assert.equal(memory.take(1), false)
  })

  test('a little is there for everybody even when there is nothing left', () => {
    const memory = new Memory(0)
    const holding = new Holding(memory)
    assert.ok(holding.take(32))
    assert.equal(holding.take(1), false)
    holding.give(10)
    assert.ok(holding.take(10))
    assert.equal(holding.held, 0)
  })

  test('the longest idle are given up when there is need, and no more than needed', () => {
    const memory = new Memory(1000)
    const closed: string[] = []
    idle(memory, 300, 'first', closed)
    idle(memory, 300, 'second', closed)
    const third = idle(memory, 200, 'third', closed)
    assert.ok(memory.take(200))
    assert.deepEqual(closed, ['first'])
    memory.pick(third)
    assert.equal(memory.take(900), false)
    assert.deepEqual(closed, ['first', 'second'])
  })

  test('what holds nothing is not given up, since that would help nobody', () => {
    const memory = new Memory(100)
    const closed: string[] = []
    idle(memory, 10, 'small', closed)
    assert.equal(memory.take(1000), false)
    assert.deepEqual(closed, [])
  })
})
