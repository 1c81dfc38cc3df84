import { type BerReader, type BerWriter, codes, type CodeName, Tag } from '#ber'
import { type Attribute, readAttributes, writeAttributes } from './attribute.ts'
import { type Filter, readFilter, writeFilter } from './filter.ts'
import type { MessageLimits } from './limits.ts'
import { readUris, writeUris } from './referral.ts'
import { type LdapResult, readResult, resultTags, writeResult } from './result.ts'

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

export type SearchScope = CodeName<typeof searchScopes>
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

export const searchScopes = codes('SearchRequest.scope', {
  baseObject: 0,
  singleLevel: 1,
  wholeSubtree: 2,
})

export const derefAliases = codes('SearchRequest.derefAliases', {
  neverDerefAliases: 0,
  derefInSearching: 1,
  derefFindingBaseObj: 2,
  derefAlways: 3,
})

export const searchRequestTag: number = Tag.applicationConstructed(3)
export const searchResultEntryTag: number = Tag.applicationConstructed(4)
export const searchResultDoneTag: number = Tag.applicationConstructed(5)
export const searchResultReferenceTag: number = Tag.applicationConstructed(19)

const requestTags = [
  Tag.octetString,
  Tag.enumerated,
  Tag.integer,
  Tag.boolean,
  Tag.sequence,
  ...[0, 1, 2, 3, 4, 5, 6, 8, 9].map(Tag.contextConstructed),
  Tag.context(7),
]
export const entryTags = [Tag.octetString, Tag.sequence]

export function readSearchRequest(reader: BerReader, limits: MessageLimits): SearchRequest {
  const value = reader.enter('SearchRequest', searchRequestTag)
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

export function writeSearchRequest(writer: BerWriter, request: SearchRequest): void {
  writer.nest(searchRequestTag, () => {
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
export function readSearchResultEntry(reader: BerReader, limits: MessageLimits): SearchResultEntry {
  const value = reader.enter('SearchResultEntry', searchResultEntryTag)
  const entry: SearchResultEntry = {
    op: 'searchResultEntry',
    objectName: value.looseText('SearchResultEntry.objectName'),
    attributes: readAttributes(value, 'SearchResultEntry.attributes', limits),
  }
  value.finish('SearchResultEntry', entryTags)
  return entry
}

export function writeSearchResultEntry(writer: BerWriter, entry: SearchResultEntry): void {
  const mark = writer.begin(searchResultEntryTag)
  writer.text(entry.objectName)
  writeAttributes(writer, entry.attributes)
  writer.end(mark)
}

export function readSearchResultReference(
  reader: BerReader,
  limits: MessageLimits,
): SearchResultReference {
  return {
    op: 'searchResultReference',
    uris: readUris(reader, 'SearchResultReference', searchResultReferenceTag, limits),
  }
}

export function writeSearchResultReference(
  writer: BerWriter,
  reference: SearchResultReference,
): void {
  writeUris(writer, searchResultReferenceTag, reference.uris)
}

export function readSearchResultDone(reader: BerReader, limits: MessageLimits): SearchResultDone {
  const value = reader.enter('SearchResultDone', searchResultDoneTag)
  const done: SearchResultDone = { op: 'searchResultDone', ...readResult(value, limits) }
  value.finish('SearchResultDone', resultTags)
  return done
}

export function writeSearchResultDone(writer: BerWriter, done: SearchResultDone): void {
  writer.nest(searchResultDoneTag, () => writeResult(writer, done))
}
