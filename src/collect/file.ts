import { createReadStream } from 'node:fs'
import { type Duplex, Readable, pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { CollectError, throwIfInterrupted } from './error.ts'

/** What a file holds, told by its content and never by its name. */
export type FileFormat = 'ldif' | 'glacis'

/** A file that can be read: what it is, and its octets unpacked, in pieces. */
export interface OpenFile {
  readonly format: FileFormat
  readonly chunks: AsyncIterable<Uint8Array>
}

/**
 * Opens a file and tells what it is: LDIF or a snapshot, plain, gzip or zstd. It is read once, from front to back, so a pipe
 * will do. @throws CollectError when it is missing, unreadable, of another kind, or (while reading) cut or damaged.
 */
export async function openFile(path: string, signal?: AbortSignal): Promise<OpenFile> {
  throwIfInterrupted(signal)
  const packed = await peek(guarded(path, readPieces(path)))
  refuseContainers(path, packed.head)
  const unpacked = await peek(guarded(path, withoutMark(unpack(packed), signal)))
  return { format: formatOf(path, unpacked.head), chunks: unpacked.all }
}

interface Peeked {
  /** The first octets, up to {@link HEAD_BYTES} unless there are fewer. */
  readonly head: Buffer
  /** All of it, head included. */
  readonly all: AsyncGenerator<Uint8Array, void>
}

const PIECE_BYTES = 256 * 1024
const HEAD_BYTES = 4096

function readPieces(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: PIECE_BYTES })
}

async function peek(pieces: AsyncGenerator<Uint8Array, void>): Promise<Peeked> {
  const first: Uint8Array[] = []
  let bytes = 0
  while (bytes < HEAD_BYTES) {
    const { done, value } = await pieces.next()
    if (done === true) break
    first.push(value)
    bytes += value.length
  }
  async function* all(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* first
      yield* pieces
    } finally {
      await pieces.return()
    }
  }
  return { head: Buffer.concat(first).subarray(0, HEAD_BYTES), all: all() }
}

function unpack({ head, all }: Peeked): AsyncIterable<Uint8Array> {
  if (startsWith(head, GZIP)) return through(all, createGunzip({ chunkSize: PIECE_BYTES }))
  if (startsWith(head, ZSTD) || isSkippableFrame(head)) return unpackZstd(all)
  return all
}

/** Unpacks frames. The unpacker ignores what follows the last one, and with it a frame whose beginning is broken or cut. */
async function* unpackZstd(all: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of all) {
      bytes += piece.length
      yield piece
    }
  }
  const unpacker = createZstdDecompress({ chunkSize: PIECE_BYTES })
  yield* through(counted(), unpacker)
  if (unpacker.bytesWritten < bytes) throw new Remainder()
}

/** Something stands behind the packed data. */
class Remainder extends Error {}

/** Sends octets through a packer or unpacker. Each side ends when the other does, and the reader sees the faults of both. */
export function through(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  transform: Duplex,
): AsyncIterable<Uint8Array> {
  pipeline(Readable.from(pieces, { objectMode: false }), transform, () => {})
  return transform
}

/** Takes the byte order mark off and turns UTF-16, as `ldifde -u` writes it, into UTF-8. */
async function* withoutMark(
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  let decoder: TextDecoder | undefined
  let isFirst = true
  let start = Buffer.alloc(0)
  for await (const piece of pieces) {
    throwIfInterrupted(signal)
    let rest = piece
    if (isFirst) {
      // A pipe may give less at once than a mark is long.
      start = Buffer.concat([start, piece])
      if (start.length < UTF8_MARK.length) continue
      isFirst = false
      rest = start
      if (startsWith(start, UTF8_MARK)) rest = start.subarray(UTF8_MARK.length)
      else if (startsWith(start, UTF16_MARK)) decoder = new TextDecoder('utf-16le')
      else if (startsWith(start, UTF16_BIG_MARK)) decoder = new TextDecoder('utf-16be')
    }
    yield decoder === undefined ? rest : encoder.encode(decoder.decode(rest, { stream: true }))
  }
  if (isFirst && start.length > 0) yield start
  const last = decoder?.decode() ?? ''
  if (last !== '') yield encoder.encode(last)
}

const encoder = new TextEncoder()

/** Turns what the operating system or a decompressor says into a {@link CollectError} about this file. */
async function* guarded(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* pieces
  } catch (error) {
    throw error instanceof CollectError ? error : fileError(path, error)
  }
}

