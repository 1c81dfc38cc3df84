import { defineExposure } from '../../define.ts'
import { exchangeGroups } from '../../mail-groups.ts'
import { takeoverOf } from '../../takeover.ts'
import { tierZeroHits } from '../../tier-zero-control.ts'

export default defineExposure({
  id: 'exch-groups-control-tier0',
  category: 'exchange',
  severity: 'high',
  title: 'Exchange groups control objects of Tier Zero',
  why: 'Exchange servers read mail from the internet and are taken often. Where their groups can change members or passwords of privileged objects, a mail server leads to the forest.',
  fix: 'Adopt split permissions, or administer Exchange as Tier Zero.',
  attack: ['T1098'],
  refs: { spec: ['MS-ADTS 5.1.3.3'], anssi: ['vuln1_privileged_members_perm'], bloodhound: ['GenericAll', 'AddMember', 'WriteDacl'] },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['user', 'computer', 'managedAccount', 'group', 'certificationAuthority'],

  *checkForest(forest) {
    const { snapshot } = forest
    const groups = exchangeGroups(forest)
    if (groups.size === 0) return
    const heads = new Set(snapshot.domains.map(({ head }) => head))
    yield* tierZeroHits(forest, {
      operations: (id) => (heads.has(id) || /^CN=AdminSDHolder,CN=System,/i.test(snapshot.dn(id)) ? [] : takeoverOf(forest, id)),
      except: (sid) => !groups.has(sid),
    })
  },
})
