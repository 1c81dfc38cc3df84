/** The command line as a person meets it: what it prints, what it says when something is wrong, and how it ends. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { glacis } from './cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'glacis-cli-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name: string) => join(folder, name)

/** What every error says: what, why, and what to try. */
function assertKind(err: string): void {
  assert.match(err, /^glacis: .+\n {2}why: .+\n(.*\n)* {2}try: .+\n$/)
}

suite('assess', () => {
  test('prints a summary of the sample forest and writes the report', async () => {
    const report = file('report.html')
    const { code, out, err } = await glacis(['assess', 'sample', '--report', report])
    assert.equal(code, 0, err)
    assert.match(out, /^meridian\.example, read 2026-01-15/)
    assert.match(
      out,
      /\d+ exposures found \(\d+ critical, \d+ high.*\), \d+ passed, \d+ not assessed\./,
    )
    assert.equal(err, `Report written to ${report}\n`)
    assert.match(readFileSync(report, 'utf8'), /^<!doctype html>/)
    assert.equal(statSync(report).mode & 0o777, 0o600)
  })

  test('prints one JSON document, in which each exposure is in exactly one list', async () => {
    const { code, out } = await glacis(['assess', 'sample', '--json'])
    assert.equal(code, 0)
    const document = JSON.parse(out) as {
      format: string
      findings: { id: string }[]
      passed: string[]
      notAssessed: { id: string }[]
    }
    assert.equal(document.format, 'glacis.assessment/1')
    const all = [
      ...document.findings.map(({ id }) => id),
      ...document.passed,
      ...document.notAssessed.map(({ id }) => id),
    ]
    const { out: list } = await glacis(['explain', '--json'])
    assert.deepEqual(
      all.toSorted(),
      (JSON.parse(list) as { id: string }[]).map(({ id }) => id).toSorted(),
    )
  })

  test('ends with 10 when something is as severe as asked, and with 0 when not', async () => {
    assert.equal((await glacis(['assess', 'sample', '--fail-on', 'high'])).code, 10)
    assert.equal(
      (await glacis(['assess', 'sample', '--only', 'trust-tgt-delegation', '--fail-on', 'info']))
        .code,
      0,
    )
  })

  test('masks names, and the key file turns them back', async () => {
    const key = file('names.json')
    const plain = await glacis(['assess', 'sample', '--json'])
    const masked = await glacis(['assess', 'sample', '--json', '--mask-names', key])
    assert.equal(masked.code, 0, masked.err)
    assert.ok(plain.out.includes('meridian'))
    assert.ok(!masked.out.toLowerCase().includes('meridian'))
    assert.ok(
      Object.values(
        (JSON.parse(readFileSync(key, 'utf8')) as { names: Record<string, string> }).names,
      ).includes('meridian.example'),
    )
    assert.equal(statSync(key).mode & 0o777, 0o600)
    const again = await glacis(['assess', 'sample', '--json', '--mask-names', key])
    assert.equal(again.out, masked.out)
  })

  test('keeps a snapshot that gives the same assessment again', async () => {
    const snapshot = file('sample.glacis')
    const first = await glacis(['assess', 'sample', '--json', '--save', snapshot])
    const second = await glacis(['assess', snapshot, '--json'])
    const findings = (text: string) => (JSON.parse(text) as { findings: unknown }).findings
    assert.deepEqual(findings(second.out), findings(first.out))
  })
})

test('a saved assessment can be rendered in every form', async () => {
  const saved = file('assessment.json')
  writeFileSync(saved, (await glacis(['assess', 'sample', '--json'])).out)
  for (const [form, begin] of [
    ['html', '<!doctype html>'],
    ['csv', 'id,severity,'],
    ['markdown', '# meridian\\.example'],
    ['ndjson', '{"record":"assessment"'],
    ['sarif', '{\n  "$schema"'],
  ] as const) {
    const { code, out, err } = await glacis(['report', saved, '--format', form])
    assert.equal(code, 0, err)
    assert.ok(
      out.startsWith(begin) ||
        new RegExp(`^${begin.replaceAll(/[{$]/g, String.raw`\$&`)}`).test(out),
      `${form}: ${out.slice(0, 60)}`,
    )
  }
})

