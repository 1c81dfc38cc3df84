import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './entra-sso-key-old.ts'

exposureTest(rule, {
  exposed: {
    'more than a year': (f) => f.computer('AZUREADSSOACC', { pwdLastSet: f.daysAgo(400) }),
    'more than 30 days': (f) =>
      f.computer('AZUREADSSOACC', { pwdLastSet: f.daysAgo(31), in: f.ou('Hybrid') }),
    'known by its service': (f) =>
      f.computer('SSO', {
        servicePrincipalName: 'HOST/autologon.microsoftazuread-sso.com',
        pwdLastSet: f.daysAgo(400),
      }),
    'a fresh key among ordinary computers': (f) =>
      f.computer('AZUREADSSOACC', { pwdLastSet: f.daysAgo(3) }),
    'in a unit with ordinary computers': (f) => {
      const servers = f.ou('Servers')
      f.computer('WEB1', { in: servers })
      return f.computer('AZUREADSSOACC', { pwdLastSet: f.daysAgo(3), in: servers })
    },
  },
  clean: {
    'a fresh key in a unit of its own': (f) =>
      void f.computer('AZUREADSSOACC', { pwdLastSet: f.daysAgo(29), in: f.ou('Hybrid') }),
    'another computer': (f) => void f.computer('WEB1', { pwdLastSet: f.daysAgo(400) }),
  },
  notAssessed: {
    'an age that could not be read': (f) => f.withhold(f.computer('AZUREADSSOACC'), 'pwdLastSet'),
  },
})

const severityOf = (days: number) => {
  const forest = new ForestBuilder()
  forest.computer('AZUREADSSOACC', { pwdLastSet: forest.daysAgo(days) })
  return assess(forest.build(), [rule], forest.now).findings[0]?.severity
}

test('a year is high, a month medium, the wrong place low', () => {
  assert.deepEqual(
    [366, 365, 31, 30].map((days) => severityOf(days)),
    ['high', 'medium', 'medium', 'low'],
  )
})
