import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './gpo-link-write-site.ts'

exposureTest(rule, {
  exposed: {
    'a site with domain controllers': (f) => (
      f.grant(f.user('mallory'), f.defaultSite, 'WP', 'gPLink'),
      f.defaultSite
    ),
    'a site without': (f) => {
      const branch = f.site('Branch')
      f.grant(f.group('NetworkTeam'), branch, 'WP', 'gPOptions')
      return branch
    },
    'control of a site': (f) => (f.grant(f.user('mallory'), f.defaultSite, 'WO'), f.defaultSite),
    'all sites, told of where it was set': (f) => {
      for (const name of ['North', 'South']) f.site(name)
      f.grant(f.group('NetworkTeam'), f.sites, 'WP', 'gPLink', { onlyTo: 'site' })
      return f.sites
    },
    'moving a subnet to another site': (f) => {
      const subnet = f.subnet('10.1.0.0/16', f.defaultSite)
      f.grant(f.group('NetworkTeam'), subnet, 'WP', 'siteObject')
      return subnet
    },
  },
  clean: {
    'a subnet’s description': (f) =>
      f.grant(f.group('NetworkTeam'), f.subnet('10.1.0.0/16', f.defaultSite), 'WP', 'description'),
    'the administrators of the forest': (f) => f.grant(f.enterpriseAdmins, f.defaultSite, 'GA'),
    'making subnets': (f) =>
      f.grant(f.group('NetworkTeam'), f.at(`CN=Subnets,${f.sites.dn}`), 'CC', 'subnet'),
  },
})

test('a site with a domain controller is critical, another one high', () => {
  const forest = new ForestBuilder()
  const network = forest.group('NetworkTeam')
  forest.grant(network, forest.defaultSite, 'WP', 'gPLink')
  forest.grant(network, forest.site('Branch'), 'WP', 'gPLink')
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  assert.deepEqual(
    finding?.objects.map(({ name, severity }) => [name, severity]),
    [
      ['Default-First-Site-Name', 'critical'],
      ['Branch', 'high'],
    ],
  )
})
