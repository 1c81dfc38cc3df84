import type { ForestBuilder } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './deleg-constrained-to-dc.ts'

const to = (f: ForestBuilder, ...targets: readonly string[]) =>
  f.user('svc', { 'msDS-AllowedToDelegateTo': targets })

exposureTest(rule, {
  exposed: {
    'the file service of a domain controller': (f) => to(f, `cifs/dc1.${f.name}`),
    'any other service of it, in any case': (f) => to(f, `NoSuch/DC1.${f.name.toUpperCase()}`),
    'its short name': (f) => to(f, 'host/DC1'),
    'with port and service name': (f) => to(f, `ldap/dc1.${f.name}:389/${f.name}`),
    'the name of the domain': (f) => to(f, `ldap/${f.name}`),
    'the ticket service': (f) => to(f, `krbtgt/${f.name}`),
    'one among harmless ones': (f) => to(f, 'http/web1', `ldap/dc1.${f.name}`),
    'a computer': (f) => f.computer('WEB1', { 'msDS-AllowedToDelegateTo': `cifs/dc1.${f.name}` }),
    'a managed account': (f) =>
      f.managedAccount('svc', { 'msDS-AllowedToDelegateTo': `cifs/dc1.${f.name}` }),
    'a read-only controller as the target': (f) => {
      f.rodc('RODC1')
      return to(f, `cifs/rodc1.${f.name}`)
    },
    'a domain controller of another domain of the forest': (f) => {
      const child = f.childDomain('emea')
      return to(f, `cifs/${child.controllers[0]!.name.replace('$', '')}.${child.name}`)
    },
  },
  clean: {
    'a member server': (f) => {
      f.computer('WEB1')
      to(f, `http/web1.${f.name}`)
    },
    'a host whose name begins alike': (f) =>
      void to(f, `cifs/dc10.${f.name}`, 'cifs/dc1.other.example'),
    nothing: (f) => void f.user('svc'),
    'a domain controller towards another': (f) => {
      f.controller('DC2')
      f.set(f.controllers[0]!, { 'msDS-AllowedToDelegateTo': `cifs/dc2.${f.name}` })
    },
    'values without a host': (f) => void to(f, 'cifs', '', '/'),
  },
})
