/**
 * Structure-aware fuzzing of framing, codec, filters and controls: no input may end in anything but a
 * value or a named error, what is read must be written once and for all, and the work must stay in
 * proportion to the bytes.
 *
 * GLACIS_FUZZ_SEED and GLACIS_FUZZ_COUNT repeat or lengthen a run.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BerReader, DecodeError } from '#ber'
import {
  decode,
  defaultLimits,
  encode,
  EntryView,
  extendedDn,
  FilterSyntaxError,
  formatFilter,
  Framer,
  type Message,
  messageReader,
  pagedResults,
  parseFilter,
  readMessage,
  sdFlags,
  sort,
  sortResponse,
} from '#ldap'
import { anyFilter, anyMessage, operationNames } from '../src/ldap/testing.ts'

const seed = Number(process.env['GLACIS_FUZZ_SEED'] ?? 20_251_125)
const count = Number(process.env['GLACIS_FUZZ_COUNT'] ?? 220_000)

/** Steps that one byte may cost: an element has two at least. */
const stepsPerByte = 0.5

test(`${count} mutated messages end in a message or a DecodeError`, () => {
  const random = randomNumbers(seed)
  const corpus = operationNames.flatMap((op) =>
    fc.sample(anyMessage(op), { seed, numRuns: 60 }).map((message) => encode(message)),
  )
  const outcomes = new Map<string, number>()
  for (let i = 0; i < count; i++) {
    const input = mutate(corpus[i % corpus.length]!, corpus, random)
    try {
      const outcome = exercise(input, random)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    } catch (cause) {
      const bytes = Buffer.from(input).toString('hex')
      throw new Error(`seed ${seed}, input ${i}: ${bytes}`, { cause })
    }
  }
  // A fuzzer that only ever meets the same refusal has stopped testing anything.
  const refused = Array.from(outcomes.keys()).filter((outcome) => outcome !== 'read')
  assert(outcomes.get('read')! > count / 20, `read: ${outcomes.get('read')}`)
  assert(refused.length >= 12, refused.join(', '))
})

test('30,000 mutated filter texts end in a filter or a FilterSyntaxError', () => {
  const random = randomNumbers(seed)
  const corpus = fc.sample(anyFilter, { seed, numRuns: 500 }).map(formatFilter)
  let read = 0
  for (let i = 0; i < 30_000; i++) {
    const text = mutateText(corpus[i % corpus.length]!, random)
    try {
      const filter = parseFilter(text)
      assert.deepEqual(parseFilter(formatFilter(filter)), filter)
      read++
    } catch (cause) {
      if (cause instanceof FilterSyntaxError) continue
      throw new Error(`seed ${seed}, text ${i}: ${JSON.stringify(text)}`, { cause })
    }
  }
  assert(read > 1000, `${read} read`)
})

test('bombs cost no more than their bytes', () => {
  const bombs: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    'and, 100,000 deep': [searchFor(nest(0xa0, 100_000)), 'depth'],
    'or, 100,000 deep': [searchFor(nest(0xa1, 100_000)), 'depth'],
    'not, 100,000 deep': [searchFor(nest(0xa2, 100_000)), 'depth'],
    'sequences as filter, 100,000 deep': [searchFor(nest(0x30, 100_000)), 'choice'],
    'messages in messages, 100,000 deep': [nest(0x30, 100_000), 'tag'],
    '100,000 filters': [searchFor(wrap(0xa1, repeat('8700', 100_000))), 'count'],
    '100,000 empty ands': [searchFor(wrap(0xa1, repeat('a000', 100_000))), 'count'],
    '100,000 pieces of a substring': [
      searchFor(wrap(0xa4, hex('0400'), wrap(0x30, repeat('8100', 100_000)))),
      'count',
    ],
    '100,000 attributes asked for': [
      envelope(wrap(0x63, searchHead, hex('8700'), wrap(0x30, repeat('0400', 100_000)))),
      'count',
    ],
    '10,000 controls': [envelope(hex('4200'), wrap(0xa0, repeat('30020400', 10_000))), 'count'],
    '1,000,000 attributes of an entry': [
      envelope(wrap(0x64, hex('0400'), wrap(0x30, repeat('300404003100', 1_000_000)))),
      'count',
    ],
    '2,000,000 values of an attribute': [
      envelope(
        wrap(
          0x64,
          hex('0400'),
          wrap(0x30, wrap(0x30, hex('0400'), wrap(0x31, repeat('0400', 2_000_000)))),
        ),
      ),
      'count',
    ],
    '1,000,000 referrals': [envelope(wrap(0x73, repeat('0400', 1_000_000))), 'count'],
    '1,000,000 members nobody knows': [envelope(hex('4200'), repeat('8500', 1_000_000)), 'read'],
  }
  for (const [what, [bytes, expected]] of Object.entries(bombs)) {
    assert.equal(exercise(bytes, randomNumbers(1), true), expected, what)
  }
})

