import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder, type Sid } from '#directory'
import { CoverageNotes } from './coverage.ts'
import { noteUnlistable } from './own-view.ts'

/** Token of an ordinary domain user over the network. */
function ordinary(forest: ForestBuilder, ...more: readonly Sid[]): ReadonlySet<Sid> {
  return new Set([
    `${forest.sid}-4711`,
    `${forest.sid}-513`,
    'S-1-1-0',
    'S-1-5-2',
    'S-1-5-11',
    'S-1-5-32-545',
    'S-1-5-32-554',
    ...more,
  ])
}

function notesFor(forest: ForestBuilder, token: ReadonlySet<Sid>): CoverageNotes {
  const notes = new CoverageNotes()
  noteUnlistable(forest.build(), token, notes)
  return notes
}

function hidden(forest: ForestBuilder, token = ordinary(forest)): string {
  const gaps = notesFor(forest, token).of('ldap-domain')
  return gaps
    .filter(({ hides }) => hides === undefined)
    .map(({ because }) => because)
    .join('\n')
}

test('in a fresh forest an ordinary user may list all but what is closed by design', () => {
  const forest = new ForestBuilder()
  const notes = notesFor(forest, ordinary(forest))
  for (const source of ['ldap-domain', 'ldap-config', 'ldap-schema', 'ldap-dns'] as const) {
    for (const { hides, because } of notes.of(source)) assert.ok(Array.isArray(hides), because)
  }
})

test('a container that the account may not list is a gap about anything, and is named', () => {
  const forest = new ForestBuilder()
  const vault = forest.ou('Vault')
  forest.deny('S-1-5-11', vault, 'LC')
  assert.match(hidden(forest), /may not list 1 container, namely "OU=Vault,DC=corp,DC=example"/)
})

test('it is none for an account whose token lists it, or when the deny is for others', () => {
  const forest = new ForestBuilder()
  const ann = forest.user('ann')
  const auditors = forest.group('Auditors', { members: [ann] })
  const others = forest.group('Others', { members: [ann] })
  const vault = forest.ou('Vault')
  forest.descriptor(vault, `O:DAG:DAD:P(D;;LC;;;${others.sid})(A;;LC;;;${auditors.sid})`)
  assert.match(hidden(forest), /OU=Vault/)
  assert.equal(hidden(forest, ordinary(forest, auditors.sid)), '')
  assert.match(hidden(forest, ordinary(forest, auditors.sid, others.sid)), /OU=Vault/)
})

test('a container whose descriptor did not come counts when no child of it came', () => {
  const forest = new ForestBuilder()
  const empty = forest.ou('Empty')
  const used = forest.ou('Used')
  forest.user('ann', { in: used })
  for (const ou of [empty, used]) forest.withhold(ou, 'nTSecurityDescriptor')
  assert.match(hidden(forest), /OU=Empty/)
  assert.doesNotMatch(hidden(forest), /OU=Used/)
})

test('the container of password settings hides password settings only, one of the same name elsewhere hides anything', () => {
  const forest = new ForestBuilder()
  const impostor = forest.container('NTDS Quotas', { in: forest.ou('Staff') })
  for (const container of [forest.passwordSettingsContainer, impostor])
    forest.descriptor(container, 'O:DAG:DAD:P(A;;GA;;;DA)')
  const gaps = notesFor(forest, ordinary(forest)).of('ldap-domain')
  const of = (name: string) => gaps.find(({ because }) => because.includes(name))
  assert.deepEqual(of('Password Settings Container')?.hides, ['passwordSettings'])
  assert.equal(of('CN=NTDS Quotas,OU=Staff')?.hides, undefined)
})

test('without a token nothing is claimed', () => {
  const forest = new ForestBuilder()
  forest.deny('S-1-5-11', forest.ou('Vault'), 'LC')
  assert.equal(hidden(forest, new Set()), '')
})
