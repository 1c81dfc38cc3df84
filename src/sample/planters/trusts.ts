import { trustAttributes } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk } from './places.ts'

/** Trusts that let too much through. */
export const trusts: Readonly<Record<string, Planter>> = {
  'trust-external-not-quarantined'(f) {
    return {
      on: [
        f.trust('oldnt.example', { kind: 'external', direction: 'outbound', trustAttributes: 0 }),
      ],
    }
  },
  'trust-forest-sid-history'(f) {
    const flags = trustAttributes.forestTransitive | trustAttributes.treatAsExternal
    return { on: [f.trust('merger.example', { trustAttributes: flags })] }
  },
  'trust-object-control'(f) {
    const trust = f.trust('shared.example')
    f.grant(clerk(f, 'c.trustkeeper'), trust, 'WP', 'trustAttributes')
    return { on: [trust] }
  },
  'trust-tgt-delegation'(f) {
    const flags =
      trustAttributes.forestTransitive | trustAttributes.crossOrganizationEnableTgtDelegation
    return { on: [f.trust('resource.example', { direction: 'inbound', trustAttributes: flags })] }
  },
}
