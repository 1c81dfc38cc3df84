import { aceEvidence, harmfulRights, sayAce } from '../../aces.ts'
import { defineExposure } from '../../define.ts'
import { isShippedToExchange } from '../../mail-grants.ts'
import { exchangeGroups, exchangeGroupsReads } from '../../mail-groups.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'exch-adminsdholder',
  category: 'exchange',
  severity: 'high',
  title: 'Exchange has rights on the template of privileged permissions',
  why: 'What AdminSDHolder gives to an Exchange group reaches every privileged account within the hour, and every Exchange server is in such a group.',
  fix: 'Remove the entries by running the set-up of a current Exchange with /PrepareAD, then run SDProp.',
  attack: ['T1098'],
  refs: {
    spec: ['MS-ADTS 3.1.1.6.1'],
    pingcastle: ['P-ExchangeAdminSDHolder'],
    anssi: ['vuln1_permissions_adminsdholder'],
    purpleKnight: ['AdminSDHolderPermissionChange'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['nTSecurityDescriptor', ...exchangeGroupsReads],
  looksAt: ['container', 'group'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const groups = exchangeGroups(forest)
    for (const domain of snapshot.domains) {
      const on = snapshot.byDn(`CN=AdminSDHolder,CN=System,${domain.dn}`)
      if (on === undefined || !access.readable(on)) {
        yield { gap: `The permissions of AdminSDHolder in ${domain.name} were not read.` }
        continue
      }
      const aces = (snapshot.value(on, 'nTSecurityDescriptor')?.dacl ?? []).filter(
        (ace) =>
          groups.has(ace.sid) && harmfulRights(ace) !== 0 && !isShippedToExchange(forest, on, ace),
      )
      if (aces.length === 0) continue
      const said = aces.map((ace) => `${groups.get(ace.sid) ?? ace.sid} can ${sayAce(forest, ace)}`)
      yield {
        on,
        says: `AdminSDHolder of ${domain.name}: ${enumerate(said)}`,
        evidence: { entries: aces.map((ace) => aceEvidence(forest, ace, domain)) },
      }
    }
  },
})
