import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './pwd-not-required.ts'

const flag = uac.passwordNotRequired

exposureTest(rule, {
  exposed: {
    'a user and a computer': (f) => [
      f.user('bob', { userAccountControl: uac.normalAccount | flag }),
      f.computer('OLD1', { userAccountControl: uac.workstationTrustAccount | flag }),
    ],
  },
  clean: {
    'the guest account, even enabled': (f) =>
      f.set(f.guest, { userAccountControl: uac.normalAccount | flag }),
    'the account of a trust': (f) => void f.trust('partner.example', { direction: 'both' }),
    'a controller': (f) =>
      void f.controller('DC2', {
        userAccountControl: uac.serverTrustAccount | uac.trustedForDelegation | flag,
      }),
    'a mailbox that Exchange watches itself with': (f) => {
      const system = f.container('Microsoft Exchange System Objects')
      f.user('HealthMailbox1', {
        in: f.container('Monitoring Mailboxes', { in: system }),
        userAccountControl: uac.normalAccount | flag,
      })
    },
    'a disabled one': (f) =>
      void f.user('bob', { userAccountControl: uac.normalAccount | flag | uac.disabled }),
  },
})
