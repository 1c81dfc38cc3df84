import { defineExposure } from '../../define.ts'
import { passwordReaders } from '../../managed-accounts.ts'

/** More accounts than run one service. */
const mostReaders = 50

export default defineExposure({
  id: 'svc-gmsa-readers-broad',
  category: 'service-accounts',
  severity: 'high',
  title: 'Group managed service account password readable too widely',
  why: 'Whoever may retrieve the password is the account. A broad group means that any machine or user is.',
  fix: 'Let only a group of the hosts that run the service retrieve the password (PrincipalsAllowedToRetrieveManagedPassword).',
  attack: ['T1552', 'T1078.002'],
  refs: {
    spec: ['MS-ADTS 3.1.1.4.5.39'],
    purpleKnight: ['GMSAPasswordPermissions'],
    bloodhound: ['ReadGMSAPassword'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'managedAccount',
  reads: ['sAMAccountName', 'msDS-GroupMSAMembership'],

  check({ id, sAMAccountName, 'msDS-GroupMSAMembership': membership }, forest) {
    const { snapshot, memberships } = forest
    const domain = snapshot.domainOf(id)
    const readers = passwordReaders(membership)
    const isWide = readers.some((sid) => memberships.isBroad(sid, domain))
    const number = readers.reduce((sum, sid) => sum + memberships.reach(sid, domain), 0)
    if (!isWide && number <= mostReaders) return
    const names = readers.map((sid) => forest.nameOf(sid, domain))
    return {
      says: `The password of ${sAMAccountName} can be retrieved by ${names.join(', ')}: ${number} accounts`,
      evidence: { readers: names, sids: readers, accounts: number },
    }
  },
})
