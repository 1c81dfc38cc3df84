import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { passwordTimes } from './account-times.ts'
import { Forest } from './forest.ts'
import { lastChange } from './replication.ts'

function timesOf(pwdLastSetDays: number | 'never' | undefined, unicodePwdDays?: number) {
  const f = new ForestBuilder()
  const pwdLastSet =
    typeof pwdLastSetDays === 'number'
      ? f.daysAgo(pwdLastSetDays)
      : pwdLastSetDays === 'never'
        ? 0
        : undefined
  const user = f.user('bob', { pwdLastSet })
  if (unicodePwdDays !== undefined) f.replicated(user, { unicodePwd: f.daysAgo(unicodePwdDays) })
  const forest = new Forest(f.build(), f.now)
  const id = forest.snapshot.byDn(user.dn)!
  const { unchangedSince, isUnread } = passwordTimes(forest, id)
  return { days: forest.daysSince(unchangedSince), isUnread }
}

test('a password is as old as the earlier of pwdLastSet and the last write of its hash', () => {
  assert.deepEqual(timesOf(10, 900), { days: 900, isUnread: false })
  assert.deepEqual(timesOf(900, 10), { days: 900, isUnread: false })
  assert.deepEqual(timesOf(20), { days: 20, isUnread: false })
})

test('an account that must change its password has no age, and one whose attributes did not come is unread', () => {
  assert.deepEqual(timesOf('never'), { days: undefined, isUnread: false })
  assert.deepEqual(timesOf(undefined), { days: undefined, isUnread: true })
})

test('broken metadata tells nothing', () => {
  const f = new ForestBuilder()
  const user = f.user('bob', { replPropertyMetaData: Uint8Array.of(1, 2, 3) })
  const forest = new Forest(f.build(), f.now)
  assert.equal(lastChange(forest, forest.snapshot.byDn(user.dn)!, 'unicodePwd'), undefined)
})
