import { exposureTest } from '../../testing.ts'
import rule from './dns-insecure-update-core.ts'

exposureTest(rule, {
  exposed: {
    'the zone of the domain': (f) => {
      f.remove(f.domainZone)
      return f.dnsZone('corp.example', { updates: 'insecure' })
    },
    'the zone of the forest’s services': (f) => {
      f.remove(f.msdcsZone)
      return f.dnsZone('_msdcs.corp.example', { in: 'forest', updates: 'insecure' })
    },
  },
  clean: {
    'a zone that has no settings, as every account can see': (f) => {
      f.set(f.msdcsZone, { dNSProperty: undefined })
    },
    'another zone': (f) => {
      f.dnsZone('lab.example', { updates: 'insecure' })
    },
    'the zone of the domain without dynamic updates': (f) => {
      f.remove(f.domainZone)
      f.dnsZone('corp.example', { updates: 'none' })
    },
  },
  notAssessed: {
    'settings that cannot be read': (f) => {
      f.withhold(f.domainZone, 'dNSProperty')
      f.deny('S-1-5-11', f.domainZone, 'RP', 'dNSProperty')
    },
  },
})
