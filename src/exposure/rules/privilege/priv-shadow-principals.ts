import { type Sid, domainOfSid, isDomainSid, rid, ridOfSid, trustAttributes } from '#directory'
import { nameOf } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { enumerate, some } from '../../words.ts'

export default defineExposure({
  id: 'priv-shadow-principals',
  category: 'privilege',
  severity: 'high',
  title: 'Shadow principals or a privileged-access trust map foreign accounts onto privileged SIDs',
  why: 'A shadow principal puts the SID of a privileged group into the tokens of accounts that are in no such group; nothing in the group shows it.',
  fix: 'Make sure that a bastion forest is really in use; otherwise remove the shadow principal, or the PIM flag (0x400) of the trust.',
  attack: ['T1098', 'T1199', 'T1134.005'],
  refs: {
    spec: ['MS-ADTS 6.1.6.7.9', 'MS-ADSC msDS-ShadowPrincipal', 'MS-PAC 4.1.2.2'],
    purpleKnight: ['DangerousTrustAttributeSet'],
  },
  needs: ['ldap-domain', 'ldap-config'],
  reads: ['msDS-ShadowPrincipalSid', 'member', 'trustAttributes', 'trustPartner'],
  looksAt: ['trust'],

  *checkForest(forest) {
    const { snapshot } = forest
    for (const trust of snapshot.ofKind('trust')) {
      const flags = forest.value(trust, 'trustAttributes') ?? 0
      if ((flags & trustAttributes.pimTrust) === 0) continue
      const partner = forest.value(trust, 'trustPartner') ?? snapshot.name(trust)
      yield {
        on: trust,
        says: `The trust with ${partner} is a privileged-access trust: accounts from there may hold privileged SIDs of this forest`,
        evidence: { trustAttributes: flags, trustPartner: partner },
      }
    }
    for (const principal of snapshot.ofClass('msDS-ShadowPrincipal')) {
      const sid = forest.value(principal, 'msDS-ShadowPrincipalSid')
      const members = forest.value(principal, 'member')
      if (sid === undefined || members.length === 0 || !isPrivileged(forest, sid)) continue
      const names = members.map((dn) => {
        const id = snapshot.byDn(dn)
        return id === undefined ? dn : nameOf(forest, id)
      })
      yield {
        on: principal,
        says: `${snapshot.name(principal)} gives the SID of ${forest.nameOf(sid)} to ${enumerate(names)}`,
        evidence: { 'msDS-ShadowPrincipalSid': sid, member: some(members) },
      }
    }
  },
})

/** A SID of Tier Zero, here or in the forest that the shadow principal is for. */
function isPrivileged(forest: Forest, sid: Sid): boolean {
  return (
    forest.tierZero.has(sid) ||
    (isDomainSid(domainOfSid(sid) ?? '') && privilegedRids.has(ridOfSid(sid) ?? 0))
  )
}

const privilegedRids: ReadonlySet<number> = new Set([
  rid.administrator,
  rid.krbtgt,
  rid.domainAdmins,
  rid.controllers,
  rid.schemaAdmins,
  rid.enterpriseAdmins,
  rid.readOnlyControllers,
  rid.enterpriseReadOnlyControllers,
  rid.keyAdmins,
  rid.enterpriseKeyAdmins,
])
