import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { constants, createZstdCompress } from 'node:zlib'
import { DirectoryError, type Snapshot, SnapshotLineReader, snapshotLines } from '#directory'
import { Budget } from './budget.ts'
import { CollectError, interrupted, throwIfInterrupted } from './error.ts'
import { through } from './file.ts'
import type { CollectOptions } from './options.ts'

/** Last line of a file: `{"end": …}`. SHA-256 is over every octet before it. */
interface Trailer {
  readonly objects: number
  readonly descriptors: number
  readonly sha256: string
}

const TRAILER_START = Buffer.from('{"end":')
const OBJECT_START = Buffer.from('{"dn":')
const DESCRIPTOR_START = Buffer.from('{"descriptor":')
const BATCH_BYTES = 1 << 19

/**
 * Writes a snapshot file: NDJSON in zstd, ending in counts and a SHA-256. The file appears whole or not at all, readable by
 * its owner only; one that was there before stays until then. @throws CollectError `file-unwritable`, `interrupted`.
 */
export async function writeSnapshotFile(
  path: string,
  snapshot: Snapshot,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  throwIfInterrupted(signal)
  const place = await placeOf(path, snapshot)
  const draft = join(dirname(place), `.glacis-${randomBytes(6).toString('hex')}.tmp`)
  // Where the program is ended at once, by a second Ctrl-C, nothing is left either.
  const clear = (): void => rmSync(draft, { force: true })
  process.once('exit', clear)
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } })
      await file.writeFile(through(batches(snapshot, signal), compress))
      await file.sync()
    } finally {
      await file.close()
    }
    throwIfInterrupted(signal)
    await rename(draft, place)
    await syncDirectory(dirname(place))
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    if (error instanceof CollectError) throw error
    if (signal?.aborted === true) throw interrupted(signal)
    throw unwritable(path, error)
  } finally {
    process.off('exit', clear)
  }
}

/**
 * Where the file really goes: through links, so that what they point to is replaced and not they. Only a file may be replaced,
 * since a device would be one no more, and not the one that the snapshot was read from. @throws CollectError
 */
async function placeOf(path: string, { origin }: Snapshot): Promise<string> {
  let place: string
  try {
    place = await realpath(path)
    const there = await stat(place)
    if (!there.isFile() && !there.isDirectory()) {
      throw cannotWrite(path, 'it is a device or a pipe', 'Give the name of a file.')
    }
  } catch (error) {
    if (error instanceof CollectError) throw error
    // There is none yet, or what is wrong is said when it is written.
    return resolve(path)
  }
  const from = await realpath(origin.source).catch(() => undefined)
  if (place === from) {
    throw cannotWrite(path, 'it is the file that was read', 'Give another name.')
  }
  return place
}

function* batches(snapshot: Snapshot, signal: AbortSignal | undefined): Generator<Buffer, void> {
  const hash = createHash('sha256')
  let batch = Buffer.allocUnsafe(BATCH_BYTES)
  let used = 0
  let objects = -1
  let descriptors = 0
  for (const line of snapshotLines(snapshot)) {
    if (startsWith(line, DESCRIPTOR_START)) descriptors++
    else objects++
    if (used + line.length + 1 > batch.length) {
      throwIfInterrupted(signal)
      hash.update(batch.subarray(0, used))
      yield batch.subarray(0, used)
      batch = Buffer.allocUnsafe(Math.max(BATCH_BYTES, line.length + 1))
      used = 0
    }
    batch.set(line, used)
    batch[used + line.length] = NEWLINE
    used += line.length + 1
  }
  hash.update(batch.subarray(0, used))
  yield batch.subarray(0, used)
  const end: Trailer = { objects, descriptors, sha256: hash.digest('hex') }
  yield Buffer.from(`${JSON.stringify({ end })}\n`)
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function unwritable(path: string, cause: unknown): CollectError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reasons: Partial<Record<string, readonly [string, string]>> = {
    ENOENT: ['the directory does not exist', 'Make the directory first.'],
    EACCES: [
      'you may not write there',
      'Choose another place, or run as a user who may write there.',
    ],
    EROFS: ['the disk is read-only', 'Choose another place.'],
    ENOSPC: ['the disk is full', 'Make room, or choose another place.'],
    EDQUOT: ['the disk quota is used up', 'Make room, or choose another place.'],
    EPERM: ['you may not write there', 'Choose another place.'],
    ENOTDIR: ['a part of its path is no directory', 'Choose another place.'],
    ENAMETOOLONG: ['the name is too long', 'Choose a shorter one.'],
    EISDIR: ['it is a directory', 'Give the name of a file.'],
  }
  const [why, tryThis] = reasons[code] ?? [
    cause instanceof Error ? cause.message : String(cause),
    'Check the disk and the path.',
  ]
  return cannotWrite(path, why, tryThis, cause)
}

