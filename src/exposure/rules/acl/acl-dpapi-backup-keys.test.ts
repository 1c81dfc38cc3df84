import type { ForestBuilder, TestObject } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './acl-dpapi-backup-keys.ts'

function key(f: ForestBuilder, name = 'BCKUPKEY_1 Secret', more = ''): TestObject {
  const secret = f.object(`CN=${name},${f.system.dn}`, ['top', 'leaf', 'secret'])
  f.descriptor(secret, `O:DAG:DAD:(A;;GA;;;SY)${more}`)
  return secret
}

exposureTest(rule, {
  exposed: {
    reading: (f) => key(f, undefined, '(A;;RP;;;AU)'),
    'changing permissions': (f) => {
      const secret = key(f)
      f.grant(f.user('mallory'), secret, 'WD')
      return secret
    },
    'the key of another name': (f) =>
      key(f, 'BCKUPKEY_410e7caa-0a23-45cd-9907-45bea074c13d Secret', '(A;;CR;;;DU)'),
    'reading, by operators': (f) => key(f, undefined, '(A;;RP;;;BO)'),
    'a secret under its full name': (f) => key(f, 'G$BCKUPKEY_1', '(A;;GA;;;DU)'),
  },
  clean: {
    'as it ships': (f) => void key(f),
    'another secret': (f) =>
      f.grant(
        f.user('mallory'),
        f.object(`CN=Other Secret,${f.system.dn}`, ['top', 'leaf', 'secret']),
        'GA',
      ),
    'reading, by the administrators of the domain': (f) => void key(f, undefined, '(A;;RP;;;DA)'),
    'writing what is no part of the secret': (f) =>
      f.grant(f.user('mallory'), key(f), 'WP', 'description'),
    listing: (f) => void key(f, undefined, '(A;;LC;;;AU)'),
  },
})
