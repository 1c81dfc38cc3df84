import { defineExposure } from '../../define.ts'
import { outdatedController, releaseReads } from '../../outdated-controller.ts'

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
  reads: releaseReads,

  check(computer, forest) {
    return outdatedController(
      forest,
      computer,
      ({ major, minor }) => major < 6 || (major === 6 && minor < 2),
    )
  },
})
