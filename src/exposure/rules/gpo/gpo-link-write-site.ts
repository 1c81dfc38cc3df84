import type { ObjectId } from '#directory'
import { registrations } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { delegationHits, delegations } from '../../delegations.ts'

export default defineExposure({
  id: 'gpo-link-write-site',
  category: 'gpo',
  severity: 'critical',
  title: 'Somebody outside Tier Zero can link policies to a site',
  why: 'A policy linked to a site runs on every machine in it, domain controllers included. Moving a subnet moves its machines under the policies of another site.',
  fix: 'Let only Enterprise Admins change sites and subnets.',
  attack: ['T1484.001'],
  refs: {
    spec: ['MS-GPOL 2.2.2', 'MS-ADTS 6.1.1.2.2.1'],
    purpleKnight: ['WeakGPOLinkingADSite'],
    bloodhound: ['WriteGPLink'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['container'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const sites = snapshot.ofClass('site')
    const holding = new Set<ObjectId | undefined>(
      registrations(forest).map(({ server }) => siteOf(server)),
    )
    const links = [...access.control, access.writes('gPLink'), access.writes('gPOptions')]
    const withControllers = delegations(forest, {
      of: { objects: sites },
      operations: links,
      counts: (id) => holding.has(id),
    })
    yield* delegationHits(forest, withControllers, 'site', () => 'critical')
    const told = new Set(withControllers.map(({ on }) => on))
    const others = delegations(forest, {
      of: { objects: sites },
      operations: links,
      counts: (id) => !holding.has(id),
    })
    yield* delegationHits(
      forest,
      others.filter(({ on }) => !told.has(on)),
      'site',
      () => 'high',
    )
    const subnets = delegations(forest, {
      of: { objects: snapshot.ofClass('subnet') },
      operations: [...access.control, access.writes('siteObject')],
    })
    yield* delegationHits(forest, subnets, 'subnet', () => 'high')

    /** Servers are below the site's container of servers. */
    function siteOf(server: ObjectId): ObjectId | undefined {
      const container = snapshot.parent(server)
      return container === undefined ? undefined : snapshot.parent(container)
    }
  },
})
