import type { Planter } from '../plant.ts'
import { server } from './places.ts'

/** Controllers that are old, wrongly registered, or tell too much. */
export const domainControllers: Readonly<Record<string, Planter>> = {
  'dc-inconsistent-registration'(f) {
    const controller = f.controller('DC-GONE')
    f.remove(f.at(`CN=NTDS Settings,CN=DC-GONE,CN=Servers,${f.defaultSiteDn}`))
    return { on: [controller] }
  },
  'dc-os-2012'(f) {
    return {
      on: [
        f.controller('DC-2012', {
          operatingSystem: 'Windows Server 2012 R2 Standard',
          operatingSystemVersion: '6.3 (9600)',
        }),
      ],
    }
  },
  'dc-os-before-2012'(f) {
    return {
      on: [
        f.controller('DC-2008', {
          operatingSystem: 'Windows Server 2008 R2 Standard',
          operatingSystemVersion: '6.1 (7601)',
        }),
      ],
    }
  },
  'dc-password-old'(f) {
    return { on: [f.controller('DC-STUCK', { pwdLastSet: f.daysAgo(200) })] }
  },
  'dc-rogue-registration'(f) {
    return {
      on: [server(f, 'SHADOW01', { servicePrincipalName: `GC/shadow01.${f.name}/${f.name}` })],
    }
  },
  'rodc-never-reveal-incomplete'(f) {
    return {
      on: [
        f.rodc('RODC-OPEN', {
          'msDS-NeverRevealGroup': [f.administrators, f.deniedRodcReplication],
        }),
      ],
    }
  },
  'rodc-privileged-revealed'(f) {
    const rodc = f.rodc('RODC-LEAK')
    f.set(rodc, { 'msDS-RevealedUsers': `B:8:00000000:${f.administrator.dn}` })
    return { on: [rodc] }
  },
  'rodc-reveal-on-demand-privileged'(f) {
    return {
      on: [
        f.rodc('RODC-CACHE', {
          'msDS-RevealOnDemandGroup': [f.allowedRodcReplication, f.serverOperators],
        }),
      ],
    }
  },
}
