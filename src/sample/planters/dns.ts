import type { Planter } from '../plant.ts'
import { clerk } from './places.ts'

/** Names that the wrong people can make or change. */
export const dns: Readonly<Record<string, Planter>> = {
  'dns-insecure-update-core'(f) {
    f.remove(f.domainZone)
    const zone = f.dnsZone(f.name, { updates: 'insecure' })
    return { on: [zone] }
  },
  'dns-server-object-control'(f) {
    const container = f.at('CN=MicrosoftDNS,DC=DomainDnsZones')
    f.grant(clerk(f, 'c.dnsclerk'), container, 'CC', 'dnsZone')
    return { on: [container] }
  },
  'dns-wildcard-record'(f) {
    return { on: [f.dnsNode(f.domainZone, '*', { a: '203.0.113.66' })] }
  },
}
