import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder, rid, uac } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './laps-not-deployed.ts'

const never = { 'msLAPS-PasswordExpirationTime': undefined }

exposureTest(rule, {
  exposed: {
    'computers none of which ever stored a password': (f) => {
      for (const name of ['PC1', 'PC2']) f.computer(name, never)
      return f.head
    },
    'one domain of two': (f) => {
      f.computer('PC1')
      const child = f.childDomain('emea')
      child.computer('PC2', never)
      return child.head
    },
    'a computer that does not say what it runs': (f) => {
      f.computer('PC1', { ...never, operatingSystem: undefined })
      return f.head
    },
  },
  clean: {
    'a computer with a password': (f) => {
      f.computer('PC1', never)
      f.computer('PC2')
    },
    'the older solution': (f) =>
      void f.computer('PC1', { ...never, 'ms-Mcs-AdmPwdExpirationTime': f.daysAgo(-3) }),
    'other systems': (f) => void f.computer('NAS1', { ...never, operatingSystem: 'Samba' }),
    'disabled computers': (f) =>
      void f.computer('PC1', {
        ...never,
        userAccountControl: uac.workstationTrustAccount | uac.disabled,
      }),
    'domain controllers': (f) => f.set(f.controllers[0]!, never),
    'accounts by which Entra ID issues tickets': (f) => {
      f.computer('AZUREADSSOACC', { ...never, operatingSystem: undefined })
      f.computer('AzureADKerberos', {
        ...never,
        operatingSystem: undefined,
        primaryGroupID: rid.readOnlyControllers,
        userAccountControl: uac.workstationTrustAccount | uac.partialSecretsAccount,
      })
    },
    'managed accounts': (f) => void f.managedAccount('svc'),
  },
})

test('it says when the schema has no place for passwords', () => {
  const forest = new ForestBuilder()
  forest.computer('PC1', never)
  for (const name of ['ms-Mcs-AdmPwd', 'msLAPS-Password', 'msLAPS-EncryptedPassword']) {
    const attribute =
      forest.findAt(`CN=${name},${forest.schemaDn}`) ??
      forest.findAt(`CN=${name.replace('msLAPS', 'ms-LAPS')},${forest.schemaDn}`)
    if (attribute !== undefined) forest.remove(attribute)
  }
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  assert.equal(
    finding?.objects[0]?.says,
    'Local administrator passwords of 1 computer in corp.example are not managed: the schema has no attribute for them',
  )
})
