import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Io } from './define.ts'

/** The terminal, pipes and Ctrl-C. */
export function openIo(): Io & { close(): void } {
  const stop = new AbortController()
  const onInterrupt = () => {
    // A second Ctrl-C ends at once.
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new Error('interrupted'))
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read us has gone, as `head` does.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const isTerminal = process.stderr.isTTY
  let isLineOpen = false
  let lastPlain = 0
  const endLine = () => {
    if (isLineOpen) process.stderr.write('\r\u001b[K')
    isLineOpen = false
  }
  return {
    async print(text) {
      endLine()
      if (!process.stdout.write(text)) await once(process.stdout, 'drain')
    },
    say(text) {
      endLine()
      process.stderr.write(`${text}\n`)
    },
    progress(text) {
      if (isTerminal) {
        process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`)
        isLineOpen = true
      } else if (performance.now() - lastPlain > 10_000) {
        lastPlain = performance.now()
        process.stderr.write(`${text}\n`)
      }
    },
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    isInteractive: process.stdin.isTTY && isTerminal,
    askSecret(question) {
      endLine()
      return askSecret(question)
    },
    signal: stop.signal,
    close() {
      endLine()
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onInterrupt)
    },
  }
}

/** Asks on the terminal; what is typed is not shown. */
async function askSecret(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input: process.stdin,
    output: silent,
    terminal: true,
    historySize: 0,
  })
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      lines.once('SIGINT', () => reject(new Error('interrupted')))
      lines.once('close', () => reject(new Error('nothing was entered')))
    })
  } finally {
    lines.removeAllListeners()
    lines.close()
    process.stderr.write('\n')
  }
}
