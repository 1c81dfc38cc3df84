import { dnsPropertyId, trustAttributes, trustDirection, trustType, wellKnownSid } from '#directory'
import type { Ground } from './ground.ts'
import type { Field } from './seed.ts'

const { inbound, outbound } = trustDirection
const {
  crossOrganizationEnableTgtDelegation,
  forestTransitive,
  pimTrust,
  quarantinedDomain,
  treatAsExternal,
} = trustAttributes

const directoryService = (g: Ground) =>
  g.inConfiguration('CN=Directory Service,CN=Windows NT,CN=Services')
const zone = (g: Ground) => g.at(`DC=${g.dc.domain},CN=MicrosoftDNS,DC=DomainDnsZones`)
const defaultPolicy = (g: Ground) =>
  g.at('CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=Policies,CN=System')

/** Sets one character of dSHeuristics, counted from 1; characters 10, 20 … mark the length (MS-ADTS 6.1.1.2.4.1.2). */
async function setHeuristic(g: Ground, at: number, value: string): Promise<string> {
  const { dSHeuristics: [before] = [] } = await g.read(directoryService(g), ['dSHeuristics'])
  const characters = (before?.toString() ?? '').padEnd(at, '0').split('')
  characters[at - 1] = value
  for (let mark = 10; mark <= characters.length; mark += 10)
    characters[mark - 1] = String(mark / 10)
  await g.set(directoryService(g), { dSHeuristics: characters.join('') })
  return directoryService(g)
}

/** A trust that is as it should be. */
function trust(g: Ground, partner: string, flags: number, direction: number): Promise<string> {
  const attributes = {
    trustPartner: partner,
    flatName: partner.split('.')[0]!.toUpperCase(),
    trustDirection: direction,
    trustType: trustType.uplevel,
    trustAttributes: flags,
  }
  return g.make(g.at(`CN=${partner},CN=System`), 'trustedDomain', attributes, 'system')
}

/** A DNS record of type A (MS-DNSP 2.3.2.2): data length, type, version and rank, flags, serial, TTL, reserved, time, address. */
function addressRecord(...address: readonly number[]): Uint8Array {
  const record = Buffer.alloc(28)
  record.writeUInt16LE(4, 0)
  record.writeUInt16LE(1, 2)
  record.writeUInt16BE(0x05f0, 4)
  record.writeUInt32LE(1, 8)
  record.writeUInt32BE(3600, 12)
  record.set(address, 24)
  return record
}

/** Settings of the forest, DNS, group policies, trusts. */
export default {
  title: 'forest, DNS, policies and trusts',

  seeds: {
    async 'dns-insecure-update-core'(g) {
      const { dNSProperty = [] } = await g.read(zone(g), ['dNSProperty'])
      const changed = dNSProperty.map((value) => {
        // Data length, name length, flag, version, id, then data (MS-DNSP 2.3.2.1).
        if (value.readUInt32LE(16) !== dnsPropertyId.allowUpdate) return value
        const open = Buffer.from(value)
        open.writeUInt8(1, 20)
        return open
      })
      await g.set(zone(g), { dNSProperty: changed })
      return zone(g)
    },
    'dns-wildcard-record': (g) =>
      g.add(`DC=*,${zone(g)}`, 'dnsNode', { dnsRecord: addressRecord(203, 0, 113, 5) }),
    'forest-adminsdexmask': (g) => setHeuristic(g, 16, '1'),
    async 'gpo-path-outside-sysvol'(g) {
      await g.set(defaultPolicy(g), { gPCFileSysPath: '\\\\files.corp.example\\policies\\default' })
      return defaultPolicy(g)
    },
    'ldap-anonymous-nspi': (g) => setHeuristic(g, 8, '1'),
    'ldap-anonymous-heuristic': async (g) => ({
      on: await setHeuristic(g, 7, '2'),
      alsoCauses: { 'ldap-anonymous-read': g.controller },
      because:
        'Samba now lets an anonymous caller see the head of the domain, which Everyone may read',
    }),
    async 'ldap-prewin2000-anonymous'(g) {
      const group = g.at('CN=Pre-Windows 2000 Compatible Access,CN=Builtin')
      await g.join(`<SID=${wellKnownSid.anonymous}>`, group)
      return group
    },
    async 'priv-shadow-principals'(g) {
      const bastion = await trust(g, 'bastion.example', forestTransitive, outbound)
      await g.set(bastion, { trustAttributes: forestTransitive | pimTrust }, 'system')
      return bastion
    },
    async 'trust-external-not-quarantined'(g) {
      const external = await trust(g, 'external.example', quarantinedDomain, outbound)
      await g.set(external, { trustAttributes: 0 }, 'system')
      return external
    },
    async 'trust-forest-sid-history'(g) {
      const migrated = await trust(g, 'migrated.example', forestTransitive, outbound)
      await g.set(migrated, { trustAttributes: forestTransitive | treatAsExternal }, 'system')
      return migrated
    },
    async 'trust-object-control'(g) {
      const partner = await trust(g, 'partner.example', forestTransitive, outbound)
      await g.grant(await g.helpdesk(), partner, 'WD', undefined, '', 'system')
      return partner
    },
    async 'trust-tgt-delegation'(g) {
      const customer = await trust(g, 'customer.example', forestTransitive, inbound)
      await g.set(
        customer,
        { trustAttributes: forestTransitive | crossOrganizationEnableTgtDelegation },
        'system',
      )
      return customer
    },
  },
} satisfies Field
