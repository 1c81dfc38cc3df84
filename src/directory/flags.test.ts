import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  adminSdExMaskOf,
  dsHeuristic,
  encryptionTypes,
  enrollmentFlag,
  flags,
  functionalLevel,
  groupScope,
  groupType,
  heuristic,
  isEnabled,
  isSecurityGroup,
  nameOfFunctionalLevel,
  namesOf,
  trustAttributes,
  uac,
} from './flags.ts'

suite('names of flags', () => {
  test('are the Windows ones, lowest bit first', () => {
    assert.deepEqual(namesOf(uac, 4260352), [
      'NORMAL_ACCOUNT',
      'DONT_EXPIRE_PASSWORD',
      'DONT_REQ_PREAUTH',
    ])
    assert.deepEqual(namesOf(encryptionTypes, 0x1c), [
      'RC4-HMAC',
      'AES128-CTS-HMAC-SHA1-96',
      'AES256-CTS-HMAC-SHA1-96',
    ])
  })

  test('of a negative integer, as LDAP gives it, include the highest bit', () => {
    assert.deepEqual(namesOf(groupType, -2147483646), [
      'GROUP_TYPE_ACCOUNT_GROUP',
      'GROUP_TYPE_SECURITY_ENABLED',
    ])
    assert.deepEqual(namesOf(groupType, 0x80000002), namesOf(groupType, -2147483646))
  })

  test('without a name are one hexadecimal number at the end', () => {
    assert.deepEqual(namesOf(uac, 0x80000402 | 0), ['ACCOUNTDISABLE', '0x80000400'])
  })

  test('of nothing are none', () => {
    assert.deepEqual(namesOf(trustAttributes, 0), [])
  })

  test('are not known of other objects', () => {
    assert.throws(() => namesOf({ a: 1 }, 1), TypeError)
  })
})

test('a bit declared twice, or no single bit, stops the program', () => {
  assert.throws(() => flags({ a: [1, 'A'], b: [1, 'B'] }), RangeError)
  assert.throws(() => flags({ a: [3, 'A'] }), RangeError)
  assert.throws(() => flags({ a: [0, 'A'] }), RangeError)
  assert.throws(() => flags({ a: [0x100000000, 'A'] }), RangeError)
})

test('an account is enabled unless the flag says otherwise', () => {
  assert.equal(isEnabled(0x200), true)
  assert.equal(isEnabled(0x202), false)
})

suite('groups', () => {
  for (const [type, scope, security] of [
    [-2147483646, 'global', true],
    [-2147483644, 'domainLocal', true],
    [-2147483643, 'domainLocal', true],
    [-2147483640, 'universal', true],
    [2, 'global', false],
    [8, 'universal', false],
    [0x10, undefined, false],
  ] as const) {
    test(`of type ${type} are ${scope} and ${security ? 'in tokens' : 'for mail only'}`, () => {
      assert.equal(groupScope(type), scope)
      assert.equal(isSecurityGroup(type), security)
    })
  }
})

suite('dSHeuristics', () => {
  test('places count from 1, and what is not there is 0', () => {
    assert.equal(heuristic('0000002', dsHeuristic.fLDAPBlockAnonOps), '2')
    assert.equal(heuristic('0000002', dsHeuristic.fAllowAnonNSPI), '0')
    assert.equal(heuristic('', dsHeuristic.fDoListObject), '0')
    assert.equal(heuristic(undefined, dsHeuristic.fDoListObject), '0')
  })

  test('the owner and LDAP add characters are the 28th and 29th', () => {
    const value = '00000000010000000002000000011'
    assert.equal(heuristic(value, dsHeuristic.attributeAuthorizationOnLdapAdd), '1')
    assert.equal(heuristic(value, dsHeuristic.blockOwnerImplicitRights), '1')
    assert.equal(heuristic(value, dsHeuristic.tenthChar), '1')
    assert.equal(heuristic(value, dsHeuristic.twentiethChar), '2')
  })

  test('the AdminSDHolder mask is a hexadecimal digit', () => {
    assert.equal(adminSdExMaskOf('000000000100000f'), 15)
    assert.equal(adminSdExMaskOf('000000000100000A'), 10)
    assert.equal(adminSdExMaskOf('000000000100000x'), 0)
    assert.equal(adminSdExMaskOf(undefined), 0)
  })
})

test('functional levels have the names of Windows', () => {
  assert.equal(nameOfFunctionalLevel(functionalLevel.windows2016), 'Windows Server 2016')
  assert.equal(nameOfFunctionalLevel(0), 'Windows 2000')
  assert.equal(nameOfFunctionalLevel(99), 'level 99')
})

test('flags that rules hang on have the values of the specification', () => {
  assert.equal(uac.trustedForDelegation, 0x80000)
  assert.equal(uac.trustedToAuthForDelegation, 0x1000000)
  assert.equal(uac.partialSecretsAccount, 0x4000000)
  assert.equal(uac.serverTrustAccount, 0x2000)
  assert.equal(trustAttributes.quarantinedDomain, 0x4)
  assert.equal(trustAttributes.crossOrganizationEnableTgtDelegation, 0x800)
  assert.equal(enrollmentFlag.noSecurityExtension, 0x80000)
})
