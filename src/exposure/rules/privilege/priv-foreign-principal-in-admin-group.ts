import {
  type Domain,
  type ObjectId,
  type Sid,
  dnsNameOfDn,
  domainOfSid,
  isDomainSid,
} from '#directory'
import { adminGroups, controllerGroups, entriesOf, nameOf } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import { forestRoot } from '../../forest-root.ts'
import type { Forest } from '../../forest.ts'
import { enumerate, some } from '../../words.ts'

export default defineExposure({
  id: 'priv-foreign-principal-in-admin-group',
  category: 'privilege',
  severity: 'high',
  title: 'Principal from another domain or forest in a privileged group',
  why: 'Whoever takes the other domain takes this one: its administrators can act as any account of theirs.',
  fix: 'Remove the membership, or treat the other domain as part of the same Tier Zero and write that decision down.',
  attack: ['T1199', 'T1078.002'],
  refs: {
    spec: ['MS-ADTS 6.1.1.4.12', 'MS-ADSC foreignSecurityPrincipal'],
    purpleKnight: ['FSPInPrivilegedGroup'],
    bloodhound: ['MemberOf'],
  },
  needs: ['ldap-domain'],
  reads: ['objectSid', 'member'],
  looksAt: ['user', 'computer', 'managedAccount', 'group'],

  *checkForest(forest) {
    for (const { group, domain } of [...adminGroups(forest), ...controllerGroups(forest)]) {
      const strangers = strangersIn(forest, group, domain)
      if (strangers.length === 0) continue
      const names = strangers.map(({ name }) => name)
      yield {
        on: group,
        says: `${nameOf(forest, group)} of ${domain.name} has members from elsewhere: ${enumerate(names)}`,
        evidence: { strangers: some(strangers.map(({ name, dn, via }) => ({ name, dn, via }))) },
      }
    }
  },
})

interface Stranger {
  readonly name: string
  readonly dn: string
  /** Group that holds it directly. */
  readonly via: string
}

/** Members, at any depth, of a domain that is neither that of the group they are in directly nor the forest root. */
function strangersIn(forest: Forest, group: ObjectId, domain: Domain): Stranger[] {
  const { snapshot, memberships } = forest
  const found: Stranger[] = []
  const groups = new Set([group])
  for (const { member, via } of entriesOf(forest, group)) {
    if (memberships.passesOn(member)) groups.add(member)
    const sid = snapshot.sid(member)
    if (sid !== undefined && isForeign(forest, sid, snapshot.domainOf(via) ?? domain)) {
      found.push({ name: nameOf(forest, member), dn: snapshot.dn(member), via: snapshot.dn(via) })
    }
  }
  for (const via of groups) {
    const home = snapshot.domainOf(via) ?? domain
    for (const { dn, sid } of memberships.directUnreadMembers(via)) {
      if (sid === undefined ? isElsewhere(forest, dn, home) : isForeign(forest, sid, home)) {
        found.push({ name: sid ?? dn, dn, via: snapshot.dn(via) })
      }
    }
  }
  return found
}

function isForeign(forest: Forest, sid: Sid, home: Domain): boolean {
  const domain = domainOfSid(sid)
  return (
    domain !== undefined &&
    isDomainSid(domain) &&
    domain !== home.sid &&
    domain !== forestRoot(forest).sid
  )
}

function isElsewhere(forest: Forest, dn: string, home: Domain): boolean {
  const name = dnsNameOfDn(dn).toLowerCase()
  if (name === '' || name === home.name) return false
  const root = forestRoot(forest).name
  // Where nothing tells the root, a domain above may be it.
  return root === undefined ? !home.name.endsWith(`.${name}`) : name !== root
}
