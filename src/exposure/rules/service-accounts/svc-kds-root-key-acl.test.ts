import { exposureTest } from '../../testing.ts'
import rule from './svc-kds-root-key-acl.ts'

exposureTest(rule, {
  exposed: {
    'a key that a user controls': (f) => {
      const key = f.kdsRootKey()
      f.grant(f.user('alice'), key, 'GA')
      return key
    },
    'a key whose secret a user may read': (f) => {
      const key = f.kdsRootKey()
      f.grant(f.user('alice'), key, 'RPCR')
      return key
    },
  },
  clean: {
    'a key with its defaults': (f) => {
      f.kdsRootKey()
    },
    'a key whose other properties a user may read': (f) => {
      f.grant(f.user('alice'), f.kdsRootKey(), 'RP')
    },
  },
})
