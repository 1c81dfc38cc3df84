import type { ObjectId } from '#directory'
import { isAdminSdHolder } from '../../admin-sd-holder.ts'
import { isEntraStandIn } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { readOnlyDelegate, takeoverOf } from '../../takeover.ts'
import { tierZeroHits } from '../../tier-zero-control.ts'

export default defineExposure({
  id: 'acl-tier0-object-control',
  category: 'acl',
  severity: 'critical',
  title: 'Somebody outside Tier Zero controls an object of Tier Zero',
  why: "Resetting an administrator's password, adding a member to a privileged group or rewriting the permissions of a certification authority is one step from an ordinary account to the whole forest.",
  fix: 'Remove the entry, and move the object into a unit for Tier Zero that does not inherit from the units of other tiers.',
  attack: ['T1098', 'T1222.001'],
  refs: {
    spec: ['MS-ADTS 5.1.3.3'],
    anssi: ['vuln1_privileged_members_perm', 'vuln1_permissions_dc'],
    bloodhound: [
      'GenericAll',
      'GenericWrite',
      'WriteDacl',
      'WriteOwner',
      'Owns',
      'ForceChangePassword',
      'AddMember',
      'AddSelf',
    ],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['managedBy'],
  looksAt: ['user', 'computer', 'managedAccount', 'group', 'certificationAuthority'],

  *checkForest(forest) {
    yield* tierZeroHits(forest, {
      operations: (id) => (hasOwnRule(forest, id) ? [] : takeoverOf(forest, id)),
      except: (sid, id) => sid === readOnlyDelegate(forest, id),
    })
  },
})

/** Heads of naming contexts, AdminSDHolder and what Entra ID keeps have exposures of their own. */
function hasOwnRule(forest: Forest, id: ObjectId): boolean {
  const { snapshot } = forest
  const dn = snapshot.dn(id)
  if (snapshot.namingContextOf(id) === dn || snapshot.domains.some(({ head }) => head === id))
    return true
  return isAdminSdHolder(forest, id) || isEntraStandIn(forest, id)
}
