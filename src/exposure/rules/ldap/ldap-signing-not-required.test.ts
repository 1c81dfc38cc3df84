import { exposureTest } from '../../testing.ts'
import rule from './ldap-signing-not-required.ts'

exposureTest(rule, {
  exposed: {
    'one of two controllers': (f) => {
      f.controller('DC2')
      const [first] = f.controllers
      f.probe(first!, { signingRequired: false })
      return first!
    },
  },
  clean: {},
  notAssessed: {
    'a controller that could not be tried': (f) => {
      f.probe(f.controllers[0]!, { signingRequired: undefined, gaps: ['Port 389 is closed.'] })
    },
  },
})
