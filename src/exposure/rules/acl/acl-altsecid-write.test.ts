import type { ForestBuilder } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './acl-altsecid-write.ts'

function withAuthority(f: ForestBuilder) {
  f.authority('CA1')
  return f
}

exposureTest(rule, {
  exposed: {
    'the mappings of an administrator': (f) => {
      withAuthority(f).grant(f.user('mallory'), f.administrator, 'WP', 'altSecurityIdentities')
      return f.administrator
    },
    'by the property set': (f) => {
      withAuthority(f).grant(f.group('HelpDesk'), f.controllers[0]!, 'WP', 'Public-Information')
      return f.controllers[0]!
    },
  },
  clean: {
    'a forest without certificates': (f) =>
      f.grant(f.user('mallory'), f.administrator, 'WP', 'altSecurityIdentities'),
    'an NTAuth store that is empty': (f) => {
      withAuthority(f).grant(f.user('mallory'), f.administrator, 'WP', 'altSecurityIdentities')
      f.set(f.ntAuthCertificates, { cACertificate: Uint8Array.of(0) })
    },
    'an ordinary account': (f) =>
      withAuthority(f).grant(f.user('mallory'), f.user('alice'), 'WP', 'altSecurityIdentities'),
    'Tier Zero': (f) =>
      withAuthority(f).grant(f.accountOperators, f.administrator, 'WP', 'altSecurityIdentities'),
  },
  notAssessed: {
    'somebody who may write, and an NTAuth store that does not show its certificates': (f) => {
      withAuthority(f).grant(f.user('mallory'), f.administrator, 'WP', 'altSecurityIdentities')
      f.withhold(f.ntAuthCertificates, 'cACertificate')
    },
    'somebody who may write, and no configuration': (f) => {
      f.grant(f.user('mallory'), f.administrator, 'WP', 'altSecurityIdentities')
      f.without('ldap-config')
    },
  },
})
