import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './acl-account-restrictions-write.ts'

const set = 'User-Account-Restrictions'

exposureTest(rule, {
  exposed: {
    'one account of Tier Zero': (f) => (
      f.grant(f.user('mallory'), f.administrator, 'WP', set),
      f.administrator
    ),
    'the flags of a domain controller': (f) => (
      f.grant(f.user('mallory'), f.controllers[0]!, 'WP', 'userAccountControl'),
      f.controllers[0]!
    ),
    'more than 50 accounts of a unit': (f) => {
      const staff = f.ou('Staff')
      for (let i = 0; i < 51; i++) f.user(`user${i}`, { in: staff })
      f.grant(f.group('HelpDesk'), staff, 'WP', set, { onlyTo: 'user' })
      return staff
    },
    'more than 50 accounts of two units together': (f) => {
      const helpDesk = f.group('HelpDesk')
      return ['Staff', 'Guests'].map((name) => {
        const unit = f.ou(name)
        for (let i = 0; i < 26; i++) f.user(`${name}${i}`, { in: unit })
        f.grant(helpDesk, unit, 'WP', set, { onlyTo: 'user' })
        return unit
      })
    },
  },
  clean: {
    'fifty accounts': (f) => {
      const staff = f.ou('Staff')
      for (let i = 0; i < 50; i++) f.user(`user${i}`, { in: staff })
      f.grant(f.group('HelpDesk'), staff, 'WP', set, { onlyTo: 'user' })
    },
    'full control, which other exposures tell': (f) =>
      f.grant(f.user('mallory'), f.administrator, 'GA'),
    'reading the set': (f) => f.grant(f.user('reader'), f.administrator, 'RP', set),
  },
})

test('an account of Tier Zero in a unit of many is told with them, not twice', () => {
  const forest = new ForestBuilder()
  const servers = forest.ou('Servers')
  for (let i = 0; i < 60; i++) forest.computer(`WEB${i}`, { in: servers })
  forest.authority('CA1', { host: forest.computer('PKI1', { in: servers }) })
  forest.grant(forest.group('Join'), servers, 'WP', set, { onlyTo: 'computer' })
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  assert.deepEqual(
    finding?.objects.map(({ dn }) => dn),
    [servers.dn],
  )
})
