import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './laps-readers.ts'

exposureTest(rule, {
  exposed: {
    'the older attribute': (f) => {
      const web = f.computer('WEB1')
      f.grant(f.group('HelpDesk'), web, 'RPCR', 'ms-Mcs-AdmPwd')
      return web
    },
    'the newer attribute on a unit, which everybody’s reading completes': (f) => {
      const clients = f.ou('Clients')
      for (const name of ['PC1', 'PC2']) f.computer(name, { in: clients })
      f.grant(f.group('HelpDesk'), clients, 'CR', 'msLAPS-Password', { onlyTo: 'computer' })
      return clients
    },
    'the encrypted passwords by their property set': (f) => {
      const web = f.computer('WEB1')
      f.grant(f.group('HelpDesk'), web, 'RPCR', 'ms-LAPS-Encrypted-Password-Attributes')
      return web
    },
    'all extended rights on a unit': (f) => {
      const clients = f.ou('Clients')
      f.computer('PC1', { in: clients })
      f.grant(f.user('joiner'), clients, 'CR', undefined, { inherit: true })
      return clients
    },
    'full control': (f) => {
      const web = f.computer('WEB1')
      f.grant(f.user('mallory'), web, 'GA')
      return web
    },
  },
  clean: {
    'reading every property, which is not enough': (f) =>
      f.grant(f.group('HelpDesk'), f.computer('WEB1'), 'RP'),
    'one other extended right': (f) =>
      f.grant(f.group('HelpDesk'), f.computer('WEB1'), 'CR', 'User-Force-Change-Password'),
    'when the password expires': (f) =>
      f.grant(f.group('HelpDesk'), f.computer('WEB1'), 'RPWP', 'msLAPS-PasswordExpirationTime'),
    'Tier Zero': (f) => f.grant(f.serverOperators, f.computer('WEB1'), 'GA'),
    'the computer itself': (f) =>
      f.grant('S-1-5-10', f.computer('WEB1'), 'WPCR', 'msLAPS-Password'),
    'a group that is denied it': (f) => {
      const web = f.computer('WEB1')
      const helpDesk = f.group('HelpDesk')
      f.grant(helpDesk, web, 'CR')
      f.deny(helpDesk, web, 'CR', 'msLAPS-Password')
      f.deny(helpDesk, web, 'CR', 'ms-Mcs-AdmPwd')
      f.deny(helpDesk, web, 'CR', 'ms-LAPS-Encrypted-Password-Attributes')
    },
  },
})

const severityFor = (give: (forest: ForestBuilder) => Parameters<ForestBuilder['grant']>[0]) => {
  const forest = new ForestBuilder()
  forest.grant(give(forest), forest.computer('WEB1'), 'CR')
  return assess(forest.build(), [rule], forest.now).findings[0]?.severity
}

test('nearly everybody is critical, a group high', () => {
  assert.equal(
    severityFor(({ domainUsers }) => domainUsers),
    'critical',
  )
  assert.equal(
    severityFor((forest) => forest.group('HelpDesk')),
    'high',
  )
})
