import { dsHeuristic, trustAttributes } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk, ou, server, setHeuristic, team } from './places.ts'

/** Controllers, LDAP, DNS, policies, trusts and the forest itself. */
export const infrastructure: Readonly<Record<string, Planter>> = {
  'dc-os-before-2012'(f) {
    return { on: [f.controller('DC-2008', { operatingSystem: 'Windows Server 2008 R2 Standard', operatingSystemVersion: '6.1 (7601)' })] }
  },
  'dc-os-2012'(f) {
    return { on: [f.controller('DC-2012', { operatingSystem: 'Windows Server 2012 R2 Standard', operatingSystemVersion: '6.3 (9600)' })] }
  },
  'dc-inconsistent-registration'(f) {
    const controller = f.controller('DC-GONE')
    f.remove(f.at(`CN=NTDS Settings,CN=DC-GONE,CN=Servers,${f.defaultSiteDn}`))
    return { on: [controller] }
  },
  'dc-password-old'(f) {
    return { on: [f.controller('DC-STUCK', { pwdLastSet: f.daysAgo(200) })] }
  },
  'dc-rogue-registration'(f) {
    return { on: [server(f, 'SHADOW01', { servicePrincipalName: `GC/shadow01.${f.name}/${f.name}` })] }
  },
  'rodc-never-reveal-incomplete'(f) {
    return { on: [f.rodc('RODC-OPEN', { 'msDS-NeverRevealGroup': [f.administrators, f.deniedRodcReplication] })] }
  },
  'rodc-reveal-on-demand-privileged'(f) {
    return { on: [f.rodc('RODC-CACHE', { 'msDS-RevealOnDemandGroup': [f.allowedRodcReplication, f.serverOperators] })] }
  },
  'rodc-privileged-revealed'(f) {
    const rodc = f.rodc('RODC-LEAK')
    f.set(rodc, { 'msDS-RevealedUsers': `B:8:00000000:${f.administrator.dn}` })
    return { on: [rodc] }
  },
  'ldap-signing-not-required'(f) {
    f.probe(f.controllers[0]!, { signingRequired: false })
    return { on: [f.controllers[0]!] }
  },
  'ldap-channel-binding-missing'(f) {
    f.probe(f.controllers[0]!, { channelBindingRequired: false })
    return { on: [f.controllers[0]!] }
  },
  'ldap-anonymous-heuristic'(f) {
    setHeuristic(f, dsHeuristic.fLDAPBlockAnonOps, '2')
    return { on: [f.directoryService] }
  },
  'ldap-anonymous-read'(f) {
    f.probe(f.controllers[0]!, { anonymousRead: true })
    return { on: [f.controllers[0]!] }
  },
  'ldap-anonymous-nspi'(f) {
    setHeuristic(f, dsHeuristic.fAllowAnonNSPI, '1')
    return { on: [f.directoryService] }
  },
  'ldap-prewin2000-anonymous'(f) {
    f.addTo(f.preWindows2000Access, 'S-1-5-7')
    return { on: [f.preWindows2000Access] }
  },
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
  'forest-functional-level-unsupported'(f) {
    f.set(f.partitions, { 'msDS-Behavior-Version': 2 })
    f.set(f.head, { 'msDS-Behavior-Version': 2 })
    f.rootDse({ forestFunctionality: '2', domainFunctionality: '2' })
    return { on: [f.head] }
  },
  'forest-adminsdexmask'(f) {
    setHeuristic(f, dsHeuristic.dwAdminSDExMask, '4')
    return { on: [f.directoryService] }
  },
  'forest-critical-objects-missing'(f) {
    f.remove(f.alias(549))
    return { on: ['S-1-5-32-549'] }
  },
  'gpo-link-write-domain'(f) {
    f.grant(team(f, 'Desktop Engineers'), f.domainControllersOu, 'WP', 'gPLink')
    return { on: [f.domainControllersOu] }
  },
  'gpo-link-write-site'(f) {
    f.grant(clerk(f, 'c.sitelinker'), f.defaultSite, 'WP', 'gPLink')
    return { on: [f.defaultSite] }
  },
  'gpo-path-outside-sysvol'(f) {
    const path = String.raw`\\files01\deploy\Policies\{00000000-0000-4000-8000-000000000001}`
    return { on: [f.gpo('Migrated Scripts', { gPCFileSysPath: path, linkedTo: ou(f, 'Workstations') })] }
  },
  'trust-forest-sid-history'(f) {
    const flags = trustAttributes.forestTransitive | trustAttributes.treatAsExternal
    return { on: [f.trust('merger.example', { trustAttributes: flags })] }
  },
  'trust-external-not-quarantined'(f) {
    return { on: [f.trust('oldnt.example', { kind: 'external', direction: 'outbound', trustAttributes: 0 })] }
  },
  'trust-tgt-delegation'(f) {
    const flags = trustAttributes.forestTransitive | trustAttributes.crossOrganizationEnableTgtDelegation
    return { on: [f.trust('resource.example', { direction: 'inbound', trustAttributes: flags })] }
  },
  'trust-object-control'(f) {
    const trust = f.trust('shared.example')
    f.grant(clerk(f, 'c.trustkeeper'), trust, 'WP', 'trustAttributes')
    return { on: [trust] }
  },
}
