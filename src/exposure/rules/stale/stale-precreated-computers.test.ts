import type { ForestBuilder } from '#directory'
import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './stale-precreated-computers.ts'

const flags = uac.workstationTrustAccount | uac.passwordNotRequired
const computer = (f: ForestBuilder, attributes: object = {}) =>
  f.computer('NEW1', {
    userAccountControl: flags,
    whenCreated: f.daysAgo(50),
    pwdLastSet: f.daysAgo(50),
    logonCount: 0,
    lastLogon: undefined,
    lastLogonTimestamp: undefined,
    ...attributes,
  })

exposureTest(rule, {
  exposed: {
    'one that was made in advance and never used': (f) => computer(f),
    'one that was reset later, which gives it its name as password again': (f) =>
      computer(f, { pwdLastSet: f.daysAgo(9) }),
    'one without any password': (f) => computer(f, { pwdLastSet: 0 }),
  },
  clean: {
    'one that has signed in': (f) => void computer(f, { lastLogonTimestamp: f.daysAgo(40) }),
    'one that has signed in at the controller that was read': (f) =>
      void computer(f, { logonCount: 3 }),
    'one with a password that is required': (f) =>
      void computer(f, { userAccountControl: uac.workstationTrustAccount }),
    'a disabled one': (f) => void computer(f, { userAccountControl: flags | uac.disabled }),
  },
  notAssessed: {
    'sign-ins that may not be read': (f) => f.withhold(computer(f), 'logonCount'),
  },
})
