/** One slot a hash, a power of two of them. Bounded, so a peer that invents names can only make it forget. */
const slots: (string | undefined)[] = Array.from({ length: 4096 })
const longest = 64

/**
 * The string for octets that were seen before, without making it anew: attribute types and OIDs repeat
 * in every entry. Undefined when they are not plain ASCII or too long to be a name.
 */
export function internName(bytes: Buffer, start: number, end: number): string | undefined {
  const length = end - start
  if (length > longest) return undefined
  if (length === 0) return ''
  // A few octets tell names apart well enough; those that still meet only push each other out.
  const middle = start + (length >> 1)
  let hash = Math.imul(length, 31) + bytes[start]!
  hash = Math.imul(hash, 31) + bytes[middle]!
  hash = Math.imul(hash, 31) + bytes[(middle + end) >> 1]!
  hash = Math.imul(hash, 31) + bytes[end - 1]!
  const slot = (hash ^ (hash >>> 12)) & (slots.length - 1)
  const known = slots[slot]
  if (known !== undefined && known.length === length && isSame(known, bytes, start)) return known
  for (let at = start; at < end; at++) if (bytes[at]! > 0x7f) return undefined
  return (slots[slot] = bytes.toString('latin1', start, end))
}

function isSame(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false
  }
  return true
}
