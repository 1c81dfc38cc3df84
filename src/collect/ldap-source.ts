import { setTimeout as sleep } from 'node:timers/promises'
import {
  type RawAttribute,
  type Sid,
  type Snapshot,
  SnapshotBuilder,
  type Source,
  type LdapProbe,
  attributeNames,
  baseAttributes,
  dnKey,
  isSecret,
  parseGeneralizedTime,
  readSid,
} from '#directory'
import { type LdapClient, LdapError, capabilityOids, formatResult } from '#ldap'
import { Budget } from './budget.ts'
import { type Target, readContext } from './context-reader.ts'
import { CoverageNotes, coverageOf } from './coverage.ts'
import { CollectError, interrupted } from './error.ts'
import { type CollectOptions, defaultTimeouts } from './options.ts'
import { noteUnlistable } from './own-view.ts'
import { PAST_MEMBERS } from './past-members.ts'
import { probeControllers } from './probe.ts'
import { endedEarly, isBusy } from './results.ts'
import { Connector, type Server, closeOnAbort, parseLdapUrl } from './connector.ts'
import { type Topology, holdersOf, isInForest, readTopology } from './topology.ts'

/**
 * Reads the forest of a domain controller: all its naming contexts, from other controllers where this one does not hold
 * them. @throws CollectError when the controller's own domain, configuration or schema cannot be read to the end.
 */
export async function readForest(source: string, options: CollectOptions): Promise<Snapshot> {
  const { scheme, server } = parseLdapUrl(source)
  const budget = new Budget(options)
  budget.enter('connect', server.host)
  const connector = await Connector.open(scheme, server, options)
  const reader = new ForestReader(source, server, connector, budget, options)
  try {
    return await reader.read()
  } finally {
    connector.close()
    await reader.close()
  }
}

const passingCodes = new Set<string>(['unreachable', 'timeout', 'connection-lost'])
/** Controllers that may refuse the account before no more are asked, lest it be locked out. */
const MAX_REFUSALS = 2

/** A naming context to read. */
interface Context {
  readonly dn: string
  readonly source: Source
  /** Whether the named controller holds it. */
  readonly isOnNamed: boolean
  /** Without it there is no snapshot. */
  readonly isRequired: boolean
}

/** Who we are to a server. */
interface Met {
  readonly collectedBy: string | undefined
  /** SIDs it judges our rights by. */
  readonly token: ReadonlySet<Sid>
}

class ForestReader {
  readonly #source: string
  readonly #named: Server
  readonly #connector: Connector
  readonly #options: CollectOptions
  readonly #target: Target
  readonly #clients = new Map<string, LdapClient>()
  #refusals = 0
  #rootDse: readonly RawAttribute[] = []
  #topology: Topology = { contexts: [], controllers: [] }

