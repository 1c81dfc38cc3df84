/** Runs every test and insists that there were some: a pattern that matches nothing would pass in silence. */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

interface Run {
  readonly name: string
  readonly files: readonly string[]
  readonly options: readonly string[]
}

const pureRooms = ['ber', 'directory', 'exposure', 'report', 'sample']
const isPure = (file: string) => pureRooms.some((room) => file.startsWith(`src/${room}/`))
const all = globSync(['src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts']).toSorted()

const runs: readonly Run[] = [
  { name: 'pure rooms', files: all.filter(isPure), options: ['--test-isolation=none'] },
  {
    name: 'shells and whole product',
    files: all.filter((file) => !isPure(file)),
    options: ['--test-concurrency=2'],
  },
]

const total = { pass: 0, fail: 0, skipped: 0 }
for (const { name, files, options } of runs) {
  console.log(`\n${name}: ${files.length} test files`)
  const counts = await run(['--test', '--test-reporter=tap', ...options, ...files])
  total.pass += counts.pass
  total.fail += counts.fail
  total.skipped += counts.skipped
  if (counts.pass === 0) {
    console.log(`not one test of "${name}" ran`)
    total.fail++
  }
}
console.log(`\n${total.pass} passed, ${total.fail} failed, ${total.skipped} skipped`)
const mayNotSkip = process.env['CI'] === 'true'
if (mayNotSkip && total.skipped > 0) console.log('CI allows no skipped tests, see above')
process.exitCode = total.fail > 0 || (mayNotSkip && total.skipped > 0) ? 1 : 0

/** Runs node's test runner, shows failures and skips as they come, and answers its closing counts. */
async function run(
  args: readonly string[],
): Promise<{ pass: number; fail: number; skipped: number }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let rest = ''
  const counts = { pass: 0, fail: 0, skipped: 0 }
  let isDetail = false
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const count = /^# (pass|fail|skipped) (\d+)$/.exec(line)
      if (count !== null) counts[count[1] as 'pass' | 'fail' | 'skipped'] = Number(count[2])
      if (/^\s*(not ok|ok)\b/.test(line)) isDetail = /^\s*not ok/.test(line)
      if (isDetail || /# SKIP/.test(line)) console.log(line)
    }
  }
  const [code] =
    child.exitCode === null ? ((await once(child)) as [number | null]) : [child.exitCode]
  if (code !== 0 && counts.fail === 0) counts.fail = 1
  return counts
}

function once(child: ReturnType<typeof spawn>): Promise<unknown[]> {
  return new Promise((resolve) => child.on('exit', (...result) => resolve(result)))
}
