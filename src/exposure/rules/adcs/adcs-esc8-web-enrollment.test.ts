import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc8-web-enrollment.ts'

exposureTest(rule, {
  exposed: {
    'an endpoint without TLS': (f) => {
      const authority = f.authority('CA1')
      f.set(authority, { 'msPKI-Enrollment-Servers': ['1\n2\n0\nhttp://ca.corp.example/ces\n0'] })
      return authority
    },
    'an endpoint over TLS': (f) => {
      const authority = f.authority('CA1')
      f.set(authority, { 'msPKI-Enrollment-Servers': ['1\n4\n0\nhttps://ca.corp.example/ces\n0'] })
      return authority
    },
    'an endpoint by its address alone': (f) => {
      const authority = f.authority('CA1')
      f.set(authority, { 'msPKI-Enrollment-Servers': ['http://ca.corp.example/certsrv'] })
      return authority
    },
  },
  clean: {
    'an authority without endpoints': {
      'msPKI-Enrollment-Servers': [],
      dNSHostName: 'ca.corp.example',
    },
  },
})
