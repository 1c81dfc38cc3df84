import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { collect } from '#collect'
import { type Snapshot, SnapshotBuilder, nameOfDn, ridOfSid, writeSid } from '#directory'
import { assess, catalogue } from '#exposure'
import { makeSample } from '#sample'
import { csv } from './csv.ts'
import { type AssessmentDocument, documentOf } from './document.ts'
import { htmlReport } from './html.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { maskNames } from './mask.ts'
import { ndjson } from './ndjson.ts'
import { sarif } from './sarif.ts'
import { standardNames } from './standard-names.ts'
import { areaNames } from './words.ts'
import { documentWith } from './testing.ts'

const encode = (values: Record<string, string | readonly string[] | Uint8Array>) =>
  Object.entries(values).map(
    ([name, value]) =>
      [
        name,
        value instanceof Uint8Array
          ? [value]
          : [value].flat().map((each) => new TextEncoder().encode(each)),
      ] as const,
  )

function snapshot() {
  const builder = new SnapshotBuilder()
  builder.add(
    'DC=corp,DC=example',
    encode({
      objectClass: ['top', 'domain', 'domainDNS'],
      instanceType: '5',
      objectSid: writeSid('S-1-5-21-1-2-3'),
    }),
  )
  const user = (name: string, rid: number) =>
    builder.add(
      `CN=${name},CN=Users,DC=corp,DC=example`,
      encode({
        objectClass: ['top', 'person', 'user'],
        sAMAccountName: name,
        cn: name,
        objectSid: writeSid(`S-1-5-21-1-2-3-${rid}`),
      }),
    )
  user('alice', 1104)
  user('Jörg Müller', 1105)
  user('Administrator', 500)
  return builder.build({ origin: { source: 'test', takenAt: new Date(0) } })
}

test('masked names stand nowhere in the document, wherever they stood, and the key turns them back', () => {
  const { masked, key } = maskNames(documentWith(['alice', 'Jörg Müller']), snapshot(), 'secret')
  const text = JSON.stringify(masked)
  for (const name of ['alice', 'Jörg', 'corp.example', 'S-1-5-21-1-2-3-'])
    assert.ok(!text.includes(name), name)
  const code = masked.findings[0]?.objects[0]?.name ?? ''
  assert.match(code, /^user-[0-9a-f]{8}$/)
  assert.equal(key.names[code], 'alice')
  assert.match(htmlReport(masked, { version: '1' }), /<dt>Names<\/dt>\s*<dd>masked</)
  assert.equal(masked.findings[0]?.objects[0]?.evidence['description'], code)
  assert.ok(masked.findings[0]?.objects[0]?.sid?.endsWith('-1104'))
})

test('names of every domain and the words of the rules stay readable', () => {
  const { masked } = maskNames(documentWith(['Administrator']), snapshot(), 'secret')
  assert.equal(masked.findings[0]?.objects[0]?.name, 'Administrator')
  assert.equal(masked.findings[0]?.fix, 'Require pre-authentication.')
})

test('the same secret gives the same codes, another one others', () => {
  const code = (secret: string) =>
    maskNames(documentWith(['alice']), snapshot(), secret).masked.findings[0]?.objects[0]?.name
  assert.equal(code('one'), code('one'))
  assert.notEqual(code('one'), code('two'))
})

test('a name inside a longer word is left alone', () => {
  const { masked } = maskNames(
    documentWith(['Administrator'], { gaps: ['malice and alices, but alice'] }),
    snapshot(),
    'secret',
  )
  assert.match(masked.findings[0]?.gaps?.[0] ?? '', /^malice and alices, but user-[0-9a-f]{8}$/)
})

test('what people write freely is masked as a whole, wherever it is said again', () => {
  const text = 'old service of Jane, ext. 1234'
  const document = documentWith(['alice'])
  const [finding] = document.findings
  assert.ok(finding)
  const objects = [
    { ...finding.objects[0], says: `alice: ${text}`, evidence: { description: [text] } },
  ]
  const { masked } = maskNames(
    { ...document, findings: [{ ...finding, objects }] } as AssessmentDocument,
    snapshot(),
    'secret',
  )
  assert.match(masked.findings[0]?.objects[0]?.says ?? '', /^user-[0-9a-f]{8}: text-[0-9a-f]{8}$/)
  assert.ok(!JSON.stringify(masked).includes('Jane'))
})

