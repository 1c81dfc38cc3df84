import { AlreadyExistsError, ConstraintViolationError, NotAllowedOnNonLeafError } from 'ldapts'
import { type Access, type Operation, type SecurityDescriptor, right } from '#directory'
import { attributes, closed, quoted } from './domain.ts'
import { type Peer, isAllowed, part, passing } from './peer.ts'

/** Kinds of object that things are tried on. */
export const kinds = ['user', 'computer', 'group', 'organizationalUnit'] as const
export type Kind = (typeof kinds)[number]

/** An object that things are tried on. */
export interface Target {
  readonly dn: string
  readonly name: string
  readonly kind: Kind
  readonly descriptor: SecurityDescriptor
  /** Changes when somebody may reset or change it. */
  password: string
}

/** Who tries. */
export interface Actor {
  readonly name: string
  readonly dn: string
  readonly sid: string
  readonly peer: Peer
}

/** What something takes: rights on an attribute, to a right or validated write, on children of a class, or on the object. */
export interface Need {
  readonly mask: number
  readonly attribute?: string
  readonly right?: string
  readonly child?: Kind
  /** The same in our words. */
  readonly operation: (access: Access) => Operation | undefined
}

const need = {
  read: (attribute: string): Need => ({
    mask: right.readProperty,
    attribute,
    operation: (access) => access.reads(attribute),
  }),
  readConfidential: (attribute: string): Need => ({
    mask: right.readProperty | right.controlAccess,
    attribute,
    operation: (access) => access.reads(attribute),
  }),
  write: (attribute: string): Need => ({
    mask: right.writeProperty,
    attribute,
    operation: (access) => access.writes(attribute),
  }),
  use: (name: string): Need => ({
    mask: right.controlAccess,
    right: name,
    operation: (access) => access.extendedRight(name),
  }),
  writeValidated: (name: string): Need => ({
    mask: right.self,
    right: name,
    operation: (access) => access.validatedWrite(name),
  }),
  create: (child: Kind): Need => ({
    mask: right.createChild,
    child,
    operation: (access) => access.createsChild(child),
  }),
  deleteChild: (child: Kind): Need => ({
    mask: right.deleteChild,
    child,
    operation: (access) => access.deletesChild(child),
  }),
  whole: (mask: number, operation: (access: Access) => Operation): Need => ({ mask, operation }),
}

/** Something to try on a target; any one of the needs is enough for it. */
export interface Try {
  readonly what: string
  readonly on: readonly Kind[]
  readonly needs: readonly Need[]
  /** Tries it, and puts back what stands in the way of trying again. Says whether it was allowed. */
  readonly attempt: (target: Target, actor: Actor, admin: Peer) => Promise<boolean>
}

/** What {@link Peer.read} shows of a target, and what that takes. */
export const readings: ReadonlyMap<string, Need> = new Map([
  ...[attributes.inNoSet, attributes.inPublicInformation, attributes.inGeneralInformation].map(
    (attribute) => [attribute, need.read(attribute)] as const,
  ),
  [attributes.confidential, need.readConfidential(attributes.confidential)],
  ['nTSecurityDescriptor', need.whole(right.readControl, (access) => access.readsDescriptor)],
])

