import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc5.ts'

exposureTest(rule, {
  exposed: {
    'an authority whose templates a user may publish': (f) => {
      const authority = f.authority('CA1')
      f.grant(f.user('alice'), authority, 'WP', 'certificateTemplates')
      return authority
    },
    'a container in which a user may create objects': (f) => {
      f.grant(f.user('alice'), f.certificateTemplates, 'CC')
      return f.certificateTemplates
    },
    'the container of all, owned by a user': (f) => {
      f.owner(f.publicKeyServices, f.user('alice'))
      return f.publicKeyServices
    },
    'templates that Cert Publishers may create': (f) => {
      f.grant(f.rid(517), f.certificateTemplates, 'CC')
      return f.certificateTemplates
    },
  },
  notAssessed: {
    'the container out of sight': (f) => {
      f.remove(f.publicKeyServices)
    },
  },
  clean: {
    'an authority with its defaults': (f) => {
      f.authority('CA1', { templates: ['User'] })
    },
    'revocation lists that Cert Publishers control by design': (f) => {
      f.grant(f.rid(517), f.at(`CN=CDP,${f.publicKeyServices.dn}`), 'GA')
    },
    'a template that a user controls, which is another exposure': (f) => {
      f.grant(f.user('alice'), f.template('Web'), 'GA')
    },
    'NTAuth that a user controls, which is another exposure': (f) => {
      f.authority('CA1')
      f.grant(f.user('alice'), f.ntAuthCertificates, 'GA')
    },
  },
})
