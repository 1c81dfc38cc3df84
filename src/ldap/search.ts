import { type BerReader, type BerWriter, codes, type CodeName, Tag } from '#ber'
import { type Attribute, readAttributes, writeAttributes } from './attribute.ts'
import { type Filter, readFilter, writeFilter } from './filter.ts'
import type { MessageLimits } from './limits.ts'
import { type OperationCodec, resultCodec } from './operation.ts'
import { readUris, writeUris } from './referral.ts'
import type { LdapResult } from './result.ts'

/** A search (RFC 4511 §4.5.1). */
export interface SearchRequest {
  readonly op: 'searchRequest'
  readonly baseObject: string
  readonly scope: SearchScope
  readonly derefAliases: DerefAliases
  /** Entries at most; 0 for no limit of the client's. */
  readonly sizeLimit: number
  /** Seconds at most; 0 for no limit of the client's. */
  readonly timeLimit: number
  /** Types of attributes only, without values. */
  readonly typesOnly: boolean
  readonly filter: Filter
  /** None means all user attributes, as `*` does; `+` means operational ones, `1.1` none. */
  readonly attributes: readonly string[]
}

/** How far below the base. */
export type SearchScope = CodeName<typeof searchScopes>
/** When aliases are followed; Active Directory has none. */
export type DerefAliases = CodeName<typeof derefAliases>

/** One entry found (RFC 4511 §4.5.2). */
export interface SearchResultEntry {
  readonly op: 'searchResultEntry'
  readonly objectName: string
  readonly attributes: readonly Attribute[]
}

/** Parts of the tree that other servers hold: LDAP URLs, at least one (RFC 4511 §4.5.3). */
export interface SearchResultReference {
  readonly op: 'searchResultReference'
  readonly uris: readonly string[]
}

/** The end of a search. */
export interface SearchResultDone extends LdapResult {
  readonly op: 'searchResultDone'
}

/** Numbers of the scopes. */
export const searchScopes = codes('SearchRequest.scope', {
  baseObject: 0,
  singleLevel: 1,
  wholeSubtree: 2,
})

/** Numbers of the ways to treat aliases. */
export const derefAliases = codes('SearchRequest.derefAliases', {
  neverDerefAliases: 0,
  derefInSearching: 1,
  derefFindingBaseObj: 2,
  derefAlways: 3,
})

const requestTag = Tag.applicationConstructed(3)
const entryTag = Tag.applicationConstructed(4)
const referenceTag = Tag.applicationConstructed(19)

const requestTags = [
  Tag.octetString,
  Tag.enumerated,
  Tag.integer,
  Tag.boolean,
  Tag.sequence,
  ...[0, 1, 2, 3, 4, 5, 6, 8, 9].map(Tag.contextConstructed),
  Tag.context(7),
]

/** Tags of an entry's members. */
export const entryTags: readonly number[] = [Tag.octetString, Tag.sequence]

/** `SearchRequest ::= [APPLICATION 3] SEQUENCE`. */
export const searchRequest: OperationCodec<SearchRequest> = {
  op: 'searchRequest',
  tag: requestTag,
  read: readSearchRequest,
  write: writeSearchRequest,
}

/** `SearchResultEntry ::= [APPLICATION 4] SEQUENCE`. */
export const searchResultEntry: OperationCodec<SearchResultEntry> = {
  op: 'searchResultEntry',
  tag: entryTag,
  read: readSearchResultEntry,
  write: writeSearchResultEntry,
}

/** `SearchResultReference ::= [APPLICATION 19] SEQUENCE SIZE (1..MAX) OF uri URI`. */
export const searchResultReference: OperationCodec<SearchResultReference> = {
  op: 'searchResultReference',
  tag: referenceTag,
  read: (reader, limits) => ({
    op: 'searchResultReference',
    uris: readUris(reader, 'SearchResultReference', referenceTag, limits),
  }),
  write: (writer, { uris }) => writeUris(writer, referenceTag, uris),
}

/** `SearchResultDone ::= [APPLICATION 5] LDAPResult`. */
export const searchResultDone: OperationCodec<SearchResultDone> = resultCodec(
  'searchResultDone',
  Tag.applicationConstructed(5),
)

function readSearchRequest(reader: BerReader, limits: MessageLimits): SearchRequest {
  const value = reader.enter('SearchRequest', requestTag)
  const request: SearchRequest = {
    op: 'searchRequest',
    baseObject: value.text('SearchRequest.baseObject'),
    scope: value.enumerated(searchScopes),
    derefAliases: value.enumerated(derefAliases),
    sizeLimit: value.natural('SearchRequest.sizeLimit'),
    timeLimit: value.natural('SearchRequest.timeLimit'),
    typesOnly: value.boolean('SearchRequest.typesOnly'),
    filter: readFilter(value, limits),
    attributes: readSelection(value, limits),
  }
  value.finish('SearchRequest', requestTags)
  return request
}

function writeSearchRequest(writer: BerWriter, request: SearchRequest): void {
  writer.nest(requestTag, () => {
    writer.text(request.baseObject)
    writer.enumerated(searchScopes, request.scope)
    writer.enumerated(derefAliases, request.derefAliases)
    writer.integer(request.sizeLimit)
    writer.integer(request.timeLimit)
    writer.boolean(request.typesOnly)
    writeFilter(writer, request.filter)
    writer.nest(Tag.sequence, () => {
      for (const attribute of request.attributes) writer.text(attribute)
    })
  })
}

function readSelection(reader: BerReader, limits: MessageLimits): string[] {
  const list = reader.enter('SearchRequest.attributes')
  const attributes: string[] = []
  while (!list.isEmpty) {
    if (attributes.length >= limits.attributes) {
      list.fail('count', 'SearchRequest.attributes', `over ${limits.attributes}`)
    }
    attributes.push(list.name('SearchRequest.attributes'))
  }
  return attributes
}

/**
 * Reads an entry whole. `EntryView` reads the same lazily, for entries in thousands.
 *
 * The name is read loosely: one entry with a broken name must not end the reading of a directory.
 */
function readSearchResultEntry(reader: BerReader, limits: MessageLimits): SearchResultEntry {
  const value = reader.enter('SearchResultEntry', entryTag)
  const entry: SearchResultEntry = {
    op: 'searchResultEntry',
    objectName: value.looseText('SearchResultEntry.objectName'),
    attributes: readAttributes(value, 'SearchResultEntry.attributes', limits),
  }
  value.finish('SearchResultEntry', entryTags)
  return entry
}

function writeSearchResultEntry(writer: BerWriter, entry: SearchResultEntry): void {
  const mark = writer.begin(entryTag)
  writer.text(entry.objectName)
  writeAttributes(writer, entry.attributes)
  writer.end(mark)
}
