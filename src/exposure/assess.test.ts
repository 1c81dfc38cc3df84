import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Coverage, ForestBuilder, SnapshotBuilder } from '#directory'
import { type Assessment, assess, assessInSteps } from './assess.ts'
import { type Exposure, defineExposure } from './define.ts'

const about = {
  category: 'accounts',
  severity: 'high',
  title: 'A user called Alice',
  why: 'Because.',
  fix: 'Rename.',
  attack: [],
  refs: {},
  needs: ['ldap-domain'],
} as const

const calledAlice = defineExposure({
  ...about,
  id: 'test-called-alice',
  over: 'user',
  reads: ['sAMAccountName', 'userAccountControl', 'description'],
  check({ sAMAccountName, userAccountControl }) {
    if (sAMAccountName !== 'alice') return
    return {
      says: 'alice is called alice',
      evidence: { userAccountControl },
      ...(userAccountControl === 512 ? {} : { severity: 'critical' as const }),
    }
  },
})

function run(forest: ForestBuilder, ...rules: unknown[]): Assessment {
  return assess(forest.build(), rules as Exposure[], forest.now)
}

/** Ids by list. */
function verdicts({ findings, passed, notAssessed }: Assessment): {
  found: string[]
  passed: string[]
  not: string[]
} {
  return {
    found: findings.map(({ rule }) => rule.id),
    passed: passed.map(({ id }) => id),
    not: notAssessed.map(({ rule }) => rule.id),
  }
}

suite('assess', () => {
  test('finds, with object, evidence and the rule’s severity', () => {
    const forest = new ForestBuilder()
    const alice = forest.user('alice', { userAccountControl: 512 })
    const [finding] = run(forest, calledAlice).findings
    assert.equal(finding?.severity, 'high')
    assert.deepEqual(finding?.objects, [
      {
        dn: alice.dn,
        sid: alice.sid,
        name: 'alice',
        says: 'alice is called alice',
        severity: 'high',
        evidence: { userAccountControl: 512 },
      },
    ])
  })

  test('a finding is as severe as its worst object', () => {
    const forest = new ForestBuilder()
    forest.user('alice', { userAccountControl: 514 })
    assert.equal(run(forest, calledAlice).findings[0]?.severity, 'critical')
  })

  test('passes when everything was read and nothing found', () => {
    assert.deepEqual(verdicts(run(new ForestBuilder(), calledAlice)), {
      found: [],
      passed: ['test-called-alice'],
      not: [],
    })
  })

  test('does not assess without a source, and says why', () => {
    const forest = new ForestBuilder()
    forest.without('ldap-domain', 'The controller was on fire.')
    const { notAssessed } = run(forest, calledAlice)
    assert.equal(notAssessed[0]?.because, 'The controller was on fire.')
  })

  test('does not assess when an attribute was not asked for', () => {
    const forest = new ForestBuilder()
    forest.unasked('description')
    const { notAssessed } = run(forest, calledAlice)
    assert.equal(notAssessed[0]?.because, 'description is not in what was read.')
  })

  test('does not pass when an attribute that every user has did not come with one, and names it', () => {
    const forest = new ForestBuilder()
    const bob = forest.user('bob')
    forest.withhold(bob, 'userAccountControl')
    const { notAssessed } = run(forest, calledAlice)
    assert.equal(
      notAssessed[0]?.because,
      `userAccountControl could not be read on 1 object, such as ${bob.dn}.`,
    )
  })

  test('finds in spite of such a gap, and says that there may be more', () => {
    const forest = new ForestBuilder()
    forest.user('alice')
    forest.withhold(forest.user('bob'), 'userAccountControl')
    const [finding] = run(forest, calledAlice).findings
    assert.equal(finding?.objects.length, 1)
    assert.match(finding?.gaps[0] ?? '', /userAccountControl could not be read on 1 object/)
  })

  test('an optional attribute that is not there is no gap', () => {
    const forest = new ForestBuilder()
    forest.user('bob', { description: undefined })
    assert.deepEqual(verdicts(run(forest, calledAlice)).passed, ['test-called-alice'])
  })

  test('a rule about permissions is not passed when a descriptor could not be read', () => {
    const rule = defineExposure({
      ...about,
      id: 'test-access',
      needs: ['ldap-domain', 'nTSecurityDescriptor'],
      over: 'user',
      reads: [],
      check: () => undefined,
    })
    const forest = new ForestBuilder()
    const bob = forest.user('bob')
    forest.withhold(bob, 'nTSecurityDescriptor')
    assert.match(run(forest, rule).notAssessed[0]?.because ?? '', new RegExp(bob.dn))
  })

  test('a descriptor that is broken counts as not read', () => {
    const rule = defineExposure({
      ...about,
      id: 'test-access',
      needs: ['ldap-domain', 'nTSecurityDescriptor'],
      reads: [],
      *checkForest(forest) {
        for (const id of forest.snapshot.ofKind('user'))
          if (forest.outsiders(id, forest.access.control).length > 0)
            yield { on: id, says: 'x', evidence: {} }
      },
    })
    const forest = new ForestBuilder()
    const bob = forest.user('bob')
    forest.set(bob, { nTSecurityDescriptor: new Uint8Array([1, 0, 4, 0x80, 255, 255, 255, 255]) })
    assert.match(run(forest, rule).notAssessed[0]?.because ?? '', new RegExp(bob.dn))
  })

  test('a rule’s own gap keeps it from passing, once per reason', () => {
    const rule = defineExposure({
      ...about,
      id: 'test-gap',
      over: 'user',
      reads: [],
      check: () => ({ gap: 'The moon was down.' }),
    })
    assert.equal(run(new ForestBuilder(), rule).notAssessed[0]?.because, 'The moon was down.')
  })

  test('without a source that it needs in part a rule finds, but passes nothing, and the source is told', () => {
    const rule = { ...calledAlice, alsoNeeds: ['ldap-probe'] as const }
    const forest = new ForestBuilder()
    forest.without('ldap-probe')
    const clean = run(forest, rule)
    assert.deepEqual(verdicts(clean).not, ['test-called-alice'])
    assert.notEqual(clean.notAssessed[0]?.because, '')
    assert.deepEqual(clean.affected.get('ldap-probe'), ['test-called-alice'])
    forest.user('alice')
    assert.deepEqual(verdicts(run(forest, rule)).found, ['test-called-alice'])
  })

  test('deleted objects are not looked at', () => {
    const forest = new ForestBuilder()
    forest.user('alice', { isDeleted: true })
    assert.deepEqual(verdicts(run(forest, calledAlice)).found, [])
  })

  test('in steps it comes to the same', () => {
    const forest = new ForestBuilder()
    forest.user('alice')
    const steps = assessInSteps(forest.build(), [calledAlice], forest.now)
    let step = steps.next()
    while (step.done !== true) step = steps.next()
    assert.deepEqual(verdicts(step.value).found, ['test-called-alice'])
  })
})

