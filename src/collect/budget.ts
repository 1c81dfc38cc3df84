import { totalmem } from 'node:os'
import { CollectError, interrupted } from './error.ts'
import { type CollectOptions, type Progress, defaultTimeouts } from './options.ts'
import { printable } from './printable.ts'

const OBJECTS = 20_000_000
const PROGRESS_MS = 250
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Objects between two looks at clock and memory. */
const STRIDE = 256

/**
 * Counts what a collection takes and stops it when it is too much, takes too long, or the caller says so. Also where
 * progress is told from.
 */
export class Budget {
  objects = 0
  /** Raised when the time is over: also where nothing comes that could be counted. */
  readonly timeIsOver: AbortSignal
  readonly #maxObjects: number
  readonly #maxBytes: number
  readonly #deadline: number
  readonly #totalMs: number
  readonly #signal: AbortSignal | undefined
  readonly #onProgress: ((progress: Progress) => void) | undefined
  #where = ''
  #phase: Progress['phase'] = 'connect'
  #toldAt = 0
  #toldObjects = 0

  constructor({ limits = {}, timeouts = {}, onProgress, signal }: CollectOptions) {
    this.#maxObjects = limits.objects ?? OBJECTS
    // Half of what there is: the other half is for the assessment and for everybody else.
    this.#maxBytes = limits.memoryBytes ?? availableMemory() / 2
    this.#totalMs = timeouts.totalMs ?? defaultTimeouts.totalMs
    this.#deadline = performance.now() + this.#totalMs
    this.timeIsOver = AbortSignal.timeout(Math.min(this.#totalMs, LONGEST_TIMER_MS))
    this.#signal = signal
    this.#onProgress = onProgress
    this.#toldAt = performance.now()
  }

  /** Says what is being done now. @throws CollectError `interrupted`, `timeout` or `too-big`. */
  enter(phase: Progress['phase'], where: string): void {
    this.#phase = phase
    this.#where = printable(where)
    this.#look(true)
  }

  /** Counts one object. @throws as {@link enter} does. */
  count(): void {
    this.objects++
    if (this.objects > this.#maxObjects)
      throw this.#tooBig(`there are more than ${this.#maxObjects} objects`)
    if (this.objects % STRIDE === 0) this.#look(false)
  }

  /** To be called now and then where nothing is counted. @throws as {@link enter} does. */
  check(): void {
    this.#look(false)
  }

  #look(isNews: boolean): void {
    if (this.#signal?.aborted === true) throw interrupted(this.#signal)
    const now = performance.now()
    if (now > this.#deadline || this.timeIsOver.aborted) {
      throw new CollectError('timeout', {
        what: `Gave up at ${this.#where}`,
        why: `the collection took longer than ${Math.round(this.#totalMs / 1000)} seconds`,
        tryThis: 'Use a controller that answers faster, or allow more time.',
      })
    }
    if (!isNews && now - this.#toldAt < PROGRESS_MS) return
    if (process.memoryUsage.rss() > this.#maxBytes) {
      throw this.#tooBig(
        `more than ${Math.round(this.#maxBytes / 2 ** 20)} MiB of memory would be needed`,
      )
    }
    if (this.#onProgress === undefined) {
      this.#toldAt = now
      return
    }
    const seconds = Math.max(now - this.#toldAt, 1) / 1000
    const perSecond = Math.round((this.objects - this.#toldObjects) / seconds)
    this.#toldAt = now
    this.#toldObjects = this.objects
    this.#onProgress({ phase: this.#phase, where: this.#where, objects: this.objects, perSecond })
  }

  #tooBig(why: string): CollectError {
    return new CollectError('too-big', {
      what: `Gave up at ${this.#where}, after ${this.objects} objects`,
      why,
      tryThis:
        'If the directory really is that large, use a machine with more memory or raise the limit; if not, do not trust this source.',
    })
  }
}

function availableMemory(): number {
  const constrained = process.constrainedMemory()
  const total = totalmem()
  return constrained > 0 && constrained < total ? constrained : total
}