function envelope(...parts: readonly Uint8Array[]): Uint8Array {
  return wrap(0x30, hex('020101'), ...parts)
}

/** baseObject, scope, derefAliases, sizeLimit, timeLimit, typesOnly. */
const searchHead = hex('04000a01000a0100020100020100010100')

function searchFor(filter: Uint8Array): Uint8Array {
  return envelope(wrap(0x63, searchHead, filter, hex('3000')))
}

/** Elements inside one another, built from the outside so that it takes linear time. */
function nest(tag: number, depth: number): Uint8Array {
  const out = new Uint8Array(depth * 6)
  for (let i = 0; i < depth; i++) out.set(longHeader(tag, (depth - i - 1) * 6), i * 6)
  return out
}

/** Reads an input in every way there is; what it ends in, once all has been checked. */
function exercise(input: Uint8Array, random: () => number, isLong = false): string {
  const reader = messageReader(input)
  let outcome: string
  let message: Message | undefined
  try {
    message = readMessage(reader)
    reader.close('LDAPMessage')
    outcome = 'read'
  } catch (error) {
    outcome = codeOf(error)
    message = undefined
  }
  const steps = reader.steps
  assert(steps <= input.length * stepsPerByte + 1, `${steps} steps for ${input.length} bytes`)
  checkView(input, outcome)
  if (!isLong) checkFramer(input, random)
  if (message !== undefined && !isLong) checkWriting(message)
  return outcome
}

function codeOf(error: unknown): string {
  if (error instanceof DecodeError) {
    assert(error.offset >= 0 && error.field !== '')
    return error.code
  }
  throw error
}

/** A view of an entry must end as reading it does. */
function checkView(input: Uint8Array, outcome: string): void {
  try {
    const view = EntryView.over(input)
    if (view === undefined) return
    assert.equal(outcome, 'read')
    for (const attribute of view.attributes) {
      if (attribute.size < 100) assert.equal(attribute.values.length, attribute.size)
    }
    assert.equal(typeof view.objectName, 'string')
  } catch (error) {
    assert.equal(codeOf(error), outcome)
  }
}

/** In pieces, the stream must give the same first PDU or refusal as at once. */
function checkFramer(input: Uint8Array, random: () => number): void {
  const cut = below(random, input.length + 1)
  const whole = firstFrame([input])
  assert.equal(firstFrame([input.subarray(0, cut), input.subarray(cut)]), whole)
}

function firstFrame(chunks: readonly Uint8Array[]): string {
  const framer = new Framer()
  try {
    for (const chunk of chunks) {
      framer.push(chunk)
      const pdu = framer.next()
      if (pdu !== undefined) return `${pdu.length}`
    }
    return 'more'
  } catch (error) {
    return codeOf(error)
  }
}

