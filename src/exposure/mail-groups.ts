import { type Sid, nameOfDn } from '#directory'
import type { Forest } from './forest.ts'
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

const names = new Set([...wellKnownGroups.values()].map((name) => name.toLowerCase()))

/**
 * The groups that Exchange works with in Active Directory, by SID with their shipped names: as the organization lists them, or,
 * where the configuration was not read, by name in the unit Exchange makes for them. Exchange does not translate these names.
 */
export const exchangeGroups = perForest((forest): ReadonlyMap<Sid, string> => {
  const { snapshot } = forest
  const found = new Map<Sid, string>()
  const organization = snapshot.byDn(
    `CN=Microsoft Exchange,CN=Services,${snapshot.configurationDn ?? ''}`,
  )
  const listed = organization === undefined ? [] : [
    ...snapshot.value(organization, 'otherWellKnownObjects'),
    ...snapshot.value(organization, 'msExchOtherWellKnownObjects'),
  ]
  for (const { binary, dn } of listed) {
    const name = wellKnownGroups.get(binary.toHex())
    const group = name === undefined ? undefined : snapshot.byDn(dn)
    const sid = group === undefined ? undefined : snapshot.sid(group)
    if (name !== undefined && sid !== undefined) found.set(sid, name)
  }
  for (const domain of snapshot.domains) {
    const unit = snapshot.byDn(`OU=Microsoft Exchange Security Groups,${domain.dn}`)
    for (const group of unit === undefined ? [] : snapshot.children(unit)) {
      const name = nameOfDn(snapshot.dn(group))
      const sid = snapshot.sid(group)
      if (sid !== undefined && !found.has(sid) && names.has(name.toLowerCase())) found.set(sid, name)
    }
  }
  return found
})
