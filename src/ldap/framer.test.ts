import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DecodeError } from '#ber'
import { Framer, pduSize } from './index.ts'
import { hex } from './testing.ts'

/** All whole PDUs there are, as hexadecimal. */
function drain(framer: Framer): string[] {
  const pdus: string[] = []
  for (let pdu = framer.next(); pdu; pdu = framer.next())
    pdus.push(Buffer.from(pdu).toString('hex'))
  return pdus
}

/** The code and offset of the error that work ends in. */
function refusal(work: () => unknown) {
  try {
    work()
  } catch (error) {
    assert(error instanceof DecodeError)
    return `${error.code} ${error.offset}`
  }
  return 'fine'
}

const pdu = hex`30 05 02 01 01 42 00`

suite('cutting a stream', () => {
  test('a whole PDU in one chunk is a view of it, not a copy', () => {
    const framer = new Framer()
    const chunk = hex`${pdu}${pdu}`
    framer.push(chunk)
    assert.equal(framer.next()!.buffer, chunk.buffer)
    const second = framer.next()!
    assert.equal(second.buffer, chunk.buffer)
    assert.equal(second.byteOffset - chunk.byteOffset, 7)
    assert.equal(framer.next(), undefined)
    assert.equal(framer.pending, 0)
  })

  test('however it is cut and in whatever order it is asked for, the same PDUs come out', () => {
    const stream = fc.array(fc.nat(400), { minLength: 1, maxLength: 8 })
    const cuts = fc.array(fc.tuple(fc.nat(200), fc.boolean()), { maxLength: 60 })
    fc.assert(
      fc.property(stream, cuts, (lengths, pieces) => {
        const pdus = lengths.map((length, i) =>
          length < 0x80
            ? hex`30 ${Uint8Array.of(length)} ${new Uint8Array(length).fill(i)}`
            : hex`30 82 ${Uint8Array.of(length >> 8, length & 0xff)} ${new Uint8Array(length).fill(i)}`,
        )
        const all = Buffer.concat(pdus)
        const framer = new Framer()
        const found: string[] = []
        let at = 0
        for (const [size, isDrained] of [...pieces, [all.length, true] as const]) {
          framer.push(all.subarray(at, at + size))
          at = Math.min(all.length, at + size)
          // Some callers push again before they have taken all.
          if (isDrained) found.push(...drain(framer))
          else {
            const one = framer.next()
            if (one) found.push(Buffer.from(one).toString('hex'))
          }
        }
        assert.deepEqual(
          found,
          pdus.map((one) => Buffer.from(one).toString('hex')),
        )
        assert.equal(framer.pending, 0)
      }),
    )
  })

  test('what is not handed out yet is counted and can be drained', () => {
    const framer = new Framer()
    framer.push(hex`${pdu} 30 05 02`)
    assert.equal(framer.pending, 10)
    framer.next()
    assert.equal(framer.next(), undefined)
    assert.equal(framer.pending, 3)
    framer.push(hex`01`)
    assert.equal(framer.pending, 4)
    assert.deepEqual(framer.drain(), hex`30 05 02 01`)
    assert.equal(framer.pending, 0)
    framer.push(pdu)
    assert.deepEqual(framer.next(), pdu)
  })
})

suite('what is not LDAP', () => {
  for (const [what, bytes] of Object.entries({
    'a TLS handshake': hex`16 03 01 02 00`,
    'an HTTP request': hex`'GET / HTTP/1.1'`,
    telnet: hex`ff fd 03`,
    'a sealed SASL buffer': hex`00 00 00 54 60`,
  })) {
    test(`${what} is refused at its first byte`, () => {
      const framer = new Framer()
      framer.push(bytes.subarray(0, 1))
      assert.equal(
        refusal(() => framer.next()),
        'tag 0',
      )
    })
  }

  test('the place of an error is counted from the start of the stream', () => {
    const framer = new Framer()
    framer.push(hex`${pdu}${pdu} 17`)
    framer.next()
    framer.next()
    assert.equal(
      refusal(() => framer.next()),
      'tag 14',
    )
  })

  test('indefinite lengths and lengths over four octets are refused', () => {
    for (const bytes of [hex`30 80`, hex`30 85 00 00 00 00 01`, hex`30 ff`]) {
      const framer = new Framer()
      framer.push(bytes)
      assert.equal(
        refusal(() => framer.next()),
        'length 0',
      )
    }
  })
})

suite('sizes', () => {
  test('a PDU of exactly the limit passes, one byte more is refused by its header alone', () => {
    const framer = new Framer(256_000)
    framer.push(hex`30 83 03 e7 fb`)
    assert.equal(framer.next(), undefined)
    framer.push(new Uint8Array(255_995))
    assert.equal(framer.next()!.length, 256_000)
    framer.push(hex`30 83 03 e7 fc`)
    assert.equal(
      refusal(() => framer.next()),
      'size 256000',
    )
  })

  test('a length with its highest bit set is large and not negative', () => {
    for (const header of [hex`30 84 80 00 00 00`, hex`30 84 ff ff ff ff`]) {
      const framer = new Framer(pduSize.afterBind)
      framer.push(header)
      assert.equal(
        refusal(() => framer.next()),
        'size 0',
      )
    }
  })

  test('the limit may be raised between messages', () => {
    const framer = new Framer(10)
    framer.push(hex`${pdu} 30 09 00`)
    framer.next()
    framer.maxSize = 11
    assert.equal(framer.next(), undefined)
    assert.equal(framer.pending, 3)
  })

  test('a large PDU in small pieces costs time and memory in proportion to what has come', () => {
    const framer = new Framer(pduSize.afterBind)
    const before = process.memoryUsage().arrayBuffers
    framer.push(hex`30 84 00 ff ff 00`)
    framer.next()
    const size = 0xffff00 + 6
    // Announced are 16 MiB, but nothing is taken for what has not come.
    assert(process.memoryUsage().arrayBuffers - before < 64 * 1024)
    let whole: Uint8Array | undefined
    for (let at = 6; at < size; at += 1000) {
      framer.push(new Uint8Array(Math.min(1000, size - at)))
      whole = framer.next()
    }
    assert.equal(whole!.length, size)
  })

  test('single octets are taken in linear time', () => {
    const framer = new Framer(pduSize.afterBind)
    framer.push(hex`30 83 04 00 00`)
    const octet = new Uint8Array(1)
    let whole: Uint8Array | undefined
    for (let i = 0; i < 0x4_0000; i++) {
      assert.equal(whole, undefined)
      framer.push(octet)
      whole = framer.next()
    }
    assert.equal(whole!.length, 0x4_0005)
  })
})
