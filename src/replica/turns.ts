/** What one client has had of something that all of them share, in milliseconds. */
export class Share {
  had = 0
}

interface Waiting<Job> {
  readonly share: Share
  /** The clock of the queue when the job came. */
  readonly since: number
  readonly job: Job
}

/**
 * Jobs of many clients, each time the one of the client that has had least (start-time fair queuing). Who asks for little
 * comes first, however much others ask for, and nobody waits for ever.
 */
export class FairQueue<Job> {
  readonly #waiting: Waiting<Job>[] = []
  /** What the client that was served last had had: whoever comes now starts from here, and gains nothing by having waited. */
  #clock = 0

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  add(share: Share, job: Job): void {
    this.#waiting.push({ share, since: this.#clock, job })
  }

  /** Takes out the next job. */
  take(): Job | undefined {
    let best = -1
    let least = Infinity
    for (const [at, { share, since }] of this.#waiting.entries()) {
      const rank = Math.max(share.had, since)
      if (rank >= least) continue
      best = at
      least = rank
    }
    if (best < 0) return undefined
    this.#clock = Math.max(this.#clock, least)
    return this.#waiting.splice(best, 1)[0]!.job
  }

  /** Notes what a client had. */
  charge(share: Share, ms: number): void {
    share.had = Math.max(share.had, this.#clock) + ms
  }
}

/**
 * Divides the one thread among the clients. Work comes in slices of a few milliseconds; between them the event loop goes
 * round, so that what has arrived meanwhile is seen.
 */
export class Turns {
  readonly #queue = new FairQueue<() => void>()
  #sliceStart = 0
  /** Milliseconds of work since the event loop went round. */
  #spent = 0
  #isArmed = false

  /** Whether the slice being worked on has had its time. */
  get isOver(): boolean {
    return performance.now() - this.#sliceStart > sliceMs
  }

  /** Does one slice of work for a client: at once while there is time, else when it is its turn. */
  take<T>(share: Share, work: () => T): T | Promise<T> {
    if (this.#queue.isEmpty && this.#spent < sliceMs) return this.#perform(share, work)
    return new Promise((resolve, reject) => {
      this.#queue.add(share, () => {
        try {
          resolve(this.#perform(share, work))
        } catch (error) {
          reject(error)
        }
      })
      this.#arm()
    })
  }

  #perform<T>(share: Share, work: () => T): T {
    this.#sliceStart = performance.now()
    try {
      return work()
    } finally {
      const ms = performance.now() - this.#sliceStart
      this.#queue.charge(share, ms)
      this.#spent += ms
      this.#arm()
    }
  }

  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    setImmediate(() => {
      this.#isArmed = false
      this.#spent = 0
      while (this.#spent < sliceMs) {
        const job = this.#queue.take()
        if (job === undefined) break
        job()
      }
      if (!this.#queue.isEmpty) this.#arm()
    })
  }
}

const sliceMs = 4

/** Runs jobs that take long elsewhere, a few at a time, those of the client that has had least first. */
export class FairPool {
  readonly #queue = new FairQueue<() => Promise<void>>()
  readonly #most: number
  #running = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Runs a job when it is the client's turn. */
  run<T>(share: Share, job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.add(share, async () => {
        const start = performance.now()
        try {
          resolve(await job())
        } catch (error) {
          reject(error)
        } finally {
          this.#queue.charge(share, performance.now() - start)
        }
      })
      this.#next()
    })
  }

  #next(): void {
    if (this.#running >= this.#most) return
    const job = this.#queue.take()
    if (job === undefined) return
    this.#running++
    void job().finally(() => {
      this.#running--
      this.#next()
    })
  }
}
