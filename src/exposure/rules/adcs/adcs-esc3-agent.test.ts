import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc3-agent.ts'

const base = { 'msPKI-Template-Schema-Version': 2, 'msPKI-Certificate-Name-Flag': 0x200_0000 }

exposureTest(rule, {
  exposed: {
    'a published template for enrolment agents': (f) => {
      const template = f.template('Open', {
        ...base,
        pKIExtendedKeyUsage: ['1.3.6.1.4.1.311.20.2.1'],
        'msPKI-Certificate-Application-Policy': ['1.3.6.1.4.1.311.20.2.1'],
        enrollees: [f.domainUsers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'a published template whose application policies say so': (f) => {
      const template = f.template('Open', {
        ...base,
        pKIExtendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
        'msPKI-Certificate-Application-Policy': ['1.3.6.1.4.1.311.20.2.1'],
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
            pKIExtendedKeyUsage: ['1.3.6.1.4.1.311.20.2.1'],
            'msPKI-Certificate-Application-Policy': ['1.3.6.1.4.1.311.20.2.1'],
            enrollees: [f.domainAdmins],
          }),
        ],
      })
    },
    'one that is not published': (f) => {
      f.template('Unpublished', {
        ...base,
        pKIExtendedKeyUsage: ['1.3.6.1.4.1.311.20.2.1'],
        'msPKI-Certificate-Application-Policy': ['1.3.6.1.4.1.311.20.2.1'],
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
