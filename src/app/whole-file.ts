import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from './error.ts'

/**
 * Writes a file whole or not at all: under another name first, then renamed into place and flushed to disk. Only the owner
 * can read it: what we write is about somebody's directory. @throws UsageError when it cannot be written.
 */
export async function writeWhole(
  path: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  { signal, source }: { readonly signal?: AbortSignal; readonly source?: string } = {},
): Promise<void> {
  const place = await placeOf(path, source)
  const draft = join(dirname(place), `.glacis-${randomBytes(6).toString('hex')}.part`)
  // Where the program is ended at once, by a second Ctrl-C, nothing is left either.
  const clear = (): void => rmSync(draft, { force: true })
  process.once('exit', clear)
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      for await (const chunk of chunks) {
        signal?.throwIfAborted()
        await file.writeFile(chunk)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    signal?.throwIfAborted()
    await rename(draft, place)
    await syncFolder(dirname(place))
  } catch (error) {
    await rm(draft, { force: true })
    throw explained(path, error)
  } finally {
    process.off('exit', clear)
  }
}

/**
 * Where the file really goes: what a link points to is replaced, not the link. A device would be one no more, and the file that
 * was read would be lost. @throws UsageError
 */
async function placeOf(path: string, source: string | undefined): Promise<string> {
  const place = await realpath(path).catch(() => undefined)
  if (place === undefined) return resolve(path)
  const there = await stat(place)
  if (!there.isFile() && !there.isDirectory())
    throw new UsageError(
      `cannot write ${path}`,
      'it is a device or a pipe',
      'Give the name of a file.',
    )
  if (source !== undefined && place === (await realpath(source).catch(() => undefined)))
    throw new UsageError(
      `cannot write ${path}`,
      'it is the file that was read',
      'Give another name.',
    )
  return place
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
}

function explained(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = reasons[code]
  return why === undefined
    ? error
    : new UsageError(
        `cannot write ${path}`,
        why,
        'Give another file name or make room; nothing half-written was left behind.',
      )
}
