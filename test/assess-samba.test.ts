/**
 * The acceptance test of the assessment: exposures are planted on real Samba domain controllers, an ordinary domain user
 * looks for them through the command line over LDAPS, and finds exactly those, on exactly those objects; and none once they
 * are repaired.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { uac } from '#directory'
import { glacis } from './cli.ts'
import {
  type SambaAccount,
  type SambaDc,
  type SambaOptions,
  sambaMissing,
  startSamba,
} from './samba.ts'
import accounts from './samba-seeds/accounts.ts'
import acl from './samba-seeds/acl.ts'
import adcs from './samba-seeds/adcs.ts'
import controllers from './samba-seeds/controllers.ts'
import forest from './samba-seeds/forest.ts'
import { Ground, protectAdminSdHolder } from './samba-seeds/ground.ts'
import hybrid from './samba-seeds/hybrid.ts'
import later from './samba-seeds/later.ts'
import privilege from './samba-seeds/privilege.ts'
import schema from './samba-seeds/schema.ts'
import type { Field, Planted } from './samba-seeds/seed.ts'

const fields: readonly Field[] = [
  accounts,
  privilege,
  acl,
  adcs,
  controllers,
  hybrid,
  forest,
  schema,
  later,
]

/** What a freshly provisioned Samba domain really has, and on what. */
function shipped(g: Ground): Expected {
  const expected: Expected = new Map()
  // Samba provisions AdminSDHolder without SE_DACL_PROTECTED: it takes what CN=System passes on.
  expect(expected, 'acl-adminsdholder', g.at('CN=AdminSDHolder,CN=System'))
  // Samba 4.17 knows no channel binding.
  expect(expected, 'ldap-channel-binding-missing', g.controller)
  // The one administrator is neither marked as not to be delegated nor in Protected Users, which this level does not have …
  expect(expected, 'priv-delegation-allowed', g.administrator)
  // … and is under the domain's policy, which asks for seven characters.
  expect(expected, 'priv-weak-password-policy', g.administrator)
  expect(expected, 'pwd-min-length', g.dc.baseDn)
  // The tests themselves sign in as it.
  expect(expected, 'priv-builtin-admin', g.administrator)
  // Its schema has no attributes for local administrators' passwords.
  expect(expected, 'laps-not-deployed', g.dc.baseDn)
  // Windows too lets every user join ten computers.
  expect(expected, 'acct-machine-account-quota', g.dc.baseDn)
  return expected
}

/** Exposures that an ordinary account can never tell on Samba, by what it cannot see. */
const unseenByDesign: Readonly<Record<string, RegExp>> = {
  'acl-pso-control':
    /"CN=Password Settings Container,CN=System,DC=corp,DC=example", showed nothing/,
  'acl-well-known-container-control': /CN=MicrosoftDNS,CN=System,DC=corp,DC=example/,
  'dns-server-object-control': /CN=MicrosoftDNS/,
  // Computed by Windows only, and too costly to ask for with every object.
  'priv-ephemeral-membership': /there is no msDS-ReplValueMetaData/,
}

/** Exposures that are not planted here. */
const notPlanted: Readonly<Record<string, string>> = {
  'acct-machine-account-quota': 'Samba ships with it; it is repaired in a test of its own',
  'pwd-min-length': 'Samba ships with it; it is repaired in a test of its own',
  'ldap-channel-binding-missing': 'Samba always has it, and cannot be repaired',
  'ldap-signing-not-required': 'a matter of configuration, with a test of its own',
  'priv-ephemeral-membership': 'Samba keeps no msDS-ReplValueMetaData',
}

interface Document {
  readonly findings: readonly {
    readonly id: string
    readonly objects: readonly { readonly dn: string }[]
  }[]
  readonly passed: readonly string[]
  readonly notAssessed: readonly { readonly id: string; readonly because: string }[]
}

/** DNs of objects by the exposures they must be found with. */
type Expected = Map<string, Set<string>>

const folder = mkdtempSync(join(tmpdir(), 'glacis-assess-'))
after(() => rmSync(folder, { recursive: true }))

/** What the command line says to an account about a domain. */
async function assess(
  dc: SambaDc,
  { upn, password }: SambaAccount,
  options: readonly string[] = [],
): Promise<{ document: Document; code: number | null }> {
  const passwordFile = join(folder, `${dc.host}-${upn}`)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  const place = ['--address', `${dc.name}=${dc.host}`, '--ca-file', dc.caFile]
  const account = ['--user', upn, '--password-file', passwordFile]
  const args = ['assess', `ldaps://${dc.name}`, ...place, ...account, '--json', ...options]
  const { code, out, err } = await glacis(args)
  assert.ok(out !== '', err)
  return { document: JSON.parse(out) as Document, code }
}

function expect(expected: Expected, id: string, on: string | readonly string[]): void {
  const dns = expected.get(id) ?? new Set()
  for (const dn of [on].flat()) dns.add(dn)
  expected.set(id, dns)
}

