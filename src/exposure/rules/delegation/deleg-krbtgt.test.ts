import { exposureTest } from '../../testing.ts'
import rule from './deleg-krbtgt.ts'

const acts = 'msDS-AllowedToActOnBehalfOfOtherIdentity'

exposureTest(rule, {
  exposed: {
    'somebody who may act on krbtgt': (f) => {
      f.set(f.krbtgt, { [acts]: `O:BAD:(A;;GA;;;${f.user('mallory').sid})` })
      return f.krbtgt
    },
    'on the account of a read-only controller': (f) => {
      f.rodc('RODC1')
      const { dn } = f
      const own = [...f.entries()].find(([name]) => /^CN=krbtgt_\d+,/i.test(name))?.[0] ?? dn
      f.set(f.at(own), { [acts]: `O:BAD:(A;;GA;;;${f.user('mallory').sid})` })
      return own
    },
    'a user that may delegate to it': (f) =>
      f.user('svc', { 'msDS-AllowedToDelegateTo': 'KRBTGT/CORP.EXAMPLE' }),
    'a computer that may': (f) =>
      f.computer('WEB1', { 'msDS-AllowedToDelegateTo': ['http/web2', 'krbtgt/corp.example'] }),
  },
  clean: {
    'delegation to others': (f) =>
      void f.user('svc', { 'msDS-AllowedToDelegateTo': ['http/krbtgt.example', 'krbtgt2/host'] }),
    'an ordinary account that others may act on': (f) =>
      void f.user('svc', { [acts]: 'O:BAD:(A;;GA;;;WD)' }),
  },
  notAssessed: {
    'a list in no known form': (f) => f.set(f.krbtgt, { [acts]: Buffer.from('rubbish') }),
  },
})
