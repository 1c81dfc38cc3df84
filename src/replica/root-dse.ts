import {
  formatGeneralizedTime,
  functionalLevel,
  nameOfDn,
  type ObjectId,
  writeSid,
} from '#directory'
import {
  type Attribute,
  capabilityOids,
  controlOids,
  extensionOids,
  type SearchResultEntry,
} from '#ldap'
import type { Catalog } from './catalog.ts'
import { netbiosNameOf, subschemaDn } from './constructed.ts'
import { octetsOf } from './values.ts'

/** Who asks: nobody until a bind succeeds. */
export interface Caller {
  /** As whoAmI answers: `CORP\reader`. */
  readonly name: string
  /** The account's object, when the snapshot has it. */
  readonly object: ObjectId | undefined
  /** Whether SACLs may be seen. */
  readonly isPrivileged: boolean
}

/** What the root DSE tells that is not in the snapshot. */
export interface RootDseFacts {
  readonly now: Date
  readonly caller: Caller | undefined
  readonly hasTls: boolean
}

/** Controls that are served, in the order of the root DSE. */
export const servedControls: readonly string[] = [
  controlOids.pagedResults,
  controlOids.sdFlags,
  controlOids.sort,
  controlOids.showDeleted,
  controlOids.extendedDn,
  controlOids.sortResponse,
  controlOids.domainScope,
  controlOids.searchOptions,
  controlOids.rangeOption,
  controlOids.rangeRetrievalNoErr,
  controlOids.showRecycled,
]

/** The root DSE (MS-ADTS 3.1.1.3.2), of which anybody may read what is selected. */
export function rootDse(
  attributes: readonly string[],
  typesOnly: boolean,
  catalog: Catalog,
  facts: RootDseFacts,
): SearchResultEntry {
  const asked = new Set(attributes.map((name) => name.toLowerCase()))
  const isAll = asked.size === 0 || asked.has('*')
  const shown: Attribute[] = []
  const show = (name: string, values: readonly (string | Uint8Array)[]) => {
    if (values.length === 0) return
    const octets = values.map((value) => (typeof value === 'string' ? octetsOf(value) : value))
    shown.push({ type: name, values: typesOnly ? [] : octets })
  }
  for (const [name, values] of Object.entries(usual)) {
    if (isAll || asked.has(name.toLowerCase())) show(name, values(catalog, facts))
  }
  for (const [name, values] of Object.entries(onRequest)) {
    if (asked.has('+') || asked.has(name.toLowerCase())) show(name, values(catalog, facts))
  }
  return { op: 'searchResultEntry', objectName: '', attributes: shown }
}

type Values = (catalog: Catalog, facts: RootDseFacts) => readonly (string | Uint8Array)[]

/** Shown unless other attributes are named, in the order of Windows Server 2019. */
const usual: Readonly<Record<string, Values>> = {
  domainFunctionality: (catalog) =>
    kept(catalog, 'domainFunctionality') ?? [levelOf(catalog, domainOf(catalog)?.dn)],
  forestFunctionality: (catalog) =>
    kept(catalog, 'forestFunctionality') ?? [
      levelOf(catalog, `CN=Partitions,${catalog.snapshot.configurationDn}`),
    ],
  domainControllerFunctionality: (catalog) =>
    kept(catalog, 'domainControllerFunctionality') ?? [String(functionalLevel.windows2016)],
  rootDomainNamingContext: (catalog) =>
    kept(catalog, 'rootDomainNamingContext') ?? optional(catalog.snapshot.rootDomain?.dn),
  ldapServiceName: (catalog) => kept(catalog, 'ldapServiceName') ?? ldapServiceName(catalog),
  isGlobalCatalogReady: () => ['FALSE'],
  supportedLDAPVersion: () => ['3', '2'],
  supportedLDAPPolicies: () => policies,
  supportedControl: () => servedControls,
  supportedCapabilities: (catalog) =>
    kept(catalog, 'supportedCapabilities')?.filter((oid) => capabilities.includes(oid)) ??
    capabilities,
  subschemaSubentry: (catalog) => optional(subschemaDn(catalog)),
  serverName: (catalog) => kept(catalog, 'serverName') ?? optional(serverDn(catalog)),
  schemaNamingContext: (catalog) => optional(catalog.snapshot.schemaDn),
  namingContexts: (catalog) => {
    const shortestFirst = catalog.snapshot.namingContexts.toSorted((a, b) => a.length - b.length)
    return [...new Set([...(kept(catalog, 'namingContexts') ?? []), ...shortestFirst])]
  },
  isSynchronized: () => ['TRUE'],
  highestCommittedUSN: (catalog) => kept(catalog, 'highestCommittedUSN') ?? ['0'],
  dsServiceName: (catalog) =>
    kept(catalog, 'dsServiceName') ??
    optional(serverDn(catalog)).map((dn) => `CN=NTDS Settings,${dn}`),
  dnsHostName: (catalog) => kept(catalog, 'dnsHostName') ?? optional(hostName(catalog)),
  defaultNamingContext: (catalog) =>
    kept(catalog, 'defaultNamingContext') ?? optional(domainOf(catalog)?.dn),
  currentTime: (_catalog, { now }) => [formatGeneralizedTime(now)],
  configurationNamingContext: (catalog) => optional(catalog.snapshot.configurationDn),
}

