import { createHash } from 'node:crypto'
import type { ObjectId } from '#directory'
import {
  DecodeError,
  type CompareRequest,
  type Control,
  controlOids,
  encode,
  type ExtendedResponse,
  extensionOids,
  type LdapResult,
  type Message,
  pagedResults,
  type PagedResults,
  type RequestMessage,
  type Response,
  result,
  type SearchRequest,
  type SearchResultDone,
  sort,
  type SortKey,
  sortResponse,
  type SortResult,
} from '#ldap'
import type { Accounts, KnownAccount } from './accounts.ts'
import { answers } from './answers.ts'
import { type AttributeType, parseDescription } from './attribute-types.ts'
import { findBase } from './base.ts'
import type { Catalog } from './catalog.ts'
import { compute } from './constructed.ts'
import { FALSE, TRUE, type Truth, UNDEFINED } from './leaf.ts'
import { Cursor, PagedSearches } from './paging.ts'
import { type Caller, rootDse, servedControls } from './root-dse.ts'
import {
  estimating,
  type Found,
  judging,
  readSearchControls,
  search,
  type SearchControls,
} from './search.ts'
import { askedKeyOf, keyOf, octetsOf } from './values.ts'

/** What all connections have in common. */
export interface Served {
  readonly catalog: Catalog
  readonly accounts: Accounts
  readonly hasTls: boolean
  /** Whether passwords are only taken over TLS. */
  readonly requireTls: boolean
  /** Entries in one answer at most (MaxPageSize of Active Directory). */
  readonly maxPageSize: number
}

/** An answer before it has a message id. */
export type Answer = Response & { readonly controls?: readonly Control[] }

/** A search or comparison under way: what it finds, and the answer that ends it. */
export type RunningSearch = Generator<Found, Answer>

/** What the shell has to do about a request. */
export type Step =
  | { readonly do: 'answer'; readonly answer: Answer }
  | {
      readonly do: 'search'
      /** What ends it. */
      readonly op: 'searchResultDone' | 'compareResponse'
      readonly run: RunningSearch
      readonly timeLimit: number
    }
  | {
      readonly do: 'checkPassword'
      readonly account: KnownAccount | undefined
      readonly password: Uint8Array
    }
  | { readonly do: 'startTls'; readonly answer: Answer }
  | { readonly do: 'abandon'; readonly id: number }
  | { readonly do: 'close' }

/** One client's session: who it is, and the searches it may go on with. Without sockets or clock. */
export class Session {
  readonly #served: Served
  readonly #paged: PagedSearches
  #caller: Caller | undefined
  isEncrypted: boolean

  constructor(served: Served, isEncrypted: boolean) {
    this.#served = served
    this.#paged = new PagedSearches(served.catalog.memory)
    this.isEncrypted = isEncrypted
  }

  /** Whether somebody is signed in. */
  get isBound(): boolean {
    return this.#caller !== undefined
  }

