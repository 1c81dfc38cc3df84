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

const names: ReadonlyMap<string, string> = new Map(
  [...wellKnownGroups.values()].map((name) => [name.toLowerCase(), name]),
)

/**
 * The groups that Exchange works with in Active Directory, by SID with their shipped names: as the organization lists them, or,
 * where it lists none, by their names, which Exchange does not translate.
 */
export const exchangeGroups = perForest(({ snapshot }): ReadonlyMap<Sid, string> => {
  const found = new Map<Sid, string>()
  const add = (group: ObjectId | undefined, name: string | undefined) => {
    const sid = group === undefined ? undefined : snapshot.sid(group)
    if (sid !== undefined && name !== undefined) found.set(sid, name)
  }
  const organization = snapshot.byDn(
    `CN=Microsoft Exchange,CN=Services,${snapshot.configurationDn ?? ''}`,
  )
  const listed =
    organization === undefined
      ? []
      : [
          ...snapshot.value(organization, 'otherWellKnownObjects'),
          ...snapshot.value(organization, 'msExchOtherWellKnownObjects'),
        ]
  for (const { binary, dn } of listed) add(snapshot.byDn(dn), wellKnownGroups.get(binary.toHex()))
  if (found.size > 0) return found
  for (const group of snapshot.ofKind('group')) {
    add(group, names.get((snapshot.value(group, 'sAMAccountName') ?? '').toLowerCase()))
  }
  return found
})
