import {
  type Domain,
  type ObjectId,
  functionalLevel,
  groupScope,
  isSecurityGroup,
  pwdProperties,
} from '#directory'
import type { Gap } from './define.ts'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'

/** What {@link passwordPolicyOf} reads. */
export const passwordPolicyReads = [
  'minPwdLength',
  'pwdProperties',
  'maxPwdAge',
  'msDS-Behavior-Version',
  'msDS-PSOApplied',
  'msDS-PSOAppliesTo',
  'msDS-PasswordSettingsPrecedence',
  'msDS-MinimumPasswordLength',
  'msDS-PasswordComplexityEnabled',
  'msDS-MaximumPasswordAge',
] as const

/** The password policy that an account is under. */
export interface PasswordPolicy {
  /** The password settings object, or the head of the domain. */
  readonly from: ObjectId
  readonly minPwdLength: number
  readonly isComplex: boolean
  /** Milliseconds; `Infinity` when passwords never expire. */
  readonly maxPwdAgeMs: number
}

/**
 * The password policy that wins for a user: a password settings object (PSO) linked to the user; else one linked to a global
 * group that it is in; else the domain's. Among several, the lowest precedence, then the lowest objectGUID (MS-ADTS
 * 3.1.1.4.5.36). A gap when settings may apply that could not be read.
 */
export function passwordPolicyOf(forest: Forest, user: ObjectId): PasswordPolicy | Gap {
  const { snapshot } = forest
  const domain = snapshot.domainOf(user)
  if (domain === undefined) return { gap: `${snapshot.name(user)} is in no domain that was read.` }
  const settings = settingsOf(forest)
  const hasSettings =
    (forest.value(domain.head, 'msDS-Behavior-Version') ?? 0) >= functionalLevel.windows2008
  if (!hasSettings) return domainPolicy(forest, domain)
  const groups = globalGroupsOf(forest, user)
  const candidates = settings.get(user) ?? groups.flatMap((group) => settings.get(group) ?? [])
  // The links back to settings may be read where the settings themselves may not.
  const applied = [user, ...groups].flatMap((id) => snapshot.value(id, 'msDS-PSOApplied'))
  const isOneHidden = applied.some((dn) => snapshot.byDn(dn) === undefined)
  const canTell = canSeeSettings(forest, domain) || snapshot.wasAsked('msDS-PSOApplied')
  if (isOneHidden || !canTell) {
    return {
      gap: `The password settings objects of ${domain.name} could not be read: one may apply to ${snapshot.name(user)}.`,
    }
  }
  const [winner] = candidates.toSorted((a, b) => compareSettings(forest, a, b))
  return winner === undefined ? domainPolicy(forest, domain) : settingsPolicy(forest, winner)
}

function domainPolicy(forest: Forest, { head, name }: Domain): PasswordPolicy | Gap {
  const minPwdLength = forest.value(head, 'minPwdLength')
  const properties = forest.value(head, 'pwdProperties')
  const maxPwdAgeMs = forest.value(head, 'maxPwdAge')
  if (minPwdLength === undefined || properties === undefined || maxPwdAgeMs === undefined) {
    return { gap: `The password policy of ${name} could not be read.` }
  }
  const isComplex = (properties & pwdProperties.complex) !== 0
  return { from: head, minPwdLength, isComplex, maxPwdAgeMs: ageOf(maxPwdAgeMs) }
}

function settingsPolicy(forest: Forest, from: ObjectId): PasswordPolicy | Gap {
  const minPwdLength = forest.value(from, 'msDS-MinimumPasswordLength')
  const isComplex = forest.value(from, 'msDS-PasswordComplexityEnabled')
  const maxPwdAgeMs = forest.value(from, 'msDS-MaximumPasswordAge')
  if (minPwdLength === undefined || isComplex === undefined || maxPwdAgeMs === undefined) {
    return { gap: `The password settings ${forest.snapshot.name(from)} could not be read.` }
  }
  return { from, minPwdLength, isComplex, maxPwdAgeMs: ageOf(maxPwdAgeMs) }
}

/** 0 means, like the smallest number, that passwords never expire. */
function ageOf(ms: number): number {
  return ms === 0 ? Infinity : ms
}

/** Password settings objects by what they are linked to. */
const settingsOf = perForest((forest): ReadonlyMap<ObjectId, readonly ObjectId[]> => {
  const { snapshot } = forest
  const found = new Map<ObjectId, ObjectId[]>()
  for (const settings of snapshot.ofKind('passwordSettings')) {
    for (const dn of snapshot.value(settings, 'msDS-PSOAppliesTo')) {
      const target = snapshot.byDn(dn)
      if (target === undefined) continue
      const known = found.get(target)
      if (known === undefined) found.set(target, [settings])
      else known.push(settings)
    }
  }
  return found
})

/** Global security groups of the user's domain that it is in, the primary one too: only these pass settings on. */
function globalGroupsOf(forest: Forest, user: ObjectId): ObjectId[] {
  return [...forest.memberships.groupsOf(user)].filter((group) => {
    const type = forest.value(group, 'groupType')
    return type !== undefined && isSecurityGroup(type) && groupScope(type) === 'global'
  })
}

function canSeeSettings({ snapshot }: Forest, domain: Domain): boolean {
  const isHidden = snapshot.coverage.some(({ gaps = [] }) =>
    gaps.some(({ hides }) => hides?.includes('passwordSettings') === true),
  )
  const container = snapshot
    .ofClass('msDS-PasswordSettingsContainer')
    .find((id) => snapshot.domainOf(id) === domain)
  return !isHidden && container !== undefined
}

function compareSettings({ snapshot }: Forest, a: ObjectId, b: ObjectId): number {
  const precedence = (id: ObjectId) =>
    snapshot.value(id, 'msDS-PasswordSettingsPrecedence') ?? Infinity
  const guid = (id: ObjectId) => snapshot.value(id, 'objectGUID') ?? ''
  if (precedence(a) !== precedence(b)) return precedence(a) - precedence(b)
  return guid(a) < guid(b) ? -1 : 1
}
