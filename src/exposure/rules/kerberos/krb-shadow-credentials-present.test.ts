import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ForestBuilder, TestObject } from '#directory'
import { formatDnWithBinary } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './krb-shadow-credentials-present.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))
const plain = `
  00020000              # version
  0100 04 01            # KeyUsage: NGC
  0100 05 00            # KeySource: AD
  0800 09 00283ed4503eda01`
const customized = plain.replace('0800 09', '0200 07 0100 0800 09')
const ofHello = `
  00020000
  0100 04 01
  0100 05 01            # KeySource: Entra ID
  1000 06 abf99eb23cf34f4f97cbb5c3c1d93b0c`

const give = <T extends TestObject>(
  f: ForestBuilder,
  account: T,
  ...keys: readonly string[]
): T => {
  f.set(account, {
    'msDS-KeyCredentialLink': keys.map((key) =>
      formatDnWithBinary({ binary: hex(key), dn: account.dn }),
    ),
  })
  return account
}
const register = (f: ForestBuilder) => {
  const configuration = f.container('Device Registration Configuration', { in: f.services })
  f.object(`CN=62a0ff2e-97b9-4513-943f-0d221bd30080,${configuration.dn}`, [
    'top',
    'leaf',
    'connectionPoint',
    'serviceConnectionPoint',
  ])
}

exposureTest(rule, {
  exposed: {
    'a user where nothing registers devices': (f) => give(f, f.user('bob'), ofHello),
    'an administrator, even where devices are registered': (f) => {
      register(f)
      f.addTo(f.domainAdmins, f.user('ada'))
      return give(f, f.at('CN=ada,CN=Users'), ofHello)
    },
    'a controller, even with a plain key': (f) => give(f, f.controllers[0]!, plain),
    "a computer with a key of a user's form, with two keys, with one of no known form": (f) => [
      give(f, f.computer('PC1'), customized),
      give(f, f.computer('PC2'), plain, plain.replace('eda01', 'eda02')),
      give(f, f.computer('PC3'), '00010000'),
    ],
    'a managed account with a key from Entra ID': (f) => give(f, f.managedAccount('gmsa'), ofHello),
  },
  clean: {
    'a computer with the key it wrote itself': (f) => void give(f, f.computer('PC1'), plain),
    'a user where devices are registered': (f) => {
      register(f)
      give(f, f.user('bob'), ofHello)
    },
    'accounts without keys': (f) => void f.user('bob'),
  },
  notAssessed: {
    'a user, and a configuration that was not read': (f) => {
      give(f, f.user('bob'), ofHello)
      f.without('ldap-config')
    },
    'a value in no known syntax': (f) =>
      f.set(f.user('bob'), { 'msDS-KeyCredentialLink': 'B:1:Z:CN=bob' }),
  },
})

test('krb-shadow-credentials-present tells who keeps the key, its device and when it was made', () => {
  const [entra] = foundIn(rule, (f) => give(f, f.user('bob'), ofHello))
  const [ad] = foundIn(rule, (f) => give(f, f.user('bob'), plain))
  assert.deepEqual(entra?.evidence, {
    keys: [
      {
        source: 'entra',
        usage: 'ngc',
        deviceId: 'b29ef9ab-f33c-4f4f-97cb-b5c3c1d93b0c',
        created: null,
      },
    ],
  })
  assert.deepEqual(ad?.evidence, {
    keys: [{ source: 'ad', usage: 'ngc', deviceId: null, created: '2024-01-03T14:26:24.000Z' }],
  })
})
