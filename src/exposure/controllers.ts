import { type ObjectId, rid, uac } from '#directory'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'

/**
 * Accounts that the configuration knows as domain controllers: a server object below Sites refers to them and has NTDS
 * Settings. With the server object. Empty when the configuration was not read (MS-ADTS 6.1.1.2.2.1.2).
 */
export const registeredControllers = perForest((forest): ReadonlyMap<ObjectId, ObjectId> => {
  const found = new Map<ObjectId, ObjectId>()
  for (const { server, account } of registrations(forest)) {
    if (account !== undefined) found.set(account, server)
  }
  return found
})

/** A server object that takes part in replication, and the account it says it is. */
export interface Registration {
  readonly server: ObjectId
  /** Its NTDS Settings. */
  readonly settings: ObjectId
  /** `serverReference` as it stands. */
  readonly reference: string | undefined
  /** The object that refers to; nothing when it was not read. */
  readonly account: ObjectId | undefined
}

/** Every server object with NTDS Settings. */
export const registrations = perForest((forest): readonly Registration[] => {
  const { snapshot } = forest
  const all = new Set([...snapshot.ofClass('nTDSDSA'), ...snapshot.ofClass('nTDSDSARO')])
  return [...all].flatMap((settings) => {
    const server = snapshot.parent(settings)
    if (server === undefined || isDeleted(forest, settings) || isDeleted(forest, server)) return []
    const reference = snapshot.value(server, 'serverReference')
    const account = reference === undefined ? undefined : snapshot.byDn(reference)
    return [{ server, settings, reference, account }]
  })
})

/**
 * Whether some server object below Sites refers to the account, with NTDS Settings or not, read or not: `serverReferenceBL`
 * tells of one that was not.
 */
export function hasServerObject(forest: Forest, id: ObjectId): boolean {
  return referredTo(forest).has(id) || forest.value(id, 'serverReferenceBL').length > 0
}

const referredTo = perForest(({ snapshot }): ReadonlySet<ObjectId> => {
  const accounts = [...snapshot.ofClass('server')].map((server) => {
    const reference = snapshot.value(server, 'serverReference')
    return reference === undefined ? undefined : snapshot.byDn(reference)
  })
  return new Set(accounts.filter((account) => account !== undefined))
})

/** Flags by which an account says of itself that it is a domain controller, writable or read-only. */
const controllerFlags = uac.serverTrustAccount | uac.partialSecretsAccount

/** Whether the flags are those of a domain controller, writable or read-only. */
export function claimsController(userAccountControl: number): boolean {
  return (userAccountControl & controllerFlags) !== 0
}

/**
 * Whether the account is a domain controller, writable or read-only: the configuration says so, or its flags do. The
 * stand-in for Entra ID is none.
 */
export function isControllerAccount(forest: Forest, id: ObjectId): boolean {
  if (registeredControllers(forest).has(id)) return true
  const flags = forest.value(id, 'userAccountControl') ?? 0
  return claimsController(flags) && !isEntraStandIn(forest, id)
}

/** Whether the account is a read-only domain controller; the stand-in for Entra ID is none. */
export function isReadOnlyController(forest: Forest, id: ObjectId): boolean {
  const flags = forest.value(id, 'userAccountControl') ?? 0
  return (flags & uac.partialSecretsAccount) !== 0 && !isEntraStandIn(forest, id)
}

/**
 * Whether the account is `AzureADKerberos`, which Entra ID uses to issue tickets: it looks like a read-only controller, but no
 * server is behind it. Its name is fixed by the tool that makes it, in every language.
 */
export function isEntraStandIn(forest: Forest, id: ObjectId): boolean {
  return (
    forest.value(id, 'sAMAccountName')?.toLowerCase() === 'azureadkerberos$' &&
    forest.value(id, 'primaryGroupID') === rid.readOnlyControllers &&
    !registeredControllers(forest).has(id)
  )
}

function isDeleted(forest: Forest, id: ObjectId): boolean {
  return forest.value(id, 'isDeleted') === true
}
