import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type SecureVersion, createServer as createTlsServer } from 'node:tls'
import type { LdapProbe } from '#directory'
import { result } from '#ldap'
import { avId, readChallenge } from '../src/collect/ntlm.ts'
import { probeController } from '../src/collect/probe.ts'
import { offerVersion, tlsVersions } from '../src/collect/tls-versions.ts'
import { type Certificate, makeCertificates } from './certificates.ts'
import { type Handler, type TestServer, startServer } from './ldap-server.ts'
import { portOf } from './recording-proxy.ts'

let dir = ''
let certificate: Certificate
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glacis-test-'))
  const certificates = await makeCertificates(dir, ['DNS:dc1.corp.example'])
  certificate = await certificates.of('good')
})
after(() => rm(dir, { recursive: true }))

/** How a Windows controller is set up, as far as its answers to binds go. */
interface Setup {
  readonly signing: boolean
  readonly binding: 'never' | 'whenSupported' | 'always'
  readonly ntlm: boolean
}

const windows: Setup = { signing: false, binding: 'never', ntlm: true }
const challenge = Buffer.from(
  '4e544c4d5353500002000000000000003800000005028800012345678900000000000000000000001400140038000000' +
    '0a00614f0000000f' +
    '0200080043004f005200500007000000' +
    '00000000',
  'hex',
)

/** Answers binds as Windows does: NTLM in two steps, the channel binding before the account, signing after it. */
function controller(setup: Setup, isTls: boolean): Handler {
  const accept = (data: string) =>
    result('invalidCredentials', {
      diagnosticMessage: `${data.padStart(8, '0')}: LdapErr: DSID-0C0906AA, comment: AcceptSecurityContext error, data ${data}, v4563\0`,
    })
  const unsigned = result('strongerAuthRequired', {
    diagnosticMessage:
      '00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity checking',
  })
  return async (request, peer) => {
    const { id } = request
    if (request.op === 'searchRequest') {
      const text =
        '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed'
      await peer.send({
        id,
        op: 'searchResultDone',
        ...result('operationsError', { diagnosticMessage: text }),
      })
    }
    if (request.op !== 'bindRequest') return
    const { authentication } = request
    if (authentication.method === 'simple') {
      const isAnonymous = request.name === ''
      await peer.send({
        id,
        op: 'bindResponse',
        ...(isAnonymous ? result() : setup.signing && !isTls ? unsigned : accept('52e')),
      })
      return
    }
    const token =
      authentication.method === 'sasl'
        ? Buffer.from(authentication.credentials ?? [])
        : Buffer.alloc(0)
    if (!setup.ntlm) {
      const text =
        '80090302: LdapErr: DSID-0C090816, comment: AcceptSecurityContext error, data 1, v6673'
      await peer.send({
        id,
        op: 'bindResponse',
        ...result('invalidCredentials', { diagnosticMessage: text }),
      })
    } else if (token.readUInt32LE(8) === 1) {
      await peer.send({
        id,
        op: 'bindResponse',
        ...result('saslBindInProgress'),
        serverSaslCreds: challenge,
      })
    } else if (token.readUInt16LE(36) === 0) {
      await peer.send({
        id,
        op: 'bindResponse',
        ...(setup.signing && !isTls ? unsigned : result()),
      })
    } else {
      const hasBinding = token.includes(Buffer.of(avId.channelBindings, 0, 16, 0))
      const isBad = hasBinding ? setup.binding !== 'never' : setup.binding === 'always'
      await peer.send({ id, op: 'bindResponse', ...accept(isBad ? '80090346' : '52e') })
    }
  }
}

