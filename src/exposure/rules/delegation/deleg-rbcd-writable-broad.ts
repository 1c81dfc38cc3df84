import { defineExposure } from '../../define.ts'
import { delegationHits, delegations } from '../../delegations.ts'

export default defineExposure({
  id: 'deleg-rbcd-writable-broad',
  category: 'delegation',
  severity: 'high',
  title: 'Nearly everybody can say who may act for others on computers',
  why: 'With one write an ordinary account makes a computer of its own choice act as any user towards the machine, which is full control of it.',
  fix: 'Remove the entry where it was set, and delegate single attributes to the team that needs them.',
  attack: ['T1558'],
  refs: {
    spec: ['MS-SFU 3.2.5.2', 'MS-ADTS 3.1.1.2.3.3'],
    purpleKnight: ['RBCD'],
    bloodhound: ['AddAllowedToAct', 'WriteAccountRestrictions'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['computer'],

  *checkForest(forest) {
    const places = delegations(forest, {
      of: { kinds: ['computer'] },
      operations: [forest.access.writes('msDS-AllowedToActOnBehalfOfOtherIdentity')],
      accepts: ({ isBroad }) => isBroad,
    })
    yield* delegationHits(forest, places, 'computer')
  },
})
