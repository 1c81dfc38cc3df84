import { exposureTest } from '../../testing.ts'
import rule from './acl-install-replica.ts'

exposureTest(rule, {
  exposed: {
    'the right on the domain': (f) => (
      f.grant(f.user('mallory'), f.head, 'CR', 'DS-Install-Replica'),
      f.head
    ),
    'registering servers together with names of a computer': (f) => {
      const mallory = f.user('mallory')
      const servers = f.at(`CN=Servers,${f.defaultSite.dn}`)
      f.grant(f.group('Sites', { members: [mallory] }), servers, 'CC', 'server')
      f.grant(mallory, f.computer('WEB1'), 'WP', 'servicePrincipalName')
      f.grant(mallory, servers, 'CC', 'server')
      return servers
    },
    'NTDS Settings below a server': (f) => {
      const mallory = f.user('mallory')
      const server = f.at(`CN=DC1,CN=Servers,${f.defaultSite.dn}`)
      f.grant(mallory, server, 'CC', 'nTDSDSA')
      f.grant(mallory, f.computer('WEB1'), 'GW')
      return server
    },
  },
  clean: {
    'registering servers alone': (f) =>
      f.grant(f.group('Sites'), f.at(`CN=Servers,${f.defaultSite.dn}`), 'CC', 'server'),
    'names of a computer alone': (f) =>
      f.grant(f.user('mallory'), f.computer('WEB1'), 'WP', 'servicePrincipalName'),
    'Tier Zero': (f) => f.grant(f.serverOperators, f.head, 'CR', 'DS-Install-Replica'),
    'full control, which another exposure tells': (f) => f.grant(f.user('mallory'), f.head, 'GA'),
  },
})
