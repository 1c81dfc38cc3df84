import { type ObjectId, type Sid, wellKnownSid } from '#directory'
import type { Gap } from './define.ts'
import type { Forest } from './forest.ts'

/**
 * Who may retrieve the password of a managed account: the trustees that the descriptor in msDS-GroupMSAMembership lets read,
 * without those it denies that (MS-ADTS 3.1.1.4.5.39); everybody where it has no list. Nobody when there is none.
 */
export function passwordReaders(forest: Forest, id: ObjectId): readonly Sid[] {
  const { access, snapshot } = forest
  const membership = snapshot.value(id, 'msDS-GroupMSAMembership')
  if (membership === undefined) return []
  if (!membership.dacl) return [wellKnownSid.everyone]
  const domain = snapshot.domainOf(id)
  return access.holdersIn(membership, access.readsAllProperties, domain).map(({ sid }) => sid)
}

/** Why {@link passwordReaders} may have missed some: there is a list, but not in a form that can be read. */
export function unreadReaders({ snapshot }: Forest, id: ObjectId): Gap | undefined {
  const name = 'msDS-GroupMSAMembership'
  if (!snapshot.has(id, name) || snapshot.value(id, name) !== undefined) return undefined
  return {
    gap: `Who may retrieve the password of ${snapshot.name(id)} could not be read: ${name} is broken.`,
  }
}