/** What was read is written, read again as the same, and written again as the same bytes. */
function checkWriting(message: Message): void {
  const written = encode(message)
  const again = decode(written, { ...defaultLimits, steps: written.length })
  assert.deepEqual(again, message)
  assert(Buffer.from(written).equals(encode(again)))
  if (message.op === 'searchRequest') formatFilter(message.filter)
  for (const codec of [pagedResults, sdFlags, extendedDn, sort, sortResponse]) {
    for (const control of message.controls ?? []) {
      try {
        codec.read(control)
      } catch (error) {
        codeOf(error)
      }
    }
  }
}

/** One to four changes, half of them to the tree of elements, so that lengths stay right. */
function mutate(
  original: Uint8Array,
  corpus: readonly Uint8Array[],
  random: () => number,
): Uint8Array {
  let bytes = original
  for (let changes = 1 + below(random, 4); changes > 0; changes--) {
    bytes = random() < 0.6 ? mutateTree(bytes, corpus, random) : mutateBytes(bytes, corpus, random)
  }
  return bytes
}

function mutateBytes(
  bytes: Uint8Array,
  corpus: readonly Uint8Array[],
  random: () => number,
): Uint8Array {
  if (bytes.length === 0) return randomBytes(random, 8)
  const at = below(random, bytes.length)
  switch (below(random, 7)) {
    case 0: // another octet
      return bytes.with(at, below(random, 256))
    case 1: // one bit
      return bytes.with(at, bytes[at]! ^ (1 << below(random, 8)))
    case 2: // cut off
      return bytes.subarray(0, at)
    case 3: // octets taken out
      return concat(bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 4)))
    case 4: // octets put in
      return concat(bytes.subarray(0, at), randomBytes(random, 4), bytes.subarray(at))
    case 5: // a lie about length
      return concat(bytes.subarray(0, at), pick(random, lies), bytes.subarray(at + 1))
    default: {
      // the end of another
      const other = pick(random, corpus)
      return concat(bytes.subarray(0, at), other.subarray(below(random, other.length)))
    }
  }
}

const lies = [
  '80',
  '8100',
  '81ff',
  '82ffff',
  '84ffffffff',
  '8480000000',
  '8400000001',
  '8500',
  'ff',
].map(hex)

/** An element as mutation sees it: what is inside, or its octets. */
interface Element {
  tag: number
  contents: Element[] | Uint8Array
}

function mutateTree(
  bytes: Uint8Array,
  corpus: readonly Uint8Array[],
  random: () => number,
): Uint8Array {
  const root = readTree(bytes)
  if (root === undefined) return mutateBytes(bytes, corpus, random)
  const all = [root]
  // Grows while it is walked.
  for (const { contents } of all) if (Array.isArray(contents)) all.push(...contents)
  const element = pick(random, all)
  const { contents } = element
  switch (below(random, 9)) {
    case 0: // another tag
      element.tag = below(random, 256)
      break
    case 1: // a neighbouring tag
      element.tag ^= 1 << below(random, 6)
      break
    case 2: // nothing inside
      element.contents = new Uint8Array(0)
      break
    case 3: // one taken out, doubled or moved
      if (Array.isArray(contents) && contents.length > 0) {
        const [taken] = contents.splice(below(random, contents.length), 1)
        for (let n = below(random, 3); n > 0; n--)
          contents.splice(below(random, contents.length + 1), 0, taken!)
      }
      break
    case 4: // wrapped in itself
      for (let n = below(random, 8) ** 3; n > 0; n--) {
        element.contents = [{ tag: element.tag, contents: element.contents }]
      }
      break
    case 5: // an element of another message put in
      if (Array.isArray(contents)) {
        const other = readTree(pick(random, corpus))
        const inner = other && Array.isArray(other.contents) ? other.contents : []
        if (inner.length > 0)
          contents.splice(below(random, contents.length + 1), 0, pick(random, inner))
      }
      break
    case 6: // other octets
      if (!Array.isArray(contents)) element.contents = randomBytes(random, 12)
      break
    case 7: // a number at the edge
      if (!Array.isArray(contents)) element.contents = pick(random, numbers)
      break
    default: // many of it
      if (Array.isArray(contents) && contents.length > 0) {
        const one = pick(random, contents)
        for (let n = below(random, 80); n > 0; n--) contents.push(one)
      }
  }
  return writeTree(root, random)
}

