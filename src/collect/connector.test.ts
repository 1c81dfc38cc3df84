import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connector, parseLdapUrl } from './connector.ts'
import { CollectError } from './error.ts'
import { failure, withFile } from './testing.ts'

for (const [source, expected] of [
  ['ldaps://dc1.corp.example', { scheme: 'ldaps', server: { host: 'dc1.corp.example' } }],
  [
    'LDAP://dc1.corp.example:1389/',
    { scheme: 'ldap', server: { host: 'dc1.corp.example', port: 1389 } },
  ],
  ['ldaps://corp.example.', { scheme: 'ldaps', server: { host: 'corp.example' } }],
  ['ldaps://192.0.2.1', { scheme: 'ldaps', server: { host: '192.0.2.1' } }],
  ['ldaps://[2001:db8::1]:636', { scheme: 'ldaps', server: { host: '2001:db8::1', port: 636 } }],
] as const) {
  test(`${source} names a server`, () => assert.deepEqual(parseLdapUrl(source), expected))
}

for (const source of [
  'ldaps://',
  'ldaps://ann:secret@dc1.corp.example',
  'ldaps://dc1.corp.example/DC=corp,DC=example',
  'ldaps://dc1.corp.example?x',
  'ldaps://dc1.corp.example:99999',
  'ldaps://dc1 corp',
  'ldaps://-x',
  'ldaps://dc1..corp',
]) {
  test(`${source} is refused, and what it holds is not repeated`, () => {
    assert.throws(
      () => parseLdapUrl(source),
      (error) =>
        error instanceof CollectError &&
        error.code === 'source' &&
        !error.message.includes('secret'),
    )
  })
}

const server = { host: 'dc1.corp.example' }

test('without an account, with an empty password, or with a wrong CA file nothing is sent anywhere', async () => {
  const account = { name: 'ann@corp.example', password: () => Buffer.from('x') }
  assert.equal((await failure(Connector.open('ldaps', server, {}))).code, 'option')
  const empty = { ...account, password: () => Buffer.alloc(0) }
  assert.equal((await failure(Connector.open('ldaps', server, { account: empty }))).code, 'login')
  assert.match(
    (await failure(Connector.open('ldaps', server, { account, caFile: '/none' }))).why,
    /no such file/,
  )
  await withFile('not PEM', async (caFile) => {
    assert.equal(
      (await failure(Connector.open('ldaps', server, { account, caFile }))).code,
      'file-format',
    )
  })
})

test('the password is overwritten when the connector is closed', async () => {
  const password = Buffer.from('hunter2')
  const connector = await Connector.open('ldaps', server, {
    account: { name: 'ann', password: () => password },
  })
  connector.close()
  assert.deepEqual(password, Buffer.alloc(7))
})

test('an address replaces the host but not the name in the certificate; a pinned certificate is of the named server only', async () => {
  const connector = await Connector.open('ldaps', server, {
    account: { name: 'ann', password: () => Buffer.from('x') },
    addresses: { 'dc1.corp.example': '192.0.2.1:1636', 'dc2.corp.example': '[2001:db8::1]' },
    fingerprint: 'ab',
  })
  const first = connector.clientOptions(server)
  assert.deepEqual(
    [first.host, first.port, first.tls?.servername, first.tls?.fingerprint256],
    ['192.0.2.1', 1636, 'dc1.corp.example', 'ab'],
  )
  const second = connector.clientOptions({ host: 'dc2.corp.example' })
  assert.deepEqual(
    [second.host, second.port, second.tls?.servername, second.tls?.fingerprint256],
    ['2001:db8::1', undefined, 'dc2.corp.example', undefined],
  )
  const onAnotherPort = connector.clientOptions({ host: 'dc2.corp.example', port: 637 })
  assert.deepEqual([onAnotherPort.host, onAnotherPort.port], ['2001:db8::1', 637])
})

test('ldap:// means StartTLS, and plain text only when that was allowed', async () => {
  const account = { name: 'ann', password: () => Buffer.from('x') }
  assert.equal((await Connector.open('ldap', server, { account })).security, 'startTls')
  assert.equal(
    (await Connector.open('ldap', server, { account, allowPlaintext: true })).security,
    'plain',
  )
  assert.equal(
    (await Connector.open('ldaps', server, { account, allowPlaintext: true })).security,
    'ldaps',
  )
})
