import { sayWhoCan, trusteeEvidence } from '../../control.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'svc-dmsa-target-link-writable',
  category: 'service-accounts',
  severity: 'high',
  title: 'Predecessor attributes of a privileged account are writable',
  why: 'Since August 2025 both sides must name each other; whoever can write the privileged account’s side completes the link to a managed account of theirs.',
  fix: 'Remove the entries that let them write; they come with permission to write every property as well.',
  attack: ['T1098', 'T1068'],
  refs: {
    spec: ['MS-ADA2 2.499'],
    purpleKnight: ['DMSABadSuccessor'],
    bloodhound: ['WriteMsDSSupersededManagedAccountLink', 'WriteMsDSSupersededServiceAccountState'],
  },
  needs: ['ldap-domain', 'ldap-schema', 'nTSecurityDescriptor'],
  over: ['user', 'computer', 'managedAccount'],
  reads: [],

  check({ id }, forest) {
    const { access, tierZero } = forest
    if (!tierZero.hasObject(id)) return
    const outsiders = forest.outsidersOfAll(id, [
      access.writes('msDS-SupersededManagedAccountLink'),
      access.writes('msDS-SupersededServiceAccountState'),
    ])
    if (outsiders.length === 0) return
    return {
      says: sayWhoCan(forest, outsiders, forest.snapshot.name(id)),
      evidence: { trustees: outsiders.map((outsider) => trusteeEvidence(outsider)) },
    }
  },
})
