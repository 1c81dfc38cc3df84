import { type Ace, type Holder, type ObjectId, aceFlags, right } from '#directory'
import { harmfulRights } from './aces.ts'
import { isAdminSdHolder } from './admin-sd-holder.ts'
import { decidingAces } from './control.ts'
import type { Forest } from './forest.ts'
import { exchangeGroups } from './mail-groups.ts'

// What the set-up of a current Exchange gives its own groups on the head of each domain and on AdminSDHolder, for shared
// permissions as for split ones (PrepareAD; "Exchange deployment permissions reference"). Names are never translated.

/** Attributes, by lDAPDisplayName, and property sets, by cn, beside those of Exchange itself. In small letters. */
const written = namesOf(
  'displayName adminDisplayName displayNamePrintable legacyExchangeDN textEncodedORAddress mail proxyAddresses showInAddressBook ' +
    'garbageCollPeriod publicDelegates groupType userCertificate thumbnailPhoto Public-Information Personal-Information',
)
/** The same, not on AdminSDHolder and what has its permissions. */
const writtenElsewhere = namesOf(
  'member managedBy sAMAccountName userAccountControl pwdLastSet countryCode wWWHomePage',
)
const used = namesOf('DS-Replication-Synchronize')
const usedElsewhere = namesOf('User-Force-Change-Password User-Change-Password')
const createdElsewhere = namesOf('user inetOrgPerson contact group computer organizationalUnit')

function namesOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().split(' '))
}

/** Names of what Exchange added to the schema. */
const own = /^(?:ms-?exch|exchange-)/i

/**
 * Whether an ACE is one that Exchange's own set-up gives to its groups. The exposures about Exchange tell what that leads to,
 * once, so that the others need not. Not the permission to change permissions that older set-ups also gave on the head of the
 * domain itself, and nothing that somebody gave these groups beyond.
 */
export function isShippedToExchange(forest: Forest, on: ObjectId, ace: Ace): boolean {
  const groups = exchangeGroups(forest)
  if (!groups.has(ace.sid)) return false
  const { snapshot } = forest
  // Organization Management controls the groups of Exchange, itself too.
  if (groups.has(snapshot.sid(on) ?? '')) return true
  const { schema } = snapshot
  const isElsewhere = !forest.access.isProtected(on) && !isAdminSdHolder(forest, on)
  const rights = harmfulRights(ace)
  const { inheritedObjectType, objectType } = ace
  const heir = inheritedObjectType && schema.classByGuid(inheritedObjectType)?.lDAPDisplayName
  if (heir !== undefined && own.test(heir)) return true
  if (objectType === undefined) {
    if (heir === undefined || !isElsewhere || !createdElsewhere.has(heir.toLowerCase()))
      return false
    const isForHeirs = (ace.flags & (aceFlags.inheritOnly | aceFlags.inherited)) !== 0
    const given = right.delete | right.deleteTree | (isForHeirs ? right.writeDacl : 0)
    return (rights & ~given) === 0
  }
  const nameOf = (bit: number) => schema.meaningOf(objectType, bit)?.name ?? ''
  if (own.test(nameOf(right.createChild))) return true
  const parts: readonly (readonly [bits: number, isShipped: (name: string) => boolean])[] = [
    [
      right.writeProperty,
      (name) => written.has(name) || own.test(name) || (isElsewhere && writtenElsewhere.has(name)),
    ],
    [right.controlAccess, (name) => used.has(name) || (isElsewhere && usedElsewhere.has(name))],
    [right.createChild | right.deleteChild, (name) => isElsewhere && createdElsewhere.has(name)],
  ]
  return (
    parts.reduce(
      (left, [bits, isShipped]) =>
        (left & bits) !== 0 && isShipped(nameOf(left & bits).toLowerCase()) ? left & ~bits : left,
      rights,
    ) === 0
  )
}

/** Whether somebody holds an operation on an object by nothing else than what {@link isShippedToExchange}. */
export function isHeldByExchange(forest: Forest, on: ObjectId, holder: Holder): boolean {
  if (!exchangeGroups(forest).has(holder.sid)) return false
  const aces = decidingAces(holder)
  return aces.length > 0 && aces.every((ace) => isShippedToExchange(forest, on, ace))
}
