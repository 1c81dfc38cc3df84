import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CoverageGap, ForestBuilder, type Source } from '#directory'
import { CoverageNotes, coverageOf } from './coverage.ts'

/** Gaps of one source in a forest that was read without anything else having gone wrong. */
function gapsOf(forest: ForestBuilder, source: Source): readonly CoverageGap[] {
  const coverage = coverageOf(forest.build(), new CoverageNotes())
  return coverage.find((each) => each.source === source)?.gaps ?? []
}

test('a forest that was read whole has no gaps', () => {
  const forest = new ForestBuilder()
  for (const source of [
    'ldap-domain',
    'ldap-config',
    'ldap-schema',
    'nTSecurityDescriptor',
  ] as const)
    assert.deepEqual(gapsOf(forest, source), [], source)
})

test('an object of which nothing but the name came may be of any kind', () => {
  const forest = new ForestBuilder()
  const alice = forest.user('alice')
  for (const name of ['objectClass', 'nTSecurityDescriptor', 'userAccountControl'] as const)
    forest.withhold(alice, name)
  assert.deepEqual(gapsOf(forest, 'ldap-domain'), [
    {
      because: `1 object, namely "${alice.dn}", showed nothing but the name: the reading account may not read it.`,
    },
  ])
})

test('one that no ordinary account may read is so by design, and hides what can be in it', () => {
  const forest = new ForestBuilder()
  forest.withhold(forest.passwordSettingsContainer, 'objectClass')
  forest.withhold(forest.at('CN=BCKUPKEY_P Secret,CN=System'), 'objectClass')
  assert.deepEqual(
    gapsOf(forest, 'ldap-domain').map(({ hides, isByDesign }) => ({ hides, isByDesign })),
    [
      { hides: ['passwordSettings'], isByDesign: true },
      { hides: ['secret'], isByDesign: true },
    ],
  )
})

test('a container of DNS whose zones came hides nothing', () => {
  const forest = new ForestBuilder()
  const container = forest.at('CN=MicrosoftDNS,CN=System')
  forest.dnsZone('lab.example', { in: container })
  forest.withhold(container, 'objectClass')
  assert.deepEqual(
    gapsOf(forest, 'ldap-domain').map(({ hides, isByDesign }) => ({ hides, isByDesign })),
    [{ hides: [], isByDesign: true }],
  )
})

test('an attribute that every account has, and one came without, is a gap that hides no object', () => {
  const forest = new ForestBuilder()
  const alice = forest.user('alice')
  forest.withhold(alice, 'userAccountControl')
  assert.deepEqual(gapsOf(forest, 'ldap-domain'), [
    {
      because: `userAccountControl of 1 object could not be read, namely "${alice.dn}".`,
      hides: [],
    },
  ])
})

test('a missing descriptor tells the kinds of its objects, and whether that is by design', () => {
  const forest = new ForestBuilder()
  forest.withhold(forest.user('alice'), 'nTSecurityDescriptor')
  forest.withhold(forest.passwordSettingsContainer, 'nTSecurityDescriptor')
  assert.deepEqual(
    gapsOf(forest, 'nTSecurityDescriptor').map(({ hides, isByDesign }) => ({ hides, isByDesign })),
    [
      { hides: [], isByDesign: true },
      { hides: ['user'], isByDesign: undefined },
    ],
  )
})
