import { exposureTest } from '../../testing.ts'
import rule from './ldap-anonymous-nspi.ts'

exposureTest(rule, {
  exposed: {
    'the character set': (f) => {
      f.set(f.directoryService, { dSHeuristics: '00000001' })
      return f.directoryService
    },
    'the character set among others': (f) => {
      f.set(f.directoryService, { dSHeuristics: '0000000101' })
      return f.directoryService
    },
  },
  clean: {
    'another value': (f) => {
      f.set(f.directoryService, { dSHeuristics: '0000000' })
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