suite('a source that was read in part', () => {
  const overGroups = defineExposure({
    ...about,
    id: 'test-groups',
    over: 'group',
    reads: [],
    check: () => undefined,
  })
  const anywhere = defineExposure({ ...about, id: 'test-anywhere', reads: [], *checkForest() {} })
  const withGap = (gap: NonNullable<Coverage['gaps']>[number]) => {
    const builder = new SnapshotBuilder()
    const snapshot = builder.build({
      origin: { source: 'test', takenAt: new Date(0) },
      coverage: [{ source: 'ldap-domain', state: 'partial', gaps: [gap] }],
    })
    return assess(snapshot, [calledAlice, overGroups, anywhere], new Date(0))
  }

  test('keeps every rule from passing when anything may be hidden', () => {
    const assessment = withGap({ because: 'OU=Secret could not be listed.' })
    assert.deepEqual(verdicts(assessment).passed, [])
    assert.deepEqual(assessment.affected.get('ldap-domain'), [
      'test-called-alice',
      'test-groups',
      'test-anywhere',
    ])
  })

  test('keeps only rules about the hidden kinds, and about any kind, from passing', () => {
    const assessment = withGap({
      because: 'CN=Password Settings Container could not be listed.',
      hides: ['group'],
    })
    assert.deepEqual(verdicts(assessment).passed, ['test-called-alice'])
  })

  test('keeps no rule from passing when what is hidden is of no kind that rules look at', () => {
    const assessment = withGap({ because: 'CN=NTDS Quotas could not be read.', hides: [] })
    assert.deepEqual(verdicts(assessment).passed, [
      'test-called-alice',
      'test-groups',
      'test-anywhere',
    ])
  })
})
