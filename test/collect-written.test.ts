/** What is written is written whole or not at all: on a full disk, where nobody may write, and when we are stopped. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { collect, writeSnapshotFile } from '#collect'
import { makeSample } from '#sample'
import { type Ended, glacis } from './cli.ts'
import { portOf } from './recording-proxy.ts'

const folder = mkdtempSync(join(tmpdir(), 'glacis-written-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function newFolder(): string {
  return mkdtempSync(join(folder, 'case-'))
}

function assertFails({ code, out, err }: Ended, expected: number, says: RegExp): void {
  assert.equal(code, expected, err)
  assert.match(err, /^glacis: .+\n {2}why: .+\n {2}try: .+\n$/)
  assert.match(err, says)
  assert.equal(out, '')
}

function asRoot(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore' })
}

/** A small disk, when we may make one. */
function smallDisk(): string {
  const place = newFolder()
  asRoot('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place])
  return place
}

function mayMount(): false | string {
  if (process.getuid?.() !== 0) return 'needs root, to make a small disk'
  const place = newFolder()
  try {
    asRoot('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place])
    asRoot('umount', [place])
    return false
  } catch {
    return 'needs the right to mount a small disk'
  }
}

suite('a full disk', { skip: mayMount() }, () => {
  for (const [what, args] of [
    ['a snapshot', ['collect', 'sample', '--out']],
    ['a snapshot beside an assessment', ['assess', 'sample', '--json', '--save']],
    ['a report', ['assess', 'sample', '--json', '--report']],
  ] as const) {
    test(`ends ${what} with one error, and is as empty as before`, async () => {
      const disk = smallDisk()
      try {
        const path = join(disk, 'out')
        writeFileSync(path, 'what was there')
        assertFails(await glacis([...args, path]), 2, /annot write .*\n.*disk is full/)
        assert.deepEqual(readdirSync(disk), ['out'])
        assert.equal(readFileSync(path, 'utf8'), 'what was there')
      } finally {
        asRoot('umount', [disk])
      }
    })
  }
})

suite('a place that cannot be written to', () => {
  const input = join(folder, 'forest.ldif')
  writeFileSync(input, 'dn: DC=x\nobjectClass: domainDNS\n\ndn: CN=a,DC=x\nobjectClass: user\n')

  test('is one error, and nothing is made there', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'taken'))
    for (const [name, says] of [
      [join('none', 'x.glacis'), /directory does not exist/],
      ['taken', /it is a directory/],
      [join('taken', 'a'.repeat(300)), /name is too long/],
    ] as const)
      assertFails(await glacis(['collect', input, '--out', join(dir, name)]), 2, says)
    assert.deepEqual(readdirSync(dir), ['taken'])
    assert.deepEqual(readdirSync(join(dir, 'taken')), [])
  })

  test('a name as long as they may be does', async () => {
    const dir = newFolder()
    const { code, err } = await glacis(['collect', input, '--out', join(dir, 'a'.repeat(255))])
    assert.equal(code, 4, err)
    assert.equal(readdirSync(dir).length, 1)
  })

  test('the file that is read is not written over, by whatever path it is named', async () => {
    const dir = newFolder()
    symlinkSync(input, join(dir, 'link'))
    const before = readFileSync(input)
    for (const path of [input, join(dir, 'link'), join(folder, '.', 'forest.ldif')])
      for (const command of [
        ['collect', input, '--out', path],
        ['assess', input, '--report', path],
        ['assess', input, '--save', path],
      ])
        assertFails(await glacis(command), 2, /it is the file that was read/)
    assert.deepEqual(readFileSync(input), before)
  })

  test('a pipe or a device stays what it is', async () => {
    const dir = newFolder()
    const pipe = join(dir, 'pipe')
    execFileSync('mkfifo', [pipe])
    assertFails(await glacis(['collect', input, '--out', pipe]), 2, /a device or a pipe/)
    assertFails(await glacis(['assess', input, '--report', pipe]), 2, /a device or a pipe/)
    assert.ok(statSync(pipe).isFIFO())
    symlinkSync('/dev/null', join(dir, 'null'))
    for (const command of [
      ['collect', input, '--out', join(dir, 'null')],
      ['assess', input, '--report', join(dir, 'null')],
    ])
      assertFails(await glacis(command), 2, /a device or a pipe/)
    assert.ok(statSync('/dev/null').isCharacterDevice())
  })

  test('a link goes on pointing to the file, which is the one that is written', async () => {
    const dir = newFolder()
    writeFileSync(join(dir, 'real'), 'old')
    symlinkSync('real', join(dir, 'link'))
    const { code, err } = await glacis(['collect', input, '--out', join(dir, 'link')])
    assert.equal(code, 4, err)
    assert.deepEqual(
      readdirSync(dir, { withFileTypes: true })
        .map((each) => `${each.name} ${each.isSymbolicLink()}`)
        .toSorted(),
      ['link true', 'real false'],
    )
    assert.equal((await collect(join(dir, 'real'))).count, 2)
  })
})

