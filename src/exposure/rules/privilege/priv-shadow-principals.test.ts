import type { ForestBuilder } from '#directory'
import { trustAttributes } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-shadow-principals.ts'

const shadow = (f: ForestBuilder, sid: string, members: readonly string[]) => {
  const container = f.at(`CN=Shadow Principal Configuration,CN=Services,${f.configurationDn}`)
  return f.object(`CN=CORP-Admins,${container.dn}`, ['top', 'msDS-ShadowPrincipal'], {
    'msDS-ShadowPrincipalSid': sid,
    member: members,
  })
}

exposureTest(rule, {
  exposed: {
    'a privileged-access trust': (f) =>
      f.trust('bastion.example', {
        trustAttributes: trustAttributes.forestTransitive | trustAttributes.pimTrust,
      }),
    'a shadow of Domain Admins of another forest': (f) =>
      shadow(f, 'S-1-5-21-9-9-9-512', [f.user('ada').dn]),
    'a shadow of the built-in administrator here': (f) =>
      shadow(f, f.administrator.sid, [f.user('ada').dn]),
  },
  clean: {
    'an ordinary forest trust': (f) => void f.trust('partner.example'),
    'a shadow that nobody has': (f) => void shadow(f, 'S-1-5-21-9-9-9-512', []),
    'a shadow of an ordinary group': (f) =>
      void shadow(f, 'S-1-5-21-9-9-9-4711', [f.user('ada').dn]),
  },
})
