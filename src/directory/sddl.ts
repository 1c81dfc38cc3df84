import { formatCondition, parseCondition, readCondition, writeCondition } from './condition.ts'
import { DirectoryError } from './error.ts'
import { parseGuid } from './guid.ts'
import {
  formatResourceAttribute,
  parseResourceAttribute,
  readResourceAttribute,
  writeResourceAttribute,
} from './resource-attribute.ts'
import {
  type Ace,
  type SecurityDescriptor,
  aceFlags,
  aceType,
  descriptorControl,
  isCallback,
  isObjectAce,
  right,
} from './security-descriptor.ts'
import { type Sid, domainOfSid, parseSid, ridOfSid } from './sid.ts'
import { builtinSid, rid, sidInDomain, wellKnownSid } from './well-known.ts'

/** The domains that two-letter names of groups are resolved in, `DA` in one, `EA` in the other. */
export interface SddlContext {
  readonly domain?: Sid | undefined
  /** The root domain of the forest, which is the domain itself in most forests. */
  readonly rootDomain?: Sid | undefined
}

/**
 * Reads the text form of a security descriptor (MS-DTYP 2.5.1.1), such as the schema's
 * `defaultSecurityDescriptor`: `O:BAG:BAD:P(A;CI;RPWP;;;DA)S:(AU;SA;WP;;;WD)`. Parts may come in
 * any order. `D:NO_ACCESS_CONTROL` is a NULL list.
 * @throws DirectoryError with the character: `malformed`, or `needs-context` for `DA` and the like
 * without the domain.
 */
export function parseSddl(text: string, context: SddlContext = {}): SecurityDescriptor {
  const found: { -readonly [K in keyof SecurityDescriptor]: SecurityDescriptor[K] } = {
    control: descriptorControl.selfRelative,
    owner: undefined,
    group: undefined,
    dacl: undefined,
    sacl: undefined,
  }
  const seen = new Set<string>()
  let at = skipSpaces(text, 0)
  while (at < text.length) {
    const part = text[at]!.toUpperCase()
    if (!'OGDS'.includes(part) || text[at + 1] !== ':') throw wrong('O:, G:, D: or S: expected', at)
    if (seen.has(part)) throw wrong(`${part}: is there twice`, at)
    seen.add(part)
    at = skipSpaces(text, at + 2)
    if (part === 'O' || part === 'G') {
      const match = matchAt(/S-1-(?:0x[0-9a-f]+|\d+)(?:-\d+)*|[a-z]{2}/iy, text, at)
      if (match === undefined) throw wrong('a SID expected', at)
      const sid = resolveSid(match, at, context)
      if (part === 'O') found.owner = sid
      else found.group = sid
      at += match.length
    } else {
      const isDacl = part === 'D'
      const acl = parseAcl(text, at, isDacl, context)
      found.control |= acl.control
      if (isDacl) found.dacl = acl.aces
      else found.sacl = acl.aces
      at = acl.end
    }
    at = skipSpaces(text, at)
  }
  if (found.dacl !== undefined) found.control |= descriptorControl.daclPresent
  if (found.sacl !== undefined) found.control |= descriptorControl.saclPresent
  return found
}

/**
 * Writes the text form of a security descriptor. With a context, groups of its domains get their
 * two letters; without one, only the SIDs that mean the same everywhere.
 * @throws DirectoryError `unsupported` for what the text form cannot say: types of ACE without a
 * name, conditions that are not expressions, quotes in strings.
 */
export function formatSddl(descriptor: SecurityDescriptor, context: SddlContext = {}): string {
  const { owner, group, dacl, sacl, control } = descriptor
  let text = ''
  if (owner !== undefined) text += `O:${nameSid(owner, context)}`
  if (group !== undefined) text += `G:${nameSid(group, context)}`
  if (dacl !== undefined) text += `D:${formatAcl(dacl, control, daclControl, context)}`
  if (sacl !== undefined) text += `S:${formatAcl(sacl, control, saclControl, context)}`
  return text
}

