import { exposureTest } from '../../testing.ts'
import rule from './deleg-rbcd-writable-broad.ts'

const acts = 'msDS-AllowedToActOnBehalfOfOtherIdentity'

exposureTest(rule, {
  exposed: {
    'Domain Users on a unit of computers': (f) => {
      const clients = f.ou('Clients')
      for (const name of ['PC1', 'PC2']) f.computer(name, { in: clients })
      f.grant(f.domainUsers, clients, 'WP', acts, { onlyTo: 'computer' })
      return clients
    },
    'Authenticated Users by the property set': (f) => {
      const web = f.computer('WEB1')
      f.grant('S-1-5-11', web, 'WP', 'User-Account-Restrictions')
      return web
    },
    'a group with Domain Computers in it': (f) => {
      const web = f.computer('WEB1')
      f.grant(f.group('Servers', { members: [f.domainComputers] }), web, 'GA')
      return web
    },
  },
  clean: {
    'whoever joined the computer': (f) =>
      f.grant(f.user('joiner'), f.computer('WEB1'), 'WP', 'User-Account-Restrictions'),
    'a team': (f) =>
      f.grant(f.group('ServerTeam', { members: [f.user('eve')] }), f.computer('WEB1'), 'GA'),
    users: (f) => f.grant('S-1-5-11', f.user('alice'), 'WP', acts),
  },
})
