import { nameOfDn, optionalFeature } from '#directory'
import { adminGroups, controllerGroups, nameOf } from '../../admin-groups.ts'
import type { Forest } from '../../forest.ts'
import { day } from '../../words.ts'
import { defineExposure } from '../../define.ts'

const MOST_MS = 48 * 3_600_000

export default defineExposure({
  id: 'priv-ephemeral-membership',
  category: 'privilege',
  severity: 'high',
  title: 'Account was put into a privileged group and taken out within two days',
  why: 'Intruders make themselves administrators for as long as they need and clean up afterwards. The group looks as it should; only replication remembers.',
  fix: 'Treat it as a possible break-in until somebody can say who did it and why; the invocation ID tells on which domain controller.',
  attack: ['T1098.007'],
  refs: { spec: ['MS-ADTS 3.1.1.4.5.27', 'MS-DRSR 4.1.13.1.25'], purpleKnight: ['EphemeralAdmins'] },
  needs: ['ldap-domain'],
  reads: ['msDS-ReplValueMetaData', 'member'],
  looksAt: ['group'],

  *checkForest(forest) {
    const groups = [...adminGroups(forest), ...controllerGroups(forest)]
    const isTimed = hasTimedMembership(forest)
    for (const { group } of groups) {
      // A server that keeps no such data, or an account that may not read it, answers nothing.
      if (forest.value(group, 'msDS-ReplValueMetaData').length === 0) {
        if (forest.value(group, 'member').length === 0 && groups.some((other) => forest.snapshot.has(other.group, 'msDS-ReplValueMetaData'))) continue
        yield { gap: `Past memberships of ${nameOf(forest, group)} could not be read: msDS-ReplValueMetaData is missing.` }
        continue
      }
      const brief = forest.value(group, 'msDS-ReplValueMetaData').flatMap((xml) => briefMembership(xml) ?? [])
      if (brief.length > 0 && isTimed) {
        yield { gap: `${nameOf(forest, group)} had members for less than two days, but memberships that end by themselves are enabled in this forest.` }
        continue
      }
      for (const { dn, added, removed, invocationId } of brief) {
        yield {
          on: group,
          says: `${nameOfDn(dn)} was put into ${nameOf(forest, group)} on ${day(added)} and taken out ${hoursBetween(added, removed)} later`,
          evidence: { member: dn, created: added.toISOString(), deleted: removed.toISOString(), invocationId },
        }
      }
    }
  },
})

interface BriefMembership {
  readonly dn: string
  readonly added: Date
  readonly removed: Date
  /** Of the domain controller where it was last changed. */
  readonly invocationId: string
}

/** What a value of `msDS-ReplValueMetaData` tells of a member that was taken out soon. */
function briefMembership(xml: string): BriefMembership | undefined {
  if (element(xml, 'pszAttributeName')?.toLowerCase() !== 'member') return undefined
  const added = new Date(element(xml, 'ftimeCreated') ?? '')
  const removed = new Date(element(xml, 'ftimeDeleted') ?? '')
  const ms = removed.getTime() - added.getTime()
  // A member that was not taken out has a time in 1601 here.
  if (!(ms >= 0 && ms < MOST_MS)) return undefined
  const invocationId = element(xml, 'uuidLastOriginatingDsaInvocationID') ?? ''
  return { dn: unescape(element(xml, 'pszObjectDn') ?? ''), added, removed, invocationId }
}

function element(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = start < 0 ? -1 : xml.indexOf(`</${name}>`, start)
  return end < 0 ? undefined : xml.slice(start + name.length + 2, end).trim()
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function unescape(text: string): string {
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => entities[name] ?? whole)
}

function hoursBetween(from: Date, to: Date): string {
  const minutes = Math.round((to.getTime() - from.getTime()) / 60_000)
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
}

/** Whether the optional feature for memberships with an end is on: what it took out cannot be told from what a person did. */
function hasTimedMembership({ snapshot }: Forest): boolean {
  for (const id of snapshot.having('msDS-EnabledFeature')) {
    for (const dn of snapshot.value(id, 'msDS-EnabledFeature')) {
      const feature = snapshot.byDn(dn)
      const guid = feature === undefined ? undefined : snapshot.value(feature, 'msDS-OptionalFeatureGUID')
      if (guid === optionalFeature.privilegedAccessManagement || /^cn=privileged access management feature,/i.test(dn)) return true
    }
  }
  return false
}
