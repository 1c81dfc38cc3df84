/**
 * A forest of two domains in which chance decides who is in what, and an access check for it that is written from the
 * specifications alone: it shares nothing with what it is to judge but names of numbers.
 */
import fc from 'fast-check'
import type { FriendlyAttributes } from '../builder-values.ts'
import {
  type Ace,
  type SecurityDescriptor,
  aceFlags,
  aceType,
  right,
} from '../security-descriptor.ts'
import { type Snapshot } from '../snapshot.ts'
import { computer, corp, foreign, group, groupTypes, smallForest, sub, user } from './testing.ts'

/** Where an object is: in the root domain, in its child, or in the configuration that both share. */
export type Place = 'corp' | 'sub' | 'CN=Configuration,corp'

const external = 'S-1-5-21-9-9-9'

interface Principal {
  readonly sid: string
  readonly domain: 'corp' | 'sub'
  /** Of groups: what kind, and who may be in it. */
  readonly kind?: keyof typeof groupTypes
  readonly mayHold?: readonly string[]
  readonly isComputer?: boolean
  /** Stands for a SID of elsewhere, or for a crowd. */
  readonly isForeign?: boolean
  readonly primary?: number
}

const people = ['u1', 'u2', 'u3', 'pc', 'dc', 'v1']
const wide = ['global', 'other', 'universal', 'subGlobal', 'subUniversal', 'list']

/** Accounts and groups with the memberships that Active Directory allows (MS-SAMR 3.1.1.8.9). */
export const principals: Readonly<Record<string, Principal>> = {
  u1: { sid: `${corp}-1001`, domain: 'corp' },
  u2: { sid: `${corp}-1002`, domain: 'corp' },
  u3: { sid: `${corp}-1003`, domain: 'corp', primary: 513 },
  pc: { sid: `${corp}-1010`, domain: 'corp', primary: 515, isComputer: true },
  dc: { sid: `${corp}-1011`, domain: 'corp', primary: 516, isComputer: true },
  v1: { sid: `${sub}-1001`, domain: 'sub', primary: 513 },
  outsider: { sid: `${external}-1000`, domain: 'corp', isForeign: true },
  signedIn: { sid: 'S-1-5-11', domain: 'corp', isForeign: true },
  'Domain Users': { sid: `${corp}-513`, domain: 'corp', kind: 'global', mayHold: ['u1'] },
  global: {
    sid: `${corp}-1100`,
    domain: 'corp',
    kind: 'global',
    mayHold: ['u1', 'u2', 'u3', 'pc', 'dc', 'other'],
  },
  other: {
    sid: `${corp}-1101`,
    domain: 'corp',
    kind: 'global',
    mayHold: ['u1', 'u2', 'u3', 'global', 'Domain Users'],
  },
  universal: {
    sid: `${corp}-1102`,
    domain: 'corp',
    kind: 'universal',
    mayHold: [...people, ...wide],
  },
  list: {
    sid: `${corp}-1103`,
    domain: 'corp',
    kind: 'distribution',
    mayHold: [...people, 'global', 'universal'],
  },
  local: {
    sid: `${corp}-1104`,
    domain: 'corp',
    kind: 'domainLocal',
    mayHold: [...people, ...wide, 'outsider', 'signedIn', 'second'],
  },
  second: {
    sid: `${corp}-1105`,
    domain: 'corp',
    kind: 'domainLocal',
    mayHold: ['u1', 'u3', 'global', 'outsider', 'local'],
  },
  Administrators: {
    sid: 'S-1-5-32-544',
    domain: 'corp',
    kind: 'builtin',
    mayHold: ['u2', 'global', 'subUniversal', 'local', 'signedIn'],
  },
  subGlobal: { sid: `${sub}-1100`, domain: 'sub', kind: 'global', mayHold: ['v1'] },
  subUniversal: {
    sid: `${sub}-1101`,
    domain: 'sub',
    kind: 'universal',
    mayHold: [...people, ...wide],
  },
  subLocal: {
    sid: `${sub}-1102`,
    domain: 'sub',
    kind: 'domainLocal',
    mayHold: [...people, ...wide],
  },
  subAdministrators: {
    sid: 'S-1-5-32-544',
    domain: 'sub',
    kind: 'builtin',
    mayHold: ['v1', 'u1', 'universal', 'subLocal'],
  },
}

