import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

/** Keeps what a benchmark measured, with the machine it ran on, in bench/results. */
export function saveResult(name: string, measured: object): void {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    at: new Date().toISOString(),
  }
  writeFileSync(
    join(folder, `${name}.json`),
    `${JSON.stringify({ machine, ...measured }, null, 2)}\n`,
  )
}
