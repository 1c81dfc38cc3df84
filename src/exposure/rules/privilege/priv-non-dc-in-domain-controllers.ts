import type { ObjectId } from '#directory'
import { controllerGroups, entriesOf, nameOf } from '../../admin-groups.ts'
import { hasServerObject, isEntraStandIn, registrations } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'priv-non-dc-in-domain-controllers',
  category: 'privilege',
  severity: 'critical',
  title: 'Account in a group of domain controllers is no domain controller',
  why: 'The groups Domain Controllers, Read-only and Enterprise Read-only Domain Controllers may replicate secrets: a member that is none can read every password hash.',
  fix: 'Take the account out of the group, find out who put it there, and treat it as a back door until that is known.',
  attack: ['T1207', 'T1003.006'],
  refs: {
    spec: ['MS-ADTS 6.1.1.3.1', 'MS-ADTS 6.1.1.3.2'],
    purpleKnight: ['DomainControllerInconsistent'],
    bloodhound: ['MemberOf'],
  },
  needs: ['ldap-domain', 'ldap-config'],
  reads: ['member', 'primaryGroupID', 'serverReference', 'serverReferenceBL'],
  looksAt: ['user', 'computer', 'managedAccount', 'group'],

  *checkForest(forest) {
    const { snapshot } = forest
    if (registrations(forest).length === 0) {
      yield { gap: 'No server objects of domain controllers could be read in the configuration.' }
      return
    }
    const groups = controllerGroups(forest)
    const own = new Set(groups.map(({ group }) => group))
    const found = new Map<ObjectId, ObjectId[]>()
    for (const { group } of groups) {
      for (const { member } of entriesOf(forest, group)) {
        if (own.has(member) || hasServerObject(forest, member) || isEntraStandIn(forest, member))
          continue
        const known = found.get(member)
        if (known === undefined) found.set(member, [group])
        else known.push(group)
      }
    }
    for (const { group } of groups) {
      for (const { dn, sid } of forest.memberships.directUnreadMembers(group)) {
        yield {
          gap: `Whether ${sid ?? dn}, a member of ${nameOf(forest, group)}, is a domain controller could not be read.`,
        }
      }
    }
    for (const [member, inGroups] of found) {
      yield {
        on: member,
        says: `${nameOf(forest, member)} is in ${enumerate(inGroups.map((group) => nameOf(forest, group)))}, but no server object says that it is a domain controller`,
        evidence: {
          groups: inGroups.map((group) => snapshot.dn(group)),
          primaryGroupID: forest.value(member, 'primaryGroupID') ?? null,
          serverReferenceBL: [],
        },
      }
    }
  },
})
