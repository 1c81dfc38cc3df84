import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder, type TestObject, uac } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './acl-force-change-password-broad.ts'

const reset = 'User-Force-Change-Password'

function staffOf(f: ForestBuilder): TestObject {
  const staff = f.ou('Staff')
  for (const name of ['alice', 'bob']) f.user(name, { in: staff })
  return staff
}

exposureTest(rule, {
  exposed: {
    'Domain Users, on a unit': (f) => {
      const staff = staffOf(f)
      f.grant(f.domainUsers, staff, 'CR', reset, { onlyTo: 'user' })
      return staff
    },
    'all extended rights': (f) => {
      const alice = f.user('alice')
      f.grant('S-1-5-11', alice, 'CR')
      return alice
    },
    'a group of more than 50': (f) => {
      const staff = staffOf(f)
      const members = Array.from({ length: 51 }, (_, i) => f.user(`helper${i}`))
      f.grant(f.group('HelpDesk', { members }), staff, 'CR', reset, { onlyTo: 'user' })
      return staff
    },
    'a group of groups of more than 50': (f) => {
      const staff = staffOf(f)
      const part = (from: number) =>
        f.group(`Part${from}`, {
          members: Array.from({ length: 30 }, (_, i) => f.user(`helper${from + i}`)),
        })
      f.grant(f.group('HelpDesk', { members: [part(0), part(100)] }), staff, 'CR', reset, {
        onlyTo: 'user',
      })
      return staff
    },
  },
  clean: {
    'a help desk of 50': (f) => {
      const members = Array.from({ length: 50 }, (_, i) => f.user(`helper${i}`))
      f.grant(f.group('HelpDesk', { members }), staffOf(f), 'CR', reset, { onlyTo: 'user' })
    },
    'a large group of disabled accounts': (f) => {
      const gone = { userAccountControl: uac.normalAccount | uac.disabled }
      const members = Array.from({ length: 60 }, (_, i) => f.user(`gone${i}`, gone))
      f.grant(f.group('Former', { members }), staffOf(f), 'CR', reset, { onlyTo: 'user' })
    },
    'a disabled user': (f) =>
      f.grant(
        f.domainUsers,
        f.user('gone', { userAccountControl: uac.normalAccount | uac.disabled }),
        'CR',
        reset,
      ),
    'changing a password knowing the old one': (f) =>
      f.grant('S-1-1-0', f.user('alice'), 'CR', 'User-Change-Password'),
  },
})

test('it tells how many of the accounts are near Tier Zero', () => {
  const forest = new ForestBuilder()
  const staff = staffOf(forest)
  forest.grant(
    forest.group('Operators', { members: [forest.at('CN=alice,OU=Staff') as never] }),
    forest.administrator,
    'WD',
  )
  forest.grant(forest.domainUsers, staff, 'CR', reset, { onlyTo: 'user' })
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  assert.equal(
    finding?.objects[0]?.says,
    'Staff: for each of 2 users here, Domain Users can reset its password; one of them is in Tier Zero or one step from it',
  )
  assert.equal(finding.objects[0].evidence['oneStepFromTierZero'], 1)
})
