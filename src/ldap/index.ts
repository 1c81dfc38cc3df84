export { BerWriter, DecodeError } from '#ber'
export type { AbandonRequest } from './abandon.ts'
export type { AddRequest, AddResponse } from './add.ts'
export type { Attribute } from './attribute.ts'
export type {
  Authentication,
  BindRequest,
  BindResponse,
  SicilyMethod,
  UnbindRequest,
} from './bind.ts'
export {
  type ClientOptions,
  type Found,
  LdapClient,
  type PageOptions,
  type SearchOptions,
} from './client/client.ts'
export {
  formatResult,
  LdapError,
  type LdapErrorCode,
  type LdapErrorDetails,
  type PeerCertificate,
  requireSuccess,
} from './client/error.ts'
export type { ConnectOptions, TlsOptions, TlsState } from './client/connection.ts'
export type { CompareRequest, CompareResponse } from './compare.ts'
export { type Control, type ControlCodec, controlCodec, flagControl } from './control.ts'
export { extendedDn, type ExtendedDnForm } from './controls/extended-dn.ts'
export { domainScope, showDeleted } from './controls/flags.ts'
export { pagedResults, type PagedResults } from './controls/paged-results.ts'
export { sdFlags } from './controls/sd-flags.ts'
export { sort, type SortKey, sortResponse, type SortResult } from './controls/sort.ts'
export type { DelRequest, DelResponse } from './delete.ts'
export { AttributeView, EntryView } from './entry-view.ts'
export {
  type ExtendedRequest,
  type ExtendedResponse,
  type IntermediateResponse,
  noticeOfDisconnection,
} from './extended.ts'
export {
  type Comparison,
  type ComparisonKind,
  type ExtensibleMatch,
  type Filter,
  type Substrings,
} from './filter.ts'
export { escapeValue, FilterSyntaxError, formatFilter, parseFilter } from './filter-text.ts'
export { Framer } from './framer.ts'
export { defaultLimits, type MessageLimits, pduSize } from './limits.ts'
export {
  decode,
  encode,
  type Envelope,
  type Message,
  messageReader,
  type Operation,
  peekMessage,
  readMessage,
  type Request,
  type RequestMessage,
  type Response,
  type ResponseMessage,
  writeMessage,
} from './message.ts'
export type { ModifyDNRequest, ModifyDNResponse } from './modify-dn.ts'
export type { Change, ModifyOperation, ModifyRequest, ModifyResponse } from './modify.ts'
export { capabilityOids, controlOids, extensionOids, matchingRuleOids, oidName } from './oids.ts'
export {
  describeResult,
  type LdapResult,
  result,
  type ResultCode,
  type ResultCodeName,
  resultCodes,
} from './result.ts'
export type {
  DerefAliases,
  SearchRequest,
  SearchResultDone,
  SearchResultEntry,
  SearchResultReference,
  SearchScope,
} from './search.ts'
