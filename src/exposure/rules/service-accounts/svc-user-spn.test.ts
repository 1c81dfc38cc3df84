import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FriendlyAttributes } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './svc-user-spn.ts'

const now = new Date('2026-01-15T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
const service = {
  sAMAccountName: 'svc_sql',
  objectSid: 'S-1-5-21-1-2-3-1104',
  userAccountControl: 0x1_0200,
  servicePrincipalName: ['MSSQLSvc/sql1:1433'],
  pwdLastSet: daysAgo(10),
  'msDS-SupportedEncryptionTypes': 0x18,
}

exposureTest(rule, {
  exposed: {
    'a service account with AES only': service,
    'one with RC4': { ...service, 'msDS-SupportedEncryptionTypes': undefined },
    'a user of a forest': (f) => f.user('svc_web', { servicePrincipalName: ['HTTP/web1'] }),
  },
  clean: {
    'a user without services': { ...service, servicePrincipalName: [] },
    'a disabled one': { ...service, userAccountControl: 0x1_0202 },
    krbtgt: { ...service, objectSid: 'S-1-5-21-1-2-3-502' },
    'a managed account and a computer': (f) => {
      f.managedAccount('gmsaApp', { servicePrincipalName: ['HTTP/app1'] })
      f.computer('WEB1', { servicePrincipalName: ['HTTP/web1'] })
    },
  },
})

suite('svc-user-spn', () => {
  const severityOf = (change: FriendlyAttributes) =>
    foundIn(rule, (f) => {
      f.user('svc_sql', {
        servicePrincipalName: 'MSSQLSvc/sql1:1433',
        'msDS-SupportedEncryptionTypes': 0x18,
        ...change,
      })
    })[0]?.severity

  test('is medium with a young password and AES only, high with an old one or RC4', () => {
    assert.equal(severityOf({}), 'medium')
    assert.equal(severityOf({ pwdLastSet: daysAgo(365) }), 'medium')
    assert.equal(severityOf({ pwdLastSet: daysAgo(366) }), 'high')
    assert.equal(severityOf({ 'msDS-SupportedEncryptionTypes': 0x1c }), 'high')
    assert.equal(severityOf({ 'msDS-SupportedEncryptionTypes': 0 }), 'high')
  })

  test('says how old the password is', () => {
    const ages = [0.5, 1.5, 40].map(
      (days) =>
        foundIn(
          rule,
          (f) =>
            void f.user('svc_web', {
              servicePrincipalName: 'HTTP/web',
              pwdLastSet: f.daysAgo(days),
            }),
        )[0]?.says,
    )
    assert.deepEqual(ages, [
      'svc_web runs HTTP/web with a password less than a day old, RC4 allowed',
      'svc_web runs HTTP/web with a password 1 day old, RC4 allowed',
      'svc_web runs HTTP/web with a password 40 days old, RC4 allowed',
    ])
  })

  test('says which of them lead to Tier Zero', () => {
    const [found, admin] = foundIn(rule, (f) => {
      const operator = f.user('svc_ops', { servicePrincipalName: 'HTTP/ops' })
      f.grant(operator, f.domainAdmins, 'WP', 'member')
      f.addTo(f.domainAdmins, f.user('adm_sql', { servicePrincipalName: 'MSSQLSvc/sql1' }))
    })
    assert.match(found?.says ?? '', /; it controls an object of Tier Zero$/)
    assert.match(admin?.says ?? '', /; it is of Tier Zero$/)
  })
})
