import { defineExposure } from '../../define.ts'

/** msDS-DelegatedMSAState when the migration is done: the account answers in place of the one it succeeds. */
const migrationCompleted = 2

export default defineExposure({
  id: 'svc-dmsa-supersedes-privileged',
  category: 'service-accounts',
  severity: 'critical',
  title: 'Delegated managed service account already linked to a privileged account',
  why: 'It gets the keys and memberships of the account it succeeds: this is what an intruder leaves behind.',
  fix: 'Treat it as a break-in: delete the managed account, and change the keys of the superseded account and of krbtgt.',
  attack: ['T1098', 'T1068'],
  refs: {
    spec: ['MS-KILE 3.3.5.7.8'],
    purpleKnight: ['DMSABadSuccessor'],
    bloodhound: ['CanUseBadSuccessor'],
  },
  needs: ['ldap-domain'],
  over: 'managedAccount',
  reads: [
    'sAMAccountName',
    'msDS-ManagedAccountPrecededByLink',
    'msDS-DelegatedMSAState',
    'msDS-SupersededManagedAccountLink',
    'whenCreated',
  ],

  check(
    {
      id,
      sAMAccountName,
      'msDS-ManagedAccountPrecededByLink': link,
      'msDS-DelegatedMSAState': state,
      whenCreated,
    },
    { snapshot, tierZero },
  ) {
    if (link === undefined) return
    const target = snapshot.byDn(link)
    if (target === undefined)
      return { gap: `${link}, which ${sAMAccountName} succeeds, could not be read.` }
    if (!tierZero.hasObject(target)) return
    const back = snapshot.value(target, 'msDS-SupersededManagedAccountLink')
    const isMutual = back !== undefined && snapshot.byDn(back) === id
    if (state !== migrationCompleted && isMutual) return
    return {
      says: `${sAMAccountName} succeeds ${snapshot.name(target)}, which is Tier Zero${isMutual ? '' : ' and does not name it in return'}`,
      evidence: {
        'msDS-ManagedAccountPrecededByLink': link,
        'msDS-DelegatedMSAState': state ?? null,
        'msDS-SupersededManagedAccountLink': back ?? null,
        whenCreated: whenCreated?.toISOString() ?? null,
      },
    }
  },
})
