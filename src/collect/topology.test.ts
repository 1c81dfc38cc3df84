import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdersOf, isInForest, type Topology } from './topology.ts'

const rootDn = 'DC=corp,DC=example'

for (const [named, root, host, expected] of [
  ['dc1.corp.example', rootDn, 'dc2.corp.example', true],
  ['dc1.corp.example', rootDn, 'dc7.emea.corp.example', true],
  ['dc7.emea.corp.example', rootDn, 'dc1.corp.example', true],
  ['DC1.Corp.Example', rootDn, 'dc2.corp.example', true],
  ['corp.example', rootDn, 'dc2.corp.example', true],
  ['192.0.2.7', rootDn, 'dc2.corp.example', true],
  ['2001:db8::7', rootDn, 'dc2.corp.example', true],
  // Another tree of the forest, or a place the directory merely claims to be its own.
  ['dc1.corp.example', rootDn, 'dc1.fabrikam.example', false],
  ['dc1.corp.example', rootDn, 'evil.example', false],
  ['dc1.corp.example', rootDn, 'notcorp.example', false],
  ['dc1.corp.example', rootDn, 'corp.example.evil.test', false],
  ['dc1.corp.example', 'DC=evil,DC=test', 'dc.evil.test', false],
  ['dc1.corp.example', 'DC=example', 'evil.example', false],
  ['dc1.corp.example', '', 'evil.test', false],
  ['192.0.2.7', 'DC=test', 'evil.test', false],
  ['dc1', rootDn, 'dc2.corp.example', false],
] as const) {
  test(`${host} ${expected ? 'is' : 'is not'} in the forest of ${named}, which says its root is "${root}"`, () => {
    assert.equal(isInForest(host, { named, rootDn: root, furtherTrees: [] }), expected)
  })
}

test('a tree the caller vouches for is in the forest', () => {
  const forest = { named: 'dc1.corp.example', rootDn, furtherTrees: ['Fabrikam.example'] }
  assert.equal(isInForest('dc1.fabrikam.example', forest), true)
  assert.equal(isInForest('fabrikam.example.evil.test', forest), false)
})

test('holders of a naming context are found in any spelling of it, writable ones first', () => {
  const holds = new Set(['dc=corp,dc=example'])
  const topology: Topology = {
    contexts: [],
    controllers: [
      { host: 'rodc', isReadOnly: true, holds },
      { host: 'dc1', isReadOnly: false, holds },
      { host: 'other', isReadOnly: false, holds: new Set() },
    ],
  }
  assert.deepEqual(
    holdersOf(topology, 'DC=Corp, DC=Example').map(({ host }) => host),
    ['dc1', 'rodc'],
  )
})