test('explain prints an exposure in full, and names near ones for a wrong id', async () => {
  const { out } = await glacis(['explain', 'adcs-esc1'])
  for (const words of ['adcs-esc1 · critical · adcs', 'Why it matters', 'What to do', 'T1649'])
    assert.ok(out.includes(words), words)
  const wrong = await glacis(['explain', 'esc1'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /adcs-esc1/)
})

test('sample says what it planted, and assess finds exactly that', async () => {
  const snapshot = file('planted.glacis')
  const { out, code } = await glacis([
    'sample',
    '--exposures',
    'krb-asrep-user',
    '--out',
    snapshot,
    '--json',
  ])
  assert.equal(code, 0)
  const { planted } = JSON.parse(out) as { planted: { id: string; objects: { name: string }[] }[] }
  const found = JSON.parse((await glacis(['assess', snapshot, '--json'])).out) as {
    findings: { id: string; objects: { name: string }[] }[]
  }
  assert.deepEqual(
    found.findings.map(({ id, objects }) => [id, objects.map(({ name }) => name)]),
    planted.map(({ id, objects }) => [id, objects.map(({ name }) => name)]),
  )
})

test('doctor looks at the machine without a source, and at a file with one', async () => {
  assert.match((await glacis(['doctor'])).out, /^ok {3}Node: version 26\./)
  const broken = file('broken.ldif')
  writeFileSync(broken, 'version: 1\n\ndn: DC=x\nno colon here\n')
  const { code, out } = await glacis(['doctor', broken])
  assert.equal(code, 2)
  assert.match(out, /fail File: .*line 4/s)
})

suite('wrong use ends with 2 and says what, why and what to try', () => {
  const cases: [name: string, args: string[], says: RegExp][] = [
    ['a file that is not there', ['assess', '/nowhere/forest.ldif'], /nowhere/],
    ['a live source without an account', ['assess', 'ldaps://dc1.corp.example'], /--user/],
    ['two forms at once', ['assess', 'sample', '--json', '--ndjson'], /one form/],
    ['a date that is none', ['assess', 'sample', '--now', 'yesterday'], /2024-01-05/],
    [
      'an exposure that does not exist',
      ['assess', 'sample', '--only', 'no-such-thing'],
      /no-such-thing/,
    ],
    [
      'a report where nobody may write',
      ['assess', 'sample', '--report', '/proc/report.html'],
      /report\.html/,
    ],
    [
      'a folder that does not exist',
      ['assess', 'sample', '--report', '/nowhere/report.html'],
      /folder does not exist/,
    ],
    [
      'a key file that is something else',
      ['assess', 'sample', '--mask-names', '/etc/hostname'],
      /will not overwrite/,
    ],
    [
      'a password file that is not there',
      ['collect', 'ldaps://127.0.0.1:1', '--user', 'a@b', '--password-file', '/nowhere/pw'],
      /password file/,
    ],
    [
      'an address to listen on that is none',
      ['replica', 'sample', '--listen', 'everywhere'],
      /127\.0\.0\.1:3890/,
    ],
    ['too small a sample', ['sample', '--objects', '3'], /--objects/],
  ]
  for (const [name, args, says] of cases) {
    test(name, async () => {
      const { code, err, out } = await glacis(args)
      assert.equal(code, 2, `${err}${out}`)
      assertKind(err)
      assert.match(err, says)
      assert.equal(out, '')
    })
  }

  test('an unknown command or option is told, with the nearest one', async () => {
    const command = await glacis(['asses', 'sample'])
    assert.deepEqual([command.code, /assess/.test(command.err)], [2, true])
    const option = await glacis(['assess', 'sample', '--jsn'])
    assert.deepEqual([option.code, /--json/.test(option.err)], [2, true])
  })
})

suite('broken files', () => {
  test('what only a server has use for is not silently dropped for a file', async () => {
    for (const option of [
      ['--user', 'ann'],
      ['--pin', 'ab'],
      ['--ca-file', 'ca.pem'],
      ['--address', 'dc1=127.0.0.1'],
      ['--tree', 'fabrikam.example'],
    ]) {
      const { code, err } = await glacis(['assess', 'sample', ...option])
      assert.equal(code, 2)
      assert.match(
        err,
        new RegExp(`^glacis: ${option[0]} does nothing here\\n {2}why: .+\\n {2}try: .+`),
      )
    }
  })

  test('a broken line of an LDIF is told with its number, and nothing is written', async () => {
    const ldif = file('line.ldif')
    writeFileSync(
      ldif,
      'version: 1\n\ndn: DC=corp,DC=example\nobjectClass: top\nthis is not an attribute\n',
    )
    const out = file('line.glacis')
    const { code, err } = await glacis(['collect', ldif, '--out', out])
    assert.equal(code, 2)
    assertKind(err)
    assert.match(err, /line 5/)
    assert.ok(!readdirSync(folder).some((name) => name.startsWith('line.glacis')))
  })

  test('a truncated and an altered snapshot are refused with the place', async () => {
    const good = file('good.glacis')
    await glacis(['sample', '--objects', '1000', '--exposures', 'none', '--out', good])
    const octets = readFileSync(good)
    const cut = file('cut.glacis')
    writeFileSync(cut, octets.subarray(0, octets.length >> 1))
    const changed = file('changed.glacis')
    const altered = Buffer.from(octets)
    altered.writeUInt8(altered.readUInt8(octets.length >> 1) ^ 0xff, octets.length >> 1)
    writeFileSync(changed, altered)
    for (const path of [cut, changed]) {
      const { code, err, out } = await glacis(['assess', path, '--json'])
      assert.equal(code, 2, err)
      assertKind(err)
      assert.equal(out, '')
    }
  })

  test('JSON that is no assessment is refused', async () => {
    const json = file('other.json')
    writeFileSync(json, '{"format":"something/1"}')
    const { code, err } = await glacis(['report', json])
    assert.equal(code, 2)
    assertKind(err)
  })
})

test('a password file that others can read is not used', async () => {
  const password = file('open.txt')
  writeFileSync(password, 'secret-word-12\n', { mode: 0o644 })
  const { code, err } = await glacis([
    'collect',
    'ldap://127.0.0.1:1',
    '--allow-plaintext',
    '--user',
    'a@b',
    '--password-file',
    password,
  ])
  assert.ok(code === 2 || code === 3, err)
  assert.ok(!err.includes('secret-word-12'))
})

test('help goes to standard output and ends with examples', async () => {
  const { code, out } = await glacis(['help', 'assess'])
  assert.equal(code, 0)
  assert.match(out, /Examples:\n {2}glacis assess sample/)
  const version = await glacis(['--version'])
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/)
})
