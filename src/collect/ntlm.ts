import { randomBytes } from 'node:crypto'

/**
 * NTLM messages (MS-NLMP 2.2.1) for questions to a server, not for signing in: the ones written here are of nobody, or of an
 * account that does not exist with a proof that is noise. No password goes into them.
 */

/** What a server's CHALLENGE_MESSAGE says that an answer must repeat. */
export interface NtlmChallenge {
  readonly flags: number
  /** AV pairs, without the end marker. */
  readonly pairs: readonly AvPair[]
}

/** One AV_PAIR (MS-NLMP 2.2.2.1). */
export interface AvPair {
  readonly id: number
  readonly value: Uint8Array
}

/** MsvAv… ids of AV pairs. */
export const avId = { end: 0, netbiosDomainName: 2, timestamp: 7, channelBindings: 10 } as const

/** Bits of NegotiateFlags (MS-NLMP 2.2.2.5). SIGN, SEAL and ALWAYS_SIGN are left out on purpose. */
const flag = {
  unicode: 0x1,
  requestTarget: 0x4,
  ntlm: 0x200,
  anonymous: 0x800,
  extendedSessionSecurity: 0x8_0000,
  targetInfo: 0x80_0000,
  key128: 0x2000_0000,
} as const

const asked =
  flag.unicode | flag.requestTarget | flag.ntlm | flag.extendedSessionSecurity | flag.key128
const signature = Buffer.from('NTLMSSP\0', 'latin1')

/** NEGOTIATE_MESSAGE that asks for neither signing nor sealing. */
export function writeNegotiate(): Buffer {
  const message = Buffer.alloc(32)
  signature.copy(message)
  message.writeUInt32LE(1, 8)
  message.writeUInt32LE(asked, 12)
  return message
}

/** Reads a CHALLENGE_MESSAGE; nothing when the octets are none. */
export function readChallenge(octets: Uint8Array): NtlmChallenge | undefined {
  const message = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  if (
    message.length < 48 ||
    !message.subarray(0, 8).equals(signature) ||
    message.readUInt32LE(8) !== 2
  )
    return undefined
  const length = message.readUInt16LE(40)
  const offset = message.readUInt32LE(44)
  const info = message.subarray(offset, offset + length)
  const pairs: AvPair[] = []
  for (let at = 0; at + 4 <= info.length;) {
    const id = info.readUInt16LE(at)
    const size = info.readUInt16LE(at + 2)
    if (id === avId.end || at + 4 + size > info.length) break
    pairs.push({ id, value: info.subarray(at + 4, at + 4 + size) })
    at += 4 + size
  }
  return { flags: message.readUInt32LE(20), pairs }
}

/** AUTHENTICATE_MESSAGE of the anonymous user (MS-NLMP 3.2.5.1.2). */
export function writeAnonymous(): Buffer {
  return writeAuthenticate({ flags: asked | flag.anonymous, lm: Buffer.alloc(1) })
}

/**
 * AUTHENTICATE_MESSAGE of an account that does not exist, its NTLMv2 proof being noise (MS-NLMP 2.2.2.8). `channelBinding`:
 * 16 octets for MsvAvChannelBindings, or nothing to leave it out.
 */
export function writeMadeUp(
  user: string,
  challenge: NtlmChallenge,
  channelBinding: Uint8Array | undefined,
): Buffer {
  const own = challenge.pairs.filter(({ id }) => id !== avId.channelBindings)
  const pairs =
    channelBinding === undefined
      ? own
      : [...own, { id: avId.channelBindings, value: channelBinding }]
  const timestamp =
    own.find(({ id, value }) => id === avId.timestamp && value.length === 8)?.value ??
    randomBytes(8)
  const proof = randomBytes(16)
  const blob = Buffer.concat([
    Buffer.of(1, 1, 0, 0, 0, 0, 0, 0),
    timestamp,
    randomBytes(8),
    Buffer.alloc(4),
    ...[...pairs, { id: avId.end, value: new Uint8Array() }].map(writePair),
    Buffer.alloc(4),
  ])
  const domain = own.find(({ id }) => id === avId.netbiosDomainName)?.value ?? new Uint8Array()
  return writeAuthenticate({
    flags: asked | flag.targetInfo,
    lm: Buffer.alloc(24),
    nt: Buffer.concat([proof, blob]),
    domain,
    user: Buffer.from(user, 'utf16le'),
  })
}

function writePair({ id, value }: AvPair): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(id, 0)
  head.writeUInt16LE(value.length, 2)
  return Buffer.concat([head, value])
}

/** Layout: signature, type, six length-length-offset fields, flags; then their contents (MS-NLMP 2.2.1.3). */
function writeAuthenticate(parts: {
  readonly flags: number
  readonly lm: Uint8Array
  readonly nt?: Uint8Array
  readonly domain?: Uint8Array
  readonly user?: Uint8Array
}): Buffer {
  const none = new Uint8Array()
  const { flags, lm, nt = none, domain = none, user = none } = parts
  const head = Buffer.alloc(64)
  signature.copy(head)
  head.writeUInt32LE(3, 8)
  let offset = head.length
  // LmChallengeResponse, NtChallengeResponse, DomainName, UserName, Workstation, EncryptedRandomSessionKey.
  const fields = [lm, nt, domain, user, none, none]
  fields.forEach((field, index) => {
    const at = 12 + index * 8
    head.writeUInt16LE(field.length, at)
    head.writeUInt16LE(field.length, at + 2)
    head.writeUInt32LE(offset, at + 4)
    offset += field.length
  })
  head.writeUInt32LE(flags, 60)
  return Buffer.concat([head, ...fields])
}
