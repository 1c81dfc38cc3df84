import { exposureTest } from '../../testing.ts'
import rule from './acct-machine-account-quota.ts'

exposureTest(rule, {
  exposed: {
    'the default of ten': (f) => {
      f.set(f.head, { 'ms-DS-MachineAccountQuota': 10 })
      return f.head
    },
    'nothing set, which is ten': (f) => {
      f.set(f.head, { 'ms-DS-MachineAccountQuota': undefined })
      return f.head
    },
  },
  clean: {
    'a quota of none': (f) => {
      f.set(f.head, { 'ms-DS-MachineAccountQuota': 0 })
    },
  },
})
