import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import {
  domainOfSid,
  formatSid,
  isDomainSid,
  isSid,
  parseSid,
  readSid,
  ridOfSid,
  sidSizeBytes,
  writeSid,
} from './sid.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/\s/g, ''))

/** Revision, count, authority, then sub-authorities. */
const domainAdmins = hex('01 05 000000000005 15000000 ed7bc168 f9b16944 b6d1bd39 00020000')

const anySid = fc
  .tuple(
    fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 15 }),
  )
  .map(([authority, parts]) => formatSid(authority, parts))

suite('binary SIDs', () => {
  test('Domain Admins of a real domain is read', () => {
    assert.equal(readSid(domainAdmins), 'S-1-5-21-1757510637-1147777529-968741302-512')
  })

  test('a SID is read at its offset, and octets after it do not matter', () => {
    const padded = Uint8Array.from([9, 9, ...hex('01 01 000000000005 0b000000'), 9, 9, 9])
    assert.equal(readSid(padded, 2), 'S-1-5-11')
    assert.equal(sidSizeBytes(padded, 2), 12)
  })

  test('the same SID read twice is the same, and neighbours are not mixed up', () => {
    for (let rid = 0; rid < 20_000; rid += 1) {
      const sid = `S-1-5-21-1-2-3-${rid}`
      assert.equal(readSid(writeSid(sid)), sid)
    }
    assert.equal(readSid(domainAdmins), 'S-1-5-21-1757510637-1147777529-968741302-512')
  })

  test('an authority of 2^32 or more is hexadecimal with twelve digits', () => {
    const bytes = hex('01 01 010000000000 05000000')
    assert.equal(readSid(bytes), 'S-1-0x010000000000-5')
    assert.deepEqual(writeSid('S-1-0x010000000000-5'), bytes)
  })

  test('an authority just below 2^32 is decimal', () => {
    assert.equal(readSid(hex('01 00 0000ffffffff')), 'S-1-4294967295')
  })

  test('the largest sub-authority is unsigned', () => {
    assert.equal(readSid(hex('01 01 000000000005 ffffffff')), 'S-1-5-4294967295')
  })

  for (const [name, bytes, code] of [
    ['nothing', '', 'truncated'],
    ['half a header', '01', 'truncated'],
    ['a header that promises more than is there', '01 05 000000000005 15000000', 'truncated'],
    ['another revision', '02 01 000000000005 0b000000', 'unsupported'],
    ['sixteen sub-authorities', `01 10 000000000005 ${'00000000'.repeat(16)}`, 'too-big'],
  ] as const) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => readSid(hex(bytes)), { name: 'DirectoryError', code })
    })
  }

  test('what is written is read again', () => {
    fc.assert(fc.property(anySid, (sid) => readSid(writeSid(sid)) === sid))
  })

  test('random octets are a SID or a DirectoryError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(90), (bytes, offset) => {
        try {
          return isSid(readSid(bytes, offset))
        } catch (error) {
          return error instanceof DirectoryError
        }
      }),
    )
  })
})

suite('SIDs as text', () => {
  for (const [given, normal] of [
    ['s-1-5-32-544', 'S-1-5-32-544'],
    [' S-1-5-11 ', 'S-1-5-11'],
    ['S-1-05-0032-00544', 'S-1-5-32-544'],
    ['S-1-0x5-18', 'S-1-5-18'],
    ['S-1-5-21-0x1-0x2-3-0x4B1', 'S-1-5-21-1-2-3-1201'],
    ['S-1-0X0000000000A-1', 'S-1-10-1'],
    ['S-1-1099511627776-5', 'S-1-0x010000000000-5'],
  ] as const) {
    test(`${JSON.stringify(given)} becomes ${normal}`, () => {
      assert.equal(parseSid(given), normal)
    })
  }

  for (const wrong of [
    '',
    'S-1',
    'S-2-5-11',
    'S-1-5-',
    'S-1-5--1',
    'S-1-5-4294967296',
    'S-1-0x1000000000000-1',
    'S-1-281474976710656',
    'S-1-5-0x100000000',
    'S-1-5-11 and more',
    `S-1-5${'-1'.repeat(16)}`,
    'Everyone',
  ]) {
    test(`${JSON.stringify(wrong)} is no SID`, () => {
      assert.throws(() => parseSid(wrong), { code: 'malformed' })
      assert.equal(isSid(wrong), false)
    })
  }

  test('a SID not in normal form is not one of ours', () => {
    assert.equal(isSid('s-1-5-11'), false)
    assert.equal(isSid('S-1-5-11'), true)
  })
})

suite('domain and relative identifier', () => {
  test('an account has both', () => {
    assert.equal(domainOfSid('S-1-5-21-1-2-3-512'), 'S-1-5-21-1-2-3')
    assert.equal(ridOfSid('S-1-5-21-1-2-3-512'), 512)
  })

  test('a domain whose SID ends in 512 is no Domain Admins', () => {
    assert.equal(ridOfSid('S-1-5-21-1-2-512'), undefined)
    assert.equal(domainOfSid('S-1-5-21-1-2-512'), undefined)
    assert.equal(isDomainSid('S-1-5-21-1-2-512'), true)
  })

  test('an alias of BUILTIN belongs to BUILTIN', () => {
    assert.equal(domainOfSid('S-1-5-32-544'), 'S-1-5-32')
    assert.equal(ridOfSid('S-1-5-32-544'), 544)
  })

  for (const sid of [
    'S-1-1-0',
    'S-1-5-11',
    'S-1-5-32',
    'S-1-5-21-1-2-3-4-5',
    'S-1-5-320-544',
    'S-1-5-21',
  ]) {
    test(`${sid} belongs to no domain`, () => {
      assert.equal(domainOfSid(sid), undefined)
      assert.equal(ridOfSid(sid), undefined)
      assert.equal(isDomainSid(sid), false)
    })
  }
})
