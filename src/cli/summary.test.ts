import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { documentWith, hostileNames } from '../report/testing.ts'
import { summary } from './summary.ts'

const document = documentWith(['alice', 'bob', 'carol', 'dave'])
const [finding] = document.findings
assert.ok(finding)
const many = Array.from({ length: 40 }, (_, index) => ({
  ...finding,
  id: `id-${index}`,
  severity: index < 30 ? ('high' as const) : ('low' as const),
}))

suite('summary', () => {
  test('says what was found, what was not seen, and what to do next', () => {
    assert.equal(
      summary(document),
      `corp.example, read 2026-01-01 00:00 UTC from ldaps://dc1.corp.example

HIGH     Account without Kerberos pre-authentication  [krb-asrep-user]
         - alice can be asked for a ticket without a password
         - bob can be asked for a ticket without a password
         - carol can be asked for a ticket without a password
         - and 1 more

1 exposure found (1 high), 1 passed, 1 not assessed.
Not fully read: ldap-domain, for 1 exposure. OU=Secret could not be listed.
Not looked at: sysvol; nothing that was checked needs what is missing.
Begin with: glacis explain krb-asrep-user. --report FILE writes everything, with proof.
`,
    )
  })

  test('cuts a long list with its count, and shows fewer objects of each', () => {
    const text = summary({ ...document, findings: many })
    assert.match(text, /\[id-24\]\n.*\n.*\n… and 15 more: 5 high, 10 low\n/)
    assert.doesNotMatch(text, /\[id-25\]|bob/)
    assert.match(text, /40 exposures found \(30 high, 10 low\)/)
  })

  test('keeps to the width of the terminal, and loses no word', () => {
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')
    for (const columns of [40, 60, 80, 120]) {
      const text = summary({ ...document, findings: many }, { columns, report: 'report.html' })
      assert.deepEqual(
        text.split('\n').filter((line) => line.length > columns),
        [],
      )
      assert.deepEqual(
        words(text),
        words(summary({ ...document, findings: many }, { report: 'report.html' })),
      )
    }
  })

  test('is coloured only when asked, and says the severity in a word all the same', () => {
    assert.ok(!summary(document).includes('\u001b'))
    assert.ok(
      summary(document, { isColored: true }).includes('\u001b[31mHIGH\u001b[0m     Account'),
    )
  })

  test('names of the directory are words on one line: no control sequence reaches the terminal', () => {
    for (const name of hostileNames) {
      const text = summary(documentWith([name]))
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\u2028\u2029]/u)
      assert.equal(text.split('\n').length, summary(documentWith(['plain'])).split('\n').length)
    }
  })

  test('says so when nothing was found', () => {
    assert.match(
      summary({ ...document, findings: [] }),
      /\nNo exposure was found\.\n\n0 exposures found, 1 passed, 1 not assessed\.\n/,
    )
  })
})
