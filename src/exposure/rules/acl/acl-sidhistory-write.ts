import { type Guid, type Sid, attributeGuid } from '#directory'
import { decidingAces } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { type Delegation, type Grant, delegationHits, delegations } from '../../delegations.ts'

export default defineExposure({
  id: 'acl-sidhistory-write',
  category: 'acl',
  severity: 'critical',
  title: 'SID history can be written by others',
  why: 'A SID in sIDHistory counts like a group in every token. Together with the right to migrate SID history, whoever can write it makes any account an administrator.',
  fix: 'Remove the right to write the attribute where it was set, and the migration right at the head of the domain.',
  attack: ['T1134.005'],
  refs: { spec: ['MS-DRSR 4.1.2', 'MS-ADTS 3.1.1.2.3.3'] },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['user', 'computer', 'managedAccount', 'group'],

  *checkForest(forest) {
    const { access, memberships, snapshot } = forest
    const migrates = access.extendedRight('Migrate-SID-History')
    const migrators = new Set<Sid>(
      migrates === undefined
        ? []
        : snapshot.domains.flatMap(({ head }) =>
            access.holders(head, migrates).map(({ sid }) => sid),
          ),
    )
    const canMigrate = (sid: Sid) =>
      [...memberships.tokenOfSid(sid)].some((held) => migrators.has(held))
    const given = (accepts: (grant: Grant, types: readonly (Guid | undefined)[]) => boolean) =>
      delegations(forest, {
        of: { kinds: ['user', 'computer', 'managedAccount', 'group'] },
        operations: [access.writes('sIDHistory')],
        accepts: (grant) => accepts(grant, typesOf(grant)),
      })
    // Whoever writes every property controls the account in other ways; alone it is no way to SID history.
    const places = given(
      ({ sid }, types) => types.some((type) => type !== undefined) || canMigrate(sid),
    )
    // A property set that has much else in it was hardly given for this.
    const meant = given(
      ({ sid }, types) => types.includes(attributeGuid.sIDHistory) || canMigrate(sid),
    )
    const worst = new Set(meant.map(({ on }) => on))
    const severity = ({ on }: Delegation) => (worst.has(on) ? 'critical' : 'high')
    for (const hit of delegationHits(forest, places, 'object', severity)) {
      const place = places.find(({ on }) => on === hit.on)
      const migrating = (place?.delegates ?? [])
        .filter(({ sid }) => canMigrate(sid))
        .map(({ sid }) => sid)
      yield { ...hit, evidence: { ...hit.evidence, canMigrateSidHistory: migrating } }
    }
  },
})

/** Object types of the ACEs that a grant hangs on. */
function typesOf({ can }: Grant): readonly (Guid | undefined)[] {
  return can.flatMap(({ holder }) => decidingAces(holder).map(({ objectType }) => objectType))
}
