import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uac } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './priv-builtin-admin.ts'

exposureTest(rule, {
  exposed: {
    'one with an old password': (f) => {
      f.set(f.administrator, { pwdLastSet: f.daysAgo(181) })
      return f.administrator
    },
    'one that signed in recently': (f) => {
      f.set(f.administrator, { lastLogonTimestamp: f.daysAgo(34) })
      return f.administrator
    },
    'one that signed in at the controller that was read, under another name': (f) => {
      f.set(f.administrator, { sAMAccountName: 'Chef', lastLogon: f.daysAgo(1) })
      return f.administrator
    },
    'one whose password date was refreshed by ticking a box': (f) => {
      f.set(f.administrator, { pwdLastSet: f.daysAgo(5) })
      f.replicated(f.administrator, { unicodePwd: f.daysAgo(900) })
      return f.administrator
    },
    'that of a child domain': (f) => {
      const child = f.childDomain('emea')
      child.set(child.administrator, { pwdLastSet: f.daysAgo(400) })
      return child.administrator
    },
  },
  clean: {
    'one that last signed in 36 days ago': (f) =>
      f.set(f.administrator, { lastLogon: f.daysAgo(36), lastLogonTimestamp: f.daysAgo(40) }),
    'a disabled one': (f) =>
      f.set(f.administrator, {
        userAccountControl: uac.normalAccount | uac.disabled,
        pwdLastSet: f.daysAgo(900),
        lastLogon: f.daysAgo(1),
      }),
    'another account called Administrator': (f) =>
      void f.user('Administrator2', {
        sAMAccountName: 'Administrateur',
        pwdLastSet: f.daysAgo(900),
      }),
  },
  notAssessed: {
    'a password date that could not be read': (f) => f.withhold(f.administrator, 'pwdLastSet'),
    'sign-ins that could not be read': (f) => {
      for (const name of ['lastLogon', 'lastLogonTimestamp', 'logonCount'])
        f.withhold(f.administrator, name)
    },
  },
})

test('priv-builtin-admin is high for an old password and medium for a recent sign-in', () => {
  const [old] = foundIn(rule, (f) =>
    f.set(f.administrator, { pwdLastSet: f.daysAgo(300), lastLogon: f.daysAgo(1) }),
  )
  const [used] = foundIn(rule, (f) => f.set(f.administrator, { lastLogon: f.daysAgo(1) }))
  assert.deepEqual([old?.severity, used?.severity], ['high', 'medium'])
})
