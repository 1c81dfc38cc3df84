import type { Ace, Domain, Holder, ObjectId } from '#directory'
import { covers } from './aces.ts'
import { decidingAces } from './control.ts'
import type { Forest } from './forest.ts'

/** The object whose permissions SDProp puts on a domain's privileged accounts; nothing when its permissions were not read. */
function adminSdHolderOf(
  { access, snapshot }: Forest,
  domain: Domain | undefined,
): ObjectId | undefined {
  if (domain === undefined) return undefined
  const holder = snapshot.byDn(`CN=AdminSDHolder,CN=System,${domain.dn}`)
  return holder !== undefined && access.readable(holder) ? holder : undefined
}

/** Whether an object is the AdminSDHolder of some domain. */
export function isAdminSdHolder({ snapshot }: Forest, id: ObjectId): boolean {
  const parts = /^CN=AdminSDHolder,CN=System,(.+)$/i.exec(snapshot.dn(id))
  const head = parts?.[1] === undefined ? undefined : snapshot.byDn(parts[1])
  return head !== undefined && snapshot.domains.some((domain) => domain.head === head)
}

/** The access list of a domain's AdminSDHolder; nothing when it was not read. */
export function protectedAces(
  forest: Forest,
  domain: Domain | undefined,
): readonly Ace[] | undefined {
  const holder = adminSdHolderOf(forest, domain)
  if (holder === undefined) return undefined
  return forest.snapshot.value(holder, 'nTSecurityDescriptor')?.dacl ?? []
}

/**
 * The AdminSDHolder that a right on an object comes from: SDProp keeps the object, and AdminSDHolder gives the same to the same
 * trustee, or has the same owner. Nothing when the right was set on the object itself.
 */
export function templateBehind(forest: Forest, id: ObjectId, holder: Holder): ObjectId | undefined {
  const { access, snapshot } = forest
  if (!access.isProtected(id)) return undefined
  const domain = snapshot.domainOf(id)
  const template = adminSdHolderOf(forest, domain)
  if (template === undefined || template === id) return undefined
  if (holder.because === 'owner') {
    return access.ownerOf(template) === access.ownerOf(id) ? template : undefined
  }
  const given = protectedAces(forest, domain) ?? []
  const aces = decidingAces(holder)
  const isGiven = aces.length > 0 && aces.every((ace) => given.some((other) => covers(other, ace)))
  return isGiven ? template : undefined
}
