import type { ForestBuilder, TestPrincipal } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './acl-group-membership-write.ts'

/** A group outside Tier Zero that may reset the administrator's password. */
function strong(f: ForestBuilder): TestPrincipal {
  const group = f.group('PasswordTeam')
  f.grant(group, f.administrator, 'CR', 'User-Force-Change-Password')
  return group
}

exposureTest(rule, {
  exposed: {
    'a group with rights on Tier Zero': (f) => {
      const group = strong(f)
      f.grant(f.user('mallory'), group, 'WP', 'member')
      return group
    },
    'by the property set': (f) => {
      const group = strong(f)
      f.grant(f.group('HelpDesk'), group, 'WP', 'Membership')
      return group
    },
    'a group that edits a policy': (f) => {
      const group = f.group('PolicyTeam')
      f.grant(group, f.gpo('Desktop', { linkedTo: f.head }), 'WP')
      f.grant(f.user('mallory'), group, 'WP', 'member')
      return group
    },
    'a group that may enrol': (f) => {
      const group = f.group('WebServers')
      f.template('Web', { enrollees: [group] })
      f.grant(f.user('mallory'), group, 'WP', 'member')
      return group
    },
    'a group inside one with rights': (f) => {
      const inner = f.group('Inner')
      f.addTo(strong(f), inner)
      f.grant(f.user('mallory'), inner, 'WP', 'member')
      return inner
    },
    'a group that links policies to domain controllers': (f) => {
      const group = f.group('LinkTeam')
      f.grant(group, f.domainControllersOu, 'WP', 'gPLink')
      f.grant(f.user('mallory'), group, 'WP', 'member')
      return group
    },
    'a privileged group': (f) => (
      f.grant(f.user('mallory'), f.domainAdmins, 'WP', 'member'),
      f.domainAdmins
    ),
    'one that everybody may join': (f) => {
      const group = strong(f)
      f.grant('S-1-5-11', group, 'SW', 'Self-Membership')
      return group
    },
    'one that everybody may join by any validated write': (f) => {
      const group = strong(f)
      f.grant(f.domainUsers, group, 'SW')
      return group
    },
  },
  clean: {
    'a group without rights': (f) => f.grant(f.user('mallory'), f.group('Choir'), 'WP', 'member'),
    'a group that links policies to a unit of ordinary people': (f) => {
      const group = f.group('LinkTeam')
      f.grant(group, f.ou('Staff'), 'WP', 'gPLink')
      f.grant(f.user('mallory'), group, 'WP', 'member')
    },
    'a few who may join': (f) => f.grant(f.group('Candidates'), strong(f), 'SW', 'Self-Membership'),
    'Tier Zero': (f) => f.grant(f.accountOperators, strong(f), 'WP', 'member'),
    'another property': (f) => f.grant(f.user('mallory'), strong(f), 'WP', 'description'),
  },
})
