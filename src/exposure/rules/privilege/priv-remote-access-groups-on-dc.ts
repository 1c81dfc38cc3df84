import { type ObjectId, builtinSid } from '#directory'
import { directMembers, nameOf } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { count, enumerate } from '../../words.ts'

const groups: ReadonlySet<string> = new Set([
  builtinSid.remoteDesktopUsers,
  builtinSid.remoteManagementUsers,
  builtinSid.hyperVAdministrators,
  builtinSid.storageReplicaAdministrators,
  builtinSid.rdsRemoteAccessServers,
  builtinSid.rdsEndpointServers,
  builtinSid.rdsManagementServers,
  builtinSid.networkConfigurationOperators,
  builtinSid.cryptographicOperators,
  builtinSid.distributedComUsers,
  builtinSid.performanceLogUsers,
])

export default defineExposure({
  id: 'priv-remote-access-groups-on-dc',
  category: 'privilege',
  severity: 'high',
  title: 'Local groups of domain controllers have members outside Tier Zero',
  why: 'The builtin groups of the domain are the local groups of every domain controller: their members may sign in there, run commands or manage parts of it.',
  fix: 'Take everybody outside Tier Zero out of these groups. To let people reach member servers, use the local groups of those servers.',
  attack: ['T1021.001', 'T1021.006', 'T1021.003'],
  refs: {
    spec: ['MS-DTYP 2.4.2.4'],
    purpleKnight: ['NonEmptyDcomAndPerformanceLogGroups'],
    bloodhound: ['CanRDP', 'CanPSRemote', 'ExecuteDCOM'],
  },
  needs: ['ldap-domain'],
  over: 'group',
  reads: ['sAMAccountName', 'objectSid', 'member'],

  check({ id, sAMAccountName, objectSid }, forest) {
    if (!groups.has(objectSid)) return
    const outsiders = outsidersIn(forest, id)
    if (outsiders.length === 0) return
    const { names, evidence } = directMembers(forest, id)
    return {
      says: `${sAMAccountName} of the domain controllers has ${names} as members: ${count(outsiders.length, 'account')} outside Tier Zero, ${enumerate(outsiders)}`,
      evidence: { outsiders: outsiders.length, member: evidence },
    }
  },
})

/** Names of members at any depth that are accounts, not groups, and not of Tier Zero. */
function outsidersIn(forest: Forest, group: ObjectId): string[] {
  const { memberships, snapshot, tierZero } = forest
  const read = [...memberships.transitiveMembers(group)].filter((id) => {
    if (snapshot.isA(id, 'group') || tierZero.hasObject(id)) return false
    const sid = snapshot.sid(id)
    return sid === undefined || !tierZero.has(sid, snapshot.domainOf(id))
  })
  const unread = memberships
    .unreadMembers(group)
    .filter(({ sid }) => sid === undefined || !tierZero.has(sid))
  return [...read.map((id) => nameOf(forest, id)), ...unread.map(({ dn, sid }) => sid ?? dn)]
}
