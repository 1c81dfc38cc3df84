import { isControllerAccount, registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { windowsVersion } from '../../windows-version.ts'

export default defineExposure({
  id: 'dc-os-before-2012',
  category: 'domain-controllers',
  severity: 'critical',
  title: 'Domain controller runs a Windows older than 2012',
  why: 'These systems get no fixes any more. Whoever breaks into one domain controller has the domain.',
  fix: 'Put a supported release in its place and demote it at once; it also holds down the functional levels.',
  attack: ['T1210', 'T1068'],
  refs: {
    spec: ['MS-ADA3 operatingSystemVersion'],
    pingcastle: ['S-DC-2000', 'S-DC-2003', 'S-DC-2008'],
    anssi: ['vuln1_dc_obsolete'],
    purpleKnight: ['CompObsoleteOS'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'operatingSystem',
    'operatingSystemVersion',
  ],

  check({ id, sAMAccountName, operatingSystem, operatingSystemVersion }, forest) {
    if (!isControllerAccount(forest, id)) return
    const version = windowsVersion(operatingSystem, operatingSystemVersion)
    if (version === undefined) {
      // An account that only looks like a controller writes nothing about itself.
      const isUnread = operatingSystem === undefined && operatingSystemVersion === undefined
      return isUnread && registeredControllers(forest).has(id)
        ? {
            gap: `The operating system of the domain controller ${sAMAccountName} could not be read.`,
          }
        : undefined
    }
    const isOld = version.major < 6 || (version.major === 6 && version.minor < 2)
    if (!isOld) return
    return {
      says: `The domain controller ${sAMAccountName} runs ${operatingSystem ?? 'Windows'} ${operatingSystemVersion ?? ''}`,
      evidence: {
        operatingSystem: operatingSystem ?? null,
        operatingSystemVersion: operatingSystemVersion ?? null,
      },
    }
  },
})
