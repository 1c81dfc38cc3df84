import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ForestBuilder, FriendlyAttributes } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './dc-rogue-registration.ts'

const register = (f: ForestBuilder, name: string, attributes: FriendlyAttributes) => {
  const server = f.object(
    `CN=${name},CN=Servers,${f.defaultSite.dn}`,
    ['top', 'server'],
    attributes,
  )
  f.object(`CN=NTDS Settings,${server.dn}`, ['top', 'applicationSettings', 'nTDSDSA'])
  return server
}

const leftOver = (f: ForestBuilder, attributes: FriendlyAttributes) =>
  f.object(`CN=OLD,CN=Servers,${f.defaultSite.dn}`, ['top', 'server'], attributes)

const severityOf = (build: (f: ForestBuilder) => void) => foundIn(rule, build)[0]?.severity

exposureTest(rule, {
  exposed: {
    'a computer with the service names of a controller': (f) => [
      f.computer('APP1', {
        servicePrincipalName: [
          'HOST/app1',
          'e3514235-4b06-11d1-ab04-00c04fc2dcd2/0815/corp.example',
        ],
      }),
      f.computer('APP2', { servicePrincipalName: 'GC/app2.corp.example/corp.example' }),
    ],
    'a server object with NTDS Settings for a member server, and for a user': (f) => [
      register(f, 'APP1', { serverReference: f.computer('APP1') }),
      register(f, 'EVE', { serverReference: f.user('eve') }),
    ],
    'a server object with NTDS Settings for nobody': (f) => register(f, 'GONE', {}),
    'a server object without NTDS Settings for a member server': (f) =>
      leftOver(f, { serverReference: f.computer('OLD') }),
  },
  clean: {
    'controllers of all kinds and domains': (f) => {
      f.controller('DC2')
      f.rodc('RODC1')
      f.childDomain('emea')
    },
    'a server object that refers to nobody': (f) => void leftOver(f, {}),
    'other service names': (f) =>
      void f.computer('WEB1', { servicePrincipalName: ['HTTP/gc/x', 'GCX/web1'] }),
  },
  notAssessed: {
    'a controller whose flags may not be read': (f) =>
      f.withhold(f.controllers[0]!, 'userAccountControl'),
    'a server object whose account may not be read': (f) =>
      void register(f, 'DC7', {
        serverReference: `CN=DC7,OU=Domain Controllers,DC=other,DC=example`,
      }),
  },
})

test('dc-rogue-registration is critical for a false controller and medium for what is left of one', () => {
  assert.equal(
    severityOf((f) => register(f, 'APP1', { serverReference: f.computer('APP1') })),
    'critical',
  )
  assert.equal(
    severityOf((f) => register(f, 'GONE', {})),
    'medium',
  )
  assert.equal(
    severityOf((f) => leftOver(f, { serverReference: f.computer('OLD') })),
    'medium',
  )
})
