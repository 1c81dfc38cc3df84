import { sayWhoCan, trusteeEvidence } from '../../control.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'svc-dmsa-write-existing',
  category: 'service-accounts',
  severity: 'critical',
  title: 'Existing delegated managed service account writable by non-administrators',
  why: 'Whoever can say which account it succeeds gets the keys and memberships of any account.',
  fix: 'Give owner and permissions back to Tier Zero, and check that it was not linked to a privileged account.',
  attack: ['T1098', 'T1068'],
  refs: {
    spec: ['MS-ADA2 2.300', 'MS-KILE 3.3.5.7.8'],
    purpleKnight: ['DMSABadSuccessor'],
    bloodhound: ['WriteMsDSManagedAccountPrecededByLink', 'WriteMsDSDelegatedMSAState'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'managedAccount',
  reads: ['objectClass'],

  check({ id, objectClass }, forest): Hit | Gap | undefined {
    if (!objectClass.some((name) => name.toLowerCase() === 'msds-delegatedmanagedserviceaccount'))
      return
    const { access } = forest
    const link = access.writes('msDS-ManagedAccountPrecededByLink')
    const state = access.writes('msDS-DelegatedMSAState')
    const outsiders = forest.outsidersOfAll(id, [link, state])
    const controlling = forest.outsiders(id, access.control)
    const all = [
      ...controlling,
      ...outsiders.filter(({ sid }) => !controlling.some((each) => each.sid === sid)),
    ]
    if (all.length === 0) {
      if (state !== undefined || forest.outsiders(id, [link]).length === 0) return
      return {
        gap: `Somebody can say which account ${forest.snapshot.name(id)} succeeds; whether also that the move is done could not be told, since the schema was not read.`,
      }
    }
    return {
      says: sayWhoCan(forest, all, forest.snapshot.name(id)),
      evidence: { trustees: all.map((outsider) => trusteeEvidence(outsider)) },
    }
  },
})
