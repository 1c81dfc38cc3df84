import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { escapeValue, type Filter, FilterSyntaxError, formatFilter, parseFilter } from './index.ts'
import { anyTextFilter, hex, octets } from './testing.ts'

function equal(attribute: string, value: Uint8Array): Filter {
  return { kind: 'equalityMatch', attribute, value }
}

/** Text of so many negations inside one another. */
function nest(depth: number): string {
  return `${'(!'.repeat(depth)}(a=b)${')'.repeat(depth)}`
}

suite('examples of RFC 4515 §4', () => {
  const examples: Readonly<Record<string, Filter>> = {
    '(cn=Babs Jensen)': equal('cn', octets('Babs Jensen')),
    '(!(cn=Tim Howes))': { kind: 'not', filter: equal('cn', octets('Tim Howes')) },
    '(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))': {
      kind: 'and',
      filters: [
        equal('objectClass', octets('Person')),
        {
          kind: 'or',
          filters: [
            equal('sn', octets('Jensen')),
            { kind: 'substrings', attribute: 'cn', initial: octets('Babs J'), any: [] },
          ],
        },
      ],
    },
    '(o=univ*of*mich*)': {
      kind: 'substrings',
      attribute: 'o',
      initial: octets('univ'),
      any: [octets('of'), octets('mich')],
    },
    '(seeAlso=)': equal('seeAlso', octets('')),
    '(cn:caseExactMatch:=Fred Flintstone)': {
      kind: 'extensibleMatch',
      matchingRule: 'caseExactMatch',
      attribute: 'cn',
      value: octets('Fred Flintstone'),
      dnAttributes: false,
    },
    '(cn:=Betty Rubble)': {
      kind: 'extensibleMatch',
      attribute: 'cn',
      value: octets('Betty Rubble'),
      dnAttributes: false,
    },
    '(sn:dn:2.4.6.8.10:=Barney Rubble)': {
      kind: 'extensibleMatch',
      matchingRule: '2.4.6.8.10',
      attribute: 'sn',
      value: octets('Barney Rubble'),
      dnAttributes: true,
    },
    '(o:dn:=Ace Industry)': {
      kind: 'extensibleMatch',
      attribute: 'o',
      value: octets('Ace Industry'),
      dnAttributes: true,
    },
    '(:1.2.3:=Wilma Flintstone)': {
      kind: 'extensibleMatch',
      matchingRule: '1.2.3',
      value: octets('Wilma Flintstone'),
      dnAttributes: false,
    },
    '(:dn:2.4.6.8.10:=Dino)': {
      kind: 'extensibleMatch',
      matchingRule: '2.4.6.8.10',
      value: octets('Dino'),
      dnAttributes: true,
    },
    '(o=Parens R Us \\28for all your parenthetical needs\\29)': equal(
      'o',
      octets('Parens R Us (for all your parenthetical needs)'),
    ),
    '(cn=*\\2a*)': { kind: 'substrings', attribute: 'cn', any: [octets('*')] },
    '(filename=C:\\5cMyFile)': equal('filename', octets('C:\\MyFile')),
    '(bin=\\00\\00\\00\\04)': equal('bin', hex`00 00 00 04`),
    '(sn=Lučić)': equal('sn', octets('Lučić')),
    '(1.3.6.1.4.1.1466.0=\\04\\02Hi)': equal('1.3.6.1.4.1.1466.0', hex`04 02 'Hi'`),
  }
  for (const [text, filter] of Object.entries(examples)) {
    test(`${text} is read and written`, () => {
      assert.deepEqual(parseFilter(text), filter)
      assert.equal(formatFilter(filter), text)
    })
  }

  test('hexadecimal of either case, for any octet, is read', () => {
    assert.deepEqual(parseFilter('(sn=Lu\\c4\\8di\\C4\\87)'), equal('sn', octets('Lučić')))
  })
})

suite('what else is read', () => {
  const same: Readonly<Record<string, string>> = {
    'cn=Ben': '(cn=Ben)',
    ' (cn=Ben) ': '(cn=Ben)',
    '( & (a=1) ( | (b=2) (c=3) ) )': '(&(a=1)(|(b=2)(c=3)))',
    '(&)': '(&)',
    '(|)': '(|)',
    '(cn=*)': '(cn=*)',
    '(cn=a**b)': '(cn=a**b)',
    '(cn=**)': '(cn=**)',
    '(cn= Ben )': '(cn= Ben )',
    '(a=b=c)': '(a=b=c)',
    '(a<=b>c)': '(a<=b>c)',
    '(a=~b:=c)': '(a=~b:=c)',
    '(ms_Thing;lang-de>=1)': '(ms_Thing;lang-de>=1)',
    '(OID.0001.2.840=x)': '(OID.0001.2.840=x)',
    '(:DN:1.2:=x)': '(:dn:1.2:=x)',
  }
  for (const [text, canonical] of Object.entries(same)) {
    test(`${text} means ${canonical}`, () => {
      assert.equal(formatFilter(parseFilter(text)), canonical)
    })
  }

  test('presence is not a substring match', () => {
    assert.deepEqual(parseFilter('(cn=*)'), { kind: 'present', attribute: 'cn' })
    assert.deepEqual(parseFilter('(cn=\\2a)'), {
      kind: 'equalityMatch',
      attribute: 'cn',
      value: octets('*'),
    })
  })
})

