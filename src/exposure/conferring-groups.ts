import type { ObjectId, Operation } from '#directory'
import { perForest } from './per-forest.ts'
import { tierZeroUnits } from './places.ts'
import { serverTakeoverOf, takeoverOf } from './takeover.ts'

/**
 * Groups whose members have rights that matter, each with why, completing "the group …": they can take over an object of Tier
 * Zero, edit a group policy, link one where Tier Zero is, or enrol for or change a certificate template; or they are in such a group. Groups that stand for
 * nearly everybody are not among them.
 */
export const conferringGroups = perForest((forest): ReadonlyMap<ObjectId, string> => {
  const { access, memberships, snapshot, tierZero } = forest
  const found = new Map<ObjectId, string>()
  const add = (on: ObjectId, operations: readonly (Operation | undefined)[], why: string) => {
    const domain = snapshot.domainOf(on)
    for (const operation of operations) {
      if (operation === undefined) continue
      for (const { sid } of access.holders(on, operation)) {
        const group = snapshot.bySid(sid, domain)
        if (group === undefined || found.has(group) || !snapshot.isA(group, 'group')) continue
        if (memberships.isBroad(sid, domain)) continue
        found.set(
          group,
          tierZero.hasObject(group) ? 'is of Tier Zero' : `${why} ${snapshot.name(on)}`,
        )
      }
    }
  }
  for (const target of tierZero.objects) {
    const takeover = snapshot.isA(target, 'computer') ? serverTakeoverOf : takeoverOf
    add(target, takeover(forest, target), 'controls')
  }
  for (const on of [
    ...snapshot.ofKind('domain'),
    ...snapshot.ofClass('site'),
    ...tierZeroUnits(forest),
  ])
    add(on, [access.writes('gPLink')], 'can link policies to')
  for (const policy of snapshot.ofKind('policy')) {
    add(policy, [...access.control, access.writes('gPCFileSysPath')], 'can change the policy')
  }
  const enrolls = access.extendedRight('Certificate-Enrollment')
  for (const template of snapshot.ofKind('template')) {
    add(template, access.control, 'can change the certificate template')
    add(template, [enrolls], 'can enrol for the certificate template')
  }
  const direct = [...found]
  for (const [group, why] of direct) {
    for (const member of memberships.transitiveMembers(group)) {
      if (found.has(member) || !snapshot.isA(member, 'group')) continue
      const sid = snapshot.sid(member)
      if (sid === undefined || memberships.isBroad(sid, snapshot.domainOf(member))) continue
      found.set(member, `is in ${snapshot.name(group)}, which ${why}`)
    }
  }
  return found
})
