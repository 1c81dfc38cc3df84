import type { ForestBuilder, TestObject } from '#directory'
import { formatDnWithBinary, uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './rodc-privileged-revealed.ts'

const revealed = (...accounts: readonly (TestObject | string)[]) =>
  accounts.map((account) =>
    formatDnWithBinary({
      binary: new Uint8Array(40),
      dn: typeof account === 'string' ? account : account.dn,
    }),
  )
const rodc = (f: ForestBuilder, ...accounts: readonly (TestObject | string)[]) =>
  f.rodc('RODC1', { 'msDS-RevealedUsers': revealed(...accounts) })

exposureTest(rule, {
  exposed: {
    'an administrator, told once for each attribute': (f) =>
      rodc(f, f.user('bob'), f.administrator, f.administrator),
    'another controller': (f) => rodc(f, f.controllers[0]!),
    'one that only the list for reading has': (f) =>
      f.rodc('RODC1', { 'msDS-RevealedList': [`S:10:unicodePwd:${f.administrator.dn}`] }),
    krbtgt: (f) => rodc(f, f.krbtgt),
  },
  clean: {
    'ordinary people and machines': (f) => void rodc(f, f.user('bob'), f.computer('PC1')),
    'itself and its own krbtgt': (f) => {
      const controller = f.rodc('RODC1')
      const own = f.user('krbtgt_4711', {
        userAccountControl: uac.normalAccount | uac.disabled,
        'msDS-SecondaryKrbTgtNumber': 4711,
      })
      f.set(controller, { 'msDS-KrbTgtLink': own, 'msDS-RevealedUsers': revealed(controller, own) })
    },
    nothing: (f) => void f.rodc('RODC1'),
  },
  notAssessed: {
    'an account that may not be read': (f) => void rodc(f, 'CN=Hidden,CN=Users,DC=corp,DC=example'),
  },
})
