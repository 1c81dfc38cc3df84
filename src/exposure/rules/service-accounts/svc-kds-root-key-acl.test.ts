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
  notAssessed: {
    'a managed account, but no key in sight': (f) => void f.managedAccount('gmsaApp'),
  },
  clean: {
    'a key with its defaults': (f) => {
      f.kdsRootKey()
    },
    'a key on which a user may use extended rights, but read nothing': (f) => {
      f.grant(f.user('alice'), f.kdsRootKey(), 'CR')
    },
    'a key whose other properties a user may read': (f) => {
      f.grant(f.user('alice'), f.kdsRootKey(), 'RP')
    },
  },
})
