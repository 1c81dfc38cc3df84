import { crossRefFlags, dnKey, dnsNameOfDn, parentDn } from '#directory'
import type { EntryView, LdapClient } from '#ldap'
import type { Server } from './connector.ts'
import { throwUnlessUnseen } from './results.ts'

/** A naming context of the forest, from its crossRef object (MS-ADTS 6.1.1.2.1.1). */
export interface ForestContext {
  readonly dn: string
  readonly isDomain: boolean
  /** NTDS Settings objects of the controllers that hold it, where the crossRef lists them (application partitions). */
  readonly locations: readonly string[]
}

/** A domain controller, from its server and NTDS Settings objects (MS-ADTS 6.1.1.2.2.1.2). */
export interface Controller extends Server {
  /** Keys of the naming contexts it holds in full. */
  readonly holds: ReadonlySet<string>
  readonly isReadOnly: boolean
}

/** Which naming contexts a forest has, and which domain controllers hold them. */
export interface Topology {
  readonly contexts: readonly ForestContext[]
  readonly controllers: readonly Controller[]
}

const MAX_PARTS = 50_000

/** Reads crossRef, server and NTDS Settings objects. What may not be read is missing. @throws LdapError */
export async function readTopology(client: LdapClient, configurationDn: string): Promise<Topology> {
  const contexts: ForestContext[] = []
  const partitions = ['nCName', 'systemFlags', 'msDS-NC-Replica-Locations']
  for await (const entry of find(
    client,
    `CN=Partitions,${configurationDn}`,
    '(objectClass=crossRef)',
    partitions,
  )) {
    const flags = Number(entry.get('systemFlags')?.text ?? 0)
    const dn = entry.get('nCName')?.text
    if (dn === undefined || (flags & crossRefFlags.ntdsNamingContext) === 0) continue
    contexts.push({
      dn,
      isDomain: (flags & crossRefFlags.ntdsDomain) !== 0,
      locations: entry.get('msDS-NC-Replica-Locations')?.texts ?? [],
    })
  }

  const hosts = new Map<string, string>()
  const settings: { key: string; server: string; holds: string[]; isReadOnly: boolean }[] = []
  const held = ['hasMasterNCs', 'msDS-hasMasterNCs', 'msDS-hasFullReplicaNCs']
  const filter = '(|(objectClass=server)(objectClass=nTDSDSA))'
  const attributes = ['objectClass', 'dNSHostName', ...held]
  for await (const entry of find(client, `CN=Sites,${configurationDn}`, filter, attributes)) {
    const classes = entry.get('objectClass')?.texts.map((name) => name.toLowerCase()) ?? []
    const host = entry.get('dNSHostName')?.text
    if (classes.includes('server')) {
      if (host !== undefined && isHostName(host))
        hosts.set(dnKey(entry.objectName), host.toLowerCase())
    } else {
      settings.push({
        key: dnKey(entry.objectName),
        server: dnKey(parentDn(entry.objectName) ?? ''),
        holds: held.flatMap((name) => entry.get(name)?.texts ?? []),
        isReadOnly: classes.includes('ntdsdsaro'),
      })
    }
  }
  const locations = new Map<string, string[]>()
  for (const { dn, locations: places } of contexts) {
    for (const place of places)
      locations.set(dnKey(place), [...(locations.get(dnKey(place)) ?? []), dn])
  }
  const controllers = settings.flatMap(({ key, server, holds, isReadOnly }) => {
    const host = hosts.get(server)
    if (host === undefined) return []
    return [
      {
        host,
        isReadOnly,
        holds: new Set([...holds, ...(locations.get(key) ?? [])].map((dn) => dnKey(dn))),
      },
    ]
  })
  return { contexts, controllers }
}

/** Controllers that hold a naming context, writable ones first. */
export function holdersOf({ controllers }: Topology, contextDn: string): readonly Controller[] {
  const key = dnKey(contextDn)
  const holders = controllers.filter(({ holds }) => holds.has(key))
  return holders.toSorted((a, b) => Number(a.isReadOnly) - Number(b.isReadOnly))
}

/**
 * Whether a host may be sent the account's password because it is in the forest that the caller named: below the root
 * domain's name, below the domain of the named server, or below a tree the caller vouched for. A directory may claim any
 * name to be its own, so one it merely claims is not enough.
 */
export function isInForest(
  host: string,
  {
    named,
    rootDn,
    furtherTrees,
  }: { readonly named: string; readonly rootDn: string; readonly furtherTrees: readonly string[] },
): boolean {
  const root = dnsNameOfDn(rootDn).toLowerCase()
  const start = named.toLowerCase()
  if (host === start) return true
  const isAddress = /^[\d.]+$|:/.test(start)
  // A root such as "com" would take in the whole world.
  const isOwnRoot = (isAddress || isWithin(start, root)) && root.includes('.')
  const ownDomain = isAddress ? '' : start.slice(start.indexOf('.') + 1)
  const trees = [
    isOwnRoot ? root : '',
    ownDomain.includes('.') ? ownDomain : '',
    ...furtherTrees.map((name) => name.toLowerCase()),
  ]
  return trees.some((tree) => tree !== '' && isWithin(host, tree))
}

function isWithin(host: string, tree: string): boolean {
  return host === tree || host.endsWith(`.${tree}`)
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text)
}

async function* find(
  client: LdapClient,
  baseObject: string,
  filter: string,
  attributes: readonly string[],
): AsyncGenerator<EntryView, void> {
  try {
    for await (const found of client.searchPaged(
      { baseObject, filter, attributes },
      { pageSize: 500, maxFound: MAX_PARTS },
    )) {
      if (found.op === 'searchResultEntry') yield found
    }
  } catch (error) {
    throwUnlessUnseen(error)
  }
}