suite('when we are stopped', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const [phase, answers] of [
      ['connecting', false],
      ['signing in', true],
    ] as const) {
      test(`by ${signal} while ${phase}: 130, one line why, and nothing written`, async () => {
        const dir = newFolder()
        writeFileSync(join(folder, 'password'), 'Gl4cis-reader', { mode: 0o600 })
        let arrived = (): void => {}
        const isHere = new Promise<void>((resolve) => (arrived = resolve))
        // Says nothing at all: TLS does not begin, or the sign-in is not answered.
        const server = createServer((socket) => {
          socket.on('error', () => {})
          if (answers) socket.once('data', () => arrived())
          else arrived()
        })
        await once(server.listen(0, '127.0.0.1'), 'listening')
        const scheme = answers ? 'ldap' : 'ldaps'
        const stopped = await glacis(
          [
            'assess',
            `${scheme}://127.0.0.1:${portOf(server)}`,
            '--user',
            'reader@corp.example',
            '--password-file',
            join(folder, 'password'),
            '--report',
            'report.html',
            '--save',
            'forest.glacis',
            '--json',
            ...(answers ? ['--allow-plaintext'] : []),
          ],
          {
            cwd: dir,
            async whileRunning(child) {
              await isHere
              child.kill(signal)
            },
          },
        )
        server.close()
        assertFails(stopped, 130, /interrupted/)
        assert.deepEqual(readdirSync(dir), [])
      })
    }
  }

  test('twice, so that the program ends at once: no draft is left either', async () => {
    const dir = newFolder()
    const script = `
      import { makeSample } from '#sample'
      import { writeSnapshotFile } from '#collect'
      const { snapshot } = makeSample({ objects: 20_000, now: new Date(0) })
      void writeSnapshotFile(process.argv[1], snapshot)
      setInterval(() => {}, 1000)
      process.on('SIGINT', () => process.exit(130))
    `
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, join(dir, 'forest.glacis')],
      {
        cwd: import.meta.dirname,
        stdio: 'inherit',
      },
    )
    const ended = once(child, 'exit')
    while (readdirSync(dir).length === 0) await sleep(5)
    child.kill('SIGINT')
    const [code] = (await ended) as [number]
    const left = readdirSync(dir)
    assert.equal(code, 130)
    // Either it was whole already, or there is nothing.
    assert.ok(left.length === 0 || (left.length === 1 && left[0] === 'forest.glacis'), left.join())
  })

  test('while a snapshot is written, at whatever moment: it is whole or not there', async () => {
    const { snapshot } = makeSample({ objects: 5000, now: new Date(0) })
    for (let afterMs = 0; afterMs < 120; afterMs += 15) {
      const dir = newFolder()
      const path = join(dir, 'forest.glacis')
      const stop = new AbortController()
      const timer = setTimeout(() => stop.abort(), afterMs)
      const outcome = await writeSnapshotFile(path, snapshot, { signal: stop.signal }).then(
        () => 'written',
        () => 'stopped',
      )
      clearTimeout(timer)
      assert.deepEqual(readdirSync(dir), outcome === 'written' ? ['forest.glacis'] : [])
      if (outcome === 'written') assert.equal((await collect(path)).count, snapshot.count)
    }
  })
})
