import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder, type FriendlyAttributes, type TestObject } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './exch-server-obsolete.ts'

function server(f: ForestBuilder, attributes: FriendlyAttributes): TestObject {
  return f.object(
    `CN=MAIL1,${f.services.dn}`,
    ['top', 'server', 'msExchExchangeServer'],
    attributes,
  )
}

const current = () => new ForestBuilder({ now: new Date(Date.UTC(2025, 9, 15)) })

exposureTest(rule, {
  exposed: {
    '2010': (f) => server(f, { serialNumber: 'Version 14.3 (Build 30123.4)' }),
    '2013': (f) => server(f, { serialNumber: 'Version 15.0 (Build 31497.2)' }),
    '2016': (f) => server(f, { serialNumber: 'Version 15.1 (Build 32507.6)' }),
    '2019': (f) => server(f, { serialNumber: 'Version 15.2 (Build 31544.4)' }),
    '2016 by its packed number': (f) =>
      server(f, { versionNumber: (7 << 28) | (15 << 22) | (1 << 16) | 0x8000 | 2507 }),
  },
  clean: {
    'Subscription Edition': (f) =>
      void server(f, { serialNumber: 'Version 15.2 (Build 32562.17)' }),
    'Subscription Edition with the build as it is': (f) =>
      void server(f, { serialNumber: 'Version 15.2 (Build 2562.17)' }),
    'a version yet to come': (f) =>
      void server(f, { serialNumber: 'Version 16.0 (Build 30001.0)' }),
  },
  notAssessed: { 'no version': (f) => void server(f, {}) },
})

const foundOn = (forest: ForestBuilder, now: Date) => {
  server(forest, { serialNumber: 'Version 15.2 (Build 31544.4)' })
  return assess(forest.build(), [rule], now).findings.length
}

test('2019 is supported until the end of 14 October 2025', () => {
  assert.equal(foundOn(current(), new Date(Date.UTC(2025, 9, 14, 23, 59))), 0)
  assert.equal(foundOn(current(), new Date(Date.UTC(2025, 9, 15))), 1)
})
