import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labSkip, labSnapshot, smallForest } from './lab/testing.ts'

const inSchema = (cn: string) => `CN=${cn},CN=Schema,CN=Configuration,corp`

test('a snapshot without a schema answers from what every forest has', () => {
  const { schema } = smallForest({})
  assert.equal(schema.isRead, false)
  assert.equal(schema.guidOfAttribute('member'), 'bf9679c0-0de6-11d0-a285-00aa003049e2')
})

test('attributes, classes and rights are those of the snapshot', () => {
  const { schema } = smallForest({
    [inSchema('Badge')]: {
      objectClass: ['top', 'attributeSchema'],
      lDAPDisplayName: 'badge',
      schemaIDGUID: '11111111-2222-3333-4444-555555555555',
      attributeSecurityGUID: 'bc0ac240-79a9-11d0-9020-00c04fc2d4cf',
      searchFlags: 0x80,
      attributeID: '1.2.3.4',
      attributeSyntax: '2.5.5.12',
      oMSyntax: 64,
      isSingleValued: true,
    },
    [inSchema('Nameless')]: {
      objectClass: ['top', 'attributeSchema'],
      schemaIDGUID: '11111111-2222-3333-4444-555555555556',
    },
    [inSchema('Robot')]: {
      objectClass: ['top', 'classSchema'],
      lDAPDisplayName: 'robot',
      schemaIDGUID: '21111111-2222-3333-4444-555555555555',
      subClassOf: 'computer',
      possSuperiors: ['container'],
      systemPossSuperiors: ['organizationalUnit', 'container'],
      defaultSecurityDescriptor: 'D:(A;;GA;;;DA)',
    },
    'CN=Recharge,CN=Extended-Rights,CN=Configuration,corp': {
      objectClass: ['top', 'controlAccessRight'],
      cn: 'Recharge',
      rightsGuid: '{31111111-2222-3333-4444-55555555555A}',
      validAccesses: 256,
    },
    'CN=Broken,CN=Extended-Rights,CN=Configuration,corp': {
      objectClass: ['top', 'controlAccessRight'],
      cn: 'Broken',
      rightsGuid: 'not a guid',
      validAccesses: 256,
    },
  })
  assert.equal(schema.isRead, true)
  assert.equal(schema.attribute('member'), undefined)
  assert.equal(schema.isConfidential('BADGE'), true)
  assert.equal(schema.attribute('1.2.3.4')?.lDAPDisplayName, 'badge')
  assert.equal(schema.propertySetOf('badge'), 'bc0ac240-79a9-11d0-9020-00c04fc2d4cf')
  assert.deepEqual(schema.class('robot')?.possSuperiors, ['organizationalUnit', 'container'])
  assert.equal(schema.class('robot')?.defaultSecurityDescriptor, 'D:(A;;GA;;;DA)')
  assert.deepEqual(
    [...schema.rights].map(({ name, rightsGuid, validAccesses }) => [
      name,
      rightsGuid,
      validAccesses,
    ]),
    [['Recharge', '31111111-2222-3333-4444-55555555555a', 256]],
  )
})

test('attributes that objects may have are those of all their classes', { skip: labSkip }, () => {
  const { schema } = labSnapshot()
  const ofUsers = new Set(schema.attributesOf(['user']))
  for (const name of ['description', 'cn', 'sAMAccountName', 'servicePrincipalName', 'mail'])
    assert.ok(ofUsers.has(name), name)
  assert.ok(!ofUsers.has('currentValue'))
  assert.ok(schema.attributesOf(['SECRET'])?.includes('currentValue'))
  assert.equal(schema.attributesOf(['user', 'noSuchClass']), undefined)
})

test('the laboratory has the schema of Windows Server 2016 with LAPS', { skip: labSkip }, () => {
  const { schema } = labSnapshot()
  assert.equal([...schema.attributes].length > 1400, true)
  assert.equal(schema.propertySetOf('servicePrincipalName'), 'e48d0154-bcf8-11d1-8702-00c04fb96050')
  assert.equal(
    schema.propertySetOf('msDS-AllowedToActOnBehalfOfOtherIdentity'),
    '4c164200-20c0-11d0-a768-00aa006e0529',
  )
  assert.equal(
    schema.propertySetOf('msDS-KeyCredentialLink'),
    '9b026da6-0d3c-465c-8bee-5199d7165cba',
  )
  assert.equal(schema.isConfidential('ms-Mcs-AdmPwd'), true)
  assert.equal(schema.isSubclassOf('msDS-GroupManagedServiceAccount', 'computer'), true)
  assert.equal(
    [...schema.rights].some(({ name }) => name === 'User-Force-Change-Password'),
    true,
  )
})
