import { directMembers, operatorSids } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'priv-operators-not-empty',
  category: 'privilege',
  severity: 'high',
  title: 'Account, Server, Print or Backup Operators have members',
  why: 'Members of these groups may sign in to domain controllers and, in a few steps, become domain administrators. Nothing in daily work needs them.',
  fix: 'Empty the four groups and give their members narrow rights on just the objects they look after.',
  attack: ['T1078.002', 'T1003.003'],
  refs: {
    spec: ['MS-ADTS 6.1.1.4.12', 'MS-DTYP 2.4.2.4'],
    pingcastle: ['P-OperatorsEmpty'],
    purpleKnight: ['OperatorsGroupsAreNotEmpty'],
    bloodhound: ['MemberOf'],
  },
  needs: ['ldap-domain'],
  over: 'group',
  reads: ['sAMAccountName', 'objectSid', 'member'],

  check({ id, sAMAccountName, objectSid }, forest) {
    if (!operatorSids.includes(objectSid)) return
    const { size, names, evidence } = directMembers(forest, id)
    if (size === 0) return
    return {
      says: `${sAMAccountName} has members: ${names}`,
      evidence: { members: size, member: evidence },
    }
  },
})
