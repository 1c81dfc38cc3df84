import { CollectError, UsageError } from '#app'
import { oneLine } from './one-line.ts'

/** What to tell a person about an error, and the exit code it ends with. */
export function explain(error: unknown): { lines: readonly string[]; code: number } {
  if (error instanceof CollectError) {
    const chain = error.chain.map(
      ({ subject, issuer, notBefore, notAfter, sha256, names }) =>
        `  shown: ${oneLine(subject)}\n    for ${oneLine(names.join(', ') || 'no name')}, issued by ${oneLine(issuer)}\n    valid ${notBefore.toISOString().slice(0, 10)} to ${notAfter.toISOString().slice(0, 10)}\n    SHA-256 ${sha256}`,
    )
    const code = { use: 2, reach: 3, interrupted: 130 }[error.family]
    const options = optionsFor(error)
    return {
      lines: [
        `glacis: ${oneLine(error.what)}`,
        `  why: ${oneLine(error.why)}`,
        ...chain,
        `  try: ${oneLine(error.tryThis)}${options === undefined ? '' : ` (${options})`}`,
      ],
      code,
    }
  }
  if (error instanceof UsageError) {
    return {
      lines: [`glacis: ${error.what}`, `  why: ${error.why}`, `  try: ${error.tryThis}`],
      code: 2,
    }
  }
  if (error instanceof Error && error.message === 'interrupted')
    return { lines: ['glacis: stopped, nothing was written'], code: 130 }
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE')
    return { lines: [], code: 0 }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    lines: [
      'glacis: this is our fault, not yours',
      ...stack.split('\n').map((line) => `  ${line}`),
      '  try: report it with the lines above; they hold no password',
    ],
    code: 1,
  }
}

/** The options of the command line that the advice means. */
function optionsFor({ code, chain }: CollectError): string | undefined {
  if (code === 'certificate') return `--ca-file FILE, or --pin ${chain[0]?.sha256 ?? 'SHA256'}`
  return code === 'host-unknown' ? '--address NAME=ADDRESS' : undefined
}
