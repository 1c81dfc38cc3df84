/** Forms of an assessment through pipes, and colours. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { glacis } from './cli.ts'

/** Records a command on a terminal of its own (util-linux). */
const recorder = 'script'
const main = join(import.meta.dirname, '../src/cli/main.ts')

for (const form of ['json', 'ndjson', 'csv', 'markdown', 'sarif', 'html']) {
  test(`${form}: a reader that goes away early is no failure`, () => {
    const { status, stderr, stdout } = spawnSync(
      'bash',
      [
        '-c',
        'set -o pipefail; "$0" "$1" assess sample --format "$2" | head -1',
        process.execPath,
        main,
        form,
      ],
      { encoding: 'utf8' },
    )
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.equal(stdout.split('\n').length, 2)
  })
}

test('the summary is coloured on a terminal or when asked, never for NO_COLOR or a pipe', async () => {
  const isColored = async (args: readonly string[], env: Record<string, string>) =>
    (await glacis(['assess', 'sample', '--only', 'krb-asrep-user', ...args], { env })).out.includes(
      '\u001b',
    )
  assert.equal(await isColored([], { NO_COLOR: '' }), false)
  assert.equal(await isColored(['--color', 'always'], { NO_COLOR: '1' }), true)
  assert.equal(await isColored(['--color', 'never'], { NO_COLOR: '' }), false)
  const terminal = (env: string) =>
    spawnSync(
      recorder,
      [
        '-qec',
        `env ${env} '${process.execPath}' '${main}' assess sample --only krb-asrep-user`,
        '/dev/null',
      ],
      { encoding: 'utf8' },
    ).stdout
  if (spawnSync(recorder, ['-V']).error !== undefined) return
  assert.ok(terminal('NO_COLOR= TERM=xterm').includes('\u001b[31mHIGH'))
  assert.ok(!terminal('NO_COLOR=1 TERM=xterm').includes('\u001b[31mHIGH'))
})
