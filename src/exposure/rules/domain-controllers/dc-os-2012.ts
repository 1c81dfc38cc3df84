import { defineExposure } from '../../define.ts'
import { outdatedController, releaseReads } from '../../outdated-controller.ts'

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
  reads: releaseReads,

  check(computer, forest) {
    return outdatedController(
      forest,
      computer,
      ({ major, minor }) => major === 6 && (minor === 2 || minor === 3),
    )
  },
})
