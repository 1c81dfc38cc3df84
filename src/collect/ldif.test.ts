import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CollectError } from './error.ts'
import { type LdifLimits, LdifReader } from './ldif.ts'

interface Read {
  readonly dn: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly cut: readonly string[]
}

/** Reads text, or octets, cut into pieces of `pieceBytes`. Values as Latin-1 text. */
function read(
  ldif: string | Uint8Array,
  pieceBytes = Infinity,
  limits: Partial<LdifLimits> = {},
): Read[] {
  const octets = typeof ldif === 'string' ? Buffer.from(ldif) : ldif
  const reader = new LdifReader(limits)
  const entries: Read[] = []
  const take = (found: ReturnType<LdifReader['push']>): void => {
    for (const { dn, attributes, cut } of found) {
      const values = attributes.map(
        ([name, list]) =>
          [name, list.map((value) => Buffer.from(value).toString('latin1'))] as const,
      )
      entries.push({ dn, attributes: Object.fromEntries(values), cut })
    }
  }
  for (let at = 0; at < octets.length; at += pieceBytes) {
    take(reader.push(octets.subarray(at, Math.min(octets.length, at + pieceBytes))))
  }
  take(reader.end())
  return entries
}

function failure(ldif: string | Uint8Array, limits: Partial<LdifLimits> = {}): CollectError {
  try {
    read(ldif, Infinity, limits)
  } catch (error) {
    if (error instanceof CollectError) return error
    throw error
  }
  throw new Error('nothing was wrong')
}

test('an entry is its dn and its values, those of one attribute together and in order', () => {
  assert.deepEqual(read('dn: CN=a,DC=x\ncn: a\nmember: CN=b\nsn: s\nmember: CN=c\n'), [
    { dn: 'CN=a,DC=x', attributes: { cn: ['a'], member: ['CN=b', 'CN=c'], sn: ['s'] }, cut: [] },
  ])
})

test('folded lines are joined with exactly one space taken off, in names, values, base64 and comments', () => {
  const ldif =
    'dn: CN=lo\n ng,DC=x\n# a comment\n  that goes on: here\ndescr\n iption: one\n  two\ndata:: YWJ\n j\n'
  assert.deepEqual(read(ldif), [
    { dn: 'CN=long,DC=x', attributes: { description: ['one two'], data: ['abc'] }, cut: [] },
  ])
})

test('base64 stands for octets, of a dn for UTF-8', () => {
  const [entry] = read('dn:: Q049w6QsREM9eA==\nobjectSid:: AQEAAAAAAAUgAAAA\nempty::\nblank:\n')
  assert.equal(entry?.dn, 'CN=ä,DC=x')
  assert.equal(entry.attributes['objectSid']?.[0], '\x01\x01\0\0\0\0\0\x05\x20\0\0\0')
  assert.deepEqual([entry.attributes['empty'], entry.attributes['blank']], [[''], ['']])
})

test('trailing and inner spaces of a value are kept, those before it are not', () => {
  assert.deepEqual(read('dn: x\na:   b  c \n')[0]?.attributes, { a: ['b  c '] })
})

test('Windows line ends, no line end at the end, and several empty lines between entries are fine', () => {
  const ldif = 'version: 1\r\n\r\ndn: a\r\ncn: 1\r\n\r\n\r\ndn: b\r\ndescription: x\r\n  y\r\ncn: 2'
  assert.deepEqual(
    read(ldif).map(({ dn, attributes }) => [dn, attributes]),
    [
      ['a', { cn: ['1'] }],
      ['b', { description: ['x y'], cn: ['2'] }],
    ],
  )
})

test('files may be joined: each may say its version, and must say version 1', () => {
  assert.equal(read('version: 1\ndn: a\ncn: 1\n\nversion: 1\n\ndn: b\ncn: 2\n').length, 2)
  assert.match(failure('version: 2\n').message, /another LDIF version/)
})

test('an entry with an empty dn is the rootDSE', () => {
  assert.equal(read('dn:\ncurrentTime: 20240105202439.0Z\n')[0]?.dn, '')
})

test('an empty value is empty, whatever an earlier line held', () => {
  for (const left of ['<', ':', ' ']) {
    assert.deepEqual(read(`#ab${left}${left}${left}\ndn:\nobjectClass: top\n`), [
      { dn: '', attributes: { objectClass: ['top'] }, cut: [] },
    ])
  }
})

