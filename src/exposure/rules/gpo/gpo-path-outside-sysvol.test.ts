import type { TestObject } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './gpo-path-outside-sysvol.ts'

/** The name of a policy’s folder. */
const folder = (policy: TestObject) => /\{[^}]+\}/.exec(policy.dn)?.[0] ?? ''

exposureTest(rule, {
  exposed: {
    'another server': (f) =>
      f.gpo('Desktop', { gPCFileSysPath: '\\\\evil.example\\share\\Policies' }),
    'the folder of another policy': (f) =>
      f.gpo('Desktop', {
        gPCFileSysPath: `\\\\${f.name}\\SysVol\\${f.name}\\Policies\\{31B2F340-016D-11D2-945F-00C04FB984F9}`,
      }),
    'one domain controller by its name': (f) => {
      const policy = f.gpo('Desktop')
      f.set(policy, {
        gPCFileSysPath: `\\\\dc1.${f.name}\\SysVol\\${f.name}\\Policies\\${folder(policy)}`,
      })
      return policy
    },
    'the SYSVOL of the parent domain': (f) => {
      const child = f.childDomain('emea')
      const policy = child.gpo('Desktop')
      child.set(policy, {
        gPCFileSysPath: `\\\\${f.name}\\SysVol\\${f.name}\\Policies\\${folder(policy)}`,
      })
      return policy
    },
  },
  clean: {
    'another case and a trailing backslash': (f) => {
      const policy = f.gpo('Desktop')
      f.set(policy, {
        gPCFileSysPath: `\\\\${f.name.toUpperCase()}\\sysvol\\${f.name}\\policies\\${folder(policy).toLowerCase()}\\`,
      })
    },
    'no path': (f) => void f.gpo('Desktop', { gPCFileSysPath: undefined }),
    'a policy of a child domain': (f) => void f.childDomain('emea').gpo('Desktop'),
  },
  notAssessed: {
    'a policy of which hardly anything may be read': (f) => {
      const policy = f.gpo('Desktop')
      for (const name of ['gPCFileSysPath', 'displayName']) f.withhold(policy, name)
    },
  },
})
