import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultDescriptorOf, dnsAdminsAce, freshDescriptors } from './default-descriptors.ts'
import { labSkip, labSnapshot } from './lab/testing.ts'
import { parseSddl } from './sddl.ts'
import { type Ace, aceFlags, descriptorControl, mapGenericRights } from './security-descriptor.ts'

const domain = 'S-1-5-21-10-20-30'

const key = ({ type, flags, mask, objectType, inheritedObjectType, sid }: Ace) =>
  [type, flags, mapGenericRights(mask), objectType, inheritedObjectType, sid].join(' ')
const keys = (aces: readonly Ace[] | null | undefined) => (aces ?? []).map(key).toSorted()

test('the defaults that accounts are made with', () => {
  for (const name of [
    'user',
    'computer',
    'group',
    'organizationalUnit',
    'groupPolicyContainer',
    'msDS-GroupManagedServiceAccount',
  ]) {
    const sddl = defaultDescriptorOf(name)
    assert.ok(sddl)
    assert.ok((parseSddl(sddl, { domain, rootDomain: domain }).dacl?.length ?? 0) > 3, name)
  }
  assert.equal(defaultDescriptorOf('USER'), defaultDescriptorOf('user'))
  assert.equal(defaultDescriptorOf('noSuchClass'), undefined)
})

test('everything here is SDDL', () => {
  for (const objects of Object.values(freshDescriptors)) {
    for (const sddl of objects.values()) parseSddl(sddl, { domain, rootDomain: domain })
  }
  assert.equal(parseSddl(`D:${dnsAdminsAce(`${domain}-1101`)}`).dacl?.[0]?.mask, 0xf017f)
})

test('class defaults are those of a real schema', { skip: labSkip }, () => {
  const snapshot = labSnapshot()
  const own = snapshot.domains[0]?.sid
  const context = { domain: own, rootDomain: own }
  let compared = 0
  for (const definition of snapshot.schema.classes) {
    const mine = defaultDescriptorOf(definition.lDAPDisplayName)
    const real = definition.defaultSecurityDescriptor
    if (mine === undefined || real === undefined) continue
    const [a, b] = [parseSddl(mine, context), parseSddl(real, context)]
    assert.deepEqual(new Set(keys(a.dacl)), new Set(keys(b.dacl)), definition.lDAPDisplayName)
    assert.deepEqual(new Set(keys(a.sacl)), new Set(keys(b.sacl)), definition.lDAPDisplayName)
    assert.equal(a.control, b.control, definition.lDAPDisplayName)
    compared++
  }
  assert.ok(compared > 100, `${compared}`)
})

test(
  'objects of every forest have these explicit permissions in a real one',
  { skip: labSkip },
  () => {
    const snapshot = labSnapshot()
    const own = snapshot.domains[0]?.sid
    const context = { domain: own, rootDomain: own }
    const heads = {
      domain: 'DC=essos,DC=local',
      configuration: 'CN=Configuration,DC=essos,DC=local',
      schema: 'CN=Schema,CN=Configuration,DC=essos,DC=local',
      domainDnsZones: 'DC=DomainDnsZones,DC=essos,DC=local',
      forestDnsZones: 'DC=ForestDnsZones,DC=essos,DC=local',
    }
    // Not of a fresh domain: guarding an OU against deletion denied this on its parent, and DnsAdmins has an ordinary SID.
    const later = new Set([
      key(parseSddl('D:(D;;DC;;;WD)').dacl![0]!),
      key(parseSddl(`D:${dnsAdminsAce(`${own}-1102`)}`).dacl![0]!),
    ])
    for (const [context_, objects] of Object.entries(freshDescriptors)) {
      for (const [path, sddl] of objects) {
        const head = heads[context_ as keyof typeof heads]
        const dn = path === '' ? head : `${path},${head}`
        const id = snapshot.byDn(dn)
        assert.ok(id !== undefined, dn)
        const real = snapshot.value(id, 'nTSecurityDescriptor')
        const mine = parseSddl(sddl, context)
        const explicit = real?.dacl?.filter(
          (ace) => (ace.flags & aceFlags.inherited) === 0 && !later.has(key(ace)),
        )
        assert.deepEqual(new Set(keys(mine.dacl)), new Set(keys(explicit)), dn)
        assert.equal(mine.owner, real?.owner, dn)
        const { daclProtected } = descriptorControl
        assert.equal(mine.control & daclProtected, (real?.control ?? 0) & daclProtected, dn)
      }
    }
  },
)
