import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ForestBuilder } from './builder.ts'
import { DirectoryError } from './error.ts'
import { SnapshotLineReader, snapshotLines } from './snapshot-file.ts'
import { type RawAttribute, type Snapshot, SnapshotBuilder } from './snapshot.ts'

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function again(snapshot: Snapshot): Snapshot {
  const reader = new SnapshotLineReader()
  for (const line of snapshotLines(snapshot)) {
    assert.equal(line.includes(0x0a), false)
    reader.take(line)
  }
  return reader.build()
}

function textLines(snapshot: Snapshot): string[] {
  const lines: string[] = []
  for (const line of snapshotLines(snapshot)) lines.push(new TextDecoder().decode(line))
  return lines
}

/** Everything a snapshot holds, as plain values. */
function plain(snapshot: Snapshot): unknown {
  return {
    origin: snapshot.origin,
    coverage: snapshot.coverage,
    probes: snapshot.probes,
    asked: snapshot.asked,
    rootDse: snapshot.rootDse,
    names: snapshot.attributeNames.toSorted(),
    objects: Array.from({ length: snapshot.count }, (_, id) => [
      snapshot.dn(id),
      snapshot.attributeNames
        .toSorted()
        .map((name) => [name, snapshot.raw(id, name).map((value) => value.toHex())])
        .filter(([, values]) => values!.length > 0),
    ]),
  }
}

function snapshotOf(entries: readonly (readonly [string, readonly RawAttribute[]])[]): Snapshot {
  const builder = new SnapshotBuilder()
  for (const [dn, attributes] of entries) builder.add(dn, attributes)
  return builder.build({ origin: { source: 'test', takenAt: new Date('2026-01-15T12:00:00Z') } })
}

test('a whole forest with coverage and probes reads the same again, objects in the same order', () => {
  const forest = new ForestBuilder()
  forest.user('Zoë "quote" \\ back')
  const snapshot = forest.build()
  assert.deepEqual(plain(again(snapshot)), plain(snapshot))
})

test('each distinct descriptor is one line, and objects name it by number', () => {
  const [a, b] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]
  const snapshot = snapshotOf([
    ['CN=1', [['nTSecurityDescriptor', [a]]]],
    ['CN=2', [['nTSecurityDescriptor', [b]]]],
    ['CN=3', [['nTSecurityDescriptor', [a]]]],
    ['CN=4', []],
  ])
  assert.deepEqual(textLines(snapshot).slice(1), [
    '{"descriptor":0,"value":"AQID"}',
    '{"descriptor":1,"value":"BA=="}',
    '{"dn":"CN=1","nTSecurityDescriptor":0}',
    '{"dn":"CN=2","nTSecurityDescriptor":1}',
    '{"dn":"CN=3","nTSecurityDescriptor":0}',
    '{"dn":"CN=4"}',
  ])
  assert.deepEqual(plain(again(snapshot)), plain(snapshot))
})

test('text stands as text, one value by itself and several in a list; octets in base64 under name and two colons', () => {
  const snapshot = snapshotOf([
    [
      'CN=ä',
      [
        ['cn', [utf8('ä')]],
        ['objectClass', [utf8('top'), utf8('user')]],
        ['objectSid', [Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0)]],
        ['custom', [Uint8Array.of(0xff, 0xfe)]],
        ['control', [utf8('a\0b')]],
        ['mixed', [utf8('text'), Uint8Array.of(0x80)]],
        ['lines', [utf8('a\r\n\tb')]],
      ],
    ],
  ])
  assert.deepEqual(JSON.parse(textLines(snapshot)[1]!), {
    dn: 'CN=ä',
    cn: 'ä',
    objectClass: ['top', 'user'],
    'objectSid::': 'AQEAAAAAAAUgAAAA',
    'custom::': '//4=',
    'control::': 'YQBi',
    'mixed::': ['dGV4dA==', 'gA=='],
    lines: 'a\r\n\tb',
  })
  assert.deepEqual(plain(again(snapshot)), plain(snapshot))
})

test('of secrets only the presence goes into the lines', () => {
  const snapshot = snapshotOf([['CN=1', [['unicodePwd', [utf8('hunter2')]]]]])
  const lines = textLines(snapshot)
  assert.doesNotMatch(lines.join(), /hunter2|aHVudGVyMg/)
  assert.equal(again(snapshot).has(0, 'unicodePwd'), true)
})

test('any octets come back as they were', () => {
  const values = fc.array(
    fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }).map(utf8)),
    { minLength: 1, maxLength: 4 },
  )
  const names = fc.constantFrom(
    'cn',
    'member',
    'objectGUID',
    'custom',
    '__proto__',
    'constructor',
    'nTSecurityDescriptor',
  )
  const entries = fc.uniqueArray(
    fc.tuple(
      fc.stringMatching(/^[a-z]{1,6}$/),
      fc.uniqueArray(fc.tuple(names, values), { selector: ([name]) => name }),
    ),
    {
      selector: ([name]) => name,
      maxLength: 8,
    },
  )
  fc.assert(
    fc.property(entries, (list) => {
      const snapshot = snapshotOf(list.map(([name, attributes]) => [`CN=${name}`, attributes]))
      assert.deepEqual(plain(again(snapshot)), plain(snapshot))
    }),
    { numRuns: 200 },
  )
})

const manifest = textLines(snapshotOf([]))[0]!
for (const [what, lines, field] of [
  ['no JSON', ['{'], 'line'],
  ['no object', ['[]'], 'snapshot.line'],
  ['another version', [manifest.replace('snapshot/1', 'snapshot/2')], 'snapshot.format'],
  ['a broken date', [manifest.replace('2026-01-15', '2026-99-15')], 'snapshot.origin.takenAt'],
  [
    'a coverage of no source',
    [manifest.replace('"coverage":[]', '"coverage":[{"source":"x","state":"read"}]')],
    'snapshot.coverage',
  ],
  [
    'a gap that hides no kind',
    [
      manifest.replace(
        '"coverage":[]',
        '"coverage":[{"source":"rpc","state":"absent","gaps":[{"because":"x","hides":["y"]}]}]',
      ),
    ],
    'snapshot.coverage',
  ],
  ['an object before the manifest', ['{"dn":"CN=1"}'], 'snapshot.format'],
  [
    'a descriptor nobody gave',
    [manifest, '{"dn":"CN=1","nTSecurityDescriptor":0}'],
    'snapshot.nTSecurityDescriptor',
  ],
  ['a descriptor out of turn', [manifest, '{"descriptor":1,"value":""}'], 'snapshot.line'],
  ['a number where text belongs', [manifest, '{"dn":"CN=1","cn":7}'], 'snapshot.cn'],
  ['a list of numbers', [manifest, '{"dn":"CN=1","cn":[7]}'], 'snapshot.cn'],
  ['base64 that is none', [manifest, '{"dn":"CN=1","cn::":"!"}'], 'snapshot.cn'],
  ['an object twice', [manifest, '{"dn":"CN=1"}', '{"dn":"cn=1"}'], 'snapshot.dn'],
  ['a line that is neither', [manifest, '{}'], 'snapshot.line'],
] as const) {
  test(`${what} is refused with the field`, () => {
    const reader = new SnapshotLineReader()
    assert.throws(
      () => {
        for (const line of lines) reader.take(utf8(line))
      },
      (error) => error instanceof DirectoryError && error.field === field,
    )
  })
}

test('without a manifest there is no snapshot', () => {
  assert.throws(() => new SnapshotLineReader().build(), DirectoryError)
})
