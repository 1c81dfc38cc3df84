const SLOTS = 8192

/**
 * Remembers the text of small binary keys (SIDs, GUIDs), so that a value met a million times is
 * formatted once and its string is shared. Keys are 1 to `maxWords` whole 32-bit words. A fixed
 * table where a newcomer replaces whatever is in its slot: bounded memory, never a wrong answer.
 */
export function interned(
  maxWords: number,
  format: (bytes: Uint8Array, offset: number, sizeBytes: number) => string,
): (bytes: Uint8Array, offset: number, sizeBytes: number) => string {
  const keys = new Int32Array(SLOTS * maxWords)
  const texts: (string | undefined)[] = Array.from({ length: SLOTS })
  const sizes = new Uint8Array(SLOTS)
  const key = new Int32Array(maxWords)

  return (bytes, offset, sizeBytes) => {
    const words = sizeBytes >> 2
    let hash = words
    for (let word = 0, at = offset; word < words; word += 1, at += 4) {
      const value =
        bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
      key[word] = value
      hash = Math.imul(hash ^ value, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    const slot = hash & (SLOTS - 1)
    const base = slot * maxWords
    if (sizes[slot] === words) {
      let word = 0
      while (word < words && keys[base + word] === key[word]) word += 1
      if (word === words) return texts[slot]!
    }
    const text = format(bytes, offset, sizeBytes)
    for (let word = 0; word < words; word += 1) keys[base + word] = key[word]!
    sizes[slot] = words
    texts[slot] = text
    return text
  }
}
