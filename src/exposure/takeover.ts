import type { ObjectId, Operation, Sid } from '#directory'
import { isReadOnlyController } from './controllers.ts'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'

/** Operations of one kind of object, each of which is enough to take it over or to gain what it confers. */
interface Takeovers {
  readonly user: readonly Operation[]
  readonly computer: readonly Operation[]
  readonly group: readonly Operation[]
  readonly other: readonly Operation[]
}

const takeovers = perForest(({ access }): Takeovers => {
  const { control, usesAllExtendedRights } = access
  const user = present(
    ...control,
    usesAllExtendedRights,
    access.extendedRight('User-Force-Change-Password'),
    access.writes('msDS-KeyCredentialLink'),
    access.writes('servicePrincipalName'),
  )
  const delegation = access.writes('msDS-AllowedToActOnBehalfOfOtherIdentity')
  return {
    user,
    computer: present(...user, delegation),
    group: present(...control, access.writes('member'), access.validatedWrite('Self-Membership')),
    other: control,
  }
})

function present(...operations: readonly (Operation | undefined)[]): readonly Operation[] {
  return operations.filter((operation) => operation !== undefined)
}

/**
 * The operations by which somebody takes an object over in one step: control of any object; resetting a password, adding
 * sign-in keys, setting service principal names of accounts; saying who may act for others on computers; changing the members
 * of groups.
 */
export function takeoverOf(forest: Forest, id: ObjectId): readonly Operation[] {
  const { snapshot } = forest
  const all = takeovers(forest)
  // It only stands for somebody from elsewhere: who controls it controls nobody.
  if (snapshot.isA(id, 'foreignSecurityPrincipal')) return []
  if (snapshot.isA(id, 'computer')) return all.computer
  if (snapshot.isA(id, 'user')) return all.user
  return snapshot.isA(id, 'group') ? all.group : all.other
}

/** The operations by which somebody takes over a server: also by reading the password of its local administrator. */
export function serverTakeoverOf(forest: Forest, id: ObjectId): readonly Operation[] {
  return [...takeoverOf(forest, id), ...localPasswords(forest)]
}

const localPasswords = perForest(({ access }) =>
  present(
    ...['ms-Mcs-AdmPwd', 'msLAPS-Password', 'msLAPS-EncryptedPassword'].map((name) =>
      access.reads(name),
    ),
  ),
)

/**
 * Accounts one step from Tier Zero: those that can take over an object of it, themselves or as members of a group that can.
 * Those of Tier Zero too.
 */
export const nextToTierZero = perForest((forest): ReadonlySet<ObjectId> => {
  const { memberships, snapshot, tierZero } = forest
  const found = new Set<ObjectId>(tierZero.objects)
  for (const target of tierZero.objects) {
    const domain = snapshot.domainOf(target)
    for (const { sid } of forest.outsiders(target, takeoverOf(forest, target))) {
      if (memberships.isBroad(sid, domain)) continue
      const trustee = snapshot.bySid(sid, domain)
      if (trustee === undefined) continue
      found.add(trustee)
      for (const member of memberships.transitiveMembers(trustee)) found.add(member)
    }
  }
  return found
})

/** Whom a read-only domain controller was given to: its `managedBy`, who by design has rights on its account. */
export function readOnlyDelegate(forest: Forest, id: ObjectId): Sid | undefined {
  const { snapshot } = forest
  const manager = isReadOnlyController(forest, id) ? snapshot.value(id, 'managedBy') : undefined
  const delegate = manager === undefined ? undefined : snapshot.byDn(manager)
  return delegate === undefined ? undefined : snapshot.sid(delegate)
}
