import type { ObjectId } from '#directory'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'

/** An account that synchronises the directory with Entra ID, and the host it runs on as far as its description tells. */
interface SyncAccount {
  readonly id: ObjectId
  /** Name of the computer in the description. */
  readonly hostName: string | undefined
  /** That computer, when it was read. */
  readonly host: ObjectId | undefined
  /** It can replicate everybody's secrets. */
  readonly replicatesSecrets: boolean
}

/** Names that the installers of Entra Connect and of its cloud agent give; they are not translated. */
const installerNames = /^(?:msol_|aad_|adsyncmsa|pgmsa_|provagentgmsa)/i

/**
 * Accounts that synchronise with Entra ID: by the names the installers give, or because they can replicate secrets and their
 * description speaks of synchronising.
 */
export const syncAccounts = perForest((forest): readonly SyncAccount[] => {
  const { snapshot } = forest
  const replicators = secretReplicators(forest)
  const found: SyncAccount[] = []
  for (const kind of ['user', 'managedAccount'] as const) {
    for (const id of snapshot.ofKind(kind)) {
      const isNamed = installerNames.test(snapshot.value(id, 'sAMAccountName') ?? '')
      const replicatesSecrets = replicators.has(id)
      if (!isNamed && !replicatesSecrets) continue
      const description = snapshot.value(id, 'description').join(' ')
      if (!isNamed && !/synchroni[sz]|\bsync\b/i.test(description)) continue
      const { hostName, host } = hostIn(forest, description)
      found.push({ id, hostName, host, replicatesSecrets })
    }
  }
  return found
})

/** The computer account of Seamless Single Sign-On: by its fixed name, or by the service it stands for. */
export function isSeamlessSignOn(
  sAMAccountName: string,
  servicePrincipalName: readonly string[],
): boolean {
  return (
    sAMAccountName.toLowerCase() === 'azureadssoacc$' ||
    servicePrincipalName.some((spn) => /^[^/]+\/autologon\.microsoftazuread-sso\.com$/i.test(spn))
  )
}

/**
 * Whether an object is kept apart with Tier Zero: in an organizational unit of its own or with Tier Zero only, not in a default
 * container and not among ordinary accounts.
 */
export function isKeptWithTierZero(forest: Forest, id: ObjectId): boolean {
  const { snapshot, tierZero } = forest
  const parent = snapshot.parent(id)
  if (parent === undefined || !snapshot.isA(parent, 'organizationalUnit')) return false
  const hybrid = new Set(syncAccounts(forest).flatMap((account) => [account.id, account.host]))
  return snapshot
    .children(parent)
    .every(
      (child) =>
        child === id ||
        hybrid.has(child) ||
        tierZero.hasObject(child) ||
        !snapshot.isA(child, 'user'),
    )
}

/** Users and managed accounts outside the built-in groups that can replicate secrets from a domain. */
function secretReplicators(forest: Forest): ReadonlySet<ObjectId> {
  const { access, memberships, snapshot } = forest
  const changes = access.extendedRight('DS-Replication-Get-Changes')
  const all = access.extendedRight('DS-Replication-Get-Changes-All')
  const found = new Set<ObjectId>()
  if (changes === undefined || all === undefined) return found
  for (const domain of snapshot.domains) {
    for (const { sid } of access.holdersOfAll(domain.head, [changes, all])) {
      const trustee = snapshot.bySid(sid, domain)
      if (trustee === undefined || memberships.isBroad(sid, domain)) continue
      found.add(trustee)
      for (const member of memberships.transitiveMembers(trustee)) found.add(member)
    }
  }
  return found
}

/**
 * The computer that a description says an account runs on: `… on computer 'SYNC1' configured …`. Installers write it in their
 * own language, so else it is whatever stands in quotes and is the name of a computer.
 */
function hostIn(forest: Forest, description: string): Pick<SyncAccount, 'hostName' | 'host'> {
  const hostName = /\bcomputer\s+['"]?([^\s'",;]+)/i.exec(description)?.[1]?.replace(/\.$/, '')
  const host = hostName === undefined ? undefined : computerNamed(forest, hostName)
  if (host !== undefined) return { hostName, host }
  for (const [, quoted = ''] of description.matchAll(quotedName)) {
    const named = computerNamed(forest, quoted)
    if (named !== undefined) return { hostName: quoted, host: named }
  }
  return { hostName, host }
}

/** One word in quotes of any language; the closing one may open the next. */
const quotedName = /['"«»“”„‘’‚「]\s*([\w.-]+)(?=\s*['"«»“”‘’」])/g

/** A computer by its DNS name, else by its account name. */
function computerNamed(forest: Forest, name: string): ObjectId | undefined {
  const wanted = name.toLowerCase()
  const names = computersByName(forest)
  return names.get(wanted) ?? names.get(`${wanted.split('.')[0] ?? wanted}$`)
}

const computersByName = perForest(({ snapshot }): ReadonlyMap<string, ObjectId> => {
  const names = new Map<string, ObjectId>()
  for (const id of snapshot.ofKind('computer')) {
    for (const attribute of ['dNSHostName', 'sAMAccountName'] as const) {
      const name = snapshot.value(id, attribute)?.toLowerCase()
      if (name !== undefined && !names.has(name)) names.set(name, id)
    }
  }
  return names
})

/** The account whose key Entra ID issues tickets with: what `AzureADKerberos` refers to, else the one of that fixed name. */
export function ticketKeeper(forest: Forest, link: string | undefined): ObjectId | undefined {
  const linked = link === undefined ? undefined : forest.snapshot.byDn(link)
  return linked ?? keeperByName(forest)
}

const keeperByName = perForest(({ snapshot }: Forest) =>
  [...snapshot.ofKind('user')].find(
    (id) => snapshot.value(id, 'sAMAccountName')?.toLowerCase() === 'krbtgt_azuread',
  ),
)
