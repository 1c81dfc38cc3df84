/** Words of servers, files and directories on a terminal: they stay words on one line, without control sequences. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
}
