import { type Sid, rid, ridOfSid } from '#directory'
import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { delegatedAccounts } from '../../delegated-accounts.ts'
import type { Forest } from '../../forest.ts'
import { dnsAdministrators } from '../../places.ts'

export default defineExposure({
  id: 'svc-dmsa-create-delegated',
  category: 'service-accounts',
  severity: 'critical',
  title: 'Delegated managed service accounts can be created by non-administrators (BadSuccessor)',
  why: 'Whoever creates one names any account, an administrator’s included, as the one it succeeds, and gets its keys and memberships.',
  fix: 'Take the right to create them away from everyone outside Tier Zero, install the controllers’ update of August 2025 (CVE-2025-53779), and restrict delegation on units.',
  attack: ['T1098', 'T1068'],
  refs: {
    spec: ['MS-ADSC 2.182', 'MS-KILE 3.3.5.7.8'],
    pingcastle: ['A-BadSuccessor'],
    anssi: ['vuln1_bad_successor_delegation_detected'],
    purpleKnight: ['DMSABadSuccessor'],
    bloodhound: ['CanUseBadSuccessor', 'CreateChildDMSA', 'CreateChildAll'],
  },
  needs: ['ldap-domain', 'ldap-config', 'ldap-schema', 'nTSecurityDescriptor'],
  over: ['domain', 'organizationalUnit', 'container'],
  reads: ['operatingSystemVersion'],

  check({ id }, forest) {
    const { arePossible, hasRootKey } = delegatedAccounts(forest)
    // The configuration has containers too, but accounts live in domains.
    if (!arePossible || forest.snapshot.domainOf(id) === undefined) return
    const { access, snapshot } = forest
    // Control of the head of a domain has an exposure of its own. Writing properties makes no objects.
    const control =
      snapshot.domainOf(id)?.head === id
        ? []
        : [access.fullControl, access.writeDacl, access.writeOwner]
    const hit = outsiderHit(
      forest,
      id,
      [access.createsChild('msDS-DelegatedManagedServiceAccount'), ...control],
      {
        except: (sid) => isShippedDelegate(forest, sid) && !hasOutsideMembers(forest, sid),
      },
    )
    if (hit === undefined || hasRootKey) return hit
    return {
      gap: 'No KDS root key could be seen. With one, some of those who may create objects could make delegated managed service accounts.',
    }
  },
})

/** Groups that Windows lets create objects in containers of their own: of policies, of DNS zones, of remote access. */
function isShippedDelegate(forest: Forest, sid: Sid): boolean {
  const number = ridOfSid(sid)
  return (
    number === rid.groupPolicyCreatorOwners ||
    number === rid.rasAndIasServers ||
    dnsAdministrators(forest).has(sid)
  )
}

function hasOutsideMembers({ snapshot, memberships, tierZero }: Forest, sid: Sid): boolean {
  const group = snapshot.bySid(sid)
  if (group === undefined) return false
  return memberships
    .transitiveMembers(group)
    .some((member) => !snapshot.isA(member, 'group') && !tierZero.hasObject(member))
}
