import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './forest-adminsdexmask.ts'

const mask = (digit: string) => `000000000100000${digit}`

exposureTest(rule, {
  exposed: {
    'one group, and all of them': (f) => {
      f.set(f.directoryService, { dSHeuristics: mask('1') })
      return f.directoryService
    },
    'a hexadecimal digit': (f) => {
      f.set(f.directoryService, { dSHeuristics: mask('f') })
      return f.directoryService
    },
  },
  clean: {
    nothing: (f) => f.set(f.directoryService, { dSHeuristics: undefined }),
    '0 at its place, others at other places': (f) =>
      f.set(f.directoryService, { dSHeuristics: '0000002001000010001' }),
    'a string that ends before': (f) => f.set(f.directoryService, { dSHeuristics: '0000002' }),
  },
  notAssessed: {
    'settings that may not be read': (f) => f.remove(f.directoryService),
  },
})

test('forest-adminsdexmask names the groups that are left out', () => {
  const [found] = foundIn(rule, (f) => f.set(f.directoryService, { dSHeuristics: mask('9') }))
  assert.match(found?.says ?? '', /Account Operators and Backup Operators/)
})
