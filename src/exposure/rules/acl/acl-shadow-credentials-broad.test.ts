import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './acl-shadow-credentials-broad.ts'

const link = 'msDS-KeyCredentialLink'

exposureTest(rule, {
  exposed: {
    'writing keys of one user': (f) => {
      const alice = f.user('alice')
      f.grant(f.user('mallory'), alice, 'WP', link)
      return alice
    },
    'full control of a computer': (f) => {
      const web = f.computer('WEB1')
      f.grant(f.group('Team'), web, 'GA')
      return web
    },
    'writing every property': (f) => {
      const alice = f.user('alice')
      f.grant(f.user('mallory'), alice, 'WP')
      return alice
    },
    'a unit, for all its users at once': (f) => {
      const staff = f.ou('Staff')
      for (const name of ['alice', 'bob', 'carol']) f.user(name, { in: staff })
      f.grant(f.group('HelpDesk'), staff, 'WP', link, { inherit: true })
      return staff
    },
    'the topmost unit that passes it on': (f) => {
      const staff = f.ou('Staff')
      const berlin = f.ou('Berlin', { in: staff })
      f.user('alice', { in: berlin })
      f.user('bob', { in: staff })
      f.grant(f.group('HelpDesk'), staff, 'WP', link, { onlyTo: 'user' })
      return staff
    },
    'an entry on each of many accounts, told of their unit': (f) => {
      const staff = f.ou('Staff')
      const helpDesk = f.group('HelpDesk')
      for (let i = 0; i < 21; i++) f.grant(helpDesk, f.user(`user${i}`, { in: staff }), 'WP', link)
      return staff
    },
    'entries on a few accounts, each told': (f) => {
      const mallory = f.user('mallory')
      const targets = ['alice', 'bob'].map((name) => f.user(name))
      for (const target of targets) f.grant(mallory, target, 'WP', link)
      return targets
    },
    'a managed account': (f) => {
      const service = f.managedAccount('svc')
      f.grant(f.user('mallory'), service, 'WP', link)
      return service
    },
  },
  clean: {
    'Key Admins': (f) => f.grant(f.keyAdmins, f.user('alice'), 'WP', link),
    'the account itself': (f) => f.grant('S-1-5-10', f.user('alice'), 'WP', link),
    'an account named on itself': (f) => {
      const alice = f.user('alice')
      f.grant(alice, alice, 'WP', link)
    },
    'the validated write of computers': (f) =>
      f.grant(f.user('joiner'), f.computer('WEB1'), 'SW', 'DS-Validated-Write-Computer'),
    'the device registration service': (f) => {
      const service = f.managedAccount('drs')
      const registration = f.object(`CN=Device Registration Services,${f.services.dn}`, [
        'top',
        'msDS-DeviceRegistrationService',
      ])
      f.grant(service, registration, 'GA')
      f.grant(service, f.ou('Staff'), 'WP', link, { onlyTo: 'user' })
      f.user('alice', { in: f.at('OU=Staff') })
    },
    'the identity that synchronises with Entra ID': (f) => {
      f.grant(f.user('MSOL_0123456789ab'), f.ou('Staff'), 'WP', link, { onlyTo: 'user' })
      f.user('alice', { in: f.at('OU=Staff') })
    },
    groups: (f) => f.grant(f.user('mallory'), f.group('Team'), 'WP', link),
    'an entry for heirs of another class': (f) => {
      const staff = f.ou('Staff')
      f.user('alice', { in: staff })
      f.grant(f.user('mallory'), staff, 'WP', link, { onlyTo: 'group' })
    },
  },
})

test('a unit is told once, with how many accounts each trustee reaches', () => {
  const forest = new ForestBuilder()
  const staff = forest.ou('Staff')
  for (let i = 0; i < 30; i++) forest.user(`user${i}`, { in: staff })
  forest.grant(forest.group('HelpDesk'), staff, 'WP', link, { onlyTo: 'user' })
  forest.grant(forest.group('Operators'), staff, 'GA', undefined, { inherit: true })
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  assert.deepEqual(
    finding?.objects.map(({ name, says }) => [name, says]),
    [
      [
        'Staff',
        'Staff: for each of 30 accounts here, Operators can do anything to it; for each of 30 accounts here, HelpDesk can add sign-in keys to it',
      ],
    ],
  )
})
