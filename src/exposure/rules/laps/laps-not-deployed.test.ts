import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ForestBuilder, rid, uac } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './laps-not-deployed.ts'

const never = { 'msLAPS-PasswordExpirationTime': undefined }

/** Passwords in an attribute of another name. */
function addVariant(f: ForestBuilder): void {
  f.object(`CN=ms-Acme-AdmPwd,${f.schemaDn}`, ['top', 'attributeSchema'], {
    lDAPDisplayName: 'ms-Acme-AdmPwd',
    attributeID: '1.2.840.113556.1.8000.2554.9',
    attributeSyntax: '2.5.5.5',
    oMSyntax: 19,
    schemaIDGUID: '5a1f0a00-0001-4c1a-9b00-0000000000aa',
    searchFlags: 904,
  })
}

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
  notAssessed: {
    'a variant whose expiration nobody asked for': (f) => {
      addVariant(f)
      f.computer('PC1', never)
    },
  },
})

suite('where the schema has no place for passwords', () => {
  function found(prepare: (forest: ForestBuilder) => void) {
    const forest = new ForestBuilder()
    prepare(forest)
    for (const name of ['ms-Mcs-AdmPwd', 'msLAPS-Password', 'msLAPS-EncryptedPassword'])
      forest.remove(forest.at(`CN=${name},${forest.schemaDn}`))
    const [finding] = assess(forest.build(), [rule], forest.now).findings
    return finding?.objects.map(({ says, severity }) => `${severity}: ${says}`)
  }

  test('it says so', () => {
    assert.deepEqual(
      found((f) => f.computer('PC1', never)),
      [
        'high: Local administrator passwords of 1 computer in corp.example are not managed: the schema has no attribute for them',
      ],
    )
  })

  test('it is of little weight as long as no computer needs it', () => {
    assert.match(found(() => {})?.[0] ?? '', /^low: corp\.example has no solution/)
  })
})
