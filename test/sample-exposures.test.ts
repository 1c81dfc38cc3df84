import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assess, catalogue } from '#exposure'
import { type Planted, makeSample, planters } from '#sample'

const now = new Date('2026-01-15T09:00:00Z')

/** DNs that each exposure must be found on, by id. */
function expected(planted: readonly Planted[]): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>()
  for (const { id, objects } of planted.flatMap((one) => [one, ...one.alsoCauses])) {
    const dns = places.get(id) ?? new Set()
    places.set(id, dns)
    for (const { dn } of objects) dns.add(dn)
  }
  return places
}

/** What is found in a sample, and what could not be assessed. */
function assessed(objects: number, exposures: 'none' | 'all' | readonly string[] | undefined) {
  const sample = makeSample({ now, objects, ...(exposures === undefined ? {} : { exposures }) })
  const { findings, notAssessed } = assess(sample.snapshot, catalogue, now)
  return {
    wanted: plain(expected(sample.planted)),
    found: plain(
      new Map(findings.map(({ rule, objects: on }) => [rule.id, new Set(on.map(({ dn }) => dn))])),
    ),
    notAssessed: notAssessed.map(({ rule, because }) => `${rule.id}: ${because}`),
  }
}

/** In an order that can be compared. */
function plain(places: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string[]> {
  const entries = [...places].map(([id, dns]) => [id, [...dns].toSorted()] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

suite('a sample', () => {
  test('without exposures is clean, with one domain and with two', () => {
    for (const objects of [2000, 12_000]) {
      const { found, notAssessed } = assessed(objects, 'none')
      assert.deepEqual(found, {})
      assert.deepEqual(notAssessed, [])
    }
  })

  test('has a planter for every exposure, and none for what is no exposure', () => {
    assert.deepEqual(Object.keys(planters).toSorted(), catalogue.map(({ id }) => id).toSorted())
  })

  for (const id of Object.keys(planters)) {
    test(`shows ${id} where it was planted, what that brings with it, and nothing else`, () => {
      const { wanted, found, notAssessed } = assessed(0, [id])
      assert.ok(wanted[id] !== undefined && wanted[id].length > 0)
      assert.deepEqual(found, wanted)
      assert.deepEqual(notAssessed, [])
    })
  }

  test('shows a believable selection when nothing else is asked for', () => {
    const { wanted, found, notAssessed } = assessed(2000, undefined)
    assert.ok(Object.keys(wanted).length >= 25)
    assert.deepEqual(found, wanted)
    assert.deepEqual(notAssessed, [])
  })

  test('shows all exposures at once', () => {
    const { wanted, found } = assessed(2000, 'all')
    // DnsAdmins controls its container from the start; that counts once somebody is in it and delegated accounts exist.
    wanted['svc-dmsa-create-delegated']?.unshift('CN=MicrosoftDNS,CN=System,DC=meridian,DC=example')
    assert.deepEqual(found, wanted)
  })
})
