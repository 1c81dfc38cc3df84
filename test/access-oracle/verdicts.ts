/** Two access checks beside ours: what the specifications say, and what Samba 4.17 makes of it. */
import {
  type Ace,
  type SchemaIndex,
  type SecurityDescriptor,
  type Sid,
  aceFlags,
  isAllow,
  isDeny,
  isObjectAce,
  mapGenericRights,
  right,
  wellKnownSid,
} from '#directory'
import { guidOfRight } from './domain.ts'
import type { Kind, Need } from './tries.ts'

/** One question to an access check. */
export interface Question {
  readonly descriptor: SecurityDescriptor
  /** SIDs of the account, with SELF where it is the object's own. */
  readonly token: ReadonlySet<Sid>
  readonly mask: number
  /** Where the thing asked about is in the object type tree: GUIDs from the root down (MS-ADTS 5.1.3.3.3 to 5.1.3.3.5). */
  readonly path: readonly string[]
}

/** {@link Question.path} of what a need is about. */
export function pathOf({ attribute, right: name, child }: Need, kind: Kind, schema: SchemaIndex) {
  if (name !== undefined) return [guidOfRight(schema, name)]
  if (attribute === undefined) return [schema.guidOfClass(child ?? kind)!]
  return [
    schema.guidOfClass(kind),
    schema.propertySetOf(attribute),
    schema.guidOfAttribute(attribute),
  ].filter((guid) => guid !== undefined)
}

const implicit = right.readControl | right.writeDacl

/** The access check as plainly as it can be said: for each right, the first ACE that names it decides (MS-DTYP 2.5.3.2). */
export function shouldAllow({ descriptor, token, mask, path }: Question): boolean {
  const aces = effective(descriptor)
  const isOwner = descriptor.owner !== undefined && token.has(descriptor.owner)
  const limitsOwner = aces.some(({ sid }) => sid === wellKnownSid.ownerRights)
  return bitsOf(mask).every((bit) => {
    if (isOwner && !limitsOwner && (bit & implicit) !== 0) return true
    const decisive = aces.find(
      (ace) =>
        (mapGenericRights(ace.mask) & bit) !== 0 &&
        (token.has(ace.sid) || (isOwner && ace.sid === wellKnownSid.ownerRights)) &&
        (ace.objectType === undefined || path.includes(ace.objectType)),
    )
    return decisive !== undefined && isAllow(decisive.type)
  })
}

/** Where Samba 4.17 departs from the specifications. */
export const departures = [
  /** An ACE for OWNER RIGHTS says nothing, and the owner keeps what owning implies (MS-DTYP 2.5.3.2). */
  'owner rights',
  /** An object ACE that allows CONTROL_ACCESS on a thing allows whatever else is asked for on it (MS-ADTS 5.1.3.3.3). */
  'control access allows all',
  /** Object ACEs say nothing about LIST_CONTENTS, even without object type (MS-DTYP 2.5.3.2). */
  'no object ACEs for listing',
  /** Rights asked for together are lost where plain ACEs and object ACEs each give some (MS-DTYP 2.5.3.2). */
  'rights asked for together',
] as const
export type Departure = (typeof departures)[number]

/** What Samba 4.17 would answer with these departures from the specifications. */
export function sambaAllows(question: Question, departing: ReadonlySet<Departure>): boolean {
  const { descriptor, mask, path } = question
  if (!departing.has('rights asked for together') && bitsOf(mask).length > 1)
    return bitsOf(mask).every((bit) => sambaAllows({ ...question, mask: bit }, departing))

  const aces = effective(descriptor)
  const isOwner = descriptor.owner !== undefined && question.token.has(descriptor.owner)
  const knowsOwnerRights = isOwner && !departing.has('owner rights')
  const token = new Set(question.token)
  if (knowsOwnerRights) token.add(wellKnownSid.ownerRights)
  const limitsOwner = knowsOwnerRights && aces.some(({ sid }) => sid === wellKnownSid.ownerRights)
  const looksAtObjectAces =
    mask !== right.listContents || !departing.has('no object ACEs for listing')

  // Two accounts are kept: rights that plain ACEs left open, and those left open at each place of the tree.
  let open = isOwner && !limitsOwner ? mask & ~implicit : mask
  const openAt = path.map(() => open)
  for (const { type, mask: given, sid, objectType } of aces) {
    if (open === 0) return true
    if (!token.has(sid)) continue
    const bits = mapGenericRights(given)
    const place = objectType === undefined ? 0 : path.indexOf(objectType)
    if (!isObjectAce(type)) {
      if (isDeny(type)) {
        if ((open & bits) !== 0) return false
      } else {
        open &= ~bits
        grant(openAt, 0, bits)
      }
    } else if (looksAtObjectAces && place >= 0) {
      if (isDeny(type)) {
        if ((openAt[place]! & bits) !== 0) return false
      } else {
        grant(openAt, place, bits)
        if (openAt[place] === 0) return true
        if ((bits & right.controlAccess) !== 0 && departing.has('control access allows all'))
          return true
      }
    }
  }
  return open === 0
}

function grant(openAt: number[], from: number, bits: number): void {
  for (let place = from; place < openAt.length; place++) openAt[place]! &= ~bits
}

function effective({ dacl }: SecurityDescriptor): Ace[] {
  return (dacl ?? []).filter(({ flags }) => (flags & aceFlags.inheritOnly) === 0)
}

function bitsOf(mask: number): number[] {
  return Array.from({ length: 32 }, (_, place) => (mask & (1 << place)) >>> 0).filter(
    (bit) => bit !== 0,
  )
}