function fileError(path: string, cause: unknown): CollectError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const what = `Cannot read ${path}`
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const tryThis = 'Check the path. A domain controller is given as ldaps://dc.example.'
    return new CollectError(
      'file-missing',
      { what, why: 'there is no such file', tryThis },
      { cause },
    )
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const tryThis = 'Give yourself the right to read it, or run as a user who may.'
    return new CollectError(
      'file-unreadable',
      { what, why: 'you may not read it', tryThis },
      { cause },
    )
  }
  if (code === 'EISDIR') {
    const tryThis = 'Name a file in it.'
    return new CollectError(
      'file-unreadable',
      { what, why: 'it is a directory', tryThis },
      { cause },
    )
  }
  const tryThis = 'Copy or make the file again.'
  if (cause instanceof Remainder) {
    const why = 'something follows the packed data that is not packed, or was cut'
    return new CollectError('file-altered', { what, why, tryThis }, { cause })
  }
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    const why = 'it is packed in a way that takes very much memory to unpack'
    return new CollectError(
      'file-unreadable',
      { what, why, tryThis: 'Unpack it, or pack it again without --long and --ultra.' },
      { cause },
    )
  }
  if (code === 'Z_BUF_ERROR' || code === 'ZSTD_error_srcSize_wrong') {
    return new CollectError(
      'file-truncated',
      { what, why: 'the packed data end before they should: the file was cut', tryThis },
      { cause },
    )
  }
  if (code.startsWith('Z_') || code.startsWith('ZSTD_')) {
    return new CollectError(
      'file-altered',
      { what, why: 'the packed data are damaged', tryThis },
      { cause },
    )
  }
  const why = cause instanceof Error ? cause.message : String(cause)
  return new CollectError(
    'file-unreadable',
    { what, why, tryThis: 'Check the disk and the path.' },
    { cause },
  )
}

/** Kinds of files that people will try, with what to do instead. */
const otherFormats: readonly (readonly [Uint8Array, string, string])[] = [
  [
    Buffer.from('PK\x03\x04'),
    'it is a zip archive; SharpHound collections can be read from a later version on',
    'Give an LDIF export or ldaps://dc.example instead.',
  ],
  [Buffer.from('BZh'), 'it is packed with bzip2', 'Unpack it, or pack it with gzip or zstd.'],
  [
    Buffer.from('\xfd7zXZ', 'latin1'),
    'it is packed with xz',
    'Unpack it, or pack it with gzip or zstd.',
  ],
  [
    Buffer.from('win-ad-ob'),
    'it is a snapshot of AD Explorer, which is not supported',
    'Give an LDIF export or ldaps://dc.example instead.',
  ],
]

function refuseContainers(path: string, head: Uint8Array): void {
  for (const [magic, why, tryThis] of otherFormats) {
    if (startsWith(head, magic)) throw unknownFormat(path, why, tryThis)
  }
}

function formatOf(path: string, head: Buffer): FileFormat {
  const text = head.toString('latin1')
  if (/^\s*\{\s*"format"\s*:\s*"glacis\.snapshot\//.test(text)) return 'glacis'
  if (/^\s*[[{]/.test(text)) {
    throw unknownFormat(
      path,
      'it is JSON, but no snapshot of this program; SharpHound collections can be read from a later version on',
      'Give an LDIF export, a .glacis file or ldaps://dc.example.',
    )
  }
  if (head.length === 0) throw unknownFormat(path, 'it is empty', 'Make the export again.')
  // A text of lines, the first of which that is no comment is an attribute and a value.
  const firstLine = text.split(/\r?\n/).find((line) => line !== '' && !/^[# ]/.test(line))
  if (
    text.includes('\0') ||
    (firstLine !== undefined && !/^[a-z0-9][\w.;=*-]*:/i.test(firstLine))
  ) {
    throw unknownFormat(
      path,
      'it is neither LDIF nor a snapshot of this program',
      'Give an LDIF export (plain, .gz or .zst), a .glacis file or ldaps://dc.example.',
    )
  }
  return 'ldif'
}

function unknownFormat(path: string, why: string, tryThis: string): CollectError {
  return new CollectError('file-format', { what: `Cannot read ${path}`, why, tryThis })
}

function startsWith(octets: Uint8Array, magic: Uint8Array): boolean {
  return octets.length >= magic.length && magic.every((octet, index) => octets[index] === octet)
}

/** Parallel packers put these before their frames (RFC 8878 §3.1.2). */
function isSkippableFrame(head: Buffer): boolean {
  return (head[0] ?? 0) >>> 4 === 5 && startsWith(head.subarray(1), SKIPPABLE)
}

const SKIPPABLE = Uint8Array.of(0x2a, 0x4d, 0x18)
const GZIP = Uint8Array.of(0x1f, 0x8b)
const ZSTD = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)
const UTF8_MARK = Uint8Array.of(0xef, 0xbb, 0xbf)
const UTF16_MARK = Uint8Array.of(0xff, 0xfe)
const UTF16_BIG_MARK = Uint8Array.of(0xfe, 0xff)
