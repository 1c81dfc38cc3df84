import { defineExposure } from '../../define.ts'
import { passwordReaders } from '../../managed-accounts.ts'
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

  check({ id, sAMAccountName, 'msDS-GroupMSAMembership': membership }, forest) {
    const { snapshot, tierZero, access } = forest
    if (!tierZero.hasObject(id)) return
    const domain = snapshot.domainOf(id)
    const own = snapshot.sid(id)
    const readers = passwordReaders(membership).filter(
      (sid) => sid !== own && !tierZero.has(sid, domain),
    )
    const writers = forest.outsiders(id, [access.writes('msDS-GroupMSAMembership')])
    if (readers.length === 0 && writers.length === 0) return
    const names = readers.map((sid) => forest.nameOf(sid, domain))
    const says = [
      ...(names.length === 0 ? [] : [`${enumerate(names)} can retrieve the password`]),
      ...(writers.length === 0
        ? []
        : [`${enumerate(writers.map(({ name }) => name))} can say who may`]),
    ]
    return {
      says: `${sAMAccountName} is Tier Zero, and ${says.join(', and ')}`,
      evidence: {
        readers: names,
        sids: readers,
        writers: writers.map(({ name, sid }) => ({ name, sid })),
        tierZero: tierZero.why(id),
      },
    }
  },
})
