/**
 * What a client, or all clients from one address together, have had of the processor, in milliseconds. A share may lie
 * within another: those from one address divide what their address gets.
 */
export class Share {
  readonly within: Share | undefined
  had = 0
  /** What that share within this one had had which was served last: whoever comes new starts from there. */
  clock = 0

  constructor(within?: Share) {
    this.within = within
  }
}

interface Waiting<Job> {
  readonly share: Share
  readonly job: Job
  /** Clocks when the job came: nobody gains by having asked for nothing so far. */
  readonly since: number
  readonly sinceWithin: number
}

/**
 * Jobs of many clients, each time the one of the address, and from there of the client, that has had least (start-time
 * fair queuing). Who asks for little comes first, however much others ask for, and nobody waits for ever.
 */
export class FairQueue<Job> {
  readonly #waiting: Waiting<Job>[] = []
  #clock = 0

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  add(share: Share, job: Job): void {
    const sinceWithin = share.within?.clock ?? 0
    this.#waiting.push({ share, job, since: this.#clock, sinceWithin })
  }

  /** Takes out the next job. */
  take(): Job | undefined {
    let next = -1
    let least = Infinity
    let leastWithin = Infinity
    for (let at = 0; at < this.#waiting.length; at++) {
      const { share, since, sinceWithin } = this.#waiting[at]!
      const rank = Math.max((share.within ?? share).had, since)
      if (rank > least) continue
      const rankWithin = Math.max(share.had, sinceWithin)
      if (rank === least && rankWithin >= leastWithin) continue
      next = at
      least = rank
      leastWithin = rankWithin
    }
    if (next < 0) return undefined
    const [{ share, job }] = this.#waiting.splice(next, 1) as [Waiting<Job>]
    this.#clock = Math.max(this.#clock, least)
    if (share.within !== undefined) share.within.clock = Math.max(share.within.clock, leastWithin)
    return job
  }

  /** How many jobs wait for all clients from the same address. */
  waitingBeside({ within }: Share): number {
    return this.#waiting.filter(({ share }) => share.within === within).length
  }

  /** Notes what a client had. */
  charge(share: Share, ms: number): void {
    const { within } = share
    share.had = Math.max(share.had, within?.clock ?? this.#clock) + ms
    if (within !== undefined) within.had = Math.max(within.had, this.#clock) + ms
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

  /** Runs a job when it is the client's turn; not at all when too many wait that come from the same address. */
  async run<T>(share: Share, job: () => Promise<T>): Promise<T | undefined> {
    if (this.#queue.waitingBeside(share) >= maxWaiting) return undefined
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

/** Jobs from one address that wait at most: some seconds' worth. */
const maxWaiting = 64

/** Shares of the addresses that clients are connected from. */
export class Addresses {
  readonly #shares = new Map<string, { readonly share: Share; clients: number }>()

  /** The share of an address, for one more client from there. */
  join(address: string): Share {
    const known = this.#shares.get(address) ?? { share: new Share(), clients: 0 }
    known.clients++
    this.#shares.set(address, known)
    return known.share
  }

  /** One client less. */
  leave(address: string): void {
    const known = this.#shares.get(address)
    if (known !== undefined && --known.clients === 0) this.#shares.delete(address)
  }
}
