import { exposureTest } from '../../testing.ts'
import rule from './dns-wildcard-record.ts'

exposureTest(rule, {
  exposed: {
    'a wildcard that points to a stranger': (f) =>
      f.dnsNode(f.domainZone, '*', { a: '192.0.2.66' }),
    'a proxy name that is an alias of a stranger': (f) =>
      f.dnsNode(f.domainZone, 'wpad', { cname: 'proxy.elsewhere.example' }),
    'capital letters': (f) => f.dnsNode(f.domainZone, 'WPAD', { a: '192.0.2.66' }),
  },
  clean: {
    'a proxy name with the address of a known server': (f) => {
      f.computer('PROXY1', { dNSHostName: 'proxy1.corp.example' })
      f.dnsNode(f.domainZone, 'proxy1', { a: '192.0.2.10' })
      f.dnsNode(f.domainZone, 'wpad', { a: '192.0.2.10' })
    },
    'another name': (f) => {
      f.dnsNode(f.domainZone, 'intranet', { a: '192.0.2.66' })
    },
  },
  notAssessed: {
    'a proxy name whose records are hidden': (f) => {
      f.withhold(f.dnsNode(f.domainZone, 'wpad', { a: '192.0.2.66' }), 'dnsRecord')
    },
  },
})
