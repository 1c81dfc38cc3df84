import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Addresses, FairPool, FairQueue, Share, Turns } from './turns.ts'

describe('a fair queue', () => {
  /** Takes jobs until there are none; each costs its owner 10. */
  function order(queue: FairQueue<readonly [string, Share]>, most = Infinity): string {
    let text = ''
    for (let job = queue.take(); job !== undefined; job = queue.take()) {
      text += job[0]
      queue.charge(job[1], 10)
      if (text.length >= most) break
    }
    return text
  }

  test('serves in turn, however many jobs one client has', () => {
    const queue = new FairQueue<readonly [string, Share]>()
    const [a, b] = [new Share(), new Share()]
    for (let n = 0; n < 4; n++) queue.add(a, ['a', a])
    for (let n = 0; n < 2; n++) queue.add(b, ['b', b])
    assert.equal(order(queue), 'ababaa')
  })

  test('serves who comes new before those who had much, but not for having been away', () => {
    const queue = new FairQueue<readonly [string, Share]>()
    const [a, b, late] = [new Share(), new Share(), new Share()]
    for (let n = 0; n < 50; n++) {
      queue.add(a, ['a', a])
      queue.add(b, ['b', b])
    }
    order(queue, 40)
    for (let n = 0; n < 3; n++) queue.add(late, ['l', late])
    assert.match(order(queue, 9), /^[al](.*)$/)
    assert.ok(late.had >= 180 && late.had <= 230)
  })

  test('divides among addresses first, then among the clients of each', () => {
    const queue = new FairQueue<readonly [string, Share]>()
    const [here, there] = [new Share(), new Share()]
    const many = Array.from({ length: 5 }, () => new Share(here))
    const one = new Share(there)
    for (const share of many) {
      queue.add(share, ['h', share])
      queue.add(share, ['h', share])
    }
    for (let n = 0; n < 3; n++) queue.add(one, ['t', one])
    assert.equal(order(queue), 'hththt' + 'h'.repeat(7))
    assert.ok(many.every(({ had }) => had >= 20))
  })
})

describe('turns', () => {
  const work = (ms: number) => () => {
    const end = performance.now() + ms
    while (performance.now() < end);
    return ms
  }

  test('a little work is done at once, and what fails says so', async () => {
    const turns = new Turns()
    assert.equal(
      turns.take(new Share(), () => 1),
      1,
    )
    const failing = () => {
      throw new RangeError('no')
    }
    assert.throws(() => void turns.take(new Share(), failing), RangeError)
    void turns.take(new Share(), work(10))
    await assert.rejects(async () => turns.take(new Share(), failing), RangeError)
  })

  test('between slices the event loop goes round, and who asks for little waits for few of them', async () => {
    const turns = new Turns()
    const greedy = Array.from({ length: 30 }, () => new Share())
    const modest = new Share()
    let rounds = 0
    let slices = 0
    const timer = setInterval(() => rounds++, 1)
    const all = Promise.all(
      greedy.map(async (share) => {
        for (let n = 0; n < 3; n++) {
          await turns.take(share, work(5))
          slices++
        }
      }),
    )
    // Until each has had something.
    await sleep(200)
    const before = slices
    assert.ok(before > 0 && before < 80)
    await turns.take(modest, work(0))
    const waited = slices - before
    await all
    clearInterval(timer)
    assert.ok(waited <= 15, `for ${waited} slices`)
    assert.ok(rounds > 30, `${rounds} rounds`)
  })

  test('a slice is over after some milliseconds, not at once', () => {
    const turns = new Turns()
    const atOnce: boolean[] = []
    const later: boolean[] = []
    // Several, since a pause of the machine may use one up.
    for (let n = 0; n < 10; n++) {
      void turns.take(new Share(), () => {
        atOnce.push(turns.isOver)
        work(10)()
        later.push(turns.isOver)
      })
    }
    assert.ok(atOnce.includes(false))
    assert.ok(!later.includes(false))
  })
})

describe('a fair pool', () => {
  test('runs no more than may be at once, those of a new address before the flood of another', async () => {
    const pool = new FairPool(2)
    const addresses = new Addresses()
    const flood = addresses.join('192.0.2.1')
    let running = 0
    let most = 0
    const ended: string[] = []
    const job = (name: string) => async () => {
      most = Math.max(most, ++running)
      await sleep(5)
      running--
      ended.push(name)
    }
    const all = Array.from({ length: 20 }, () => pool.run(new Share(flood), job('flood')))
    await sleep(12)
    all.push(pool.run(new Share(addresses.join('192.0.2.2')), job('other')))
    await Promise.all(all)
    assert.equal(most, 2)
    assert.ok(ended.indexOf('other') < 10, ended.join(' '))
  })

  test('too many that wait at one address are told so at once, those of another are not', async () => {
    const pool = new FairPool(1)
    const here = new Share()
    let go = () => {}
    const job = () => new Promise<string>((resolve) => (go = () => resolve('done')))
    const first = pool.run(new Share(here), job)
    const waiting = Array.from({ length: 64 }, () => pool.run(new Share(here), async () => 'done'))
    assert.equal(await pool.run(new Share(here), async () => 'done'), undefined)
    const other = pool.run(new Share(new Share()), async () => 'other')
    go()
    assert.equal(await other, 'other')
    assert.deepEqual(new Set(await Promise.all([first, ...waiting])), new Set(['done']))
  })

  test('a job that fails says so and holds nothing up', async () => {
    const pool = new FairPool(1)
    const share = new Share()
    const failed = pool.run(share, () => Promise.reject(new RangeError('no')))
    const fine = pool.run(share, async () => 1)
    await assert.rejects(failed, RangeError)
    assert.equal(await fine, 1)
  })
})

test('an address is forgotten with its last client', () => {
  const addresses = new Addresses()
  const share = addresses.join('a')
  assert.equal(addresses.join('a'), share)
  addresses.leave('a')
  assert.equal(addresses.join('a'), share)
  addresses.leave('a')
  addresses.leave('a')
  assert.notEqual(addresses.join('a'), share)
})
