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
    'one whose password a help desk may reset': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      f.grant(f.group('HelpDesk'), host, 'CR', 'User-Force-Change-Password')
      return host
    },
    'one that lets another server act for others': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      const web = f.computer('WEB1')
      f.set(host, {
        'msDS-AllowedToActOnBehalfOfOtherIdentity': `O:BAD:(A;;0xf01ff;;;${web.sid})`,
      })
      return host
    },
    'one that a service may act on for others': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      f.user('svc-web', { 'msDS-AllowedToDelegateTo': ['HTTP/pki1.corp.example', 'HTTP/pki1'] })
      return host
    },
  },
  clean: {
    'one that its domain controllers may act on for others': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      f.set(host, {
        'msDS-AllowedToActOnBehalfOfOtherIdentity': `O:BAD:(A;;0xf01ff;;;${f.domainControllers.sid})`,
      })
    },
    'a server of an authority with its defaults': (f) => {
      f.authority('CA1', { host: f.computer('PKI1') })
    },
    'another server that a user controls': (f) => {
      f.authority('CA1', { host: f.computer('PKI1') })
      f.grant(f.user('alice'), f.computer('WEB1'), 'GA')
    },
  },
  notAssessed: {
    'a server that was not read': (f) => {
      const host = f.computer('PKI1')
      f.authority('CA1', { host })
      f.remove(host)
    },
    'an authority that does not say where it runs': (f) =>
      f.withhold(f.authority('CA1'), 'dNSHostName'),
  },
})
