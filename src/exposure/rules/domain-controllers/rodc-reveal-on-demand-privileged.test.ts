import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './rodc-reveal-on-demand-privileged.ts'

const severityOf = (denied: boolean) =>
  foundIn(rule, (f) => {
    const admin = f.user('ada')
    f.addTo(f.domainAdmins, admin)
    f.addTo(f.allowedRodcReplication, admin)
    f.rodc('RODC1', denied ? {} : { 'msDS-NeverRevealGroup': undefined })
  })[0]?.severity

exposureTest(rule, {
  exposed: {
    'Domain Users': (f) =>
      f.rodc('RODC1', { 'msDS-RevealOnDemandGroup': [f.allowedRodcReplication, f.domainUsers] }),
    'an administrator': (f) => f.rodc('RODC1', { 'msDS-RevealOnDemandGroup': f.administrator }),
    'everybody, as a foreign principal': (f) =>
      f.rodc('RODC1', { 'msDS-RevealOnDemandGroup': f.foreignPrincipal('S-1-5-11') }),
    'an administrator in the group of those allowed, in a group in it': (f) => {
      const admin = f.user('ada')
      f.addTo(f.domainAdmins, admin)
      f.addTo(f.allowedRodcReplication, f.group('Branch', { members: [admin] }))
      return f.rodc('RODC1')
    },
  },
  clean: {
    'one as it is born': (f) => void f.rodc('RODC1'),
    'ordinary people and machines': (f) => {
      f.addTo(
        f.allowedRodcReplication,
        f.group('Branch', { members: [f.user('bob'), f.computer('PC1')] }),
      )
      f.rodc('RODC1')
    },
    'an empty list': (f) => void f.rodc('RODC1', { 'msDS-RevealOnDemandGroup': undefined }),
  },
  notAssessed: {
    'an entry that may not be read': (f) =>
      void f.rodc('RODC1', { 'msDS-RevealOnDemandGroup': 'CN=Hidden,CN=Users,DC=corp,DC=example' }),
  },
})

test('rodc-reveal-on-demand-privileged is medium where the deny list still holds everybody back', () => {
  assert.deepEqual([severityOf(true), severityOf(false)], ['medium', 'high'])
})
