import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uac } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './pwd-in-text-attributes.ts'

exposureTest(rule, {
  exposed: {
    'a password in each kind of text': (f) => [
      f.user('a', { description: 'Password: Summer2023' }),
      f.user('b', { info: 'first line\nPasswort = Sommer23' }),
      f.user('c', { comment: 'mdp: soleil' }),
      f.computer('D1', { adminDescription: 'pwd Welcome1' }),
      f.user('e', { physicalDeliveryOfficeName: 'Xk9#mP2$vL' }),
      f.managedAccount('f', { extensionAttribute1: 'contraseña: Hola1234' }),
      f.user('g', { extensionAttribute15: 'пароль: Qwerty123' }),
    ],
    'one of several descriptions': (f) =>
      f.user('a', { description: ['Service account', 'pw: hunter2x'] }),
  },
  clean: {
    'a disabled account': (f) =>
      void f.user('a', {
        description: 'Password: Summer2023',
        userAccountControl: uac.normalAccount | uac.disabled,
      }),
    'texts about passwords, rooms and telephones': (f) => {
      f.user('a', {
        description: 'Password never expires: exception approved',
        physicalDeliveryOfficeName: 'B2-034a',
        info: 'Tel: +49 30 1234567',
      })
    },
    'a group': (f) => void f.group('G', { description: 'Password: Summer2023' }),
  },
})

test('pwd-in-text-attributes never tells the password nor the text around it', () => {
  const [found] = foundIn(
    rule,
    (f) => void f.user('a', { description: 'Password: Summer2023 then Winter2024' }),
  )
  assert.doesNotMatch(JSON.stringify(found), /Summer|2023|Winter|2024|then/)
  assert.deepEqual(found?.evidence, {
    found: [{ attribute: 'description', because: 'Password: and 10 characters' }],
  })
})
