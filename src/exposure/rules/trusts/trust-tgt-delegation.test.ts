import { trustAttributes as flag } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './trust-tgt-delegation.ts'

const delegates = flag.forestTransitive | flag.crossOrganizationEnableTgtDelegation
const base = {
  trustPartner: 'partner.example',
  trustType: 2,
  trustDirection: 1,
  trustAttributes: delegates,
}

exposureTest(rule, {
  exposed: {
    'an inbound one': base,
    'one in both directions': { ...base, trustDirection: 3 },
    'one in a forest': (f) => f.trust('partner.example', { trustAttributes: delegates }),
  },
  clean: {
    'an outbound one': { ...base, trustDirection: 2 },
    'a forest trust as it is born': { ...base, trustAttributes: flag.forestTransitive },
    'one that refuses as well': {
      ...base,
      trustAttributes: delegates | flag.crossOrganizationNoTgtDelegation,
    },
    'one that is no forest trust': {
      ...base,
      trustAttributes: flag.crossOrganizationEnableTgtDelegation,
    },
  },
  notAssessed: {
    'flags that may not be read': (f) => f.withhold(f.trust('partner.example'), 'trustAttributes'),
  },
})
