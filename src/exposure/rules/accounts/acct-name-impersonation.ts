import { type ObjectId, isEnabled, uac } from '#directory'
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
    spec: ['MS-KILE 3.3.5.6', 'MS-ADTS 5.1.1.1.1', 'MS-SAMR 3.1.1.6'],
    esc: ['ESC9', 'ESC10'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl', 'userPrincipalName', 'dNSHostName'],

  check({ id, sAMAccountName, userAccountControl, userPrincipalName, dNSHostName }, forest) {
    if (
      !isEnabled(userAccountControl) ||
      (userAccountControl & uac.interdomainTrustAccount) !== 0
    ) {
      return
    }
    const { snapshot } = forest
    const names = namesOf(forest)
    const faults: string[] = []
    if (userPrincipalName !== undefined) {
      const victim = victimOf(forest, names, id, userPrincipalName)
      if (victim !== undefined) {
        faults.push(`has the name of ${snapshot.name(victim)} in its user principal name`)
      }
      if (names.shared.size > 0 && names.shared.has(userPrincipalName.toLowerCase())) {
        faults.push('shares its user principal name with another account')
      }
    }
    if (!sAMAccountName.endsWith('$') && snapshot.isA(id, 'computer')) {
      faults.push('is a computer whose name does not end in $')
    }
    const twin = names.controllers
      .get(`${sAMAccountName.toLowerCase()}$`)
      ?.find((controller) => snapshot.domainOf(controller) === snapshot.domainOf(id))
    if (twin !== undefined) {
      faults.push(`is called like the domain controller ${snapshot.name(twin)}`)
    }
    const host = dNSHostName === undefined ? undefined : names.hosts.get(dNSHostName.toLowerCase())
    if (host !== undefined && !isControllerAccount(forest, id)) {
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

/** Names that are worth bearing, in lower case. Several domains may have the same ones. */
interface Names {
  /** sAMAccountName of accounts of Tier Zero. */
  readonly privileged: ReadonlyMap<string, readonly ObjectId[]>
  /** sAMAccountName of domain controllers. */
  readonly controllers: ReadonlyMap<string, readonly ObjectId[]>
  /** dNSHostName of domain controllers. */
  readonly hosts: ReadonlyMap<string, ObjectId>
  /** User principal names that more than one account has. */
  readonly shared: ReadonlySet<string>
}

const namesOf = perForest((forest): Names => {
  const { snapshot, tierZero } = forest
  const privileged = [...tierZero.objects].filter((id) => snapshot.isA(id, 'user'))
  const controllers = [...snapshot.ofKind('computer')].filter((id) =>
    isControllerAccount(forest, id),
  )
  const hosts = controllers.map(
    (id) => [snapshot.value(id, 'dNSHostName')?.toLowerCase() ?? '', id] as const,
  )
  return {
    privileged: byName(forest, privileged),
    controllers: byName(forest, controllers),
    hosts: new Map(hosts.filter(([host]) => host !== '')),
    shared: sharedNames(forest),
  }
})

function byName({ snapshot }: Forest, ids: readonly ObjectId[]): Map<string, ObjectId[]> {
  const found = new Map<string, ObjectId[]>()
  for (const id of ids) {
    const name = snapshot.value(id, 'sAMAccountName')?.toLowerCase()
    if (name === undefined) continue
    const same = found.get(name)
    if (same === undefined) found.set(name, [id])
    else same.push(id)
  }
  return found
}

/**
 * The privileged account whose sAMAccountName a user principal name bears, whole or before the @: of the account's own domain, or
 * of the one that stands behind the @.
 */
function victimOf(
  { snapshot }: Forest,
  { privileged }: Names,
  id: ObjectId,
  userPrincipalName: string,
): ObjectId | undefined {
  const at = userPrincipalName.lastIndexOf('@')
  const prefix = at < 0 ? userPrincipalName : userPrincipalName.slice(0, at)
  return privileged.get(prefix.toLowerCase())?.find((victim) => {
    if (victim === id) return false
    const domain = snapshot.domainOf(victim)
    const suffix = at < 0 ? '' : userPrincipalName.slice(at + 1).toLowerCase()
    return domain === snapshot.domainOf(id) || domain?.name === suffix
  })
}

function sharedNames({ snapshot }: Forest): Set<string> {
  // A million names would weigh a lot; their hashes do not.
  const seenHashes = new Set<number>()
  const suspects = new Set<number>()
  for (const id of snapshot.having('userPrincipalName')) {
    const hash = caselessHash(snapshot.raw(id, 'userPrincipalName')[0])
    if (seenHashes.has(hash)) suspects.add(hash)
    else seenHashes.add(hash)
  }
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const id of suspects.size === 0 ? [] : snapshot.having('userPrincipalName')) {
    if (!suspects.has(caselessHash(snapshot.raw(id, 'userPrincipalName')[0]))) continue
    const name = snapshot.value(id, 'userPrincipalName')?.toLowerCase()
    if (name === undefined) continue
    if (seen.has(name)) shared.add(name)
    else seen.add(name)
  }
  return shared
}

/** FNV-1a over the octets, capital letters as small ones, and all that is not ASCII as one character. */
function caselessHash(octets: Uint8Array | undefined): number {
  let hash = 0x811c_9dc5
  for (const octet of octets ?? []) {
    const folded = octet >= 0x80 ? 0x80 : octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet
    hash = Math.imul(hash ^ folded, 0x0100_0193)
  }
  return hash >>> 0
}
