import { nameOfDn } from '#directory'
import { type Gap, type Hit, defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'gpo-path-outside-sysvol',
  category: 'gpo',
  severity: 'critical',
  title: 'A policy takes its files from outside SYSVOL',
  why: 'Machines run what they find at this path with full rights. A path to another server, or to the folder of another policy, makes that place the author of the policy.',
  fix: 'Correct the path, and find out who changed it.',
  attack: ['T1484.001', 'T1187'],
  refs: { spec: ['MS-GPOL 2.2.4'], bloodhound: ['GPOAppliesTo'] },
  needs: ['ldap-domain'],
  over: 'policy',
  reads: ['gPCFileSysPath'],

  check({ id, gPCFileSysPath }, { snapshot }): Hit | Gap | undefined {
    const domain = snapshot.domainOf(id)
    if (domain === undefined) return
    if (gPCFileSysPath === undefined) {
      // Without a path there is no policy; but one whose name is hidden too may have one.
      return snapshot.has(id, 'displayName')
        ? undefined
        : { gap: `The path of the policy ${snapshot.name(id)} could not be read.` }
    }
    const expected = `\\\\${domain.name}\\sysvol\\${domain.name}\\policies\\${nameOfDn(snapshot.dn(id))}`
    if (gPCFileSysPath.toLowerCase().replace(/\\+$/, '') === expected.toLowerCase()) return
    return {
      says: `${snapshot.name(id)} takes its files from ${gPCFileSysPath}`,
      evidence: { gPCFileSysPath, expected },
    }
  },
})
