import { exposureTest } from '../../testing.ts'
import rule from './adcs-template-kdc-or-subca.ts'

const base = {
  'msPKI-Template-Schema-Version': 2,
  pKIExtendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
  'msPKI-Certificate-Application-Policy': ['1.3.6.1.5.5.7.3.1'],
}

exposureTest(rule, {
  exposed: {
    'a published template for authorities': (f) => {
      const template = f.template('Open', { ...base, flags: 0x80, enrollees: [f.domainUsers] })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'a published template for domain controllers': (f) => {
      const template = f.template('Open', {
        ...base,
        pKIExtendedKeyUsage: ['1.3.6.1.5.2.3.5'],
        'msPKI-Certificate-Application-Policy': ['1.3.6.1.5.2.3.5'],
        enrollees: [f.domainComputers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'one whose permissions a user may change': (f) => {
      const template = f.template('Open', { ...base, flags: 0x80, enrollees: [f.domainAdmins] })
      f.authority('CA1', { templates: [template] })
      f.grant(f.user('alice'), template, 'WD')
      return template
    },
  },
  clean: {
    'a published template for web servers': (f) => {
      f.authority('CA1', {
        templates: [f.template('Good', { ...base, enrollees: [f.domainUsers] })],
      })
    },
    'one that only administrators may enrol in': (f) => {
      f.authority('CA1', {
        templates: [f.template('Closed', { ...base, flags: 0x80, enrollees: [f.domainAdmins] })],
      })
    },
    'one that is not published': (f) => {
      f.template('Unpublished', { ...base, flags: 0x80, enrollees: [f.domainUsers] })
      f.authority('CA1', { templates: [] })
    },
    'the templates that an authority is born with': (f) => {
      f.authority('CA1', {
        templates: ['User', 'Machine', 'DomainController', 'KerberosAuthentication'],
      })
    },
  },
})
