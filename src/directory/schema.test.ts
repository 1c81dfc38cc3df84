import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { readGuid } from './guid.ts'
import {
  attributeGuid,
  classGuid,
  confidentialAttributes,
  extendedRight,
  knownAttributes,
  knownRights,
  knownSuperclass,
  propertySet,
  validatedWrite,
} from './known-schema.ts'
import { SchemaIndex } from './schema.ts'
import { readSecurityDescriptor, right } from './security-descriptor.ts'
import { syntaxes, syntaxOf } from './syntax.ts'
import { type LabEntry, labEntries, needsLab } from './testing.ts'

const { builtIn } = SchemaIndex

suite('what is known of every schema', () => {
  test('an attribute is found by name in any case, and by GUID', () => {
    assert.equal(
      builtIn.attribute('SERVICEPRINCIPALNAME')?.schemaIDGUID,
      attributeGuid.servicePrincipalName,
    )
    assert.equal(builtIn.attributeByGuid(attributeGuid.member)?.lDAPDisplayName, 'member')
    assert.equal(builtIn.guidOfAttribute('noSuchAttribute'), undefined)
  })

  test('which attributes objects of a class may have it does not say', () => {
    assert.equal(builtIn.attributesOf(['user']), undefined)
  })

  test('attributes are in the property sets by which ACEs reach them', () => {
    for (const [attribute, set] of [
      ['servicePrincipalName', propertySet.publicInformation],
      ['altSecurityIdentities', propertySet.publicInformation],
      ['userPrincipalName', propertySet.publicInformation],
      ['msDS-AllowedToDelegateTo', propertySet.publicInformation],
      ['userAccountControl', propertySet.userAccountRestrictions],
      ['pwdLastSet', propertySet.userAccountRestrictions],
      ['msDS-AllowedToActOnBehalfOfOtherIdentity', propertySet.userAccountRestrictions],
      ['msDS-KeyCredentialLink', validatedWrite.dsValidatedWriteComputer],
      ['sIDHistory', propertySet.generalInformation],
      ['primaryGroupID', propertySet.generalInformation],
      ['member', propertySet.membership],
      ['scriptPath', propertySet.logonInformation],
      ['dNSHostName', propertySet.dnsHostNameAttributes],
    ] as const) {
      assert.equal(builtIn.propertySetOf(attribute), set, attribute)
      assert.equal(builtIn.propertySetOf(builtIn.guidOfAttribute(attribute)!), set, attribute)
      assert.ok(builtIn.membersOf(set).some(({ lDAPDisplayName }) => lDAPDisplayName === attribute))
    }
    assert.equal(builtIn.propertySetOf('gPLink'), undefined)
    assert.deepEqual(builtIn.membersOf('00000000-0000-0000-0000-000000000000'), [])
  })

  test('secrets of LAPS and BitLocker are confidential, names are not', () => {
    assert.equal(builtIn.isConfidential('ms-mcs-admpwd'), true)
    assert.equal(builtIn.isConfidential('msLAPS-EncryptedPassword'), true)
    assert.equal(builtIn.isConfidential('msFVE-RecoveryPassword'), true)
    assert.equal(builtIn.isConfidential('msLAPS-PasswordExpirationTime'), false)
    assert.equal(builtIn.isConfidential('cn'), false)
  })

  test('a class is told with its superclasses up to top', () => {
    assert.deepEqual(builtIn.ancestryOf('computer'), [
      'computer',
      'user',
      'organizationalPerson',
      'person',
      'top',
    ])
    assert.deepEqual(builtIn.ancestryOf('msds-delegatedmanagedserviceaccount').slice(0, 2), [
      'msDS-DelegatedManagedServiceAccount',
      'computer',
    ])
    assert.deepEqual(builtIn.ancestryOf('x-own'), ['x-own'])
    assert.equal(builtIn.isSubclassOf('msDS-GroupManagedServiceAccount', 'USER'), true)
    assert.equal(builtIn.isSubclassOf('group', 'user'), false)
  })

  test('syntaxes are known', () => {
    assert.equal(builtIn.syntaxOf('member'), 'dn')
    assert.equal(builtIn.syntaxOf('msDS-KeyCredentialLink'), 'dnWithBinary')
    assert.equal(builtIn.syntaxOf('nTSecurityDescriptor'), 'ntSecDesc')
    assert.equal(builtIn.syntaxOf('pwdLastSet'), 'largeInteger')
    assert.equal(builtIn.syntaxOf('objectSid'), 'sid')
    assert.equal(builtIn.syntaxOf('noSuchAttribute'), undefined)
  })

  for (const [what, guid, mask, kind, name] of [
    [
      'an extended right',
      extendedRight.userForceChangePassword,
      right.controlAccess,
      'extendedRight',
      'User-Force-Change-Password',
    ],
    [
      'an attribute to write',
      attributeGuid.servicePrincipalName,
      right.writeProperty,
      'attribute',
      'servicePrincipalName',
    ],
    [
      'the same GUID as validated write',
      attributeGuid.servicePrincipalName,
      right.self,
      'validatedWrite',
      'Validated-SPN',
    ],
    ['member to write', attributeGuid.member, right.writeProperty, 'attribute', 'member'],
    ['member for oneself', attributeGuid.member, right.self, 'validatedWrite', 'Self-Membership'],
    [
      'a property set',
      propertySet.publicInformation,
      right.writeProperty,
      'propertySet',
      'Public-Information',
    ],
    [
      'a GUID that is attribute and set',
      attributeGuid.dNSHostName,
      right.writeProperty,
      'propertySet',
      'DNS-Host-Name-Attributes',
    ],
    [
      'a validated write that holds an attribute',
      validatedWrite.dsValidatedWriteComputer,
      right.writeProperty,
      'propertySet',
      'DS-Validated-Write-Computer',
    ],
    ['a class to create', classGuid.user, right.createChild, 'class', 'user'],
    [
      'a confidential attribute',
      attributeGuid['msFVE-RecoveryPassword'],
      right.controlAccess,
      'attribute',
      'msFVE-RecoveryPassword',
    ],
    ['a class with rights that do not fit', classGuid.user, right.writeProperty, 'class', 'user'],
  ] as const) {
    test(`${what} is called ${name}`, () => {
      assert.deepEqual(builtIn.meaningOf(guid, mask), { kind, name })
    })
  }

  test('a GUID nobody knows has no meaning', () => {
    assert.equal(
      builtIn.meaningOf('00000000-0000-0000-0000-000000000001', right.writeProperty),
      undefined,
    )
  })
})

