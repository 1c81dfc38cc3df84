import { type SnapshotBuilder, type Source, dnKey } from '#directory'
import { type EntryView, type LdapClient, LdapError, domainScope, sdFlags } from '#ldap'
import type { Budget } from './budget.ts'
import type { CoverageNotes } from './coverage.ts'
import { EntryValues } from './entry-values.ts'
import { isNameTooLong } from './long-name.ts'
import { pagesOf } from './pages.ts'
import { PAST_MEMBERS, readPastMembers } from './past-members.ts'

/** What naming contexts are read into. */
export interface Target {
  readonly builder: SnapshotBuilder
  readonly notes: CoverageNotes
  readonly budget: Budget
  readonly attributes: readonly string[]
  /** Whether to read what replication remembers of the members of privileged groups. */
  readonly readsPastMembers: boolean
}

/** Owner, group and DACL: with the SACL asked for too, AD returns nothing to ordinary users (MS-ADTS 3.1.1.3.4.1.11). */
const OWNER_GROUP_DACL = 0x7
const EXAMPLES = 3
const MAX_AGAIN = 10_000
const MAX_REFERENCES = 1_000_000

/**
 * Reads all of a naming context in one pass; `others` are the DNs of the other ones. Objects that the builder has already, from
 * a pass that broke off, are passed over. @throws LdapError, also for an end that is no success; all that came before it is in
 * the builder then.
 */
export async function readContext(
  client: LdapClient,
  context: { readonly dn: string; readonly source: Source },
  others: readonly string[],
  target: Target,
): Promise<void> {
  const reader = new ContextReader(client, new Bounds(context.dn, others), target)
  try {
    await reader.read(context)
  } finally {
    // Also of a pass that broke off: what it read stays.
    reader.tell(context)
  }
}

class ContextReader {
  readonly #client: LdapClient
  readonly #bounds: Bounds
  readonly #target: Target
  readonly #values: EntryValues
  readonly #pastValues: EntryValues
  readonly #maxAgain: number
  #again = 0
  #outside = 0
  #tooLong = 0
  #references = 0

  constructor(client: LdapClient, bounds: Bounds, target: Target) {
    this.#client = client
    this.#bounds = bounds
    this.#target = target
    const { attributes, budget } = target
    this.#values = new EntryValues(client, budget, attributes)
    this.#pastValues = new EntryValues(client, budget, [PAST_MEMBERS])
    this.#maxAgain = target.builder.count + MAX_AGAIN
  }

  async read({ dn, source }: { readonly dn: string; readonly source: Source }): Promise<void> {
    const { attributes, budget, readsPastMembers } = this.#target
    const pastMembers =
      readsPastMembers && source === 'ldap-domain'
        ? await readPastMembers(this.#client, dn, budget, this.#pastValues)
        : undefined
    const pages = pagesOf(this.#client, {
      baseObject: dn,
      scope: 'wholeSubtree',
      attributes,
      controls: [sdFlags.of(OWNER_GROUP_DACL), domainScope.of()],
    })
    for await (const page of pages) {
      for (const found of page) {
        if (found.op === 'searchResultEntry') {
          const more = this.#take(found, pastMembers)
          if (more !== undefined) await more
        } else this.#passOver()
      }
      budget.check()
    }
  }

  /** Notes what of the context was not taken, or not whole. */
  tell({ dn, source }: { readonly dn: string; readonly source: Source }): void {
    const { notes } = this.#target
    const { peer } = this.#client
    const incomplete = [...this.#pastValues.incomplete, ...this.#values.incomplete]
    if (this.#outside > 0) {
      notes.add(
        source,
        `${peer} answered with ${this.#outside} objects that are not in ${dn}; they were not taken.`,
      )
    }
    if (this.#tooLong > 0) {
      notes.add(
        source,
        `${peer} answered with ${this.#tooLong} objects whose names are longer than Active Directory has them; they were not taken.`,
      )
    }
    if (incomplete.length > 0) {
      notes.add(
        source,
        `Not all values could be read of ${incomplete.length} attributes: ${incomplete.slice(0, EXAMPLES).join('; ')}.`,
      )
    }
  }

  /** Puts an entry into the builder; at once, unless more of its values must be asked for. */
  #take(
    entry: EntryView,
    pastMembers: Awaited<ReturnType<typeof readPastMembers>> | undefined,
  ): Promise<void> | undefined {
    const dn = entry.objectName
    if (isNameTooLong(dn)) this.#tooLong++
    else if (!this.#bounds.hold(dn)) this.#outside++
    else {
      const past = pastMembers?.get(dn)
      const { attributes, more } = this.#values.of(entry)
      if (past !== undefined) attributes.push(past)
      if (more === undefined) this.#add(dn, attributes)
      else return more.then(() => this.#add(dn, attributes))
    }
    return undefined
  }

  #add(dn: string, attributes: Parameters<SnapshotBuilder['add']>[1]): void {
    const { budget, builder } = this.#target
    if (builder.add(dn, attributes) >= 0) budget.count()
    else if (++this.#again > this.#maxAgain) {
      throw new LdapError(
        'protocol',
        `${this.#client.peer} sends the same objects again and again.`,
      )
    }
  }

  /** References lead to other naming contexts, which are read from controllers that hold them. */
  #passOver(): void {
    if (++this.#references > MAX_REFERENCES) {
      throw new LdapError('protocol', `${this.#client.peer} sends references without end.`)
    }
  }
}

/** Tells the objects of a naming context from others, cheaply for the usual spelling. */
class Bounds {
  readonly #dn: string
  readonly #suffix: string
  readonly #key: string
  /** Keys of the naming contexts right below this one. */
  readonly #below: readonly string[]

  constructor(dn: string, others: readonly string[]) {
    this.#dn = dn
    this.#suffix = `,${dn}`
    this.#key = dnKey(dn)
    const below = others.map((other) => dnKey(other)).filter((key) => isUnder(key, this.#key))
    this.#below = below.filter((key) => !below.some((above) => isUnder(key, above)))
  }

  hold(dn: string): boolean {
    if (dn === this.#dn) return true
    const isUsual = dn.endsWith(this.#suffix) && dn.at(-this.#suffix.length - 1) !== '\\'
    if (isUsual && !this.#below.some((other) => mayBeIn(dn, other))) return true
    const key = dnKey(dn)
    if (key !== this.#key && !isUnder(key, this.#key)) return false
    return !this.#below.some((other) => key === other || isUnder(key, other))
  }
}

/** Whether a name in the usual spelling can be in a naming context, by the place of its commas. */
function mayBeIn(dn: string, contextKey: string): boolean {
  const at = dn.length - contextKey.length
  return at === 0 || dn[at - 1] === ','
}

/** Whether one key is below another: a comma that belongs to a name has a backslash before it. */
function isUnder(key: string, above: string): boolean {
  return key.endsWith(`,${above}`) && key.at(-above.length - 2) !== '\\'
}
