import { type Domain, type ObjectId, isEnabled, uac } from '#directory'
import { isControllerAccount } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { perForest } from '../../per-forest.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acct-name-impersonation',
  category: 'accounts',
  severity: 'high',
  title: 'Account imitates another principal or a domain controller',
  why: 'Domain controllers find accounts by name when a certificate or a ticket names one. An account that bears the name of another may be taken for it.',
  fix: 'Rename or delete the account, bring the domain controllers up to date (CVE-2021-42278, CVE-2021-42287, CVE-2022-26923), and look at the certificates and tickets it got.',
  attack: ['T1649', 'T1078.002', 'T1068', 'T1558'],
  refs: {
    spec: ['MS-KILE 3.3.5.6.1', 'MS-ADTS 5.1.1.1.1', 'MS-SAMR 3.1.1.6'],
    esc: ['ESC9', 'ESC10'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl', 'userPrincipalName', 'dNSHostName'],

  check({ id, sAMAccountName, userAccountControl, userPrincipalName, dNSHostName }, forest) {
    if (!isEnabled(userAccountControl) || (userAccountControl & uac.interdomainTrustAccount) !== 0)
      return
    const { snapshot } = forest
    const faults: string[] = []
    if (userPrincipalName !== undefined) {
      const victim = victimOf(forest, id, userPrincipalName)
      if (victim !== undefined)
        faults.push(`has the name of ${snapshot.name(victim)} in its user principal name`)
      if (sharedNames(forest).has(userPrincipalName.toLowerCase()))
        faults.push(`shares its user principal name with another account`)
    }
    if (snapshot.isA(id, 'computer') && !sAMAccountName.endsWith('$'))
      faults.push('is a computer whose name does not end in $')
    if (!isControllerAccount(forest, id)) {
      const twin = controllerNames(forest).get(keyOf(`${sAMAccountName}$`, snapshot.domainOf(id)))
      if (twin !== undefined)
        faults.push(`is called like the domain controller ${snapshot.name(twin)}`)
      const host =
        dNSHostName === undefined
          ? undefined
          : controllerHosts(forest).get(dNSHostName.toLowerCase())
      if (host !== undefined)
        faults.push(`has the host name of the domain controller ${snapshot.name(host)}`)
    }
    if (faults.length === 0) return
    return {
      says: `${sAMAccountName} ${enumerate(faults)}`,
      evidence: {
        sAMAccountName,
        userPrincipalName: userPrincipalName ?? null,
        dNSHostName: dNSHostName ?? null,
        userAccountControl,
      },
    }
  },
})

/**
 * The privileged account whose sAMAccountName a user principal name bears, whole or before the @: of the account's own domain, or
 * of the one that stands behind the @.
 */
function victimOf(forest: Forest, id: ObjectId, userPrincipalName: string): ObjectId | undefined {
  const { snapshot } = forest
  const at = userPrincipalName.lastIndexOf('@')
  const prefix = at < 0 ? userPrincipalName : userPrincipalName.slice(0, at)
  const suffix = at < 0 ? '' : userPrincipalName.slice(at + 1).toLowerCase()
  const domains = [snapshot.domainOf(id), snapshot.domains.find(({ name }) => name === suffix)]
  return domains
    .map((domain) => privilegedNames(forest).get(keyOf(prefix, domain)))
    .find((victim) => victim !== undefined && victim !== id)
}

/** Accounts of Tier Zero by name and domain. */
const privilegedNames = perForest(({ snapshot, tierZero }): ReadonlyMap<string, ObjectId> => {
  const found = new Map<string, ObjectId>()
  for (const id of tierZero.objects) {
    const name = snapshot.value(id, 'sAMAccountName')
    if (name !== undefined && snapshot.isA(id, 'user'))
      found.set(keyOf(name, snapshot.domainOf(id)), id)
  }
  return found
})

const controllers = perForest((forest): readonly ObjectId[] =>
  [...forest.snapshot.ofKind('computer')].filter((id) => isControllerAccount(forest, id)),
)

const controllerNames = perForest((forest): ReadonlyMap<string, ObjectId> => {
  const { snapshot } = forest
  return new Map(
    controllers(forest).map((id) => [keyOf(snapshot.name(id), snapshot.domainOf(id)), id]),
  )
})

const controllerHosts = perForest((forest): ReadonlyMap<string, ObjectId> => {
  const named = controllers(forest).map(
    (id) => [forest.value(id, 'dNSHostName')?.toLowerCase() ?? '', id] as const,
  )
  return new Map(named.filter(([name]) => name !== ''))
})

/** User principal names that more than one account has, in lower case. */
const sharedNames = perForest(({ snapshot }): ReadonlySet<string> => {
  const seenHashes = new Set<number>()
  const suspects = new Set<number>()
  // Names of a million accounts would weigh a lot; their hashes do not.
  for (const id of snapshot.having('userPrincipalName')) {
    const hash = hashOf(snapshot.value(id, 'userPrincipalName')?.toLowerCase() ?? '')
    if (seenHashes.has(hash)) suspects.add(hash)
    else seenHashes.add(hash)
  }
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const id of suspects.size === 0 ? [] : snapshot.having('userPrincipalName')) {
    const name = snapshot.value(id, 'userPrincipalName')?.toLowerCase() ?? ''
    if (!suspects.has(hashOf(name))) continue
    if (seen.has(name)) shared.add(name)
    else seen.add(name)
  }
  return shared
})

/** FNV-1a over the UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return hash >>> 0
}

function keyOf(name: string, domain: Domain | undefined): string {
  return `${domain?.name ?? ''}\\${name.toLowerCase()}`
}
