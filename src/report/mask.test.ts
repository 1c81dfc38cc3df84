import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SnapshotBuilder, writeSid } from '#directory'
import { maskNames } from './mask.ts'
import { documentWith } from './testing.ts'

const encode = (values: Record<string, string | readonly string[] | Uint8Array>) =>
  Object.entries(values).map(([name, value]) => [name, value instanceof Uint8Array ? [value] : [value].flat().map((each) => new TextEncoder().encode(each))] as const)

function snapshot() {
  const builder = new SnapshotBuilder()
  builder.add('DC=corp,DC=example', encode({ objectClass: ['top', 'domain', 'domainDNS'], instanceType: '5', objectSid: writeSid('S-1-5-21-1-2-3') }))
  const user = (name: string, rid: number) =>
    builder.add(`CN=${name},CN=Users,DC=corp,DC=example`, encode({ objectClass: ['top', 'person', 'user'], sAMAccountName: name, cn: name, objectSid: writeSid(`S-1-5-21-1-2-3-${rid}`) }))
  user('alice', 1104)
  user('Jörg Müller', 1105)
  user('Administrator', 500)
  return builder.build({ origin: { source: 'test', takenAt: new Date(0) } })
}

test('masked names stand nowhere in the document, wherever they stood, and the key turns them back', () => {
  const { masked, key } = maskNames(documentWith(['alice', 'Jörg Müller']), snapshot(), 'secret')
  const text = JSON.stringify(masked)
  for (const name of ['alice', 'Jörg', 'corp.example', 'S-1-5-21-1-2-3-']) assert.ok(!text.includes(name), name)
  const code = masked.findings[0]?.objects[0]?.name ?? ''
  assert.match(code, /^user-[0-9a-f]{8}$/)
  assert.equal(key.names[code], 'alice')
  assert.equal(masked.findings[0]?.objects[0]?.evidence['description'], code)
  assert.ok(masked.findings[0]?.objects[0]?.sid?.endsWith('-1104'))
})

test('names of every domain and the words of the rules stay readable', () => {
  const { masked } = maskNames(documentWith(['Administrator']), snapshot(), 'secret')
  assert.equal(masked.findings[0]?.objects[0]?.name, 'Administrator')
  assert.equal(masked.findings[0]?.fix, 'Require pre-authentication.')
})

test('the same secret gives the same codes, another one others', () => {
  const code = (secret: string) => maskNames(documentWith(['alice']), snapshot(), secret).masked.findings[0]?.objects[0]?.name
  assert.equal(code('one'), code('one'))
  assert.notEqual(code('one'), code('two'))
})

test('a name inside a longer word is left alone', () => {
  const { masked } = maskNames(documentWith(['malice']), snapshot(), 'secret')
  assert.equal(masked.findings[0]?.objects[0]?.name, 'malice')
})