function cannotWrite(path: string, why: string, tryThis: string, cause?: unknown): CollectError {
  return new CollectError(
    'file-unwritable',
    { what: `Cannot write ${path}`, why, tryThis },
    { cause },
  )
}

/**
 * Reads a snapshot file from its unpacked octets. @throws CollectError `file-truncated`, `file-altered` or `file-syntax`,
 * naming the line.
 */
export async function readSnapshotFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  options: CollectOptions = {},
): Promise<Snapshot> {
  const budget = new Budget(options)
  const lines = new VerifiedLines(path, budget)
  budget.enter('read', path)
  for await (const chunk of chunks) {
    lines.push(chunk)
    budget.check()
  }
  return lines.end()
}

/** Cuts octets into lines, hashes them, and gives them to a {@link SnapshotLineReader} until the trailer. */
class VerifiedLines {
  readonly reader = new SnapshotLineReader()
  readonly #path: string
  readonly #budget: Budget
  readonly #hash = createHash('sha256')
  /** Of a line whose end has not come yet. */
  #rest: Uint8Array[] = []
  #restBytes = 0
  #line = 0
  #trailer: Trailer | undefined

  constructor(path: string, budget: Budget) {
    this.#path = path
    this.#budget = budget
  }

  push(chunk: Uint8Array): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1
    const before = this.#rest
    if (end > 0) {
      this.#rest = []
      this.#restBytes = 0
    }
    this.#rest.push(Uint8Array.prototype.slice.call(chunk, end))
    this.#restBytes += chunk.length - end
    if (this.#restBytes > MAX_LINE_BYTES) throw this.#altered('a line is too long')
    if (end === 0) return
    const whole = Buffer.concat([...before, chunk.subarray(0, end)])
    let from = 0
    while (from < whole.length) {
      const to = whole.indexOf(NEWLINE, from)
      const line = whole.subarray(from, to)
      this.#line++
      if (this.#trailer !== undefined) throw this.#altered('something follows its end')
      if (startsWith(line, TRAILER_START)) this.#takeTrailer(line, whole.subarray(0, from))
      else this.#take(line)
      from = to + 1
    }
    if (this.#trailer === undefined) this.#hash.update(whole)
  }

  end(): Snapshot {
    if (this.#trailer === undefined || this.#restBytes > 0) {
      throw new CollectError('file-truncated', {
        what: `Cannot use ${this.#path}`,
        why: `it ends after line ${this.#line} without its trailer: the file was cut`,
        tryThis: 'Copy it again, or collect again.',
      })
    }
    const { objects, descriptors } = this.reader.counts
    if (this.#trailer.sha256 !== this.#hash.digest('hex'))
      throw this.#altered('its SHA-256 is not the one in its last line')
    if (this.#trailer.objects !== objects || this.#trailer.descriptors !== descriptors) {
      throw this.#altered('it does not hold as many objects as its last line says')
    }
    return this.reader.build()
  }

  #take(line: Buffer): void {
    try {
      this.reader.take(line)
      if (startsWith(line, OBJECT_START)) this.#budget.count()
    } catch (error) {
      if (!(error instanceof DirectoryError) || error.code === 'too-big') throw error
      if (error.code === 'unsupported') {
        throw new CollectError('file-format', {
          what: `Cannot use ${this.#path}`,
          why: 'it was written by another version of this program',
          tryThis: 'Use the version that wrote it, or collect again.',
        })
      }
      throw new CollectError(
        'file-syntax',
        {
          what: `Cannot use ${this.#path}, line ${this.#line}`,
          why: error.message,
          tryThis: 'The file was altered or damaged: copy it again, or collect again.',
        },
        { cause: error },
      )
    }
  }

  #takeTrailer(line: Buffer, before: Buffer): void {
    try {
      this.#trailer = (JSON.parse(line.toString()) as { end: Trailer }).end
    } catch {
      throw this.#altered('its last line is broken')
    }
    this.#hash.update(before)
  }

  #altered(why: string): CollectError {
    return new CollectError('file-altered', {
      what: `Cannot use ${this.#path}, line ${this.#line}`,
      why,
      tryThis: 'It was altered or damaged: copy it again, or collect again.',
    })
  }
}

const NEWLINE = 0x0a
const MAX_LINE_BYTES = 400 * 1024 * 1024

function startsWith(line: Uint8Array, start: Uint8Array): boolean {
  for (let at = 0; at < start.length; at++) if (line[at] !== start[at]) return false
  return true
}
