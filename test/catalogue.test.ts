/** Tests about the catalogue as a whole: every rule is in order, and none is forgotten. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { suite, test } from 'node:test'
import { catalogue, categories, severities } from '#exposure'
import { attributeNames, isSecret } from '#directory'

const files = globSync('src/exposure/rules/*/*.ts').filter((file) => !file.endsWith('.test.ts'))

suite('every rule', () => {
  test('is in the catalogue under its file name, in the folder of its category, with a test beside it', () => {
    const inFiles = files
      .map((file) => `${basename(dirname(file))}/${basename(file, '.ts')}`)
      .toSorted()
    assert.deepEqual(catalogue.map(({ category, id }) => `${category}/${id}`).toSorted(), inFiles)
    assert.deepEqual(
      files.filter((file) => !existsSync(file.replace(/\.ts$/, '.test.ts'))),
      [],
    )
  })

  test('has a unique id in lower-case words', () => {
    const ids = catalogue.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length)
    assert.deepEqual(
      ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(id)),
      [],
    )
  })

  test('has a known category and severity, and needs something', () => {
    for (const { id, category, severity, needs } of catalogue) {
      assert.ok(categories.includes(category), id)
      assert.ok(severities.includes(severity), id)
      assert.ok(needs.length > 0, id)
    }
  })

  test('says what, why and what to do in whole sentences', () => {
    const bad = catalogue.filter(
      ({ title, why, fix }) =>
        title.length < 10 ||
        title.endsWith('.') ||
        !why.endsWith('.') ||
        !fix.endsWith('.') ||
        why === fix,
    )
    assert.deepEqual(
      bad.map(({ id }) => id),
      [],
    )
  })

  test('names ATT&CK techniques, and other sources in their form', () => {
    const forms = {
      spec: /^(MS-[A-Z0-9]+|RFC \d+)( |$)/,
      anssi: /^(vuln\d|warning)_/,
      esc: /^ESC\d+$/,
      pingcastle: /^[APST]-/,
    }
    const bad = catalogue.flatMap(({ id, attack, refs }) => [
      ...(attack.length > 0 && attack.every((technique) => /^T\d{4}(\.\d{3})?$/.test(technique))
        ? []
        : [id]),
      ...Object.entries(forms).flatMap(([kind, form]) =>
        (refs[kind as keyof typeof forms] ?? [])
          .filter((ref) => !form.test(ref))
          .map((ref) => `${id}: ${ref}`),
      ),
    ])
    assert.deepEqual(bad, [])
  })

  test('reads attributes that are collected, and no secret', () => {
    const presence = new Set([
      'unixUserPassword',
      'userPassword',
      'msSFU30Password',
      'os400Password',
      'thumbnailPhoto',
      'msKds-RootKeyData',
      'msLAPS-EncryptedPassword',
      'msLAPS-Password',
    ])
    for (const { id, reads } of catalogue) {
      assert.deepEqual(
        reads.filter((name) => !attributeNames.includes(name)),
        [],
        id,
      )
      // Of these only the presence is known.
      assert.deepEqual(
        reads.filter((name) => isSecret(name) && !presence.has(name)),
        [],
        id,
      )
    }
  })
})

interface Entry {
  readonly id: string
  readonly category: string
  readonly severity: string
  readonly needs: readonly string[]
}

const list = '../shared/catalogue/exposures.json'

test(
  'the catalogue has every critical and high exposure that LDAP alone can show',
  { skip: existsSync(list) ? false : 'needs ../shared/catalogue' },
  () => {
    const reachable = (need: string) =>
      need.startsWith('ldap-') || need === 'nTSecurityDescriptor' || need === 'rootdse'
    const wanted = (JSON.parse(readFileSync(list, 'utf8')) as Entry[]).filter(
      ({ severity, needs }) =>
        (severity === 'critical' || severity === 'high') && needs.every(reachable),
    )
    const known = new Map(catalogue.map((rule) => [rule.id, rule]))
    assert.deepEqual(
      wanted.filter(({ id }) => !known.has(id)).map(({ id }) => id),
      [],
    )
    assert.deepEqual(
      wanted.filter(({ id, category }) => known.get(id)?.category !== category).map(({ id }) => id),
      [],
    )
  },
)
