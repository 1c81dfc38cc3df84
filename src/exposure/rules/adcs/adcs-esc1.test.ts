import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc1.ts'

const suppliesSubject = {
  'msPKI-Certificate-Name-Flag': 1,
  'msPKI-Enrollment-Flag': 0,
  'msPKI-RA-Signature': 0,
  'msPKI-Template-Schema-Version': 2,
  pKIExtendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  'msPKI-Certificate-Application-Policy': ['1.3.6.1.5.5.7.3.2'],
}

/** Permissions of an authority that let in these, and administrators. */
function enrolOnly(...aces: readonly string[]): string {
  return `O:EAG:EAD:P${aces.map((ace) => `(${ace})`).join('')}(A;;GA;;;EA)(A;;RPLCLORC;;;AU)`
}

exposureTest(rule, {
  exposed: {
    'a published template that any user may enrol in': (f) => {
      const template = f.template('Web', { ...suppliesSubject, enrollees: [f.domainUsers] })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'one for any purpose, with the alternative name supplied': (f) => {
      const template = f.template('Any', {
        ...suppliesSubject,
        'msPKI-Certificate-Name-Flag': 0x1_0000,
        pKIExtendedKeyUsage: [],
        'msPKI-Certificate-Application-Policy': [],
        enrollees: [f.domainUsers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'one where a single user holds all extended rights': (f) => {
      const template = f.template('Web', suppliesSubject)
      f.grant(f.user('alice'), template, 'CR')
      f.authority('CA1', { templates: [template] })
      return template
    },
    'a version 1 template, whose enrolment agent signatures are ignored': (f) => {
      const template = f.template('Old', {
        ...suppliesSubject,
        'msPKI-Template-Schema-Version': 1,
        'msPKI-RA-Signature': 1,
        enrollees: [f.domainUsers],
      })
      f.authority('CA1', { templates: [template] })
      return template
    },
    'one that more may enrol in than the authority lets in': (f) => {
      const template = f.template('Web', { ...suppliesSubject, enrollees: [f.domainUsers] })
      const few = f.group('few')
      f.addTo(few, f.user('alice'))
      f.descriptor(f.authority('CA1', { templates: [template] }), enrolOnly(`A;;CR;;;${few.sid}`))
      return template
    },
    'one whose enrollees the authority lets in by their primary group': (f) => {
      const few = f.group('few')
      f.addTo(few, f.user('alice'))
      const template = f.template('Web', { ...suppliesSubject, enrollees: [few] })
      f.descriptor(f.authority('CA1', { templates: [template] }), enrolOnly('A;;CR;;;DU'))
      return template
    },
  },
  clean: {
    'one whose enrollees the authority refuses': (f) => {
      const template = f.template('Web', { ...suppliesSubject, enrollees: [f.domainUsers] })
      const authority = f.authority('CA1', { templates: [template] })
      f.descriptor(authority, enrolOnly('D;;CR;;;DU', 'A;;CR;;;AU'))
    },
    'one whose enrollees are not those the authority lets in': (f) => {
      const [few, others] = [f.group('few'), f.group('others')]
      f.addTo(few, f.user('alice'))
      f.addTo(others, f.user('bob'))
      const template = f.template('Web', { ...suppliesSubject, enrollees: [few] })
      const authority = f.authority('CA1', { templates: [template] })
      f.descriptor(authority, enrolOnly(`A;;CR;;;${others.sid}`))
    },
    'one that no authority publishes': (f) => {
      f.template('Web', { ...suppliesSubject, enrollees: [f.domainUsers] })
      f.authority('CA1', { templates: [] })
    },
    'one that a manager must approve': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Web', {
            ...suppliesSubject,
            'msPKI-Enrollment-Flag': 2,
            enrollees: [f.domainUsers],
          }),
        ],
      })
    },
    'one that an enrolment agent must sign': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Web', {
            ...suppliesSubject,
            'msPKI-RA-Signature': 1,
            enrollees: [f.domainUsers],
          }),
        ],
      })
    },
    'one that nobody can sign in with': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Web', {
            ...suppliesSubject,
            'msPKI-Certificate-Application-Policy': ['1.3.6.1.5.5.7.3.1'],
            enrollees: [f.domainUsers],
          }),
        ],
      })
    },
    'one whose subject comes from the directory': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Web', {
            ...suppliesSubject,
            'msPKI-Certificate-Name-Flag': 0x200_0000,
            enrollees: [f.domainUsers],
          }),
        ],
      })
    },
    'one that only administrators may enrol in': (f) => {
      f.authority('CA1', {
        templates: [
          f.template('Web', { ...suppliesSubject, enrollees: [f.domainAdmins, f.administrator] }),
        ],
      })
    },
    'one whose enrollees are denied': (f) => {
      const template = f.template('Web', { ...suppliesSubject, enrollees: [f.domainUsers] })
      f.deny(f.domainUsers, template, 'CR', 'Certificate-Enrollment')
      f.authority('CA1', { templates: [template] })
    },
    'one of an authority that lets only administrators enrol': (f) => {
      const template = f.template('Web', { ...suppliesSubject, enrollees: [f.domainUsers] })
      const authority = f.authority('CA1', { templates: [template] })
      f.descriptor(
        authority,
        `O:EAD:P(A;;GA;;;DA)(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;DA)`,
      )
    },
    'one of an authority that is not in NTAuth': (f) => {
      f.authority('CA1', {
        templates: [f.template('Web', { ...suppliesSubject, enrollees: [f.domainUsers] })],
      })
      f.set(f.ntAuthCertificates, { cACertificate: [new Uint8Array([1])] })
    },
  },
})
