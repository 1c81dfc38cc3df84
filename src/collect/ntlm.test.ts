import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { avId, readChallenge, writeAnonymous, writeMadeUp, writeNegotiate } from './ntlm.ts'

const SIGN = 0x10
const SEAL = 0x20
const ALWAYS_SIGN = 0x8000

/** CHALLENGE_MESSAGE of MS-NLMP 4.2.4.3 (target Server, AV pairs Domain and Server). */
const challenge = Buffer.from(
  '4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000' +
    '06007017000000' +
    '0f530065007200760065007200' +
    '02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000',
  'hex',
)

function field(message: Buffer, at: number): Buffer {
  const offset = message.readUInt32LE(at + 4)
  return message.subarray(offset, offset + message.readUInt16LE(at))
}

test('the first message asks for NTLM, and for neither signing nor sealing', () => {
  const message = writeNegotiate()
  assert.equal(message.toString('latin1', 0, 8), 'NTLMSSP\0')
  assert.equal(message.readUInt32LE(8), 1)
  assert.equal(message.readUInt32LE(12) & (SIGN | SEAL | ALWAYS_SIGN), 0)
})

test('a challenge is read with its AV pairs', () => {
  const { flags, pairs } = readChallenge(challenge)!
  assert.equal(flags, 0xe28a8233)
  assert.deepEqual(
    pairs.map(({ id, value }) => [id, Buffer.from(value).toString('utf16le')]),
    [
      [avId.netbiosDomainName, 'Domain'],
      [1, 'Server'],
    ],
  )
})

test('what is no challenge is told, whatever it is', () => {
  assert.equal(readChallenge(writeNegotiate()), undefined)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (noise) => {
      readChallenge(Buffer.concat([challenge.subarray(0, 40), noise]))
      assert.equal(readChallenge(noise), undefined)
    }),
  )
})

test('nobody has no name and no answer', () => {
  const message = writeAnonymous()
  assert.equal(message.readUInt32LE(8), 3)
  assert.deepEqual(field(message, 12), Buffer.alloc(1))
  for (const at of [20, 28, 36, 44, 52]) assert.equal(field(message, at).length, 0)
  assert.equal(message.readUInt32LE(60) & (SIGN | SEAL | ALWAYS_SIGN), 0)
})

test('the made-up account answers with noise, with or without a channel binding', () => {
  const without = writeMadeUp('glacis-probe', readChallenge(challenge)!, undefined)
  assert.equal(field(without, 36).toString('utf16le'), 'glacis-probe')
  assert.equal(field(without, 28).toString('utf16le'), 'Domain')
  const again = writeMadeUp('glacis-probe', readChallenge(challenge)!, undefined)
  assert.notDeepEqual(field(without, 20).subarray(0, 16), field(again, 20).subarray(0, 16))

  const binding = Buffer.alloc(16, 7)
  const pair = Buffer.concat([Buffer.of(avId.channelBindings, 0, 16, 0), binding])
  assert.equal(field(without, 20).includes(pair), false)
  assert.equal(field(writeMadeUp('x', readChallenge(challenge)!, binding), 20).includes(pair), true)
})
