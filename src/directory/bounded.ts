/** Answers kept until they weigh too much together; then all are dropped and found anew when they are asked for. */
export class Bounded<K, V> {
  readonly #kept = new Map<K, V>()
  readonly #limit: number
  readonly #weigh: (value: V) => number
  #weight = 0

  constructor(limit: number, weigh: (value: V) => number) {
    this.#limit = limit
    this.#weigh = weigh
  }

  get(key: K): V | undefined {
    return this.#kept.get(key)
  }

  set(key: K, value: V): void {
    this.#weight += this.#weigh(value)
    if (this.#weight > this.#limit) {
      this.#kept.clear()
      this.#weight = this.#weigh(value)
    }
    this.#kept.set(key, value)
  }
}
