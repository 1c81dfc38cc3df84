import { guidOfAttribute } from './builder-schema.ts'
import { defaultDescriptorOf } from './default-descriptors.ts'
import { type Guid, isGuid } from './guid.ts'
import { inheritDescriptor } from './inheritance.ts'
import { SchemaIndex } from './schema.ts'
import { parseSddl } from './sddl.ts'
import {
  type Ace,
  type SecurityDescriptor,
  aceFlags,
  aceType,
  isDeny,
  mapGenericRights,
  right,
  writeSecurityDescriptor,
} from './security-descriptor.ts'
import type { Sid } from './sid.ts'
import { wellKnownSid } from './well-known.ts'

/** A domain as descriptors are read in it. */
export interface BuilderDomain {
  readonly dn: string
  readonly sid: Sid
  /** SID of the forest's root domain. */
  readonly rootSid: Sid
  readonly name: string
}

/** How far an ACE reaches. By default: this object only. */
export interface Reach {
  /** This object and everything below it. */
  readonly inherit?: boolean
  /** Everything below, not this object. */
  readonly inheritOnly?: boolean
  /** Objects of this class below, not this object. */
  readonly onlyTo?: string
  /** Children only, not what is below them. With one of the others. */
  readonly noPropagate?: boolean
}

/** A descriptor as an object has it. */
export interface Finished {
  readonly parsed: SecurityDescriptor
  readonly bytes: Uint8Array
}

/** A test makes a thousand forests that differ in three objects: what was worked out for one is kept for the next. */
const parsedBefore = new Map<string, SecurityDescriptor>()
const finishedBefore = new WeakMap<SecurityDescriptor, Map<string, Finished>>()
const numbers = new WeakMap<SecurityDescriptor, number>()
let lastNumber = 0

/** A descriptor in SDDL as a domain means it, its generic rights mapped as a DC does when it stores one. */
export function parsedSddl(
  sddl: string,
  domain: BuilderDomain,
  owner: Sid | undefined,
  group: Sid | undefined,
): SecurityDescriptor {
  const key = `${domain.sid} ${domain.rootSid} ${owner} ${group} ${sddl}`
  const known = parsedBefore.get(key)
  if (known !== undefined) return known
  const parsed = parseSddl(sddl, { domain: domain.sid, rootDomain: domain.rootSid })
  const finalOwner = parsed.owner ?? owner
  const dacl = parsed.dacl?.map((ace) => storedAce(ace, finalOwner)) ?? parsed.dacl
  const result = {
    ...parsed,
    dacl,
    sacl: undefined,
    owner: finalOwner,
    group: parsed.group ?? group,
  }
  if (parsedBefore.size > 5000) parsedBefore.clear()
  parsedBefore.set(key, result)
  return result
}

/** Generic rights are mapped, and CREATOR OWNER in an ACE for the object itself is whoever creates it. */
function storedAce(ace: Ace, owner: Sid | undefined): Ace {
  const isForHeirs = (ace.flags & aceFlags.inheritOnly) !== 0
  const sid =
    ace.sid === wellKnownSid.creatorOwner && !isForHeirs && owner !== undefined ? owner : ace.sid
  return { ...ace, sid, mask: mapGenericRights(ace.mask) }
}

const ownedBefore = new WeakMap<SecurityDescriptor, Map<string, SecurityDescriptor>>()

/** The same descriptor with another owner. */
export function ownedBy(
  descriptor: SecurityDescriptor,
  owner: Sid,
  group: Sid | undefined,
): SecurityDescriptor {
  const key = `${owner} ${group}`
  const known = ownedBefore.get(descriptor)
  const before = known?.get(key)
  if (before !== undefined) return before
  const result = { ...descriptor, owner, group }
  if (known === undefined) ownedBefore.set(descriptor, new Map([[key, result]]))
  else known.set(key, result)
  return result
}

/** What a descriptor becomes below a parent. */
export function finished(
  own: SecurityDescriptor,
  parent: SecurityDescriptor | undefined,
  structural: string,
): Finished {
  let number = parent === undefined ? 0 : numbers.get(parent)
  if (number === undefined) numbers.set(parent!, (number = ++lastNumber))
  const key = `${number} ${structural}`
  const known = finishedBefore.get(own)
  const before = known?.get(key)
  if (before !== undefined) return before
  const parsed = inheritDescriptor({
    explicit: own,
    parent,
    classGuids: SchemaIndex.builtIn.guidOfClass(structural),
  })
  const result = { parsed, bytes: writeSecurityDescriptor(parsed) }
  if (known === undefined) finishedBefore.set(own, new Map([[key, result]]))
  else known.set(key, result)
  return result
}