  /** What to do about a request that comes at a time. `outstanding`: operations that have not ended yet. */
  step(message: RequestMessage, now: Date, outstanding: number): Step {
    if (message.op === 'bindRequest') return this.#bind(message)
    if (message.op === 'unbindRequest') return { do: 'close' }
    if (message.op === 'abandonRequest') return { do: 'abandon', id: message.messageId }
    if (message.op === 'extendedRequest') return this.#extended(message.requestName, outstanding)
    const answer = (how: LdapResult): Step => ({
      do: 'answer',
      answer: { op: answerTo[message.op], ...how },
    })
    if (
      message.controls?.some(({ oid, criticality }) => criticality && !understood.has(oid)) === true
    ) {
      return answer(answers.unknownControl)
    }
    if (
      message.op === 'searchRequest' &&
      message.baseObject === '' &&
      message.scope === 'baseObject'
    ) {
      return {
        do: 'search',
        op: 'searchResultDone',
        run: this.#rootDse(message, now),
        timeLimit: 0,
      }
    }
    if (this.#caller === undefined) return answer(answers.bindFirst)
    if (message.op === 'compareRequest') {
      return { do: 'search', op: 'compareResponse', run: this.#compare(message), timeLimit: 0 }
    }
    if (message.op !== 'searchRequest') return answer(answers.readOnly)
    const run = this.#search(message, message.controls ?? [], this.#caller)
    return { do: 'search', op: 'searchResultDone', run, timeLimit: message.timeLimit }
  }

  /**
   * The answer to a request that was not understood; nothing when not even that is possible, so that the connection has to
   * end (RFC 4511 §4.1.1).
   */
  refuse(op: Message['op'], { code }: DecodeError): Answer | undefined {
    if (!isAnswered(op)) return undefined
    const how = isTooMuch.has(code)
      ? answers.tooComplex
      : isNotUnderstood.has(code)
        ? answers.malformed
        : undefined
    if (op === 'bindRequest' && how !== undefined) {
      this.#leave()
      if (code === 'choice') return { op: 'bindResponse', ...answers.noSuchMethod }
    }
    return how && { op: answerTo[op], ...how }
  }

  /** Ends a bind whose password was looked at. */
  endBind(account: KnownAccount | undefined, isRight: boolean): Answer {
    if (account === undefined || !isRight) return { op: 'bindResponse', ...answers.wrongPassword }
    this.#caller = account
    return { op: 'bindResponse', ...result() }
  }

  /** Ends all searches that wait to be gone on with. */
  close(): void {
    this.#paged.close()
  }

  /** Nobody is signed in any more. */
  #leave(): void {
    this.#caller = undefined
    this.#paged.close()
  }

  #bind({ version, name, authentication }: Extract<RequestMessage, { op: 'bindRequest' }>): Step {
    this.#leave()
    if (version !== 3 && version !== 2) return bindAnswer(answers.version)
    if (authentication.method !== 'simple') return bindAnswer(answers.noSuchMethod)
    // Without a password nobody is signed in, whoever they say they are (RFC 4513 §5.1.2; so does Active Directory).
    if (authentication.password.length === 0) return bindAnswer(result())
    if (this.#served.requireTls && !this.isEncrypted) return bindAnswer(answers.encryptFirst)
    const account = this.#served.accounts.find(name, this.#served.catalog)
    return { do: 'checkPassword', account, password: authentication.password }
  }

  #extended(name: string, outstanding: number): Step {
    switch (name) {
      case extensionOids.startTls: {
        const responseName = { responseName: name }
        if (!this.#served.hasTls) return extendedAnswer(answers.noTls, responseName)
        if (this.isEncrypted) return extendedAnswer(answers.tlsAlready, responseName)
        if (outstanding > 0) return extendedAnswer(answers.tlsNow, responseName)
        return { do: 'startTls', answer: { op: 'extendedResponse', ...result(), ...responseName } }
      }
      case extensionOids.whoAmI:
        return extendedAnswer(result(), {
          responseValue: octetsOf(this.#caller === undefined ? '' : `u:${this.#caller.name}`),
        })
      default:
        return extendedAnswer(answers.unknownExtension)
    }
  }

  *#compare({ entry, attribute, value }: CompareRequest): RunningSearch {
    const { catalog } = this.#served
    const answer = (how: LdapResult): Answer => ({ op: 'compareResponse', ...how })
    const id = findBase(entry, catalog, this.isEncrypted)
    if (typeof id === 'object') return answer(id)
    const type = catalog.types.find(parseDescription(attribute).type)
    if (type === undefined) return answer(answers.conversion)
    const truth = type.isConstructed
      ? isComputed(id, type, value, catalog)
      : yield* judging({ kind: 'equalityMatch', attribute, value }, id, catalog)
    if (typeof truth === 'object') return answer(truth)
    if (truth === TRUE) return answer(result('compareTrue'))
    const isThere = type.isConstructed
      ? compute(type.key, id, catalog).length > 0
      : catalog.has(id, type)
    if (!isThere) return answer(answers.noSuchAttribute)
    return answer(truth === FALSE ? result('compareFalse') : answers.conversion)
  }

  *#rootDse(message: RequestMessage & SearchRequest, now: Date): RunningSearch {
    const { catalog, hasTls } = this.#served
    yield rootDse(message.attributes, message.typesOnly, catalog, {
      now,
      caller: this.#caller,
      hasTls,
    })
    const isPaged = pagedResults.isIn(message.controls)
    return done(result(), isPaged ? [pagedResults.of({ size: 0, cookie: new Uint8Array() })] : [])
  }

  *#search(request: SearchRequest, controls: readonly Control[], caller: Caller): RunningSearch {
    const { catalog, maxPageSize } = this.#served
    const wanted = readSearchControls(controls)
    if ('resultCode' in wanted) return done(wanted)
    const page = readPage(controls)
    if (page !== undefined && 'resultCode' in page) return done(page)
    const sorting = checkSort(controls, catalog)
    const answered = sorting === undefined ? [] : [sortResponse.of(sorting)]
    const isSorted = sorting === undefined || sorting.sortResult === 'success'
    if (!isSorted && controls.some(({ oid, criticality }) => oid === sort.oid && criticality)) {
      return done(answers.notSortable, answered)
    }
    const how: SearchControls = isSorted ? wanted : { ...wanted, sortKey: undefined }
    const asker = { isPrivileged: caller.isPrivileged, isEncrypted: this.isEncrypted }

    const begin = () =>
      new Cursor(catalog.memory, (holding) => search(request, how, catalog, asker, holding))

    if (page === undefined) {
      const limit = Math.min(maxPageSize, request.sizeLimit || Infinity)
      const cursor = begin()
      try {
        return done(endOf(yield* cursor.take(limit)), answered)
      } finally {
        cursor.close()
      }
    }
    const key = fingerprint(request, controls)
    const cursor = page.cookie.length === 0 ? begin() : this.#paged.take(page.cookie, key)
    if (cursor === undefined) return done(answers.unknownControl)
    // The size 0 gives a search up, or before the first page asks how much there may be (RFC 2696 §3).
    if (page.size === 0) {
      if (page.cookie.length > 0) cursor.close()
      const size = yield* estimating(request, catalog)
      const cookie = page.cookie.length > 0 ? new Uint8Array() : this.#paged.keep(cursor, key)
      return done(result(), [...answered, pagedResults.of({ size, cookie })])
    }
    const pageSize = Math.min(page.size, maxPageSize)
    const isOnePage = request.sizeLimit > 0 && request.sizeLimit <= pageSize
    let isKept = false
    try {
      const end = yield* cursor.take(isOnePage ? request.sizeLimit : pageSize)
      isKept = end === 'more' && !isOnePage
      const cookie = isKept ? this.#paged.keep(cursor, key) : new Uint8Array()
      return done(isKept ? result() : endOf(end), [
        ...answered,
        pagedResults.of({ size: 0, cookie }),
      ])
    } finally {
      if (!isKept) cursor.close()
    }
  }
}

