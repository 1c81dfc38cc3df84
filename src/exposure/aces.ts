import {
  type Ace,
  type Domain,
  type ObjectId,
  type Sid,
  aceFlags,
  attributeGuid,
  builtinSid,
  extendedRight,
  genericRights,
  isAllow,
  isCallback,
  isDeny,
  isDomainSid,
  domainOfSid,
  mapGenericRights,
  propertySet,
  rid,
  ridOfSid,
  right,
  wellKnownSid,
} from '#directory'
import type { Evidence } from './define.ts'
import type { Forest } from './forest.ts'

// For the few rules that are about an access list as such: AdminSDHolder, class defaults, ACEs that only children inherit.
// Who can do what is asked of `forest.access`.

/** Rights that change something or let somebody do something; the rest only shows. */
const harmful =
  right.createChild |
  right.deleteChild |
  right.self |
  right.writeProperty |
  right.deleteTree |
  right.controlAccess |
  right.delete |
  right.writeDacl |
  right.writeOwner

/** The rights of an ACE that change something or let somebody do something; 0 for denials and audit. */
export function harmfulRights({ type, mask }: Ace): number {
  return isAllow(type) ? mapGenericRights(mask) & harmful : 0
}

/**
 * Whether an ACE only gives what Windows itself gives to principals outside Tier Zero on accounts, groups and AdminSDHolder:
 * changing a password knowing the old one, sending mail to a group, publishing certificates, terminal server licences.
 */
export function isShippedGrant(ace: Ace): boolean {
  const { sid, objectType } = ace
  const rights = harmfulRights(ace)
  if (rights === 0 || sid === wellKnownSid.self) return true
  if (rights === right.controlAccess) {
    return (
      (objectType === extendedRight.userChangePassword && sid === wellKnownSid.everyone) ||
      (objectType === extendedRight.sendTo && sid === wellKnownSid.authenticatedUsers)
    )
  }
  if (rights !== right.writeProperty) return false
  if (objectType === attributeGuid.userCertificate) return isOfDomain(sid, rid.certPublishers)
  const licences =
    objectType === attributeGuid.terminalServer ||
    objectType === propertySet.terminalServerLicenseServer
  return licences && sid === builtinSid.terminalServerLicenseServers
}

/** Whether a SID is that of a domain's own group or account with this relative identifier. */
export function isOfDomain(sid: Sid, relativeId: number): boolean {
  return ridOfSid(sid) === relativeId && isDomainSid(domainOfSid(sid) ?? '')
}

/** The harmful rights of an ACE that no denial before it in its list takes away again from all whom it is for. */
export function rightsLeft(
  { memberships }: Forest,
  dacl: readonly Ace[],
  ace: Ace,
  domain: Domain | undefined,
): number {
  const token = memberships.tokenOfSid(ace.sid, domain)
  return dacl
    .slice(0, dacl.indexOf(ace))
    .filter(
      ({ type, flags, sid, objectType }) =>
        isDeny(type) &&
        !isCallback(type) &&
        (flags & aceFlags.inheritOnly) === 0 &&
        token.has(sid) &&
        (objectType === undefined || objectType === ace.objectType),
    )
    .reduce((left, { mask }) => left & ~mapGenericRights(mask), harmfulRights(ace))
}

/** Whether two ACEs say the same but for where they come from and whom they are passed to. */
export function covers(whole: Ace, part: Ace): boolean {
  return (
    whole.sid === part.sid &&
    isAllow(whole.type) &&
    (whole.objectType === undefined || whole.objectType === part.objectType) &&
    (harmfulRights(part) & ~harmfulRights(whole)) === 0
  )
}

/**
 * ACEs by which an object's own list gives control of what is below it, though not of itself: full control, changing
 * permissions or owner, writing every property, creating objects. Not to Tier Zero, to creators or to the objects themselves.
 */
export function passedOnControl(forest: Forest, id: ObjectId): readonly Ace[] {
  return passedOn(forest, id).filter(givesControl)
}

/** The same of ACEs that give anything. */
export function passedOn(forest: Forest, id: ObjectId): readonly Ace[] {
  const { snapshot, tierZero } = forest
  if (!forest.access.readable(id)) return []
  const domain = snapshot.domainOf(id)
  const own = aceFlags.inheritOnly | aceFlags.containerInherit
  return (snapshot.value(id, 'nTSecurityDescriptor')?.dacl ?? []).filter(
    (ace) =>
      (ace.flags & own) === own &&
      (ace.flags & aceFlags.inherited) === 0 &&
      harmfulRights(ace) !== 0 &&
      !placeholders.has(ace.sid) &&
      !tierZero.has(ace.sid, domain),
  )
}

function givesControl(ace: Ace): boolean {
  const rights = harmfulRights(ace)
  if ((rights & (right.writeDacl | right.writeOwner | right.createChild)) !== 0) return true
  return (rights & right.writeProperty) !== 0 && ace.objectType === undefined
}

/** SIDs that stand for somebody else until a child is made. */
const placeholders: ReadonlySet<Sid> = new Set([
  wellKnownSid.self,
  wellKnownSid.creatorOwner,
  wellKnownSid.creatorGroup,
  wellKnownSid.ownerRights,
])

/** What ACEs allow, as clauses, one for each trustee: `alice can reset its password, delete it`. */
export function sayAces(
  forest: Forest,
  aces: readonly Ace[],
  domain: Domain | undefined,
): readonly string[] {
  const words = new Map<Sid, Set<string>>()
  for (const ace of aces) {
    const said = words.get(ace.sid) ?? new Set()
    words.set(ace.sid, said.add(sayAce(forest, ace)))
  }
  return [...words].map(
    ([sid, said]) => `${forest.nameOf(sid, domain)} can ${[...said].join(', ')}`,
  )
}

/** What an ACE allows, completing "X can …". */
export function sayAce({ snapshot: { schema } }: Forest, ace: Ace): string {
  const rights = harmfulRights(ace)
  const { objectType } = ace
  if (objectType === undefined && (genericRights.all & harmful & ~rights) === 0) {
    return 'do anything'
  }
  const type = (bit: number) => {
    const meaning = objectType === undefined ? undefined : schema.meaningOf(objectType, bit)
    return meaning?.name ?? objectType
  }
  const parts: [bit: number, words: string][] = [
    [right.writeDacl, 'change permissions'],
    [right.writeOwner, 'take ownership'],
    [right.writeProperty, `write ${type(right.writeProperty) ?? 'all properties'}`],
    [right.controlAccess, `use ${type(right.controlAccess) ?? 'all extended rights'}`],
    [right.self, `make the validated write ${type(right.self) ?? 'of every kind'}`],
    [right.createChild, `create ${type(right.createChild) ?? 'any'} objects`],
    [right.deleteChild, `delete ${type(right.deleteChild) ?? 'any'} objects`],
    [right.delete, 'delete it'],
    [right.deleteTree, 'delete it with all below'],
  ]
  return parts
    .filter(([bit]) => (rights & bit) !== 0)
    .map(([, words]) => words)
    .join(', ')
}

/** An ACE for the JSON document. */
export function aceEvidence(forest: Forest, ace: Ace, domain: Domain | undefined): Evidence {
  const { sid, mask, flags, objectType, inheritedObjectType } = ace
  return {
    sid,
    name: forest.nameOf(sid, domain),
    rights: sayAce(forest, ace),
    mask,
    flags,
    ...(objectType === undefined ? {} : { objectType }),
    ...(inheritedObjectType === undefined ? {} : { inheritedObjectType }),
    ...(isCallback(ace.type) ? { conditional: true } : {}),
  }
}