/** Shown when they are named, or all of them for `+`. */
const onRequest: Readonly<Record<string, Values>> = {
  supportedExtension: (_catalog, { hasTls }) => [
    ...(hasTls ? [extensionOids.startTls] : []),
    extensionOids.whoAmI,
  ],
  'msDS-PrincipalName': (_catalog, { caller }) => optional(caller?.name),
  tokenGroups: (catalog, { caller }) => {
    if (caller?.object === undefined) return []
    return Array.from(catalog.memberships.tokenOf(caller.object), (sid) => writeSid(sid))
  },
}

/** What domain controllers of Windows Server 2012 and later are, but for signing and sealing, which takes SASL. */
const capabilities: readonly string[] = [
  capabilityOids.activeDirectory,
  capabilityOids.v51,
  capabilityOids.v60,
  capabilityOids.v61,
  capabilityOids.w8,
]

/** Names of the policies a domain controller has (MS-ADTS 3.1.1.3.4.6). */
const policies = [
  'MaxPoolThreads',
  'MaxPercentDirSyncRequests',
  'MaxDatagramRecv',
  'MaxReceiveBuffer',
  'InitRecvTimeout',
  'MaxConnections',
  'MaxConnIdleTime',
  'MaxPageSize',
  'MaxBatchReturnMessages',
  'MaxQueryDuration',
  'MaxDirSyncDuration',
  'MaxTempTableSize',
  'MaxResultSetSize',
  'MinResultSets',
  'MaxResultSetsPerConn',
  'MaxNotificationPerConn',
  'MaxValRange',
  'MaxValRangeTransitive',
  'ThreadMemoryLimit',
  'SystemMemoryLimitPercent',
]

function kept({ snapshot }: Catalog, name: string): readonly string[] | undefined {
  const values = snapshot.rootDse.get(name.toLowerCase())
  return values === undefined || values.length === 0 ? undefined : values
}

function optional(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}

function domainOf({ snapshot }: Catalog) {
  const dn = snapshot.rootDse.get('defaultnamingcontext')?.[0]
  const id = dn === undefined ? undefined : snapshot.byDn(dn)
  return snapshot.domains.find(({ head }) => head === id) ?? snapshot.rootDomain
}

function levelOf({ snapshot }: Catalog, dn: string | undefined): string {
  const id = dn === undefined ? undefined : snapshot.byDn(dn)
  const level = id === undefined ? undefined : snapshot.value(id, 'msDS-Behavior-Version')
  return String(level ?? functionalLevel.windows2016)
}

/** The first server of the forest that is a domain controller. */
function serverDn({ snapshot }: Catalog): string | undefined {
  for (const id of snapshot.ofClass('nTDSDSA')) {
    const server = snapshot.parent(id)
    if (server !== undefined) return snapshot.dn(server)
  }
  return undefined
}

function hostName(catalog: Catalog): string | undefined {
  const { snapshot } = catalog
  const dn = serverDn(catalog)
  const id = dn === undefined ? undefined : snapshot.byDn(dn)
  if (id !== undefined)
    return (
      snapshot.value(id, 'dNSHostName') ?? `${nameOfDn(snapshot.dn(id))}.${domainOf(catalog)?.name}`
    )
  const domain = domainOf(catalog)
  return domain === undefined
    ? undefined
    : `${netbiosNameOf(domain, catalog).toLowerCase()}-dc.${domain.name}`
}

function ldapServiceName(catalog: Catalog): readonly string[] {
  const domain = domainOf(catalog)
  const [host] = (hostName(catalog) ?? '').split('.')
  if (domain === undefined || host === undefined || host === '') return []
  return [
    `${catalog.snapshot.rootDomain?.name}:${host.toLowerCase()}$@${domain.name.toUpperCase()}`,
  ]
}
