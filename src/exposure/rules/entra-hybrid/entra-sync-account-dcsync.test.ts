import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder, type TestPrincipal } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './entra-sync-account-dcsync.ts'

const description =
  'Account created by Microsoft Azure Active Directory Connect with installation identifier 0a1b2c running on computer SYNC1 configured to synchronize to tenant corp.example.'

function replicates(f: ForestBuilder, account: TestPrincipal): TestPrincipal {
  for (const right of ['DS-Replication-Get-Changes', 'DS-Replication-Get-Changes-All'])
    f.grant(account, f.head, 'CR', right)
  return account
}

exposureTest(rule, {
  exposed: {
    'the account of Entra Connect where its installer leaves it': (f) =>
      replicates(f, f.user('MSOL_0a1b2c', { description })),
    'without rights to replicate': (f) => f.user('MSOL_0a1b2c'),
    'the managed account of the cloud agent': (f) => f.managedAccount('pGMSA_1234'),
    'another name, known by rights and description': (f) =>
      replicates(f, f.user('svc-hybrid', { description: 'Directory sync to the cloud' })),
    'in a unit with ordinary accounts': (f) => {
      const services = f.ou('Services')
      f.user('svc-web', { in: services })
      return replicates(f, f.user('MSOL_0a1b2c', { in: services, description }))
    },
    'kept well, on a host that is not': (f) => {
      f.computer('SYNC1')
      return replicates(f, f.user('MSOL_0a1b2c', { in: f.ou('Hybrid'), description }))
    },
  },
  clean: {
    'account and host in a unit of their own': (f) => {
      const hybrid = f.ou('Hybrid')
      f.computer('SYNC1', { in: hybrid })
      replicates(f, f.user('MSOL_0a1b2c', { in: hybrid, description }))
    },
    'somebody who replicates and does not say why': (f) => void replicates(f, f.user('mallory')),
    'somebody who speaks of synchronising and cannot': (f) =>
      void f.user('phone', { description: 'Phone sync' }),
  },
})

test('with the secrets it is high, without medium', () => {
  const forest = new ForestBuilder()
  replicates(forest, forest.user('MSOL_1'))
  forest.user('MSOL_2')
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  assert.deepEqual(
    finding?.objects.map(({ severity }) => severity),
    ['high', 'medium'],
  )
})
