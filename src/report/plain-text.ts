/**
 * Text of a directory for people to read: one line, well-formed, without control characters, direction overrides and other
 * invisible signs (each becomes U+FFFD), without towers of combining marks. A name must not rearrange what stands around it.
 */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\t\n\v\f\r\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
}

/** At most so many UTF-16 units of a text, with a mark where it was cut. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).toWellFormed()} …` : text
}

/** A number as people read it: 12,345. */
export function number(value: number): string {
  return value.toLocaleString('en-US')
}

/** A number with its noun: `1 object`, `2,000 objects`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`
}
