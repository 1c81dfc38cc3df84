import { type BerReader, type BerWriter, type CodeName, openCodes, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'
import { readUris, writeUris } from './referral.ts'

/** How an operation ended (RFC 4511 §4.1.9). What may well happen is a value, not an exception. */
export interface LdapResult {
  readonly resultCode: ResultCode
  /** The deepest entry found on the way to one that is not there; else empty. */
  readonly matchedDN: string
  /** For people. Active Directory puts its own error numbers in, and may end it with a NUL. */
  readonly diagnosticMessage: string
  /** Where to ask instead: LDAP URLs, at least one when present (RFC 4511 §4.1.10). */
  readonly referral?: readonly string[]
}

/** A result code by its name; one that nobody named, by its number. */
export type ResultCode = ResultCodeName | number
/** The names in the table below. */
export type ResultCodeName = CodeName<typeof resultCodes>

/**
 * Every result code: number and what it means to the one who asked. RFC 4511 appendix A, and where
 * noted: RFC 2891, 3909, 4370, 4528, 4533, and Windows' winldap.h for what Active Directory adds.
 */
const table = {
  success: [0, 'Done.'],
  operationsError: [1, 'Out of sequence, or in Active Directory: sign in first.'],
  protocolError: [2, 'The server could not make sense of the request.'],
  timeLimitExceeded: [3, 'It took longer than the time limit.'],
  sizeLimitExceeded: [4, 'There are more entries than the size limit allows.'],
  compareFalse: [5, 'The value is not there.'],
  compareTrue: [6, 'The value is there.'],
  authMethodNotSupported: [7, 'The server does not offer this way of signing in.'],
  strongerAuthRequired: [8, 'The server wants signing, TLS or a stronger way of signing in.'],
  partialResults: [9, 'A referral in the manner of LDAPv2.'], // winldap.h
  referral: [10, 'Another server must be asked.'],
  adminLimitExceeded: [11, 'A limit set by the administrator was reached.'],
  unavailableCriticalExtension: [12, 'A critical control is not understood or not allowed here.'],
  confidentialityRequired: [13, 'The server wants an encrypted connection.'],
  saslBindInProgress: [14, 'The server expects the next step of signing in.'],
  noSuchAttribute: [16, 'The entry has no such attribute or value.'],
  undefinedAttributeType: [17, 'The schema has no such attribute.'],
  inappropriateMatching: [18, 'The attribute cannot be matched in this way.'],
  constraintViolation: [19, 'The value breaks a rule of the schema or policy.'],
  attributeOrValueExists: [20, 'The attribute or value is there already.'],
  invalidAttributeSyntax: [21, 'The value does not have the syntax of its attribute.'],
  noSuchObject: [32, 'There is no such entry, or it may not be seen.'],
  aliasProblem: [33, 'An alias leads nowhere.'],
  invalidDNSyntax: [34, 'The name is not a distinguished name.'],
  isLeaf: [35, 'The entry has nothing below it.'], // RFC 1777, winldap.h
  aliasDereferencingProblem: [36, 'An alias could not be followed.'],
  inappropriateAuthentication: [48, 'The account cannot sign in like this.'],
  invalidCredentials: [49, 'Name or password is wrong, or the account may not sign in now.'],
  insufficientAccessRights: [50, 'Not allowed.'],
  busy: [51, 'The server is too busy.'],
  unavailable: [52, 'The server is shutting down or cannot answer now.'],
  unwillingToPerform: [53, 'The server refuses to do this.'],
  loopDetect: [54, 'The server found itself going in circles.'],
  sortControlMissing: [60, 'A list view needs the sort control.'], // winldap.h
  offsetRangeError: [61, 'The list view lies outside the list.'], // winldap.h
  namingViolation: [64, 'The entry may not have this name or place.'],
  objectClassViolation: [65, 'The entry would break its object class.'],
  notAllowedOnNonLeaf: [66, 'Not possible while entries are below it.'],
  notAllowedOnRDN: [67, 'The attribute is part of the name.'],
  entryAlreadyExists: [68, 'There is an entry of this name.'],
  objectClassModsProhibited: [69, 'The object class may not be changed like this.'],
  resultsTooLarge: [70, 'The answer is too large.'], // RFC 1798, winldap.h
  affectsMultipleDSAs: [71, 'More than one server would be affected.'],
  virtualListViewError: [76, 'The list view could not be made.'], // winldap.h
  other: [80, 'Something else went wrong at the server.'],
  canceled: [118, 'The operation was cancelled.'], // RFC 3909
  noSuchOperation: [119, 'There is no operation to cancel.'], // RFC 3909
  tooLate: [120, 'It is too late to cancel.'], // RFC 3909
  cannotCancel: [121, 'This operation cannot be cancelled.'], // RFC 3909
  assertionFailed: [122, 'The entry is not as the assertion said.'], // RFC 4528
  authorizationDenied: [123, 'Acting for the other identity is not allowed.'], // RFC 4370
  syncRefreshRequired: [4096, 'The synchronisation must begin anew.'], // RFC 4533
} as const satisfies Record<string, readonly [number, string]>

/** Names and numbers of all result codes. */
export const resultCodes = openCodes(
  'LDAPResult.resultCode',
  Object.fromEntries(Object.entries(table).map(([name, [code]]) => [name, code])) as {
    readonly [Name in keyof typeof table]: (typeof table)[Name][0]
  },
)

/** What a result code means, as one sentence for people. */
export function describeResult(code: ResultCode): string {
  const name = typeof code === 'number' ? resultCodes.nameOf(code) : code
  return name === undefined ? `Result code ${code}, which nobody defined.` : table[name][1]
}

/** A result in few words: `result('noSuchObject', { matchedDN })`. */
export function result(
  resultCode: ResultCode = 'success',
  more: Partial<Omit<LdapResult, 'resultCode'>> = {},
): LdapResult {
  return { resultCode, matchedDN: '', diagnosticMessage: '', ...more }
}

const referralTag = Tag.contextConstructed(3)

/** Tags of LDAPResult's members, none of which may come again after them. */
export const resultTags = [Tag.enumerated, Tag.octetString, referralTag] as const

/**
 * Reads the members of an LDAPResult from inside a response. Texts in answers are read loosely, those in
 * requests strictly: a directory with one broken name must not become unreadable.
 */
export function readResult(value: BerReader, limits: MessageLimits): LdapResult {
  const answer: LdapResult = {
    resultCode: value.enumerated(resultCodes),
    matchedDN: value.looseText('LDAPResult.matchedDN'),
    diagnosticMessage: value.looseText('LDAPResult.diagnosticMessage'),
  }
  // Mostly there is none, and answers come in thousands.
  return value.isEmpty ? answer : { ...answer, ...readReferral(value, limits) }
}

/** Reads the optional referral that ends an LDAPResult. */
export function readReferral(
  value: BerReader,
  limits: MessageLimits,
): { referral?: readonly string[] } | undefined {
  if (!value.nextIs(referralTag)) return undefined
  return { referral: readUris(value, 'LDAPResult.referral', referralTag, limits) }
}

/** Writes what {@link readResult} reads; `matched` stands in for a matchedDN that is not text. */
export function writeResult(writer: BerWriter, answer: LdapResult, matched?: Uint8Array): void {
  writer.enumerated(resultCodes, answer.resultCode)
  if (matched === undefined) writer.text(answer.matchedDN)
  else writer.octets(matched)
  writer.text(answer.diagnosticMessage)
  if (answer.referral !== undefined) writeUris(writer, referralTag, answer.referral)
}
