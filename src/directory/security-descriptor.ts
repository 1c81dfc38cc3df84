import { DirectoryError } from './error.ts'
import { flags } from './flags.ts'
import { type Guid, readGuid, writeGuid } from './guid.ts'
import { type Sid, readSid, sidSizeBytes, writeSid } from './sid.ts'

/**
 * A security descriptor: who owns an object and who may do what to it (MS-DTYP 2.4.6).
 *
 * Three kinds of "no entries" differ. `undefined`: the descriptor has no such list, because it was
 * not asked for or, in a whole descriptor, because there is none, which grants everything. `null`:
 * the list is there and NULL, which grants everything. `[]`: it is empty, which grants nothing.
 */
export interface SecurityDescriptor {
  /** Bits of {@link descriptorControl}. Writing sets the "present" bits by what is there. */
  readonly control: number
  readonly owner?: Sid | undefined
  readonly group?: Sid | undefined
  readonly dacl?: readonly Ace[] | null | undefined
  readonly sacl?: readonly Ace[] | null | undefined
  /** AclRevision, 2 or 4. Without it, writing takes 4 when an object ACE needs it, else 2. */
  readonly daclRevision?: number | undefined
  readonly saclRevision?: number | undefined
  /** One octet for the resource manager, valid with its control bit; 0 in practice. */
  readonly resourceManagerControl?: number | undefined
}

/** One access control entry (MS-DTYP 2.4.4). */
export interface Ace {
  /** One of {@link aceType}, or a number not known here. */
  readonly type: number
  /** Bits of {@link aceFlags}. */
  readonly flags: number
  /** Bits of {@link right}, unsigned, generic bits not mapped. 0 when the type is not known. */
  readonly mask: number
  /** The trustee. `S-1-0-0`, nobody, when the type is not known. */
  readonly sid: Sid
  /** What an object ACE is limited to: property, property set, right, validated write or child class. */
  readonly objectType?: Guid | undefined
  /** Class of the children that inherit an object ACE. */
  readonly inheritedObjectType?: Guid | undefined
  /**
   * The octets after the trustee: condition of a callback ACE, claim of a resource attribute ACE.
   * Of a type not known, all octets after the ACE header. Shares memory with what was read.
   */
  readonly applicationData?: Uint8Array | undefined
}

/** Bits of the control field (MS-DTYP 2.4.6). */
export const descriptorControl = flags({
  ownerDefaulted: [0x1, 'SE_OWNER_DEFAULTED'],
  groupDefaulted: [0x2, 'SE_GROUP_DEFAULTED'],
  daclPresent: [0x4, 'SE_DACL_PRESENT'],
  daclDefaulted: [0x8, 'SE_DACL_DEFAULTED'],
  saclPresent: [0x10, 'SE_SACL_PRESENT'],
  saclDefaulted: [0x20, 'SE_SACL_DEFAULTED'],
  daclTrusted: [0x40, 'SE_DACL_TRUSTED'],
  serverSecurity: [0x80, 'SE_SERVER_SECURITY'],
  daclAutoInheritRequired: [0x100, 'SE_DACL_AUTO_INHERIT_REQ'],
  saclAutoInheritRequired: [0x200, 'SE_SACL_AUTO_INHERIT_REQ'],
  daclAutoInherited: [0x400, 'SE_DACL_AUTO_INHERITED'],
  saclAutoInherited: [0x800, 'SE_SACL_AUTO_INHERITED'],
  daclProtected: [0x1000, 'SE_DACL_PROTECTED'],
  saclProtected: [0x2000, 'SE_SACL_PROTECTED'],
  resourceManagerControlValid: [0x4000, 'SE_RM_CONTROL_VALID'],
  selfRelative: [0x8000, 'SE_SELF_RELATIVE'],
})

