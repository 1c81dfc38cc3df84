import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc15.ts'

const base = {
  'msPKI-Template-Schema-Version': 1,
  pKIExtendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
  'msPKI-Enrollment-Flag': 0,
}

exposureTest(rule, {
  exposed: {
    'a published template of version 1 whose subject is supplied': (f) => {
      const template = f.template('Open', {
        ...base,
        'msPKI-Certificate-Name-Flag': 1,
        enrollees: [f.domainUsers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'a published template without a version, which is 1': (f) => {
      const template = f.template('Open', {
        ...base,
        'msPKI-Template-Schema-Version': undefined,
        'msPKI-Certificate-Name-Flag': 1,
        enrollees: [f.domainComputers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
  },
  clean: {
    'a published template of version 2': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Good', {
            ...base,
            'msPKI-Template-Schema-Version': 2,
            'msPKI-Certificate-Name-Flag': 1,
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
            'msPKI-Certificate-Name-Flag': 1,
            enrollees: [f.domainAdmins],
          }),
        ],
      })
    },
    'one that is not published': (f) => {
      f.template('Unpublished', {
        ...base,
        'msPKI-Certificate-Name-Flag': 1,
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
