/** Holds that rules declare what they read: the collector asks for nothing else, and what was not asked for is never "clean". */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  ForestBuilder,
  type Snapshot,
  attributeNames,
  baseAttributes,
  optionalFeature,
  trustAttributes,
} from '#directory'
import { assess, catalogue } from '#exposure'
import { makeSample } from '#sample'
import { attributesFor } from '../src/app/source.ts'
import { Forest } from '../src/exposure/forest.ts'
import { recordReads, undeclared } from '../src/exposure/testing.ts'
import { attributesShown } from '../src/report/attributes-shown.ts'
import { documentOf } from '../src/report/document.ts'
import { maskNames } from '../src/report/mask.ts'

const now = new Date('2026-01-15T09:00:00Z')
const base = new Set<string>(baseAttributes)

/** What the sample has not: cases that make rules look further. */
function rareCases(): Snapshot {
  const f = new ForestBuilder({ metadata: true })
  const day = 86_400_000
  const spies = f.group('Spies')
  f.grant(spies, f.rodc('RODC1', { managedBy: f.group('Branch') }), 'GA')
  f.computer('AZUREADSSOACC', { in: f.ou('Cloud'), pwdLastSet: f.daysAgo(3) })
  const away = { lastLogon: f.daysAgo(99), lastLogonTimestamp: f.daysAgo(99) }
  f.controller('DC2', away)
  f.computer('XP1', {
    operatingSystem: 'Windows XP',
    operatingSystemVersion: '5.1 (2600)',
    ...away,
  })
  const unused = { lastLogon: undefined, lastLogonTimestamp: undefined, logonCount: 0 }
  f.computer('XP2', {
    operatingSystem: 'Windows XP',
    operatingSystemVersion: '5.1 (2600)',
    ...unused,
  })
  f.user('unused', unused)
  for (let count = 1; count <= 11; count++) f.addTo(f.schemaAdmins, f.user(`adm-${count}`))
  for (const [name, group] of [
    ['svc-sql', f.domainAdmins],
    ['svc-web', f.enterpriseAdmins],
  ] as const) {
    const service = f.user(name, {
      servicePrincipalName: `MSSQLSvc/${name}:1433`,
      'msDS-SupportedEncryptionTypes': 0x18,
    })
    f.addTo(group, service)
  }
  for (const name of ['Long', 'Longer']) {
    f.passwordSettings(name, {
      appliesTo: [f.domainAdmins],
      'msDS-MinimumPasswordLength': 33,
      'msDS-MaximumPasswordAge': 365 * day,
      whenCreated: f.daysAgo(100),
    })
  }
  f.set(f.administrator, { lastLogonTimestamp: f.daysAgo(1), pwdLastSet: f.daysAgo(9) })
  const feature = f.object(
    `CN=Privileged Access Management Feature,CN=Optional Features,CN=Directory Service,CN=Windows NT,CN=Services,${f.configurationDn}`,
    ['top', 'msDS-OptionalFeature'],
    { 'msDS-OptionalFeatureGUID': optionalFeature.privilegedAccessManagement },
  )
  f.set(f.partitions, { 'msDS-EnabledFeature': feature })
  f.trust('bastion.example', { trustAttributes: trustAttributes.pimTrust })
  f.object(`CN=Vault,CN=OID,${f.publicKeyServices.dn}`, ['top', 'msPKI-Enterprise-Oid'], {
    'msPKI-Cert-Template-OID': '1.2.3',
    'msDS-OIDToGroupLink': f.group('Vault', { scope: 'universal' }).dn,
  })
  const template = f.template('Old', {
    'msPKI-Certificate-Policy': '1.2.3',
    'msPKI-Certificate-Application-Policy': undefined,
    'msPKI-Enrollment-Flag': 0x8_0000,
    enrollees: [f.domainUsers],
  })
  f.authority('CA1', { templates: [template] })
  const keys = f.object(`CN=ADFS,CN=Microsoft,CN=Program Data,${f.dn}`, ['top', 'container'])
  f.owner(f.object(`CN=Key,${keys.dn}`, ['top', 'person', 'contact']), f.user('plain'))
  return f.build()
}

const sample = makeSample({ now, objects: 2000, exposures: 'all' }).snapshot
const worlds = [sample, rareCases(), new ForestBuilder().build()]

suite('every rule', () => {
  for (const rule of catalogue) {
    test(`${rule.id} declares what it reads, and reads what it declares`, () => {
      const all = new Set<string>()
      for (const world of worlds) {
        const { seen, reads } = recordReads(world)
        assess(seen, [rule], now)
        for (const name of reads) all.add(name)
      }
      assert.deepEqual(undeclared(rule, all), [])
      const declared = [...rule.reads, ...(rule.alsoReads ?? [])]
      assert.deepEqual(
        declared.filter((name) => !all.has(name) && !base.has(name)),
        [],
        'declared, but read in none of the worlds of this test',
      )
    })
  }
})

test('what memberships, access, Tier Zero and the schema read is of the base', () => {
  const { seen, reads } = recordReads(sample)
  const forest = new Forest(seen, now)
  for (const id of forest.tierZero.objects) forest.outsiders(id, forest.access.control)
  for (const id of seen.ofKind('group')) {
    forest.memberships.tokenOf(id)
    forest.memberships.reach(seen.sid(id) ?? '')
  }
  assert.ok(reads.has('member') && reads.has('nTSecurityDescriptor'))
  assert.deepEqual(
    [...reads].filter((name) => !base.has(name)),
    [],
  )
})

test('what the inventory and the masking of names read is of the base or of their list', () => {
  const { seen, reads } = recordReads(sample)
  const { masked } = maskNames(documentOf(assess(seen, [], now)), seen, 'secret')
  assert.ok(masked.inventory.controllers.length > 0)
  const known = new Set<string>([...base, ...attributesShown])
  assert.deepEqual(
    [...reads].filter((name) => !known.has(name)),
    [],
  )
  assert.deepEqual(
    attributesShown.filter((name) => !reads.has(name)),
    [],
  )
})

test('a controller is asked for what is declared, and for less when fewer rules are to run', () => {
  const all = attributesFor(catalogue)
  assert.deepEqual(
    all.filter((name) => !(attributeNames as readonly string[]).includes(name)),
    [],
  )
  const few = attributesFor(catalogue.filter(({ id }) => id === 'pwd-not-required'))
  assert.ok(few.includes('userAccountControl') && !few.includes('description'))
  assert.deepEqual(
    ['description', 'replPropertyMetaData', 'msDS-ReplValueMetaData'].filter(
      (name) => !all.includes(name),
    ),
    [],
  )
})
