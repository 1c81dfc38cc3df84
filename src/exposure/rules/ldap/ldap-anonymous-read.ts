import { type ObjectId, wellKnownSid } from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { wellKnownPlace } from '../../places.ts'
import { judgeProbes } from '../../probes.ts'

export default defineExposure({
  id: 'ldap-anonymous-read',
  category: 'ldap',
  severity: 'high',
  title: 'Anonymous clients can read directory objects',
  why: 'Whoever reaches a controller lists accounts and groups without any account of their own.',
  fix: 'Switch anonymous operations off (dSHeuristics) and remove the permissions of Anonymous Logon and Everyone.',
  attack: ['T1087.002', 'T1069.002'],
  refs: { spec: ['MS-ADTS 5.1.3', 'MS-ADTS 6.1.1.2.4.1.2'], purpleKnight: ['AnonAccessonAD'] },
  // Permissions alone decide in part: where no controller was probed, the rule says so itself.
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['wellKnownObjects'],
  looksAt: ['domain', 'container', 'organizationalUnit'],

  *checkForest(forest) {
    yield* judgeProbes(
      forest,
      'An anonymous search',
      ({ anonymousRead }) => anonymousRead,
      (server) => ({
        says: `${server} let an anonymous caller read directory objects`,
        evidence: { server, anonymousRead: true },
      }),
    )
    for (const { id, isHead } of places(forest)) {
      const { access, snapshot } = forest
      // Everyone reads the properties of a domain's head by default, which tells its password policy.
      const operations = [
        access.listsChildren,
        access.readsDescriptor,
        ...(isHead ? [] : [access.reads('description')]),
      ]
      const open = forest
        .outsiders(id, operations)
        .filter(({ sid }) => sid === wellKnownSid.anonymous || sid === wellKnownSid.everyone)
      for (const { name, can, sid } of open) {
        yield {
          on: id,
          says: `${name} can ${can.map(({ operation }) => operation.words).join(', ')} on ${snapshot.name(id)}`,
          evidence: { sid, rights: can.map(({ operation }) => operation.words) },
          severity: 'medium',
        }
      }
    }
  },
})

/** Heads of domains, their containers for users, and every organizational unit. */
function places(forest: Forest): { id: ObjectId; isHead: boolean }[] {
  const { snapshot } = forest
  const heads = snapshot.domains.map(({ head }) => head)
  const users = snapshot.domains
    .map((domain) => wellKnownPlace(forest, domain, 'users'))
    .filter((id) => id !== undefined)
  return [
    ...heads.map((id) => ({ id, isHead: true })),
    ...[...users, ...snapshot.ofKind('organizationalUnit')].map((id) => ({ id, isHead: false })),
  ]
}
