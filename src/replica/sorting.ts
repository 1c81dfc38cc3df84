import type { ObjectId } from '#directory'
import type { LdapResult, SortKey } from '#ldap'
import { answers } from './answers.ts'
import type { AttributeType } from './attribute-types.ts'
import type { Catalog } from './catalog.ts'
import { type Holding, unitBytes } from './memory.ts'
import type { pause } from './search.ts'
import { sortOrder } from './values.ts'

/** Entries that are sorted at most: their keys are all held at once. */
export const maxSorted = 100_000

/** Sorts what a search finds by one attribute (RFC 2891): objects without it come last, in reverse order first. */
export function* sorted(
  found: Iterable<ObjectId | typeof pause>,
  { attributeType, reverseOrder }: SortKey,
  catalog: Catalog,
  holding: Holding,
): Generator<ObjectId | typeof pause | LdapResult, void> {
  const type = catalog.types.find(attributeType)
  const rows: Row[] = []
  for (const id of found) {
    if (id === 'pause') {
      yield id
      continue
    }
    if (rows.length >= maxSorted) {
      yield answers.tooManyToSort
      return
    }
    if (rows.length % rowsPerStep === 0 && !holding.take((rowsPerStep * rowBytes) / unitBytes)) {
      yield answers.busy
      return
    }
    rows.push({
      id,
      key: type === undefined ? undefined : lowestKey(id, type, catalog, reverseOrder),
    })
  }
  const compare = sortOrder(type?.syntax ?? 'unicodeString')
  yield* mergeSort(rows, (a, b) => {
    const order =
      a.key === undefined
        ? b.key === undefined
          ? 0
          : 1
        : b.key === undefined
          ? -1
          : compare(a.key, b.key)
    return reverseOrder ? -order : order
  })
  // While pages wait to be asked for, only the order is kept.
  const ids = Uint32Array.from(rows, ({ id }) => id)
  holding.give((rows.length * (rowBytes - ids.BYTES_PER_ELEMENT)) / unitBytes)
  rows.length = 0
  yield* ids
}

/** What a row with its key takes, about. */
const rowBytes = 104

interface Row {
  readonly id: ObjectId
  readonly key: string | undefined
}

/** Of several values the one that would come first counts. */
function lowestKey(
  id: ObjectId,
  type: AttributeType,
  catalog: Catalog,
  reverse: boolean,
): string | undefined {
  const keys = catalog.keysOf(id, type)
  if (keys.length < 2) return keys[0]
  const compare = sortOrder(type.syntax)
  return keys.toSorted((a, b) => (reverse ? compare(b, a) : compare(a, b)))[0]
}

/** Sorts in place and keeps the order of equals, in steps short enough for others to have their turn between them. */
function* mergeSort<T>(rows: T[], compare: (a: T, b: T) => number): Generator<'pause', void> {
  for (let from = 0; from < rows.length; from += rowsPerStep) {
    const run = rows.slice(from, from + rowsPerStep).toSorted(compare)
    for (let at = 0; at < run.length; at++) rows[from + at] = run[at]!
    yield 'pause'
  }
  for (let size = rowsPerStep; size < rows.length; size *= 2) {
    for (let from = 0; from + size < rows.length; from += 2 * size) {
      const left = rows.slice(from, from + size)
      const end = Math.min(from + 2 * size, rows.length)
      let right = from + size
      let next = 0
      for (let at = from; next < left.length; at++) {
        const isLeft = right >= end || compare(left[next]!, rows[right]!) <= 0
        rows[at] = isLeft ? left[next++]! : rows[right++]!
        if (at % rowsPerStep === 0) yield 'pause'
      }
    }
  }
}

const rowsPerStep = 1024
