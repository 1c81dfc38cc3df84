import { exposureTest } from '../../testing.ts'
import rule from './priv-dnsadmins-members.ts'

exposureTest(rule, {
  exposed: {
    'a user in it': (f) => {
      f.addTo(f.dnsAdmins, f.user('dan'))
      return f.dnsAdmins
    },
    'a nested user, the group being renamed': (f) => {
      f.set(f.dnsAdmins, { sAMAccountName: 'Namensverwalter' })
      f.addTo(f.dnsAdmins, f.group('Net', { members: [f.user('dan')] }))
      return f.dnsAdmins
    },
    'somebody who may change its members': (f) => {
      f.grant(f.user('eve'), f.dnsAdmins, 'WP', 'member')
      return f.dnsAdmins
    },
    'another group with the same rights': (f) => {
      const group = f.group('Zone owners', { scope: 'domainLocal', members: [f.user('dan')] })
      f.grant(group, f.at('CN=MicrosoftDNS,DC=DomainDnsZones'), 'GA', undefined, { inherit: true })
      return group
    },
    'one that only shows in what zones inherit': (f) => {
      f.addTo(f.dnsAdmins, f.user('dan'))
      f.withhold(f.at('CN=MicrosoftDNS,CN=System'), 'nTSecurityDescriptor')
      f.withhold(f.at('CN=MicrosoftDNS,DC=DomainDnsZones'), 'nTSecurityDescriptor')
      return f.dnsAdmins
    },
  },
  clean: {
    'an administrator in it': (f) => f.addTo(f.dnsAdmins, f.administrator),
    'a group that may write one zone': (f) => {
      const group = f.group('Web', { members: [f.user('dan')] })
      f.grant(group, f.domainZone, 'GA')
    },
    'an empty group inside': (f) => f.addTo(f.dnsAdmins, f.group('Net')),
  },
  notAssessed: {
    'containers and zones that may not be read': (f) => {
      for (const dn of [
        'CN=MicrosoftDNS,CN=System',
        'CN=MicrosoftDNS,DC=DomainDnsZones',
        'CN=MicrosoftDNS,DC=ForestDnsZones',
      ]) {
        f.withhold(f.at(dn), 'nTSecurityDescriptor')
      }
      for (const zone of [
        f.domainZone,
        f.msdcsZone,
        f.at('DC=RootDNSServers,CN=MicrosoftDNS,DC=DomainDnsZones'),
      ]) {
        f.withhold(zone, 'nTSecurityDescriptor')
      }
    },
  },
})
