import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc4.ts'

exposureTest(rule, {
  exposed: {
    'a template that a user controls': (f) => {
      const template = f.template('Web')
      f.grant(f.user('alice'), template, 'GA')
      return template
    },
    'a template that a user owns': (f) => {
      const template = f.template('Web')
      f.owner(template, f.user('alice'))
      return template
    },
    'one whose usage a group may write': (f) => {
      const template = f.template('Web')
      f.grant(f.group('PKI helpers'), template, 'WP', 'pKIExtendedKeyUsage')
      return template
    },
    'one whose every property Authenticated Users may write': (f) => {
      const template = f.template('Web')
      f.grant('S-1-5-11', template, 'WP')
      return template
    },
  },
  clean: {
    'one that a user may only read and enrol in': (f) => {
      const template = f.template('Web', { enrollees: [f.domainUsers] })
      f.grant(f.user('alice'), template, 'RPRC')
    },
    'one whose display name a user may write': (f) => {
      f.grant(f.user('alice'), f.template('Web'), 'WP', 'displayName')
    },
    'one whose permission only children would inherit': (f) => {
      f.grant(f.user('alice'), f.template('Web'), 'GA', undefined, { inheritOnly: true })
    },
    'the templates that an authority is born with': (f) => {
      f.authority('CA1')
    },
  },
})
