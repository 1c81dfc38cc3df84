import { adminSdExMask, adminSdExMaskOf, dsHeuristic, heuristic, namesOf } from '#directory'
import { defineExposure } from '../../define.ts'
import { directoryService, directoryServiceGap } from '../../directory-service.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'forest-adminsdexmask',
  category: 'forest-config',
  severity: 'high',
  title: 'Operator groups excluded from AdminSDHolder protection',
  why: 'These groups can make themselves administrators. Without the protection, whoever controls the container they lie in controls them and their members.',
  fix: 'Set the 16th character of dSHeuristics back to 0.',
  attack: ['T1098'],
  refs: {
    spec: ['MS-ADTS 6.1.1.2.4.1.2', 'MS-ADTS 3.1.1.6.1.4'],
    pingcastle: ['P-DsHeuristicsAdminSDExMask'],
    anssi: ['vuln1_dsheuristics_bad'],
    purpleKnight: ['DwAdminSDExMaskSet'],
  },
  needs: ['ldap-config'],
  reads: ['dSHeuristics'],
  looksAt: [],

  *checkForest(forest) {
    const service = directoryService(forest)
    if (service === undefined) {
      yield directoryServiceGap
      return
    }
    const { id, dSHeuristics } = service
    const mask = adminSdExMaskOf(dSHeuristics)
    if (mask === 0) return
    yield {
      on: id,
      says: `AdminSDHolder does not protect ${enumerate(namesOf(adminSdExMask, mask), 4)}`,
      evidence: {
        dSHeuristics: dSHeuristics ?? null,
        dwAdminSDExMask: heuristic(dSHeuristics, dsHeuristic.dwAdminSDExMask),
      },
    }
  },
})
