import { type BulkEntry, ForestBuilder, type Snapshot } from '#directory'
import { bulk } from './bulk.ts'
import { type Organization, addOrganization, serverSystem } from './organization.ts'
import { type Planted, plant } from './plant.ts'
import { believable, planters } from './planters/index.ts'

/** What a sample is made with. */
export interface SampleOptions {
  /** The same seed makes the same forest. */
  readonly seed?: string
  /** About how many objects; a fresh forest alone has 750. */
  readonly objects?: number
  /** When it is said to have been read: all times are counted back from it. */
  readonly now: Date
  /** Which exposures are planted: a believable selection when not given. */
  readonly exposures?: 'none' | 'all' | readonly string[]
}

/** A forest made out of nothing. */
export interface Sample {
  /** What is wrong with it, and nothing else is. */
  readonly planted: readonly Planted[]
  /** Made when first asked for; for a large one that takes a while. */
  readonly snapshot: Snapshot
}

/** Objects above which the forest has a second domain. */
const SECOND_DOMAIN_FROM = 10_000
/** Share of the many objects that the second domain has. */
const SECOND_DOMAIN_SHARE = 0.2

/**
 * Makes a forest: a well-kept organization with realistic OUs, people, machines, groups, delegations, policies, a certification
 * authority and a trust, and the exposures that are wanted. @throws RangeError for an exposure that cannot be planted.
 */
export function makeSample({
  seed = 'glacis',
  objects = 3000,
  now,
  exposures,
}: SampleOptions): Sample {
  const f = new ForestBuilder({ name: 'meridian.example', now, seed: hashOf(seed), metadata: true })
  const organizations = [addOrganization(f, objects)]
  const ids =
    exposures === undefined
      ? believable
      : exposures === 'all'
        ? Object.keys(planters)
        : exposures === 'none'
          ? []
          : exposures
  addRest(f)
  if (objects >= SECOND_DOMAIN_FROM)
    organizations.push(addOrganization(f.childDomain('overseas'), objects * SECOND_DOMAIN_SHARE))
  const planted = ids.map((id) => plant(f, id))
  const wanted = Math.max(0, objects - f.count)
  let snapshot: Snapshot | undefined
  return {
    planted,
    get snapshot() {
      return (snapshot ??= f.build(everything(organizations, wanted, seed), 'sample'))
    },
  }
}

function* everything(
  organizations: readonly Organization[],
  wanted: number,
  seed: string,
): Generator<BulkEntry> {
  const [first, second] = organizations
  const share = second === undefined ? 0 : Math.round(wanted * SECOND_DOMAIN_SHARE)
  if (first !== undefined) yield* bulk(first, wanted - share, seed)
  if (second !== undefined) yield* bulk(second, share, seed)
}

/** A certification authority, a trust, a second controller, sites and names. */
function addRest(f: ForestBuilder): void {
  const tierZero = f.at('OU=Tier 0')
  const host = f.computer('CA01', { in: f.ou('Servers', { in: tierZero }), ...serverSystem })
  f.authority('Meridian Issuing CA', {
    host,
    templates: [f.template('MeridianLaptop', { enrollees: [f.domainComputers] })],
  })
  f.trust('partner.example')
  f.controller('DC2')
  f.rodc('RODC1')
  f.subnet('10.20.0.0/16', f.site('Oulu'))
  for (const name of ['intranet', 'mail', 'files'])
    f.dnsNode(f.domainZone, name, { a: '10.0.1.20' })
}

/** A number for the builder's seed. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return hash >>> 0
}