suite('an index over a source', () => {
  const own = new SchemaIndex({
    attributes: [
      {
        lDAPDisplayName: 'ms-Mcs-AdmPwd',
        schemaIDGUID: '11111111-1111-1111-1111-111111111111',
        attributeID: '1.2.840.113556.1.8000.2554.50051.45980.28112.18903.35903.6685103.1224907.2.1',
        searchFlags: 0x388,
      },
      {
        lDAPDisplayName: 'unixUserPassword',
        schemaIDGUID: '22222222-2222-2222-2222-222222222222',
        searchFlags: 0,
      },
    ],
    classes: [
      {
        lDAPDisplayName: 'a',
        schemaIDGUID: '33333333-3333-3333-3333-333333333333',
        subClassOf: 'b',
      },
      {
        lDAPDisplayName: 'b',
        schemaIDGUID: '44444444-4444-4444-4444-444444444444',
        subClassOf: 'A',
      },
    ],
  })

  test("believes the forest's own GUIDs and flags", () => {
    assert.equal(own.guidOfAttribute('ms-mcs-admpwd'), '11111111-1111-1111-1111-111111111111')
    assert.equal(own.isConfidential('ms-Mcs-AdmPwd'), true)
    assert.equal(own.isConfidential('unixUserPassword'), false)
    assert.equal(own.attribute('cn'), undefined)
    assert.equal(own.isRead, true)
  })

  test('finds an attribute by OID, with or without prefix', () => {
    const oid = '1.2.840.113556.1.8000.2554.50051.45980.28112.18903.35903.6685103.1224907.2.1'
    assert.equal(own.attribute(oid)?.lDAPDisplayName, 'ms-Mcs-AdmPwd')
    assert.equal(own.attribute(`OID.${oid}`)?.lDAPDisplayName, 'ms-Mcs-AdmPwd')
  })

  test('takes the kinds it was not given from what is known of every forest', () => {
    assert.equal(
      own.rightsByGuid(extendedRight.reanimateTombstones)[0]?.name,
      'Reanimate-Tombstones',
    )
    assert.equal(builtIn.isRead, false)
  })

  test('ends in a circle of superclasses', () => {
    assert.deepEqual(own.ancestryOf('a'), ['a', 'b'])
  })
})

test('a syntax is told by OID, and where that is not enough by oMSyntax and oMObjectClass', () => {
  assert.equal(syntaxOf('2.5.5.9', 2), 'integer')
  assert.equal(syntaxOf('2.5.5.9', 10), 'enumeration')
  assert.equal(syntaxOf('2.5.5.11', 23), 'utcTime')
  assert.equal(syntaxOf('2.5.5.7', 127), 'dnWithBinary')
  assert.equal(syntaxOf('2.5.5.7', 127, Uint8Array.fromHex('56060102050b1d')), 'orName')
  assert.equal(syntaxOf('2.5.5.14', 127, Uint8Array.fromHex('2b0c0287731c00853e')), 'accessPoint')
  assert.equal(syntaxOf('2.5.5.12', undefined), 'unicodeString')
  assert.equal(syntaxOf('2.5.5.99', 64), undefined)
})

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
const guidOf = (octets: Buffer | undefined) => (octets === undefined ? undefined : readGuid(octets))

