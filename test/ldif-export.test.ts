/** An export made as the documentation says shows the same as reading the controller itself. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { glacis } from './cli.ts'
import { type SambaDc, sambaMissing, startSamba } from './samba.ts'

interface Document {
  readonly findings: readonly { readonly id: string; readonly objects: readonly { dn: string }[] }[]
  readonly passed: readonly string[]
  readonly notAssessed: readonly { readonly id: string }[]
}

suite('an export by an ordinary user', { skip: sambaMissing() }, () => {
  let dc: SambaDc
  let folder: string
  let live: Document
  before(async () => {
    dc = await startSamba()
    const reader = await dc.addUser('reader', 'Gl4cis-reader')
    folder = await mkdtemp(join(tmpdir(), 'glacis-export-'))
    await writeFile(join(folder, 'password.txt'), reader.password, { mode: 0o600 })
    const place = ['--address', `${dc.name}=${dc.host}`, '--ca-file', dc.caFile]
    const account = ['--user', reader.upn, '--password-file', join(folder, 'password.txt')]
    live = await assess([`ldaps://${dc.name}`, ...place, ...account])
  })
  after(async () => {
    await dc.stop()
    await rm(folder, { recursive: true })
  })

  for (const [what, more] of [
    ['with the notes of ldapsearch', ''],
    ['without notes', '-LLL'],
  ] as const) {
    test(`${what} leads to the same verdicts, but for what only a controller can answer`, async () => {
      const page = await readFile(join(import.meta.dirname, '../docs/files.md'), 'utf8')
      const commands = /^```sh\n(D=[^`]*)```/m
        .exec(page)![1]!
        .replace('dc1.corp.example', dc.host)
        .replace('ldapsearch -x', `ldapsearch -x ${more}`)
      const env = { ...process.env, LDAPTLS_REQCERT: 'never' }
      await promisify(execFile)('sh', ['-ec', commands], { cwd: folder, env })
      const exported = await assess([join(folder, 'corp.ldif')])
      const onlyLive = (id: string) => id.startsWith('ldap-')
      const found = ({ findings }: Document) =>
        findings
          .filter(({ id }) => !onlyLive(id))
          .map(({ id, objects }) => [id, objects.map(({ dn }) => dn)])
      assert.ok(live.passed.length > 110)
      assert.deepEqual(found(exported), found(live))
      const passed = (document: Document) => document.passed.filter((id) => !onlyLive(id))
      assert.deepEqual(passed(exported), passed(live))
    })
  }
})

async function assess(args: readonly string[]): Promise<Document> {
  const { out, err } = await glacis(['assess', ...args, '--json'])
  assert.ok(out !== '', err)
  return JSON.parse(out) as Document
}
