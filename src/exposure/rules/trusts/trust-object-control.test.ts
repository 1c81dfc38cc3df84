import { exposureTest } from '../../testing.ts'
import rule from './trust-object-control.ts'

exposureTest(rule, {
  exposed: {
    'somebody who may change the permissions of the trust': (f) => {
      const trust = f.trust('partner.example')
      f.grant(f.user('eve'), trust, 'WD')
      return trust
    },
    'a group that may write the filters of the trust': (f) => {
      const trust = f.trust('partner.example')
      f.grant(f.group('Net', { members: [f.user('eve')] }), trust, 'WP', 'trustAttributes')
      return trust
    },
    'somebody who may reset the password of its account': (f) => {
      f.trust('partner.example')
      const account = f.at('CN=PARTNER$,CN=Users')
      f.grant(f.user('eve'), account, 'CR', 'User-Force-Change-Password')
      return account
    },
    'an owner outside Tier Zero': (f) => {
      const trust = f.trust('partner.example')
      f.owner(trust, f.user('eve'))
      return trust
    },
  },
  clean: {
    'a trust as it is born': (f) => void f.trust('partner.example'),
    'somebody who may read it': (f) => f.grant(f.user('eve'), f.trust('partner.example'), 'RP'),
    'somebody who controls another account': (f) => {
      f.trust('partner.example')
      f.grant(f.user('eve'), f.user('bob'), 'GA')
    },
    'somebody whom a deny stops': (f) => {
      const trust = f.trust('partner.example')
      const eve = f.user('eve')
      f.grant(eve, trust, 'WD')
      f.deny(eve, trust, 'WD')
    },
  },
  notAssessed: {
    'a descriptor that may not be read': (f) =>
      f.withhold(f.trust('partner.example', { direction: 'outbound' }), 'nTSecurityDescriptor'),
  },
})
