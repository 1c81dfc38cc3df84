import { exposureTest } from '../../testing.ts'
import rule from './ldap-anonymous-heuristic.ts'

exposureTest(rule, {
  exposed: {
    'the character set': (f) => {
      f.set(f.directoryService, { dSHeuristics: '0000002' })
      return f.directoryService
    },
    'the character set among others': (f) => {
      f.set(f.directoryService, { dSHeuristics: '0000002001' })
      return f.directoryService
    },
  },
  clean: {
    'another value': (f) => {
      f.set(f.directoryService, { dSHeuristics: '0000001' })
    },
    'list object mode': (f) => {
      f.set(f.directoryService, { dSHeuristics: '001' })
    },
  },
  notAssessed: {
    'the settings hidden': (f) => {
      f.remove(f.directoryService)
    },
  },
})
