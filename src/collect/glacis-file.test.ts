import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ForestBuilder } from '#directory'
import { collect } from './collect.ts'
import { writeSnapshotFile } from './glacis-file.ts'
import { failure, withDirectory } from './testing.ts'

const forest = new ForestBuilder()
for (let index = 0; index < 300; index++)
  forest.user(`user${index}`, { description: `No. ${index}` })
const snapshot = forest.build()

test('a snapshot that was written reads the same, and its file is the owner’s alone', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp.glacis')
    await writeSnapshotFile(path, snapshot)
    const again = await collect(path)
    assert.equal(again.count, snapshot.count)
    assert.deepEqual(again.coverage, snapshot.coverage)
    assert.deepEqual(again.origin, snapshot.origin)
    for (let id = 0; id < snapshot.count; id++) {
      assert.equal(again.dn(id), snapshot.dn(id))
      for (const name of snapshot.attributeNames)
        assert.deepEqual(again.raw(id, name), snapshot.raw(id, name), name)
    }
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await readdir(dir), ['corp.glacis'])
  })
})

test('the file is zstd around lines of JSON: a manifest first, counts and SHA-256 last', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp.glacis')
    await writeSnapshotFile(path, snapshot)
    const lines = zstdDecompressSync(await readFile(path))
      .toString()
      .trimEnd()
      .split('\n')
    assert.equal((JSON.parse(lines[0]!) as { format: string }).format, 'glacis.snapshot/1')
    const { end } = JSON.parse(lines.at(-1)!) as {
      end: { objects: number; descriptors: number; sha256: string }
    }
    assert.equal(end.objects, snapshot.count)
    assert.equal(lines.length, 2 + end.objects + end.descriptors)
    assert.match(end.sha256, /^[0-9a-f]{64}$/)
  })
})

test('it can also be read unpacked, as zstdcat leaves it', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp')
    await writeSnapshotFile(path, snapshot)
    await writeFile(path, zstdDecompressSync(await readFile(path)))
    assert.equal((await collect(path)).count, snapshot.count)
  })
})

test('a file cut anywhere is refused, packed or unpacked, and never read as a smaller forest', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp')
    await writeSnapshotFile(path, snapshot)
    const packed = await readFile(path)
    const unpacked = zstdDecompressSync(packed)
    for (const octets of [packed, unpacked]) {
      for (let part = 1; part < 24; part++) {
        await writeFile(path, octets.subarray(0, Math.floor((octets.length * part) / 24)))
        const error = await failure(collect(path))
        assert.ok(
          ['file-truncated', 'file-syntax', 'file-format'].includes(error.code),
          `${part}: ${error.code}`,
        )
      }
      await writeFile(path, octets.subarray(0, octets.length - 1))
      assert.equal((await failure(collect(path))).code, 'file-truncated')
    }
  })
})

test('a file with one octet changed is refused, wherever it is', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp')
    await writeSnapshotFile(path, snapshot)
    const unpacked = zstdDecompressSync(await readFile(path))
    for (let part = 0; part < 40; part++) {
      const at = Math.floor((unpacked.length * part) / 40) + 3
      const altered = Buffer.from(unpacked)
      altered[at]! ^= 1
      await writeFile(path, altered)
      const error = await failure(collect(path))
      assert.ok(
        ['file-altered', 'file-syntax', 'file-format', 'file-truncated'].includes(error.code),
        `${at}: ${error.code}`,
      )
    }
  })
})

test('a removed, a doubled and an added line are found', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp')
    await writeSnapshotFile(path, snapshot)
    const lines = zstdDecompressSync(await readFile(path))
      .toString()
      .trimEnd()
      .split('\n')
    const at = lines.length - 20
    const wrong = {
      removed: lines.toSpliced(at, 1),
      swapped: lines.toSpliced(at, 2, lines[at + 1]!, lines[at]!),
      added: lines.toSpliced(at, 0, '{"dn":"CN=mallory"}'),
      doubled: lines.toSpliced(at, 0, lines[at]!),
      appended: [...lines, '{"dn":"CN=mallory"}'],
    }
    for (const [what, altered] of Object.entries(wrong)) {
      await writeFile(path, zstdCompressSync(`${altered.join('\n')}\n`))
      const error = await failure(collect(path))
      assert.match(error.code, /^file-(altered|syntax)$/, what)
      assert.match(error.what, /, line \d+$/, what)
    }
  })
})

test('a file of a later version says so', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'later.glacis')
    await writeFile(path, zstdCompressSync('{"format":"glacis.snapshot/2"}\n'))
    const error = await failure(collect(path))
    assert.equal(error.code, 'file-format')
    assert.match(error.why, /another version/)
  })
})

test('what cannot be written leaves nothing, and what was there stays', async () => {
  await withDirectory(async (dir) => {
    const error = await failure(writeSnapshotFile(join(dir, 'none', 'a.glacis'), snapshot))
    assert.equal(error.code, 'file-unwritable')
    assert.match(error.why, /directory does not exist/)

    await mkdir(join(dir, 'taken'))
    assert.equal(
      (await failure(writeSnapshotFile(join(dir, 'taken'), snapshot))).code,
      'file-unwritable',
    )
    assert.deepEqual(await readdir(dir), ['taken'])
  })
})

test('an interrupted writing leaves the old file, and no draft', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp.glacis')
    await writeFile(path, 'old')
    await chmod(path, 0o644)
    const controller = new AbortController()
    const work = writeSnapshotFile(path, snapshot, { signal: controller.signal })
    controller.abort()
    assert.equal((await failure(work)).code, 'interrupted')
    assert.deepEqual(await readdir(dir), ['corp.glacis'])
    assert.equal(await readFile(path, 'utf8'), 'old')
  })
})

test('more objects than allowed are refused while reading', async () => {
  await withDirectory(async (dir) => {
    const path = join(dir, 'corp.glacis')
    await writeSnapshotFile(path, snapshot)
    assert.equal((await failure(collect(path, { limits: { objects: 100 } }))).code, 'too-big')
  })
})
