import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { forestRoot } from '../../forest-root.ts'
import { dnsAdministrators } from '../../places.ts'

export default defineExposure({
  id: 'dns-server-object-control',
  category: 'dns',
  severity: 'critical',
  title: 'DNS server settings writable by non-administrators',
  why: 'Whoever holds these containers changes every name of the domain and can make the DNS service of the controllers load a library of theirs.',
  fix: 'Restore the default permissions; keep DnsAdmins empty or in Tier Zero.',
  attack: ['T1574.002', 'T1557'],
  refs: {
    spec: ['MS-DNSP 2.3'],
    pingcastle: ['P-DNSDelegation'],
    anssi: ['vuln1_permissions_msdns'],
    purpleKnight: ['UnprivilegedDNSAdmin'],
  },
  needs: ['ldap-domain', 'ldap-dns', 'nTSecurityDescriptor'],
  reads: ['objectClass'],
  looksAt: ['container', 'dnsZone'],

  *checkForest(forest) {
    const { snapshot, access } = forest
    const administrators = dnsAdministrators(forest)
    const root = forestRoot(forest).dn
    const containers = [
      ...snapshot.domains.flatMap(({ dn }) => [
        `CN=MicrosoftDNS,CN=System,${dn}`,
        `DC=DomainDnsZones,${dn}`,
        `CN=MicrosoftDNS,DC=DomainDnsZones,${dn}`,
      ]),
      ...(root === undefined
        ? []
        : [`DC=ForestDnsZones,${root}`, `CN=MicrosoftDNS,DC=ForestDnsZones,${root}`]),
    ]
    for (const dn of containers) {
      const id = snapshot.byDn(dn)
      if (id === undefined) continue
      const hit = outsiderHit(forest, id, [...access.control, access.createsChild()], {
        except: (sid) => administrators.has(sid),
      })
      if (hit !== undefined) yield { on: id, ...hit }
    }
  },
})
