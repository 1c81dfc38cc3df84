import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  canonicalName,
  dnKey,
  dnOfDnsName,
  dnsNameOfDn,
  escapeDnValue,
  foldName,
  formatDn,
  formatDnWithBinary,
  formatDnWithString,
  isBelow,
  nameOfDn,
  parentDn,
  parseDn,
  parseDnWithBinary,
  parseDnWithString,
  parseExtendedDn,
  parseMangledName,
  rdnOf,
} from './dn.ts'
import { DirectoryError } from './error.ts'
import { labEntries, needsLab } from './testing.ts'

const anyText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !text.includes('\0'))
const spiky = fc
  .array(
    fc.constantFrom(' ', ',', '+', '"', '\\', '<', '>', ';', '=', '#', '\n', 'a', 'ä', '/', '😀'),
    { minLength: 1, maxLength: 6 },
  )
  .map((characters) => characters.join(''))
const anyDn = fc.array(
  fc
    .tuple(fc.constantFrom('CN', 'OU', 'DC', '1.2.3'), fc.oneof(anyText, spiky))
    .map(([type, value]) => [{ type, value }]),
  { maxLength: 5 },
)

suite('reading a distinguished name', () => {
  for (const [text, expected] of [
    ['', []],
    ['DC=local', [['DC', 'local']]],
    [
      'CN=Jorah Mormont,CN=Users,DC=essos',
      [
        ['CN', 'Jorah Mormont'],
        ['CN', 'Users'],
        ['DC', 'essos'],
      ],
    ],
    [
      String.raw`CN=Last\, First,DC=x`,
      [
        ['CN', 'Last, First'],
        ['DC', 'x'],
      ],
    ],
    [
      String.raw`CN=a\2Cb\2c,DC=x`,
      [
        ['CN', 'a,b,'],
        ['DC', 'x'],
      ],
    ],
    [
      String.raw`CN=\C3\A4\41,DC=x`,
      [
        ['CN', 'äA'],
        ['DC', 'x'],
      ],
    ],
    [
      String.raw`CN=gone\0ADEL:0,DC=x`,
      [
        ['CN', 'gone\nDEL:0'],
        ['DC', 'x'],
      ],
    ],
    [
      String.raw`CN=\ a \ ,DC=x`,
      [
        ['CN', ' a  '],
        ['DC', 'x'],
      ],
    ],
    [String.raw`CN=\#1\=2\+3`, [['CN', '#1=2+3']]],
    ['CN=a=b', [['CN', 'a=b']]],
    ['CN=', [['CN', '']]],
    [
      'CN=,DC=x',
      [
        ['CN', ''],
        ['DC', 'x'],
      ],
    ],
    [
      '  CN  =  a b  ,  DC = x  ',
      [
        ['CN', 'a b'],
        ['DC', 'x'],
      ],
    ],
    [
      'CN="Last, First" ; DC=x',
      [
        ['CN', 'Last, First'],
        ['DC', 'x'],
      ],
    ],
    [
      String.raw`CN="say \"hi\" \\ + ",DC=x`,
      [
        ['CN', String.raw`say "hi" \ + `],
        ['DC', 'x'],
      ],
    ],
    [
      'CN="",DC=x',
      [
        ['CN', ''],
        ['DC', 'x'],
      ],
    ],
    [
      'OID.2.5.4.3=a,2.05.004.11=b',
      [
        ['2.5.4.3', 'a'],
        ['2.5.4.11', 'b'],
      ],
    ],
    [
      'CN=#0C0141,DC=x',
      [
        ['CN', 'A'],
        ['DC', 'x'],
      ],
    ],
    ['CN=#04024869', [['CN', 'Hi']]],
  ] as const) {
    test(JSON.stringify(text), () => {
      assert.deepEqual(
        parseDn(text)
          .map((rdn) => rdn.map(({ type, value }) => [type, value]))
          .flat(),
        expected,
      )
    })
  }

  test('a name may have several parts', () => {
    assert.deepEqual(parseDn('OU=Sales+CN=J. Smith,DC=x'), [
      [
        { type: 'OU', value: 'Sales' },
        { type: 'CN', value: 'J. Smith' },
      ],
      [{ type: 'DC', value: 'x' }],
    ])
  })

  test('hex that is no string stays octets', () => {
    assert.deepEqual(parseDn('1.3.6=#020105')[0]?.[0]?.value, Uint8Array.from([2, 1, 5]))
    assert.equal(formatDn(parseDn('1.3.6=#020105')), '1.3.6=#020105')
  })

  for (const [text, at] of [
    ['CN', 0],
    ['=a', 0],
    ['CN=a,', 5],
    [',CN=a', 0],
    ['CN=a,,DC=x', 5],
    ['CN=a+', 5],
    ['C N=a', 0],
    ['1=a', 0],
    [String.raw`CN=a\zz`, 4],
    ['CN=a\\', 4],
    ['CN="a', 3],
    ['CN="a"b', 6],
    ['CN=a"b', 4],
    ['CN=#0', 3],
    ['CN=#', 3],
    ['CN=#0c0141x', 3],
    [String.raw`CN=\ff`, 6],
    ['CN=a\0b', 4],
  ] as const) {
    test(`${JSON.stringify(text)} is refused at ${at}`, () => {
      assert.throws(() => parseDn(text), { code: 'malformed', at })
    })
  }

  test('what is written is read again', () => {
    fc.assert(
      fc.property(anyDn, (dn) => {
        assert.deepEqual(parseDn(formatDn(dn)), dn)
      }),
      { numRuns: 1000 },
    )
  })

  test('random text is a name or a DirectoryError', () => {
    const alphabet = fc.constantFrom(
      'CN',
      '=',
      ',',
      '+',
      ';',
      '"',
      '\\',
      '#',
      '41',
      ' ',
      'ä',
      '2.5',
      '<',
      'a',
    )
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 20 }), (parts) => {
        const text = parts.join('')
        dnKey(text)
        try {
          const dn = parseDn(text)
          assert.equal(dnKey(formatDn(dn)), dnKey(text))
          return true
        } catch (error) {
          return error instanceof DirectoryError
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('a hostile name of a million characters is answered at once', () => {
    for (const text of [
      'CN=a,'.repeat(200_000),
      `CN=${'\\,'.repeat(500_000)}`,
      `CN=#${'41'.repeat(500_000)}`,
      ','.repeat(1_000_000),
      `CN="${'a'.repeat(1_000_000)}`,
    ]) {
      const start = performance.now()
      dnKey(text)
      assert.ok(performance.now() - start < 5000)
    }
  })
})

suite('writing a distinguished name', () => {
  for (const [value, escaped] of [
    ['Last, First', String.raw`Last\, First`],
    [' #a ', String.raw`\ #a\ `],
    [' ', String.raw`\ `],
    ['  ', String.raw`\ \ `],
    ['#1', String.raw`\#1`],
    ['a#1', 'a#1'],
    ['a+b;c<d>e"f=g\\', String.raw`a\+b\;c\<d\>e\"f\=g\\`],
    ['a\nDEL:1', String.raw`a\0ADEL:1`],
    ['\u0085ä', '\u0085ä'],
    ['\\ ', String.raw`\\\ `],
  ] as const) {
    test(`${JSON.stringify(value)} becomes ${escaped}`, () => {
      assert.equal(escapeDnValue(value), escaped)
      assert.deepEqual(parseDn(`CN=${escaped}`), [[{ type: 'CN', value }]])
    })
  }

  test('every name of a Windows domain is written as it was read', needsLab, () => {
    for (const { dn } of labEntries()) assert.equal(formatDn(parseDn(dn)), dn)
  })
})

const same = (...names: string[]) => new Set(names.map(dnKey)).size === 1

suite('the key of a name', () => {
  test('is the lower-case name, nearly always', () => {
    assert.equal(
      dnKey('CN=Jorah Mormont,CN=Users,DC=Essos,DC=Local'),
      'cn=jorah mormont,cn=users,dc=essos,dc=local',
    )
  })

  for (const [what, names] of [
    ['case', ['CN=Admin,DC=x', 'cn=ADMIN,dc=X']],
    ['accents', ['CN=ádmin,DC=x', 'CN=admin,DC=x', 'CN=a\u0301dmin,DC=x']],
    ['width', ['CN=Ａｄｍｉｎ,DC=x', 'CN=admin,DC=x']],
    ['kind of kana', ['CN=カタ,DC=x', 'CN=かた,DC=x', 'CN=ｶﾀ,DC=x']],
    ['expansion', ['CN=Straße,DC=x', 'CN=STRASSE,DC=x']],
    ['end of a Greek word', ['CN=ΟΔΟΣ,DC=x', 'CN=οδος,DC=x']],
    ['spaces', ['CN = a b , DC=x', 'CN=a b,DC=x']],
    ['escapes', [String.raw`CN=a\2Cb,DC=x`, String.raw`CN=a\,b,DC=x`, 'CN="a,b",DC=x']],
    ['escapes of what needs none', [String.raw`CN=\61,DC=x`, 'CN=a,DC=x', 'CN=#0c0161,DC=x']],
    ['equals signs', [String.raw`CN=a\=b,DC=x`, 'CN=a=b,DC=x']],
    ['OIDs', ['2.5.4.3=a,0.9.2342.19200300.100.1.25=x', 'OID.2.5.4.3=a,DC=x', 'CN=a,DC=x']],
    ['separators', ['CN=a;DC=x', 'CN=a,DC=x']],
    ['order of parts', ['CN=a+OU=b,DC=x', 'OU=b+CN=a,DC=x']],
  ] as const) {
    test(`does not tell names apart by ${what}`, () => {
      assert.ok(same(...names), names.map(dnKey).join(' | '))
    })
  }

  for (const [what, a, b] of [
    ['an escaped comma', String.raw`CN=a\,DC=x`, 'CN=a,DC=x'],
    ['an escaped plus sign', String.raw`CN=a\+OU=b`, 'CN=a+OU=b'],
    ['a backslash', String.raw`CN=a\\2c`, String.raw`CN=a\,`],
    ['type', 'CN=a,DC=x', 'OU=a,DC=x'],
    ['inner spaces', 'CN=a  b', 'CN=a b'],
    ['escaped spaces at the end', String.raw`CN=a\ `, 'CN=a'],
    ['deletion', String.raw`CN=a\0ADEL:b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c,DC=x`, 'CN=a,DC=x'],
    ['hyphens', 'CN=co-op', 'CN=coop'],
  ] as const) {
    test(`tells names apart by ${what}`, () => {
      assert.notEqual(dnKey(a), dnKey(b))
    })
  }

  test('of text that is no name is the text in lower case', () => {
    assert.equal(dnKey('No Name'), 'no name')
    assert.equal(dnKey('CN=a,,'), 'cn=a,,')
    assert.equal(dnKey(''), '')
  })

  test('is the same by the short way and by the long one', () => {
    const plain = fc.array(
      fc.tuple(fc.constantFrom('CN', 'ou', 'Dc'), fc.string({ minLength: 1, maxLength: 8 })),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(plain, (parts) => {
        const dn = formatDn(
          parts.map(([type, value]) => [{ type, value: value.replaceAll('\0', '') }]),
        )
        // An OID makes it go the long way.
        assert.equal(dnKey(`CN=x,${dn}`), dnKey(`2.5.4.3=x,${dn}`))
      }),
    )
  })

  test('ends in the key of everything above, and of nothing else', () => {
    assert.equal(isBelow('CN=a,OU=b,DC=x', 'ou=B,dc=X'), true)
    assert.equal(isBelow('CN=a,OU=b,DC=x', 'DC=x'), true)
    assert.equal(isBelow('DC=x', 'DC=x'), false)
    assert.equal(isBelow('CN=a,DC=xx', 'DC=x'), false)
    assert.equal(isBelow('CN=a,DC=x', ''), true)
    assert.equal(isBelow('', ''), false)
    assert.equal(isBelow(String.raw`CN=evil\,DC=x`, 'DC=x'), false)
    assert.equal(isBelow(String.raw`CN=evil\2cDC=x`, 'DC=x'), false)
    assert.equal(isBelow('CN="evil,DC=x"', 'DC=x'), false)
    assert.equal(isBelow('CN=evil+DC=x', 'DC=x'), false)
  })
})

test('folding keeps what is no case, accent, width or kana', () => {
  assert.equal(foldName('Ünïcödé ＡＢＣ ヴァ'), 'unicode abc うあ'.replace('うあ', 'うぁ'))
  assert.equal(foldName('日本語'), '日本語')
  assert.equal(foldName('İstanbul'), 'istanbul')
})

suite('parts of a name', () => {
  for (const [dn, parent, rdn, name] of [
    ['CN=a,DC=x', 'DC=x', 'CN=a', 'a'],
    ['CN=a, DC=x', 'DC=x', 'CN=a', 'a'],
    ['DC=x', undefined, 'DC=x', 'x'],
    ['', undefined, '', ''],
    [String.raw`CN=a\,b,DC=x`, 'DC=x', String.raw`CN=a\,b`, 'a,b'],
    [String.raw`CN=a\\,DC=x`, 'DC=x', String.raw`CN=a\\`, '\\a'.split('').toReversed().join('')],
    ['CN="a,b",DC=x', 'DC=x', 'CN="a,b"', 'a,b'],
    ['CN=a;DC=x,DC=y', 'DC=x,DC=y', 'CN=a', 'a'],
    ['not a name', undefined, 'not a name', 'not a name'],
  ] as const) {
    test(`of ${JSON.stringify(dn)}`, () => {
      assert.equal(parentDn(dn), parent)
      assert.equal(rdnOf(dn), rdn)
      assert.equal(nameOfDn(dn), name)
    })
  }
})

suite('names of DNS and canonical names', () => {
  test('a domain has a DNS name, and the other way round', () => {
    assert.equal(dnsNameOfDn('CN=Users,DC=essos,DC=local'), 'essos.local')
    assert.equal(dnsNameOfDn('O=x'), '')
    assert.equal(dnsNameOfDn('no name,DC=x'), '')
    assert.equal(dnOfDnsName('essos.local.'), 'DC=essos,DC=local')
  })

  for (const [dn, canonical] of [
    ['DC=essos,DC=local', 'essos.local/'],
    ['CN=Jorah,CN=Users,DC=essos,DC=local', 'essos.local/Users/Jorah'],
    ['CN=a/b,OU=c\\\\d,DC=x', String.raw`x/c\\d/a\/b`],
    [
      'DC=record,DC=zone,CN=MicrosoftDNS,DC=DomainDnsZones,DC=x',
      'DomainDnsZones.x/MicrosoftDNS/zone/record',
    ],
  ] as const) {
    test(`${dn} is ${canonical}`, () => {
      assert.equal(canonicalName(dn), canonical)
    })
  }

  test('canonical names of a Windows domain follow its tree', needsLab, () => {
    for (const { dn } of labEntries()) {
      const parent = parentDn(dn)
      if (parent === undefined) continue
      const above = canonicalName(parent)
      if (/^DC=/i.test(dn) && above.endsWith('/')) continue
      assert.ok(canonicalName(dn).startsWith(above.endsWith('/') ? above : `${above}/`), dn)
    }
  })
})

suite('mangled names', () => {
  test('of deleted objects and of conflicts tell the old name and the GUID', () => {
    assert.deepEqual(
      parseMangledName(
        nameOfDn(String.raw`CN=Old Name\0ADEL:B29EF9AB-f33c-4f4f-97cb-b5c3c1d93b0c,DC=x`),
      ),
      {
        kind: 'deleted',
        name: 'Old Name',
        objectGuid: 'b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c',
      },
    )
    assert.equal(parseMangledName('a\nCNF:b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c')?.kind, 'conflict')
  })

  test('are no others', () => {
    assert.equal(parseMangledName('a DEL:b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c'), undefined)
    assert.equal(parseMangledName('a\nDEL:b29ef9ab'), undefined)
    assert.equal(parseMangledName('a\nDEL:------------------------------------'), undefined)
  })
})

suite('names with data', () => {
  const value = 'B:32:A9D1CA15768811D1ADED00C04FD8D5CD:CN=Users,DC=essos,DC=local'

  test('binary: of a well-known container', () => {
    const { binary, dn } = parseDnWithBinary(value)
    assert.equal(binary.toHex(), 'a9d1ca15768811d1aded00c04fd8d5cd')
    assert.equal(dn, 'CN=Users,DC=essos,DC=local')
    assert.equal(formatDnWithBinary({ binary, dn }), value)
  })

  test('string: which may hold colons', () => {
    assert.deepEqual(parseDnWithString('S:3:a:b:CN=c:d'), { string: 'a:b', dn: 'CN=c:d' })
    assert.equal(formatDnWithString({ string: 'a:b', dn: 'CN=c:d' }), 'S:3:a:b:CN=c:d')
  })

  for (const wrong of [
    '',
    'B:',
    'B:2:A:CN=x',
    'B:4:A9D1',
    'B:1:A:CN=x',
    'B:2:GG:CN=x',
    'S:2:AA:CN=x',
    'B:99999999999:A:x',
    'CN=x',
  ]) {
    test(`${JSON.stringify(wrong)} is refused`, () => {
      assert.throws(() => parseDnWithBinary(wrong), {
        code: 'malformed',
        field: 'Object(DN-Binary)',
      })
    })
  }

  test('what is written is read again', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (binary, dn) => {
        const read = parseDnWithBinary(formatDnWithBinary({ binary: Uint8Array.from(binary), dn }))
        assert.deepEqual([read.binary.toHex(), read.dn], [binary.toHex(), dn])
        assert.deepEqual(parseDnWithString(formatDnWithString({ string: dn, dn })), {
          string: dn,
          dn,
        })
      }),
    )
  })
})

