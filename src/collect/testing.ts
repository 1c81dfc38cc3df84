import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RawAttribute } from '#directory'
import { CollectError } from './error.ts'

/** Entries as LDIF, every value in base64. */
export function ldifOf(
  entries: Iterable<readonly [dn: string, attributes: readonly RawAttribute[]]>,
): string {
  const lines = ['version: 1', '']
  for (const [dn, attributes] of entries) {
    lines.push(`dn:: ${Buffer.from(dn).toString('base64')}`)
    for (const [name, values] of attributes) {
      for (const value of values) lines.push(`${name}:: ${Buffer.from(value).toString('base64')}`)
    }
    lines.push('')
  }
  return lines.join('\n')
}

/** A directory that is there while `work` runs. */
export async function withDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'glacis-test-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** A file with these contents that is there while `work` runs. */
export function withFile<T>(
  contents: string | Uint8Array,
  work: (path: string) => Promise<T>,
  name = 'input',
): Promise<T> {
  return withDirectory(async (dir) => {
    const path = join(dir, name)
    await writeFile(path, contents)
    return work(path)
  })
}

/** The error that some work ends with; anything but a CollectError is thrown on. */
export async function failure(work: Promise<unknown>): Promise<CollectError> {
  try {
    await work
  } catch (error) {
    if (error instanceof CollectError) return error
    throw error
  }
  throw new Error('nothing was wrong')
}