suite('errors say what and where', () => {
  const wrong: Readonly<Record<string, readonly [number, RegExp]>> = {
    '': [0, /expected the name/],
    '(': [1, /expected the name/],
    '()': [1, /expected the name/],
    '(cn)': [3, /expected one of/],
    '(cn=a': [5, /expected "\)"/],
    '(&(a=b)': [7, /expected "\("/],
    '(&a=b)': [2, /expected "\("/],
    '(!)': [0, /exactly one/],
    '(!(a=b)(c=d))': [0, /exactly one/],
    '(a=b)(c=d)': [5, /follows/],
    '(cn=a(b))': [5, /\\28/],
    '(cn=\\2)': [4, /two hexadecimal digits/],
    '(cn=ab\\zz)': [6, /two hexadecimal digits/],
    '(cn=a\0)': [5, /\\00/],
    '(cn>=*)': [5, /\\2a/],
    '(c n=x)': [1, /expected the name/],
    '(cn;=x)': [1, /expected the name/],
    '(é=x)': [1, /expected the name/],
    '(:=x)': [1, /neither/],
    '(:dn:=x)': [1, /neither/],
    '(a:b=x)': [4, /":="/],
    '(a:b:c:=x)': [4, /already/],
    '(a::=x)': [3, /matching rule/],
  }
  for (const [text, [position, reason]] of Object.entries(wrong)) {
    test(`${JSON.stringify(text)} is refused at ${position}`, () => {
      assert.throws(
        () => parseFilter(text),
        (error) => {
          assert(error instanceof FilterSyntaxError)
          assert.equal(error.position, position)
          assert.match(error.reason, reason)
          return true
        },
      )
    })
  }

  test('the message counts from one and quotes what is there', () => {
    assert.throws(() => parseFilter('(!(a=b)(c=d))'), {
      message: 'a "!" takes exactly one filter at character 1, near "(!(a=b)(c=d))"',
    })
  })

  test('nesting 500 deep is read, 501 and 100,000 deep refused', () => {
    assert.equal(formatFilter(parseFilter(nest(500))), nest(500))
    assert.throws(() => parseFilter(nest(501)), /nested deeper than 500/)
    assert.throws(() => parseFilter(nest(100_000)), /nested deeper than 500/)
    assert.throws(() => parseFilter('('.repeat(100_000)), FilterSyntaxError)
  })
})

suite('text for people', () => {
  test('octets that are not UTF-8 are escaped, one by one', () => {
    assert.equal(escapeValue(hex`'a' ff 'b' c3 a9`), 'a\\ffb\\c3\\a9')
    assert.equal(escapeValue(octets('é')), 'é')
  })

  test('what cannot be seen or turns text around is escaped', () => {
    assert.equal(escapeValue('a\n\u202eb\0'), 'a\\0a\\e2\\80\\aeb\\00')
    assert.equal(escapeValue('\ud800'), '\\ef\\bf\\bd')
  })

  test('an attribute that is none cannot forge another filter', () => {
    const forged: Filter = { kind: 'present', attribute: 'a=*)(b' }
    assert.equal(formatFilter(forged), '(a\\3d\\2a\\29\\28b=*)')
  })

  test('a rule of the name dn does not read as the flag', () => {
    const match: Filter = {
      kind: 'extensibleMatch',
      attribute: 'a',
      matchingRule: 'DN',
      value: octets('v'),
      dnAttributes: false,
    }
    assert.equal(formatFilter(match), '(a:\\44\\4e:=v)')
  })
})

test('any filter is the same after being written as text and read again', () => {
  fc.assert(
    fc.property(anyTextFilter, (filter) => {
      assert.deepEqual(parseFilter(formatFilter(filter)), filter)
    }),
    { numRuns: 500 },
  )
})

test('any text is a filter or an error with its place', () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    '&',
    '|',
    '!',
    '=',
    '*',
    ':',
    'dn',
    '\\',
    '2a',
    'cn',
    ' ',
    '>',
    '~',
    'é',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      try {
        const filter = parseFilter(text)
        assert.deepEqual(parseFilter(formatFilter(filter)), filter)
      } catch (error) {
        assert(error instanceof FilterSyntaxError)
        assert(error.position >= 0 && error.position <= text.length)
      }
    }),
    { numRuns: 3000 },
  )
})
