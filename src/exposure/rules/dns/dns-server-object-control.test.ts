import { exposureTest } from '../../testing.ts'
import rule from './dns-server-object-control.ts'

exposureTest(rule, {
  exposed: {
    'the container in which a user may create zones': (f) => {
      const container = f.at('CN=MicrosoftDNS,CN=System')
      f.grant(f.user('alice'), container, 'CC')
      return container
    },
    'the partition whose permissions a user may change': (f) => {
      const partition = f.at(`DC=ForestDnsZones,${f.dn}`)
      f.grant(f.user('alice'), partition, 'WD')
      return partition
    },
  },
  clean: {
    'a zone that a user controls': (f) => {
      f.grant(f.user('alice'), f.dnsZone('lab.example'), 'GA')
    },
    'a member of DnsAdmins': (f) => {
      f.addTo(f.dnsAdmins, f.user('alice'))
    },
  },
})
