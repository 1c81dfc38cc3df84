import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSid, readSid } from './sid.ts'
import { labDomain, labEntries, needsLab } from './testing.ts'
import {
  builtinSid,
  isController,
  nameOfSid,
  optionalFeature,
  rid,
  sidInDomain,
  wellKnownObject,
  wellKnownSid,
} from './well-known.ts'
import { readGuid } from './guid.ts'

test('all well-known SIDs are SIDs in normal form, each once', () => {
  const all = [...Object.values(wellKnownSid), ...Object.values(builtinSid)]
  for (const sid of all) assert.equal(isSid(sid), true, sid)
  assert.equal(new Set<string>(all).size, all.length)
})

test('names are found by SID, of groups in any domain too', () => {
  assert.equal(nameOfSid('S-1-1-0'), 'Everyone')
  assert.equal(nameOfSid('S-1-5-32-544'), 'Administrators')
  assert.equal(nameOfSid(sidInDomain(labDomain, rid.domainAdmins)), 'Domain Admins')
  assert.equal(nameOfSid('S-1-5-21-9-8-7-498'), 'Enterprise Read-only Domain Controllers')
})

test('nobody else has a well-known name', () => {
  assert.equal(nameOfSid(`${labDomain}-1105`), undefined)
  assert.equal(nameOfSid(labDomain), undefined)
  assert.equal(nameOfSid('S-1-5-21-1-2-512'), undefined)
  assert.equal(nameOfSid('S-1-5-32-512'), undefined)
})

test('primary groups 516 and 521 make a controller', () => {
  assert.equal(isController(516), true)
  assert.equal(isController(521), true)
  assert.equal(isController(515), false)
  assert.equal(isController(undefined), false)
})

test('a Windows domain calls its well-known principals as we do', needsLab, () => {
  let compared = 0
  for (const entry of labEntries()) {
    const octets = entry.values('objectSid')[0]
    const name = entry.text('name')
    if (octets === undefined || name === undefined || name.startsWith('S-1-')) continue
    const known = nameOfSid(readSid(octets))
    if (known === undefined) continue
    compared += 1
    assert.equal(known.toLowerCase(), name.toLowerCase())
  }
  assert.equal(compared, 85)
})

test('a Windows domain lists its containers under the GUIDs we have', needsLab, () => {
  const found = new Set<string>()
  for (const entry of labEntries()) {
    for (const attribute of ['wellKnownObjects', 'otherWellKnownObjects']) {
      for (const value of entry.values(attribute)) found.add(value.toString().split(':')[2]!)
    }
  }
  for (const [name, key] of Object.entries(wellKnownObject)) assert.ok(found.has(key), name)
})

test('optional features have the GUIDs of a Windows forest', needsLab, () => {
  const found = labEntries().flatMap((entry) =>
    entry.values('msDS-OptionalFeatureGUID').map((value) => readGuid(value)),
  )
  assert.ok(found.includes(optionalFeature.recycleBin))
  assert.ok(found.includes(optionalFeature.privilegedAccessManagement))
})