test('parts of a DN are masked whether known or not, and hosts of shares and services too', () => {
  const gap = String.raw`CN=Payroll App,OU=Köln\, Süd,DC=corp,DC=example takes \\nas7\share, http/box9.corp.example:8080, S-1-5-21-9-8-7-1104`
  const { masked, key } = maskNames(documentWith([], { gaps: [gap] }), snapshot(), 'secret')
  const text = masked.findings[0]?.gaps?.[0] ?? ''
  for (const name of ['Payroll', 'Köln', 'Süd', 'nas7', 'box9', 'corp', '9-8-7'])
    assert.ok(!text.includes(name), `${name} in ${text}`)
  assert.match(
    text,
    /^CN=object-\w+,OU=object-\w+,DC=domain-\w+ takes \\\\host-\w+\\share, http\/host-\w+:8080, S-1-5-21-\d+-\d+-\d+-1104$/,
  )
  assert.ok(Object.values(key.names).includes('Köln, Süd'))
})

test('hostile text is masked in time that grows with its length', () => {
  for (const unit of ['CN=', 'a.', '\\\\', 'S-1-5-21-', 'corp.', 'CN=a,', '-', 'İ', 'alice']) {
    const time = (length: number) => {
      const text = unit.repeat(length / unit.length)
      const start = performance.now()
      maskNames(documentWith([], { gaps: [text] }), snapshot(), 'secret')
      return performance.now() - start
    }
    time(1000)
    // Ten times the text; a square would take a hundred times as long.
    assert.ok(time(200_000) < 50 * Math.max(time(20_000), 20), unit)
  }
})

test('a group of one letter is masked where it stands alone', () => {
  const builder = new SnapshotBuilder()
  builder.add(
    'CN=x,DC=corp,DC=example',
    encode({
      objectClass: ['top', 'group'],
      sAMAccountName: 'x',
      objectSid: writeSid('S-1-5-21-1-2-3-1106'),
    }),
  )
  const { masked } = maskNames(
    documentWith(['x']),
    builder.build({ origin: { source: 'test', takenAt: new Date(0) } }),
    'secret',
  )
  assert.match(masked.findings[0]?.objects[0]?.name ?? '', /^group-/)
})

test('principals of every domain get their English names, in whatever language they were', () => {
  const builder = new SnapshotBuilder()
  builder.add(
    'DC=corp,DC=example',
    encode({
      objectClass: ['top', 'domain', 'domainDNS'],
      instanceType: '5',
      objectSid: writeSid('S-1-5-21-1-2-3'),
    }),
  )
  builder.add(
    'CN=Domänen-Admins,CN=Users,DC=corp,DC=example',
    encode({
      objectClass: ['top', 'group'],
      sAMAccountName: 'Domänen-Admins',
      objectSid: writeSid('S-1-5-21-1-2-3-512'),
    }),
  )
  const { masked, key } = maskNames(
    documentWith(['Domänen-Admins']),
    builder.build({ origin: { source: 'test', takenAt: new Date(0) } }),
    'secret',
  )
  assert.equal(masked.findings[0]?.objects[0]?.name, 'Domain Admins')
  assert.equal(key.names['Domain Admins'], 'Domänen-Admins')
})

