import { exposureTest } from '../../testing.ts'
import rule from './adcs-ntauth-unknown-ca.ts'

exposureTest(rule, {
  exposed: {
    'a certificate that no enrolment service has': (f) => {
      f.authority('CA1')
      f.append(f.ntAuthCertificates, 'cACertificate', new Uint8Array([0x30, 0]))
      return f.ntAuthCertificates
    },
  },
  clean: {
    'the certificates of two authorities': (f) => {
      f.authority('CA1')
      f.authority('CA2')
    },
  },
})