/** Kinds of ACE (MS-DTYP 2.4.4.1). */
export const aceType = {
  accessAllowed: 0x00,
  accessDenied: 0x01,
  systemAudit: 0x02,
  systemAlarm: 0x03,
  accessAllowedCompound: 0x04,
  accessAllowedObject: 0x05,
  accessDeniedObject: 0x06,
  systemAuditObject: 0x07,
  systemAlarmObject: 0x08,
  accessAllowedCallback: 0x09,
  accessDeniedCallback: 0x0a,
  accessAllowedCallbackObject: 0x0b,
  accessDeniedCallbackObject: 0x0c,
  systemAuditCallback: 0x0d,
  systemAlarmCallback: 0x0e,
  systemAuditCallbackObject: 0x0f,
  systemAlarmCallbackObject: 0x10,
  systemMandatoryLabel: 0x11,
  systemResourceAttribute: 0x12,
  systemScopedPolicyId: 0x13,
  systemProcessTrustLabel: 0x14,
  systemAccessFilter: 0x15,
} as const

/** Bits of the flags of an ACE (MS-DTYP 2.4.4.1). */
export const aceFlags = flags({
  objectInherit: [0x1, 'OBJECT_INHERIT_ACE'],
  containerInherit: [0x2, 'CONTAINER_INHERIT_ACE'],
  noPropagateInherit: [0x4, 'NO_PROPAGATE_INHERIT_ACE'],
  /** For children only: says nothing about the object that holds it. */
  inheritOnly: [0x8, 'INHERIT_ONLY_ACE'],
  /** Came from the parent. */
  inherited: [0x10, 'INHERITED_ACE'],
  critical: [0x20, 'CRITICAL_ACE'],
  successfulAccess: [0x40, 'SUCCESSFUL_ACCESS_ACE_FLAG'],
  failedAccess: [0x80, 'FAILED_ACCESS_ACE_FLAG'],
})

/** Rights in an access mask as directory objects have them (MS-ADTS 5.1.3.2). */
export const right = flags({
  createChild: [0x1, 'CREATE_CHILD'],
  deleteChild: [0x2, 'DELETE_CHILD'],
  listContents: [0x4, 'LIST_CONTENTS'],
  /** A validated write, `RIGHT_DS_WRITE_PROPERTY_EXTENDED`. */
  self: [0x8, 'SELF'],
  readProperty: [0x10, 'READ_PROPERTY'],
  writeProperty: [0x20, 'WRITE_PROPERTY'],
  deleteTree: [0x40, 'DELETE_TREE'],
  listObject: [0x80, 'LIST_OBJECT'],
  /** An extended right, or reading a confidential attribute. */
  controlAccess: [0x100, 'CONTROL_ACCESS'],
  delete: [0x10000, 'DELETE'],
  readControl: [0x20000, 'READ_CONTROL'],
  writeDacl: [0x40000, 'WRITE_DACL'],
  writeOwner: [0x80000, 'WRITE_OWNER'],
  synchronize: [0x100000, 'SYNCHRONIZE'],
  accessSystemSecurity: [0x1000000, 'ACCESS_SYSTEM_SECURITY'],
  maximumAllowed: [0x2000000, 'MAXIMUM_ALLOWED'],
  genericAll: [0x10000000, 'GENERIC_ALL'],
  genericExecute: [0x20000000, 'GENERIC_EXECUTE'],
  genericWrite: [0x40000000, 'GENERIC_WRITE'],
  genericRead: [0x80000000, 'GENERIC_READ'],
})

/** What the generic rights stand for on a directory object (MS-ADTS 5.1.3.2). */
export const genericRights = {
  all: 0xf01ff,
  execute: 0x20004,
  write: 0x20028,
  read: 0x20094,
} as const

/** An access mask with its generic bits replaced by the rights they stand for. Unsigned. */
export function mapGenericRights(mask: number): number {
  let mapped = mask & 0x0fffffff
  if ((mask & right.genericAll) !== 0) mapped |= genericRights.all
  if ((mask & right.genericExecute) !== 0) mapped |= genericRights.execute
  if ((mask & right.genericWrite) !== 0) mapped |= genericRights.write
  if ((mask & right.genericRead) !== 0) mapped |= genericRights.read
  return mapped >>> 0
}

/** Whether ACEs of this type grant access; those that do so under a condition too. */
export function isAllow(type: number): boolean {
  return has(ALLOW, type)
}

