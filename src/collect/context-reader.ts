import { type RawAttribute, type SnapshotBuilder, type Source, dnKey } from '#directory'
import {
  type AttributeView,
  type EntryView,
  type LdapClient,
  LdapError,
  domainScope,
  sdFlags,
} from '#ldap'
import type { Budget } from './budget.ts'
import type { CoverageNotes } from './coverage.ts'

/** What a naming context is read into. */
export interface Target {
  readonly builder: SnapshotBuilder
  readonly notes: CoverageNotes
  readonly budget: Budget
  readonly attributes: readonly string[]
}

/** Owner, group and DACL: with the SACL asked for too, AD returns nothing to ordinary users (MS-ADTS 3.1.1.3.4.1.11). */
const OWNER_GROUP_DACL = 0x7
const PAGE_SIZE = 1000
const MAX_RANGES = 4000
const MAX_RANGE_VALUES = 10_000_000
const EXAMPLES = 3

/**
 * Reads all of a naming context in one pass. Objects that the builder has already, from a pass that broke off, are passed
 * over. @throws LdapError, also for an end that is no success; all that came before it is in the builder then.
 */
export async function readContext(
  client: LdapClient,
  context: { readonly dn: string; readonly source: Source },
  target: Target,
): Promise<void> {
  const { attributes, budget, builder, notes } = target
  const bounds = new Bounds(context.dn)
  const before = builder.count
  let again = 0
  let outside = 0
  const pages = client.searchPaged(
    {
      baseObject: context.dn,
      scope: 'wholeSubtree',
      attributes,
      controls: [sdFlags.of(OWNER_GROUP_DACL), domainScope.of()],
    },
    { pageSize: PAGE_SIZE },
  )
  const incomplete: string[] = []
  for await (const found of pages) {
    // References lead to other naming contexts, which are read from controllers that hold them.
    if (found.op !== 'searchResultEntry') continue
    const dn = found.objectName
    if (!bounds.hold(dn)) {
      outside++
      continue
    }
    const values = await valuesOf(client, found, budget, incomplete)
    if (builder.add(dn, values) >= 0) budget.count()
    else if (++again > before + MAX_AGAIN) {
      throw new LdapError('protocol', `${client.peer} sends the same objects again and again.`)
    }
    budget.check()
  }
  if (outside > 0) {
    notes.add(
      context.source,
      `${client.peer} answered with ${outside} objects that are not in ${context.dn}; they were not taken.`,
    )
  }
  if (incomplete.length > 0) {
    notes.add(
      context.source,
      `Not all values could be read of ${incomplete.length} attributes: ${incomplete.slice(0, EXAMPLES).join('; ')}.`,
    )
  }
}

const MAX_AGAIN = 10_000

async function valuesOf(
  client: LdapClient,
  entry: EntryView,
  budget: Budget,
  incomplete: string[],
): Promise<readonly RawAttribute[]> {
  const attributes: RawAttribute[] = []
  for (const view of entry.attributes) {
    if (view.size === 0) continue
    const { type } = view
    if (!type.includes(';')) attributes.push([type, view.values])
    else {
      const range = rangeOf(type)
      if (range === undefined) attributes.push([type.slice(0, type.indexOf(';')), view.values])
      else
        attributes.push([
          range.name,
          await allRanges(client, entry.objectName, range, view, budget, incomplete),
        ])
    }
  }
  return attributes
}

interface Range {
  readonly name: string
  readonly low: number
  /** Nothing for `*`: the values end here. */
  readonly high: number | undefined
}

/** The range in an attribute description (MS-ADTS 3.1.1.3.1.3.3). */
function rangeOf(type: string): Range | undefined {
  const match = /^([^;]+);range=(\d{1,9})-(\d{1,9}|\*)$/i.exec(type)
  if (match === null) return undefined
  return {
    name: match[1]!,
    low: Number(match[2]),
    high: match[3] === '*' ? undefined : Number(match[3]),
  }
}

/**
 * The values of a first range and of all that follow it. A server that leads in circles, or ends before it said so, makes
 * one entry in `incomplete`; the values it gave are kept.
 */
async function allRanges(
  client: LdapClient,
  dn: string,
  first: Range,
  view: AttributeView,
  budget: Budget,
  incomplete: string[],
): Promise<readonly Uint8Array[]> {
  const values = view.values
  let { high } = first
  let problem = first.low === 0 ? undefined : 'does not begin at 0'
  for (let ranges = 1; high !== undefined && problem === undefined; ranges++) {
    const next = high + 1
    const more = await oneRange(client, dn, first.name, next)
    budget.check()
    if (more === undefined) problem = `ends before value ${next}`
    else if (more.range.low !== next || (more.range.high !== undefined && more.range.high < next))
      problem = `does not go on at value ${next}`
    else if (ranges >= MAX_RANGES || values.length + more.values.length > MAX_RANGE_VALUES)
      problem = 'does not end'
    else {
      for (const value of more.values) values.push(value)
      high = more.range.high
    }
  }
  if (problem !== undefined) incomplete.push(`${first.name} of "${dn}" ${problem}`)
  return values
}

async function oneRange(
  client: LdapClient,
  dn: string,
  name: string,
  from: number,
): Promise<{ readonly range: Range; readonly values: Uint8Array[] } | undefined> {
  const search = client.search({
    baseObject: dn,
    scope: 'baseObject',
    attributes: [`${name};range=${from}-*`],
  })
  let answer: { readonly range: Range; readonly values: Uint8Array[] } | undefined
  try {
    for await (const found of search) {
      if (found.op !== 'searchResultEntry') continue
      for (const view of found.attributes) {
        const range = rangeOf(view.type)
        if (range?.name.toLowerCase() === name.toLowerCase() && view.size > 0)
          answer ??= { range, values: view.values }
      }
    }
  } catch (error) {
    // Moved or deleted meanwhile, or no longer visible.
    if (!(error instanceof LdapError) || error.code !== 'result') throw error
  }
  return answer
}

/** Tells the objects of a naming context from others, cheaply for the usual spelling. */
class Bounds {
  readonly #dn: string
  readonly #suffix: string
  readonly #key: string

  constructor(dn: string) {
    this.#dn = dn
    this.#suffix = `,${dn}`
    this.#key = dnKey(dn)
  }

  hold(dn: string): boolean {
    if (dn.endsWith(this.#suffix) || dn === this.#dn) return true
    const key = dnKey(dn)
    return key === this.#key || key.endsWith(`,${this.#key}`)
  }
}
