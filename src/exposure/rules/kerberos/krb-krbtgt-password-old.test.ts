import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ForestBuilder } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './krb-krbtgt-password-old.ts'

const severityOf = (build: (f: ForestBuilder) => void) => foundIn(rule, build)[0]?.severity

exposureTest(rule, {
  exposed: {
    'one that is older than a year': (f) => {
      f.set(f.krbtgt, { pwdLastSet: f.daysAgo(367) })
      return f.krbtgt
    },
    'one whose date was refreshed without a change': (f) => {
      f.set(f.krbtgt, { pwdLastSet: f.daysAgo(3) })
      f.replicated(f.krbtgt, { unicodePwd: f.daysAgo(800) })
      return f.krbtgt
    },
    'one from before the domain knew AES': (f) => {
      f.set(f.krbtgt, { pwdLastSet: f.daysAgo(300) })
      f.set(f.readOnlyControllers, { whenCreated: f.daysAgo(290) })
      return f.krbtgt
    },
    'that of a child': (f) => {
      const child = f.childDomain('emea')
      child.set(child.krbtgt, { pwdLastSet: f.daysAgo(2000) })
      return child.krbtgt
    },
  },
  clean: {
    'one within the year': (f) => f.set(f.krbtgt, { pwdLastSet: f.daysAgo(365) }),
    'a change that only replication remembers': (f) => {
      f.set(f.krbtgt, { pwdLastSet: f.daysAgo(900) })
      f.replicated(f.krbtgt, { unicodePwd: f.daysAgo(10) })
    },
    'a domain that is two days old, whose groups are made after krbtgt': (f) => {
      f.set(f.krbtgt, { pwdLastSet: f.daysAgo(2) })
      f.set(f.readOnlyControllers, { whenCreated: new Date(f.daysAgo(2).getTime() + 1000) })
    },
    'the krbtgt of a read-only controller, which changes with it': (f) => {
      const rodc = f.rodc('RODC1', { 'msDS-KrbTgtLink': undefined })
      f.set(rodc, {
        'msDS-KrbTgtLink': f.user('krbtgt_4711', {
          pwdLastSet: f.daysAgo(2000),
          'msDS-SecondaryKrbTgtNumber': 4711,
        }),
      })
    },
  },
  notAssessed: {
    'a date that may not be read': (f) => f.withhold(f.krbtgt, 'pwdLastSet'),
    'a krbtgt that may not be seen': (f) => f.remove(f.krbtgt),
    'a date of 0': (f) => f.set(f.krbtgt, { pwdLastSet: 0 }),
  },
})

test('krb-krbtgt-password-old is medium after one year, high after two, critical after four or without AES keys', () => {
  const aged = (days: number) =>
    severityOf((f) => {
      f.set(f.krbtgt, { pwdLastSet: f.daysAgo(days) })
      f.set(f.readOnlyControllers, { whenCreated: f.daysAgo(5000) })
    })
  assert.deepEqual(
    [aged(367), aged(732), aged(733), aged(1464), aged(1465)],
    ['medium', 'medium', 'high', 'high', 'critical'],
  )
  const withoutAes = severityOf((f) => {
    f.set(f.krbtgt, { pwdLastSet: f.daysAgo(200) })
    f.set(f.readOnlyControllers, { whenCreated: f.daysAgo(100) })
  })
  assert.equal(withoutAes, 'critical')
})
