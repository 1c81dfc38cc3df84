import { DirectoryError, type Snapshot } from '#directory'
import { CollectError, throwIfInterrupted } from './error.ts'
import { openFile } from './file.ts'
import { readSnapshotFile } from './glacis-file.ts'
import { readForest } from './ldap-source.ts'
import { readLdifSnapshot } from './ldif-source.ts'
import type { CollectOptions } from './options.ts'

/**
 * Reads a forest from a domain controller (`ldaps://dc.example`, `ldap://dc.example`) or from a file told by its content:
 * LDIF or a snapshot, plain or packed. What could not be read is in the snapshot's coverage.
 * @throws CollectError when there is nothing to make a snapshot of, or the caller stopped it.
 */
export async function collect(source: string, options: CollectOptions = {}): Promise<Snapshot> {
  throwIfInterrupted(options.signal)
  try {
    return await read(source, options)
  } catch (error) {
    throw isFull(error) ? tooBig(source, error) : error
  }
}

async function read(source: string, options: CollectOptions): Promise<Snapshot> {
  if (/^ldaps?:\/\//i.test(source)) return readForest(source, options)
  refuseOtherSchemes(source)
  const { format, chunks } = await openFile(source, options.signal)
  if (format === 'ldif') return readLdifSnapshot(source, chunks, options)
  return readSnapshotFile(source, chunks, options)
}

/** Whether the one attribute or all the memory that a snapshot can have is used up. */
function isFull(error: unknown): error is Error {
  if (error instanceof DirectoryError) return error.code === 'too-big'
  return (
    error instanceof RangeError &&
    /allocation failed|Invalid typed array length/.test(error.message)
  )
}

function tooBig(source: string, cause: Error): CollectError {
  const what = `Gave up at ${source}`
  const tryThis = 'If the directory really is that large, use a machine with more memory.'
  return new CollectError('too-big', { what, why: cause.message, tryThis }, { cause })
}

function refuseOtherSchemes(source: string): void {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(source)?.[1]
  if (scheme === undefined) return
  throw new CollectError('source', {
    what: `Cannot read ${source}`,
    why: `"${scheme}" is not a way to reach a directory`,
    tryThis: 'Give ldaps://dc.example, or the path of a file.',
  })
}
