import { dnKey, type ObjectId } from '#directory'
import {
  DecodeError,
  type Control,
  controlCodec,
  type ControlCodec,
  controlOids,
  domainScope,
  extendedDn,
  type ExtendedDnForm,
  type Filter,
  type LdapResult,
  sdFlags,
  type SearchRequest,
  type SearchResultEntry,
  type SearchResultReference,
  showDeleted,
  sort,
  type SortKey,
} from '#ldap'
import { answers, ldapUrl, noSuchObject } from './answers.ts'
import { findBase, subordinateContexts } from './base.ts'
import type { Catalog } from './catalog.ts'
import { subschemaDn } from './constructed.ts'
import { type EntryForm, entryOf, parseSelection, subschemaEntry } from './entry.ts'
import { compiling } from './filter.ts'
import { needsOf, TRUE, type Truth } from './leaf.ts'
import { Holding, unitBytes } from './memory.ts'
import type { Preparation } from './preparation.ts'
import { sorted } from './sorting.ts'

/** What a search comes up with next; `pause` lets others have their turn. */
export type Found = SearchResultEntry | SearchResultReference | typeof pause
export const pause = 'pause'

/** What the controls of a search ask for, beside paging, which is not the search's business. */
export interface SearchControls {
  readonly sdFlags: number | undefined
  readonly extendedDn: ExtendedDnForm | undefined
  readonly sortKey: SortKey | undefined
  readonly showsDeleted: boolean
  readonly showsRecycled: boolean
  /** No references to other naming contexts. */
  readonly isDomainScope: boolean
  /** All naming contexts as if they were one. */
  readonly isPhantomRoot: boolean
  readonly isRangeForgiving: boolean
}

/** What a search depends on beside what it asks. */
export interface Asker {
  /** Whether SACLs may be seen. */
  readonly isPrivileged: boolean
  /** Whether the connection is, and so the ones that references lead to. */
  readonly isEncrypted: boolean
}

const sequenceTag = 0x30

const searchOptions: ControlCodec<number> = controlCodec(
  controlOids.searchOptions,
  'SearchOptionsRequestValue',
  (reader) => {
    const value = reader.enter('SearchOptionsRequestValue')
    const flags = value.integer('SearchOptionsRequestValue.flags')
    value.close('SearchOptionsRequestValue')
    return flags
  },
  (writer, flags) => writer.nest(sequenceTag, () => writer.integer(flags)),
)

/** SERVER_SEARCH_FLAG_DOMAIN_SCOPE and _PHANTOM_ROOT (MS-ADTS 3.1.1.3.4.1.12). */
const domainScopeFlag = 1
const phantomRootFlag = 2

/** Reads the controls of a search. Refused when the value of one is broken. */
export function readSearchControls(
  controls: readonly Control[] | undefined,
): SearchControls | LdapResult {
  try {
    const options = searchOptions.find(controls) ?? 0
    return {
      sdFlags: sdFlags.find(controls),
      extendedDn: extendedDn.find(controls),
      sortKey: sort.find(controls)?.[0],
      showsDeleted: showDeleted.isIn(controls),
      showsRecycled: has(controls, controlOids.showRecycled),
      isDomainScope: domainScope.isIn(controls) || (options & domainScopeFlag) !== 0,
      isPhantomRoot: (options & phantomRootFlag) !== 0,
      isRangeForgiving: has(controls, controlOids.rangeRetrievalNoErr),
    }
  } catch (error) {
    if (error instanceof DecodeError) return answers.unknownControl
    throw error
  }
}

function has(controls: readonly Control[] | undefined, wanted: string): boolean {
  return controls?.some(({ oid }) => oid === wanted) ?? false
}

/**
 * Searches a catalog as Active Directory does (MS-ADTS 3.1.1.3.1.3): entries, then references to the naming contexts below.
 * Gives what it finds piece by piece and holds nothing back, so that one who reads slowly costs no memory but what
 * `holding` says. The root DSE is not its business, nor are limits.
 */
export function* search(
  request: SearchRequest,
  controls: SearchControls,
  catalog: Catalog,
  { isPrivileged, isEncrypted }: Asker,
  holding: Holding,
): Generator<Found, LdapResult | undefined> {
  const isWhole = request.baseObject === ''
  if (isWhole && !controls.isPhantomRoot) return noSuchObject('')
  const base = isWhole ? undefined : findBase(request.baseObject, catalog, isEncrypted)
  const form: EntryForm = {
    selection: parseSelection(request.attributes, catalog),
    typesOnly: request.typesOnly,
    isBaseScope: request.scope === 'baseObject',
    extendedDn: controls.extendedDn,
    sdFlags: controls.sdFlags,
    isPrivileged,
    isRangeForgiving: controls.isRangeForgiving,
  }
  if (typeof base === 'object') {
    const dn = subschemaDn(catalog)
    if (dn === undefined || dnKey(request.baseObject) !== dnKey(dn)) return base
    yield subschemaEntry(dn, catalog, form)
    return undefined
  }
  const isHidden = hidden(catalog, controls)
  if (base !== undefined && isHidden(base)) {
    let best = catalog.snapshot.parent(base)
    while (best !== undefined && isHidden(best)) best = catalog.snapshot.parent(best)
    return noSuchObject(best === undefined ? '' : catalog.snapshot.dn(best))
  }

  const refusal = yield* findEntries(request, base, controls, catalog, form, holding)
  if (refusal !== undefined) return refusal
  if (base === undefined || controls.isDomainScope || controls.isPhantomRoot) return undefined
  for (const reference of references(request, base, catalog, isEncrypted)) yield reference
  return undefined
}

