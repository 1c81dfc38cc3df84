import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './acl-sidhistory-write.ts'

exposureTest(rule, {
  exposed: {
    'the attribute of one user': (f) => {
      const alice = f.user('alice')
      f.grant(f.user('mallory'), alice, 'WP', 'sIDHistory')
      return alice
    },
    'the property set, on a unit': (f) => {
      const staff = f.ou('Staff')
      f.user('alice', { in: staff })
      f.grant(f.group('HelpDesk'), staff, 'WP', 'General-Information', { onlyTo: 'user' })
      return staff
    },
    'that of a group': (f) => {
      const group = f.group('Team')
      f.grant(f.user('mallory'), group, 'WP', 'sIDHistory')
      return group
    },
    'full control for somebody who may migrate': (f) => {
      const mallory = f.user('mallory')
      const alice = f.user('alice')
      f.grant(f.group('Migration', { members: [mallory] }), f.head, 'CR', 'Migrate-SID-History')
      f.grant(mallory, alice, 'GA')
      return alice
    },
  },
  clean: {
    'full control for others, which other exposures tell': (f) =>
      f.grant(f.user('mallory'), f.user('alice'), 'GA'),
    'another attribute': (f) => f.grant(f.user('mallory'), f.user('alice'), 'WP', 'displayName'),
    'Tier Zero': (f) => f.grant(f.accountOperators, f.user('alice'), 'WP', 'sIDHistory'),
  },
})

const severityWith = (property: string, migrates = false) => {
  const forest = new ForestBuilder()
  const mallory = forest.user('mallory')
  forest.grant(mallory, forest.user('alice'), 'WP', property)
  if (migrates) forest.grant(mallory, forest.head, 'CR', 'Migrate-SID-History')
  return assess(forest.build(), [rule], forest.now).findings[0]?.severity
}

test('the property set alone is high, the attribute or the right to migrate makes it critical', () => {
  assert.equal(severityWith('General-Information'), 'high')
  assert.equal(severityWith('sIDHistory'), 'critical')
  assert.equal(severityWith('General-Information', true), 'critical')
})