/** Accounts that access is judged for. */
export const accounts: readonly string[] = [...people, 'outsider']

/** GUIDs that object ACEs are about. */
export const guids = {
  user: 'bf967aba-0de6-11d0-a285-00aa003049e2',
  computer: 'bf967a86-0de6-11d0-a285-00aa003049e2',
  group: 'bf967a9c-0de6-11d0-a285-00aa003049e2',
  organizationalUnit: 'bf967aa5-0de6-11d0-a285-00aa003049e2',
  member: 'bf9679c0-0de6-11d0-a285-00aa003049e2',
  membership: 'bc0ac240-79a9-11d0-9020-00c04fc2d4cf',
  displayName: 'bf967953-0de6-11d0-a285-00aa003049e2',
  generalInformation: '59ba2f42-79a2-11d0-9020-00c04fc2d3cf',
  /** Confidential, in no property set. */
  unixUserPassword: '612cb747-c0e8-4f92-9221-fdd5f15b550d',
  getChanges: '1131f6aa-9c07-11d1-f79f-00c04fc2dcd2',
  getChangesAll: '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2',
  resetPassword: '00299570-246d-11d0-a768-00aa006e0529',
} as const

/** One roll of the dice. */
export interface World {
  /** [group, member] */
  readonly memberships: readonly (readonly [string, string])[]
  /** [principal, SID it once had] */
  readonly histories: readonly (readonly [string, string])[]
  readonly place: Place
  readonly objectClass: 'user' | 'computer' | 'group' | 'organizationalUnit'
  /** The target is this very principal's object, in place of one of its own. */
  readonly isPrincipal: string | undefined
  readonly owner: string | undefined
  /** `undefined`: there is none. */
  readonly dacl: readonly Ace[] | null | undefined
}

const legalMemberships = Object.entries(principals).flatMap(([name, { mayHold = [] }]) =>
  mayHold.map((member) => [name, member] as const),
)

const owners = [
  ...new Set(Object.values(principals).map(({ sid }) => sid)),
  'S-1-1-0',
  'S-1-5-9',
  `${external}-1001`,
  `${corp}-515`,
  `${corp}-516`,
  `${sub}-513`,
]
const trustees = [
  ...owners,
  'S-1-5-2',
  'S-1-5-7',
  'S-1-5-10',
  'S-1-5-10',
  'S-1-3-0',
  'S-1-3-1',
  'S-1-3-4',
  'S-1-3-4',
]

const masks = [
  right.writeDacl,
  right.readControl,
  right.writeOwner,
  right.delete,
  right.listContents,
  right.readProperty,
  right.writeProperty,
  right.controlAccess,
  right.self,
  right.createChild,
  right.readProperty | right.controlAccess,
  right.writeProperty | right.self,
  right.genericAll,
  right.genericWrite,
  right.genericRead,
  right.genericExecute,
  0xf01ff,
]
const types = [
  [aceType.accessAllowed, aceType.accessDenied],
  [aceType.accessAllowedCallback, aceType.accessDeniedCallback],
  [aceType.accessAllowedObject, aceType.accessDeniedObject],
  [aceType.accessAllowedCallbackObject, aceType.accessDeniedCallbackObject],
] as const
const { containerInherit, inheritOnly, inherited, noPropagateInherit } = aceFlags

function aces(objectClass: World['objectClass']): fc.Arbitrary<Ace> {
  return fc
    .record({
      allows: fc.constantFrom(true, true, false),
      isConditional: fc.constantFrom(false, false, false, true),
      mask: fc.constantFrom(...masks),
      sid: fc.constantFrom(...trustees),
      flags: fc.constantFrom(
        0,
        0,
        0,
        0,
        containerInherit,
        containerInherit | inherited,
        inherited,
        containerInherit | inheritOnly,
        containerInherit | noPropagateInherit,
      ),
      objectType: fc.option(fc.constantFrom(...Object.values(guids)), { nil: undefined }),
      heirs: fc.option(fc.constantFrom(guids.user, guids.computer, guids.group), {
        nil: undefined,
        freq: 3,
      }),
    })
    .map(({ allows, isConditional, mask, sid, flags, objectType, heirs }) => {
      const inheritedObjectType = (flags & containerInherit) === 0 ? undefined : heirs
      const isObject = objectType !== undefined || inheritedObjectType !== undefined
      const type = types[(isObject ? 2 : 0) + (isConditional ? 1 : 0)]![allows ? 0 : 1]
      // A domain controller marks what it hands down for other classes.
      const passes =
        (flags & inherited) !== 0 && heirs !== undefined && heirs !== guids[objectClass]
      return {
        type,
        mask: mask >>> 0,
        sid,
        objectType,
        inheritedObjectType,
        flags: passes && inheritedObjectType !== undefined ? flags | inheritOnly : flags,
        // A condition that we do not look into (MS-DTYP 2.4.4.17).
        ...(isConditional ? { applicationData: Uint8Array.of(0x61, 0x72, 0x74, 0x78) } : {}),
      }
    })
}

