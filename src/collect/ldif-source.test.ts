import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Coverage,
  ForestBuilder,
  type RawAttribute,
  type Snapshot,
  type Source,
} from '#directory'
import { collect } from './collect.ts'
import { CollectError } from './error.ts'
import { ldifOf, withFile } from './testing.ts'

type Entry = readonly [dn: string, attributes: readonly RawAttribute[]]

const forest = new ForestBuilder()
forest.user('ann', { in: forest.ou('Staff') })
const entries: readonly Entry[] = [...forest.entries()].map(([dn, attributes]) => [
  dn,
  [...attributes],
])
const rootDse = `dn:\ncurrentTime: 20260115120000.0Z\nconfigurationNamingContext: ${forest.configurationDn}\n\n`

function read(ldif: string): Promise<Snapshot> {
  return withFile(ldif, (path) => collect(path))
}

function coverageOf(snapshot: Snapshot, source: Source): Coverage {
  return snapshot.coverage.find((coverage) => coverage.source === source)!
}

function reasons(snapshot: Snapshot, source: Source): string {
  return (coverageOf(snapshot, source).gaps ?? []).map(({ because }) => because).join('\n')
}

function without(isLeftOut: (dn: string) => boolean): string {
  return rootDse + ldifOf(entries.filter(([dn]) => !isLeftOut(dn)))
}

test('an export of everything has no gaps but what only live servers tell', async () => {
  const snapshot = await read(rootDse + ldifOf(entries))
  assert.equal(snapshot.asked, 'all')
  assert.equal(snapshot.count, entries.length)
  assert.equal(snapshot.domains[0]?.name, 'corp.example')
  const states = Object.fromEntries(snapshot.coverage.map(({ source, state }) => [source, state]))
  assert.deepEqual(states, {
    rootdse: 'read',
    'ldap-domain': 'read',
    'ldap-config': 'read',
    'ldap-schema': 'read',
    'ldap-dns': 'read',
    nTSecurityDescriptor: 'read',
    'ldap-probe': 'absent',
    sysvol: 'absent',
    'smb-probe': 'absent',
    rpc: 'absent',
    registry: 'absent',
  })
})

test('the time of the rootDSE is when the snapshot was taken', async () => {
  const snapshot = await read(rootDse + ldifOf(entries))
  assert.deepEqual(snapshot.origin.takenAt, new Date('2026-01-15T12:00:00Z'))
})

test('without a rootDSE the newest change is taken as the time, and it is said', async () => {
  const snapshot = await read(
    'dn: CN=a,DC=x\nwhenChanged: 20240103170600.0Z\n\ndn: CN=b,DC=x\nwhenChanged: 20240105101112.0Z\n',
  )
  assert.deepEqual(snapshot.origin.takenAt, new Date('2024-01-05T10:11:12Z'))
  assert.equal(coverageOf(snapshot, 'rootdse').state, 'absent')
  assert.match(reasons(snapshot, 'rootdse'), /newest change/)
})

for (const [source, isLeftOut] of [
  [
    'ldap-config',
    (dn: string) => dn.endsWith(forest.configurationDn) && !dn.endsWith(forest.schemaDn),
  ],
  ['ldap-schema', (dn: string) => dn.endsWith(forest.schemaDn)],
  ['ldap-dns', (dn: string) => dn.includes('DnsZones') && !dn.endsWith(forest.configurationDn)],
] as const) {
  test(`an export without ${source} says that it is absent`, async () => {
    const snapshot = await read(without(isLeftOut))
    assert.equal(coverageOf(snapshot, source).state, 'absent')
  })
}

function strip([dn, attributes]: Entry): Entry {
  return [dn, attributes.filter(([name]) => name !== 'nTSecurityDescriptor')]
}

test('an export without any descriptor says so; one without some says which and of what kind', async () => {
  const none = await read(rootDse + ldifOf(entries.map(strip)))
  assert.equal(coverageOf(none, 'nTSecurityDescriptor').state, 'absent')

  const some = await read(
    rootDse +
      ldifOf(entries.map((entry) => (entry[0].startsWith('CN=ann,') ? strip(entry) : entry))),
  )
  const { state, gaps } = coverageOf(some, 'nTSecurityDescriptor')
  assert.equal(state, 'partial')
  assert.deepEqual(
    gaps?.map(({ hides }) => hides),
    [['user']],
  )
  assert.match(gaps[0]!.because, /^1 object came without .*"CN=ann,OU=Staff,DC=corp,DC=example"/)
})

test('a group that members name but nobody returned is a gap about groups', async () => {
  const snapshot = await read(without((dn) => dn.startsWith('CN=Domain Admins,')))
  const { state, gaps } = coverageOf(snapshot, 'ldap-domain')
  assert.equal(state, 'partial')
  const about = gaps!.find(({ because }) => because.includes('"CN=Domain Admins,'))
  assert.deepEqual(about?.hides, ['group'])
})

