import { builtinSid, isController, rid, wellKnownSid } from '#directory'
import { isOfDomain } from '../../aces.ts'
import { claimsController, isEntraStandIn, registeredControllers } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'acl-dc-owner',
  category: 'acl',
  severity: 'high',
  title: "A domain controller's account belongs to somebody who is no administrator",
  why: "The owner of an object may change its permissions at any time, so the owner of a domain controller's account can take the domain controller, and with it the domain.",
  fix: 'Make Domain Admins the owner, and look for entries that the old owner may have added to the access list.',
  attack: ['T1222.001'],
  refs: {
    spec: ['MS-DTYP 2.5.3.2', 'MS-ADTS 5.1.3.3'],
    pingcastle: ['P-DCOwner'],
    anssi: ['vuln1_permissions_dc', 'vuln2_permissions_dc'],
    purpleKnight: ['DomainControllerOwnerPermissions'],
    bloodhound: ['Owns', 'OwnsRaw'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'computer',
  reads: ['sAMAccountName', 'userAccountControl', 'primaryGroupID', 'nTSecurityDescriptor'],

  check({ id, sAMAccountName, userAccountControl, primaryGroupID, nTSecurityDescriptor }, forest) {
    const isOne =
      claimsController(userAccountControl) ||
      isController(primaryGroupID) ||
      registeredControllers(forest).has(id)
    if (!isOne || isEntraStandIn(forest, id)) return
    const owner = nTSecurityDescriptor?.owner
    if (owner === undefined) return { gap: `The owner of ${sAMAccountName} could not be read.` }
    const isExpected =
      owner === builtinSid.administrators ||
      owner === wellKnownSid.system ||
      // Those of this forest: the same groups of others are no administrators here.
      (forest.tierZero.has(owner) &&
        [rid.domainAdmins, rid.enterpriseAdmins].some((group) => isOfDomain(owner, group)))
    if (isExpected) return
    return {
      says: `${sAMAccountName} belongs to ${forest.nameOf(owner, forest.snapshot.domainOf(id))}`,
      evidence: { owner },
    }
  },
})
