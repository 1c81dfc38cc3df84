/**
 * What went wrong; stable, so that callers and tests may branch on it.
 *
 * - `source`, `option`: the source or an option makes no sense
 * - `file-missing`, `file-unreadable`, `file-unwritable`: the operating system said no
 * - `file-format`: not a kind of file that can be read
 * - `file-truncated`, `file-altered`: the file is not as it was written
 * - `file-syntax`: a place in the file is broken
 * - `too-big`: more than the limits allow, in a file or from a server
 * - `host-unknown`, `unreachable`, `timeout`, `connection-lost`: no conversation with a domain controller
 * - `certificate`: the server's certificate is not trusted, expired, or for another name
 * - `tls`: no TLS, for another reason
 * - `plaintext`: would have sent the password unprotected
 * - `login`: the domain controller did not accept the account or password
 * - `refused`: it accepted them, and refuses to answer
 * - `protocol`: it does not speak LDAP as a domain controller does
 * - `interrupted`: stopped by the caller
 */
export type CollectErrorCode =
  | 'source'
  | 'option'
  | 'file-missing'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'file-format'
  | 'file-truncated'
  | 'file-altered'
  | 'file-syntax'
  | 'too-big'
  | 'host-unknown'
  | 'unreachable'
  | 'timeout'
  | 'connection-lost'
  | 'certificate'
  | 'tls'
  | 'plaintext'
  | 'login'
  | 'refused'
  | 'protocol'
  | 'interrupted'

/** Which of the program's exit codes fits: wrong use (2), cannot reach or log in (3), interrupted (130). */
export type CollectErrorFamily = 'use' | 'reach' | 'interrupted'

const families: Partial<Record<CollectErrorCode, CollectErrorFamily>> = {
  'host-unknown': 'reach',
  unreachable: 'reach',
  timeout: 'reach',
  'connection-lost': 'reach',
  certificate: 'reach',
  tls: 'reach',
  plaintext: 'use',
  login: 'reach',
  refused: 'reach',
  protocol: 'reach',
  interrupted: 'interrupted',
}

/** One certificate of a chain that a server showed, for a person to compare and pin. */
export interface ShownCertificate {
  readonly subject: string
  readonly issuer: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** SHA-256 of the certificate: 64 lower-case hex digits. */
  readonly sha256: string
  /** Names it is for, from subjectAltName. */
  readonly names: readonly string[]
}

/** What a {@link CollectError} tells a person, one sentence each. */
export interface Explanation {
  /** What did not work, with the file, place or server. */
  readonly what: string
  /** Why. */
  readonly why: string
  /** What to try. */
  readonly tryThis: string
}

/** The one error of this room. Its texts never hold a password or a value from the directory. */
export class CollectError extends Error {
  override readonly name = 'CollectError'
  readonly code: CollectErrorCode
  readonly family: CollectErrorFamily
  readonly what: string
  readonly why: string
  readonly tryThis: string
  /** What the server showed, with code `certificate`; its own certificate first. */
  readonly chain: readonly ShownCertificate[]

  constructor(
    code: CollectErrorCode,
    { what, why, tryThis }: Explanation,
    { cause, chain = [] }: { cause?: unknown; chain?: readonly ShownCertificate[] } = {},
  ) {
    super(`${what}: ${why}`, { cause })
    this.code = code
    this.family = families[code] ?? 'use'
    this.what = what
    this.why = why
    this.tryThis = tryThis
    this.chain = chain
  }
}

/** Throws `interrupted` when the caller has stopped the work. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interrupted(signal)
}

/** The error for work that the caller stopped. */
export function interrupted(signal?: AbortSignal): CollectError {
  return new CollectError(
    'interrupted',
    {
      what: 'Stopped',
      why: 'the collection was interrupted',
      tryThis: 'Nothing was written; start it again.',
    },
    { cause: signal?.reason },
  )
}
