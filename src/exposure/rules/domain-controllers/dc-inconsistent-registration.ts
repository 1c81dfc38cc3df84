import { type ObjectId, isBelow, isController, trustDirection, uac } from '#directory'
import {
  claimsController,
  hasServerObject,
  isEntraStandIn,
  registeredControllers,
  registrations,
} from '../../controllers.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { perForest } from '../../per-forest.ts'
import { below, wellKnownPlace } from '../../places.ts'
import { enumerate } from '../../words.ts'

const writable = uac.serverTrustAccount | uac.trustedForDelegation
const readOnly =
  uac.partialSecretsAccount | uac.trustedToAuthForDelegation | uac.workstationTrustAccount
const machineFlags = uac.workstationTrustAccount | uac.serverTrustAccount

const kindsOfAccounts = ['user', 'computer', 'managedAccount'] as const

export default defineExposure({
  id: 'dc-inconsistent-registration',
  category: 'domain-controllers',
  severity: 'high',
  title: 'Domain controller account is inconsistent',
  why: 'An account that is half a domain controller is left over from a promotion that failed, or made by an intruder: either way it has rights that nobody looks after.',
  fix: 'Finish the promotion or demotion, or delete the account that only looks like a domain controller.',
  attack: ['T1207', 'T1098', 'T1484.001'],
  refs: {
    spec: ['MS-ADTS 6.1.1.3.1', 'MS-ADTS 6.1.1.3.2', 'MS-ADTS 2.2.16'],
    pingcastle: ['S-DCRegistration'],
    anssi: ['vuln1_dc_inconsistent_uac'],
    purpleKnight: ['DomainControllerInconsistent'],
  },
  needs: ['ldap-domain', 'ldap-config'],
  over: kindsOfAccounts,
  reads: [
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'serverReferenceBL',
    'objectClass',
    'trustDirection',
    'flatName',
    'wellKnownObjects',
  ],

  check({ id, sAMAccountName, userAccountControl, primaryGroupID }, forest): Hit | Gap | undefined {
    const faults = forest.snapshot.isA(id, 'computer')
      ? faultsOfComputer(forest, id, userAccountControl, primaryGroupID)
      : faultsOfUser(forest, id, userAccountControl, primaryGroupID)
    if (!Array.isArray(faults)) return faults
    if (faults.length === 0) return
    return {
      says: `${sAMAccountName} ${enumerate(faults, 8)}`,
      evidence: {
        userAccountControl,
        primaryGroupID,
        serverReferenceBL: forest.value(id, 'serverReferenceBL'),
      },
    }
  },
})

/** What does not fit about a computer that looks like a domain controller; nothing about one that does not. */
function faultsOfComputer(
  forest: Forest,
  id: ObjectId,
  flags: number,
  primaryGroupID: number,
): string[] | Gap {
  const isHere = inControllersUnits(forest).has(id)
  if (!claimsController(flags) && !isController(primaryGroupID) && !isHere) return []
  if (isEntraStandIn(forest, id)) return []
  if (registrations(forest).length === 0)
    return { gap: 'No server objects of domain controllers could be read in the configuration.' }
  const has = (wanted: number) => (flags & wanted) === wanted
  return [
    ...(claimsController(flags) || isController(primaryGroupID)
      ? []
      : ['lies among the domain controllers but is none']),
    ...(has(writable) || has(readOnly) ? [] : ['lacks the flags of a domain controller']),
    ...(isController(primaryGroupID) ? [] : [`has ${primaryGroupID} as primary group`]),
    ...(isHere ? [] : ['lies outside the unit of domain controllers']),
    ...(hasServerObject(forest, id)
      ? registeredControllers(forest).has(id) || isRegisteredUnread(forest, id)
        ? []
        : ['has a server object without NTDS Settings']
      : ['has no server object in a site']),
  ]
}

/** A server object refers to it that was not read, so that nothing is known of NTDS Settings. */
function isRegisteredUnread({ snapshot }: Forest, id: ObjectId): boolean {
  return snapshot.value(id, 'serverReferenceBL').some((dn) => snapshot.byDn(dn) === undefined)
}

function faultsOfUser(
  forest: Forest,
  id: ObjectId,
  flags: number,
  primaryGroupID: number,
): string[] {
  return [
    ...((flags & machineFlags) === 0 ? [] : ['is a user with the flags of a computer']),
    ...(isController(primaryGroupID)
      ? ['is a user whose primary group is for domain controllers']
      : []),
    ...((flags & uac.interdomainTrustAccount) === 0 || isOfTrust(forest, id)
      ? []
      : ['is marked as the account of a trust that there is not']),
    ...((flags & uac.partialSecretsAccount) === 0
      ? []
      : ['is a user with the flags of a read-only domain controller']),
    ...(inControllersUnits(forest).has(id)
      ? ['is a user that lies among the domain controllers']
      : []),
  ]
}

/** Whether the account is the one with which the other side of an inbound trust signs in. */
function isOfTrust(forest: Forest, id: ObjectId): boolean {
  const name = forest.value(id, 'sAMAccountName')?.toLowerCase() ?? ''
  const domain = forest.snapshot.domainOf(id)?.name ?? ''
  // A trust whose short name could not be read may be its.
  return [name, '$'].some((each) => inboundTrusts(forest).has(`${domain}\\${each}`))
}

const inboundTrusts = perForest(({ snapshot }): ReadonlySet<string> => {
  const names = [...snapshot.ofKind('trust')].map((trust) => {
    const isInbound =
      ((snapshot.value(trust, 'trustDirection') ?? trustDirection.inbound) &
        trustDirection.inbound) !==
      0
    return isInbound
      ? `${snapshot.domainOf(trust)?.name ?? ''}\\${(snapshot.value(trust, 'flatName') ?? '').toLowerCase()}$`
      : ''
  })
  return new Set(names)
})

/** What lies in the units of the domain controllers, at any depth. */
const inControllersUnits = perForest((forest): ReadonlySet<ObjectId> => {
  const { snapshot } = forest
  const found = new Set<ObjectId>()
  for (const domain of snapshot.domains) {
    const unit = wellKnownPlace(forest, domain, 'domainControllers')
    if (unit !== undefined) {
      for (const id of below(forest, unit)) found.add(id)
      continue
    }
    // The unit itself was not read.
    const dn = `OU=Domain Controllers,${domain.dn}`
    for (const kind of kindsOfAccounts)
      for (const id of snapshot.ofKind(kind)) if (isBelow(snapshot.dn(id), dn)) found.add(id)
  }
  return found
})