/** Writes one ACE as text, `(OA;;WP;bf9679c0-…;;S-1-5-21-…)`. @throws as {@link formatSddl}. */
export function formatAce(ace: Ace, context: SddlContext = {}): string {
  const type = typeNames.get(ace.type)
  if (type === undefined) {
    throw new DirectoryError('unsupported', 'ACE', `SDDL has no name for type ${ace.type}`)
  }
  const isLabel = ace.type === aceType.systemMandatoryLabel
  const fields = [
    type,
    flagNames.map(([name, bit]) => ((ace.flags & bit) === 0 ? '' : name)).join(''),
    formatMask(ace.mask, isLabel ? labelRights : rights),
    ace.objectType ?? '',
    ace.inheritedObjectType ?? '',
    nameSid(ace.sid, context),
  ]
  const resolve = (sid: Sid) => nameSid(sid, context)
  if (hasCondition(ace.type)) {
    fields.push(
      `(${formatCondition(readCondition(ace.applicationData ?? new Uint8Array()), resolve)})`,
    )
  } else if (ace.type === aceType.systemResourceAttribute) {
    const claim = readResourceAttribute(ace.applicationData ?? new Uint8Array())
    fields.push(`(${formatResourceAttribute(claim, resolve)})`)
  }
  return `(${fields.join(';')})`
}

interface AclControl {
  readonly P: number
  readonly AR: number
  readonly AI: number
}

const daclControl: AclControl = {
  P: descriptorControl.daclProtected,
  AR: descriptorControl.daclAutoInheritRequired,
  AI: descriptorControl.daclAutoInherited,
}

const saclControl: AclControl = {
  P: descriptorControl.saclProtected,
  AR: descriptorControl.saclAutoInheritRequired,
  AI: descriptorControl.saclAutoInherited,
}

const NULL_ACL = 'NO_ACCESS_CONTROL'

const types: Readonly<Record<string, number>> = {
  A: aceType.accessAllowed,
  D: aceType.accessDenied,
  AU: aceType.systemAudit,
  AL: aceType.systemAlarm,
  OA: aceType.accessAllowedObject,
  OD: aceType.accessDeniedObject,
  OU: aceType.systemAuditObject,
  OL: aceType.systemAlarmObject,
  XA: aceType.accessAllowedCallback,
  XD: aceType.accessDeniedCallback,
  ZA: aceType.accessAllowedCallbackObject,
  XU: aceType.systemAuditCallback,
  ML: aceType.systemMandatoryLabel,
  RA: aceType.systemResourceAttribute,
  SP: aceType.systemScopedPolicyId,
  TL: aceType.systemProcessTrustLabel,
  FL: aceType.systemAccessFilter,
}

const typeNames = new Map(Object.entries(types).map(([name, type]) => [type, name]))

const flagNames: readonly (readonly [name: string, bit: number])[] = [
  ['OI', aceFlags.objectInherit],
  ['CI', aceFlags.containerInherit],
  ['NP', aceFlags.noPropagateInherit],
  ['IO', aceFlags.inheritOnly],
  ['ID', aceFlags.inherited],
  ['CR', aceFlags.critical],
  ['SA', aceFlags.successfulAccess],
  ['FA', aceFlags.failedAccess],
]

type Rights = readonly (readonly [name: string, mask: number])[]

const rights: Rights = [
  ['CC', right.createChild],
  ['DC', right.deleteChild],
  ['LC', right.listContents],
  ['SW', right.self],
  ['RP', right.readProperty],
  ['WP', right.writeProperty],
  ['DT', right.deleteTree],
  ['LO', right.listObject],
  ['CR', right.controlAccess],
  ['SD', right.delete],
  ['RC', right.readControl],
  ['WD', right.writeDacl],
  ['WO', right.writeOwner],
  ['GA', right.genericAll],
  ['GX', right.genericExecute],
  ['GW', right.genericWrite],
  ['GR', right.genericRead],
]