suite('beside the schema of a Windows domain', needsLab, () => {
  let entries: LabEntry[] = []
  let schema = builtIn
  before(() => {
    entries = needsLab.skip === false ? labEntries() : []
    const ofClass = (name: string) =>
      entries.filter((entry) =>
        entry.values('objectClass').some((value) => value.toString() === name),
      )
    schema = new SchemaIndex({
      attributes: ofClass('attributeSchema').map((entry) => ({
        lDAPDisplayName: entry.text('lDAPDisplayName')!,
        schemaIDGUID: guidOf(entry.values('schemaIDGUID')[0])!,
        attributeSecurityGUID: guidOf(entry.values('attributeSecurityGUID')[0]),
        searchFlags: number(entry.text('searchFlags')),
        attributeSyntax: entry.text('attributeSyntax'),
        oMSyntax: number(entry.text('oMSyntax')),
        oMObjectClass: entry.values('oMObjectClass')[0],
        attributeID: entry.text('attributeID'),
      })),
      classes: ofClass('classSchema').map((entry) => ({
        lDAPDisplayName: entry.text('lDAPDisplayName')!,
        schemaIDGUID: guidOf(entry.values('schemaIDGUID')[0])!,
        subClassOf: entry.text('subClassOf'),
      })),
      rights: ofClass('controlAccessRight').map((entry) => ({
        rightsGuid: entry.text('rightsGuid')!.toLowerCase(),
        name: entry.text('cn')!,
        validAccesses: Number(entry.text('validAccesses')),
      })),
    })
  })

  test('all of it is read', () => {
    assert.equal([...schema.attributes].length, 1500)
    assert.equal([...schema.classes].length, 269)
    assert.equal([...schema.rights].length, 81)
    assert.equal(schema.attribute('2.5.4.31')?.lDAPDisplayName, 'member')
  })

  test('every attribute we know has the GUID, syntax, property set and confidentiality it has there', () => {
    // Of Windows Server 2025, which the recorded domain is not.
    const newer = [
      'msDS-ManagedAccountPrecededByLink',
      'msDS-SupersededManagedAccountLink',
      'msDS-SupersededServiceAccountState',
    ]
    const missing: string[] = []
    for (const known of knownAttributes) {
      const real = schema.attribute(known.name)
      if (real === undefined) {
        missing.push(known.name)
        continue
      }
      assert.equal(real.lDAPDisplayName, known.name)
      assert.equal(real.schemaIDGUID, known.schemaIDGUID, known.name)
      assert.equal(schema.syntaxOf(known.name), known.syntax, known.name)
      assert.equal(
        builtIn.isConfidential(known.name),
        schema.isConfidential(known.name),
        known.name,
      )
      // Property sets that no controlAccessRight declares are no use to an ACE's reader.
      if (schema.rightsByGuid(real.attributeSecurityGUID ?? '').length > 0) {
        assert.equal(known.attributeSecurityGUID, real.attributeSecurityGUID, known.name)
      } else assert.equal(known.attributeSecurityGUID, undefined, known.name)
    }
    assert.deepEqual(missing.toSorted(), newer)
  })

  test('our property sets have all members they have there', () => {
    for (const [name, guid] of Object.entries({
      ...propertySet,
      key: validatedWrite.dsValidatedWriteComputer,
    })) {
      const members = (index: SchemaIndex) =>
        index.membersOf(guid).map(({ lDAPDisplayName }) => lDAPDisplayName)
      assert.deepEqual(members(builtIn).toSorted(), members(schema).toSorted(), name)
    }
  })

  test('every confidential attribute is known to be', () => {
    const real = [...schema.attributes].map(({ lDAPDisplayName }) => lDAPDisplayName)
    for (const name of real.filter((attribute) => schema.isConfidential(attribute))) {
      assert.ok(confidentialAttributes.includes(name), name)
    }
  })

  test('every class we know has the GUID and superclass it has there', () => {
    for (const [name, guid] of Object.entries(classGuid)) {
      if (name === 'msDS-DelegatedManagedServiceAccount') continue
      assert.equal(schema.class(name)?.schemaIDGUID, guid, name)
      assert.equal(schema.class(name)?.subClassOf, knownSuperclass[name], name)
    }
  })

  test('every right there is known by GUID, name and what it is checked with', () => {
    const known = new Set(
      knownRights.map(({ guid, name, validAccesses }) => `${guid} ${name} ${validAccesses}`),
    )
    for (const { rightsGuid, name, validAccesses } of schema.rights) {
      assert.ok(known.has(`${rightsGuid} ${name} ${validAccesses}`), name)
    }
  })

  test('every object type in its descriptors has a meaning', () => {
    const unknown = new Set<string>()
    for (const entry of entries) {
      for (const octets of entry.values('nTSecurityDescriptor')) {
        for (const ace of readSecurityDescriptor(octets).dacl ?? []) {
          if (ace.objectType === undefined) continue
          if (schema.meaningOf(ace.objectType, ace.mask) === undefined) unknown.add(ace.objectType)
        }
      }
    }
    // In the defaultSecurityDescriptor of trustedDomain, though no schema has it.
    assert.deepEqual([...unknown], ['736e4812-af31-11d2-b7df-00805f48caeb'])
  })

  test('syntaxes are those of the specification, all of them', () => {
    for (const attribute of schema.attributes) {
      const syntax = schema.syntaxOf(attribute.lDAPDisplayName)
      assert.ok(
        syntax !== undefined && syntaxes[syntax].oMSyntax === attribute.oMSyntax,
        attribute.lDAPDisplayName,
      )
    }
  })
})
