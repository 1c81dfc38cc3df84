import { dsHeuristic, heuristic } from '#directory'
import { defineExposure } from '../../define.ts'
import { directoryService, directoryServiceGap } from '../../directory-service.ts'

export default defineExposure({
  id: 'ldap-anonymous-heuristic',
  category: 'ldap',
  severity: 'high',
  title: 'Anonymous directory operations enabled',
  why: 'Controllers answer searches of callers who did not sign in, as far as permissions let them.',
  fix: 'Set the seventh character of dSHeuristics back to 0, keeping the others, and try an anonymous search afterwards.',
  attack: ['T1087.002'],
  refs: {
    spec: ['MS-ADTS 6.1.1.2.4.1.2'],
    pingcastle: ['A-DsHeuristicsAnonymous'],
    anssi: ['vuln2_dsheuristics_bad'],
    purpleKnight: ['AnonAccessonAD'],
  },
  needs: ['ldap-config'],
  reads: ['dSHeuristics'],
  looksAt: ['container'],

  *checkForest(forest) {
    const service = directoryService(forest)
    if (service === undefined) {
      yield directoryServiceGap
      return
    }
    const { id, dSHeuristics } = service
    if (heuristic(dSHeuristics, dsHeuristic.fLDAPBlockAnonOps) !== '2') return
    yield {
      on: id,
      says: 'Anonymous callers may search the directory (fLDAPBlockAnonOps is 2)',
      evidence: { dSHeuristics: dSHeuristics ?? '' },
    }
  },
})