/** Principals that may be the target, by class. */
const principalsOf: Record<World['objectClass'], readonly string[]> = {
  user: ['u1', 'v1'],
  computer: ['pc', 'dc'],
  group: ['global', 'local', 'subUniversal'],
  organizationalUnit: [],
}

/** Worlds. */
export const worlds: fc.Arbitrary<World> = fc
  .constantFrom('user', 'computer', 'group', 'organizationalUnit')
  .chain((objectClass) =>
    fc.record({
      memberships: fc.subarray(legalMemberships, { maxLength: 18 }),
      histories: fc.array(
        fc.tuple(
          fc.constantFrom('u1', 'u2', 'v1', 'global', 'universal'),
          fc.constantFrom(`${external}-1000`, `${external}-1001`),
        ),
        { maxLength: 2 },
      ),
      place: fc.constantFrom('corp', 'corp', 'sub', 'CN=Configuration,corp'),
      objectClass: fc.constant(objectClass),
      isPrincipal: fc.constantFrom(undefined, undefined, ...principalsOf[objectClass]),
      owner: fc.option(fc.constantFrom(...owners), { nil: undefined, freq: 4 }),
      dacl: fc.oneof(
        { weight: 30, arbitrary: fc.array(aces(objectClass), { minLength: 1, maxLength: 8 }) },
        { weight: 1, arbitrary: fc.constantFrom(undefined, null, []) },
      ),
    }),
  )

/** The world as a snapshot, and where the target is in it. */
export function build(world: World): { snapshot: Snapshot; target: string } {
  const objects: Record<string, FriendlyAttributes> = {
    'CN=Configuration,corp': { objectClass: ['top', 'configuration'], instanceType: 13 },
  }
  for (const name of Object.keys(principals)) {
    const { sid, kind, isForeign, isComputer, primary } = principals[name]!
    const sIDHistory = world.histories.filter(([who]) => who === name).map(([, former]) => former)
    const more: FriendlyAttributes = {
      ...(sIDHistory.length === 0 ? {} : { sIDHistory }),
      ...(primary === undefined ? {} : { primaryGroupID: primary }),
    }
    const members = world.memberships
      .filter(([holder]) => holder === name)
      .map(([, member]) => dnOf(member))
    if (isForeign === true) objects[dnOf(name)] = foreign(sid)
    else if (kind !== undefined) objects[dnOf(name)] = group(sid, members, kind, more)
    else objects[dnOf(name)] = isComputer === true ? computer(sid, more) : user(sid, more)
  }
  const control = world.dacl === undefined ? 0 : 0x4
  const { owner, dacl } = world
  const nTSecurityDescriptor: SecurityDescriptor = { control, owner, dacl }
  const target =
    world.isPrincipal === undefined ? `CN=target,${world.place}` : dnOf(world.isPrincipal)
  objects[target] = {
    ...(objects[target] ?? { objectClass: classes[world.objectClass] }),
    nTSecurityDescriptor,
  }
  return { snapshot: smallForest(objects), target }
}

const classes = {
  user: ['top', 'person', 'organizationalPerson', 'user'],
  computer: ['top', 'person', 'organizationalPerson', 'user', 'computer'],
  group: ['top', 'group'],
  organizationalUnit: ['top', 'organizationalUnit'],
}

/** Short DN of a principal. */
export function dnOf(name: string): string {
  const { sid, domain, isForeign } = principals[name]!
  return isForeign === true
    ? `CN=${sid},CN=ForeignSecurityPrincipals,${domain}`
    : `CN=${name},${domain}`
}

/**
 * SIDs in the token of an account on a controller of a domain: what its own domain knows of it, by names (MS-KILE
 * 3.3.5.6.4); what every sign-in adds; and the domain-local groups of that domain, by SIDs (MS-DTYP 2.5.2, MS-SAMR 3.1.5.9.1).
 */
