/** Recorded LDAP sessions of ../shared/vectors/zeek-ldap go through framing and codec. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { suite, test } from 'node:test'
import { DecodeError } from '#ber'
import { decode, encode, EntryView, formatFilter, Framer, type Message, parseFilter } from '#ldap'
import { readCapture, type TcpStream } from './pcap.ts'

const folder = new URL('../../shared/vectors/zeek-ldap/', import.meta.url)
const skip = existsSync(folder) ? false : 'needs ../shared/vectors/zeek-ldap'

/** What is in each capture: per direction the operations, and where it stops being LDAP. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'aduser1-ntlm.pcap': [
    '2 bindRequest, 1 searchRequest',
    '2 bindResponse, 3 searchResultEntry, 3 searchResultReference, 1 searchResultDone',
  ],
  // Beside LDAP it holds SMB and Kerberos over TCP.
  'aduser1.pcap': [
    'tag at 0 of 594',
    'tag at 0 of 1052',
    '1 bindRequest, 1 searchRequest',
    '1 bindResponse, 3 searchResultEntry, 3 searchResultReference, 1 searchResultDone',
    'tag at 0 of 188',
    'tag at 0 of 1626',
    'tag at 0 of 1513',
    'tag at 0 of 1530',
  ],
  // Sequences inside one another where the filter belongs: not one step is taken into them.
  'asn1-max-recursion.pcap': ['choice in Filter at 28'],
  'ctu-60387-63723-ldap.pcap': [
    '1 bindRequest, 1 unbindRequest',
    '1 bindResponse',
    '1 bindRequest, 1 unbindRequest',
    '1 bindResponse',
  ],
  'ctu-sme-11-win7ad-1-ldap-tcp-50041.pcap': [
    '1 bindRequest, 1 unbindRequest',
    '1 bindResponse',
    '1 bindRequest, 1 unbindRequest',
    '1 bindResponse',
  ],
  // What follows a SASL bind is sealed, and no longer LDAP for anybody on the way.
  'gap-data-missing.pcapng': ['1 bindRequest, tag at 1973 of 2672', '1 bindResponse, gap at 210'],
  'issue-32.pcapng': ['1 searchRequest', '3 searchResultReference, 1 searchResultDone'],
  'krb5-sign-seal-01.pcap': [
    '1 searchRequest, 1 bindRequest, tag at 1712 of 1814',
    '1 searchResultEntry, 1 searchResultDone, 1 bindResponse',
  ],
  'ldap-add.pcap': [
    '1 bindRequest, 2 addRequest, 1 unbindRequest',
    '1 bindResponse, 2 addResponse',
  ],
  // Nested deeply, but not deeper than directories follow.
  'ldap-max-recursion.pcap': Array.from({ length: 100 }, () => '1 searchRequest'),
  'ldap-starttls.pcap': [
    '1 extendedRequest, tag at 31 of 683',
    '1 extendedResponse, tag at 14 of 3002',
  ],
  'ldap-who-am-i.pcap': [
    '1 bindRequest, 1 extendedRequest, 1 unbindRequest',
    '1 bindResponse, 1 extendedResponse',
  ],
  'ldap_escaping_test.pcapng': Array.from({ length: 11 }, () => [
    '1 bindRequest, 1 searchRequest, 1 unbindRequest',
    '1 bindResponse, 1 searchResultDone',
  ]).flat(),
  'ldap_invalid_credentials.pcap': ['24 bindRequest, 1 unbindRequest', '24 bindResponse'],
  'ldap_search_umlaut.pcap': ['1 searchRequest'],
  'ldap_star_single.pcapng': ['1 searchRequest'],
  'missing_krbtgt_ldap_request.pcapng': [
    '1 searchRequest, 1 bindRequest, tag at 2195 of 3046',
    '1 searchResultEntry, 1 searchResultDone, 1 bindResponse, tag at 2938 of 90400',
  ],
  'missing_ldap_logs.pcapng': [
    '1 searchRequest, 1 bindRequest, tag at 2158 of 3963',
    '1 searchResultEntry, 1 searchResultDone, 1 bindResponse, tag at 2892 of 400107',
    '1 searchRequest, 1 bindRequest, tag at 2190 of 2630',
    '1 searchResultEntry, 1 searchResultDone, 1 bindResponse, tag at 2893 of 3327',
    '1 bindRequest, tag at 1840 of 2183',
    '1 bindResponse, tag at 211 of 3436',
  ],
  'modify-request.pcapng': [
    '1 searchRequest, 1 bindRequest, tag at 2402 of 2654',
    '1 searchResultEntry, 1 searchResultDone, 1 bindResponse, tag at 3071 of 3125',
  ],
  'pending-adds-10.pcap': ['10 addRequest'],
  'pending-searches-10.pcap': ['10 searchRequest'],
  'sasl-ntlm.pcap': [
    '2 bindRequest, 1 searchRequest, 1 unbindRequest',
    '2 bindResponse, 9 searchResultEntry, 1 searchResultDone',
  ],
  'sasl-scram-sha-512.pcap': [
    '2 bindRequest, 1 searchRequest, 1 unbindRequest',
    '2 bindResponse, 9 searchResultEntry, 1 searchResultDone',
  ],
  'sasl-srp-who-am-i.pcap': [
    '2 bindRequest, tag at 461 of 548',
    '2 bindResponse, tag at 954 of 1020',
  ],
  'simpleauth-diff-port.pcap': [
    '2 bindRequest, 1 searchRequest',
    '2 bindResponse, 1 searchResultEntry, 1 searchResultDone',
  ],
  'simpleauth.pcap': [
    '2 bindRequest, 1 searchRequest',
    '2 bindResponse, 1 searchResultEntry, 1 searchResultDone',
  ],
}

suite('recorded sessions', { skip }, () => {
  test('every capture is among those expected', () => {
    assert.deepEqual(readdirSync(folder).toSorted(), Object.keys(expected).toSorted())
  })

  for (const [file, outcome] of Object.entries(expected)) {
    test(`${file} holds what it should`, () => {
      const { streams } = readCapture(new URL(file, folder))
      assert.deepEqual(streams.map(summarise), outcome)
    })
  }

  test('every message is the same after being written and read again, and written once and for all', () => {
    let count = 0
    for (const file of Object.keys(expected)) {
      for (const stream of readCapture(new URL(file, folder)).streams) {
        for (const { message } of readStream(stream).read) {
          const written = encode(message)
          const again = decode(written)
          assert.deepEqual(again, message, file)
          assert.deepEqual(encode(again), written, file)
          count++
        }
      }
    }
    assert.equal(count, expectedCount(/(\d+) (?!of)[a-z]/g))
  })

  test('a view of an entry shows what reading it shows', () => {
    let count = 0
    for (const file of Object.keys(expected)) {
      for (const stream of readCapture(new URL(file, folder)).streams) {
        for (const { message, pdu } of readStream(stream).read) {
          const view = EntryView.over(pdu)
          if (view === undefined) {
            assert.notEqual(message.op, 'searchResultEntry')
            continue
          }
          assert(message.op === 'searchResultEntry')
          assert.equal(view.id, message.id)
          assert.equal(view.objectName, message.objectName)
          assert.deepEqual(
            view.attributes.map(({ type, values }) => ({ type, values })),
            message.attributes,
          )
          assert.deepEqual(encode(view), encode(message))
          count++
        }
      }
    }
    assert.equal(count, expectedCount(/(\d+) searchResultEntry/g))
  })

  test('cut anywhere, a stream gives the same messages', () => {
    const [, stream] = readCapture(new URL('aduser1-ntlm.pcap', folder)).streams
    const whole = readStream(stream!).read.map(({ pdu }) => Buffer.from(pdu).toString('hex'))
    for (const size of [1, 2, 3, 7, 100, 1000]) {
      const framer = new Framer()
      const found: string[] = []
      for (let at = 0; at < stream!.runs[0]!.length; at += size) {
        framer.push(stream!.runs[0]!.subarray(at, at + size))
        for (let pdu = framer.next(); pdu; pdu = framer.next())
          found.push(Buffer.from(pdu).toString('hex'))
      }
      assert.deepEqual(found, whole, `chunks of ${size}`)
    }
  })
})

suite('recorded details', { skip }, () => {
  test('NTLM in the manner of Sicily keeps its octets in requests and answers', () => {
    const [asked, answered] = messagesOf('aduser1-ntlm.pcap')
    const signature = Buffer.from('NTLMSSP\0')
    const methods = asked!.flatMap((message) => {
      if (message.op !== 'bindRequest') return []
      const { authentication } = message
      assert(authentication.method !== 'simple' && authentication.credentials)
      assert.deepEqual(Buffer.from(authentication.credentials.subarray(0, 8)), signature)
      return [authentication.method]
    })
    assert.deepEqual(methods, ['sicilyNegotiate', 'sicilyResponse'])
    const [challenge] = answered!
    assert(challenge?.op === 'bindResponse' && challenge.sicilyServerCreds)
    assert.deepEqual(Buffer.from(challenge.sicilyServerCreds.subarray(0, 8)), signature)
    assert.equal(challenge.matchedDN, '')
  })

  test('filters are shown in text that says the same', () => {
    const texts = Object.keys(expected)
      .flatMap((file) => messagesOf(file))
      .flat()
      .flatMap((message) => (message.op === 'searchRequest' ? [message.filter] : []))
      .map((filter) => {
        const text = formatFilter(filter)
        if (text !== '(=*)') assert.deepEqual(parseFilter(text), filter)
        return text
      })
    assert(texts.includes('(name=Üü)'))
    assert(texts.includes('(gPCUserExtensionNames=[*])'))
    assert(
      texts.includes(
        '(&(sAMAccountName=*)(mail=*)(!(UserAccountControl:1.2.840.113556.1.4.803:=2)))',
      ),
    )
  })

  test('an identity asked for comes back', () => {
    const [, answered] = messagesOf('ldap-who-am-i.pcap')
    const answer = answered!.find(({ op }) => op === 'extendedResponse')
    assert(answer?.op === 'extendedResponse')
    assert.equal(Buffer.from(answer.responseValue!).toString(), 'dn:cn=admin,dc=example,dc=com')
  })

  test('wrong passwords are answered with what Active Directory says about them', () => {
    const [, answered] = messagesOf('ldap_invalid_credentials.pcap')
    const said = answered!.flatMap((message) => {
      assert(message.op === 'bindResponse')
      return message.resultCode === 'saslBindInProgress' ? [] : [message]
    })
    assert.equal(said.length, 12)
    for (const { resultCode, diagnosticMessage } of said) {
      assert.equal(resultCode, 'invalidCredentials')
      assert.match(diagnosticMessage, /^8009030C: LdapErr: .*, data 52e, v4563\0$/)
    }
  })
})

function summarise(stream: TcpStream): string {
  const { read, stop } = readStream(stream)
  const counts = new Map<string, number>()
  for (const { message } of read) counts.set(message.op, (counts.get(message.op) ?? 0) + 1)
  const parts = Array.from(counts, ([op, count]) => `${count} ${op}`)
  const [first, ...later] = stream.runs
  if (stop?.field === 'LDAPMessage')
    parts.push(`${stop.code} at ${stop.offset} of ${first!.length}`)
  else if (stop) parts.push(`${stop.code} in ${stop.field} at ${stop.offset}`)
  if (later.length > 0) parts.push(`gap at ${first!.length}`)
  return parts.join(', ')
}

/** The sum of what the expectations say. */
function expectedCount(pattern: RegExp): number {
  const text = Object.values(expected).flat().join('; ')
  return Array.from(text.matchAll(pattern), ([, count]) => Number(count)).reduce((a, b) => a + b)
}

function messagesOf(file: string): Message[][] {
  const { streams } = readCapture(new URL(file, folder))
  return streams.map((stream) => readStream(stream).read.map(({ message }) => message))
}

/** Messages up to the first gap or fault. */
function readStream({ runs: [run] }: TcpStream) {
  const read: { message: Message; pdu: Uint8Array }[] = []
  const framer = new Framer()
  let stop: DecodeError | undefined
  try {
    framer.push(run!)
    for (let pdu = framer.next(); pdu; pdu = framer.next()) {
      read.push({ message: decode(pdu), pdu })
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    stop = error
  }
  return { read, stop }
}
