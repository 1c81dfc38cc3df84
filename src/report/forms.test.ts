import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { suite, test } from 'node:test'
import { csv, csvCell } from './csv.ts'
import { htmlReport } from './html.ts'
import { markdown } from './markdown.ts'
import { escapeHtml } from './markup.ts'
import { json } from './json.ts'
import { ndjson } from './ndjson.ts'
import { plainText } from './plain-text.ts'
import { sarif } from './sarif.ts'
import { documentWith, hostileDocument, hostileNames } from './testing.ts'

const hasPython = spawnSync('python3', ['-V']).error === undefined

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
    assert.deepEqual(row?.slice(0, 5), [
      'krb-asrep-user',
      'high',
      'kerberos',
      'Account without Kerberos pre-authentication',
      'a "quoted", name',
    ])
    assert.equal(JSON.parse(row?.[8] ?? '').userAccountControl, 4_194_816)
  })

  test(
    'a real reader gets the cells we meant: none a formula, none with a control character',
    { skip: hasPython ? false : 'needs python3' },
    () => {
      const document = documentWith(hostileNames)
      const text = [...csv(document)].join('')
      const read = spawnSync(
        'python3',
        [
          '-c',
          'import csv,io,json,sys; print(json.dumps(list(csv.reader(io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline="")))))',
        ],
        { input: text, encoding: 'utf8', maxBuffer: 1 << 28 },
      )
      const [head, ...rows] = JSON.parse(read.stdout) as string[][]
      assert.equal(rows.length, hostileNames.length)
      for (const [index, row] of rows.entries()) {
        assert.equal(row.length, head?.length)
        const { name = '', says = '', evidence } = document.findings[0]?.objects[index] ?? {}
        for (const [column, meant] of [
          [4, name],
          [7, says],
        ] as const) {
          const cell = row[column] ?? ''
          assert.equal(cell.replaceAll("'", ''), plainText(meant).replaceAll("'", ''))
          // In a country where semicolons separate cells, each part is one.
          for (const part of [cell, ...cell.split(';').slice(1)])
            assert.doesNotMatch(part, /^[\s\p{Cc}\ufffd"]*[=+\-@|%＝＋－＠]/u)
        }
        assert.deepEqual(
          Object.keys(JSON.parse(row[8] ?? '') as object),
          Object.keys(evidence ?? {}),
        )
        assert.doesNotMatch(row.join(''), /[\p{Cc}\u2028\u2029\u202a-\u202e]/u)
      }
    },
  )

  test('no cell can be a formula', () => {
    const cells = parseCsv([...csv(documentWith(hostileNames))].join('')).flat()
    assert.deepEqual(
      cells.filter((cell) => /^[\s\p{Cc}]*[=+\-@|%]/u.test(cell)),
      [],
    )
    assert.equal(csvCell('=1+1'), `"'=1+1"`)
    assert.equal(csvCell('plain'), 'plain')
  })
})

test('ndjson is one record a line, with every object, passed and not assessed rule', () => {
  const records = [...ndjson(documentWith(hostileNames))].map((line) => {
    assert.equal(line.indexOf('\n'), line.length - 1)
    return JSON.parse(line) as { record: string; id?: string; name?: string }
  })
  assert.deepEqual(
    records.filter(({ record }) => record === 'exposed').map(({ name }) => name),
    hostileNames,
  )
  assert.deepEqual(
    records.slice(-2).map(({ record, id }) => [record, id]),
    [
      ['passed', 'krb-des-enabled'],
      ['notAssessed', 'gpo-x'],
    ],
  )
})

test('no form has a raw control character or a direction override in it: a terminal or a log shows letters', () => {
  const document = hostileDocument()
  const forms = {
    json: json(document),
    ndjson: ndjson(document),
    csv: csv(document),
    markdown: markdown(document),
    sarif: sarif(document, '1'),
    html: [htmlReport(document, { version: '1' })],
  }
  for (const [form, chunks] of Object.entries(forms)) {
    const text = [...chunks].join('')
    assert.equal(/[\p{Cc}\p{Cf}\u2028\u2029]/u.exec(text.replaceAll(/\r?\n/g, '')), null, form)
    assert.ok(text.isWellFormed(), form)
  }
})

test('json and ndjson give every hostile text back as it was', () => {
  const document = hostileDocument()
  assert.deepEqual(JSON.parse([...json(document)].join('')), document)
  const [head] = [...ndjson(document)].map(
    (line) => JSON.parse(line) as { inventory?: unknown; coverage?: unknown },
  )
  assert.deepEqual(head?.coverage, document.coverage)
  assert.deepEqual(head?.inventory, document.inventory)
})

