/**
 * Where the contents of the element at `at` begin. For bytes a reader has already passed over: nothing
 * is checked, so that large sets can be walked again at no cost.
 */
export function contentsAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1]!
  return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f)
}

/** How many octets the contents of the element at `at` have, under the same condition. */
export function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1]!
  if (first < 0x80) return first
  let length = 0
  for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + bytes[at + 2 + i]!
  return length
}
