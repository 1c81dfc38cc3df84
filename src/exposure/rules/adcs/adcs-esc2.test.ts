import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc2.ts'

const base = { 'msPKI-Template-Schema-Version': 2, 'msPKI-Certificate-Name-Flag': 0x200_0000 }

exposureTest(rule, {
  exposed: {
    'a published template usable for any purpose by name': (f) => {
      const template = f.template('Open', {
        ...base,
        pKIExtendedKeyUsage: ['2.5.29.37.0'],
        'msPKI-Certificate-Application-Policy': ['2.5.29.37.0'],
        enrollees: [f.domainUsers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'a published template with no usage at all, which means any': (f) => {
      const template = f.template('Open', {
        ...base,
        pKIExtendedKeyUsage: [],
        'msPKI-Certificate-Application-Policy': [],
        enrollees: [f.domainComputers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
  },
  clean: {
    'a published template for client authentication': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Good', {
            ...base,
            pKIExtendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
            'msPKI-Certificate-Application-Policy': ['1.3.6.1.5.5.7.3.2'],
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
            pKIExtendedKeyUsage: ['2.5.29.37.0'],
            'msPKI-Certificate-Application-Policy': ['2.5.29.37.0'],
            enrollees: [f.domainAdmins],
          }),
        ],
      })
    },
    'one that is not published': (f) => {
      f.template('Unpublished', {
        ...base,
        pKIExtendedKeyUsage: ['2.5.29.37.0'],
        'msPKI-Certificate-Application-Policy': ['2.5.29.37.0'],
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
