import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { csv, csvCell } from './csv.ts'
import { htmlReport } from './html.ts'
import { markdown } from './markdown.ts'
import { escapeHtml } from './markup.ts'
import { ndjson } from './ndjson.ts'
import { sarif } from './sarif.ts'
import { documentWith, hostileNames } from './testing.ts'

/** Reads CSV back as a spreadsheet does (RFC 4180). */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy
  for (let match = cell.exec(text); match !== null && match[0] !== ''; match = cell.exec(text)) {
    const [, raw = '', end] = match
    rows.at(-1)?.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw)
    if (end === '\r\n') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}

suite('csv', () => {
  test('has one line an exposed object, which a spreadsheet reads back', () => {
    const [head, row, ...rest] = parseCsv([...csv(documentWith(['a "quoted", name']))].join(''))
    assert.deepEqual(rest, [])
    assert.deepEqual(head?.slice(0, 5), ['id', 'severity', 'category', 'title', 'name'])
    assert.deepEqual(row?.slice(0, 5), ['krb-asrep-user', 'high', 'kerberos', 'Account without Kerberos pre-authentication', 'a "quoted", name'])
    assert.equal(JSON.parse(row?.[8] ?? '').userAccountControl, 4_194_816)
  })

  test('no cell can be a formula', () => {
    const cells = parseCsv([...csv(documentWith(hostileNames))].join('')).flat()
    assert.deepEqual(cells.filter((cell) => /^[\s\p{Cc}]*[=+\-@|%]/u.test(cell)), [])
    assert.equal(csvCell('=1+1'), `"'=1+1"`)
    assert.equal(csvCell('plain'), 'plain')
  })
})

test('ndjson is one record a line, with every object, passed and not assessed rule', () => {
  const records = [...ndjson(documentWith(hostileNames))].map((line) => {
    assert.equal(line.indexOf('\n'), line.length - 1)
    return JSON.parse(line) as { record: string; id?: string; name?: string }
  })
  assert.deepEqual(records.filter(({ record }) => record === 'exposed').map(({ name }) => name), hostileNames)
  assert.deepEqual(records.slice(-2).map(({ record, id }) => [record, id]), [['passed', 'krb-des-enabled'], ['notAssessed', 'gpo-x']])
})

suite('markdown', () => {
  const text = [...markdown(documentWith(hostileNames))].join('')
  test('says what was found, passed and not assessed, with the reason', () => {
    assert.match(text, /^# corp\.example: 1 exposures/)
    assert.match(text, /DES enabled \(`krb-des-enabled`\)/)
    assert.match(text, /SYSVOL was not read\./)
  })
  test('directory text stays text on its line', () => {
    assert.doesNotMatch(text, /<(script|img|svg)/)
    assert.doesNotMatch(text, /[^\\]\[click\]\(/)
    assert.match(text, /two lines: yes/)
    assert.doesNotMatch(text, /\u001b|\u2028/)
  })
})

test('sarif has one result an object with a fingerprint that lasts', () => {
  const { version, runs } = sarif(documentWith(['alice']), '1.2.3') as {
    version: string
    runs: { tool: { driver: { version: string; rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string; partialFingerprints: object; locations: object[] }[] }[]
  }
  assert.equal(version, '2.1.0')
  assert.equal(runs[0]?.tool.driver.version, '1.2.3')
  assert.deepEqual(runs[0]?.results[0], {
    ruleId: 'krb-asrep-user',
    ruleIndex: 0,
    level: 'error',
    message: { text: 'alice can be asked for a ticket without a password' },
    locations: [{ logicalLocations: [{ name: 'alice', fullyQualifiedName: 'CN=alice,CN=Users,DC=corp,DC=example', kind: 'object' }] }],
    partialFingerprints: { 'ruleAndObject/v1': 'krb-asrep-user:S-1-5-21-1-2-3-1104' },
    properties: { evidence: { userAccountControl: 4_194_816, description: 'alice' } },
  })
})

suite('html', () => {
  const page = htmlReport(documentWith(hostileNames), { version: '1.2.3' })
  test('has the finding, its proof, what passed and what was not assessed', () => {
    for (const words of ['id="krb-asrep-user"', 'S-1-5-21-1-2-3-1104', 'DES enabled', 'SYSVOL was not read.', 'OU=Secret could not be listed.', 'vuln2_kerberos_properties_preauth']) {
      assert.ok(page.includes(words), words)
    }
  })
  test('holds exactly its own script and style, and none of the directory', () => {
    assert.equal(page.match(/<script/g)?.length, 1)
    assert.equal(page.match(/<style/g)?.length, 1)
    assert.doesNotMatch(page, /<(img|svg|iframe|link|object)/)
    for (const name of hostileNames) if (/[<>"']/.test(name)) assert.ok(!page.includes(name), name)
  })
  test('refers to nothing outside', () => {
    assert.doesNotMatch(page, /(?:src|href)\s*=\s*["']?(?:https?:)?\/\//)
    assert.match(page, /default-src 'none'/)
  })
  test('lists at most 200 objects of a finding and says how many there are', () => {
    const long = htmlReport(documentWith(Array.from({ length: 1000 }, (_, index) => `user${index}`)), { version: '1' })
    assert.ok(long.includes('800 more are not listed here'))
    assert.ok(!long.includes('CN=user200,'))
  })
  test('says so when nothing was found', () => {
    const { findings: _, ...rest } = documentWith([])
    assert.match(htmlReport({ ...rest, findings: [] }, { version: '1' }), /No critical or high exposure was found/)
  })
})

test('html escaping leaves no markup, no control and no direction override', () => {
  assert.equal(escapeHtml(`<a href="x" onclick='y'>&`), '&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;')
  assert.equal(escapeHtml('a\u202eb\u0000c\nd'), 'a\ufffdb\ufffdc d')
})