test('a container that was not returned although its children were is a gap about anything', async () => {
  const snapshot = await read(without((dn) => dn === 'OU=Staff,DC=corp,DC=example'))
  const gap = coverageOf(snapshot, 'ldap-domain').gaps?.find(({ because }) =>
    because.includes('"OU=Staff,'),
  )
  assert.notEqual(gap, undefined)
  assert.equal(gap!.hides, undefined)
})

test('password settings that users refer to but that were not returned hide password settings only', async () => {
  const other = new ForestBuilder()
  const ann = other.user('ann')
  const policy = other.passwordSettings('strict', { appliesTo: [ann] })
  other.set(ann, { 'msDS-PSOApplied': policy })
  const ldif = ldifOf([...other.entries()].filter(([dn]) => dn !== policy.dn))
  const gaps = coverageOf(await read(ldif), 'ldap-domain').gaps ?? []
  assert.deepEqual(
    gaps.map(({ hides }) => hides),
    [['passwordSettings']],
  )
})

test('a domain of the forest that is not in the export is a gap that names it', async () => {
  const other = new ForestBuilder()
  const child = other.childDomain('emea')
  const ldif = ldifOf([...other.entries()].filter(([dn]) => !dn.endsWith(child.dn)))
  const snapshot = await read(ldif)
  assert.equal(coverageOf(snapshot, 'ldap-domain').state, 'partial')
  assert.match(reasons(snapshot, 'ldap-domain'), /DC=emea,DC=corp,DC=example: It was not read/)
})

test('an export of some attributes is known by what it lacks: absence then means nothing', async () => {
  const few = entries.map(([dn, attributes]): Entry => [
    dn,
    attributes.filter(([name]) => /^(objectClass|sAMAccountName|objectSid)$/.test(name)),
  ])
  const snapshot = await read(ldifOf(few))
  assert.notEqual(snapshot.asked, 'all')
  assert.equal(snapshot.wasAsked('sAMAccountName'), true)
  assert.equal(snapshot.wasAsked('adminCount'), false)
})

test('an export that the server cut short is partial everywhere', async () => {
  const snapshot = await read(
    `${rootDse}${ldifOf(entries)}\nsearch: 2\nresult: 4 Size limit exceeded\n`,
  )
  assert.match(reasons(snapshot, 'ldap-domain'), /ended early.*Size limit exceeded/)
  assert.equal(coverageOf(snapshot, 'ldap-schema').state, 'partial')
})

test('attributes of which only the first range was exported, and entries given twice, are gaps', async () => {
  const ldif = `${rootDse}${ldifOf(entries)}\ndn: CN=g,DC=corp,DC=example\nobjectClass: group\nmember;range=0-0: CN=ann,OU=Staff,DC=corp,DC=example\n\n`
  assert.match(reasons(await read(ldif), 'ldap-domain'), /member of "CN=g,/)
  assert.match(
    reasons(await read(rootDse + ldifOf(entries) + ldifOf(entries.slice(0, 3))), 'ldap-domain'),
    /3 entries .* more than once/,
  )
})

test('a file with no entry, one with too many, and one with a broken line end in one error', async () => {
  for (const [ldif, limits, code] of [
    ['version: 1\n', {}, 'file-format'],
    [ldifOf(entries), { objects: 10 }, 'too-big'],
    [`${ldifOf(entries)}\ndn: x\nbroken\n`, {}, 'file-syntax'],
    [ldifOf(entries), { memoryBytes: 1 }, 'too-big'],
  ] as const) {
    await assert.rejects(
      withFile(ldif, (path) => collect(path, { limits, onProgress: () => {} })),
      (error) => error instanceof CollectError && error.code === code,
    )
  }
})

test('progress tells the file and the objects read', async () => {
  const seen: number[] = []
  await withFile(ldifOf(entries), (path) =>
    collect(path, { onProgress: ({ objects }) => seen.push(objects) }),
  )
  assert.equal(seen[0], 0)
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  )
})

test('other ways to name a source are refused with what to give', async () => {
  for (const source of ['https://dc.example', 'ldapi://%2f', 'file:///etc/passwd']) {
    await assert.rejects(
      collect(source),
      (error) => error instanceof CollectError && error.code === 'source' && error.family === 'use',
    )
  }
})

const lab = join(import.meta.dirname, '../../../shared/lab/goad-essos.ldif.gz')
test(
  'the export of a Windows domain reads whole, without gaps',
  { skip: existsSync(lab) ? false : 'needs ../shared/lab' },
  async () => {
    const snapshot = await collect(lab)
    assert.equal(snapshot.count, 3972)
    assert.deepEqual(
      snapshot.domains.map(({ name, isRoot }) => [name, isRoot]),
      [['essos.local', true]],
    )
    const objects = snapshot.coverage
      .filter(({ state }) => state !== 'absent')
      .map(({ source, state, objects: number }) => [source, state, number])
    assert.deepEqual(objects, [
      ['rootdse', 'read', undefined],
      ['ldap-domain', 'read', 264],
      ['ldap-config', 'read', 1884],
      ['ldap-schema', 'read', 1771],
      ['ldap-dns', 'read', 53],
      ['nTSecurityDescriptor', 'read', 3972],
    ])
  },
)
