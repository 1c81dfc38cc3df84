import { type ForestBuilder, uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './deleg-transition-to-dc.ts'

const flag = uac.trustedToAuthForDelegation
const transits = (
  f: ForestBuilder,
  target: string,
  userAccountControl = uac.normalAccount | flag,
) => f.user('svc', { userAccountControl, 'msDS-AllowedToDelegateTo': target })

exposureTest(rule, {
  exposed: {
    'a user': (f) => transits(f, `time/dc1.${f.name}`),
    'a computer': (f) =>
      f.computer('WEB1', {
        userAccountControl: uac.workstationTrustAccount | flag,
        'msDS-AllowedToDelegateTo': 'cifs/dc1',
      }),
    'towards the ticket service': (f) => transits(f, 'krbtgt'),
  },
  clean: {
    'without the flag': (f) => void transits(f, `cifs/dc1.${f.name}`, uac.normalAccount),
    'towards a member server': (f) => void transits(f, 'cifs/web1'),
    'the flag without a target': (f) =>
      void f.user('svc', { userAccountControl: uac.normalAccount | flag }),
    'a read-only controller, which has the flag': (f) =>
      void f.rodc('RODC1', { 'msDS-AllowedToDelegateTo': `cifs/dc1.${f.name}` }),
  },
})
