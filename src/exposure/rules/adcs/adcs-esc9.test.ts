import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc9.ts'

const base = {
  'msPKI-Template-Schema-Version': 2,
  'msPKI-Certificate-Name-Flag': 0x200_0000,
  pKIExtendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  'msPKI-Certificate-Application-Policy': ['1.3.6.1.5.5.7.3.2'],
}

exposureTest(rule, {
  exposed: {
    'a published template that leaves the security extension out': (f) => {
      const template = f.template('Open', {
        ...base,
        'msPKI-Enrollment-Flag': 0x8_0000,
        enrollees: [f.domainUsers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'a published template that does so and needs approval': (f) => {
      const template = f.template('Open', {
        ...base,
        'msPKI-Enrollment-Flag': 0x8_0002,
        enrollees: [f.domainComputers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
  },
  clean: {
    'a published template that has the extension': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Good', {
            ...base,
            'msPKI-Enrollment-Flag': 0x20,
            enrollees: [f.domainUsers],
          }),
        ],
      })
    },
    'one that only administrators may enrol in': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Closed', {
            ...base,
            'msPKI-Enrollment-Flag': 0x8_0000,
            enrollees: [f.domainAdmins],
          }),
        ],
      })
    },
    'one that is not published': (f) => {
      f.template('Unpublished', {
        ...base,
        'msPKI-Enrollment-Flag': 0x8_0000,
        enrollees: [f.domainUsers],
      })
      f.authority('CA1', { templates: [] })
    },
    'the templates that an authority is born with': (f) => {
      f.authority('CA1', {
        templates: ['User', 'Machine', 'DomainController', 'KerberosAuthentication'],
      })
    },
  },
})
