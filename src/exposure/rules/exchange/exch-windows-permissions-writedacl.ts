import { howHeld } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { exchangeGroups, exchangeGroupsReads } from '../../mail-groups.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'exch-windows-permissions-writedacl',
  category: 'exchange',
  severity: 'critical',
  title: 'Exchange may rewrite the permissions of the domain',
  why: 'Older set-ups of Exchange gave its groups the right to change the permissions of the whole domain. Every Exchange server is a member, so one taken mail server is the domain.',
  fix: 'Run the set-up of a current Exchange with /PrepareAD, or make the entry one that only children inherit.',
  attack: ['T1222.001', 'T1003.006'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2', 'MS-ADTS 5.1.3.3'],
    pingcastle: ['P-ExchangePrivEsc'],
    anssi: ['vuln1_permissions_naming_context'],
    bloodhound: ['WriteDacl'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'domain',
  reads: [...exchangeGroupsReads],

  check({ id }, forest) {
    const { access, snapshot } = forest
    const groups = exchangeGroups(forest)
    const held = access.holders(id, access.writeDacl).filter(({ sid }) => groups.has(sid))
    if (held.length === 0) return
    return {
      says: `${enumerate(held.map(({ sid }) => groups.get(sid) ?? sid))} can change the permissions of ${snapshot.domainOf(id)?.name ?? snapshot.dn(id)}`,
      evidence: {
        trustees: held.map((holder) => ({
          sid: holder.sid,
          name: groups.get(holder.sid) ?? null,
          by: howHeld(holder),
        })),
      },
    }
  },
})
