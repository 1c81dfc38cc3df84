/** Something that holds memory while nobody works on it, and can be given up. */
export interface Idle {
  /** How much it holds. */
  readonly held: number
  close(): void
}

/**
 * What all clients may hold together, in units of half a kilobyte. When it runs short, those that are idle are given up,
 * the longest idle first.
 */
export class Memory {
  readonly #idle = new Set<Idle>()
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  /** Takes some, if it is there. */
  take(amount: number): boolean {
    for (const oldest of this.#idle) {
      if (this.#left >= amount) break
      this.#idle.delete(oldest)
      oldest.close()
    }
    if (this.#left < amount) return false
    this.#left -= amount
    return true
  }

  /** Gives it back. */
  give(amount: number): void {
    this.#left += amount
  }

  /** Lets what nobody works on be given up, if that helps. */
  lay(idle: Idle): void {
    if (idle.held > 0) this.#idle.add(idle)
  }

  /** It is worked on again, or gone. */
  pick(idle: Idle): void {
    this.#idle.delete(idle)
  }
}

/** What one search or client holds of the memory for all. A little is free, so that small ones are served whatever others do. */
export class Holding {
  readonly #memory: Memory
  #held = 0
  #wanted = 0

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** How much it holds of what is there for all. */
  get held(): number {
    return this.#held
  }

  /** Whether there is so much more. */
  take(amount: number): boolean {
    return this.resize(this.#wanted + amount)
  }

  /** Gives so much back. */
  give(amount: number): void {
    this.resize(this.#wanted - amount)
  }

  /** Whether there is so much in all; if not, it stays as it was. */
  resize(amount: number): boolean {
    // By the block, to ask seldom.
    const held = Math.ceil(Math.max(0, amount - free) / block) * block
    if (held > this.#held && !this.#memory.take(held - this.#held)) return false
    if (held < this.#held) this.#memory.give(this.#held - held)
    this.#held = held
    this.#wanted = amount
    return true
  }

  /** Gives all back. */
  release(): void {
    this.resize(0)
  }
}

/** Octets in a unit. */
export const unitBytes = 512
const free = 32
const block = 64
