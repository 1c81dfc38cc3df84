import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './forest-critical-objects-missing.ts'

exposureTest(rule, {
  exposed: {
    'the unit of domain controllers': (f) => {
      const { dn } = f.domainControllersOu
      f.remove(f.domainControllersOu)
      return dn
    },
    'the object that holds the settings of the forest': (f) => {
      const { dn } = f.directoryService
      f.remove(f.directoryService)
      return dn
    },
    'krbtgt, and Domain Controllers of a child': (f) => {
      const child = f.childDomain('emea')
      const sids = [f.krbtgt.sid, child.domainControllers.sid]
      f.remove(f.krbtgt)
      child.remove(child.domainControllers)
      return sids.map((sid) => `<SID=${sid}>`)
    },
    'the policies': (f) => {
      const { dn } = f.policies
      f.remove(f.policies)
      return dn
    },
  },
  clean: {
    'a child domain, which has no Enterprise Admins': (f) => void f.childDomain('emea'),
    'a built-in group under another name': (f) =>
      f.set(f.domainAdmins, { sAMAccountName: 'Admins du domaine' }),
  },
})

test('forest-critical-objects-missing names the group that is not there', () => {
  const [found] = foundIn(rule, (f) => f.remove(f.enterpriseAdmins))
  assert.match(found?.says ?? '', /Enterprise Admins/)
})
