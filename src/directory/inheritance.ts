import type { Guid } from './guid.ts'
import {
  type Ace,
  type SecurityDescriptor,
  aceFlags,
  descriptorControl,
  genericRights,
  isAllow,
  isDeny,
  isObjectAce,
  mapGenericRights,
} from './security-descriptor.ts'
import type { Sid } from './sid.ts'
import { wellKnownSid } from './well-known.ts'

/**
 * The descriptor a domain controller keeps for an object (MS-ADTS 6.1.3, MS-DTYP 2.5.3.4): the explicit ACEs it was given,
 * then those its parent hands down, in canonical order. ACEs handed down that are for other classes are kept for the
 * children, inherit-only. ACEs in `explicit` marked as inherited are dropped: they are computed anew.
 */
export function inheritDescriptor({
  explicit,
  parent,
  classGuids = [],
}: {
  /** Owner, group, control and the ACEs that are the object's own. */
  readonly explicit: SecurityDescriptor
  /** Descriptor of the parent; `undefined` for the head of a naming context, which inherits nothing. */
  readonly parent: SecurityDescriptor | undefined
  /** schemaIDGUIDs of the object's structural class and of auxiliary classes attached to it. */
  readonly classGuids?: Guid | readonly Guid[] | undefined
}): SecurityDescriptor {
  const classes = typeof classGuids === 'string' ? [classGuids] : classGuids
  const { owner, group } = explicit
  const inherit = (
    own: readonly Ace[] | null | undefined,
    above: readonly Ace[] | null | undefined,
    protectedBit: number,
  ) => {
    const isProtected = (explicit.control & protectedBit) !== 0
    // A NULL list stays open; ACEs put into it would close it.
    if (own === null) return own
    const handed = isProtected ? [] : handedDown(above ?? [], classes, owner, group)
    if (own === undefined && handed.length === 0) return own
    return [...ownAces(own ?? [], owner, group), ...handed].toSorted(canonically)
  }
  const dacl = inherit(explicit.dacl, parent?.dacl, descriptorControl.daclProtected)
  const sacl = inherit(explicit.sacl, parent?.sacl, descriptorControl.saclProtected)
  const { selfRelative, daclPresent, daclAutoInherited, saclPresent, saclAutoInherited } =
    descriptorControl
  let control = explicit.control | selfRelative | daclAutoInherited | saclAutoInherited
  if (dacl !== undefined) control |= daclPresent
  if (sacl !== undefined) control |= saclPresent
  return { ...explicit, control, dacl, sacl }
}

/**
 * The ACEs a parent's list hands down to a child of these classes, as they stand on the child. Directory objects are all
 * containers, so ACEs for leaves only pass through.
 */
export function handedDown(
  parent: readonly Ace[],
  classes: readonly Guid[],
  owner: Sid | undefined,
  group: Sid | undefined,
): Ace[] {
  const aces: Ace[] = []
  const add = (ace: Ace) => {
    // Windows leaves out what an ACE already handed down says too (seen in descriptors of Windows Server 2016).
    if (!aces.some((other) => covers(other, ace))) aces.push(ace)
  }
  for (const ace of parent) {
    const inheritance = ace.flags & INHERITANCE
    if (inheritance === 0) continue
    const goesOn = (ace.flags & aceFlags.noPropagateInherit) === 0
    const kept = (ace.flags & ~REWRITTEN) | aceFlags.inherited
    const isForThis =
      (ace.flags & aceFlags.containerInherit) !== 0 &&
      (ace.inheritedObjectType === undefined || classes.includes(ace.inheritedObjectType))
    const passing = { ...ace, flags: kept | inheritance | aceFlags.inheritOnly }
    if (!isForThis) {
      if (goesOn) add(passing)
      continue
    }
    const sid = substituted(ace.sid, owner, group)
    const mask = effectiveMask(ace)
    const isSame = sid === ace.sid && mask === ace.mask
    if (isSame && goesOn) {
      add({ ...ace, flags: kept | inheritance })
      continue
    }
    // What changes on its way to this object still goes on to its children unchanged. One that goes no further has no heirs.
    add({ ...ace, sid, mask, inheritedObjectType: undefined, flags: kept })
    if (goesOn) add(passing)
  }
  return aces
}

const INHERITANCE = aceFlags.containerInherit | aceFlags.objectInherit

/** Flags that inheriting decides anew. */
const REWRITTEN =
  aceFlags.containerInherit |
  aceFlags.objectInherit |
  aceFlags.noPropagateInherit |
  aceFlags.inheritOnly |
  aceFlags.inherited

/** The explicit ACEs as they stand on the object: its owner in place of CREATOR OWNER, which heirs still get to see. */
function ownAces(aces: readonly Ace[], owner: Sid | undefined, group: Sid | undefined): Ace[] {
  return aces.flatMap((ace) => {
    if ((ace.flags & aceFlags.inherited) !== 0) return []
    if ((ace.flags & aceFlags.inheritOnly) !== 0) return [ace]
    const sid = substituted(ace.sid, owner, group)
    const mask = effectiveMask(ace)
    if (sid === ace.sid && mask === ace.mask) return [ace]
    if ((ace.flags & INHERITANCE) === 0) return [{ ...ace, sid, mask }]
    return [
      { ...ace, sid, mask, inheritedObjectType: undefined, flags: ace.flags & ~REWRITTEN },
      { ...ace, flags: ace.flags | aceFlags.inheritOnly },
    ]
  })
}

/** Rights as they stand on an object: generic ones mapped, and in a DACL none that directory objects do not have. */
function effectiveMask({ type, mask }: Ace): number {
  return mapGenericRights(mask) & (isAllow(type) || isDeny(type) ? genericRights.all : ~0)
}

function substituted(sid: Sid, owner: Sid | undefined, group: Sid | undefined): Sid {
  if (sid === wellKnownSid.creatorOwner) return owner ?? sid
  if (sid === wellKnownSid.creatorGroup) return group ?? sid
  return sid
}

/** Whether an ACE says all that another says, to the object and to its children. */
function covers(wide: Ace, narrow: Ace): boolean {
  const inheritance = narrow.flags & INHERITANCE
  return (
    wide.type === narrow.type &&
    wide.sid === narrow.sid &&
    wide.objectType === narrow.objectType &&
    wide.inheritedObjectType === narrow.inheritedObjectType &&
    (narrow.mask & ~wide.mask) === 0 &&
    (inheritance & ~wide.flags) === 0 &&
    (wide.flags & AUDITED) === (narrow.flags & AUDITED) &&
    ((wide.flags & aceFlags.inheritOnly) === 0 || (narrow.flags & aceFlags.inheritOnly) !== 0) &&
    wide.applicationData === undefined &&
    narrow.applicationData === undefined
  )
}

const AUDITED = aceFlags.successfulAccess | aceFlags.failedAccess

/** Explicit before inherited, deny before allow; regular ACEs before object ACEs (MS-ADTS 6.1.3.1). Otherwise as they stood. */
function canonically(a: Ace, b: Ace): number {
  return rank(a) - rank(b)
}

function rank({ type, flags }: Ace): number {
  const inherited = (flags & aceFlags.inherited) === 0 ? 0 : 8
  const allow = isDeny(type) ? 0 : isAllow(type) ? 2 : 4
  return inherited + allow + (isObjectAce(type) ? 1 : 0)
}
