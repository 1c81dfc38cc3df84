/** Words of servers and files, for progress and coverage: one line, without control characters or marks that turn text around. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
}
