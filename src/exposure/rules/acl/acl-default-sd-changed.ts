import {
  type Ace,
  type Sid,
  DirectoryError,
  builtinSid,
  extendedRight,
  parseSddl,
  rid,
  right,
  wellKnownSid,
} from '#directory'
import { aceEvidence, harmfulRights, isOfDomain, isShippedGrant, sayAces } from '../../aces.ts'
import { defineExposure } from '../../define.ts'
import { forestRoot } from '../../forest-root.ts'
import type { Forest } from '../../forest.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-default-sd-changed',
  category: 'acl',
  severity: 'high',
  title: 'The default permissions of new objects were altered in the schema',
  why: 'Every new object of the class is born with these permissions, so one change gives somebody rights on all accounts, groups or policies that will ever be made.',
  fix: 'Restore the default permissions that Windows ships, and look at the objects made since the change.',
  attack: ['T1098', 'T1222.001'],
  refs: {
    spec: ['MS-ADTS 6.1.3', 'MS-DTYP 2.5.1'],
    anssi: ['vuln1_permissions_schema'],
    purpleKnight: ['ChangesToDefaultSD'],
  },
  needs: ['ldap-schema'],
  over: 'schemaClass',
  reads: ['defaultSecurityDescriptor', 'lDAPDisplayName', 'whenChanged'],

  check({ defaultSecurityDescriptor, lDAPDisplayName, whenChanged }, forest) {
    if (defaultSecurityDescriptor === undefined) return
    const aces = acesOf(forest, defaultSecurityDescriptor)
    if (aces === undefined) {
      return {
        gap: `The default permissions of ${lDAPDisplayName}, its defaultSecurityDescriptor, are not understood.`,
      }
    }
    const added = aces.filter(
      (ace) =>
        harmfulRights(ace) !== 0 &&
        !isShippedGrant(ace) &&
        !isShippedForClass(ace, lDAPDisplayName) &&
        !isPrivileged(forest, ace.sid),
    )
    if (added.length === 0) return
    const domain = forest.snapshot.rootDomain
    return {
      says: `New ${lDAPDisplayName} objects: ${enumerate(sayAces(forest, added, domain))}`,
      evidence: {
        defaultSecurityDescriptor,
        whenChanged: whenChanged?.toISOString() ?? null,
        added: added.map((ace) => aceEvidence(forest, ace, domain)),
      },
    }
  },
})

/** No access list at all leaves new objects to what they inherit. Nothing when the text is broken. */
function acesOf(forest: Forest, sddl: string): readonly Ace[] | undefined {
  const root = forestRoot(forest).sid ?? forest.snapshot.rootDomain?.sid
  try {
    return parseSddl(sddl, root === undefined ? {} : { domain: root, rootDomain: root }).dacl ?? []
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}

function isPrivileged({ tierZero }: Forest, sid: Sid): boolean {
  return tierZero.has(sid) || sid === wellKnownSid.creatorOwner || sid === wellKnownSid.creatorGroup
}

/** Extended rights that classes ship with for principals outside Tier Zero. */
const shippedRights = new Map<string | undefined, readonly Sid[]>([
  [extendedRight.unexpirePassword, [wellKnownSid.authenticatedUsers]],
  [extendedRight.updatePasswordNotRequiredBit, [wellKnownSid.authenticatedUsers]],
  [extendedRight.enablePerUserReversiblyEncryptedPassword, [wellKnownSid.authenticatedUsers]],
  [extendedRight.applyGroupPolicy, [wellKnownSid.authenticatedUsers]],
  [extendedRight.openAddressBook, [wellKnownSid.authenticatedUsers]],
  [
    extendedRight.samEnumerateEntireDomain,
    [wellKnownSid.authenticatedUsers, builtinSid.preWindows2000CompatibleAccess],
  ],
  [extendedRight.dsQuerySelfQuota, [wellKnownSid.everyone]],
  [extendedRight.createInboundForestTrust, [builtinSid.incomingForestTrustBuilders]],
])

/** Creating and deleting that classes ship with for principals outside Tier Zero, by lDAPDisplayName. */
const shippedChildren: readonly (readonly [
  classes: RegExp,
  rights: number,
  isGiven: (sid: Sid) => boolean,
])[] = [
  [/^dnsZone/i, right.createChild, (sid) => sid === wellKnownSid.authenticatedUsers],
  [
    /^msWMI-/i,
    right.createChild | right.deleteChild | right.deleteTree,
    (sid) => sid === wellKnownSid.authenticatedUsers,
  ],
  [/^msWMI-/i, right.createChild, (sid) => isOfDomain(sid, rid.groupPolicyCreatorOwners)],
  [
    /^msTPM-InformationObjectsContainer$/i,
    right.createChild,
    (sid) => isOfDomain(sid, rid.domainComputers),
  ],
]

function isShippedForClass(ace: Ace, className: string): boolean {
  const rights = harmfulRights(ace)
  if (rights === right.controlAccess) {
    // Windows and Samba ship the SID of the domain the schema was made in.
    if (
      ace.objectType === extendedRight.dsReplicationGetChanges &&
      isOfDomain(ace.sid, rid.enterpriseReadOnlyControllers)
    )
      return true
    return shippedRights.get(ace.objectType)?.includes(ace.sid) === true
  }
  return shippedChildren.some(
    ([classes, given, isGiven]) =>
      classes.test(className) && isGiven(ace.sid) && (rights & ~given) === 0,
  )
}