suite('extended names', () => {
  const guid = 'b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c'
  for (const [text, expected] of [
    ['CN=a,DC=x', { dn: 'CN=a,DC=x' }],
    [
      `<GUID=${guid}>;<SID=S-1-5-21-1-2-3-4>;CN=a,DC=x`,
      { guid, sid: 'S-1-5-21-1-2-3-4', dn: 'CN=a,DC=x' },
    ],
    [
      '<GUID=abf99eb23cf34f4f97cbb5c3c1d93b0c>;<SID=010100000000000512000000>;CN=a',
      { guid, sid: 'S-1-5-18', dn: 'CN=a' },
    ],
    [`<guid=${guid.toUpperCase()}>`, { guid, dn: '' }],
    ['<SID=S-1-5-32-544>', { sid: 'S-1-5-32-544', dn: '' }],
    ['<TTL=86344>,CN=a,DC=x', { ttlSeconds: 86344, dn: 'CN=a,DC=x' }],
    ['<TTL=86344,CN=a,DC=x>', { ttlSeconds: 86344, dn: 'CN=a,DC=x' }],
    [
      '<WKGUID=a9d1ca15768811d1aded00c04fd8d5cd,DC=x>',
      { wellKnownGuid: 'A9D1CA15768811D1ADED00C04FD8D5CD', dn: 'DC=x' },
    ],
    [`<GUID=${guid}>;<RMD_FLAGS=0>;CN=a`, { guid, dn: 'CN=a' }],
  ] as const) {
    test(text, () => {
      assert.deepEqual(parseExtendedDn(text), expected)
    })
  }

  for (const wrong of [
    '<GUID=1>',
    '<GUID=zz>',
    '<SID=01>',
    '<SID=x>',
    '<TTL=x,CN=a>',
    '<WKGUID=1,DC=x>',
    '<GUID=',
    '<',
  ]) {
    test(`${wrong} is refused`, () => {
      assert.throws(() => parseExtendedDn(wrong), DirectoryError)
    })
  }
})

test('a name of plain letters has the key of the same name with its letters escaped', () => {
  const letter = fc.constantFrom(
    'a',
    'Z',
    'ä',
    'Ö',
    'é',
    'ß',
    'ς',
    'Σ',
    'ж',
    'ў',
    'Ĳ',
    'ſ',
    'ǅ',
    ' ',
    '.',
    '-',
    '\u0301',
  )
  fc.assert(
    fc.property(fc.array(letter, { minLength: 1, maxLength: 8 }), (letters) => {
      const value = letters.join('').trim()
      fc.pre(value !== '')
      const escaped = [...Buffer.from(value)]
        .map((octet) => `\\${octet.toString(16).padStart(2, '0')}`)
        .join('')
      assert.equal(dnKey(`CN=${value},DC=x`), dnKey(`cn=${escaped},dc=x`))
    }),
    { numRuns: 2000 },
  )
})
