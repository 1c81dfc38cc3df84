/**
 * The acceptance test of the assessment: exposures are planted on real Samba domain controllers over LDAP, an ordinary domain
 * user looks for them through the command line, and finds exactly those, on exactly those objects; and none once they are
 * repaired.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { glacis } from './cli.ts'
import { type SambaAccount, type SambaDc, sambaMissing, startSamba } from './samba.ts'
import accounts from './samba-seeds/accounts.ts'
import { Ground } from './samba-seeds/ground.ts'
import type { Field, Planted } from './samba-seeds/seed.ts'

const fields: readonly Field[] = [accounts]

interface Document {
  readonly findings: readonly {
    readonly id: string
    readonly objects: readonly { readonly dn: string; readonly says: string }[]
    readonly gaps?: readonly string[]
  }[]
  readonly passed: readonly string[]
  readonly notAssessed: readonly { readonly id: string; readonly because: string }[]
}

/** Objects by the exposures they must be found with. */
type Expected = Map<string, Set<string>>

const folder = mkdtempSync(join(tmpdir(), 'glacis-assess-'))
after(() => rmSync(folder, { recursive: true }))

/** What the command line says to an account about a domain. */
async function assess(
  dc: SambaDc,
  { upn, password }: SambaAccount,
  options: readonly string[] = [],
): Promise<{ document: Document; code: number | null }> {
  const passwordFile = join(folder, upn)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  const source = [
    'assess',
    `ldaps://${dc.name}`,
    '--address',
    `${dc.name}=${dc.host}`,
    '--ca-file',
    dc.caFile,
  ]
  const { code, out, err } = await glacis([
    ...source,
    '--user',
    upn,
    '--password-file',
    passwordFile,
    '--json',
    ...options,
  ])
  assert.ok(out !== '', err)
  return { document: JSON.parse(out) as Document, code }
}

/** Findings as `id: dn`, sorted: a difference shows as whole lines. */
function found({ findings }: Document): string[] {
  return findings.flatMap(({ id, objects }) => objects.map(({ dn }) => `${id}: ${dn}`)).toSorted()
}

function listed(expected: Expected): string[] {
  return [...expected].flatMap(([id, dns]) => [...dns].map((dn) => `${id}: ${dn}`)).toSorted()
}

function expect(expected: Expected, id: string, on: string | readonly string[]): void {
  const dns = expected.get(id) ?? new Set()
  for (const dn of [on].flat()) dns.add(dn as string)
  expected.set(id, dns)
}

/** What a freshly provisioned Samba domain really has. */
function baseline(g: Ground): Expected {
  const expected: Expected = new Map()
  // Samba provisions AdminSDHolder without SE_DACL_PROTECTED.
  expect(expected, 'acl-adminsdholder', g.at('CN=AdminSDHolder,CN=System'))
  // Samba 4.17 has no channel binding at all.
  expect(expected, 'ldap-channel-binding-missing', g.controller)
  // The one administrator is neither marked as not to be delegated nor in Protected Users …
  expect(expected, 'priv-delegation-allowed', g.administrator)
  // … and is under the domain's policy, which asks for seven characters.
  expect(expected, 'priv-weak-password-policy', g.administrator)
  return expected
}

function addPlanted(expected: Expected, id: string, planted: Planted): void {
  if (typeof planted === 'string' || !('on' in planted)) return expect(expected, id, planted)
  expect(expected, id, planted.on)
  for (const [other, on] of Object.entries(planted.alsoCauses)) expect(expected, other, on)
}

async function withDomain(
  options: Parameters<typeof startSamba>[0],
  run: (g: Ground, reader: SambaAccount) => Promise<void>,
): Promise<void> {
  const dc = await startSamba(options)
  try {
    await run(new Ground(dc), await dc.addUser('reader', 'Gl4cis-reader'))
  } finally {
    await dc.stop()
  }
}

suite('an ordinary user assesses a Samba domain', { skip: sambaMissing() }, () => {
  test('a fresh one has what Samba ships with, and nothing else', () =>
    withDomain({}, async (g, reader) => {
      const { document, code } = await assess(g.dc, reader)
      assert.deepEqual(found(document), listed(baseline(g)))
      assert.equal(code, 0)
    }))

  for (const { title, options, prepare, mends = [], seeds } of fields) {
    test(`${title}: ${Object.keys(seeds).length} exposures are found where they were planted, and gone when repaired`, () =>
      withDomain(options, async (g, reader) => {
        await prepare?.(g)
        await g.settle()
        const healthy = baseline(g)
        for (const id of mends) healthy.delete(id)
        const planted: Expected = new Map([...healthy].map(([id, dns]) => [id, new Set(dns)]))
        for (const [id, plant] of Object.entries(seeds)) {
          try {
            addPlanted(planted, id, await plant(g))
            await g.flush()
          } catch (error) {
            console.log('SEED FAILED', id, String((error as Error).message).slice(0, 600))
          }
        }
        const before = await assess(g.dc, reader, ['--save', '/tmp/as/last.glacis'])
        writeFileSync('/tmp/as/last.json', JSON.stringify(before.document))
        assert.deepEqual(found(before.document), listed(planted))
        await g.repair()
        const afterwards = await assess(g.dc, reader)
        writeFileSync('/tmp/as/after.json', JSON.stringify(afterwards.document))
        assert.deepEqual(found(afterwards.document), listed(healthy))
      }))
  }
})