  constructor(
    source: string,
    named: Server,
    connector: Connector,
    budget: Budget,
    options: CollectOptions,
  ) {
    this.#source = source
    this.#named = named
    this.#connector = connector
    this.#options = options
    const wanted = [...baseAttributes, ...(options.attributes ?? attributeNames)]
    const attributes = new Map(wanted.map((name) => [name.toLowerCase(), name]))
    const readsPastMembers = attributes.delete(PAST_MEMBERS.toLowerCase())
    this.#target = {
      builder: new SnapshotBuilder(),
      notes: new CoverageNotes(),
      budget,
      attributes: [...attributes.values()].filter((name) => !isSecret(name)),
      readsPastMembers,
    }
  }

  async read(): Promise<Snapshot> {
    const { attributes, budget, builder, notes, readsPastMembers } = this.#target
    const { collectedBy, token } = await this.#patiently(() => this.#begin())
    builder.setRootDse(this.#rootDse)
    for (const context of this.#contexts()) await this.#readSomewhere(context)
    await this.close()
    const probes = this.#options.probe === false ? [] : await this.#probe()

    budget.enter('check', this.#source)
    const takenAt = this.#takenAt()
    // Coverage can only be judged on the finished snapshot, which keeps this array.
    const coverage: ReturnType<typeof coverageOf> = []
    const snapshot = builder.build({
      origin: {
        source: this.#source,
        takenAt,
        ...(collectedBy === undefined ? {} : { collectedBy }),
      },
      coverage,
      probes,
      asked: new Set(
        [...attributes, ...(readsPastMembers ? [PAST_MEMBERS] : [])].map((name) =>
          name.toLowerCase(),
        ),
      ),
    })
    noteUnlistable(snapshot, token, notes)
    coverage.push(...coverageOf(snapshot, notes))
    budget.enter('check', this.#source)
    return snapshot
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    const clients = [...this.#clients.values()]
    this.#clients.clear()
    await Promise.all(clients.map((client) => client.close()))
  }

  /** Signs in to the named controller, and asks it what it is, who we are, and what else the forest has. */
  async #begin(): Promise<Met> {
    const client = await this.#open(this.#named)
    return this.#explained(async () => {
      const met = await this.#meet(client)
      const configurationDn = this.#rootDseText('configurationNamingContext')
      this.#topology = await readTopology(client, configurationDn)
      return met
    })
  }

  /** Tries again what a controller is too busy for, or breaks off: no other one is known yet. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const waits = this.#options.timeouts?.retryMs ?? defaultTimeouts.retryMs
    for (const wait of waits) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof CollectError) || !isMomentary(error)) throw error
        await this.#drop(this.#named)
        await this.#sleep(wait)
        this.#target.budget.enter('connect', this.#named.host)
      }
    }
    return work()
  }

  /** Reads the rootDSE, and who we are to the server. */
  async #meet(client: LdapClient): Promise<Met> {
    this.#rootDse = await readRootDse(client, [])
    if (!this.#rootDseTexts('supportedCapabilities').includes(capabilityOids.activeDirectory)) {
      throw this.#notAController('it speaks LDAP, but is no domain controller of Active Directory')
    }
    const own = await readRootDse(client, ['tokenGroups'])
    const token = new Set(own.flatMap(([, values]) => values.flatMap((value) => sidsIn(value))))
    // Samba does not say it; the name it let in is then the best there is.
    return { collectedBy: (await whoAmI(client)) ?? this.#options.account?.name, token }
  }

  /** What to read, in this order: small before large, own before others'. */
  #contexts(): readonly Context[] {
    const onNamed = new Set(this.#rootDseTexts('namingContexts').map((dn) => dnKey(dn)))
    const contexts = new Map<string, Context>()
    const add = (dn: string, source: Source, isRequired = false): void => {
      const key = dnKey(dn)
      if (contexts.has(key)) return
      contexts.set(key, { dn, source, isRequired, isOnNamed: isRequired || onNamed.has(key) })
    }
    add(this.#rootDseText('configurationNamingContext'), 'ldap-config', true)
    add(this.#rootDseText('schemaNamingContext'), 'ldap-schema', true)
    add(this.#rootDseText('defaultNamingContext'), 'ldap-domain', true)
    const known = this.#rootDseTexts('namingContexts').map((dn) => ({ dn, isDomain: false }))
    for (const { dn, isDomain } of [...this.#topology.contexts, ...known]) {
      if (isDomain) add(dn, 'ldap-domain')
      // Other application partitions belong to applications, not to the forest's security.
      else if (/^dc=(?:domain|forest)dnszones,/i.test(dn)) add(dn, 'ldap-dns')
    }
    return [...contexts.values()].toSorted((a, b) => Number(b.isOnNamed) - Number(a.isOnNamed))
  }

  #otherContexts({ dn }: Context): readonly string[] {
    const known = this.#topology.contexts.map((context) => context.dn)
    return [...known, ...this.#rootDseTexts('namingContexts')].filter((other) => other !== dn)
  }

  /** Reads a naming context from the first controller that gives all of it. */
  async #readSomewhere(context: Context): Promise<void> {
    const { servers, outside } = this.#serversFor(context)
    const waits = this.#options.timeouts?.retryMs ?? defaultTimeouts.retryMs
    const troubles = new Map<string, CollectError>()
    const latest = new Map<string, CollectError>()
    let isCut = false
    for (const wait of [0, ...waits]) {
      const hopeful = servers.filter(({ host }) => isPassing(latest.get(host)))
      if (hopeful.length === 0) break
      if (wait > 0) await this.#sleep(wait)
      for (const server of hopeful) {
        const trouble = await this.#readAt(server, context)
        if (trouble === undefined) return
        latest.set(server.host, trouble)
        isCut ||= endedEarly(trouble.cause)
        // What happened first tells more than that it has not changed since.
        if (!troubles.has(server.host)) troubles.set(server.host, trouble)
      }
    }
    if (context.isRequired && !isCut) throw lost(context, [...troubles.values()])
    this.#target.notes.addUnread(
      context.dn,
      unreadBecause(troubles, outside, this.#connector.isByDn && !context.isOnNamed),
    )
  }

  /** Reads a naming context from one controller; what kept it from giving all is answered. */
  async #readAt(server: Server, context: Context): Promise<CollectError | undefined> {
    const { budget } = this.#target
    budget.enter('connect', server.host)
    let client: LdapClient
    try {
      client = await this.#open(server)
    } catch (error) {
      if (error instanceof CollectError && error.family !== 'interrupted') return error
      throw error
    }
    budget.enter('read', context.dn)
    try {
      await readContext(client, context, this.#otherContexts(context), this.#target)
      return undefined
    } catch (error) {
      // What the caller's own bounds end is not the server's trouble.
      if (!(error instanceof LdapError)) throw error
      budget.check()
      if (endedEarly(error) && error.result !== undefined) {
        const what = `${server.host} ended the search early`
        const why = formatResult(error.result).replace(/\.$/, '')
        return new CollectError('refused', { what, why, tryThis: '' }, { cause: error })
      }
      const trouble = this.#connector.explain(error, server)
      if (trouble.family === 'interrupted') throw trouble
      // A connection that hangs or talks nonsense is not used again.
      if (error.code !== 'result') await this.#drop(server)
      return trouble
    }
  }

  /** Asks every controller of the forest that may be asked how it is set up. */
  async #probe(): Promise<LdapProbe[]> {
    const { budget } = this.#target
    const { signal, timeouts } = this.#options
    const hosts = this.#topology.controllers.map(({ host }) => host)
    const others = [...new Set(hosts)].filter((host) => !this.#isNamed(host))
    const contexts = ['defaultNamingContext', 'configurationNamingContext'].map((name) =>
      this.#rootDseText(name),
    )
    const targets = [
      this.#named,
      ...others.filter((host) => this.#isTrusted(host)).map((host) => ({ host })),
    ]
    const refused = others.filter((host) => !this.#isTrusted(host))
    try {
      const probes = await probeControllers(
        targets.map((server) => ({
          ...this.#connector.placesOf(server),
          name: this.#nameOf(server),
          namingContexts: contexts,
        })),
        {
          timeoutMs: timeouts?.probeMs ?? defaultTimeouts.probeMs,
          ...(signal === undefined ? {} : { signal }),
          onBegin: ({ name }) => budget.enter('probe', name),
        },
      )
      const gaps = ['it was not asked: it is outside the domain tree that was named.']
      return [...probes, ...refused.map((server) => ({ server, gaps }))]
    } catch (error) {
      if (error instanceof LdapError && error.code === 'aborted') throw interrupted(signal)
      throw error
    }
  }

  /** What a server calls itself; of the named one, which may be an address, what its rootDSE says. */
  #nameOf(server: Server): string {
    return server === this.#named
      ? (this.#rootDseTexts('dnsHostName')[0] ?? server.host)
      : server.host
  }

  /** Controllers to read a context from, the named one first; and those that hold it but may not be asked. */
  #serversFor({ dn, isOnNamed }: Context): {
    readonly servers: readonly Server[]
    readonly outside: readonly string[]
  } {
    const servers: Server[] = isOnNamed ? [this.#named] : []
    // After a failure those that still talk to us come first.
    const isOpen = ({ host }: Server): boolean => this.#clients.get(host)?.isOpen === true
    const outside: string[] = []
    if (!isOnNamed && this.#connector.isByDn) return { servers, outside }
    for (const { host } of holdersOf(this.#topology, dn)) {
      if (this.#isNamed(host)) continue
      if (this.#isTrusted(host)) servers.push({ host })
      else outside.push(host)
    }
    return { servers: servers.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a))), outside }
  }

  /** Whether a controller is the named one, by its name or by what it calls itself. */
  #isNamed(host: string): boolean {
    return [this.#named.host, this.#rootDseTexts('dnsHostName')[0]].some(
      (name) => name?.toLowerCase() === host,
    )
  }

  #isTrusted(host: string): boolean {
    const rootDn = this.#rootDseText('rootDomainNamingContext')
    return isInForest(host, {
      named: this.#named.host,
      rootDn,
      furtherTrees: this.#options.furtherTrees ?? [],
    })
  }

  /** A signed-in connection, kept for the next naming context. */
  async #open(server: Server): Promise<LdapClient> {
    const known = this.#clients.get(server.host)
    if (known?.isOpen === true) return known
    if (this.#refusals >= MAX_REFUSALS) {
      throw new CollectError('login', {
        what: `Did not sign in to ${server.host}`,
        why: 'other controllers refused the account, and it must not be locked out',
        tryThis: 'Check the account on the controllers that refused it.',
      })
    }
    try {
      const client = await this.#connector.signIn(server)
      closeOnAbort(client, this.#target.budget.timeIsOver)
      this.#clients.set(server.host, client)
      return client
    } catch (error) {
      if (error instanceof CollectError && error.code === 'login') this.#refusals++
      throw error
    }
  }

  async #drop({ host }: Server): Promise<void> {
    const client = this.#clients.get(host)
    this.#clients.delete(host)
    await client?.close()
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof LdapError ? this.#connector.explain(error, this.#named) : error
    }
  }

  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#options
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal })
    } catch {
      throw interrupted(signal)
    }
  }

  /** The server's clock, or ours when it does not tell. */
  #takenAt(): Date {
    try {
      return parseGeneralizedTime(this.#rootDseTexts('currentTime')[0] ?? '')
    } catch {
      const because = `${this.#named.host} does not tell the time; that of this machine was taken.`
      this.#target.notes.add('rootdse', because, { hides: [] })
      return new Date()
    }
  }

  #rootDseTexts(name: string): readonly string[] {
    return textsOf(this.#rootDse, name)
  }

  #rootDseText(name: string): string {
    const [first] = this.#rootDseTexts(name)
    if (first === undefined) throw this.#notAController(`its rootDSE has no ${name}`)
    return first
  }

  #notAController(why: string): CollectError {
    const tryThis = 'Name a domain controller; other directories are not supported.'
    return new CollectError('protocol', { what: `Cannot read ${this.#named.host}`, why, tryThis })
  }
}

