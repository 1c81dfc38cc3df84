import type { Planter } from '../plant.ts'
import { accounts } from './accounts.ts'
import { acl } from './acl.ts'
import { adcs } from './adcs.ts'
import { delegation } from './delegation.ts'
import { infrastructure } from './infrastructure.ts'
import { privilege } from './privilege.ts'
import { products } from './products.ts'

/** A planter for each exposure that can be planted. */
export const planters: Readonly<Record<string, Planter>> = {
  ...accounts,
  ...acl,
  ...adcs,
  ...delegation,
  ...infrastructure,
  ...privilege,
  ...products,
}

/** Exposures that a sample has when none are named: what a forest that nobody looked after for some years has. */
export const believable: readonly string[] = []
