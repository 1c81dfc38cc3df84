import type { ForestBuilder } from '#directory'
import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './krb-kerberoast-admin.ts'

const day = 86_400_000
const admin = (f: ForestBuilder, attributes: object = {}) => {
  const user = f.user('svcSql', {
    servicePrincipalName: 'MSSQLSvc/db1:1433',
    'msDS-SupportedEncryptionTypes': 0x18,
    pwdLastSet: f.daysAgo(10),
    ...attributes,
  })
  f.addTo(f.domainAdmins, user)
  return user
}
const policy = (f: ForestBuilder, attributes: object = {}) =>
  void f.passwordSettings('Long', {
    appliesTo: [f.domainAdmins],
    'msDS-MinimumPasswordLength': 33,
    'msDS-MaximumPasswordAge': 365 * day,
    whenCreated: f.daysAgo(100),
    ...attributes,
  })

exposureTest(rule, {
  exposed: {
    'an administrator that serves something': (f) => admin(f),
    'one under settings for long passwords that accepts RC4': (f) => {
      policy(f)
      return admin(f, { 'msDS-SupportedEncryptionTypes': 0x1c })
    },
    'one that says nothing about encryption': (f) => {
      policy(f)
      return admin(f, { 'msDS-SupportedEncryptionTypes': undefined })
    },
    'one with AES only, under settings that may not be read': (f) => {
      f.set(f.domainAdmins, { 'msDS-PSOApplied': `CN=Hidden,${f.passwordSettingsContainer.dn}` })
      f.remove(f.passwordSettingsContainer)
      return admin(f)
    },
    'one whose password is older than the settings': (f) => {
      policy(f)
      return admin(f, { pwdLastSet: f.daysAgo(101) })
    },
    'one under settings that ask for 32 characters': (f) => {
      policy(f, { 'msDS-MinimumPasswordLength': 32 })
      return admin(f)
    },
    'one whose password need not change for four years': (f) => {
      policy(f, { 'msDS-MaximumPasswordAge': 1460 * day })
      return admin(f)
    },
  },
  clean: {
    'one with AES only and a password as long as settings made it': (f) => {
      policy(f)
      admin(f)
    },
    'an ordinary service account': (f) =>
      void f.user('svcWeb', { servicePrincipalName: 'HTTP/web' }),
    'a disabled one': (f) =>
      void admin(f, { userAccountControl: uac.normalAccount | uac.disabled }),
    'an administrator that serves nothing': (f) =>
      void admin(f, { servicePrincipalName: undefined }),
    'a managed account': (f) =>
      f.addTo(f.domainAdmins, f.managedAccount('gmsa', { servicePrincipalName: 'HTTP/web' })),
    krbtgt: (f) => f.set(f.krbtgt, { userAccountControl: uac.normalAccount }),
  },
})
