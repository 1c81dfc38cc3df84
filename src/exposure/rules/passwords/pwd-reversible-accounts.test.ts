import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uac } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './pwd-reversible-accounts.ts'

const flag = uac.reversiblePassword

exposureTest(rule, {
  exposed: {
    'a user and a computer': (f) => [
      f.user('bob', { userAccountControl: uac.normalAccount | flag }),
      f.computer('OLD1', { userAccountControl: uac.workstationTrustAccount | flag }),
    ],
  },
  clean: {
    'a user without the flag': (f) => void f.user('bob'),
    'a disabled one': (f) =>
      void f.user('bob', { userAccountControl: uac.normalAccount | flag | uac.disabled }),
  },
})

test('pwd-reversible-accounts is medium for computers, high for users and critical for Tier Zero', () => {
  const found = foundIn(rule, (f) => {
    f.user('bob', { userAccountControl: uac.normalAccount | flag })
    f.computer('OLD1', { userAccountControl: uac.workstationTrustAccount | flag })
    f.addTo(f.domainAdmins, f.user('ada', { userAccountControl: uac.normalAccount | flag }))
  })
  const severities = new Map(found.map(({ name, severity }) => [name, severity]))
  assert.deepEqual(
    [severities.get('bob'), severities.get('OLD1$'), severities.get('ada')],
    ['high', 'medium', 'critical'],
  )
})
