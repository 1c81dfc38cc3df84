import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder, type TestPrincipal, rid } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './acl-dcsync-unexpected.ts'

const changes = 'DS-Replication-Get-Changes'
const all = 'DS-Replication-Get-Changes-All'

function give(f: ForestBuilder, trustee: TestPrincipal, ...rights: readonly string[]) {
  for (const right of rights) f.grant(trustee, f.head, 'CR', right)
  return f.head
}

exposureTest(rule, {
  exposed: {
    'a user with both rights': (f) => give(f, f.user('mallory'), changes, all),
    'all extended rights': (f) => {
      f.grant(f.user('mallory'), f.head, 'CR')
      return f.head
    },
    'full control': (f) => {
      f.grant(f.user('mallory'), f.head, 'GA')
      return f.head
    },
    'one right through each of two groups': (f) => {
      const mallory = f.user('mallory')
      give(f, f.group('One', { members: [mallory] }), changes)
      return give(f, f.group('Other', { members: [mallory] }), all)
    },
    'an operator, who is Tier Zero but has no business here': (f) =>
      give(f, f.backupOperators, changes, all),
    'one of the rights alone': (f) => give(f, f.user('reader'), changes),
    'managing the topology': (f) => give(f, f.user('reader'), 'DS-Replication-Manage-Topology'),
    'both rights on a child domain': (f) => {
      const child = f.childDomain('emea')
      return give(child, child.user('mallory'), changes, all)
    },
    'an orphaned SID': (f) => {
      for (const right of [changes, all]) f.grant(`${f.sid}-9999`, f.head, 'CR', right)
      return f.head
    },
  },
  clean: {
    'an administrator named by himself': (f) => {
      const admin = f.user('admin')
      f.addTo(f.domainAdmins, admin)
      give(f, admin, changes, all)
    },
    'a group that is in Administrators': (f) => {
      const admins = f.group('Admins')
      f.addTo(f.administrators, admins)
      give(f, admins, changes, all)
    },
    'a second domain controller and a read-only one': (f) => {
      f.controller('DC2')
      f.rodc('RODC1')
    },
    'read-only controllers that replicate what they filter': (f) =>
      void give(
        f,
        f.rid(rid.enterpriseReadOnlyControllers),
        'DS-Replication-Get-Changes-In-Filtered-Set',
      ),
    'somebody who is denied it first': (f) => {
      const mallory = f.user('mallory')
      give(f, mallory, changes, all)
      f.deny(mallory, f.head, 'CR')
    },
    'rights that only children inherit': (f) =>
      f.grant(f.user('mallory'), f.head, 'CR', all, { inheritOnly: true }),
  },
})

const severityWith = (...rights: readonly string[]) => {
  const forest = new ForestBuilder()
  give(forest, forest.user('mallory'), ...rights)
  return assess(forest.build(), [rule], forest.now).findings[0]?.severity
}

test('secrets are critical, a part of the rights is medium', () => {
  assert.equal(severityWith(changes, all), 'critical')
  assert.equal(severityWith(all), 'medium')
  assert.equal(severityWith('DS-Replication-Synchronize'), 'medium')
})