function addPlanted(expected: Expected, id: string, planted: Planted): void {
  if (typeof planted === 'string' || !('on' in planted)) {
    expect(expected, id, planted)
    return
  }
  expect(expected, id, planted.on)
  for (const [other, on] of Object.entries(planted.alsoCauses)) expect(expected, other, on)
}

/** Exactly these findings on exactly these objects. A difference is told line by line. */
function assertFound({ findings }: Document, expected: Expected): void {
  const found = findings.flatMap(({ id, objects }) => objects.map(({ dn }) => `${id}: ${dn}`))
  const wanted = [...expected].flatMap(([id, dns]) => [...dns].map((dn) => `${id}: ${dn}`))
  assert.deepEqual(
    {
      missing: wanted.filter((line) => !found.includes(line)),
      unexpected: found.filter((line) => !wanted.includes(line)),
    },
    { missing: [], unexpected: [] },
  )
}

/** Exactly these exposures without a verdict. */
function assertNotAssessed({ notAssessed }: Document, ids: readonly string[]): void {
  assert.deepEqual(notAssessed.map(({ id }) => id).toSorted(), ids.toSorted())
  for (const { id, because } of notAssessed) {
    const reason = unseenByDesign[id]
    if (reason !== undefined) assert.match(because, reason)
  }
}

async function withDomain(
  options: SambaOptions,
  run: (g: Ground, reader: SambaAccount) => Promise<void>,
): Promise<void> {
  const dc = await startSamba(options)
  try {
    await run(new Ground(dc), await dc.addUser('reader', 'Gl4cis-reader'))
  } finally {
    await dc.stop()
  }
}

suite('an ordinary user assesses a Samba domain', { skip: sambaMissing(), concurrency: 2 }, () => {
  test('a fresh one has what Samba ships with, and nothing else', () =>
    withDomain({}, async (g, reader) => {
      const { document, code } = await assess(g.dc, reader)
      assertFound(document, shipped(g))
      assertNotAssessed(document, Object.keys(unseenByDesign))
      assert.equal(code, 0, 'what no ordinary account sees is no gap')
    }))

  test('what it ships with is gone when repaired', () =>
    withDomain({}, async (g, reader) => {
      await protectAdminSdHolder(g)
      await g.set(g.dc.baseDn, { minPwdLength: 14, 'ms-DS-MachineAccountQuota': 0 })
      await g.set(g.administrator, { userAccountControl: uac.normalAccount | uac.notDelegated })
      await g.flush()
      // By then it will not have signed in for a while.
      const afterwards = new Date(Date.now() + 40 * 86_400_000).toISOString()
      const { document } = await assess(g.dc, reader, ['--now', afterwards])
      const expected = shipped(g)
      // The schema is mended where its exposures are planted.
      for (const id of expected.keys()) if (!/^(?:ldap|laps)-/.test(id)) expected.delete(id)
      assertFound(document, expected)
      // Password settings, which may allow shorter ones, are not for ordinary users to read.
      assertNotAssessed(document, [...Object.keys(unseenByDesign), 'pwd-min-length'])
    }))

  test('an administrator sees the same, and what ordinary users may not read', () =>
    withDomain({}, async (g) => {
      const { document, code } = await assess(g.dc, g.dc.admin)
      assertFound(document, shipped(g))
      assertNotAssessed(document, ['priv-ephemeral-membership'])
      assert.equal(code, 0)
    }))

  test('one that takes binds without signing', () =>
    withDomain({ globals: ['ldap server require strong auth = no'] }, async (g, reader) => {
      const { document } = await assess(g.dc, reader)
      const expected = shipped(g)
      expect(expected, 'ldap-signing-not-required', g.controller)
      assertFound(document, expected)
    }))

  for (const { title, prepare, mends = [], later: now, unseen = {}, seeds } of fields) {
    const ids = Object.keys(seeds)
    test(`${title}: ${ids.length} exposures are found where they were planted, and gone when repaired`, () =>
      withDomain({}, async (g, reader) => {
        await prepare?.(g)
        await g.settle()
        const [healthy, planted] = [shipped(g), shipped(g)]
        for (const id of mends) for (const each of [healthy, planted]) each.delete(id)
        for (const [id, plant] of Object.entries(seeds)) addPlanted(planted, id, await plant(g))
        await g.flush()
        const clock = now === undefined ? [] : ['--now', now.toISOString()]
        assertFound((await assess(g.dc, reader, clock)).document, planted)

        await g.repair()
        const { document, code } = await assess(g.dc, reader)
        assertFound(document, healthy)
        assertNotAssessed(document, [...Object.keys(unseenByDesign), ...Object.keys(unseen)])
        assert.equal(code, 0)
      }))
  }
})

test('every exposure is planted somewhere, but for a few that Samba cannot have', async () => {
  const { out } = await glacis(['explain', '--json'])
  const all = (JSON.parse(out) as { id: string }[]).map(({ id }) => id)
  const planted = new Set(fields.flatMap(({ seeds }) => Object.keys(seeds)))
  assert.deepEqual(
    all.filter((id) => !planted.has(id)).toSorted(),
    Object.keys(notPlanted).toSorted(),
  )
})
