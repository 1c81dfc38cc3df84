import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Dice } from './dice.ts'
import { person } from './names.ts'

test('account and mail names are different for each of 60,000 people, and short enough', () => {
  const accounts = new Set<string>()
  const mailNames = new Set<string>()
  for (let index = 0; index < 60_000; index++) {
    const { account, mailName } = person(index)
    assert.match(account, /^[a-z]\.[a-z]{2,10}\.[a-z0-9]{1,6}$/)
    assert.ok(account.length <= 20, account)
    accounts.add(account)
    mailNames.add(mailName)
  }
  assert.equal(accounts.size, 60_000)
  assert.equal(mailNames.size, 60_000)
})

test('a full name comes again only with a number', () => {
  const names = Array.from({ length: 30_000 }, (_, index) => person(index).fullName)
  assert.equal(new Set(names).size, names.length)
})

test('dice give the same for the same seed, and shares that come out', () => {
  const [one, same, other] = [new Dice('a'), new Dice('a'), new Dice('b')]
  assert.equal(one.bits(7, 3), same.bits(7, 3))
  assert.notEqual(one.bits(7, 3), other.bits(7, 3))
  const happened = Array.from({ length: 20_000 }, (_, index) => one.happens(0.3, index, 1)).filter(
    Boolean,
  ).length
  assert.ok(Math.abs(happened - 6000) < 300, String(happened))
  const counts = Array.from({ length: 5 }, () => 0)
  for (let index = 0; index < 10_000; index++) counts[one.number(5, index, 2)]! += 1
  assert.ok(
    counts.every((count) => Math.abs(count - 2000) < 200),
    String(counts),
  )
})