/** Rights in mandatory label ACEs: no write up, no read up, no execute up (MS-DTYP 2.4.4.13). */
const labelRights: Rights = [
  ['NW', 0x1],
  ['NR', 0x2],
  ['NX', 0x4],
]

/** Rights on files, which hold one that has no letters of its own. */
const fileRights: Rights = [
  ['FA', 0x1f01ff],
  ['FR', 0x120089],
  ['FW', 0x120116],
  ['FX', 0x1200a0],
]

/** Rights on registry keys, read but never written: they would hide what is meant on other objects. */
const keyRights: Rights = [
  ['KA', 0xf003f],
  ['KR', 0x20019],
  ['KW', 0x20006],
  ['KX', 0x20019],
  ['KE', 0x20019],
]

const rightMasks = new Map([...rights, ...labelRights, ...fileRights, ...keyRights])

/** Two-letter names that mean the same SID everywhere. */
const fixedSids: Readonly<Record<string, Sid>> = {
  AA: builtinSid.accessControlAssistanceOperators,
  AC: wellKnownSid.allAppPackages,
  AN: wellKnownSid.anonymous,
  AO: builtinSid.accountOperators,
  AS: wellKnownSid.authenticationAuthorityAssertedIdentity,
  AU: wellKnownSid.authenticatedUsers,
  BA: builtinSid.administrators,
  BG: builtinSid.guests,
  BO: builtinSid.backupOperators,
  BU: builtinSid.users,
  CD: builtinSid.certificateServiceDcomAccess,
  CG: wellKnownSid.creatorGroup,
  CO: wellKnownSid.creatorOwner,
  CY: builtinSid.cryptographicOperators,
  ED: wellKnownSid.enterpriseDomainControllers,
  ER: builtinSid.eventLogReaders,
  ES: builtinSid.rdsEndpointServers,
  HA: builtinSid.hyperVAdministrators,
  HI: wellKnownSid.highLevel,
  HO: builtinSid.userModeHardwareOperators,
  IS: builtinSid.iisIusrs,
  IU: wellKnownSid.interactive,
  LS: wellKnownSid.localService,
  LU: builtinSid.performanceLogUsers,
  LW: wellKnownSid.lowLevel,
  ME: wellKnownSid.mediumLevel,
  MP: wellKnownSid.mediumPlusLevel,
  MS: builtinSid.rdsManagementServers,
  MU: builtinSid.performanceMonitorUsers,
  NO: builtinSid.networkConfigurationOperators,
  NS: wellKnownSid.networkService,
  NU: wellKnownSid.network,
  OW: wellKnownSid.ownerRights,
  PO: builtinSid.printOperators,
  PS: wellKnownSid.self,
  PU: builtinSid.powerUsers,
  RA: builtinSid.rdsRemoteAccessServers,
  RC: wellKnownSid.restricted,
  RD: builtinSid.remoteDesktopUsers,
  RE: builtinSid.replicator,
  RM: builtinSid.remoteManagementUsers,
  RU: builtinSid.preWindows2000CompatibleAccess,
  SI: wellKnownSid.systemLevel,
  SO: builtinSid.serverOperators,
  SS: wellKnownSid.serviceAssertedIdentity,
  SU: wellKnownSid.service,
  SY: wellKnownSid.system,
  UD: wellKnownSid.userModeDrivers,
  WD: wellKnownSid.everyone,
  WR: wellKnownSid.writeRestrictedCode,
}

/** Two-letter names of accounts and groups of the domain. */
const domainRids: Readonly<Record<string, number>> = {
  AP: rid.protectedUsers,
  CA: rid.certPublishers,
  CN: rid.cloneableControllers,
  DA: rid.domainAdmins,
  DC: rid.domainComputers,
  DD: rid.controllers,
  DG: rid.domainGuests,
  DU: rid.domainUsers,
  KA: rid.keyAdmins,
  LA: rid.administrator,
  LG: rid.guest,
  PA: rid.groupPolicyCreatorOwners,
  RS: rid.rasAndIasServers,
}

