import { type SecurityDescriptor, type Sid, isAllow, isDeny } from '#directory'

/**
 * Who may retrieve the password of a managed account: trustees that the descriptor in msDS-GroupMSAMembership lets in and does
 * not deny first (MS-ADTS 3.1.1.4.5.39). Empty when there is none.
 */
export function passwordReaders(membership: SecurityDescriptor | undefined): readonly Sid[] {
  const denied = new Set<Sid>()
  const readers = new Set<Sid>()
  for (const { type, sid } of membership?.dacl ?? []) {
    if (isDeny(type)) denied.add(sid)
    else if (isAllow(type) && !denied.has(sid)) readers.add(sid)
  }
  return [...readers]
}