/** Entries, in order when that is asked for. Returns why it cannot go on. */
function* findEntries(
  request: SearchRequest,
  base: ObjectId | undefined,
  controls: SearchControls,
  catalog: Catalog,
  form: EntryForm,
  holding: Holding,
): Generator<SearchResultEntry | typeof pause, LdapResult | undefined> {
  const filter = yield* paused(compiling(request.filter, catalog, holding))
  if ('resultCode' in filter) return filter
  yield* getReady([
    ...filter.needs,
    ...(form.selection.all
      ? catalog.derivedBackLinks
      : form.selection.named.map(({ type }) => type)
    ).flatMap((type) => needsOf(type, catalog)),
    ...(request.scope === 'baseObject' ? [] : [catalog.tree]),
  ])

  const isHidden = hidden(catalog, controls)
  const inScope = scopeTest(request, base, controls, catalog)
  const narrowed =
    request.scope === 'baseObject' && base !== undefined
      ? Uint32Array.of(base)
      : yield* paused(filter.candidates())
  const isNarrow = narrowed !== undefined && holding.take(narrowed.byteLength / unitBytes)
  const matching = matches(
    isNarrow ? narrowed : everything(catalog),
    (id) => inScope(id) && !isHidden(id) && filter.test(id) === TRUE,
    filter.cost + 4,
  )
  const { sortKey } = controls
  for (const id of sortKey === undefined ? matching : sorted(matching, sortKey, catalog, holding)) {
    if (typeof id === 'object') return id
    if (id === pause) {
      yield pause
      continue
    }
    const entry = entryOf(id, catalog, form)
    if ('resultCode' in entry) return entry
    yield entry
  }
  return undefined
}

/** Work that others may have their turn in between. */
function* paused<Result>(work: Generator<void, Result>): Generator<typeof pause, Result> {
  for (;;) {
    const next = work.next()
    if (next.done === true) return next.value
    yield pause
  }
}

/** Fills indexes step by step. */
function* getReady(parts: Iterable<Preparation>): Generator<typeof pause, void> {
  for (const part of parts) {
    while (!part.isReady) {
      part.step()
      yield pause
    }
  }
}

function* matches(
  ids: Iterable<ObjectId>,
  test: (id: ObjectId) => boolean,
  cost: number,
): Generator<ObjectId | typeof pause, void> {
  let steps = 0
  for (const id of ids) {
    steps += cost
    if (steps > stepsPerTurn) {
      steps = 0
      yield pause
    }
    if (test(id)) yield id
  }
}

/** Comparisons between two pauses: a millisecond or so. */
const stepsPerTurn = 2048

function* everything({ snapshot }: Catalog): Generator<ObjectId, void> {
  for (let id = 0; id < snapshot.count; id++) yield id
}

function scopeTest(
  { scope }: SearchRequest,
  base: ObjectId | undefined,
  { isPhantomRoot }: SearchControls,
  { snapshot, tree }: Catalog,
): (id: ObjectId) => boolean {
  if (base === undefined)
    return scope === 'wholeSubtree' ? () => true : (id) => snapshot.parent(id) === undefined
  if (scope === 'baseObject') return (id) => id === base
  const isBelow =
    scope === 'singleLevel'
      ? (id: ObjectId) => tree.isChild(id, base)
      : (id: ObjectId) => tree.isWithin(id, base)
  if (isPhantomRoot) return isBelow
  const context = snapshot.namingContextOf(base)
  return (id) => snapshot.namingContextOf(id) === context && isBelow(id)
}

/** Deleted objects are there only for those who ask for them (MS-ADTS 3.1.1.3.4.1.14 and .26). */
function hidden(catalog: Catalog, controls: SearchControls): (id: ObjectId) => boolean {
  const { deleted, recycled } = catalog
  if (controls.showsRecycled || deleted.size === 0) return () => false
  return controls.showsDeleted ? (id) => recycled.has(id) : (id) => deleted.has(id)
}

function references(
  request: SearchRequest,
  base: ObjectId,
  catalog: Catalog,
  isEncrypted: boolean,
): SearchResultReference[] {
  const { snapshot } = catalog
  if (request.scope === 'baseObject') return []
  const isChild = (dn: string) => {
    const id = snapshot.byDn(dn)
    return id === undefined || snapshot.parent(id) === base
  }
  return subordinateContexts(snapshot.dn(base), catalog)
    .filter(({ dn }) => request.scope === 'wholeSubtree' || isChild(dn))
    .map(({ host, dn }) => ({
      op: 'searchResultReference',
      uris: [`${ldapUrl(host, dn, isEncrypted)}${request.scope === 'singleLevel' ? '??base' : ''}`],
    }))
}

/** What a filter says of one object, or why it is refused. */
export function* judging(
  filter: Filter,
  id: ObjectId,
  catalog: Catalog,
): Generator<typeof pause, Truth | LdapResult> {
  const holding = new Holding(catalog.memory)
  try {
    const compiled = yield* paused(compiling(filter, catalog, holding))
    if ('resultCode' in compiled) return compiled
    yield* getReady(compiled.needs)
    return compiled.test(id)
  } finally {
    holding.release()
  }
}

/** About how many entries a search may find: what the indexes say, without looking at objects. */
export function* estimating(
  request: SearchRequest,
  catalog: Catalog,
): Generator<typeof pause, number> {
  const { count } = catalog.snapshot
  const holding = new Holding(catalog.memory)
  try {
    const filter = yield* paused(compiling(request.filter, catalog, holding))
    if ('resultCode' in filter || !filter.needs.every(({ isReady }) => isReady)) return count
    return (yield* paused(filter.candidates()))?.length ?? count
  } finally {
    holding.release()
  }
}
