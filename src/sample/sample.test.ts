import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { Memberships, type Snapshot } from '#directory'
import { type SampleOptions, makeSample } from './sample.ts'

const now = new Date('2026-01-15T09:00:00Z')
const sample = (options: Partial<SampleOptions> = {}) =>
  makeSample({ now, objects: 1500, ...options })

/** A digest of every name and value. */
function digest(snapshot: Snapshot): string {
  const hash = createHash('sha256')
  for (let id = 0; id < snapshot.count; id++) {
    hash.update(snapshot.dn(id))
    for (const name of snapshot.attributeNames) {
      for (const value of snapshot.raw(id, name)) hash.update(name).update(value)
    }
  }
  return hash.digest('hex')
}

function unique(values: Iterable<string>, what: string): void {
  const seen = new Set<string>()
  for (const value of values) {
    assert.ok(!seen.has(value), `${what} ${value} is there twice`)
    seen.add(value)
  }
}

/** The last sign-in of anybody, in milliseconds. */
function lastSignIn(date: Date): number {
  const { snapshot } = sample({ now: date })
  const times = [...snapshot.having('lastLogonTimestamp')].map(
    (id) => snapshot.value(id, 'lastLogonTimestamp')?.getTime() ?? 0,
  )
  return Math.max(...times)
}

suite('a sample', () => {
  test('is the same, octet for octet, for the same seed, and another for another', () => {
    const first = digest(sample().snapshot)
    assert.equal(digest(sample().snapshot), first)
    assert.notEqual(digest(sample({ seed: 'other' }).snapshot), first)
  })

  test('has as many objects as were asked for, and a second domain when they are many', () => {
    for (const objects of [1500, 4000, 12_000]) {
      const { snapshot } = sample({ objects, exposures: 'none' })
      assert.ok(Math.abs(snapshot.count - objects) <= objects * 0.01, `${snapshot.count}`)
      assert.equal(snapshot.domains.length, objects >= 10_000 ? 2 : 1)
      assert.equal(snapshot.coverage.find(({ source }) => source === 'ldap-domain')?.state, 'read')
    }
  })

  test('is whole: no two objects share a DN, SID, GUID or account name, and every link and parent is there', () => {
    const { snapshot } = sample({ objects: 12_000 })
    const ids = Array.from({ length: snapshot.count }, (_, id) => id)
    unique(
      ids.flatMap((id) => snapshot.value(id, 'objectGUID') ?? []),
      'GUID',
    )
    const accounts = ids.filter((id) => snapshot.value(id, 'sAMAccountName') !== undefined)
    unique(
      accounts.map((id) => `${snapshot.domainOf(id)?.name} ${snapshot.name(id)}`.toLowerCase()),
      'account',
    )
    unique(
      accounts.map((id) => `${snapshot.domainOf(id)?.name} ${snapshot.sid(id)}`),
      'SID',
    )
    for (const id of ids) {
      for (const dn of [...snapshot.value(id, 'member'), ...snapshot.value(id, 'memberOf')]) {
        assert.ok(snapshot.byDn(dn) !== undefined, `${snapshot.dn(id)} links to ${dn}`)
      }
      const isHead = ((snapshot.value(id, 'instanceType') ?? 0) & 1) !== 0
      assert.ok(isHead || snapshot.parent(id) !== undefined, snapshot.dn(id))
      assert.ok(snapshot.value(id, 'nTSecurityDescriptor') !== undefined, snapshot.dn(id))
    }
  })

  test('nests teams in departments, with the people of each in both', () => {
    const { snapshot } = sample({ objects: 3000, exposures: 'none' })
    const groups = new Memberships(snapshot)
    const department = snapshot.byDn('CN=Department 1,OU=Groups,DC=meridian,DC=example')
    const team = snapshot.byDn('CN=Team 1,OU=Groups,DC=meridian,DC=example')
    assert.ok(department !== undefined && team !== undefined)
    assert.equal(groups.members(team).length, 25)
    assert.equal(groups.members(department).length, 20)
    assert.equal(groups.transitiveMembers(department).length, 20 * 25 + 20)
  })

  test('has few distinct descriptors among many objects, and attributes spelt as the schema does', () => {
    const { snapshot } = sample({ objects: 12_000, exposures: 'none' })
    const distinct = new Set(
      Array.from({ length: snapshot.count }, (_, id) =>
        snapshot.valueId(id, 'nTSecurityDescriptor'),
      ),
    )
    assert.ok(distinct.size < 700, `${distinct.size}`)
    for (const name of [
      'msLAPS-PasswordExpirationTime',
      'givenName',
      'sAMAccountName',
      'nTSecurityDescriptor',
    ]) {
      assert.ok(snapshot.attributeNames.includes(name), name)
    }
  })

  test('counts all times back from the time it is given', () => {
    assert.ok(lastSignIn(now) <= now.getTime())
    const later = new Date(now.getTime() + 1000 * 86_400_000)
    assert.equal(lastSignIn(later) - lastSignIn(now), 1000 * 86_400_000)
  })

  test('refuses an exposure it cannot plant', () => {
    assert.throws(() => sample({ exposures: ['no-such-thing'] }), /no-such-thing/)
  })
})
