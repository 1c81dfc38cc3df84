import { exposureTest } from '../../testing.ts'
import rule from './gpo-link-write-domain.ts'

exposureTest(rule, {
  exposed: {
    'linking at the head of the domain': (f) => (
      f.grant(f.user('mallory'), f.head, 'WP', 'gPLink'),
      f.head
    ),
    'blocking inheritance there': (f) => (
      f.grant(f.user('mallory'), f.head, 'WP', 'gPOptions'),
      f.head
    ),
    'changing its permissions': (f) => (f.grant(f.user('mallory'), f.head, 'WD'), f.head),
    'the unit of the domain controllers': (f) => (
      f.grant(f.group('PolicyTeam'), f.domainControllersOu, 'WP', 'gPLink'),
      f.domainControllersOu
    ),
    'a unit with the host of an authority': (f) => {
      const servers = f.ou('Servers')
      f.authority('CA1', { host: f.computer('PKI1', { in: servers }) })
      f.grant(f.user('mallory'), servers, 'WP', 'gPLink')
      return servers
    },
    'a unit above one with an administrator, and that one by inheritance': (f) => {
      const top = f.ou('Company')
      const admins = f.ou('Admins', { in: top })
      f.addTo(f.domainAdmins, f.user('admin', { in: admins }))
      f.grant(f.user('mallory'), top, 'WP', 'gPLink', { inherit: true })
      return [top, admins]
    },
    'a unit with an administrator in a plain container': (f) => {
      const unit = f.ou('Company')
      const box = f.object(`CN=Box,${unit.dn}`, ['top', 'container'])
      f.addTo(f.domainAdmins, f.user('admin', { in: box }))
      f.grant(f.user('mallory'), unit, 'WP', 'gPLink')
      return unit
    },
  },
  clean: {
    'a unit of ordinary accounts': (f) =>
      f.grant(f.group('PolicyTeam'), f.ou('Staff'), 'WP', 'gPLink'),
    'Tier Zero': (f) => f.grant(f.serverOperators, f.head, 'WP', 'gPLink'),
    'another property': (f) =>
      f.grant(f.user('mallory'), f.domainControllersOu, 'WP', 'description'),
  },
})
