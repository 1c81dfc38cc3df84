import { type ObjectId, type SecurityDescriptor, type Sid, isAllow, wellKnownSid } from '#directory'
import { isControllerAccount, registrations } from './controllers.ts'
import type { Gap } from './define.ts'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'

/** Service principal names of a list that lead to a domain controller, whatever the service, or to krbtgt. */
export function controllerTargets(forest: Forest, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const hosts = controllerHosts(forest)
  return names.filter((name) => isTicketService(name) || hosts.has(hostOf(name)))
}

/** Whether a service principal name is that of the ticket-granting service. */
export function isTicketService(name: string): boolean {
  return /^krbtgt(?:\/|$)/i.test(name)
}

/** Who may act for others on an object, by its `msDS-AllowedToActOnBehalfOfOtherIdentity`. */
export function actorsOn(
  forest: Forest,
  id: ObjectId,
  descriptor: SecurityDescriptor | undefined,
): readonly { readonly sid: Sid; readonly name: string }[] {
  if (descriptor === undefined) return []
  const { dacl } = descriptor
  // Without a list everybody may.
  const sids =
    dacl === undefined || dacl === null
      ? [wellKnownSid.everyone]
      : dacl.filter(({ type }) => isAllow(type)).map(({ sid }) => sid)
  const domain = forest.snapshot.domainOf(id)
  return [...new Set(sids)].map((sid) => ({ sid, name: forest.nameOf(sid, domain) }))
}

/** Why {@link actorsOn} may have missed some: there is a value, but not in a form that can be read. */
export function unreadActors({ snapshot }: Forest, id: ObjectId): Gap | undefined {
  const name = 'msDS-AllowedToActOnBehalfOfOtherIdentity'
  if (!snapshot.has(id, name) || snapshot.value(id, name) !== undefined) return undefined
  return {
    gap: `Who may act for others towards ${snapshot.name(id)} could not be read: ${name} is broken.`,
  }
}

/** The host of a service principal name, `class/host:port/name`, in small letters. */
export function hostOf(name: string): string {
  const [, host = ''] = name.split('/')
  return host.replace(/:[^:]*$/, '').toLowerCase()
}

/** Every name by which services of domain controllers are reached: hosts, the names in their own SPNs, and the domains'. */
const controllerHosts = perForest((forest): ReadonlySet<string> => {
  const { snapshot } = forest
  const hosts = new Set(snapshot.domains.map(({ name }) => name))
  for (const id of snapshot.ofKind('computer')) {
    if (!isControllerAccount(forest, id)) continue
    const dns = snapshot.value(id, 'dNSHostName')?.toLowerCase()
    if (dns !== undefined) hosts.add(dns)
    hosts.add((snapshot.value(id, 'sAMAccountName') ?? '').replace(/\$$/, '').toLowerCase())
    for (const name of snapshot.value(id, 'servicePrincipalName')) hosts.add(hostOf(name))
  }
  // Of controllers whose accounts were not read, as those of another domain, the configuration tells.
  for (const { server, settings } of registrations(forest)) {
    const dns = snapshot.value(server, 'dNSHostName')?.toLowerCase()
    if (dns !== undefined) hosts.add(dns)
    const guid = snapshot.value(settings, 'objectGUID')
    if (guid === undefined) continue
    hosts.add(guid)
    if (snapshot.rootDomain !== undefined) hosts.add(`${guid}._msdcs.${snapshot.rootDomain.name}`)
  }
  hosts.delete('')
  return hosts
})
