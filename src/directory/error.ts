/** What kind of fault was met; stable, so callers and tests may branch on it. */
export type DirectoryErrorCode =
  /** Bytes end before the structure does. */
  | 'truncated'
  /** An offset, length or count points outside what is there. */
  | 'out-of-range'
  /** Bytes or text that do not follow their syntax. */
  | 'malformed'
  /** A limit of the format or of this program is exceeded. */
  | 'too-big'
  /** Well formed, but of a kind or version not known here. */
  | 'unsupported'
  /** Text that only makes sense with a context (such as a domain SID) that was not given. */
  | 'needs-context'

/**
 * The one error that broken or hostile directory data throws. `field` names the part in the words
 * of its specification; `at` is the byte offset (binary) or character index (text) of the fault
 * within the value that was handed in. The message never contains the value itself.
 */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError'
  readonly code: DirectoryErrorCode
  readonly field: string
  readonly at: number | undefined

  constructor(
    code: DirectoryErrorCode,
    field: string,
    says: string,
    at?: number,
    options?: ErrorOptions,
  ) {
    super(`${field}: ${says}${at === undefined ? '' : ` (at ${at})`}`, options)
    this.code = code
    this.field = field
    this.at = at
  }
}
