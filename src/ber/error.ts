/**
 * Why bytes were refused. Stable: other programs and logs may rely on these words.
 *
 * - `truncated`: an element reaches past the end of what holds it, or a required one is missing
 * - `tag`: another element stands where this one belongs, or the tag is of the multi-octet form
 * - `length`: an indefinite length, or one of more than four octets
 * - `size`: larger than the limit for a whole message
 * - `integer`, `boolean`, `null`, `utf8`: the contents do not fit the type
 * - `range`: a number outside what the field allows
 * - `code`: an enumerated value nobody defined
 * - `choice`: no alternative has this tag
 * - `duplicate`: a member comes twice or out of order
 * - `missing`: members are absent that are optional alone but not together
 * - `trailing`: bytes after the end
 * - `depth`, `count`, `steps`: a limit on nesting, number of elements or work was reached
 */
export type DecodeCode =
  | 'truncated'
  | 'tag'
  | 'length'
  | 'size'
  | 'integer'
  | 'boolean'
  | 'null'
  | 'utf8'
  | 'range'
  | 'code'
  | 'choice'
  | 'duplicate'
  | 'missing'
  | 'trailing'
  | 'depth'
  | 'count'
  | 'steps'

/** The one error for broken or hostile bytes: what is wrong, in which field, and where. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  /** Stable word for the kind of fault. */
  readonly code: DecodeCode
  /** The field being read, as the specification names it. */
  readonly field: string
  /** Where the element begins, in bytes from the start of the bytes given to the reader. */
  readonly offset: number

  constructor(code: DecodeCode, field: string, offset: number, what: string) {
    super(`${field} at byte ${offset}: ${what}`)
    this.code = code
    this.field = field
    this.offset = offset
  }
}
