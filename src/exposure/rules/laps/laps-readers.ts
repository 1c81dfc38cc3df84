import { isControllerAccount } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { delegationHits, delegations } from '../../delegations.ts'

export default defineExposure({
  id: 'laps-readers',
  category: 'laps',
  severity: 'high',
  title: 'Local administrator passwords are readable outside Tier Zero',
  why: "Who can read the local administrator's password of a computer is its administrator, with all that is stored and running there.",
  fix: 'Remove the entry where it was set, often all extended rights on a unit, and let only those read who support the machines.',
  attack: ['T1552', 'T1078.003'],
  refs: {
    spec: ['MS-ADTS 3.1.1.4.4', 'MS-ADTS 5.1.3.2.1'],
    purpleKnight: ['ObjectsWithLapsRead'],
    bloodhound: ['ReadLAPSPassword'],
  },
  needs: ['ldap-domain', 'ldap-schema', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['computer'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const passwords = [...snapshot.schema.attributes]
      .map(({ lDAPDisplayName }) => lDAPDisplayName)
      .filter((name) => holdsPassword(name))
    const operations = passwords.map((name) => access.reads(name))
    const places = delegations(forest, {
      of: { kinds: ['computer'] },
      operations,
      counts: (id) => !isControllerAccount(forest, id),
    })
    yield* delegationHits(forest, places, 'computer', ({ delegates }) =>
      delegates.some(({ isBroad }) => isBroad) ? 'critical' : 'high',
    )
  },
})

/** Attributes with passwords: of Windows LAPS, of the solution before it, and of variants of that under other names. */
function holdsPassword(name: string): boolean {
  return /^(?:msLAPS-(?:Encrypted)?Password|ms-.+-AdmPwd)$/i.test(name)
}