/** What an object of a class gets that is made without permissions. */
export function defaultOf(
  structural: string,
  domain: BuilderDomain,
  owner: Sid,
  group: Sid,
): SecurityDescriptor {
  return parsedSddl(defaultDescriptorOf(structural) ?? usualDefault, domain, owner, group)
}

/** What most classes have. */
const usualDefault = 'D:(A;;GA;;;DA)(A;;GA;;;SY)(A;;RPLCLORC;;;AU)'

/** Rights letters of SDDL (MS-DTYP 2.5.1.1). */
const rightLetters: Readonly<Record<string, number>> = {
  GA: right.genericAll,
  GR: right.genericRead,
  GW: right.genericWrite,
  GX: right.genericExecute,
  RC: right.readControl,
  SD: right.delete,
  WD: right.writeDacl,
  WO: right.writeOwner,
  RP: right.readProperty,
  WP: right.writeProperty,
  CC: right.createChild,
  DC: right.deleteChild,
  LC: right.listContents,
  SW: right.self,
  LO: right.listObject,
  DT: right.deleteTree,
  CR: right.controlAccess,
}

function maskOf(rights: string): number {
  let mask = 0
  for (const letters of rights.match(/.{1,2}/g) ?? []) {
    const bit = rightLetters[letters.toUpperCase()]
    if (bit === undefined) throw new RangeError(`${letters} is no right in SDDL`)
    mask |= bit
  }
  return mask >>> 0
}

/** GUID of a name in an ACE; which kind comes first depends on the right. */
function guidOf(name: string, mask: number): Guid {
  if (isGuid(name)) return name
  const schema = SchemaIndex.builtIn
  const rightNamed = [...schema.rights].find(
    (known) => known.name.toLowerCase() === name.toLowerCase(),
  )?.rightsGuid
  const property = guidOfAttribute(name)
  const isChild = (mask & (right.createChild | right.deleteChild)) !== 0
  const found = isChild
    ? schema.guidOfClass(name)
    : (property ?? rightNamed ?? schema.guidOfClass(name))
  if (found === undefined)
    throw new RangeError(`the schema has no ${isChild ? 'class' : 'attribute or right'} ${name}`)
  return found
}

/** Canonical order among explicit ACEs: those that deny first. */
export function withAces(descriptor: SecurityDescriptor, more: readonly Ace[]): SecurityDescriptor {
  if (more.length === 0) return descriptor
  const before = descriptor.dacl ?? []
  return {
    ...descriptor,
    dacl: [
      ...more.filter(({ type }) => isDeny(type)),
      ...before,
      ...more.filter(({ type }) => !isDeny(type)),
    ],
  }
}

/** An explicit ACE, see `ForestBuilder.grant`. @throws RangeError for what is no right or not in the schema. */
export function makeAce(
  verdict: 'allow' | 'deny',
  sid: Sid,
  rights: string,
  property: string | undefined,
  reach: Reach,
): Ace {
  const mask = maskOf(rights)
  const objectType = property === undefined ? undefined : guidOf(property, mask)
  const inheritedObjectType =
    reach.onlyTo === undefined ? undefined : guidOf(reach.onlyTo, right.createChild)
  const isObject = objectType !== undefined || inheritedObjectType !== undefined
  let flags = 0
  if (reach.inherit === true || reach.inheritOnly === true || reach.onlyTo !== undefined)
    flags |= aceFlags.containerInherit
  if (reach.inheritOnly === true || reach.onlyTo !== undefined) flags |= aceFlags.inheritOnly
  if (reach.noPropagate === true) flags |= aceFlags.noPropagateInherit
  const type =
    verdict === 'allow'
      ? isObject
        ? aceType.accessAllowedObject
        : aceType.accessAllowed
      : isObject
        ? aceType.accessDeniedObject
        : aceType.accessDenied
  return { type, flags, mask: mapGenericRights(mask), sid, objectType, inheritedObjectType }
}
