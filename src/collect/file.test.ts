import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { CollectError } from './error.ts'
import { openFile } from './file.ts'
import { withDirectory, withFile } from './testing.ts'

const ldif = `version: 1\n\ndn: CN=ä,DC=x\n${'description: something to pack\n'.repeat(500)}`

async function contents(path: string): Promise<[format: string, text: string]> {
  const { format, chunks } = await openFile(path)
  const pieces: Uint8Array[] = []
  for await (const chunk of chunks) pieces.push(chunk)
  return [format, Buffer.concat(pieces).toString()]
}

async function failure(path: string, signal?: AbortSignal): Promise<CollectError> {
  try {
    const { chunks } = await openFile(path, signal)
    for await (const chunk of chunks) void chunk
  } catch (error) {
    if (error instanceof CollectError) return error
    throw error
  }
  throw new Error('nothing was wrong')
}

const zstd = zstdCompressSync(ldif)
for (const [what, octets] of [
  ['plain', Buffer.from(ldif)],
  ['gzip', gzipSync(ldif)],
  ['two gzip members', Buffer.concat([gzipSync(ldif.slice(0, 100)), gzipSync(ldif.slice(100))])],
  ['zstd', zstd],
  [
    'two zstd frames',
    Buffer.concat([zstdCompressSync(ldif.slice(0, 100)), zstdCompressSync(ldif.slice(100))]),
  ],
  ['UTF-8 with a mark', Buffer.concat([Buffer.from('\ufeff'), Buffer.from(ldif)])],
  [
    'UTF-16 with a mark',
    Buffer.concat([Buffer.from('\ufeff', 'utf16le'), Buffer.from(ldif, 'utf16le')]),
  ],
  [
    'UTF-16 of the other byte order',
    Buffer.concat([Buffer.from('\ufeff', 'utf16le'), Buffer.from(ldif, 'utf16le')]).swap16(),
  ],
  [
    'zstd as parallel packers make it',
    Buffer.concat([Buffer.from('502a4d180400000000000000', 'hex'), zstd]),
  ],
  ['UTF-16 in gzip', gzipSync(Buffer.from(`\ufeff${ldif}`, 'utf16le'))],
] as const) {
  test(`${what} is told by its content, whatever the file is called`, async () => {
    await withFile(
      octets,
      async (path) => assert.deepEqual(await contents(path), ['ldif', ldif]),
      'report.pdf',
    )
  })
}

test('a snapshot is told from LDIF by its first line, packed or not', async () => {
  const line = '{"format":"glacis.snapshot/1","origin":{}}\n'
  await withFile(line, async (path) => assert.equal((await contents(path))[0], 'glacis'))
  await withFile(zstdCompressSync(line), async (path) =>
    assert.equal((await contents(path))[0], 'glacis'),
  )
})

for (const [what, octets, code] of [
  [
    'a second zstd frame that was cut',
    Buffer.concat([zstd, zstd.subarray(0, 8)]),
    'file-truncated',
  ],
  ['plain text behind zstd', Buffer.concat([zstd, Buffer.from(ldif)]), 'file-altered'],
  [
    'a second gzip member that was cut in its first octets',
    Buffer.concat([gzipSync(ldif), gzipSync(ldif).subarray(0, 1)]),
    'file-truncated',
  ],
  ['plain text behind gzip', Buffer.concat([gzipSync(ldif), Buffer.from(ldif)]), 'file-altered'],
] as const) {
  test(`${what} is refused, and not passed over`, async () => {
    await withFile(octets, async (path) => assert.equal((await failure(path)).code, code))
  })
}

test('a pipe can be read as well as a file', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'pipe')
    execFileSync('mkfifo', [path])
    const writer = createWriteStream(path)
    writer.end(gzipSync(ldif))
    assert.deepEqual(await contents(path), ['ldif', ldif])
    if (!writer.closed) await once(writer, 'close')
  })
})

for (const [what, octets, code, why] of [
  [
    'a zip archive, as SharpHound writes it',
    Buffer.from('PK\x03\x04....'),
    'file-format',
    /SharpHound.*later version/,
  ],
  ['JSON of SharpHound', Buffer.from('{"data":[],"meta":{"type":"users"}}'), 'file-format', /JSON/],
  ['a bzip2 file', Buffer.from('BZh91AY'), 'file-format', /bzip2/],
  ['an xz file', Buffer.from('fd377a585a0000', 'hex'), 'file-format', /xz/],
  ['a snapshot of AD Explorer', Buffer.from('win-ad-ob\0\0'), 'file-format', /AD Explorer/],
  ['an empty file', Buffer.alloc(0), 'file-format', /empty/],
  ['some binary file', Buffer.from('cn: x\0\0\0'), 'file-format', /neither/],
  ['prose', Buffer.from('To whom it may concern\n'), 'file-format', /neither/],
  ['gzip that was cut', gzipSync(ldif).subarray(0, 60), 'file-truncated', /cut/],
  ['zstd that was cut', zstd.subarray(0, zstd.length - 10), 'file-truncated', /cut/],
  ['gzip with a wrong octet', gzipSync(ldif).fill(0, 30, 34), 'file-altered', /damaged/],
] as const) {
  test(`${what} is refused with what, why and what to try`, async () => {
    await withFile(octets, async (path) => {
      const error = await failure(path)
      assert.equal(error.code, code)
      assert.equal(error.family, 'use')
      assert.match(error.what, new RegExp(`^Cannot read ${path}$`))
      assert.match(error.why, why)
      assert.notEqual(error.tryThis, '')
    })
  })
}

test('a missing file, and a directory, are told apart', async () => {
  await withDirectory(async (dir) => {
    assert.equal((await failure(join(dir, 'none'))).code, 'file-missing')
    await mkdir(join(dir, 'sub'))
    assert.match((await failure(join(dir, 'sub'))).why, /directory/)
  })
})

test('an interrupted reading ends as such', async () => {
  await withFile(ldif, async (path) => {
    assert.equal((await failure(path, AbortSignal.abort())).code, 'interrupted')
  })
})
