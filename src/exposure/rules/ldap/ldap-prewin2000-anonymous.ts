import { builtinSid, wellKnownSid } from '#directory'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'ldap-prewin2000-anonymous',
  category: 'ldap',
  severity: 'high',
  title: 'Anonymous callers are in Pre-Windows 2000 Compatible Access',
  why: 'The group reads every account and group, so callers who did not sign in do too wherever anonymous operations are let in.',
  fix: 'Remove Anonymous Logon and Everyone from the group; after testing, restart the services of the controllers that depend on it.',
  attack: ['T1087.002'],
  refs: {
    spec: ['MS-ADTS 6.1.1.4.12.17'],
    pingcastle: ['A-PreWin2000Anonymous'],
    anssi: ['vuln2_compatible_2000_anonymous'],
    purpleKnight: ['PreWin2KGroup'],
  },
  needs: ['ldap-domain'],
  reads: ['member'],
  looksAt: ['group'],

  *checkForest({ snapshot, memberships }) {
    for (const domain of snapshot.domains) {
      const group = snapshot.bySid(builtinSid.preWindows2000CompatibleAccess, domain)
      if (group === undefined) {
        yield { gap: `Pre-Windows 2000 Compatible Access of ${domain.name} could not be read.` }
        continue
      }
      const sids = [
        ...[...memberships.transitiveMembers(group)].map((id) => snapshot.sid(id)),
        ...memberships.unreadMembers(group).map(({ sid }) => sid),
      ]
      const anonymous = [wellKnownSid.anonymous, wellKnownSid.everyone].filter((sid) =>
        sids.includes(sid),
      )
      if (anonymous.length === 0) continue
      const names = anonymous.map((sid) => memberships.nameOf(sid)).join(' and ')
      yield {
        on: group,
        says: `${names} ${anonymous.length === 1 ? 'is' : 'are'} in ${snapshot.name(group)} of ${domain.name}`,
        evidence: { members: anonymous },
      }
    }
  },
})
