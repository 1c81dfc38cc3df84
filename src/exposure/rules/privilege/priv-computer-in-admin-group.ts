import { adminGroupsOf, nameOf } from '../../admin-groups.ts'
import { registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'priv-computer-in-admin-group',
  category: 'privilege',
  severity: 'high',
  title: 'Computer or managed service account is in a group of administrators',
  why: 'Whoever is administrator of that one machine, or of a host that may fetch the password, acts as its account and so administers the domain.',
  fix: 'Take the account out of the group and give the host or service rights on just the objects it needs.',
  attack: ['T1078.002', 'T1003.004'],
  refs: {
    spec: ['MS-ADTS 6.1.1.4.12'],
    purpleKnight: ['ComputersInPrivilegedGroup'],
    bloodhound: ['MemberOf'],
  },
  needs: ['ldap-domain'],
  over: ['computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl', 'member', 'primaryGroupID'],

  check({ id, sAMAccountName, userAccountControl }, forest) {
    const groups = adminGroupsOf(forest, id)
    if (groups.length === 0 || registeredControllers(forest).has(id)) return
    return {
      says: `${sAMAccountName} is in ${enumerate(groups.map((group) => nameOf(forest, group)))}`,
      evidence: { userAccountControl, groups: groups.map((group) => forest.snapshot.dn(group)) },
    }
  },
})
