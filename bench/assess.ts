/**
 * Assessment of sample forests of growing size: time and peak memory of the whole process, from a snapshot file to the
 * document, and how both grow. Beside it, in the same run, the time zstd and jq take to read the same file.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveResult } from './result.ts'

const sizes = process.env['GLACIS_BENCH_SIZES']?.split(',').map(Number) ?? [
  10_000, 100_000, 1_000_000,
]
const main = join(import.meta.dirname, '../src/cli/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'glacis-bench-'))

interface Measured {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMiB: number
}

try {
  const rows: {
    objects: number
    fileMiB: number
    made: Measured
    assessed: Measured
    jqMs: number | undefined
  }[] = []
  for (const objects of sizes) {
    const file = join(folder, `${objects}.glacis`)
    const made = await measure([main, 'sample', '--objects', String(objects), '--out', file])
    const assessed = await measure([main, 'assess', file, '--json'])
    const jq = readWithJq(file)
    rows.push({
      objects,
      fileMiB: Math.round(statSync(file).size / 2 ** 20),
      made,
      assessed,
      jqMs: jq,
    })
    console.log(
      `${String(objects).padStart(9)} objects: assess ${seconds(assessed.wallMs)} wall, ${seconds(assessed.cpuMs)} CPU, ${Math.round(assessed.peakMiB)} MiB peak` +
        `${jq === undefined ? '' : `; zstdcat | jq reads the file in ${seconds(jq)}: ratio ${(assessed.wallMs / jq).toFixed(2)}`} (made in ${seconds(made.wallMs)})`,
    )
    rmSync(file)
  }
  const growth = rows.slice(1).map((row, index) => {
    const before = rows[index] ?? row
    return {
      from: before.objects,
      to: row.objects,
      objects: row.objects / before.objects,
      time: row.assessed.wallMs / before.assessed.wallMs,
      memory: row.assessed.peakMiB / before.assessed.peakMiB,
    }
  })
  for (const { from, to, objects, time, memory } of growth) {
    console.log(
      `from ${from} to ${to} objects (× ${objects}): time × ${time.toFixed(1)}, memory × ${memory.toFixed(1)}`,
    )
  }
  saveResult('assess', { rows, growth })
} finally {
  rmSync(folder, { recursive: true })
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** Runs a script of ours to its end; its output is read and thrown away. */
async function measure(args: readonly string[]): Promise<Measured> {
  const start = performance.now()
  const child = spawn('/usr/bin/time', ['-f', '%U %S %M', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.resume()
  let told = ''
  for await (const chunk of child.stderr.setEncoding('utf8')) told += String(chunk)
  const wallMs = performance.now() - start
  const figures = /([\d.]+) ([\d.]+) (\d+)\s*$/.exec(told)
  if (figures === null) throw new Error(`${args.join(' ')} failed:\n${told}`)
  return {
    wallMs,
    cpuMs: (Number(figures[1]) + Number(figures[2])) * 1000,
    peakMiB: Number(figures[3]) / 1024,
  }
}

/** Milliseconds that zstd and jq take to read every line; undefined where they are not installed. */
function readWithJq(file: string): number | undefined {
  if (!existsSync('/usr/bin/jq') || !existsSync('/usr/bin/zstdcat')) return undefined
  const start = performance.now()
  spawnSync('sh', ['-c', 'zstdcat "$1" | jq -c . >/dev/null', 'sh', file])
  return performance.now() - start
}