/** Whether trying again may help; it may where nothing was tried yet. */
function isPassing(trouble: CollectError | undefined): boolean {
  return trouble === undefined || passingCodes.has(trouble.code) || isBusy(trouble.cause)
}

/** Whether a controller that was there a moment ago, or is there and says no, may do what is asked a moment later. */
function isMomentary(trouble: CollectError): boolean {
  return trouble.code === 'connection-lost' || isBusy(trouble.cause)
}

function lost({ dn }: Context, troubles: readonly CollectError[]): CollectError {
  const [first] = troubles
  if (first === undefined)
    throw new RangeError('a naming context that the named controller holds was not tried')
  const others = troubles.slice(1).map(({ what, why }) => `${what}: ${why}`)
  const alternatives =
    others.length === 0 ? 'there is no other controller to go on with' : others.join('; ')
  return new CollectError(
    first.code,
    {
      what: `Could not read all of ${dn}`,
      why: `${first.what}: ${first.why}; ${alternatives}`,
      tryThis:
        first.code === 'connection-lost' || first.code === 'timeout'
          ? 'Try again, or name another domain controller. Nothing was kept of what had been read.'
          : first.tryThis,
    },
    { cause: first, chain: first.chain },
  )
}

function unreadBecause(
  troubles: ReadonlyMap<string, CollectError>,
  outside: readonly string[],
  isByDn: boolean,
): string {
  if (troubles.size > 0) {
    return `it could not be read to its end. ${[...troubles.values()].map(({ what, why }) => sentence(`${what}: ${why}`)).join(' ')}`
  }
  if (isByDn)
    return 'an account that is named by its DN can sign in to its own domain only; name it as user@domain.'
  if (outside.length > 0) {
    return `its controllers (${outside.slice(0, 3).join(', ')}) are outside the domain tree that was named, and were not asked; name that tree too.`
  }
  return 'no domain controller that holds it is known.'
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}

async function readRootDse(
  client: LdapClient,
  attributes: readonly string[],
): Promise<RawAttribute[]> {
  const values: RawAttribute[] = []
  for await (const found of client.search({ baseObject: '', scope: 'baseObject', attributes })) {
    if (found.op !== 'searchResultEntry') continue
    for (const view of found.attributes)
      values.push([view.type, view.values.map((value) => value.slice())])
  }
  return values
}

/** Who the server says we are; not every server says it. */
async function whoAmI(client: LdapClient): Promise<string | undefined> {
  try {
    const name = await client.whoAmI()
    return name === '' ? undefined : name.replace(/^(?:u|dn):/, '')
  } catch (error) {
    if (error instanceof LdapError && error.code === 'result') return undefined
    throw error
  }
}

function textsOf(rootDse: readonly RawAttribute[], name: string): readonly string[] {
  const key = name.toLowerCase()
  const values = rootDse.find(([type]) => type.toLowerCase() === key)?.[1] ?? []
  return values.map((value) => decoder.decode(value))
}

function sidsIn(value: Uint8Array): readonly Sid[] {
  try {
    return [readSid(value)]
  } catch {
    return []
  }
}

const decoder = new TextDecoder()
