import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import { guid, isGuid, nullGuid, parseGuid, readGuid, writeGuid } from './guid.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/\s/g, ''))

const user = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const userOctets = hex('ba7a96bf e60d d011 a285 00aa003049e2')

suite('binary GUIDs', () => {
  test('the first three groups are little-endian, the rest is as it stands', () => {
    assert.equal(readGuid(userOctets), user)
    assert.deepEqual(writeGuid(user), userOctets)
  })

  test('a GUID is read at its offset', () => {
    assert.equal(readGuid(Uint8Array.from([0xff, ...userOctets, 0xff]), 1), user)
  })

  test('octets that end early are refused', () => {
    assert.throws(() => readGuid(userOctets.subarray(1)), { code: 'truncated' })
    assert.throws(() => readGuid(userOctets, 1), { code: 'truncated' })
    assert.throws(() => readGuid(new Uint8Array(), 100), { code: 'truncated' })
  })

  test('sixteen octets survive reading and writing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
        assert.deepEqual(writeGuid(readGuid(octets)), octets)
      }),
    )
  })
})

suite('GUIDs as text', () => {
  for (const given of [user, user.toUpperCase(), `{${user.toUpperCase()}}`, ` ${user} `]) {
    test(`${JSON.stringify(given)} is brought into normal form`, () => {
      assert.equal(parseGuid(given), user)
    })
  }

  for (const wrong of [
    '',
    user.slice(1),
    `{${user}`,
    `${user}}`,
    user.replaceAll('-', ''),
    `${user}0`,
    user.replace('b', 'g'),
  ]) {
    test(`${JSON.stringify(wrong)} is no GUID`, () => {
      assert.throws(() => parseGuid(wrong), DirectoryError)
      assert.equal(isGuid(wrong), false)
    })
  }

  test('only normal form counts as ours', () => {
    assert.equal(isGuid(user), true)
    assert.equal(isGuid(user.toUpperCase()), false)
  })
})

test('a mistyped constant stops the program', () => {
  assert.equal(guid(nullGuid), nullGuid)
  assert.throws(() => guid('f30e3bc1-9ff0-11d0-b603'), DirectoryError)
  assert.throws(() => guid(user.toUpperCase()), DirectoryError)
})
