import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ForestBuilder } from '#directory'
import { uac } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './stale-users-dormant.ts'

const dormant = (f: ForestBuilder, name: string, attributes: object = {}) =>
  f.user(name, {
    pwdLastSet: f.daysAgo(1097),
    lastLogon: undefined,
    lastLogonTimestamp: f.daysAgo(366),
    ...attributes,
  })

const severityOf = (others: number) =>
  foundIn(rule, (f) => {
    dormant(f, 'bob')
    for (let n = 0; n < others; n++) f.user(`user${n}`)
  })[0]?.severity

exposureTest(rule, {
  exposed: {
    'one that has not signed in for a year, one that never has': (f) => [
      dormant(f, 'bob'),
      dormant(f, 'eve', { lastLogonTimestamp: undefined, logonCount: 0 }),
    ],
  },
  clean: {
    'one that signed in at the controller that was read': (f) =>
      void dormant(f, 'bob', { lastLogon: f.daysAgo(30) }),
    'one with a password within three years': (f) =>
      void dormant(f, 'bob', { pwdLastSet: f.daysAgo(1095) }),
    'one that signed in within the year': (f) =>
      void dormant(f, 'bob', { lastLogonTimestamp: f.daysAgo(364) }),
    'one that must change its password': (f) => void dormant(f, 'bob', { pwdLastSet: 0 }),
    'a disabled one': (f) =>
      void dormant(f, 'bob', { userAccountControl: uac.normalAccount | uac.disabled }),
    'the account of a trust': (f) =>
      void dormant(f, 'bob', { userAccountControl: uac.interdomainTrustAccount }),
    'one in a domain that keeps sign-ins 100 days coarse': (f) => {
      f.set(f.head, { 'msDS-LogonTimeSyncInterval': 114 })
      dormant(f, 'bob', { lastLogonTimestamp: f.daysAgo(460) })
    },
  },
  notAssessed: {
    'sign-ins that may not be read': (f) => {
      const user = dormant(f, 'bob')
      for (const name of ['lastLogon', 'lastLogonTimestamp', 'logonCount']) f.withhold(user, name)
    },
    'flags that may not be read': (f) => f.withhold(f.user('bob'), 'userAccountControl'),
    'password dates that may not be read': (f) => f.withhold(dormant(f, 'bob'), 'pwdLastSet'),
    'a domain that keeps no sign-ins': (f) => {
      f.set(f.head, { 'msDS-LogonTimeSyncInterval': 0 })
      dormant(f, 'bob')
    },
  },
})

test('stale-users-dormant is high when more than a quarter of the users are dormant, else low', () => {
  // The built-in administrator is a user too.
  assert.deepEqual([severityOf(1), severityOf(2), severityOf(3)], ['high', 'low', 'low'])
})
