import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DirectoryError } from './error.ts'

test('the message says which field is at fault, why, and where', () => {
  const error = new DirectoryError('truncated', 'objectSid', 'ends after 3 of 28 bytes', 3)
  assert.equal(error.message, 'objectSid: ends after 3 of 28 bytes (at 3)')
  assert.equal(error.code, 'truncated')
  assert.equal(error.field, 'objectSid')
  assert.equal(error.at, 3)
  assert.equal(error.name, 'DirectoryError')
})

test('a fault without a place leaves the place out, and keeps its cause', () => {
  const cause = new Error('inner')
  const error = new DirectoryError('malformed', 'dn', 'no value', undefined, { cause })
  assert.equal(error.message, 'dn: no value')
  assert.equal(error.at, undefined)
  assert.equal(error.cause, cause)
})
