import {
  DecodeError,
  type Found,
  type LdapClient,
  LdapError,
  type ResponseMessage,
  type SearchOptions,
  pagedResults,
} from '#ldap'

/** As many as Active Directory gives in a page at most (MaxPageSize). */
const PAGE_SIZE = 1000
/** What a server that gives more, or larger ones, is cut into: never an honest page, whose end must be seen with it. */
const PORTION = 2 * PAGE_SIZE
const PORTION_BYTES = 16 * 1024 * 1024
/** Pages without anything that are followed in a row. */
const MAX_EMPTY_PAGES = 1000
/** Each is sent back with the next request; Active Directory's are some hundred octets. */
const MAX_COOKIE_BYTES = 1024 * 1024

/**
 * Searches page by page (RFC 2696) and gives what is found in portions. The next page is asked for before the one that has come
 * is given, so that the server works while the caller does. Refuses to go in circles: pages that stay empty while the cookie
 * stays the same, or too many times. @throws LdapError, after all that was found
 */
export async function* pagesOf(
  client: LdapClient,
  options: SearchOptions,
): AsyncGenerator<readonly Found[], void> {
  const stop = new AbortController()
  const ask = (cookie: Uint8Array): Search => {
    const paging = pagedResults.of({ size: PAGE_SIZE, cookie }, true)
    const controls = [...(options.controls ?? []), paging]
    return client.search({ ...options, controls, signal: stop.signal })
  }
  const circles = new Circles(client.peer)
  let search = ask(new Uint8Array())
  let coming = gather(search)
  try {
    for (;;) {
      const { found, end, error } = await coming
      const next = end === undefined ? undefined : cookieOf(client.peer, end)
      circles.note(found.length, next)
      const isLast = error !== undefined || next?.length === 0
      if (!isLast) {
        if (next !== undefined) search = ask(next)
        coming = gather(search)
      }
      yield found
      if (error !== undefined) throw error
      if (isLast) return
    }
  } finally {
    // What was asked for in advance is not wanted any more.
    stop.abort()
  }
}

type Search = ReturnType<LdapClient['search']>
type Done = Extract<ResponseMessage, { op: 'searchResultDone' }>

/** A page or a part of it, with the message or the error that ended it. */
interface Portion {
  readonly found: readonly Found[]
  readonly end?: Done
  readonly error?: Error
}

/** Takes what comes until there is enough. Does not throw, since nobody may be waiting for it. */
async function gather(search: Search): Promise<Portion> {
  const found: Found[] = []
  let bytes = 0
  try {
    while (found.length < PORTION) {
      const { done, value } = await search.next()
      if (done === true) return { found, end: value }
      found.push(value)
      if (value.op === 'searchResultEntry') bytes += value.pdu.length
      if (bytes > PORTION_BYTES) break
    }
    return { found }
  } catch (error) {
    return { found, error: error instanceof Error ? error : new Error(String(error)) }
  }
}

/** Notices a server that promises more and more, and sends nothing. */
class Circles {
  readonly #peer: string
  #cookie: Uint8Array = new Uint8Array()
  #found = 0
  #emptyPages = 0

  constructor(peer: string) {
    this.#peer = peer
  }

  /** Takes how much came, and the cookie of the next page when that was the end of one. */
  note(found: number, next: Uint8Array | undefined): void {
    this.#found += found
    if (next === undefined || next.length === 0) return
    const isEmpty = this.#found === 0
    this.#emptyPages = isEmpty ? this.#emptyPages + 1 : 0
    // Samba gives the same cookie for every page, Active Directory may send an empty page.
    if (this.#emptyPages > MAX_EMPTY_PAGES || (isEmpty && isSame(next, this.#cookie))) {
      throw new LdapError(
        'protocol',
        `${this.#peer} promises more pages again and again, and sends nothing.`,
      )
    }
    this.#cookie = next
    this.#found = 0
  }
}

/** A copy: the cookie must not keep the message alive. */
function cookieOf(peer: string, end: Done): Uint8Array {
  try {
    const cookie = pagedResults.find(end.controls)?.cookie ?? new Uint8Array()
    if (cookie.length <= MAX_COOKIE_BYTES) return cookie.slice()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const text = `${peer} sent a paging control that is broken: ${error.message}.`
    throw new LdapError('protocol', text, { cause: error })
  }
  throw new LdapError('protocol', `${peer} sent a cookie of more than ${MAX_COOKIE_BYTES} bytes.`)
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
