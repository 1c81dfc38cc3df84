import { type ObjectId, ridOfSid } from '#directory'
import { directMembers, nameOf, operatorSids } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { perForest } from '../../per-forest.ts'
import { enumerate, some } from '../../words.ts'

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
  reads: ['sAMAccountName', 'objectSid', 'member', 'primaryGroupID'],

  check({ id, sAMAccountName, objectSid }, forest) {
    if (!operatorSids.includes(objectSid)) return
    const { size, names, evidence } = directMembers(forest, id)
    const primary = primaryMembersOf(forest, id)
    if (size + primary.length === 0) return
    const all = [
      ...(size > 0 ? [names] : []),
      ...(primary.length > 0
        ? [`${enumerate(primary.map((member) => nameOf(forest, member)))} by primary group`]
        : []),
    ]
    return {
      says: `${sAMAccountName} has members: ${all.join('; ')}`,
      evidence: {
        members: size + primary.length,
        member: evidence,
        ...(primary.length === 0
          ? {}
          : { primaryGroup: some(primary.map((member) => forest.snapshot.dn(member))) }),
      },
    }
  },
})

/** Accounts whose primary group has the relative identifier of the group. Windows would refuse that; a doctored database has it. */
function primaryMembersOf(forest: Forest, group: ObjectId): readonly ObjectId[] {
  const { snapshot } = forest
  const relative = ridOfSid(snapshot.sid(group) ?? '') ?? 0
  const domain = snapshot.domainOf(group)
  return (primaryMembers(forest).get(relative) ?? []).filter(
    (account) => snapshot.domainOf(account) === domain,
  )
}

/** Accounts whose primary group has the relative identifier of a group of operators, by that. */
const primaryMembers = perForest(({ snapshot }): ReadonlyMap<number, readonly ObjectId[]> => {
  const found = new Map<number, ObjectId[]>(operatorSids.map((sid) => [ridOfSid(sid) ?? 0, []]))
  for (const account of snapshot.having('primaryGroupID')) {
    found.get(snapshot.value(account, 'primaryGroupID') ?? 0)?.push(account)
  }
  return found
})
