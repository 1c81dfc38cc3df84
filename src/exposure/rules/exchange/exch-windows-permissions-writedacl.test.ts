import type { ForestBuilder, TestPrincipal } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './exch-windows-permissions-writedacl.ts'

function exchange(f: ForestBuilder, name: string): TestPrincipal {
  const unit = f.ou('Microsoft Exchange Security Groups')
  return f.group(name, { in: unit, scope: 'universal' })
}

exposureTest(rule, {
  exposed: {
    'Exchange Windows Permissions': (f) => (
      f.grant(exchange(f, 'Exchange Windows Permissions'), f.head, 'WD'),
      f.head
    ),
    'Exchange Trusted Subsystem, with full control': (f) => (
      f.grant(exchange(f, 'Exchange Trusted Subsystem'), f.head, 'GA', undefined, {
        inherit: true,
      }),
      f.head
    ),
    'a renamed group that the organization lists': (f) => {
      const group = exchange(f, 'Renamed')
      f.object(`CN=Microsoft Exchange,${f.services.dn}`, ['top', 'container'], {
        otherWellKnownObjects: `B:32:4C17D0117EBE6642AFAEE03BC66D381F:${group.dn}`,
      })
      f.grant(group, f.head, 'WD')
      return f.head
    },
    'a group that the organization lists others beside': (f) => {
      const trusted = exchange(f, 'Exchange Trusted Subsystem')
      f.object(`CN=Microsoft Exchange,${f.services.dn}`, ['top', 'container'], {
        otherWellKnownObjects: `B:32:EA876A58DB6DD04C9006939818F800EB:${trusted.dn}`,
      })
      f.grant(f.group('Exchange Windows Permissions', { scope: 'universal' }), f.head, 'WD')
      return f.head
    },
  },
  clean: {
    'for children only': (f) =>
      f.grant(exchange(f, 'Exchange Windows Permissions'), f.head, 'WD', undefined, {
        inheritOnly: true,
      }),
    'another right': (f) => f.grant(exchange(f, 'Exchange Windows Permissions'), f.head, 'RC'),
    'another group': (f) => f.grant(f.group('Team'), f.head, 'WD'),
  },
})