/** Whether ACEs of this type deny access; those that do so under a condition too. */
export function isDeny(type: number): boolean {
  return has(DENY, type)
}

/** Whether ACEs of this type may hold an object type (MS-DTYP 2.4.4.3). */
export function isObjectAce(type: number): boolean {
  return has(OBJECT, type)
}

/** Whether ACEs of this type apply under a condition only, held in their application data. */
export function isCallback(type: number): boolean {
  return has(CALLBACK, type)
}

const bits = (...types: number[]) => types.reduce((set, type) => set | (1 << type), 0)
const has = (set: number, type: number) => type < 32 && ((set >>> type) & 1) === 1

const ALLOW = bits(0x00, 0x05, 0x09, 0x0b)
const DENY = bits(0x01, 0x06, 0x0a, 0x0c)
const OBJECT = bits(0x05, 0x06, 0x07, 0x08, 0x0b, 0x0c, 0x0f, 0x10)
const CALLBACK = bits(0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10)
/** Types of which only the header is understood; the compound ACE was never used. */
const isOpaque = (type: number) => type > 0x15 || type === aceType.accessAllowedCompound

const DESCRIPTOR_HEADER_BYTES = 20
const ACL_HEADER_BYTES = 8
const ACE_HEADER_BYTES = 4
const GUID_BYTES = 16
const OBJECT_TYPE_PRESENT = 0x1
const INHERITED_OBJECT_TYPE_PRESENT = 0x2
const NOBODY: Sid = 'S-1-0-0'

/**
 * Reads a self-relative security descriptor. Layout: revision 1, resource manager octet, u16
 * control, u32 offsets of owner, group, SACL and DACL (0: none), then those parts in any order;
 * little-endian. Parts may not overlap, except that owner and group may be the same octets. Types
 * of ACE not known are kept as octets. Application data shares memory with `bytes`.
 * @throws DirectoryError naming the field and its byte offset.
 */
