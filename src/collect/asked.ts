import { type RawAttribute, isOnlyWhenNamed } from '#directory'

/** Attributes that every object has and that are returned when no list was asked for (MS-ADSC, class top). */
const ordinary = new Set(['instancetype', 'whenchanged', 'objectcategory'])
/** Objects of one class that tell something about how all of it was exported. */
const FEWEST = 3
const MAX_CLASSES = 1000
/** Classes whose objects ordinary accounts may read whole, so that few whole ones tell of a list. */
const principals = new Set(['user', 'computer', 'group'])

/** Finds out from the entries of an export which attributes it was asked for, since what is absent tells something only then. */
export class Asked {
  readonly #parts = new Map<string | undefined, Part>()

  /** Takes an entry, and what the export notes of the attributes asked for above it. */
  take(attributes: readonly RawAttribute[], requested: string | undefined): void {
    let part = this.#parts.get(requested)
    if (part === undefined) this.#parts.set(requested, (part = new Part(requested)))
    part.take(attributes)
  }

  /** What every part of the export was asked for: `all` for whole entries. */
  get attributes(): 'all' | ReadonlySet<string> {
    const parts = [...this.#parts.values()]
    const lists = parts.flatMap((part) => (part.list === 'all' ? [] : [part.list]))
    const [first, ...others] = lists
    if (first === undefined) return 'all'
    const isInAll = (name: string) =>
      others.every((list) => list.has(name)) &&
      (!isOnlyWhenNamed(name) || parts.every((part) => part.names.has(name)))
    return new Set([...first].filter((name) => isInAll(name)))
  }
}

/** What was exported in one go. */
class Part {
  readonly names = new Set<string>()
  /** What the export says itself. */
  readonly #requested: 'all' | ReadonlySet<string> | undefined
  readonly #classes = new Map<string, ClassOfEntries>()

  constructor(requested: string | undefined) {
    if (requested === undefined) return
    const names = new Set(requested.toLowerCase().trim().split(/\s+/))
    this.#requested = requested === 'ALL' || names.has('*') ? 'all' : names
  }

  take(attributes: readonly RawAttribute[]): void {
    const kept = this.#classOf(attributes)
    let met = 0
    for (const [name] of attributes) {
      const key = name.toLowerCase()
      this.names.add(key)
      kept.names.add(key)
      if (ordinary.has(key)) met++
    }
    kept.entries++
    if (met === ordinary.size) kept.whole++
  }

  get list(): 'all' | ReadonlySet<string> {
    if (this.#requested === 'all') return 'all'
    if (this.#requested !== undefined) return new Set([...this.#requested, ...this.names])
    // Of what came without a class nothing but the name could be read: it tells nothing about the export.
    const classes = [...this.#classes].filter(([name]) => name !== '')
    const count = (of: 'entries' | 'whole') => classes.reduce((sum, [, each]) => sum + each[of], 0)
    if (count('whole') * 2 <= count('entries')) return this.names
    // Whole entries of the configuration tell nothing of users that were exported with a list.
    const cut = classes.filter(([name, { entries, whole }]) =>
      principals.has(name) ? whole * 2 <= entries : entries >= FEWEST && whole === 0,
    )
    return cut.length === 0 ? 'all' : new Set(cut.flatMap(([, { names }]) => [...names]))
  }

  #classOf(attributes: readonly RawAttribute[]): ClassOfEntries {
    const classes = attributes.find(([name]) => name.toLowerCase() === 'objectclass')?.[1]
    const key = classes?.at(-1) === undefined ? '' : decoder.decode(classes.at(-1)).toLowerCase()
    let kept = this.#classes.get(key)
    if (kept === undefined) {
      if (this.#classes.size === MAX_CLASSES) return { entries: 0, whole: 0, names: new Set() }
      this.#classes.set(key, (kept = { entries: 0, whole: 0, names: new Set() }))
    }
    return kept
  }
}

interface ClassOfEntries {
  entries: number
  /** Entries with all that is returned where no list was asked for. */
  whole: number
  readonly names: Set<string>
}

const decoder = new TextDecoder()
