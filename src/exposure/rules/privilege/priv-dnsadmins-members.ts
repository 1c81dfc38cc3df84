import { type Domain, type ObjectId, domainOfSid, firstOrdinaryRid, ridOfSid } from '#directory'
import { directMembers, nameOf } from '../../admin-groups.ts'
import { sayWhoCan, trusteeEvidence } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { forestRoot } from '../../forest-root.ts'
import type { Forest } from '../../forest.ts'
import { enumerate, some } from '../../words.ts'

export default defineExposure({
  id: 'priv-dnsadmins-members',
  category: 'privilege',
  severity: 'high',
  title: 'DnsAdmins has members outside Tier Zero',
  why: 'Whoever administers DNS on domain controllers can make the DNS service load code of theirs, as SYSTEM.',
  fix: 'Empty the group, treat it as Tier Zero, and delegate rights on single zones instead.',
  attack: ['T1574.002', 'T1098'],
  refs: {
    spec: ['MS-DNSP 3.1.4'],
    pingcastle: ['P-DNSAdmin'],
    anssi: ['vuln1_dnsadmins'],
    purpleKnight: ['UnprivilegedDNSAdmin'],
    bloodhound: ['MemberOf'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['objectSid', 'member', 'nTSecurityDescriptor'],
  looksAt: ['user', 'computer', 'managedAccount', 'group', 'dnsZone'],

  *checkForest(forest) {
    const { snapshot, access } = forest
    for (const domain of snapshot.domains) {
      const found = dnsAdminsOf(forest, domain)
      if ('gap' in found) {
        yield found
        continue
      }
      for (const group of found.groups) {
        const members = outsidersIn(forest, group)
        const trustees = forest.outsiders(group, [
          access.writes('member'),
          access.validatedWrite('Self-Membership'),
          ...access.control,
        ])
        if (members.length + trustees.length === 0) continue
        const name = nameOf(forest, group)
        const says = [
          ...(members.length > 0
            ? [
                `${name} administers DNS on domain controllers and has members outside Tier Zero: ${enumerate(members)}`,
              ]
            : []),
          ...(trustees.length > 0 ? [sayWhoCan(forest, trustees, name)] : []),
        ]
        yield {
          on: group,
          says: says.join('; '),
          evidence: {
            member: directMembers(forest, group).evidence,
            outsiders: some(members),
            trustees: trustees.map((trustee) => trusteeEvidence(trustee)),
          },
        }
      }
    }
  },
})

/**
 * Groups that control DNS on the controllers of a domain, known by what they may do, not by a name: they change the permissions
 * of the MicrosoftDNS containers, or of zones by what these inherit from them. Ordinary accounts may not look at the
 * containers, but at zones.
 */
function dnsAdminsOf(
  forest: Forest,
  domain: Domain,
): { groups: ReadonlySet<ObjectId> } | { gap: string } {
  const { snapshot, access, memberships, tierZero } = forest
  const groups = new Set<ObjectId>()
  let isSeen = false
  for (const place of placesOf(forest, domain)) {
    const container = snapshot.byDn(`CN=MicrosoftDNS,${place}`)
    const below = `,CN=MicrosoftDNS,${place}`.toLowerCase()
    const zones = [...snapshot.ofKind('dnsZone')].filter((zone) =>
      snapshot.dn(zone).toLowerCase().endsWith(below),
    )
    for (const object of [container, ...zones]) {
      if (object === undefined || !access.readable(object)) continue
      // What is in the partition of the forest says nothing about the groups of a child.
      isSeen ||= place.endsWith(`,${domain.dn}`) && !place.startsWith('DC=ForestDnsZones')
      for (const { sid, inherited } of access.holders(object, access.writeDacl)) {
        if (object !== container && !inherited) continue
        if (domainOfSid(sid) !== domain.sid || (ridOfSid(sid) ?? 0) < firstOrdinaryRid) continue
        const group = memberships.objectOf(sid, domain)
        if (group === undefined || !snapshot.isA(group, 'group')) continue
        if (!tierZero.hasObject(group)) groups.add(group)
      }
    }
  }
  if (isSeen || !hasDns(forest, domain)) return { groups }
  return {
    gap: `Who administers DNS in ${domain.name} could not be read: neither the MicrosoftDNS containers nor a zone.`,
  }
}

function placesOf(forest: Forest, domain: Domain): readonly string[] {
  const root = forestRoot(forest).dn ?? domain.dn
  return [`CN=System,${domain.dn}`, `DC=DomainDnsZones,${domain.dn}`, `DC=ForestDnsZones,${root}`]
}

/** A domain whose containers can be listed, and which has none for DNS, keeps DNS elsewhere. */
function hasDns({ snapshot }: Forest, domain: Domain): boolean {
  const system = snapshot.byDn(`CN=System,${domain.dn}`)
  if (system === undefined || snapshot.children(system).length === 0) return true
  return (
    snapshot.byDn(`CN=MicrosoftDNS,CN=System,${domain.dn}`) !== undefined ||
    snapshot.byDn(`DC=DomainDnsZones,${domain.dn}`) !== undefined
  )
}

/** Names of accounts at any depth that are not of Tier Zero by another way. */
function outsidersIn(forest: Forest, group: ObjectId): string[] {
  const { memberships, snapshot, tierZero } = forest
  return [
    ...[...memberships.transitiveMembers(group)]
      .filter(
        (id) =>
          !tierZero.hasObject(id) &&
          !tierZero.has(snapshot.sid(id) ?? '', snapshot.domainOf(id)) &&
          !snapshot.isA(id, 'group'),
      )
      .map((id) => nameOf(forest, id)),
    ...memberships.unreadMembers(group).map(({ dn, sid }) => sid ?? dn),
  ]
}
