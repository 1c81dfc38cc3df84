/** Something that takes long to get ready, in steps short enough for others to have their turn between them. */
export interface Preparation {
  readonly isReady: boolean
  /** Does one step. */
  step(): void
}

/** Work that a generator does piece by piece, pausing wherever it yields. */
export class Prepared<Result> implements Preparation {
  readonly #work: Generator<void, Result>
  #done: { readonly result: Result } | undefined

  constructor(work: Generator<void, Result>) {
    this.#work = work
  }

  get isReady(): boolean {
    return this.#done !== undefined
  }

  step(): void {
    if (this.#done !== undefined) return
    const next = this.#work.next()
    if (next.done === true) this.#done = { result: next.value }
  }

  /** What came of it; what is not done yet is done now. */
  get result(): Result {
    while (this.#done === undefined) this.step()
    return this.#done.result
  }
}
