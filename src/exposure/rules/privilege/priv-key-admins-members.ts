import { rid, ridOfSid } from '#directory'
import { directMembers } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'priv-key-admins-members',
  category: 'privilege',
  severity: 'high',
  title: 'Key Admins or Enterprise Key Admins has members',
  why: 'Members may write a key of their own to every user and computer of the domain, and then sign in as any of them.',
  fix: 'Empty both groups unless a key-trust deployment of Windows Hello really needs them, and treat their members as Tier Zero.',
  attack: ['T1098.005', 'T1556'],
  refs: { spec: ['MS-ADTS 6.1.1.4.12', 'MS-ADTS 2.2.20'], bloodhound: ['AddKeyCredentialLink'] },
  needs: ['ldap-domain'],
  over: 'group',
  reads: ['sAMAccountName', 'objectSid', 'member'],

  check({ id, sAMAccountName, objectSid }, forest) {
    const relative = ridOfSid(objectSid)
    if (relative !== rid.keyAdmins && relative !== rid.enterpriseKeyAdmins) return
    const { size, names, evidence } = directMembers(forest, id)
    if (size === 0) return
    return {
      says: `${sAMAccountName} has members: ${names}`,
      evidence: { members: size, member: evidence },
    }
  },
})
