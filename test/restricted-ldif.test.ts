/** What an export was not asked for is never called clean. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { collect } from '#collect'
import { type RawAttribute, type Snapshot, baseAttributes } from '#directory'
import { assess, catalogue } from '#exposure'
import { makeSample } from '#sample'
import { ldifOf, withFile } from '../src/collect/testing.ts'
import { glacis } from './cli.ts'

type Entry = readonly [dn: string, attributes: readonly RawAttribute[]]

const now = new Date('2026-01-15T09:00:00Z')
const { snapshot: forest } = makeSample({ now, objects: 0, exposures: 'none' })
/** Attributes that only those get who name them, and that ordinary accounts do not get. */
const notWithStar = /^(?:replPropertyMetaData|msDS-ReplValueMetaData)$/i
const entries: readonly Entry[] = Array.from({ length: forest.count }, (_, id): Entry => [
  forest.dn(id),
  forest.attributeNames
    .filter((name) => forest.has(id, name) && !notWithStar.test(name))
    .map((name) => [name, forest.raw(id, name)]),
])

function only(names: readonly string[], from = entries): readonly Entry[] {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  return from.map(([dn, attributes]) => [
    dn,
    attributes.filter(([name]) => wanted.has(name.toLowerCase())),
  ])
}

function without(name: string): readonly Entry[] {
  return only(forest.attributeNames.filter((each) => each !== name))
}

async function passed(ldif: string): Promise<{ ids: readonly string[]; snapshot: Snapshot }> {
  const snapshot = await withFile(ldif, (path) => collect(path))
  return { ids: assess(snapshot, catalogue, now).passed.map(({ id }) => id), snapshot }
}

function needing(source: string): ReadonlySet<string> {
  const rules = catalogue.filter(({ needs }) => (needs as readonly string[]).includes(source))
  return new Set(rules.map(({ id }) => id))
}

const ofDomain = needing('ldap-domain')
const someUsers = ['objectClass', 'objectSid', 'sAMAccountName', 'userAccountControl', 'pwdLastSet']

test('whole entries pass in a clean forest what they can show', async () => {
  const { ids, snapshot } = await passed(ldifOf(entries))
  assert.equal(snapshot.asked, 'all')
  const missing = catalogue.filter(
    ({ id, needs }) => !ids.includes(id) && !needs.includes('ldap-probe'),
  )
  assert.deepEqual(
    missing.map(({ id }) => id),
    // These need the rootDSE, answers of a controller, or metadata, which come only to those who name them.
    [
      'forest-functional-level-unsupported',
      'ldap-anonymous-read',
      'pwd-unix-attributes',
      'priv-ephemeral-membership',
    ],
  )
})

suite('nothing about the domain is passed where', () => {
  for (const name of [
    'objectClass',
    'objectSid',
    'sAMAccountName',
    'userAccountControl',
    'primaryGroupID',
    'groupType',
    'member',
  ]) {
    test(`no object came with ${name}`, async () => {
      const { ids } = await passed(ldifOf(without(name)))
      assert.deepEqual(
        ids.filter((id) => ofDomain.has(id)),
        [],
      )
    })
  }

  test('a list of attributes was asked for that leaves out what memberships rest on', async () => {
    const { ids } = await passed(ldifOf(only(someUsers)))
    assert.deepEqual(
      ids.filter((id) => ofDomain.has(id)),
      [],
    )
  })

  test('whole entries of the configuration stand beside users with a list', async () => {
    const isDomain = ([dn]: Entry) => !/CN=Configuration,|DnsZones/.test(dn)
    const mixed = [
      ...entries.filter((entry) => !isDomain(entry)),
      ...only(someUsers, entries.filter(isDomain)),
    ]
    const { ids, snapshot } = await passed(ldifOf(mixed))
    assert.notEqual(snapshot.asked, 'all')
    assert.deepEqual(
      ids.filter((id) => ofDomain.has(id)),
      [],
    )
  })
})

test('templates are not called clean where their container was hidden with all below it', async () => {
  const isBelow = ([dn]: Entry) => /(?:^|,)CN=Certificate Templates,CN=Public Key/.test(dn)
  const { ids } = await passed(ldifOf(entries.filter((entry) => !isBelow(entry))))
  const overTemplates = ['adcs-esc1', 'adcs-esc2', 'adcs-esc3-agent', 'adcs-esc4', 'adcs-esc9']
  assert.deepEqual(
    ids.filter((id) => overTemplates.includes(id)),
    [],
  )
  assert.ok(ids.includes('krb-asrep-user'))
})

test('a rule passes when ldapsearch notes that it was asked for all that the rule reads', async () => {
  const rule = catalogue.find(({ id }) => id === 'pwd-not-required')!
  const list = [...new Set<string>([...baseAttributes, ...rule.reads])]
  const note = (names: readonly string[]) =>
    `# extended LDIF\n#\n# LDAPv3\n# filter: (objectclass=*)\n# requesting: ${names.join(' ')} \n#\n\n`
  const ldif = ldifOf(only(list))
  assert.ok((await passed(note(list) + ldif)).ids.includes(rule.id))
  // Without the note nobody knows whether SID histories are absent or were not asked for.
  assert.ok(!(await passed(ldif)).ids.includes(rule.id))
  const second = note(list.filter((name) => name !== 'sIDHistory')) + ldif
  assert.ok(!(await passed(note(list) + ldif + second)).ids.includes(rule.id))
})

test('the command line tells of an export of few attributes, and calls nothing clean', async () => {
  await withFile(ldifOf(only(someUsers)), async (path) => {
    const { code, out } = await glacis(['assess', path, '--json'])
    const document = JSON.parse(out) as {
      passed: string[]
      coverage: { source: string; state: string; gaps?: { because: string }[] }[]
    }
    assert.deepEqual(
      document.passed.filter((id) => ofDomain.has(id)),
      [],
    )
    const domain = document.coverage.find(({ source }) => source === 'ldap-domain')
    assert.match(JSON.stringify(domain), /read without primaryGroupID, groupType, member/)
    assert.equal(code, 4)
  })
})
