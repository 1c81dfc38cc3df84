import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './acl-null-dacl.ts'

exposureTest(rule, {
  exposed: {
    'a user without an access list': (f) => f.user('alice', { nTSecurityDescriptor: 'O:DAG:DA' }),
    'a NULL one': (f) => f.ou('Staff', { nTSecurityDescriptor: 'O:DAG:DAD:NO_ACCESS_CONTROL' }),
    'an empty one': (f) => f.user('alice', { nTSecurityDescriptor: 'O:DAG:DAD:P' }),
    'an object of the configuration': (f) => (
      f.set(f.services, { nTSecurityDescriptor: 'O:DAG:DAD:NO_ACCESS_CONTROL' }),
      f.services
    ),
  },
  clean: {
    'a single entry': (f) =>
      void f.user('alice', { nTSecurityDescriptor: 'O:DAG:DAD:P(A;;GA;;;SY)' }),
    'one of which nothing but the name came: whoever is kept out is kept out by a list': (f) => {
      const alice = f.user('alice')
      f.withhold(alice, 'objectClass')
      f.withhold(alice, 'nTSecurityDescriptor')
    },
  },
  notAssessed: {
    'one that could not be read': (f) => f.withhold(f.user('alice'), 'nTSecurityDescriptor'),
    'one that is broken': (f) =>
      void f.user('alice', { nTSecurityDescriptor: Uint8Array.of(1, 0, 4, 0x80) }),
  },
})

test('open is high, critical for Tier Zero, and shut is low', () => {
  const forest = new ForestBuilder()
  forest.user('open', { nTSecurityDescriptor: 'O:DAG:DAD:NO_ACCESS_CONTROL' })
  forest.user('shut', { nTSecurityDescriptor: 'O:DAG:DAD:P' })
  forest.set(forest.administrator, { nTSecurityDescriptor: 'O:DAG:DAD:NO_ACCESS_CONTROL' })
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  const severities = Object.fromEntries(
    finding?.objects.map(({ name, severity }) => [name, severity]) ?? [],
  )
  assert.deepEqual(severities, { Administrator: 'critical', open: 'high', shut: 'low' })
})
