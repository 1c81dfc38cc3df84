import { type RawAttribute, type Snapshot, SnapshotBuilder, parseGeneralizedTime } from '#directory'
import { Asked } from './asked.ts'
import { Budget } from './budget.ts'
import { CoverageNotes, coverageOf } from './coverage.ts'
import { CollectError } from './error.ts'
import { type LdifEntry, LdifReader } from './ldif.ts'
import { isNameTooLong } from './long-name.ts'
import type { CollectOptions } from './options.ts'

/**
 * Makes a snapshot of the entries of an LDIF export, and says what the export does not hold.
 * @throws CollectError naming the line.
 */
export async function readLdifSnapshot(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  options: CollectOptions,
): Promise<Snapshot> {
  const reader = new LdifReader(options.limits)
  const budget = new Budget(options)
  const entries = new EntryTaker(budget)
  budget.enter('read', path)
  for await (const chunk of chunks) {
    for (const entry of reader.push(chunk)) entries.take(entry, reader.requested)
    budget.check()
  }
  for (const entry of reader.end()) entries.take(entry, reader.requested)
  if (entries.count === 0) {
    throw new CollectError('file-format', {
      what: `Cannot use ${path}`,
      why: 'there is no entry in it',
      tryThis:
        'Check the base and filter of the export; an ordinary domain user can read most of a domain.',
    })
  }
  if (reader.result.code !== 0) {
    const { code, text } = reader.result
    entries.noteAll(
      `The export ended early with "${text || `result ${code}`}"; export again in pages (ldapsearch -E pr=500/noprompt).`,
    )
  }
  return entries.snapshot(path)
}

/** Puts entries into a builder and remembers what tells how the export was made. */
class EntryTaker {
  readonly #builder = new SnapshotBuilder()
  readonly #budget: Budget
  readonly #notes = new CoverageNotes()
  readonly #asked = new Asked()
  #newest = ''
  #currentTime: string | undefined
  #twice = 0
  #tooLong = 0
  #cut = 0
  #cutExample = ''

  constructor(budget: Budget) {
    this.#budget = budget
  }

  get count(): number {
    return this.#builder.count
  }

  take({ dn, attributes, cut }: LdifEntry, requested: string | undefined): void {
    if (dn === '') {
      this.#builder.setRootDse(attributes)
      this.#currentTime = textOf(attributes, 'currenttime')
      return
    }
    this.#budget.count()
    if (isNameTooLong(dn)) {
      this.#tooLong++
      return
    }
    if (this.#builder.add(dn, attributes) < 0) {
      this.#twice++
      return
    }
    this.#asked.take(attributes, requested)
    for (const [name, [value]] of attributes)
      if (value !== undefined && name.toLowerCase() === 'whenchanged') this.#noteTime(value)
    if (cut.length > 0) {
      this.#cut++
      this.#cutExample ||= `${cut[0]} of "${dn}"`
    }
  }

  /** Something that concerns all of the directory. */
  noteAll(because: string): void {
    for (const source of ['ldap-domain', 'ldap-config', 'ldap-schema', 'ldap-dns'] as const) {
      this.#notes.add(source, because)
    }
  }

  snapshot(path: string): Snapshot {
    const notes = this.#notes
    if (this.#twice > 0) {
      this.noteAll(
        `${this.#twice} entries are in the file more than once; only the first of each was used.`,
      )
    }
    if (this.#tooLong > 0) {
      this.noteAll(
        `${this.#tooLong} entries have names that are longer than Active Directory has them; they were not taken.`,
      )
    }
    if (this.#cut > 0) {
      notes.add(
        'ldap-domain',
        `${this.#cut} entries lack further values of an attribute, such as ${this.#cutExample}: the exporting program did not ask for all ranges.`,
      )
    }
    notes.add(
      'ldap-probe',
      'A file holds no answers of domain controllers; give ldaps://dc.example to have them.',
    )
    const takenAt = this.#takenAt(notes)
    // Coverage can only be judged on the finished snapshot, which keeps this array.
    const coverage: ReturnType<typeof coverageOf> = []
    const snapshot = this.#builder.build({
      origin: { source: path, takenAt },
      coverage,
      asked: this.#asked.attributes,
    })
    coverage.push(...coverageOf(snapshot, notes))
    return snapshot
  }

  #noteTime(value: Uint8Array): void {
    const text = decoder.decode(value)
    if (text > this.#newest && /^\d{14}\.\d+Z$/.test(text)) this.#newest = text
  }

  #takenAt(notes: CoverageNotes): Date {
    const now = this.#currentTime === undefined ? undefined : timeOf(this.#currentTime)
    if (now !== undefined) return now
    const newest = timeOf(this.#newest)
    notes.add(
      'rootdse',
      newest === undefined
        ? 'The file does not say when it was made; ages are not to be relied on.'
        : 'The file does not say when it was made; the time of its newest change was taken. Give the date to be exact.',
      { hides: [] },
    )
    return newest ?? new Date()
  }
}

function textOf(attributes: readonly RawAttribute[], key: string): string | undefined {
  const value = attributes.find(([name]) => name.toLowerCase() === key)?.[1][0]
  return value === undefined ? undefined : decoder.decode(value)
}

function timeOf(text: string): Date | undefined {
  try {
    return parseGeneralizedTime(text)
  } catch {
    return undefined
  }
}

const decoder = new TextDecoder()
