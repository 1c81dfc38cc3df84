/** Random numbers that depend only on a seed and on what they are for, so that any one can be asked for at any time. */
export class Dice {
  readonly #seed: number

  constructor(seed: string) {
    let hash = 0x811c_9dc5
    for (let at = 0; at < seed.length; at++) {
      hash = Math.imul(hash ^ seed.charCodeAt(at), 0x0100_0193)
    }
    this.#seed = hash >>> 0
  }

  /** 32 bits for the `index`-th thing; `use` tells its properties apart. */
  bits(index: number, use: number): number {
    let value = Math.imul(this.#seed ^ Math.imul(use + 1, 0x9e37_79b1), 0x85eb_ca6b)
    value = Math.imul(value ^ (index + 0x6d2b_79f5), 0xc2b2_ae35)
    value = Math.imul(value ^ (value >>> 15), 0x2c1b_3c6d)
    value = Math.imul(value ^ (value >>> 12), 0x297a_2d39)
    return (value ^ (value >>> 15)) >>> 0
  }

  /** A whole number from 0 up to `below`. */
  number(below: number, index: number, use: number): number {
    return Math.floor((this.bits(index, use) / 0x1_0000_0000) * below)
  }

  /** One of a list. @throws RangeError for an empty one. */
  pick<T>(list: readonly T[], index: number, use: number): T {
    const found = list[this.number(list.length, index, use)]
    if (found === undefined) throw new RangeError('there is nothing to pick from')
    return found
  }

  /** Whether something happens that does so in this share of cases. */
  happens(share: number, index: number, use: number): boolean {
    return this.bits(index, use) < share * 0x1_0000_0000
  }
}
