import { type LdapResult, describeResult, type ResultCode, resultCodes } from '../result.ts'

/**
 * Why talking to a directory failed. Stable.
 *
 * - `hostUnknown`: the name does not resolve
 * - `refused`: nothing listens there
 * - `unreachable`: no way to the host
 * - `timeout`: a deadline passed
 * - `certificate`: the server's certificate is not trusted; {@link LdapError.certificates} shows it
 * - `tls`: no TLS could be agreed on
 * - `closed`: the connection ended, or was ended by us, while an answer was awaited
 * - `protocol`: what came back is not LDAP, or not an answer to what was asked
 * - `limit`: the server sent more than we are ready to take
 * - `result`: the server answered with a result code that is not success
 * - `aborted`: the caller's signal was raised
 * - `emptyPassword`: a name without a password would have signed in as nobody
 */
export type LdapErrorCode =
  | 'hostUnknown'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'tls'
  | 'closed'
  | 'protocol'
  | 'limit'
  | 'result'
  | 'aborted'
  | 'emptyPassword'

/** A certificate a server showed. */
export interface PeerCertificate {
  /** As `CN=dc1.example, O=…`. */
  readonly subject: string
  readonly issuer: string
  /** As `DNS:dc1.example, …`; empty when it has none. */
  readonly subjectAltName: string
  readonly validFrom: Date
  readonly validTo: Date
  /** SHA-256 over the DER form, as upper-case hexadecimal pairs with colons. */
  readonly fingerprint256: string
  /** DER form. */
  readonly raw: Uint8Array
}

/** What an {@link LdapError} may carry beside its code and message. */
export interface LdapErrorDetails {
  readonly result?: LdapResult
  readonly certificates?: readonly PeerCertificate[]
  readonly cause?: unknown
}

/** The one error of the client: says what failed, why, and what to try. Never holds a password. */
export class LdapError extends Error {
  override readonly name = 'LdapError'
  readonly code: LdapErrorCode
  /** The answer that ended the operation or the connection, where there was one, with its referrals. */
  declare readonly result?: LdapResult
  /** The chain the server showed, its own certificate first, when `code` is `certificate`. */
  declare readonly certificates?: readonly PeerCertificate[]

  constructor(code: LdapErrorCode, message: string, details: LdapErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    if (details.result !== undefined) this.result = details.result
    if (details.certificates !== undefined) this.certificates = details.certificates
  }

  /** The result code by name, or its number when nobody named it. */
  get resultCode(): ResultCode | undefined {
    return this.result?.resultCode
  }

  /** What the server said for people, without the NUL that Active Directory adds. */
  get diagnosticMessage(): string | undefined {
    return this.result && cleanDiagnostic(this.result)
  }
}

/** Gives a result back when it is a success. @throws LdapError `result` otherwise. */
export function requireSuccess<Answer extends LdapResult>(answer: Answer, what: string): Answer {
  if (answer.resultCode === 'success') return answer
  throw new LdapError('result', `${what}: ${formatResult(answer)}`, { result: answer })
}

/** A result in one line: `invalidCredentials (49): Name or password is wrong …: 80090308: …`. */
export function formatResult(answer: LdapResult): string {
  const { resultCode } = answer
  const name =
    typeof resultCode === 'number'
      ? resultCode
      : `${resultCode} (${resultCodes.codeOf(resultCode)})`
  const said = cleanDiagnostic(answer)
  return `${name}: ${describeResult(resultCode)}${said === '' ? '' : ` The server says: ${said}`}`
}

function cleanDiagnostic({ diagnosticMessage }: LdapResult): string {
  return printable(diagnosticMessage)
}

/** Text from elsewhere, fit for a terminal or log: no control characters, at most 500 characters. */
export function printable(text: string): string {
  return text
    .slice(0, 500)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
}