test('names that differ in case are one attribute, options are taken off', () => {
  const ldif = 'dn: x\nMember: a\nmember: b\nuserCertificate;binary:: YQ==\n'
  assert.deepEqual(read(ldif)[0]?.attributes, { Member: ['a', 'b'], userCertificate: ['a'] })
})

test('ranges of values are joined, and it is told when the last one is missing', () => {
  const [whole, cut] = read(
    'dn: g\nmember;range=0-1: a\nmember;range=0-1: b\nmember;range=2-*: c\n\ndn: h\nmember;range=0-1: a\n',
  )
  assert.deepEqual([whole?.attributes['member'], whole?.cut], [['a', 'b', 'c'], []])
  assert.deepEqual([cut?.attributes['member'], cut?.cut], [['a'], ['member']])
})

for (const [what, ranges] of Object.entries({
  'the first': ['2-*'],
  'one between': ['0-1', '4-*'],
  'one, and another came twice': ['0-1', '0-1', '4-*'],
  'the order, which hides what is missing': ['2-*', '0-1'],
})) {
  test(`of ranges that lack ${what} it is told that values are missing`, () => {
    const ldif = `dn: g\n${ranges.map((range) => `member;range=${range}: a\n`).join('')}`
    assert.deepEqual(read(ldif)[0]?.cut, ['member'])
  })
}

test('what ldapsearch prints around entries is no entry; an early end and references are remembered', () => {
  const reader = new LdifReader()
  const ldif =
    '# extended LDIF\n#\n# LDAPv3\n\n# x\ndn: x\ncn: x\n\n# search reference\nref: ldap://a/DC=b\n\n# search result\nsearch: 2\n' +
    'result: 4 Size limit exceeded\ncontrol: 1.2.840.113556.1.4.319 false MAA=\npagedresults: cookie=\n\n# numResponses: 3\n'
  const entries = [...reader.push(Buffer.from(ldif)), ...reader.end()]
  assert.equal(entries.length, 1)
  assert.deepEqual(reader.result, { code: 4, text: 'Size limit exceeded' })
  assert.equal(reader.references, 1)
})

test('what ldbsearch prints is understood', () => {
  assert.equal(
    read(
      '# record 1\ndn: x\ncn: x\n\n# Referral\nref: ldap://a/b\n\n# returned 2 records\n# 1 entries\n# 1 referrals\n',
    ).length,
    1,
  )
})

test('records of ldifde, which call an entry an addition, are entries', () => {
  assert.deepEqual(read('dn: x\nchangetype: add\ncn: x\n')[0]?.attributes, { cn: ['x'] })
  const controlled = 'dn: x\ncontrol: 1.2.3 true\ncontrol: 1.2.4\nchangetype: add \ncn: x\n'
  assert.deepEqual(read(controlled)[0]?.attributes, { cn: ['x'] })
})

test('a control does not hide that a record is a change', () => {
  const error = failure('dn: x\ncontrol: 1.2.3 true\nchangetype: delete\n')
  assert.match(error.message, /^LDIF line 3: .*change record/)
})

for (const [what, ldif] of Object.entries({
  modification: 'dn: x\nchangetype: modify\nreplace: a\na: b\n-\n',
  deletion: 'dn: x\nchangetype: delete\n',
  renaming: 'dn: x\nchangetype: modrdn\nnewrdn: cn=y\n',
})) {
  test(`a ${what} is refused as a change record`, () => {
    const error = failure(ldif)
    assert.equal(error.code, 'file-syntax')
    assert.equal(error.what, 'LDIF line 2')
    assert.match(error.why, /change record/)
    assert.match(error.tryThis, /ldapsearch/)
  })
}

test('a value in another file is refused, and the file never opened', () => {
  const error = failure('dn: x\njpegPhoto:< file:///etc/passwd\n')
  assert.match(error.message, /^LDIF line 2: .*URL/)
})

for (const [what, ldif, line] of [
  ['a line without a colon', 'dn: x\ncn: a\nnonsense\n', 3],
  ['a line without a name', 'dn: x\n: a\n', 2],
  ['a name with spaces', 'dn: x\nmy name: a\n', 2],
  ['a folded line at the start', ' dn: x\n', 1],
  ['a folded line after an empty one', 'dn: x\ncn: a\n\n cn: b\n', 4],
  ['base64 that is none', 'dn: x\ncn: a\ndata:: !!!!\n', 3],
  ['base64 that was cut', 'dn: x\ndata:: YWJ\n jZ\n', 2],
  ['an entry that begins inside another', 'dn: x\ncn: a\ndn: y\n', 3],
  ['an attribute before any dn', '# c\n\ncn: a\n', 3],
] as const) {
  test(`${what} is one clear error that names line ${line} and what to try`, () => {
    const error = failure(ldif)
    assert.equal(error.code, 'file-syntax')
    assert.equal(error.family, 'use')
    assert.equal(error.what, `LDIF line ${line}`)
    assert.notEqual(error.tryThis, '')
  })
}

