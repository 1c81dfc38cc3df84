import type { RawAttribute } from '#directory'
import { type AttributeView, type EntryView, type LdapClient, LdapError } from '#ldap'
import type { Budget } from './budget.ts'
import { throwUnlessUnseen } from './results.ts'

const MAX_RANGES = 4000
const MAX_RANGE_VALUES = 10_000_000
/** Spellings of attributes with their options and ranges; the largest schemas have a tenth as many attributes. */
const MAX_SPELLINGS = 100_000

/** The values of one entry. */
export interface ValuesOfEntry {
  readonly attributes: RawAttribute[]
  /** Settles when further values, of ranges, have come too. Absent where all are there. */
  readonly more?: Promise<void>
}

/**
 * Takes the values out of entries: what came in ranges is read to its end (MS-ADTS 3.1.1.3.1.3.3), other options are taken
 * off, and attributes that nobody asked for are left out. What could not be read is kept as far as it came.
 */
export class EntryValues {
  /** Names of attributes and objects of which not all values could be read, each with the reason. */
  readonly incomplete: string[] = []
  readonly #client: LdapClient
  readonly #budget: Budget
  /** Lower case; nothing when all attributes were asked for. */
  readonly #wanted: ReadonlySet<string> | undefined
  readonly #spellings = new Map<string, Spelling>()
  readonly #bases = new Map<string, Base>()
  #entry = 0

  /** `attributes` are those that are asked for. */
  constructor(client: LdapClient, budget: Budget, attributes: readonly string[]) {
    this.#client = client
    this.#budget = budget
    this.#wanted = attributes.includes('*')
      ? undefined
      : new Set(attributes.map((name) => name.toLowerCase()))
  }

  /** All values of an entry. */
  of(entry: EntryView): ValuesOfEntry {
    const attributes: [name: string, values: Uint8Array[]][] = []
    let more: Promise<void> | undefined
    this.#entry++
    for (const view of entry.attributes) {
      const { base, range } = this.#spelling(view.type)
      if (base === undefined || view.size === 0) continue
      const { values } = view
      if (base.entry === this.#entry) {
        // The same attribute with another option.
        const known = attributes[base.index]![1]
        for (const value of values) known.push(value)
      } else {
        base.entry = this.#entry
        base.index = attributes.length
        attributes.push([base.name, values])
      }
      if (range !== undefined && (range.high !== undefined || range.low !== 0)) {
        const { objectName } = entry
        const into = attributes[base.index]![1]
        const rest = (): Promise<void> => this.#readRest(objectName, { base, range }, view, into)
        more = more === undefined ? rest() : more.then(rest)
      }
    }
    return more === undefined ? { attributes } : { attributes, more }
  }

  #spelling(type: string): Spelling {
    let known = this.#spellings.get(type)
    if (known === undefined) {
      if (this.#spellings.size >= MAX_SPELLINGS) {
        throw new LdapError(
          'protocol',
          `${this.#client.peer} names more attributes than any directory has.`,
        )
      }
      const end = type.indexOf(';')
      const name = end < 0 ? type : type.slice(0, end)
      known = { base: this.#base(name), range: end < 0 ? undefined : rangeOf(type)?.range }
      this.#spellings.set(type, known)
    }
    return known
  }

  #base(name: string): Base | undefined {
    const key = name.toLowerCase()
    if (this.#wanted?.has(key) === false) return undefined
    let base = this.#bases.get(key)
    if (base === undefined) {
      base = { name, entry: 0, index: 0 }
      this.#bases.set(key, base)
    }
    return base
  }

  /**
   * Reads the ranges that follow a first one. A server that leads in circles, or ends before it said so, makes one entry in
   * {@link incomplete}; the values it gave are kept.
   */
  async #readRest(
    dn: string,
    { base: { name }, range }: { readonly base: Base; readonly range: Range },
    view: AttributeView,
    values: Uint8Array[],
  ): Promise<void> {
    let { high } = range
    let count = view.size
    let problem = range.low === 0 ? undefined : 'does not begin at 0'
    for (let ranges = 1; high !== undefined && problem === undefined; ranges++) {
      const next = high + 1
      const more = await this.#oneRange(dn, name, next)
      this.#budget.check()
      if (more === undefined) problem = `ends before value ${next}`
      else if (more.range.low !== next || (more.range.high !== undefined && more.range.high < next))
        problem = `does not go on at value ${next}`
      else if (ranges >= MAX_RANGES || count + more.values.length > MAX_RANGE_VALUES)
        problem = 'does not end'
      else {
        for (const value of more.values) values.push(value)
        count += more.values.length
        high = more.range.high
      }
    }
    if (problem !== undefined) this.incomplete.push(`${name} of "${dn}" ${problem}`)
  }

  async #oneRange(
    dn: string,
    name: string,
    from: number,
  ): Promise<{ readonly range: Range; readonly values: Uint8Array[] } | undefined> {
    const search = this.#client.search({
      baseObject: dn,
      scope: 'baseObject',
      attributes: [`${name};range=${from}-*`],
    })
    let answer: { readonly range: Range; readonly values: Uint8Array[] } | undefined
    try {
      for await (const found of search) {
        if (found.op !== 'searchResultEntry') continue
        for (const view of found.attributes) {
          const ranged = rangeOf(view.type)
          if (ranged?.name.toLowerCase() === name.toLowerCase() && view.size > 0)
            answer ??= { range: ranged.range, values: view.values }
        }
      }
    } catch (error) {
      // Moved or deleted meanwhile, or no longer visible.
      throwUnlessUnseen(error)
    }
    return answer
  }
}

/** An attribute, and where its values are in the entry that was last looked at. */
interface Base {
  readonly name: string
  entry: number
  index: number
}

/** What an attribute description of a server stands for; no base for what nobody asked for. */
interface Spelling {
  readonly base: Base | undefined
  readonly range: Range | undefined
}

interface Range {
  readonly low: number
  /** Nothing for `*`: the values end here. */
  readonly high: number | undefined
}

/** The range in an attribute description (MS-ADTS 3.1.1.3.1.3.3). */
function rangeOf(type: string): { readonly name: string; readonly range: Range } | undefined {
  const match = /^([^;]+);range=(\d{1,9})-(\d{1,9}|\*)$/i.exec(type)
  if (match === null) return undefined
  const [, name = '', low, high] = match
  return { name, range: { low: Number(low), high: high === '*' ? undefined : Number(high) } }
}
