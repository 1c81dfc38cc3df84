import type { Planter } from '../plant.ts'
import { clerk, ou, team } from './places.ts'

/** Policies that the wrong people can link or change. */
export const gpo: Readonly<Record<string, Planter>> = {
  'gpo-link-write-domain'(f) {
    f.grant(team(f, 'Desktop Engineers'), f.domainControllersOu, 'WP', 'gPLink')
    return { on: [f.domainControllersOu] }
  },
  'gpo-link-write-site'(f) {
    f.grant(clerk(f, 'c.sitelinker'), f.defaultSite, 'WP', 'gPLink')
    return { on: [f.defaultSite] }
  },
  'gpo-path-outside-sysvol'(f) {
    const path = String.raw`\\files01\deploy\Policies\{00000000-0000-4000-8000-000000000001}`
    return {
      on: [f.gpo('Migrated Scripts', { gPCFileSysPath: path, linkedTo: ou(f, 'Workstations') })],
    }
  },
}
