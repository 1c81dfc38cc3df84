import { type ObjectId, type Sid, isEnabled } from '#directory'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { passwordReaders, unreadReaders } from '../../managed-accounts.ts'
import { count, enumerate, some } from '../../words.ts'

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
  reads: ['sAMAccountName', 'userAccountControl', 'msDS-GroupMSAMembership'],

  check({ id, sAMAccountName }, forest): Hit | Gap | undefined {
    const { snapshot, memberships } = forest
    const domain = snapshot.domainOf(id)
    const readers = passwordReaders(forest, id)
    const isWide = readers.some((sid) => memberships.isBroad(sid, domain))
    const number = isWide
      ? Math.max(...readers.map((sid) => memberships.reach(sid, domain)))
      : numberOf(forest, id, readers)
    if (!isWide && number <= mostReaders) return unreadReaders(forest, id)
    const names = readers.map((sid) => forest.nameOf(sid, domain))
    return {
      says: `The password of ${sAMAccountName} can be retrieved by ${enumerate(names)}: ${count(number, 'account')}${isWide ? ' or more' : ''}`,
      evidence: { readers: some(names), sids: some(readers), accounts: number },
    }
  },
})

/** How many enabled accounts the readers stand for, each counted once. None of the readers is broad. */
function numberOf(forest: Forest, id: ObjectId, readers: readonly Sid[]): number {
  const { memberships, snapshot } = forest
  const domain = snapshot.domainOf(id)
  const accounts = new Set<ObjectId>()
  for (const sid of readers) {
    const own = memberships.objectOf(sid, domain)
    const people = memberships.peopleOf(sid, domain)
    for (const account of [
      ...(own === undefined ? [] : [own]),
      ...(people === 'many' ? [] : people),
    ]) {
      const flags = snapshot.value(account, 'userAccountControl')
      if (flags !== undefined && isEnabled(flags)) accounts.add(account)
    }
  }
  return accounts.size
}
