import { type ObjectId, type Sid, nameOfDn } from '#directory'
import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { below, wellKnownPlace } from '../../places.ts'

export default defineExposure({
  id: 'entra-adfs-dkm-readable',
  category: 'entra-hybrid',
  severity: 'critical',
  title: 'The key that protects AD FS signing certificates is readable',
  why: 'The key is kept in the directory, in an attribute that looks like a photo. With it and the configuration of AD FS an intruder signs in to every federated service as anybody.',
  fix: 'Restore the access list so that only the service account of AD FS can read the key, and replace the signing certificates twice.',
  attack: ['T1606.002', 'T1552.004'],
  refs: { spec: ['MS-ADTS 5.1.3.3'] },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [
    'objectClass',
    'wellKnownObjects',
    'sAMAccountName',
    'servicePrincipalName',
    'description',
  ],
  alsoReads: ['thumbnailPhoto'],
  looksAt: ['container'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    // A server is not asked which of the contacts holds a key: the value would come with the answer.
    const operations = [...access.control, access.reads('thumbnailPhoto')]
    for (const domain of snapshot.domains) {
      const programData = wellKnownPlace(forest, domain, 'microsoftProgramData')
      const top = snapshot.byDn(
        programData === undefined
          ? `CN=ADFS,CN=Microsoft,CN=Program Data,${domain.dn}`
          : `CN=ADFS,${snapshot.dn(programData)}`,
      )
      if (top === undefined) continue
      for (const on of below(forest, top)) {
        if (!isKey(forest, on)) continue
        const service = serviceAccount(forest, on)
        const hit = outsiderHit(forest, on, operations, { except: (sid) => sid === service })
        if (hit !== undefined) yield { on, ...hit }
      }
    }
  },
})

/** Whether an object below CN=ADFS may hold a key: a contact, but not the one beside it that only says how keys are used. */
function isKey({ snapshot }: Forest, id: ObjectId): boolean {
  if (snapshot.has(id, 'thumbnailPhoto')) return true
  if (!snapshot.isA(id, 'contact')) return false
  const parent = snapshot.parent(id)
  const isBesideOthers = parent !== undefined && snapshot.children(parent).length > 1
  return !isBesideOthers || nameOfDn(snapshot.dn(id)).toLowerCase() !== 'cryptopolicy'
}

/**
 * The service account of AD FS makes the keys, so it is their owner. Where an administrator made them, it is the one
 * account outside Tier Zero that may write it.
 */
function serviceAccount(forest: Forest, key: ObjectId): Sid | undefined {
  const { access, memberships } = forest
  const domain = forest.snapshot.domainOf(key)
  const owner = access.ownerOf(key)
  if (owner !== undefined && isService(forest, memberships.objectOf(owner, domain))) return owner
  const writers = access
    .holders(key, access.writesAllProperties)
    .filter(({ sid }) => isService(forest, memberships.objectOf(sid, domain)))
  return writers.length === 1 ? writers[0]?.sid : undefined
}

/** Whether an account outside Tier Zero looks like that of a service: a managed one, with service principal names, or so called. */
function isService({ snapshot, tierZero }: Forest, id: ObjectId | undefined): boolean {
  if (id === undefined || !snapshot.isA(id, 'user') || tierZero.hasObject(id)) return false
  if (snapshot.isA(id, 'msDS-GroupManagedServiceAccount')) return true
  if (snapshot.value(id, 'servicePrincipalName').length > 0) return true
  const texts = [snapshot.value(id, 'sAMAccountName') ?? '', ...snapshot.value(id, 'description')]
  return texts.some((text) => /adfs|ad fs|federation|svc|service/i.test(text))
}
