import { exposureTest } from '../../testing.ts'
import rule from './forest-functional-level-unsupported.ts'

exposureTest(rule, {
  exposed: {
    'a domain at 2008': (f) => {
      f.set(f.head, { 'msDS-Behavior-Version': 3 })
      return f.head
    },
    'a child at 2003 in a forest at 2000': (f) => {
      const child = f.childDomain('emea')
      child.set(child.head, { 'msDS-Behavior-Version': 2 })
      f.set(f.partitions, { 'msDS-Behavior-Version': 0 })
      return [child.head, f.partitions]
    },
    'a child that says nothing, which means 2000': (f) => {
      const child = f.childDomain('emea')
      f.set(child.head, { 'msDS-Behavior-Version': undefined })
      return child.head
    },
  },
  clean: {
    '2008 R2': (f) => {
      f.set(f.head, { 'msDS-Behavior-Version': 4 })
      f.set(f.partitions, { 'msDS-Behavior-Version': 4 })
    },
    'what only rootDSE tells': (f) => {
      f.set(f.head, { 'msDS-Behavior-Version': undefined })
      f.set(f.partitions, { 'msDS-Behavior-Version': undefined })
    },
  },
})
