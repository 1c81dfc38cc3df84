import { trustAttributes as flag, trustType } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './trust-external-not-quarantined.ts'

const base = {
  trustPartner: 'partner.example',
  trustType: trustType.uplevel,
  trustDirection: 2,
  trustAttributes: 0,
  securityIdentifier: 'S-1-5-21-7-7-7',
}

exposureTest(rule, {
  exposed: {
    'an outbound one': base,
    'one in both directions with an NT domain': {
      ...base,
      trustDirection: 3,
      trustType: trustType.downlevel,
      trustAttributes: flag.nonTransitive,
    },
    'one in a forest': (f) =>
      f.trust('partner.example', { kind: 'external', trustAttributes: flag.nonTransitive }),
  },
  clean: {
    'an inbound one': { ...base, trustDirection: 1 },
    'one that filters': { ...base, trustAttributes: flag.quarantinedDomain },
    'a forest trust': { ...base, trustAttributes: flag.forestTransitive },
    'one within the forest': { ...base, trustAttributes: flag.withinForest },
    'one with a realm that is not Windows': { ...base, trustType: trustType.mit },
    'one with a domain of the forest whose flags are lost': (f) => {
      const child = f.childDomain('emea')
      f.object(`CN=emea-shortcut,${f.system.dn}`, ['top', 'leaf', 'trustedDomain'], {
        ...base,
        trustPartner: child.name,
        securityIdentifier: child.sid,
      })
    },
  },
  notAssessed: {
    'flags that may not be read': (f) =>
      f.withhold(f.trust('partner.example', { kind: 'external' }), 'trustAttributes'),
  },
})
