import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  controlOids,
  describeResult,
  formatResult,
  LdapError,
  oidName,
  requireSuccess,
  result,
  resultCodes,
} from './index.ts'

suite('result codes', () => {
  test('have the numbers of RFC 4511', () => {
    assert.equal(resultCodes.codeOf('success'), 0)
    assert.equal(resultCodes.codeOf('saslBindInProgress'), 14)
    assert.equal(resultCodes.codeOf('invalidCredentials'), 49)
    assert.equal(resultCodes.nameOf(32), 'noSuchObject')
    assert.equal(resultCodes.nameOf(15), undefined)
  })

  test('all have a meaning, whether asked by name or number', () => {
    for (const name of resultCodes.names) {
      assert.match(describeResult(name), /^[A-Z].{3,}\.$/)
      assert.equal(describeResult(resultCodes.codeOf(name)), describeResult(name))
    }
    assert.equal(describeResult(999), 'Result code 999, which nobody defined.')
  })
})

suite('results that are errors', () => {
  const refused = result('invalidCredentials', {
    diagnosticMessage: '80090308: LdapErr: DSID-0C090439, data 52e, v4563\0',
  })

  test('say the name, number, meaning and what the server says, on one line', () => {
    assert.equal(
      formatResult(refused),
      'invalidCredentials (49): Name or password is wrong, or the account may not sign in now. The server says: 80090308: LdapErr: DSID-0C090439, data 52e, v4563',
    )
    const hostile = result('other', {
      diagnosticMessage: `a\r\n\u001b[31mred\u202e${'x'.repeat(9999)}`,
    })
    assert.match(formatResult(hostile), /^other \(80\): .* The server says: a \[31mred x+$/)
    assert(formatResult(hostile).length < 600)
  })

  test('are thrown where success is required, with the whole answer', () => {
    assert.equal(requireSuccess(result(), 'Signing in').resultCode, 'success')
    assert.throws(
      () => requireSuccess(refused, 'Signing in'),
      (error) => {
        assert(error instanceof LdapError)
        assert.equal(error.code, 'result')
        assert.equal(error.resultCode, 'invalidCredentials')
        assert.equal(error.diagnosticMessage, '80090308: LdapErr: DSID-0C090439, data 52e, v4563')
        assert.match(error.message, /^Signing in: invalidCredentials \(49\)/)
        return true
      },
    )
  })
})

test('an OID is known by name', () => {
  assert.equal(oidName('1.2.840.113556.1.4.319'), 'pagedResults')
  assert.equal(oidName('1.3.6.1.4.1.1466.20037'), 'startTls')
  assert.equal(oidName('1.2.3'), undefined)
  assert.equal(controlOids.sdFlags, '1.2.840.113556.1.4.801')
})
