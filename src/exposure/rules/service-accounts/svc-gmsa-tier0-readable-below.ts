import type { Domain, Sid } from '#directory'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { passwordReaders, unreadReaders } from '../../managed-accounts.ts'
import { nextToTierZero } from '../../takeover.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'svc-gmsa-tier0-readable-below',
  category: 'service-accounts',
  severity: 'critical',
  title: 'Privileged managed service account readable from a lower tier',
  why: 'Whoever may retrieve its password, or say who may, takes over what it administers.',
  fix: 'Let only Tier Zero hosts retrieve the password, or take the privilege away from the service.',
  attack: ['T1552', 'T1098'],
  refs: {
    spec: ['MS-ADTS 3.1.1.4.5.39'],
    purpleKnight: ['GMSAPasswordPermissions'],
    bloodhound: ['ReadGMSAPassword', 'WriteMsDSGroupMSAMembership'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'managedAccount',
  reads: ['sAMAccountName', 'msDS-GroupMSAMembership'],

  check({ id, sAMAccountName }, forest): Hit | Gap | undefined {
    const { snapshot, tierZero, access } = forest
    const isTierZero = tierZero.hasObject(id)
    if (!isTierZero && !nextToTierZero(forest).has(id)) return
    const domain = snapshot.domainOf(id)
    const own = snapshot.sid(id)
    const readers = passwordReaders(forest, id).filter(
      (sid) => sid !== own && !isOfTierZero(forest, sid, domain),
    )
    const writers = forest.outsiders(id, [access.writes('msDS-GroupMSAMembership')])
    if (readers.length === 0 && writers.length === 0) return unreadReaders(forest, id)
    const names = readers.map((sid) => forest.nameOf(sid, domain))
    const says = [
      ...(names.length === 0 ? [] : [`${enumerate(names)} can retrieve the password`]),
      ...(writers.length === 0
        ? []
        : [`${enumerate(writers.map(({ name }) => name))} can say who may`]),
    ]
    return {
      says: `${sAMAccountName} ${isTierZero ? 'is of' : 'controls an object of'} Tier Zero, and ${says.join(', and ')}`,
      evidence: {
        readers: names,
        sids: readers,
        writers: writers.map(({ name, sid }) => ({ name, sid })),
        tierZero: tierZero.why(id),
      },
    }
  },
})

/** Whether a trustee is of Tier Zero, or a group with members of which all are: the hosts that an administrator put together. */
function isOfTierZero(forest: Forest, sid: Sid, domain: Domain | undefined): boolean {
  const { memberships, snapshot, tierZero } = forest
  if (tierZero.has(sid, domain)) return true
  const group = memberships.objectOf(sid, domain)
  const people = memberships.peopleOf(sid, domain)
  if (group === undefined || people === 'many' || memberships.unreadMembers(group).length > 0)
    return false
  const accounts = people.filter((member) => !snapshot.isA(member, 'group'))
  return accounts.length > 0 && accounts.every((member) => tierZero.hasObject(member))
}
