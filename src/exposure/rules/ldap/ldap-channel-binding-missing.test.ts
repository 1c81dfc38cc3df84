import { exposureTest } from '../../testing.ts'
import rule from './ldap-channel-binding-missing.ts'

exposureTest(rule, {
  exposed: {
    'one of two controllers': (f) => {
      f.controller('DC2')
      const [first] = f.controllers
      f.probe(first!, { channelBindingRequired: false })
      return first!
    },
    'a controller whose name another computer bears': (f) => {
      const [first] = f.controllers
      f.computer('IMITATOR', { dNSHostName: 'dc1.corp.example' })
      f.probe(first!, { channelBindingRequired: false })
      return first!
    },
  },
  clean: {},
  notAssessed: {
    'a controller that could not be tried': (f) => {
      f.probe(f.controllers[0]!, {
        channelBindingRequired: undefined,
        gaps: ['Port 389 is closed.'],
      })
    },
  },
})