/** Two-letter names of groups of the forest's root domain. */
const rootRids: Readonly<Record<string, number>> = {
  EA: rid.enterpriseAdmins,
  EK: rid.enterpriseKeyAdmins,
  RO: rid.enterpriseReadOnlyControllers,
  SA: rid.schemaAdmins,
}

const invert = <V>(table: Readonly<Record<string, V>>) =>
  new Map(Object.entries(table).map(([name, value]) => [value, name]))
const fixedNames = invert(fixedSids)
const domainNames = invert(domainRids)
const rootNames = invert(rootRids)

function resolveSid(text: string, at: number, context: SddlContext): Sid {
  if (text.length !== 2) {
    try {
      return parseSid(text)
    } catch (cause) {
      throw new DirectoryError('malformed', 'SDDL', 'a SID expected', at, { cause })
    }
  }
  const name = text.toUpperCase()
  const fixed = fixedSids[name]
  if (fixed !== undefined) return fixed
  const relativeId = domainRids[name] ?? rootRids[name]
  if (relativeId === undefined) throw wrong(`no SID is called ${name}`, at)
  const isRoot = rootRids[name] !== undefined
  const domain = isRoot ? context.rootDomain : context.domain
  if (domain !== undefined) return sidInDomain(domain, relativeId)
  const says = `${name} needs the SID of the ${isRoot ? 'root domain' : 'domain'}`
  throw new DirectoryError('needs-context', 'SDDL', says, at)
}

function nameSid(sid: Sid, context: SddlContext): string {
  const fixed = fixedNames.get(sid)
  if (fixed !== undefined) return fixed
  const domain = domainOfSid(sid)
  if (domain === undefined) return sid
  const relativeId = ridOfSid(sid)!
  if (domain === context.domain && domainNames.has(relativeId)) return domainNames.get(relativeId)!
  if (domain === context.rootDomain && rootNames.has(relativeId)) return rootNames.get(relativeId)!
  return sid
}

function parseAcl(
  text: string,
  start: number,
  isDacl: boolean,
  context: SddlContext,
): { aces: Ace[] | null; control: number; end: number } {
  const controls = isDacl ? daclControl : saclControl
  let control = 0
  let at = start
  for (;;) {
    const flag = matchAt(/NO_ACCESS_CONTROL|AR|AI|P/iy, text, at)?.toUpperCase()
    if (flag === undefined) break
    at += flag.length
    if (flag === NULL_ACL) return { aces: null, control, end: at }
    control |= controls[flag as keyof AclControl]
  }
  const aces: Ace[] = []
  for (;;) {
    const open = skipSpaces(text, at)
    if (text[open] !== '(') return { aces, control, end: at }
    const end = closingParenthesis(text, open)
    aces.push(parseAce(text, open + 1, end, context))
    at = end + 1
  }
}

function formatAcl(
  aces: readonly Ace[] | null,
  control: number,
  controls: AclControl,
  context: SddlContext,
): string {
  const set = Object.entries(controls).filter(([, bit]) => (control & bit) !== 0)
  const flags = set.map(([name]) => name).join('')
  if (aces === null) return flags + NULL_ACL
  return flags + aces.map((ace) => formatAce(ace, context)).join('')
}