const goad = new URL('../../../shared/lab/goad-essos.ldif.gz', import.meta.url).pathname
const forests: readonly [string, () => Promise<Snapshot> | Snapshot, string | false][] = [
  [
    'a sample forest with everything planted',
    () =>
      makeSample({ objects: 3000, now: new Date('2026-01-15T09:00:00Z'), exposures: 'all' })
        .snapshot,
    false,
  ],
  [
    'the forest of the GOAD lab',
    () => collect(goad),
    existsSync(goad) ? false : 'needs ../shared/lab',
  ],
]
for (const [name, open, skip] of forests) {
  test(
    `no name of ${name} is left in any form, and the key gives every code back`,
    { skip },
    async () => {
      const forest = await open()
      const document = documentOf(assess(forest, catalogue, forest.origin.takenAt))
      const { masked, key } = maskNames(document, forest, 'secret')
      const forms = {
        json: [...json(masked)].join(''),
        ndjson: [...ndjson(masked)].join(''),
        csv: [...csv(masked)].join(''),
        markdown: [...markdown(masked)].join(''),
        sarif: [...sarif(masked, '1')].join(''),
        html: htmlReport(masked, { version: '1' }),
      }
      // Words that we say ourselves tell nothing, whoever else is called so.
      const ourText = JSON.stringify([
        catalogue.map(({ title, why, fix, refs, id, reads }) => [title, why, fix, refs, id, reads]),
        Object.values(areaNames),
        [...standardNames],
      ]).toLowerCase()
      const ours = wordsOf(ourText)
      const names = [...privateNames(forest)].filter(
        (each) => !(each.includes(' ') ? ourText.includes(each) : ours.has(each)),
      )
      assert.ok(names.length > 50, `${names.length} names`)
      for (const [form, text] of Object.entries(forms)) {
        const words = wordsOf(text)
        const lower = text.toLowerCase()
        assert.deepEqual(
          names.filter((each) => (each.includes(' ') ? lower.includes(each) : words.has(each))),
          [],
          form,
        )
      }
      const plain = JSON.stringify(document)
      for (const [code, original] of Object.entries(key.names)) {
        assert.ok(
          forms.json.includes(code.replaceAll('\\', String.raw`\\`)),
          `${code} is in no form`,
        )
        assert.notEqual(original, '')
      }
      const sample = document.findings.flatMap(({ objects }) =>
        objects.map(({ name: each }) => each.replace(/\$$/, '')),
      )
      const codes = masked.findings.flatMap(({ objects }) =>
        objects.map(({ name: each }) => each.replace(/\$$/, '')),
      )
      for (const [index, code] of codes.entries()) {
        const original = sample[index] ?? ''
        const back = key.names[code]
        if (code !== original)
          assert.ok(back !== undefined && plain.includes(back), `${code} of ${original}`)
      }
    },
  )
}

/** Names and whole words in a text, in lower case, as somebody would search for them. */
function wordsOf(text: string): Set<string> {
  const lower = text.toLowerCase()
  return new Set(
    [...lower.matchAll(/[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?/gu)].flatMap(([word]) => [
      word,
      ...word.split('.'),
    ]),
  )
}

/** What must not be found: names of accounts, machines, groups, units, policies, templates, services' hosts and partners. */
function privateNames(forest: Snapshot): Set<string> {
  const names = new Set<string>()
  const add = (text: string | undefined) => {
    const name = text?.trim().replace(/\$$/, '').toLowerCase()
    // Names of every forest, and words that cannot be told from English.
    if (name !== undefined && name.length > 2 && !/^[\d.]+$|^s-1-|^\{/.test(name)) names.add(name)
  }
  for (const { name, sid } of forest.domains)
    [name, name.split('.')[0], sid.slice('S-1-5-21-'.length)].forEach(add)
  for (const kind of [
    'user',
    'computer',
    'managedAccount',
    'group',
    'organizationalUnit',
    'policy',
    'template',
    'certificationAuthority',
    'trust',
  ] as const) {
    for (const id of forest.ofKind(kind)) {
      const sid = forest.sid(id)
      if (sid !== undefined && (ridOfSid(sid) ?? 0) < 1000) continue
      const host = forest.value(id, 'dNSHostName')
      for (const each of [
        forest.name(id),
        nameOfDn(forest.dn(id)),
        forest.value(id, 'sAMAccountName'),
        forest.value(id, 'displayName'),
        forest.value(id, 'userPrincipalName')?.split('@')[0],
        host,
        host?.split('.')[0],
        forest.value(id, 'trustPartner'),
        ...forest.value(id, 'description'),
      ])
        add(each)
      for (const spn of forest.value(id, 'servicePrincipalName')) {
        const server = spn.split('/')[1]?.split(':')[0]
        if (/^[\da-f]{8}-/i.test(server ?? '')) continue
        add(server)
        add(server?.split('.')[0])
      }
    }
  }
  for (const name of standardNames) names.delete(name)
  return names
}