export function tokenOf(name: string, domain: 'corp' | 'sub', world: World): Set<string> {
  const known = new Set([name])
  const primary = principals[name]!.primary
  const own = principals[name]!.domain === 'corp' ? corp : sub
  const token = new Set<string>()
  if (primary !== undefined) {
    token.add(`${own}-${primary}`)
    for (const [other, { sid }] of Object.entries(principals))
      if (sid === `${own}-${primary}`) known.add(other)
  }
  for (let before = 0; before !== known.size;) {
    before = known.size
    for (const [holder, member] of world.memberships) {
      const { kind } = principals[holder]!
      if (known.has(member) && (kind === 'global' || kind === 'universal')) known.add(holder)
    }
  }
  for (const one of known) {
    token.add(principals[one]!.sid)
    for (const [who, former] of world.histories) if (who === one) token.add(former)
  }
  for (const sid of ['S-1-1-0', 'S-1-5-11', 'S-1-5-2']) token.add(sid)
  if (principals[name]!.isForeign !== true)
    for (const sid of ['S-1-5-15', 'S-1-18-1']) token.add(sid)
  if (primary === 516) token.add('S-1-5-9')
  for (let before = 0; before !== token.size;) {
    before = token.size
    for (const [holder, member] of world.memberships) {
      const { kind, sid, domain: home } = principals[holder]!
      const isLocal = (kind === 'domainLocal' || kind === 'builtin') && home === domain
      // A distribution group's SID is in no token, whatever SID history says.
      if (
        isLocal &&
        token.has(principals[member]!.sid) &&
        principals[member]!.kind !== 'distribution'
      )
        token.add(sid)
    }
  }
  return token
}

export type Verdict = 'yes' | 'possibly' | 'no'

/**
 * The access check (MS-DTYP 2.5.3.2, MS-ADTS 5.1.3.3): goes through the ACEs in order and strikes off what is granted.
 * Conditions may hold or not, so every way they may turn out is tried.
 * @param path GUIDs of what is asked about, from the root of its object type tree down.
 */
export function check(
  { owner, dacl }: World,
  token: ReadonlySet<string>,
  self: string | undefined,
  mask: number,
  path: readonly string[],
): Verdict {
  if (dacl === undefined || dacl === null) return 'yes'
  const conditional = dacl.filter(({ applicationData }) => applicationData !== undefined)
  const outcomes = new Set<boolean>()
  for (let holding = 0; holding < 2 ** conditional.length; holding++) {
    const holds = (ace: Ace) =>
      ace.applicationData === undefined || ((holding >>> conditional.indexOf(ace)) & 1) === 1
    outcomes.add(grants(owner, dacl.filter(holds), token, self, mask, path, dacl))
  }
  if (outcomes.size === 2) return 'possibly'
  return outcomes.has(true) ? 'yes' : 'no'
}

function grants(
  owner: string | undefined,
  dacl: readonly Ace[],
  token: ReadonlySet<string>,
  self: string | undefined,
  mask: number,
  path: readonly string[],
  whole: readonly Ace[],
): boolean {
  const isOwner = owner !== undefined && token.has(owner)
  let remaining = mask
  if (isOwner && !whole.some(({ sid, flags }) => sid === 'S-1-3-4' && (flags & inheritOnly) === 0))
    remaining &= ~(right.readControl | right.writeDacl)
  for (const { type, flags, mask: given, sid, objectType } of dacl) {
    if ((flags & inheritOnly) !== 0) continue
    const isOfToken =
      sid === 'S-1-5-10'
        ? self !== undefined && token.has(self)
        : sid === 'S-1-3-4'
          ? isOwner
          : token.has(sid)
    if (!isOfToken || (objectType !== undefined && !path.includes(objectType))) continue
    let bits = given
    if ((given & right.genericAll) !== 0) bits |= 0xf01ff
    if ((given & right.genericRead) !== 0) bits |= 0x20094
    if ((given & right.genericWrite) !== 0) bits |= 0x20028
    if ((given & right.genericExecute) !== 0) bits |= 0x20004
    const denies = [0x1, 0x6, 0xa, 0xc].includes(type)
    if (denies && (remaining & bits) !== 0) return false
    if (!denies) remaining &= ~bits
  }
  return remaining === 0
}
