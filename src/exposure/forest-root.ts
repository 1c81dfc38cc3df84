import { type Sid, dnsNameOfDn, parentDn } from '#directory'
import { perForest } from './per-forest.ts'

/** The domain at the root of the forest, which may not have been read. */
export interface ForestRoot {
  /** Nothing where neither the domain itself nor the configuration tells. */
  readonly sid: Sid | undefined
  readonly dn: string | undefined
  /** DNS name, in small letters. */
  readonly name: string | undefined
}

/**
 * The root of the forest: as it was read, else as the configuration tells, which is below it and belongs to its administrators.
 * `snapshot.rootDomain` would answer a child where only a child was read.
 */
export const forestRoot = perForest(({ snapshot, tierZero }): ForestRoot => {
  const read = snapshot.domains.find(({ isRoot }) => isRoot)
  if (read !== undefined) return read
  const dn = parentDn(snapshot.configurationDn ?? '')
  return {
    sid: tierZero.rootSid,
    dn,
    name: dn === undefined ? undefined : dnsNameOfDn(dn).toLowerCase(),
  }
})
