/** Active Directory's own limits are far below: 64 to 255 characters for each part, and no tree is this deep. */
const MAX_CHARACTERS = 16_384
const MAX_PARTS = 256

/** Whether a DN is longer than any of a directory: such names cost time wherever parents are looked for. */
export function isNameTooLong(dn: string): boolean {
  // Each part takes at least four characters: `CN=,`.
  if (dn.length < MAX_PARTS * 4) return false
  if (dn.length > MAX_CHARACTERS) return true
  let parts = 1
  for (let at = dn.indexOf(','); at >= 0; at = dn.indexOf(',', at + 1)) parts++
  return parts > MAX_PARTS
}
