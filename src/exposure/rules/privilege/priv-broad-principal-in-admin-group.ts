import {
  adminGroups,
  controllerGroups,
  entriesOf,
  isEverybody,
  isEverybodySid,
  nameOf,
} from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'priv-broad-principal-in-admin-group',
  category: 'privilege',
  severity: 'critical',
  title: 'Nearly everybody is nested in a privileged group',
  why: 'Every account of the domain, and so every intruder with one password, has the rights of the group.',
  fix: 'Take the broad group out at once, and look at what was done with its rights while it was in.',
  attack: ['T1078.002'],
  refs: { spec: ['MS-ADTS 6.1.1.4.12', 'MS-DTYP 2.4.2.4'], bloodhound: ['MemberOf'] },
  needs: ['ldap-domain'],
  reads: ['objectSid', 'member'],
  looksAt: ['group'],

  *checkForest(forest) {
    const { snapshot, memberships } = forest
    for (const { group, domain } of [...adminGroups(forest), ...controllerGroups(forest)]) {
      const entries = [...entriesOf(forest, group)].filter(({ member }) =>
        isEverybody(forest, member),
      )
      const unread = memberships
        .unreadMembers(group)
        .filter(({ sid }) => sid !== undefined && isEverybodySid(sid))
      if (entries.length + unread.length === 0) continue
      const names = [
        ...entries.map(({ member }) => nameOf(forest, member)),
        ...unread.map(({ sid, dn }) => (sid === undefined ? dn : forest.nameOf(sid, domain))),
      ]
      yield {
        on: group,
        says: `${nameOf(forest, group)} of ${domain.name} takes in nearly everybody, through ${enumerate(names)}`,
        evidence: {
          broad: [
            ...entries.map(({ member, via }) => ({
              dn: snapshot.dn(member),
              via: snapshot.dn(via),
            })),
            ...unread.map(({ dn }) => ({ dn, via: snapshot.dn(group) })),
          ],
        },
      }
    }
  },
})
