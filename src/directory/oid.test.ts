import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  attributeGuid,
  classGuid,
  extendedRight,
  propertySet,
  validatedWrite,
} from './known-schema.ts'
import { certificateExtension, extendedKeyUsage, nameOfOid, weakAlgorithm } from './oid.ts'
import {
  builtinSid,
  optionalFeature,
  replicationSpnPrefix,
  wellKnownGpo,
  wellKnownSid,
} from './well-known.ts'

const catalogue = ['exposures', 'edges'].map(
  (name) => new URL(`../../../shared/catalogue/${name}.json`, import.meta.url),
)
const needsCatalogue = {
  skip: catalogue.every((path) => existsSync(path)) ? false : 'needs ../shared/catalogue',
}
const textOf = () => catalogue.map((path) => readFileSync(path, 'utf8')).join('\n')

test('object identifiers have names for people', () => {
  assert.equal(nameOfOid('1.3.6.1.5.5.7.3.2'), 'Client Authentication')
  assert.equal(nameOfOid('1.2.3'), '1.2.3')
  assert.equal(extendedKeyUsage.certificateRequestAgent, '1.3.6.1.4.1.311.20.2.1')
})

test('every object identifier of certificates in the catalogue has a name', needsCatalogue, () => {
  const known = new Set<string>([
    ...Object.values(extendedKeyUsage),
    ...Object.values(certificateExtension),
    ...Object.values(weakAlgorithm),
    // The security descriptor flags control, which belongs to LDAP.
    '1.2.840.113556.1.4.801',
  ])
  const missing = new Set(textOf().match(/\b[0-2](?:\.\d+){4,}\b/g)).difference(known)
  assert.deepEqual([...missing], [])
})

test('every GUID of the directory in the catalogue has a name', needsCatalogue, () => {
  const tables = [
    attributeGuid,
    classGuid,
    extendedRight,
    propertySet,
    validatedWrite,
    wellKnownGpo,
    optionalFeature,
  ]
  const known = new Set<string>([
    ...tables.flatMap((table) => Object.values(table)),
    replicationSpnPrefix.toLowerCase(),
  ])
  const missing: string[] = []
  for (const { 0: guid, index, input } of textOf().matchAll(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi,
  )) {
    // Interfaces of RPC and attack surface reduction rules are not the directory's.
    const isElsewhere = /pipe for netdfs|ASR\\+Rules/.test(
      input.slice(Math.max(0, index - 600), index),
    )
    if (!known.has(guid.toLowerCase()) && !isElsewhere) missing.push(guid)
  }
  assert.deepEqual(missing, [])
})

test('every well-known SID in the catalogue has a name', needsCatalogue, () => {
  const known = new Set<string>([...Object.values(wellKnownSid), ...Object.values(builtinSid)])
  const found = new Set(textOf().match(/\bS-1-(?:\d+)(?:-\d+)*(?![\d-])/g))
  assert.deepEqual([...found.difference(known)], ['S-1-5-21'])
})
