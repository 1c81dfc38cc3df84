import { outsiderHit } from '../../control.ts'
import { conferringGroups } from '../../conferring-groups.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'acl-group-membership-write',
  category: 'acl',
  severity: 'high',
  title: 'Members of groups that confer rights can be changed by others',
  why: 'A group that can change Tier Zero, policies or certificates is as good as those rights. Whoever can add a member to it, or themselves, has them too.',
  fix: 'Let only the team that owns the group change its members, and only Tier Zero where the group leads there.',
  attack: ['T1098.007'],
  refs: { spec: ['MS-ADTS 5.1.3.2.2'], bloodhound: ['AddMember', 'AddSelf'] },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'group',
  reads: ['member'],

  check({ id }, forest) {
    const confers = conferringGroups(forest).get(id)
    if (confers === undefined) return
    const { access, memberships, snapshot } = forest
    const domain = snapshot.domainOf(id)
    const writers = [access.fullControl, access.writes('member')]
    const adders = access.validatedWrite('Self-Membership')
    const others = new Set(
      adders === undefined
        ? []
        : access
            .holders(id, adders)
            .map(({ sid }) => sid)
            .filter((sid) => !memberships.isBroad(sid, domain)),
    )
    const written = outsiderHit(forest, id, writers)
    const hit = written ?? outsiderHit(forest, id, [adders], { except: (sid) => others.has(sid) })
    return (
      hit && {
        ...hit,
        says: `${hit.says}; the group ${confers}`,
        evidence: { ...hit.evidence, confers },
      }
    )
  },
})
