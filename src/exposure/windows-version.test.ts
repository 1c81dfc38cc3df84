import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowsVersion } from './windows-version.ts'

test('the version of Windows is read with and without build number', () => {
  assert.deepEqual(windowsVersion('Windows Server 2022 Standard', '10.0 (20348)'), {
    major: 10,
    minor: 0,
  })
  assert.deepEqual(windowsVersion('Windows Server 2012', '6.2.9200'), { major: 6, minor: 2 })
  assert.deepEqual(windowsVersion('Windows NT', '4.0'), { major: 4, minor: 0 })
})

test('the build number tells Windows whatever the name', () => {
  assert.deepEqual(windowsVersion(undefined, '6.1 (7601)'), { major: 6, minor: 1 })
  assert.deepEqual(windowsVersion('Samba', '6.1 (7601)'), { major: 6, minor: 1 })
  assert.equal(windowsVersion(undefined, '5.10'), undefined)
})

test('other systems, and nothing, have no version of Windows', () => {
  for (const [name, version] of [
    ['Samba', '4.17.12-Debian'],
    ['pc-linux-gnu', '5.10'],
    ['Mac OS X', '10.5'],
    ['Windows 11 Pro', undefined],
    ['Windows 11 Pro', 'ten'],
  ] as const) {
    assert.equal(windowsVersion(name, version), undefined)
  }
})
