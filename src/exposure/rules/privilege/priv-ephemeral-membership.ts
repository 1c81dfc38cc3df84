import {
  DirectoryError,
  type LinkChange,
  type ObjectId,
  nameOfDn,
  optionalFeature,
  parseReplValueMetaData,
} from '#directory'
import { adminGroups, controllerGroups, nameOf } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { day, enumerate } from '../../words.ts'

const MOST_MS = 48 * 3_600_000

export default defineExposure({
  id: 'priv-ephemeral-membership',
  category: 'privilege',
  severity: 'high',
  title: 'Account was put into a privileged group and taken out within two days',
  why: 'Intruders make themselves administrators for as long as they need and clean up afterwards. The group looks as it should; only replication remembers.',
  fix: 'Treat it as a possible break-in until somebody can say who did it and why; the invocation ID tells on which domain controller.',
  attack: ['T1098.007'],
  refs: {
    spec: ['MS-ADTS 3.1.1.4.5.18', 'MS-DRSR 4.1.13.1.25'],
    purpleKnight: ['EphemeralAdmins'],
  },
  needs: ['ldap-domain'],
  reads: ['msDS-ReplValueMetaData', 'member', 'msDS-EnabledFeature', 'msDS-OptionalFeatureGUID'],
  looksAt: ['group'],

  *checkForest(forest) {
    const groups = [...adminGroups(forest), ...controllerGroups(forest)].map(({ group }) => group)
    // A server that keeps no such data answers nothing; nor does any to an account that may not read it.
    if (!groups.some((group) => forest.snapshot.has(group, 'msDS-ReplValueMetaData'))) {
      yield {
        gap: 'Past members of privileged groups could not be read: there is no msDS-ReplValueMetaData.',
      }
      return
    }
    const isTimed = hasTimedMembership(forest)
    const unread: string[] = []
    for (const group of groups) {
      const name = nameOf(forest, group)
      const changes = changesOf(forest, group)
      if (changes === undefined) {
        unread.push(name)
        continue
      }
      const brief = changes.flatMap((change) => briefMembership(change) ?? [])
      if (brief.length > 0 && isTimed) {
        yield {
          gap: `${name} had members for less than two days, but memberships that end by themselves are enabled in this forest.`,
        }
        continue
      }
      for (const { dn, added, removed, invocationId } of brief) {
        yield {
          on: group,
          says: `${nameOfDn(dn)} was put into ${name} on ${day(added)} and taken out ${spanOf(added, removed)} later`,
          evidence: {
            member: dn,
            created: added.toISOString(),
            deleted: removed.toISOString(),
            invocationId: invocationId ?? null,
          },
        }
      }
    }
    if (unread.length > 0) yield { gap: `Past members of ${enumerate(unread)} could not be read.` }
  },
})

interface BriefMembership {
  readonly dn: string
  readonly added: Date
  readonly removed: Date
  /** Of the domain controller where it was last changed. */
  readonly invocationId: string | undefined
}

/** A member that was taken out soon. */
function briefMembership(change: LinkChange): BriefMembership | undefined {
  const { attribute, dn, created: added, deleted: removed, originatingInvocationId } = change
  if (attribute.toLowerCase() !== 'member' || added === undefined || removed === undefined) return
  const ms = removed.getTime() - added.getTime()
  if (ms < 0 || ms >= MOST_MS) return
  return { dn, added, removed, invocationId: originatingInvocationId }
}

/** What happened to the members of a group; nothing when that could not be read. A group that never had any has no data. */
function changesOf(forest: Forest, group: ObjectId): LinkChange[] | undefined {
  const values = forest.value(group, 'msDS-ReplValueMetaData')
  if (values.length === 0) return forest.value(group, 'member').length === 0 ? [] : undefined
  try {
    return values.map((xml) => parseReplValueMetaData(xml))
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}

function spanOf(from: Date, to: Date): string {
  const minutes = Math.round((to.getTime() - from.getTime()) / 60_000)
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
}

/** Whether the optional feature for memberships with an end is on: what it took out cannot be told from what a person did. */
function hasTimedMembership({ snapshot }: Forest): boolean {
  for (const id of snapshot.having('msDS-EnabledFeature')) {
    for (const dn of snapshot.value(id, 'msDS-EnabledFeature')) {
      const feature = snapshot.byDn(dn)
      const guid =
        feature === undefined ? undefined : snapshot.value(feature, 'msDS-OptionalFeatureGUID')
      if (
        guid === optionalFeature.privilegedAccessManagement ||
        /^cn=privileged access management feature,/i.test(dn)
      )
        return true
    }
  }
  return false
}
