import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { Column } from './column.ts'
import { DnIndex } from './dn-index.ts'
import { dnKey } from './dn.ts'

const octets = (text: string) => new TextEncoder().encode(text)

/** An index over these names, in their order; names of the same object are added once. */
function indexOf(names: readonly string[]): DnIndex {
  const column = new Column('distinguishedName', 'unique')
  const index = new DnIndex(column)
  let count = 0
  for (const name of names) {
    if (index.find(octets(name)) !== undefined) continue
    column.append(count, [octets(name)])
    index.add(count)
    count++
  }
  return index
}

suite('DnIndex', () => {
  const index = indexOf([
    'CN=Alice,CN=Users,DC=corp,DC=example',
    'CN=Müller\\, Jörg,DC=corp,DC=example',
    'CN=a+L=b,DC=x',
  ])

  test('finds a name in every spelling', () => {
    for (const spelling of [
      'CN=Alice,CN=Users,DC=corp,DC=example',
      'cn=ALICE,cn=users,dc=corp,dc=example',
      'CN = Alice , CN=Users,DC=corp, DC=example',
      '2.5.4.3=Alice,CN=Users,DC=corp,DC=example',
      'CN=\\41lice,CN=Users,DC=corp,DC=example',
    ]) {
      assert.equal(index.find(octets(spelling)), 0, spelling)
    }
    for (const spelling of [
      'CN=MULLER\\2C Jorg,DC=corp,DC=example',
      'cn="Müller, Jörg",dc=corp,dc=example',
    ]) {
      assert.equal(index.find(octets(spelling)), 1, spelling)
    }
  })

  test('does not find other names', () => {
    for (const name of [
      '',
      'CN=Alic,CN=Users,DC=corp,DC=example',
      'CN=Alice,CN=Users,DC=corp',
      'CN=Alice',
      'no name',
    ]) {
      assert.equal(index.find(octets(name)), undefined, name)
    }
  })

  test('agrees with the key of names, whatever the text', () => {
    const piece = fc.constantFrom(
      'CN=',
      'cn=',
      'OU=',
      'OID.2.5.4.3=',
      '2.5.4.3=',
      'a',
      'A',
      'ä',
      ' ',
      '  ',
      ',',
      ',DC=x',
      '+',
      '\\,',
      '\\2c',
      '"',
      '#',
      '=',
      ';',
      '<',
      '-',
      '1',
    )
    const name = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), name, (names, wanted) => {
        const expected = [...new Set(names.map((each) => dnKey(each)))].indexOf(dnKey(wanted))
        assert.equal(indexOf(names).find(octets(wanted)) ?? -1, expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('keeps all of many names', () => {
    const names = Array.from(
      { length: 20_000 },
      (_, number) => `CN=user ${number},OU=Staff,DC=corp,DC=example`,
    )
    const many = indexOf(names)
    assert.deepEqual(
      [0, 1, 9999, 19_999].map((number) => many.find(octets(names[number] ?? ''))),
      [0, 1, 9999, 19_999],
    )
  })
})
