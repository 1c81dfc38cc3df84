import type { Sid } from '#directory'
import { decidingAces } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { type Delegation, type Grant, delegationHits, delegations } from '../../delegations.ts'

export default defineExposure({
  id: 'acl-account-restrictions-write',
  category: 'acl',
  severity: 'high',
  title: 'Account restrictions of many or of privileged accounts can be written by others',
  why: 'The property set holds more than it says: with it go disabling pre-authentication, marking passwords as not required, and saying who may act for anybody on a computer.',
  fix: 'Delegate the single attributes that are needed instead of the property set.',
  attack: ['T1558', 'T1098'],
  refs: {
    spec: ['MS-ADTS 3.1.1.2.3.3'],
    bloodhound: ['WriteAccountRestrictions', 'AddAllowedToAct'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['user', 'computer', 'managedAccount'],

  *checkForest(forest) {
    const { access, tierZero } = forest
    const question = {
      of: { kinds: ['user', 'computer', 'managedAccount'] },
      operations: [access.writes('userAccountControl')],
      accepts: isNamed,
    } as const
    const all = delegations(forest, question)
    const total = new Map<Sid, number>()
    for (const { delegates } of all) {
      for (const { sid, objects } of delegates) total.set(sid, (total.get(sid) ?? 0) + objects)
    }
    const many = only(all, (sid) => (total.get(sid) ?? 0) > MANY)
    yield* delegationHits(forest, many, 'account')
    const told = new Set(
      many.flatMap(({ on, delegates }) => delegates.map(({ sid }) => `${on} ${sid}`)),
    )
    const privileged = delegations(forest, { ...question, counts: (id) => tierZero.hasObject(id) })
    const rest = privileged.map((place) => ({
      ...place,
      delegates: place.delegates.filter(({ sid }) => !told.has(`${place.on} ${sid}`)),
    }))
    yield* delegationHits(
      forest,
      rest.filter(({ delegates }) => delegates.length > 0),
      'Tier Zero account',
    )
  },
})

/** More accounts than this are many. */
const MANY = 50

/** Given for the set or the attribute by name. Who may write every property is told by the exposures about control. */
function isNamed({ can }: Grant): boolean {
  return can.some(({ holder }) =>
    decidingAces(holder).some(({ objectType }) => objectType !== undefined),
  )
}

function only(places: readonly Delegation[], keeps: (sid: Sid) => boolean): Delegation[] {
  return places
    .map((place) => ({ ...place, delegates: place.delegates.filter(({ sid }) => keeps(sid)) }))
    .filter(({ delegates }) => delegates.length > 0)
}
