import { isEnabled } from '#directory'
import { defineExposure } from '../../define.ts'
import { delegationHits, delegations } from '../../delegations.ts'
import { nextToTierZero } from '../../takeover.ts'

export default defineExposure({
  id: 'acl-force-change-password-broad',
  category: 'acl',
  severity: 'high',
  title: 'Wide groups may reset passwords',
  why: 'Resetting a password is taking over the account. Where many may do it, one stolen account of theirs opens all the others.',
  fix: 'Limit password resets to the help desk, and to units without sensitive accounts.',
  attack: ['T1098', 'T1531'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2.1', 'MS-ADTS 3.1.1.3.1.5'],
    bloodhound: ['ForceChangePassword', 'AllExtendedRights'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['userAccountControl'],
  looksAt: ['user'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const near = nextToTierZero(forest)
    const places = (counts: (id: number) => boolean) =>
      delegations(forest, {
        of: { kinds: ['user'] },
        operations: [access.extendedRight('User-Force-Change-Password')],
        accepts: ({ isBroad, reach }) => isBroad || reach > MANY,
        counts: (id) => isEnabled(snapshot.value(id, 'userAccountControl') ?? 0) && counts(id),
      })
    const close = new Map(
      places((id) => near.has(id)).map(({ on, delegates }) => [
        on,
        Math.max(...delegates.map(({ objects }) => objects)),
      ]),
    )
    for (const hit of delegationHits(
      forest,
      places(() => true),
      'user',
    )) {
      const nearby = typeof hit.on === 'number' ? (close.get(hit.on) ?? 0) : 0
      const more =
        nearby === 0
          ? ''
          : `; ${nearby === 1 ? 'one of them is' : `${nearby} of them are`} in Tier Zero or one step from it`
      yield {
        ...hit,
        says: `${hit.says}${more}`,
        evidence: { ...hit.evidence, oneStepFromTierZero: nearby },
      }
    }
  },
})

/** A trustee with more enabled accounts than this is wide. */
const MANY = 50
