import { exposureTest } from '../../testing.ts'
import rule from './acl-delegation-broad.ts'

exposureTest(rule, {
  exposed: {
    'full control of one user': (f) => {
      const alice = f.user('alice')
      f.grant(f.domainUsers, alice, 'GA')
      return alice
    },
    'a right on a unit that its users inherit, told of the unit': (f) => {
      const staff = f.ou('Staff')
      for (const name of ['alice', 'bob', 'carol']) f.user(name, { in: staff })
      f.grant('S-1-5-11', staff, 'WP', 'servicePrincipalName', { onlyTo: 'user' })
      return staff
    },
    'what a unit below inherits, told of the one above': (f) => {
      const staff = f.ou('Staff')
      f.user('alice', { in: f.ou('Berlin', { in: staff }) })
      f.grant('S-1-1-0', staff, 'WD', undefined, { inherit: true })
      return staff
    },
    'creating objects in a unit': (f) => {
      const lab = f.ou('Lab')
      f.grant(f.domainComputers, lab, 'CC', 'computer')
      return lab
    },
    'deleting a group': (f) => {
      const group = f.group('Team')
      f.grant(f.alias(545), group, 'SD')
      return group
    },
    'the members of a group, for a group that holds everybody': (f) => {
      const group = f.group('Team')
      f.grant(f.group('All', { members: [f.domainUsers] }), group, 'WP', 'member')
      return group
    },
    'resetting passwords': (f) => {
      const alice = f.user('alice')
      f.grant(f.domainGuests, alice, 'CR', 'User-Force-Change-Password')
      return alice
    },
    'owning a computer': (f) => {
      const web = f.computer('WEB1')
      f.owner(web, f.domainUsers)
      return web
    },
    'a unit that has no heirs yet': (f) => {
      const empty = f.ou('Empty')
      f.grant('S-1-5-11', empty, 'GA', undefined, { onlyTo: 'user' })
      return empty
    },
    'a unit that holds no users yet, for password resets': (f) => {
      const empty = f.ou('Empty')
      f.grant('S-1-5-11', empty, 'CR', 'User-Force-Change-Password', { onlyTo: 'user' })
      return empty
    },
    'deleting a unit with all that is in it': (f) => {
      const lab = f.ou('Lab')
      f.grant(f.domainUsers, lab, 'DT')
      return lab
    },
    'making and deleting what is kept below a computer': (f) => {
      const web = f.computer('WEB1')
      f.grant(f.domainUsers, web, 'DC')
      return web
    },
    'where group policies are kept': (f) => {
      const policy = f.gpo('Desktop')
      f.grant('S-1-5-11', policy, 'WP', 'gPCFileSysPath')
      return policy
    },
  },
  clean: {
    reading: (f) => f.grant('S-1-5-11', f.ou('Staff'), 'RPLCRC', undefined, { inherit: true }),
    'a small group': (f) =>
      f.grant(f.group('HelpDesk', { members: [f.user('eve')] }), f.ou('Staff'), 'GA', undefined, {
        inherit: true,
      }),
    'phone numbers': (f) => f.grant('S-1-5-11', f.user('alice'), 'WP', 'Personal-Information'),
    'an account on itself': (f) => f.grant('S-1-5-10', f.user('alice'), 'WP'),
    'changing passwords knowing the old ones': (f) =>
      f.grant('S-1-1-0', f.user('alice'), 'CR', 'User-Change-Password'),
    'what is denied first': (f) => {
      const alice = f.user('alice')
      f.grant(f.domainUsers, alice, 'GA')
      f.deny('S-1-1-0', alice, 'GA')
    },
    creators: (f) => f.grant('S-1-3-0', f.ou('Lab'), 'GA', undefined, { inheritOnly: true }),
  },
})
