import type { LdapResult } from '#ldap'
import { Holding, type Idle, type Memory } from './memory.ts'
import { type Found, pause } from './search.ts'

/** A search that can be gone on with later, one step ahead of what it has given. */
export class Cursor implements Idle {
  isClosed = false
  readonly #holding: Holding
  readonly #search: Generator<Found, LdapResult | undefined>
  #next: IteratorResult<Found, LdapResult | undefined> | undefined

  /** `begin` starts the search, which takes what memory it needs from what it is given. */
  constructor(
    memory: Memory,
    begin: (holding: Holding) => Generator<Found, LdapResult | undefined>,
  ) {
    this.#holding = new Holding(memory)
    this.#search = begin(this.#holding)
  }

  /** Memory that it holds. */
  get held(): number {
    return this.#holding.held
  }

  /**
   * Gives at most `limit` entries, and references in between. Returns whether there are more, or the search's own end: a
   * refusal, or nothing when all was found.
   */
  *take(limit: number): Generator<Found, 'more' | LdapResult | undefined> {
    let entries = 0
    for (;;) {
      const next = (this.#next ??= this.#search.next())
      if (next.done === true) return next.value
      const isEntry = next.value !== pause && next.value.op === 'searchResultEntry'
      if (isEntry && entries >= limit) return 'more'
      this.#next = undefined
      if (isEntry) entries++
      yield next.value
    }
  }

  /** Ends the search. */
  close(): void {
    this.isClosed = true
    this.#search.return(undefined)
    this.#holding.release()
  }
}

/**
 * The paged searches of one connection that wait to be gone on with (RFC 2696). A cookie means nothing on another
 * connection, nor with another search.
 */
export class PagedSearches {
  readonly #memory: Memory
  readonly #waiting = new Map<string, { readonly cursor: Cursor; readonly search: string }>()
  #made = 0

  /** `memory`: is told what waits, and may give it up. */
  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** Keeps a search until its next page is asked for. When there are too many, the one that waited longest ends. */
  keep(cursor: Cursor, search: string): Uint8Array {
    const cookie = cookieOf(++this.#made)
    this.#waiting.set(cookie.toHex(), { cursor, search })
    this.#memory.lay(cursor)
    for (const [oldest, { cursor: old }] of this.#waiting) {
      if (this.#waiting.size <= maxWaiting) break
      this.#end(old)
      this.#waiting.delete(oldest)
    }
    return cookie
  }

  /** Hands out the search of a cookie, once. Nothing when the cookie is not ours, was for another search or is given up. */
  take(cookie: Uint8Array, search: string): Cursor | undefined {
    const key = cookie.toHex()
    const kept = this.#waiting.get(key)
    if (kept === undefined || kept.search !== search) return undefined
    this.#waiting.delete(key)
    this.#memory.pick(kept.cursor)
    return kept.cursor.isClosed ? undefined : kept.cursor
  }

  /** Ends all. */
  close(): void {
    for (const { cursor } of this.#waiting.values()) this.#end(cursor)
    this.#waiting.clear()
  }

  #end(cursor: Cursor): void {
    this.#memory.pick(cursor)
    cursor.close()
  }
}

/** MaxResultSetsPerConn of Active Directory (MS-ADTS 3.1.1.3.4.6). */
const maxWaiting = 10

function cookieOf(number: number): Uint8Array {
  const cookie = new Uint8Array(8)
  new DataView(cookie.buffer).setUint32(4, number)
  return cookie
}
