/**
 * Why a replica could not be opened.
 *
 * - `tls-needed`: it would listen beyond this machine, or with LDAPS, and has no certificate
 * - `bad-certificate`: key and certificate are not what they should be
 * - `no-listener`: neither port was given
 * - `cannot-listen`: the address or port is not to be had
 * - `bad-account`: an account is there twice, or its password is no hash
 */
export type ReplicaErrorCode =
  | 'tls-needed'
  | 'bad-certificate'
  | 'no-listener'
  | 'cannot-listen'
  | 'bad-account'

/** The one error of opening a replica: what is wrong, and what to try. */
export class ReplicaError extends Error {
  override readonly name = 'ReplicaError'
  readonly code: ReplicaErrorCode
  /** One sentence for people. */
  readonly tryThis: string

  constructor(code: ReplicaErrorCode, message: string, tryThis: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.tryThis = tryThis
  }
}
