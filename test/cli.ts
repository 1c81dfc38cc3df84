/** Runs the command line as a person would, for tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const main = join(import.meta.dirname, '../src/cli/main.ts')

/** Runs `glacis` with arguments; `whileRunning` may look at its process and send it a Ctrl-C. */
export async function glacis(
  args: readonly string[],
  options: {
    readonly cwd?: string
    readonly env?: Record<string, string>
    readonly whileRunning?: (child: ChildProcess) => Promise<void>
  } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  })
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('exit', (exitCode) => resolve(exitCode))),
    options.whileRunning?.(child),
  ])
  return { code, out, err }
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = ''
  for await (const chunk of stream.setEncoding('utf8')) all += String(chunk)
  return all
}