/** Whether a computed value is the one asked for. */
function isComputed(
  id: ObjectId,
  { key, syntax }: AttributeType,
  value: Uint8Array,
  catalog: Catalog,
): Truth {
  const asked = askedKeyOf(syntax, value, catalog)
  if (asked === undefined) return UNDEFINED
  const values = compute(key, id, catalog).slice()
  return values.some((held) => keyOf(syntax, held, catalog) === asked) ? TRUE : FALSE
}

function bindAnswer(how: LdapResult): Step {
  return { do: 'answer', answer: { op: 'bindResponse', ...how } }
}

function extendedAnswer(how: LdapResult, more: Partial<ExtendedResponse> = {}): Step {
  return { do: 'answer', answer: { op: 'extendedResponse', ...how, ...more } }
}

/** Controls that a request may be critical about. */
const understood = new Set([
  ...servedControls,
  controlOids.lazyCommit,
  controlOids.permissiveModify,
])

function done(how: LdapResult, controls: readonly Control[] = []): SearchResultDone & Answer {
  const answer: SearchResultDone = { op: 'searchResultDone', ...how }
  return controls.length > 0 ? { ...answer, controls } : answer
}

function endOf(end: 'more' | LdapResult | undefined): LdapResult {
  return end === 'more' ? result('sizeLimitExceeded') : (end ?? result())
}

function readPage(controls: readonly Control[]): PagedResults | LdapResult | undefined {
  try {
    return pagedResults.find(controls)
  } catch (error) {
    if (error instanceof DecodeError) return answers.unknownControl
    throw error
  }
}

/** How sorting will go, or nothing when it was not asked for. Active Directory sorts by one key (MS-ADTS 3.1.1.3.4.1.13). */
function checkSort(controls: readonly Control[], catalog: Catalog): SortResult | undefined {
  const keys = sort.find(controls)
  if (keys === undefined) return undefined
  const [key] = keys
  if (key === undefined || keys.length > 1) return { sortResult: 'unwillingToPerform' }
  const sortResult = checkSortKey(key, catalog)
  return sortResult === 'success'
    ? { sortResult }
    : { sortResult, attributeType: key.attributeType }
}

function checkSortKey(
  { attributeType, orderingRule }: SortKey,
  catalog: Catalog,
): SortResult['sortResult'] {
  const type = catalog.types.find(attributeType)
  if (type === undefined) return 'noSuchAttribute'
  if (type.isConstructed || type.isSecret) return 'inappropriateMatching'
  const isOrder =
    orderingRule === undefined || orderingRule === '' || languageOrders.test(orderingRule)
  return isOrder ? 'success' : 'inappropriateMatching'
}

/** Orders of the languages of Windows, which for names are all alike to us (MS-ADTS 3.1.1.3.4.1.13). */
const languageOrders = /^1\.2\.840\.113556\.1\.4\.(14[6-9]\d|15\d\d|16[0-6]\d)$/

/** Tells whether a search is the same as on the page before: everything but the paging itself. */
function fingerprint(request: SearchRequest, controls: readonly Control[]): string {
  const others = controls.filter(({ oid }) => oid !== controlOids.pagedResults)
  const {
    op,
    baseObject,
    scope,
    derefAliases,
    sizeLimit,
    timeLimit,
    typesOnly,
    filter,
    attributes,
  } = request
  const octets = encode({
    id: 1,
    op,
    baseObject,
    scope,
    derefAliases,
    sizeLimit,
    timeLimit,
    typesOnly,
    filter,
    attributes,
    controls: others,
  })
  return createHash('sha256').update(octets).digest('base64')
}

const answerTo = {
  bindRequest: 'bindResponse',
  extendedRequest: 'extendedResponse',
  searchRequest: 'searchResultDone',
  compareRequest: 'compareResponse',
  addRequest: 'addResponse',
  delRequest: 'delResponse',
  modifyRequest: 'modifyResponse',
  modifyDNRequest: 'modifyDNResponse',
} as const

function isAnswered(op: Message['op']): op is keyof typeof answerTo {
  return op in answerTo
}

/** Faults of a request that is well formed: more than is taken, or what nobody defined. */
const isTooMuch = new Set<DecodeError['code']>(['depth', 'count', 'steps'])
const isNotUnderstood = new Set<DecodeError['code']>([
  'range',
  'code',
  'choice',
  'missing',
  'duplicate',
  'utf8',
])