const numbers = [
  '',
  '00',
  '7f',
  '80',
  'ff',
  '0080',
  '7fffffff',
  '80000000',
  '0080000000',
  '0000000001',
  'ffffffffffffffff',
  '000000000000000001',
].map(hex)

/** The tree of elements, down to 40 deep; undefined when the bytes are not one whole element. */
function readTree(bytes: Uint8Array): Element | undefined {
  const read = (reader: BerReader, depth: number): Element => {
    const tag = reader.peek()!
    if ((tag & 0x20) === 0 || depth > 40) return { tag, contents: reader.octets('it', tag) }
    const inner = reader.enter('it', tag)
    const contents: Element[] = []
    while (!inner.isEmpty) contents.push(read(inner, depth + 1))
    return { tag, contents }
  }
  try {
    const reader = new BerReader(bytes)
    if (reader.isEmpty) return undefined
    const root = read(reader, 0)
    return reader.isEmpty ? root : undefined
  } catch (error) {
    codeOf(error)
    return undefined
  }
}

/** Writes a tree, now and then with more octets of length than needed. */
function writeTree(root: Element, random: () => number): Uint8Array {
  const pieces: Uint8Array[] = []
  // From the end, since a header must know the length of what follows it.
  const write = ({ tag, contents }: Element): number => {
    let length = 0
    if (Array.isArray(contents)) {
      for (const element of contents.toReversed()) length += write(element)
    } else {
      pieces.push(contents)
      length = contents.length
    }
    const header = random() < 0.1 ? longHeader(tag, length) : shortHeader(tag, length)
    pieces.push(header)
    return header.length + length
  }
  write(root)
  return Buffer.concat(pieces.toReversed())
}

function shortHeader(tag: number, length: number): Uint8Array {
  return length < 0x80 ? Uint8Array.of(tag, length) : longHeader(tag, length)
}

function longHeader(tag: number, length: number): Uint8Array {
  return Uint8Array.of(
    tag,
    0x84,
    length >>> 24,
    (length >>> 16) & 255,
    (length >>> 8) & 255,
    length & 255,
  )
}

function wrap(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = concat(...parts)
  return concat(shortHeader(tag, contents.length), contents)
}

function mutateText(original: string, random: () => number): string {
  let text = original
  for (let changes = 1 + below(random, 3); changes > 0; changes--) {
    const at = below(random, text.length + 1)
    const piece = pick(random, [
      '(',
      ')',
      '&',
      '|',
      '!',
      '=',
      '*',
      ':',
      ':dn',
      '\\',
      '\\2a',
      '>=',
      ' ',
      '\0',
      'é',
      '\ud800',
      ';x',
      '((((',
      '))))',
    ])
    const isPut = random() < 0.6
    text =
      text.slice(0, at) + (isPut ? piece : '') + text.slice(isPut ? at : at + 1 + below(random, 3))
  }
  return text
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}

function repeat(text: string, times: number): Uint8Array {
  return new Uint8Array(Buffer.alloc((text.length / 2) * times, text, 'hex'))
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}

function below(random: () => number, end: number): number {
  return Math.floor(random() * end)
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[below(random, from.length)]!
}

function randomBytes(random: () => number, most: number): Uint8Array {
  return Uint8Array.from({ length: below(random, most + 1) }, () => below(random, 256))
}

/** mulberry32: the same numbers for the same seed, on every machine. */
function randomNumbers(start: number): () => number {
  let state = start | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
