import { isControllerAccount, registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { windowsVersion } from '../../windows-version.ts'

export default defineExposure({
  id: 'dc-os-2012',
  category: 'domain-controllers',
  severity: 'high',
  title: 'Domain controller runs Windows Server 2012 or 2012 R2',
  why: 'Support ended on 2023-10-10, and paid updates end on 2026-10-13. Whoever breaks into one domain controller has the domain.',
  fix: 'Put a supported release in its place and demote it.',
  attack: ['T1210', 'T1068'],
  refs: {
    spec: ['MS-ADA3 operatingSystemVersion'],
    pingcastle: ['S-DC-2012'],
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
    const isOld = version.major === 6 && (version.minor === 2 || version.minor === 3)
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
