import { exposureTest } from '../../testing.ts'
import rule from './acl-well-known-container-control.ts'

exposureTest(rule, {
  exposed: {
    'full control of System': (f) => (f.grant(f.user('mallory'), f.system, 'GA'), f.system),
    'making objects in Users': (f) => (f.grant(f.user('mallory'), f.users, 'CC', 'user'), f.users),
    'changing permissions of Policies': (f) => (
      f.grant(f.user('mallory'), f.policies, 'WD'),
      f.policies
    ),
    'owning Builtin': (f) => (f.owner(f.builtin, f.user('mallory')), f.builtin),
    'the unit of the domain controllers': (f) => (
      f.grant(f.user('mallory'), f.domainControllersOu, 'WP'),
      f.domainControllersOu
    ),
    'what is below a container, though not itself': (f) => {
      f.grant(f.user('mallory'), f.users, 'GA', undefined, { onlyTo: 'group' })
      return f.users
    },
    'a unit that holds an administrator': (f) => {
      const admins = f.ou('Admins')
      f.addTo(f.domainAdmins, f.user('admin', { in: admins }))
      f.grant(f.group('HelpDesk'), admins, 'GA', undefined, { inherit: true })
      return admins
    },
    'a unit above the one that holds it': (f) => {
      const top = f.ou('Company')
      f.addTo(f.domainAdmins, f.user('admin', { in: f.ou('Admins', { in: top }) }))
      f.grant(f.group('HelpDesk'), top, 'WD')
      return top
    },
    'more for somebody who ships with a part': (f) => (
      f.grant(f.groupPolicyCreators, f.policies, 'WD'),
      f.policies
    ),
  },
  clean: {
    'a unit of ordinary accounts': (f) => {
      const staff = f.ou('Staff')
      f.user('alice', { in: staff })
      f.grant(f.group('HelpDesk'), staff, 'GA', undefined, { inherit: true })
    },
    'one property': (f) => f.grant(f.user('mallory'), f.users, 'WP', 'description'),
    'password resets below, which another exposure tells': (f) =>
      f.grant(f.group('HelpDesk'), f.users, 'CR', 'User-Force-Change-Password', { onlyTo: 'user' }),
    'Tier Zero': (f) => f.grant(f.serverOperators, f.users, 'GA'),
  },
})
