/** Wrong use of the program: says what, why, and what to try. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly what: string
  readonly why: string
  readonly tryThis: string

  constructor(what: string, why: string, tryThis: string) {
    super(`${what}: ${why}`)
    this.what = what
    this.why = why
    this.tryThis = tryThis
  }
}
