/** Names in a sentence, the first few and a count: `a, b, c and 4 more`. */
export function enumerate(names: readonly string[], most = 3): string {
  if (names.length <= most) {
    return names.length < 2
      ? names.join()
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
  }
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

/** A number with its noun: `1 day`, `40 days`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** The day of a time, `2024-01-03`. */
export function day(time: Date): string {
  return time.toISOString().slice(0, 10)
}

/** The first values of a list that goes into evidence: what is enough to see what is meant. */
export function some<T>(values: readonly T[], most = 100): readonly T[] {
  return values.slice(0, most)
}
