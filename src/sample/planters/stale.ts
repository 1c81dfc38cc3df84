import { uac } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk } from './places.ts'

/** What nobody looked after. */
export const stale: Readonly<Record<string, Planter>> = {
  'stale-os-pre-vista'(f) {
    return {
      on: [
        f.computer('XP-LAB', {
          operatingSystem: 'Windows XP Professional',
          operatingSystemVersion: '5.1 (2600)',
        }),
      ],
    }
  },
  'stale-precreated-computers'(f) {
    const computer = f.computer('PREPARED1', {
      userAccountControl: uac.workstationTrustAccount | uac.passwordNotRequired,
      whenCreated: f.daysAgo(300),
      pwdLastSet: f.daysAgo(300),
      logonCount: 0,
      lastLogon: undefined,
      lastLogonTimestamp: undefined,
    })
    return { on: [computer], alsoCauses: { 'pwd-not-required': [computer] } }
  },
  'stale-users-dormant'(f) {
    return {
      on: [
        clerk(f, 'long.gone', {
          pwdLastSet: f.daysAgo(1500),
          lastLogonTimestamp: f.daysAgo(900),
          lastLogon: f.daysAgo(900),
        }),
      ],
    }
  },
}
