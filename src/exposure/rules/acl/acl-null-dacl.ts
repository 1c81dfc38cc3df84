import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'acl-null-dacl',
  category: 'acl',
  severity: 'high',
  title: 'An object has no access list, or an empty one',
  why: 'Without an access list everybody may do everything to an object, anonymous callers included. An empty list keeps out all but the owner, also those who look for intruders.',
  fix: 'Put the default permissions of its class on the object, and find out from the replication metadata who wrote the list.',
  attack: ['T1222.001'],
  refs: { spec: ['MS-DTYP 2.4.6', 'MS-DTYP 2.5.3.2'] },
  needs: ['ldap-domain', 'ldap-config', 'nTSecurityDescriptor'],
  over: 'any',
  reads: ['nTSecurityDescriptor'],

  check({ id, nTSecurityDescriptor }, forest) {
    if (nTSecurityDescriptor === undefined) return
    const { control, dacl } = nTSecurityDescriptor
    const name = () => forest.snapshot.name(id)
    if (dacl === undefined || dacl === null) {
      return {
        says: `${name()} has no access list: everybody may do everything to it`,
        evidence: { control, dacl: dacl === null ? 'NULL' : 'absent' },
        severity: forest.tierZero.hasObject(id) ? 'critical' : 'high',
      }
    }
    if (dacl.length > 0) return
    return {
      says: `${name()} has an empty access list: only its owner can do anything with it`,
      evidence: { control, dacl: 'empty' },
      severity: 'low',
    }
  },
})
