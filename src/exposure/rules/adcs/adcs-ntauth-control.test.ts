import { exposureTest } from '../../testing.ts'
import rule from './adcs-ntauth-control.ts'

exposureTest(rule, {
  exposed: {
    'a store that a user may add certificates to': (f) => {
      f.authority('CA1')
      f.grant(f.user('alice'), f.ntAuthCertificates, 'WP', 'cACertificate')
      return f.ntAuthCertificates
    },
    'a store whose permissions a group may change': (f) => {
      f.authority('CA1')
      f.grant(f.group('PKI helpers'), f.ntAuthCertificates, 'WD')
      return f.ntAuthCertificates
    },
  },
  clean: {
    'a store with its defaults': (f) => {
      f.authority('CA1')
    },
    'a store that a user may read': (f) => {
      f.authority('CA1')
      f.grant(f.user('alice'), f.ntAuthCertificates, 'RP')
    },
  },
  notAssessed: {
    'the container of all out of sight': (f) => {
      f.remove(f.publicKeyServices)
    },
  },
})