async function probe(setup: Partial<Setup>): Promise<LdapProbe> {
  const whole = { ...windows, ...setup }
  const servers: TestServer[] = [
    await startServer(controller(whole, false)),
    await startServer(controller(whole, true), certificate),
  ]
  try {
    return await probeController(
      {
        name: 'dc1.corp.example',
        host: '127.0.0.1',
        ldapPort: servers[0]!.port,
        ldapsPort: servers[1]!.port,
        namingContexts: ['DC=corp,DC=example'],
      },
      { timeoutMs: 2000 },
    )
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

suite('probes of a domain controller', () => {
  test('the challenge this test sends is one', () => {
    assert.deepEqual(
      readChallenge(challenge)?.pairs.map(({ id }) => id),
      [avId.netbiosDomainName, avId.timestamp],
    )
  })

  for (const [what, setup, expected] of [
    ['a controller with Windows’ old defaults', {}, [false, false, false]],
    ['one that demands signing', { signing: true }, [true, false, false]],
    [
      'one that checks channel bindings where it gets them',
      { binding: 'whenSupported' },
      [false, false, true],
    ],
    ['one that demands channel bindings', { binding: 'always' }, [false, true, true]],
    ['one that demands both', { signing: true, binding: 'always' }, [true, true, true]],
  ] as const) {
    test(what, async () => {
      const {
        signingRequired,
        channelBindingRequired,
        channelBindingChecked,
        gaps,
        anonymousRead,
      } = await probe(setup)
      assert.deepEqual([signingRequired, channelBindingRequired, channelBindingChecked], expected)
      assert.deepEqual(gaps, [])
      assert.equal(anonymousRead, false)
    })
  }

  test('where NTLM is turned off it is said that nothing can be told, not that all is well', async () => {
    const { signingRequired, channelBindingRequired, gaps } = await probe({ ntlm: false })
    assert.deepEqual([signingRequired, channelBindingRequired], [undefined, undefined])
    assert.deepEqual(
      gaps.map((gap) => gap.replace(/:.*/s, '')),
      ['signing', 'channel binding'],
    )
  })

  test('where NTLM is turned off and signing is demanded, a simple bind still tells', async () => {
    assert.equal((await probe({ ntlm: false, signing: true })).signingRequired, true)
  })

  test('what nobody listens on has no TLS; what does not answer is a gap', async () => {
    const silent = createServer(() => {})
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const closed = createServer()
    await once(closed.listen(0, '127.0.0.1'), 'listening')
    const closedPort = portOf(closed)
    await once(closed.close(), 'close')
    try {
      const target = {
        name: 'dc1.corp.example',
        host: '127.0.0.1',
        ldapPort: closedPort,
        ldapsPort: closedPort,
        namingContexts: [],
      }
      const none = await probeController(target, { timeoutMs: 300 })
      assert.deepEqual(none.tls, { versions: [] })
      assert.equal(none.signingRequired, undefined)
      assert.ok(none.gaps.some((gap) => gap.startsWith('signing: ')))
      const mute = await probeController(
        { ...target, ldapsPort: portOf(silent), ldapPort: portOf(silent) },
        { timeoutMs: 300 },
      )
      assert.equal(mute.tls, undefined)
      assert.match(mute.gaps.join('\n'), /TLSv1\.3: no answer within 300 ms/)
    } finally {
      silent.close()
    }
  })

  test('the certificate is described, whoever issued it', async () => {
    const { tls } = await probe({})
    const { sha256, ...shown } = tls!.certificate!
    assert.match(sha256, /^[0-9a-f]{64}$/)
    assert.deepEqual(
      { ...shown, notBefore: 0, notAfter: 0 },
      {
        subject: 'CN=dc1.corp.example',
        issuer: 'CN=Test-authority, O=Glacis',
        notBefore: 0,
        notAfter: 0,
        keyBits: 2048,
        signatureAlgorithm: 'sha256WithRSAEncryption',
        names: ['DNS:dc1.corp.example'],
      },
    )
  })
})

suite('offers of one protocol version', () => {
  for (const [minVersion, maxVersion, expected] of [
    ['TLSv1', 'TLSv1.3', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['TLSv1.2', 'TLSv1.2', ['TLSv1.2']],
    ['TLSv1.3', 'TLSv1.3', ['TLSv1.3']],
    ['TLSv1', 'TLSv1', ['TLSv1']],
  ] as const) {
    test(`a server of ${minVersion} to ${maxVersion} takes exactly those`, async () => {
      const versions: { minVersion: SecureVersion; maxVersion: SecureVersion } = {
        minVersion,
        maxVersion,
      }
      const server = createTlsServer({
        cert: certificate.cert,
        key: certificate.key,
        ...versions,
        ciphers: 'DEFAULT@SECLEVEL=0',
      })
      server.on('tlsClientError', () => {})
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const place = { host: '127.0.0.1', port: portOf(server), name: 'dc1.corp.example' }
      try {
        const taken = []
        for (const version of tlsVersions)
          if ((await offerVersion(version, place, { timeoutMs: 2000 })) === 'accepted')
            taken.push(version)
        assert.deepEqual(taken, expected)
      } finally {
        server.close()
      }
    })
  }

  for (const [version, answer] of [
    [
      'SSLv3',
      '160300004a0200004603000000000000000000000000000000000000000000000000000000000000000000000035',
    ],
    ['SSLv2', '801504000100020000000000000000000000000000000000'],
  ] as const) {
    test(`a server that answers in ${version} is seen, and its answer is taken for no other version`, async () => {
      const server = createServer((socket) =>
        socket.on('error', () => {}).write(Buffer.from(answer, 'hex')),
      )
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const place = { host: '127.0.0.1', port: portOf(server), name: '127.0.0.1' }
      try {
        for (const other of tlsVersions) {
          const offer = await offerVersion(other, place, { timeoutMs: 2000 })
          assert.equal(offer, other === version ? 'accepted' : 'refused', other)
        }
      } finally {
        server.close()
      }
    })
  }
})
