import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Coverage, SnapshotBuilder } from '#directory'
import { hasGaps } from './source.ts'

const cases: readonly (readonly [title: string, coverage: Coverage, isGap: boolean])[] = [
  ['a part that was read', { source: 'ldap-domain', state: 'read' }, false],
  [
    'a part that is missing',
    { source: 'ldap-dns', state: 'absent', gaps: [{ because: 'x' }] },
    true,
  ],
  [
    'a unit that could not be listed',
    { source: 'ldap-domain', state: 'partial', gaps: [{ because: 'x' }] },
    true,
  ],
  [
    'what no ordinary account sees',
    { source: 'ldap-domain', state: 'partial', gaps: [{ because: 'x', isByDesign: true }] },
    false,
  ],
  [
    'what no ordinary account sees, and something else',
    {
      source: 'ldap-domain',
      state: 'partial',
      gaps: [{ because: 'x', isByDesign: true }, { because: 'y' }],
    },
    true,
  ],
  [
    'a controller that did not answer a probe',
    { source: 'ldap-probe', state: 'partial', gaps: [{ because: 'x' }] },
    true,
  ],
  ['probes that nobody asked for', { source: 'ldap-probe', state: 'absent' }, false],
  ['a file without rootDSE', { source: 'rootdse', state: 'absent' }, false],
  ['SYSVOL', { source: 'sysvol', state: 'absent' }, false],
]

for (const [title, coverage, isGap] of cases) {
  test(`${title} is ${isGap ? 'a' : 'no'} gap`, () => {
    const origin = { source: 'test', takenAt: new Date(0) }
    assert.equal(hasGaps(new SnapshotBuilder().build({ origin, coverage: [coverage] })), isGap)
  })
}
