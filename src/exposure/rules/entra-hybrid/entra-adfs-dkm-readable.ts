import type { ObjectId, Sid } from '#directory'
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
  reads: ['objectClass'],
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
        if (!snapshot.isA(on, 'contact') && !snapshot.has(on, 'thumbnailPhoto')) continue
        const service = serviceAccount(forest, on)
        const hit = outsiderHit(forest, on, operations, { except: (sid) => sid === service })
        if (hit !== undefined) yield { on, ...hit }
      }
    }
  },
})

/**
 * The service account of AD FS makes the keys, so it is their owner. Where an administrator made them, it is the one
 * account outside Tier Zero that may write it.
 */
function serviceAccount(forest: Forest, key: ObjectId): Sid | undefined {
  const { access, memberships, snapshot, tierZero } = forest
  const domain = snapshot.domainOf(key)
  const isAccount = (sid: Sid) => {
    const object = snapshot.bySid(sid, domain)
    return object !== undefined && snapshot.isA(object, 'user') && !tierZero.hasObject(object)
  }
  const owner = access.ownerOf(key)
  if (owner !== undefined && isAccount(owner)) return owner
  const writers = access
    .holders(key, access.writesAllProperties)
    .map(({ sid }) => sid)
    .filter((sid) => isAccount(sid) && !memberships.isBroad(sid, domain))
  return writers.length === 1 ? writers[0] : undefined
}
