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
    'an empty store, left by an authority that is gone': (f) => {
      f.authority('CA1')
      f.remove(f.at(`CN=CA1,${f.enrollmentServices.dn}`))
      f.set(f.ntAuthCertificates, { cACertificate: new Uint8Array([0]) })
    },
  },
  notAssessed: {
    'the container of all out of sight': (f) => {
      f.remove(f.publicKeyServices)
    },
    'a store whose certificates could not be read': (f) => {
      f.authority('CA1')
      f.withhold(f.ntAuthCertificates, 'cACertificate')
    },
    'an authority whose certificate could not be read': (f) =>
      f.withhold(f.authority('CA1'), 'cACertificate'),
  },
})