/** Index of the parenthesis that closes the one at `open`; those in quotes do not count. */
function closingParenthesis(text: string, open: number): number {
  let depth = 0
  let isQuoted = false
  for (let at = open; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (character === '(') depth += 1
    else if (character === ')') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  throw wrong('a parenthesis is not closed', open)
}

function parseAce(text: string, start: number, end: number, context: SddlContext): Ace {
  const fields = splitFields(text, start, end)
  const field = (i: number) => fields[i] ?? { text: '', at: end }
  if (fields.length < 6 || fields.length > 7) throw wrong('an ACE has six or seven fields', start)
  const type = types[field(0).text.toUpperCase()]
  if (type === undefined) throw wrong('no such type of ACE', field(0).at)
  const resolve = (sid: string, at: number) => resolveSid(sid, at, context)

  const ace = {
    type,
    flags: parseFlags(field(1).text, field(1).at),
    mask: parseMask(field(2).text, field(2).at),
    objectType: parseOptionalGuid(field(3).text, field(3).at),
    inheritedObjectType: parseOptionalGuid(field(4).text, field(4).at),
    sid: resolve(field(5).text, field(5).at),
  }
  if ((ace.objectType ?? ace.inheritedObjectType) !== undefined && !isObjectAce(type)) {
    throw wrong('only object ACEs have object types', field(3).at)
  }
  const extra = fields[6]
  const isClaim = type === aceType.systemResourceAttribute
  if (!hasCondition(type) && !isClaim) {
    if (extra !== undefined) throw wrong('this type of ACE has six fields', extra.at)
    return ace
  }
  if (extra === undefined || !extra.text.startsWith('(') || !extra.text.endsWith(')')) {
    throw wrong('a seventh field in parentheses expected', field(6).at)
  }
  const inner = extra.text.slice(1, -1)
  const applicationData = isClaim
    ? writeResourceAttribute(parseResourceAttribute(inner, resolve, extra.at + 1))
    : writeCondition(parseCondition(inner, resolve, extra.at + 1))
  return { ...ace, applicationData }
}

function hasCondition(type: number): boolean {
  return isCallback(type) || type === aceType.systemAccessFilter
}

/** Fields between semicolons, trimmed; the seventh runs to the end. */
function splitFields(text: string, start: number, end: number): { text: string; at: number }[] {
  const fields: { text: string; at: number }[] = []
  let at = start
  while (at <= end) {
    const semicolon = fields.length < 6 ? text.indexOf(';', at) : -1
    const stop = semicolon === -1 || semicolon > end ? end : semicolon
    const from = Math.min(skipSpaces(text, at), stop)
    fields.push({ text: text.slice(from, stop).trimEnd(), at: from })
    at = stop + 1
  }
  return fields
}

function parseFlags(text: string, at: number): number {
  let bits = 0
  for (let i = 0; i < text.length; i += 2) {
    const name = text.slice(i, i + 2).toUpperCase()
    const bit = flagNames.find(([known]) => known === name)?.[1]
    if (bit === undefined) throw wrong('no such ACE flag', at + i)
    bits |= bit
  }
  return bits
}

function parseMask(text: string, at: number): number {
  if (/^(?:0x[0-9a-f]{1,8}|\d{1,11})$/i.test(text)) {
    const mask = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text)
    if (mask > 0xffffffff) throw wrong('a mask of more than 32 bits', at)
    return mask
  }
  let mask = 0
  for (let i = 0; i < text.length; i += 2) {
    const bits = rightMasks.get(text.slice(i, i + 2).toUpperCase())
    if (bits === undefined) throw wrong('no such right', at + i)
    mask |= bits
  }
  return mask >>> 0
}

function formatMask(mask: number, names: Rights): string {
  let rest = mask
  let text = ''
  for (const [name, bit] of names) {
    if ((mask & bit) === 0) continue
    text += name
    rest &= ~bit
  }
  if (rest === 0) return text
  return fileRights.find(([, bits]) => bits === mask)?.[0] ?? `0x${mask.toString(16)}`
}

function parseOptionalGuid(text: string, at: number): string | undefined {
  if (text === '') return undefined
  try {
    return parseGuid(text)
  } catch (cause) {
    throw new DirectoryError('malformed', 'SDDL', 'a GUID expected', at, { cause })
  }
}

function matchAt(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at
  return sticky.exec(text)?.[0]
}

function skipSpaces(text: string, start: number): number {
  let at = start
  while (/^\s$/.test(text[at] ?? '')) at += 1
  return at
}

function wrong(says: string, at: number): DirectoryError {
  return new DirectoryError('malformed', 'SDDL', says, at)
}
