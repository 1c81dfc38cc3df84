import { trustAttributes as flag } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './trust-forest-sid-history.ts'

const base = {
  trustPartner: 'partner.example',
  trustType: 2,
  trustDirection: 2,
  trustAttributes: flag.forestTransitive | flag.treatAsExternal,
}

exposureTest(rule, {
  exposed: {
    'an outbound one': base,
    'one in both directions': { ...base, trustDirection: 3 },
    'one in a forest': (f) => f.trust('partner.example', { trustAttributes: base.trustAttributes }),
  },
  clean: {
    'an inbound one': { ...base, trustDirection: 1 },
    'one that is off': { ...base, trustDirection: 0 },
    'a forest trust as it is born': { ...base, trustAttributes: flag.forestTransitive },
    'one that is filtered all the same': {
      ...base,
      trustAttributes: base.trustAttributes | flag.quarantinedDomain,
    },
    'one with a bastion forest': { ...base, trustAttributes: base.trustAttributes | flag.pimTrust },
    'one within the forest': { ...base, trustAttributes: base.trustAttributes | flag.withinForest },
  },
  notAssessed: {
    'flags that may not be read': (f) => f.withhold(f.trust('partner.example'), 'trustAttributes'),
  },
})