test('sarif keeps the rules of the standard', () => {
  const document = {
    ...hostileDocument(),
    findings: [documentWith(['a', 'a']).findings[0]!, ...hostileDocument().findings],
  }
  const twice = document.findings[0]!
  const same = twice.objects.map((object) => ({ ...object, sid: 'S-1-5-21-1-2-3-1104' }))
  const log = JSON.parse(
    [
      ...sarif(
        { ...document, findings: [{ ...twice, objects: same }, ...document.findings.slice(1)] },
        '1.2.3',
      ),
    ].join(''),
  ) as Sarif
  assert.equal(log.version, '2.1.0')
  assert.equal(log.runs.length, 1)
  const [run] = log.runs
  assert.ok(run)
  const ids = run.tool.driver.rules.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  const prints = new Set<string>()
  for (const { ruleId, ruleIndex, level, message, locations, partialFingerprints } of run.results) {
    assert.equal(ids[ruleIndex], ruleId)
    assert.ok(['none', 'note', 'warning', 'error'].includes(level))
    assert.ok(message.text.length > 0)
    for (const { logicalLocations } of locations)
      for (const each of logicalLocations) assert.ok(typeof each.fullyQualifiedName === 'string')
    for (const print of Object.values(partialFingerprints)) {
      assert.equal(typeof print, 'string')
      assert.ok(!prints.has(`${ruleId}${print}`), `${print} twice`)
      prints.add(`${ruleId}${print}`)
    }
  }
  assert.equal(run.results.length, 2 + hostileNames.length)
  const [invocation] = run.invocations
  assert.equal(invocation?.executionSuccessful, true)
  assert.deepEqual(
    invocation?.toolExecutionNotifications.map(({ associatedRule }) => associatedRule.id),
    document.notAssessed.map(({ id }) => id),
  )
  for (const { level, message } of invocation?.toolExecutionNotifications ?? [])
    assert.ok(level === 'note' && message.text !== '')
})

interface Sarif {
  version: string
  runs: {
    tool: { driver: { rules: { id: string }[] } }
    invocations: {
      executionSuccessful: boolean
      toolExecutionNotifications: {
        level: string
        message: { text: string }
        associatedRule: { id: string }
      }[]
    }[]
    results: {
      ruleId: string
      ruleIndex: number
      level: string
      message: { text: string }
      locations: { logicalLocations: { fullyQualifiedName: unknown }[] }[]
      partialFingerprints: Record<string, string>
    }[]
  }[]
}

suite('markdown', () => {
  const text = [...markdown(documentWith(hostileNames))].join('')
  test('says what was found, passed and not assessed, with the reason', () => {
    assert.match(text, /^# corp\.example: 1 exposure\n/)
    assert.match(text, /DES enabled \(`krb-des-enabled`\)/)
    assert.match(text, /SYSVOL was not read\./)
  })
  test('directory text stays text on its line', () => {
    assert.doesNotMatch(text, /<(script|img|svg)/)
    assert.doesNotMatch(text, /[^\\]\[click\]\(/)
    assert.match(text, /two lines: yes/)
    assert.ok(!text.includes('\u001b') && !text.includes('\u2028'))
  })
})

test('sarif has one result an object with a fingerprint that lasts', () => {
  const { version, runs } = JSON.parse([...sarif(documentWith(['alice']), '1.2.3')].join('')) as {
    version: string
    runs: {
      tool: { driver: { version: string; rules: { id: string }[] } }
      results: {
        ruleId: string
        ruleIndex: number
        level: string
        partialFingerprints: object
        locations: object[]
      }[]
    }[]
  }
  assert.equal(version, '2.1.0')
  assert.equal(runs[0]?.tool.driver.version, '1.2.3')
  assert.deepEqual(runs[0]?.results[0], {
    ruleId: 'krb-asrep-user',
    ruleIndex: 0,
    level: 'error',
    message: { text: 'alice can be asked for a ticket without a password' },
    locations: [
      {
        logicalLocations: [
          {
            name: 'alice',
            fullyQualifiedName: 'CN=alice,CN=Users,DC=corp,DC=example',
            kind: 'object',
          },
        ],
      },
    ],
    partialFingerprints: { 'ruleAndObject/v1': 'krb-asrep-user:S-1-5-21-1-2-3-1104' },
    properties: {
      severity: 'high',
      evidence: { userAccountControl: 4_194_816, description: 'alice' },
    },
  })
})

suite('html', () => {
  const page = htmlReport(documentWith(hostileNames), { version: '1.2.3' })
  test('has the finding, its proof, what passed and what was not assessed', () => {
    for (const words of [
      'id="krb-asrep-user"',
      'S-1-5-21-1-2-3-1104',
      'DES enabled',
      'SYSVOL was not read.',
      'OU=Secret could not be listed.',
      'vuln2_kerberos_properties_preauth',
    ]) {
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
    for (const tag of page.match(/<[^>]*>/g) ?? [])
      assert.doesNotMatch(tag, /(?:src|href)\s*=\s*["']?(?:https?:)?\/\//)
    assert.match(page, /default-src 'none'/)
  })
  test('lists at most 200 objects of a finding and says how many there are', () => {
    const long = htmlReport(
      documentWith(Array.from({ length: 1000 }, (_, index) => `user${index}`)),
      { version: '1' },
    )
    assert.ok(long.includes('800 more are not listed here'))
    assert.ok(!long.includes('CN=user200,'))
  })
  test('says so when nothing was found', () => {
    const { findings: _, ...rest } = documentWith([])
    assert.match(
      htmlReport({ ...rest, findings: [] }, { version: '1' }),
      /No exposure was found in corp\.example/,
    )
  })
})

test('html escaping leaves no markup, no control and no direction override', () => {
  assert.equal(
    escapeHtml(`<a href="x" onclick='y'>&`),
    '&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;',
  )
  assert.equal(escapeHtml('a\u202eb\u0000c\nd'), 'a\ufffdb\ufffdc d')
})
