import { dnKey, ForestBuilder, type RawAttribute, Snapshot, SnapshotBuilder } from '#directory'
import { type Filter, type LdapResult, parseFilter } from '#ldap'
import { Catalog } from './catalog.ts'
import { type CompiledFilter, compiling } from './filter.ts'
import { TRUE, type Truth } from './leaf.ts'
import { Holding } from './memory.ts'

/** A snapshot of objects as people write them: text, numbers and truth values as LDAP has them, octets as they are. */
export function snapshotOf(
  objects: Readonly<Record<string, Readonly<Record<string, Value | readonly Value[]>>>>,
  rootDse: Readonly<Record<string, readonly string[]>> = {},
): Snapshot {
  const builder = new SnapshotBuilder()
  for (const [dn, attributes] of Object.entries(objects)) {
    const raw = Object.entries(attributes).map(([name, values]): RawAttribute => {
      const list = Array.isArray(values) ? (values as readonly Value[]) : [values as Value]
      return [name, list.map(octets)]
    })
    builder.add(dn, raw)
  }
  builder.setRootDse(
    Object.entries(rootDse).map(([name, values]): RawAttribute => [name, values.map(octets)]),
  )
  return builder.build({ origin: { source: 'test', takenAt: new Date(0) } })
}

type Value = string | number | boolean | Uint8Array

function octets(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value
  return Buffer.from(typeof value === 'boolean' ? String(value).toUpperCase() : String(value))
}

/** A filter made ready without a pause. */
export function compileFilter(filter: Filter, catalog: Catalog): CompiledFilter | LdapResult {
  const holding = new Holding(catalog.memory)
  const compiled = resultOf(compiling(filter, catalog, holding))
  holding.release()
  return compiled
}

/** What a filter says of every object that has a name here: those for which it is true. */
export function found(filter: string, catalog: Catalog): string[] {
  const compiled = ready(filter, catalog)
  const all = Array.from({ length: catalog.snapshot.count }, (_, id) => id)
  const matching = all.filter((id) => compiled.test(id) === TRUE)
  // An index may never hide what the filter is true for.
  const narrowed = resultOf(compiled.candidates())
  const missed = matching.filter((id) => narrowed !== undefined && !narrowed.includes(id))
  if (missed.length > 0) throw new Error(`candidates miss ${catalog.snapshot.dn(missed[0]!)}`)
  return matching.map((id) => catalog.snapshot.dn(id))
}

/** What a filter says of one object. */
export function truth(filter: string, dn: string, catalog: Catalog): Truth {
  const id = catalog.snapshot.byDn(dn)
  if (id === undefined) throw new Error(`no object ${dnKey(dn)}`)
  return ready(filter, catalog).test(id)
}

/** The result code with which a filter is refused. */
export function refusal(filter: string, catalog: Catalog): unknown {
  const compiled = compileFilter(parseFilter(filter), catalog)
  return 'resultCode' in compiled ? compiled.resultCode : 'not refused'
}

/** A catalog of a clean forest, changed as a test needs. */
export function forestCatalog(change: (forest: ForestBuilder) => void = () => {}): Catalog {
  const forest = new ForestBuilder()
  change(forest)
  return new Catalog(forest.build())
}

/** What comes of work that pauses, without the pauses. */
export function resultOf<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const next = work.next()
    if (next.done === true) return next.value
  }
}

function ready(filter: string, catalog: Catalog) {
  const compiled = compileFilter(parseFilter(filter), catalog)
  if ('resultCode' in compiled) throw new Error(compiled.diagnosticMessage)
  for (const need of compiled.needs) while (!need.isReady) need.step()
  return compiled
}
