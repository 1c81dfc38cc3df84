import { formatFileTime, uac, wellKnownSid } from '#directory'
import { type Ground, managedAccount, noRootKey, readersOf } from './ground.ts'
import type { Field } from './seed.ts'

const user = uac.normalAccount
const computer = uac.workstationTrustAccount
const controllerService = (g: Ground) => `cifs/${g.dc.name}`

/** Accounts, their passwords, Kerberos and delegation. */
export default {
  title: 'accounts',
  unseen: {
    'pwd-unix-attributes':
      'only administrators may read the attribute; its replication metadata tells that it was written twice, not what is in it',
    'svc-kds-root-key-acl': noRootKey,
  },

  seeds: {
    async 'acct-name-impersonation'(g) {
      const imitator = await g.computer('IMITATOR')
      await g.set(imitator, { dNSHostName: g.dc.name })
      return imitator
    },
    async 'acct-sidhistory-privileged'(g) {
      const migrated = await g.group('Migrated')
      await g.set(migrated, { sIDHistory: g.own(512) }, 'system')
      return migrated
    },
    async 'adcs-esc14-weak-mapping'(g) {
      const mapped = await g.user('mapped')
      await g.set(mapped, { altSecurityIdentities: 'X509:<I>DC=example,DC=corp,CN=CA<S>CN=mapped' })
      return mapped
    },
    async 'deleg-constrained-to-dc'(g) {
      const web = await g.computer('WEB')
      await g.set(web, { 'msDS-AllowedToDelegateTo': controllerService(g) })
      return web
    },
    async 'deleg-krbtgt'(g) {
      const proxy = await g.computer('PROXY')
      await g.set(proxy, { 'msDS-AllowedToDelegateTo': `krbtgt/${g.dc.domain}` })
      return {
        on: proxy,
        alsoCauses: { 'deleg-constrained-to-dc': proxy },
        because: 'the ticket-granting service is one of the controllers',
      }
    },
    async 'deleg-transition-to-dc'(g) {
      const portal = await g.computer('PORTAL')
      await g.set(portal, {
        userAccountControl: computer | uac.trustedToAuthForDelegation,
        'msDS-AllowedToDelegateTo': controllerService(g),
      })
      return {
        on: portal,
        alsoCauses: { 'deleg-constrained-to-dc': portal },
        because: 'protocol transition is constrained delegation, to a controller here',
      }
    },
    async 'deleg-unconstrained-computer'(g) {
      const files = await g.computer('FILES')
      await g.set(files, { userAccountControl: computer | uac.trustedForDelegation })
      return files
    },
    async 'deleg-unconstrained-user'(g) {
      const service = await g.user('svc-portal')
      await g.set(service, { userAccountControl: user | uac.trustedForDelegation })
      return service
    },
    async 'krb-asrep-user'(g) {
      const roastable = await g.user('roastable')
      await g.set(roastable, { userAccountControl: user | uac.preauthNotRequired })
      return roastable
    },
    async 'krb-des-enabled'(g) {
      const old = await g.user('svc-unix')
      await g.set(old, { userAccountControl: user | uac.useDesKeyOnly })
      return old
    },
    async 'pwd-in-text-attributes'(g) {
      const temporary = await g.user('temp')
      await g.set(temporary, { description: 'Temporary, password: Winter2026!' })
      return temporary
    },
    async 'pwd-not-required'(g) {
      const kiosk = await g.user('kiosk')
      await g.set(kiosk, { userAccountControl: user | uac.passwordNotRequired })
      return kiosk
    },
    async 'pwd-reversible-accounts'(g) {
      const readable = await g.user('svc-chap')
      await g.set(readable, { userAccountControl: user | uac.reversiblePassword })
      return readable
    },
    async 'pwd-unix-attributes'(g) {
      const posix = await g.user('posix')
      await g.set(posix, { unixUserPassword: 'ABCD!efgh12345$67890' })
      return posix
    },
    async 'stale-os-pre-vista'(g) {
      const xray = await g.computer('XRAY', { lastLogonTimestamp: formatFileTime(new Date()) })
      await g.set(xray, {
        operatingSystem: 'Windows XP Professional',
        operatingSystemVersion: '5.1 (2600)',
      })
      return xray
    },
    async 'stale-precreated-computers'(g) {
      const spare = await g.computer('SPARE')
      await g.set(spare, { userAccountControl: computer | uac.passwordNotRequired })
      return {
        on: spare,
        alsoCauses: { 'pwd-not-required': spare },
        because: 'tools that make computers in advance set this very flag',
      }
    },
    async 'svc-gmsa-readers-broad'(g) {
      const web = await managedAccount(g, 'gmsaWeb')
      await g.set(web, { 'msDS-GroupMSAMembership': readersOf(wellKnownSid.authenticatedUsers) })
      return web
    },
    async 'svc-user-spn'(g) {
      const service = await g.user('svc-sql')
      await g.set(service, { servicePrincipalName: `MSSQLSvc/sql.${g.dc.domain}:1433` })
      return service
    },
  },
} satisfies Field