test('lines, entries and numbers of values over the limits are refused', () => {
  const long = `dn: x\ncn: ${'a'.repeat(2000)}\n`
  assert.equal(failure(long, { lineBytes: 1000 }).code, 'too-big')
  assert.equal(
    failure(`dn: x\n${'cn: aaaaaaaa\n'.repeat(100)}`, { entryBytes: 1000 }).code,
    'too-big',
  )
  assert.equal(failure(`dn: x\n${'cn: a\n'.repeat(100)}`, { entryValues: 99 }).code, 'too-big')
  assert.equal(read(`dn: x\n${'cn: a\n'.repeat(100)}`, 7, { entryValues: 100 }).length, 1)
})

test('a file that makes up attribute names without end is refused', () => {
  const names = Array.from({ length: 60_000 }, (_, index) => `a${index}: x\n`).join('')
  assert.equal(failure(`dn: x\n${names}`).code, 'too-big')
})

test('however the octets are cut into pieces, the entries are the same', () => {
  const ldif =
    'version: 1\r\n\r\ndn:: Q049w6QsREM9eA==\r\nobjectClass: top\r\nobjectClass: user\r\ndescription: a fold\r\n  ed line\r\n# note\r\n' +
    'objectSid:: AQEAAA\r\n AAAAUgAAAA\r\nmember;range=0-0: a\r\nmember;range=1-*: b\r\n\r\ndn: CN=b\r\ncn: b'
  const expected = read(ldif)
  for (let pieceBytes = 1; pieceBytes < 40; pieceBytes++)
    assert.deepEqual(read(ldif, pieceBytes), expected)
})

function isFree(name: string): boolean {
  return !['dn', 'changetype', 'control'].includes(name)
}

test('what is written as LDIF reads the same', () => {
  const value = fc.uint8Array({ maxLength: 80 })
  const entry = fc.record({
    dn: fc.string({ unit: 'grapheme', minLength: 1 }),
    attributes: fc.uniqueArray(
      fc.tuple(
        fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
        fc.array(value, { minLength: 1, maxLength: 4 }),
      ),
      {
        selector: ([name]) => name,
        maxLength: 6,
      },
    ),
  })
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 2, max: 76 }),
      (entries, piece, width) => {
        const fold = (line: string): string =>
          line.replaceAll(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n ')
        const lines = entries.flatMap(({ dn, attributes }) => [
          fold(`dn:: ${Buffer.from(dn).toString('base64')}`),
          ...attributes
            .filter(([name]) => isFree(name))
            .flatMap(([name, values]) =>
              values.map((octets) => fold(`${name}:: ${octets.toBase64()}`)),
            ),
          '',
        ])
        const expected = entries.map(({ dn, attributes }) => ({
          dn,
          attributes: Object.fromEntries(
            attributes
              .filter(([name]) => isFree(name))
              .map(([name, values]) => [
                name,
                values.map((octets) => Buffer.from(octets).toString('latin1')),
              ]),
          ),
          cut: [],
        }))
        assert.deepEqual(read(`${lines.join('\n')}\n`, piece), expected)
      },
    ),
    { numRuns: 300 },
  )
})

test('any octets end in entries or in one CollectError', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'dn: x',
      'cn: a',
      '',
      ' ',
      '#',
      'dn:: eA==',
      'version: 1',
      'changetype: add',
      'ref: x',
      'result: 0',
      'member;range=0-1: a',
      'x:< y',
      '::',
      ':',
    ),
    fc.string(),
  )
  const noise = fc.oneof(
    fc.array(line).map((lines) => Buffer.from(lines.join('\n'))),
    fc.uint8Array({ maxLength: 200 }),
  )
  fc.assert(
    fc.property(noise, fc.integer({ min: 1, max: 20 }), (octets, piece) => {
      try {
        read(octets, piece)
      } catch (error) {
        assert.ok(error instanceof CollectError, String(error))
      }
    }),
    { numRuns: 3000 },
  )
})
