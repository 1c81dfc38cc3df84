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
    'registering servers by a group, names of a computer by a member': (f) => {
      const mallory = f.user('mallory')
      const servers = f.at(`CN=Servers,${f.defaultSite.dn}`)
      f.grant(f.group('Sites', { members: [mallory] }), servers, 'CC', 'server')
      f.grant(mallory, f.computer('WEB1'), 'WP', 'servicePrincipalName')
      return servers
    },
    'both by different groups with a common member': (f) => {
      const mallory = f.user('mallory')
      const servers = f.at(`CN=Servers,${f.defaultSite.dn}`)
      f.grant(f.group('Sites', { members: [mallory, f.user('alice')] }), servers, 'CC', 'server')
      const names = f.group('Names', { members: [mallory, f.user('bob')] })
      f.grant(names, f.computer('WEB1'), 'WP', 'servicePrincipalName')
      return servers
    },
    'full control of the domain': (f) => (f.grant(f.user('mallory'), f.head, 'GA'), f.head),
    'all extended rights on the domain': (f) => (f.grant(f.user('mallory'), f.head, 'CR'), f.head),
  },
  clean: {
    'both, but by different people': (f) => {
      const servers = f.at(`CN=Servers,${f.defaultSite.dn}`)
      f.grant(f.group('Sites', { members: [f.user('alice')] }), servers, 'CC', 'server')
      const names = f.group('Names', { members: [f.user('bob')] })
      f.grant(names, f.computer('WEB1'), 'WP', 'servicePrincipalName')
    },
    'registering servers alone': (f) =>
      f.grant(f.group('Sites'), f.at(`CN=Servers,${f.defaultSite.dn}`), 'CC', 'server'),
    'names of a computer alone': (f) =>
      f.grant(f.user('mallory'), f.computer('WEB1'), 'WP', 'servicePrincipalName'),
    'Tier Zero': (f) => f.grant(f.serverOperators, f.head, 'CR', 'DS-Install-Replica'),
  },
})