export function readSecurityDescriptor(bytes: Uint8Array): SecurityDescriptor {
  if (bytes.length < DESCRIPTOR_HEADER_BYTES) {
    throw new DirectoryError('truncated', 'SECURITY_DESCRIPTOR', 'needs 20 bytes', bytes.length)
  }
  if (bytes[0] !== 1) {
    const says = `${bytes[0]} is not 1`
    throw new DirectoryError('unsupported', 'SECURITY_DESCRIPTOR.Revision', says, 0)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const control = view.getUint16(2, true)
  const ownerAt = partOffset(view, 4, 'OffsetOwner')
  const groupAt = partOffset(view, 8, 'OffsetGroup')
  const saclAt =
    (control & descriptorControl.saclPresent) === 0 ? 0 : partOffset(view, 12, 'OffsetSacl')
  const daclAt =
    (control & descriptorControl.daclPresent) === 0 ? 0 : partOffset(view, 16, 'OffsetDacl')

  const ownerEnd = ownerAt === 0 ? 0 : ownerAt + sidSizeBytes(bytes, ownerAt)
  const groupEnd = groupAt === 0 ? 0 : groupAt + sidSizeBytes(bytes, groupAt)
  const saclEnd = saclAt === 0 ? 0 : saclAt + aclSizeBytes(view, saclAt)
  const daclEnd = daclAt === 0 ? 0 : daclAt + aclSizeBytes(view, daclAt)
  if (
    (ownerAt !== groupAt && overlap(ownerAt, ownerEnd, groupAt, groupEnd)) ||
    overlap(saclAt, saclEnd, daclAt, daclEnd) ||
    overlap(ownerAt, ownerEnd, saclAt, saclEnd) ||
    overlap(ownerAt, ownerEnd, daclAt, daclEnd) ||
    overlap(groupAt, groupEnd, saclAt, saclEnd) ||
    overlap(groupAt, groupEnd, daclAt, daclEnd)
  ) {
    throw new DirectoryError('out-of-range', 'SECURITY_DESCRIPTOR', 'its parts overlap', 4)
  }

  return {
    control,
    owner: ownerAt === 0 ? undefined : readSid(bytes, ownerAt),
    group: groupAt === 0 ? undefined : readSid(bytes, groupAt),
    dacl: readAcl(bytes, view, daclAt, daclEnd, (control & descriptorControl.daclPresent) !== 0),
    sacl: readAcl(bytes, view, saclAt, saclEnd, (control & descriptorControl.saclPresent) !== 0),
    daclRevision: daclAt === 0 ? undefined : bytes[daclAt],
    saclRevision: saclAt === 0 ? undefined : bytes[saclAt],
    resourceManagerControl: bytes[1],
  }
}

/**
 * Writes a self-relative security descriptor, its parts in the order of Windows: SACL, DACL, owner,
 * group. What Windows wrote comes back byte for byte.
 * @throws DirectoryError `malformed` or `too-big` (a list of more than 64 KiB).
 */
export function writeSecurityDescriptor(descriptor: SecurityDescriptor): Uint8Array<ArrayBuffer> {
  const { owner, group, dacl, sacl } = descriptor
  const saclBytes = sacl ? writeAcl(sacl, descriptor.saclRevision) : undefined
  const daclBytes = dacl ? writeAcl(dacl, descriptor.daclRevision) : undefined
  const ownerBytes = owner === undefined ? undefined : writeSid(owner)
  const groupBytes = group === undefined ? undefined : writeSid(group)
  const parts = [saclBytes, daclBytes, ownerBytes, groupBytes]
  const size = parts.reduce((sum, part) => sum + (part?.length ?? 0), DESCRIPTOR_HEADER_BYTES)

  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let control = descriptor.control | descriptorControl.selfRelative
  control &= ~(descriptorControl.daclPresent | descriptorControl.saclPresent)
  if (dacl !== undefined) control |= descriptorControl.daclPresent
  if (sacl !== undefined) control |= descriptorControl.saclPresent
  bytes[0] = 1
  bytes[1] = descriptor.resourceManagerControl ?? 0
  view.setUint16(2, control, true)
  const offsetFields = [12, 16, 4, 8]
  let at = DESCRIPTOR_HEADER_BYTES
  parts.forEach((part, i) => {
    if (part === undefined) return
    view.setUint32(offsetFields[i]!, at, true)
    bytes.set(part, at)
    at += part.length
  })
  return bytes
}

function partOffset(view: DataView, at: number, field: string): number {
  const offset = view.getUint32(at, true)
  if (offset === 0 || (offset >= DESCRIPTOR_HEADER_BYTES && offset < view.byteLength)) return offset
  const says = `${offset} is outside the parts of a descriptor of ${view.byteLength} bytes`
  throw new DirectoryError('out-of-range', `SECURITY_DESCRIPTOR.${field}`, says, at)
}

function overlap(startA: number, endA: number, startB: number, endB: number): boolean {
  return startA < endB && startB < endA
}

/** Layout of an ACL: revision, 0, u16 size, u16 count, u16 0, ACEs (MS-DTYP 2.4.5). */
function aclSizeBytes(view: DataView, at: number): number {
  const left = view.byteLength - at
  if (left < ACL_HEADER_BYTES) throw new DirectoryError('truncated', 'ACL', 'needs 8 bytes', at)
  const size = view.getUint16(at + 2, true)
  if (size < ACL_HEADER_BYTES) {
    throw new DirectoryError('malformed', 'ACL.AclSize', `${size} is less than its header`, at + 2)
  }
  if (size > left) {
    throw new DirectoryError('truncated', 'ACL', `says ${size} bytes, has ${left}`, at + 2)
  }
  return size
}

function readAcl(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  isPresent: boolean,
): Ace[] | null | undefined {
  if (!isPresent) return undefined
  if (start === 0) return null
  const count = view.getUint16(start + 4, true)
  const aces: Ace[] = []
  let at = start + ACL_HEADER_BYTES
  for (let i = 0; i < count; i += 1) {
    if (at + ACE_HEADER_BYTES > end) {
      const says = `says ${count} entries, ends after ${i}`
      throw new DirectoryError('truncated', 'ACL.AceCount', says, start + 4)
    }
    const size = view.getUint16(at + 2, true)
    if (size < ACE_HEADER_BYTES || at + size > end) {
      const says = `${size} does not fit into its list`
      throw new DirectoryError('out-of-range', 'ACE.AceSize', says, at + 2)
    }
    aces.push(readAce(bytes, view, at, at + size))
    at += size
  }
  return aces
}

/**
 * Layout of an ACE: type, flags, u16 size, u32 mask; in object ACEs u32 flags and the GUIDs they
 * announce; SID; application data.
 */
function readAce(bytes: Uint8Array, view: DataView, start: number, end: number): Ace {
  const type = bytes[start]!
  const aceFlagBits = bytes[start + 1]!
  let at = start + ACE_HEADER_BYTES
  if (isOpaque(type)) {
    return {
      type,
      flags: aceFlagBits,
      mask: 0,
      sid: NOBODY,
      objectType: undefined,
      inheritedObjectType: undefined,
      applicationData: bytes.subarray(at, end),
    }
  }
  const isObject = isObjectAce(type)
  if (at + (isObject ? 8 : 4) > end) throw aceTooShort(start)
  const mask = view.getUint32(at, true)
  at += 4
  let objectType: Guid | undefined
  let inheritedObjectType: Guid | undefined
  if (isObject) {
    const present = view.getUint32(at, true)
    at += 4
    if ((present & OBJECT_TYPE_PRESENT) !== 0) {
      if (at + GUID_BYTES > end) throw aceTooShort(start)
      objectType = readGuid(bytes, at)
      at += GUID_BYTES
    }
    if ((present & INHERITED_OBJECT_TYPE_PRESENT) !== 0) {
      if (at + GUID_BYTES > end) throw aceTooShort(start)
      inheritedObjectType = readGuid(bytes, at)
      at += GUID_BYTES
    }
  }
  const sidEnd = at + sidSizeBytes(bytes, at)
  if (sidEnd > end) throw aceTooShort(start)
  return {
    type,
    flags: aceFlagBits,
    mask,
    sid: readSid(bytes, at),
    objectType,
    inheritedObjectType,
    applicationData: sidEnd === end ? undefined : bytes.subarray(sidEnd, end),
  }
}

function aceTooShort(at: number): DirectoryError {
  return new DirectoryError('truncated', 'ACE', 'is too short for its type', at)
}

function writeAcl(aces: readonly Ace[], revision: number | undefined): Uint8Array {
  const parts = aces.map(writeAce)
  const size = parts.reduce((sum, part) => sum + part.length, ACL_HEADER_BYTES)
  if (size > 0xffff) throw new DirectoryError('too-big', 'ACL', `${size} bytes are over 65535`)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  bytes[0] = revision ?? (aces.some(({ type }) => isObjectAce(type)) ? 4 : 2)
  view.setUint16(2, size, true)
  view.setUint16(4, aces.length, true)
  let at = ACL_HEADER_BYTES
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function writeAce(ace: Ace): Uint8Array {
  const { type, objectType, inheritedObjectType, applicationData } = ace
  const body: Uint8Array[] = []
  if (!isOpaque(type)) {
    body.push(u32(ace.mask))
    if (isObjectAce(type)) {
      const present =
        (objectType === undefined ? 0 : OBJECT_TYPE_PRESENT) |
        (inheritedObjectType === undefined ? 0 : INHERITED_OBJECT_TYPE_PRESENT)
      body.push(u32(present))
      if (objectType !== undefined) body.push(writeGuid(objectType))
      if (inheritedObjectType !== undefined) body.push(writeGuid(inheritedObjectType))
    }
    body.push(writeSid(ace.sid))
  }
  if (applicationData !== undefined) body.push(applicationData)

  const size = body.reduce((sum, part) => sum + part.length, ACE_HEADER_BYTES)
  if (size > 0xffff) throw new DirectoryError('too-big', 'ACE', `${size} bytes are over 65535`)
  const bytes = new Uint8Array(size)
  bytes[0] = type
  bytes[1] = ace.flags
  new DataView(bytes.buffer).setUint16(2, size, true)
  let at = ACE_HEADER_BYTES
  for (const part of body) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}
