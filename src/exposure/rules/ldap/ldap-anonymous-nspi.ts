import { dsHeuristic, heuristic } from '#directory'
import { defineExposure } from '../../define.ts'
import { directoryService, directoryServiceGap } from '../../directory-service.ts'

export default defineExposure({
  id: 'ldap-anonymous-nspi',
  category: 'ldap',
  severity: 'high',
  title: 'Anonymous address-book (NSPI) access enabled',
  why: 'Callers who did not sign in can list accounts through the address-book interface of the controllers.',
  fix: 'Set the eighth character of dSHeuristics back to 0, keeping the others; address-book clients must sign in.',
  attack: ['T1087.002'],
  refs: {
    spec: ['MS-ADTS 6.1.1.2.4.1.2'],
    pingcastle: ['A-DsHeuristicsAllowAnonNSPI'],
    anssi: ['vuln1_dsheuristics_bad'],
    purpleKnight: ['AnonNSPIAccess'],
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
    if (heuristic(dSHeuristics, dsHeuristic.fAllowAnonNSPI) === '0') return
    yield {
      on: id,
      says: 'Anonymous callers may use the address-book interface (fAllowAnonNSPI is not 0)',
      evidence: { dSHeuristics: dSHeuristics ?? '' },
    }
  },
})
