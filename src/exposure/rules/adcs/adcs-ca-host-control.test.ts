import { exposureTest } from '../../testing.ts'
import rule from './adcs-ca-host-control.ts'

exposureTest(rule, {
  exposed: {
    'a server of an authority that a user controls': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      f.grant(f.user('alice'), host, 'GA')
      return host
    },
    'one for which a user may set who acts for others': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      f.grant(f.user('alice'), host, 'WP', 'msDS-AllowedToActOnBehalfOfOtherIdentity')
      return host
    },
  },
  clean: {
    'a server of an authority with its defaults': (f) => {
      f.authority('CA1', { host: f.computer('PKI1') })
    },
    'another server that a user controls': (f) => {
      f.authority('CA1', { host: f.computer('PKI1') })
      f.grant(f.user('alice'), f.computer('WEB1'), 'GA')
    },
  },
})
