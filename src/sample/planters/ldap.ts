import { dsHeuristic } from '#directory'
import type { Planter } from '../plant.ts'
import { setHeuristic } from './places.ts'

/** What a controller answers to whom. */
export const ldap: Readonly<Record<string, Planter>> = {
  'ldap-anonymous-heuristic'(f) {
    setHeuristic(f, dsHeuristic.fLDAPBlockAnonOps, '2')
    return { on: [f.directoryService] }
  },
  'ldap-anonymous-nspi'(f) {
    setHeuristic(f, dsHeuristic.fAllowAnonNSPI, '1')
    return { on: [f.directoryService] }
  },
  'ldap-anonymous-read'(f) {
    f.probe(f.controllers[0]!, { anonymousRead: true })
    return { on: [f.controllers[0]!] }
  },
  'ldap-channel-binding-missing'(f) {
    f.probe(f.controllers[0]!, { channelBindingRequired: false })
    return { on: [f.controllers[0]!] }
  },
  'ldap-prewin2000-anonymous'(f) {
    f.addTo(f.preWindows2000Access, 'S-1-5-7')
    return { on: [f.preWindows2000Access] }
  },
  'ldap-signing-not-required'(f) {
    f.probe(f.controllers[0]!, { signingRequired: false })
    return { on: [f.controllers[0]!] }
  },
}
