import type { ObjectId, Sid } from '#directory'
import { perForest } from './per-forest.ts'

/**
 * GUIDs under which the Exchange organization lists its groups, as hex digits of `otherWellKnownObjects` on
 * `CN=Microsoft Exchange,CN=Services`.
 */
const wellKnownGroups: ReadonlyMap<string, string> = new Map([
  ['a7d2016c83f003458132789eeb127b84', 'Exchange Servers'],
  ['ea876a58db6dd04c9006939818f800eb', 'Exchange Trusted Subsystem'],
  ['4c17d0117ebe6642afaee03bc66d381f', 'Exchange Windows Permissions'],
  ['c262a929d691b74a9e068728f8f842ea', 'Organization Management'],
])

/** What {@link exchangeGroups} reads. */
export const exchangeGroupsReads = ['otherWellKnownObjects', 'msExchOtherWellKnownObjects'] as const

/**
 * The groups that Exchange works with in Active Directory, by SID with their shipped names: as the organization lists them, and
 * those that it does not list by their names, which Exchange does not translate.
 */
export const exchangeGroups = perForest(({ snapshot }): ReadonlyMap<Sid, string> => {
  const found = new Map<Sid, string>()
  const missing = new Set(wellKnownGroups.values())
  const add = (group: ObjectId | undefined, name: string | undefined) => {
    const sid = group === undefined ? undefined : snapshot.sid(group)
    if (sid === undefined || name === undefined) return
    found.set(sid, name)
    missing.delete(name)
  }
  const organization = snapshot.byDn(
    `CN=Microsoft Exchange,CN=Services,${snapshot.configurationDn ?? ''}`,
  )
  if (organization !== undefined) {
    for (const attribute of exchangeGroupsReads) {
      for (const { binary, dn } of snapshot.value(organization, attribute))
        add(snapshot.byDn(dn), wellKnownGroups.get(binary.toHex()))
    }
  }
  if (missing.size === 0) return found
  const unlisted = new Map([...missing].map((name) => [name.toLowerCase(), name]))
  for (const group of snapshot.ofKind('group')) {
    add(group, unlisted.get((snapshot.value(group, 'sAMAccountName') ?? '').toLowerCase()))
  }
  return found
})
