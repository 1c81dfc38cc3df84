import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './pwd-min-length.ts'

exposureTest(rule, {
  exposed: {
    'a domain that asks for seven characters': (f) => {
      f.set(f.head, { minPwdLength: 7 })
      return f.head
    },
    'a domain that asks for none': (f) => {
      f.set(f.head, { minPwdLength: 0 })
      return f.head
    },
    'a short one, whatever other policies there may be': (f) => {
      f.remove(f.passwordSettingsContainer)
      f.set(f.head, { minPwdLength: 7 })
      return f.head
    },
    'a policy of its own that is applied and asks for seven': (f) =>
      f.passwordSettings('Service', {
        appliesTo: [f.user('svc')],
        'msDS-MinimumPasswordLength': 7,
      }),
  },
  clean: {
    'a domain that asks for twelve': (f) => {
      f.set(f.head, { minPwdLength: 12 })
    },
    'a policy of its own that asks for eight': (f) => {
      f.passwordSettings('Service', { appliesTo: [f.user('svc')], 'msDS-MinimumPasswordLength': 8 })
    },
    'a policy of its own that asks for none and is applied to nobody': (f) => {
      f.passwordSettings('Unused', { 'msDS-MinimumPasswordLength': 0 })
    },
  },
  notAssessed: {
    'a policy that cannot be read': (f) => {
      f.withhold(f.head, 'minPwdLength')
    },
    'a domain whose own length is fine, without the container of other policies': (f) => {
      f.remove(f.passwordSettingsContainer)
    },
  },
})

test('eight to eleven characters are of low severity', () => {
  const severityOf = (minPwdLength: number) => {
    const f = new ForestBuilder()
    f.set(f.head, { minPwdLength })
    return assess(f.build(), [rule], f.now).findings[0]?.severity
  }
  assert.deepEqual([7, 8, 11].map(severityOf), ['high', 'low', 'low'])
})