export const tries: readonly Try[] = [
  ...Object.values(attributes).map((attribute): Try => ({
    what: `write ${attribute}`,
    on: kinds,
    needs: [need.write(attribute)],
    attempt: ({ dn }, { peer, name }) => isAllowed(peer.replace(dn, attribute, `by ${name}`)),
  })),
  {
    what: 'list children',
    on: kinds,
    needs: [need.whole(right.listContents, (access) => access.listsChildren)],
    attempt: async ({ dn }, { peer }) => (await peer.countChildren(dn)) > 0,
  },
  {
    what: 'reset the password',
    on: ['user', 'computer'],
    needs: [need.use('User-Force-Change-Password')],
    attempt: (target, { peer }) =>
      toAnotherPassword(target, (next) =>
        isAllowed(peer.replace(target.dn, 'unicodePwd', quoted(next))),
      ),
  },
  {
    what: 'change the password',
    on: ['user'],
    needs: [need.use('User-Change-Password')],
    attempt: (target, { peer }) =>
      toAnotherPassword(target, (next) =>
        isFitting(
          peer.change(target.dn, 'unicodePwd', {
            delete: quoted(target.password),
            add: quoted(next),
          }),
        ),
      ),
  },
  {
    what: 'set the service principal name of the computer',
    on: ['computer'],
    needs: [need.write('servicePrincipalName'), need.writeValidated('Validated-SPN')],
    attempt: ({ dn, name }, { peer }) =>
      isAllowed(peer.replace(dn, 'servicePrincipalName', `HOST/${name}`)),
  },
  {
    what: 'set another service principal name',
    on: ['computer'],
    needs: [need.write('servicePrincipalName')],
    attempt: ({ dn, name }, { peer }) =>
      isFitting(peer.replace(dn, 'servicePrincipalName', `http/no-${name}`)),
  },
  {
    what: 'set the host name of the computer',
    on: ['computer'],
    needs: [need.write('dNSHostName'), need.writeValidated('Validated-DNS-Host-Name')],
    attempt: ({ dn, name }, { peer }) =>
      isAllowed(peer.replace(dn, 'dNSHostName', `${name}.corp.example`)),
  },
  {
    what: 'join the group',
    on: ['group'],
    needs: [need.write('member'), need.writeValidated('Self-Membership')],
    attempt: ({ dn }, actor, admin) => adds(dn, actor.dn, actor.peer, admin),
  },
  {
    what: 'add somebody else to the group',
    on: ['group'],
    needs: [need.write('member')],
    attempt: ({ dn }, { peer, dn: own }, admin) =>
      adds(dn, own.replace(/^[^,]*/, 'CN=Guest'), peer, admin),
  },
  ...kinds.map((child): Try => ({
    what: `create a ${child}`,
    on: ['organizationalUnit'],
    needs: [need.create(child)],
    // Rights are looked at before it is seen that there is such an object already.
    attempt: ({ dn }, { peer }) =>
      isAllowed(passing(peer.add(kidOf(dn, child), { objectClass: child }), AlreadyExistsError)),
  })),
  ...(['user', 'organizationalUnit'] as const).map((child): Try => ({
    what: `delete a child ${child}`,
    on: ['organizationalUnit'],
    needs: [need.deleteChild(child)],
    attempt: ({ dn }, { peer }) => deletes(peer, kidOf(dn, child)),
  })),
  {
    what: 'delete it',
    on: kinds,
    needs: [need.whole(right.delete, (access) => access.deletes)],
    attempt: ({ dn }, { peer }) => deletes(peer, dn),
  },
  {
    what: 'change its owner',
    on: kinds,
    needs: [need.whole(right.writeOwner, (access) => access.writeOwner)],
    async attempt({ dn, descriptor }, { peer, sid }, admin) {
      const isDone = await isAllowed(peer.secure(dn, closed([], sid), part.owner))
      if (isDone) await admin.secure(dn, descriptor, part.owner)
      return isDone
    },
  },
  {
    what: 'change its permissions',
    on: kinds,
    needs: [need.whole(right.writeDacl, (access) => access.writeDacl)],
    attempt: ({ dn, descriptor }, { peer }) => isAllowed(peer.secure(dn, descriptor, part.dacl)),
  },
]

/** DN of the child that every target has, so that nothing can really be deleted; organizational units have two. */
export function kidOf(dn: string, kind: string): string {
  return `${kind === 'organizationalUnit' ? 'OU' : 'CN'}=kid,${dn}`
}

async function toAnotherPassword(
  target: Target,
  set: (next: string) => Promise<boolean>,
): Promise<boolean> {
  const next = target.password === 'Gl4cis-one' ? 'Gl4cis-two' : 'Gl4cis-one'
  const isSet = await set(next)
  if (isSet) target.password = next
  return isSet
}

async function adds(group: string, member: string, peer: Peer, admin: Peer): Promise<boolean> {
  const isDone = await isAllowed(peer.change(group, 'member', { add: member }))
  if (isDone) await admin.change(group, 'member', { delete: member })
  return isDone
}

function deletes(peer: Peer, dn: string): Promise<boolean> {
  return isAllowed(passing(peer.delete(dn), NotAllowedOnNonLeafError))
}

/** Like {@link isAllowed}, where one without the right is told that the value does not fit. */
async function isFitting(attempt: Promise<unknown>): Promise<boolean> {
  let isRefused = false
  const noted = attempt.catch((error: unknown) => {
    isRefused = error instanceof ConstraintViolationError
    if (!isRefused) throw error
  })
  return (await isAllowed(noted)) && !isRefused
}
