import { exposureTest } from '../../testing.ts'
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
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

suite('svc-user-spn severity', () => {
  const severityOf = (change: object) => {
    const hit = rule.check({ id: -1, ...service, ...change }, {
      daysSince: (time: Date | undefined) =>
        time === undefined ? undefined : (now.getTime() - time.getTime()) / 86_400_000,
    } as never)
    return hit !== undefined && 'says' in hit ? hit.severity : undefined
  }
  test('is medium with a young password and AES only, high with an old one or RC4', () => {
    assert.equal(severityOf({}), 'medium')
    assert.equal(severityOf({ pwdLastSet: daysAgo(400) }), 'high')
    assert.equal(severityOf({ 'msDS-SupportedEncryptionTypes': 0x1c }), 'high')
    assert.equal(severityOf({ 'msDS-SupportedEncryptionTypes': 0 }), 'high')
  })
})
