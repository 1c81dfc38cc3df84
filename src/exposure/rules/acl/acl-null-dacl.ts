import { type Kind, type ObjectId, type SecurityDescriptor, kinds } from '#directory'
import { type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'

/** Kinds that ordinary accounts do not see in any forest, and whose control has exposures of its own; and what is of no kind. */
const toldElsewhere: ReadonlySet<Kind> = new Set(['passwordSettings', 'rootKey', 'secret', 'any'])

export default defineExposure({
  id: 'acl-null-dacl',
  category: 'acl',
  severity: 'high',
  title: 'An object has no access list, or an empty one',
  why: 'Without an access list everybody may do everything to an object, anonymous callers included. An empty list keeps out all but the owner, also those who look for intruders.',
  fix: 'Put the default permissions of its class on the object, and find out from the replication metadata who wrote the list.',
  attack: ['T1222.001'],
  refs: { spec: ['MS-DTYP 2.4.6', 'MS-DTYP 2.5.3.2'] },
  needs: ['ldap-domain', 'ldap-config', 'nTSecurityDescriptor'],
  reads: ['nTSecurityDescriptor'],
  looksAt: (Object.keys(kinds) as Kind[]).filter((kind) => !toldElsewhere.has(kind)),

  *checkForest(forest) {
    const { snapshot } = forest
    for (const on of snapshot.ofKind('any')) {
      const descriptor = snapshot.value(on, 'nTSecurityDescriptor')
      const hit = descriptor && judge(forest, on, descriptor)
      if (hit !== undefined) yield { on, ...hit }
      // An object of which nothing but the name could be read has an access list: without one everybody could.
      if (descriptor === undefined && snapshot.has(on, 'objectClass')) forest.outsiders(on, [])
    }
  },
})

function judge(
  forest: Forest,
  id: ObjectId,
  { control, dacl }: SecurityDescriptor,
): Hit | undefined {
  const name = () => forest.snapshot.name(id)
  if (dacl === undefined || dacl === null) {
    return {
      says: `${name()} has no access list: everybody may do everything to it`,
      evidence: { control, dacl: dacl === null ? 'NULL' : 'absent' },
      severity: forest.tierZero.hasObject(id) ? 'critical' : 'high',
    }
  }
  if (dacl.length > 0) return undefined
  return {
    says: `${name()} has an empty access list: only its owner can do anything with it`,
    evidence: { control, dacl: 'empty' },
    severity: 'low',
  }
}
