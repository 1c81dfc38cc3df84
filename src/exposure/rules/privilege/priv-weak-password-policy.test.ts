import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ForestBuilder } from '#directory'
import { uac } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './priv-weak-password-policy.ts'

const year = 365 * 86_400_000
const admin = (f: ForestBuilder) => {
  const user = f.user('ada')
  f.addTo(f.domainAdmins, user)
  return user
}
const weak = { minPwdLength: 7 }

exposureTest(rule, {
  exposed: {
    'a short minimum for the domain': (f) => {
      f.set(f.head, weak)
      return f.administrator
    },
    'no complexity': (f) => {
      f.set(f.head, { pwdProperties: 0 })
      return f.administrator
    },
    'a maximum age of four years': (f) => {
      f.set(f.head, { maxPwdAge: 4 * year })
      return f.administrator
    },
    'passwords that never expire': (f) => {
      f.set(f.head, { maxPwdAge: Infinity })
      return f.administrator
    },
    'passwords that never expire, written as 0': (f) => {
      f.set(f.head, { maxPwdAge: 0 })
      return f.administrator
    },
    'thirteen characters, a little short': (f) => {
      f.set(f.head, { minPwdLength: 13 })
      return f.administrator
    },
    'weak settings linked to the user, which win over strong ones of a group with a lower precedence number':
      (f) => {
        const user = admin(f)
        f.passwordSettings('Weak', {
          appliesTo: [user],
          'msDS-MinimumPasswordLength': 6,
          'msDS-PasswordSettingsPrecedence': 50,
        })
        f.passwordSettings('Strong', {
          appliesTo: [f.domainAdmins],
          'msDS-PasswordSettingsPrecedence': 1,
        })
        return user
      },
    'weak settings of a nested global group': (f) => {
      const user = f.user('ada')
      const inner = f.group('Inner', { members: [user] })
      const outer = f.group('Outer', { members: [inner] })
      f.addTo(f.domainAdmins, user)
      f.passwordSettings('Weak', { appliesTo: [outer], 'msDS-PasswordComplexityEnabled': false })
      return user
    },
    'weak settings of the primary group': (f) => {
      const user = admin(f)
      f.set(f.administrator, { userAccountControl: uac.normalAccount | uac.disabled })
      f.passwordSettings('Weak', {
        appliesTo: [f.domainUsers],
        'msDS-MaximumPasswordAge': Infinity,
      })
      return user
    },
    'the lower objectGUID among equals': (f) => {
      const user = admin(f)
      f.set(f.administrator, { userAccountControl: uac.normalAccount | uac.disabled })
      f.passwordSettings('B', {
        appliesTo: [f.domainAdmins],
        objectGUID: '00000000-0000-0000-0000-000000000002',
      })
      f.passwordSettings('A', {
        appliesTo: [f.domainAdmins],
        objectGUID: '00000000-0000-0000-0000-000000000001',
        'msDS-MinimumPasswordLength': 4,
      })
      return user
    },
    'settings where the level of the domain is too low for them': (f) => {
      f.set(f.head, { ...weak, 'msDS-Behavior-Version': 2 })
      f.passwordSettings('Strong', { appliesTo: [f.domainAdmins] })
      return f.administrator
    },
    'the domain of the account, not the root': (f) => {
      const child = f.childDomain('emea')
      child.set(child.head, weak)
      return child.administrator
    },
  },
  clean: {
    'a weak domain with strong settings for administrators': (f) => {
      f.set(f.head, weak)
      f.passwordSettings('Strong', { appliesTo: [f.domainAdmins] })
    },
    'the lowest precedence number among groups': (f) => {
      f.set(f.head, weak)
      f.passwordSettings('Weak', {
        appliesTo: [f.domainAdmins],
        'msDS-MinimumPasswordLength': 4,
        'msDS-PasswordSettingsPrecedence': 20,
      })
      f.passwordSettings('Strong', {
        appliesTo: [f.domainAdmins],
        'msDS-PasswordSettingsPrecedence': 10,
      })
    },
    'weak settings for a universal group, which does not pass them on': (f) => {
      const group = f.group('Wide', { scope: 'universal', members: [admin(f)] })
      f.passwordSettings('Weak', { appliesTo: [group], 'msDS-MinimumPasswordLength': 4 })
    },
    'weak settings for people who are no administrators': (f) =>
      void f.passwordSettings('Weak', {
        appliesTo: [f.user('bob')],
        'msDS-MinimumPasswordLength': 4,
      }),
    'administrators that sign in by smart card': (f) => {
      f.set(f.head, weak)
      f.set(f.administrator, { userAccountControl: uac.normalAccount | uac.smartcardRequired })
    },
    'settings that may not be read, where none applies': (f) => {
      f.remove(f.passwordSettingsContainer)
    },
  },
  notAssessed: {
    'settings that apply but may not be read': (f) => {
      f.set(f.domainAdmins, { 'msDS-PSOApplied': `CN=Hidden,${f.passwordSettingsContainer.dn}` })
      f.remove(f.passwordSettingsContainer)
    },
    'settings that may not be read, and nothing to tell whether one applies': (f) => {
      f.remove(f.passwordSettingsContainer)
      f.unasked('msDS-PSOApplied')
    },
    'a policy of the domain that could not be read': (f) => f.withhold(f.head, 'maxPwdAge'),
  },
})

test('priv-weak-password-policy is low for a policy that is only a little short', () => {
  const severities = [13, 7].map(
    (minPwdLength) => foundIn(rule, (f) => f.set(f.head, { minPwdLength }))[0]?.severity,
  )
  assert.deepEqual(severities, ['low', 'high'])
})
