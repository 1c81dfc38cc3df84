import { encryptionTypes, uac } from '#directory'
import type { Planter } from '../plant.ts'
import { admin, clerk, ou, server, serviceAccount } from './places.ts'

const enabled = uac.normalAccount

/** What accounts, their keys and passwords give away. */
export const accounts: Readonly<Record<string, Planter>> = {
  'acct-sidhistory-privileged'(f) {
    return { on: [clerk(f, 'm.rossi-old', { sIDHistory: [`${f.sid}-512`] })] }
  },
  'acct-name-impersonation'(f) {
    return { on: [clerk(f, 'dc1')] }
  },
  'pwd-reversible-accounts'(f) {
    return { on: [clerk(f, 'chap.user', { userAccountControl: enabled | uac.reversiblePassword })] }
  },
  'pwd-not-required'(f) {
    return { on: [clerk(f, 'visitor.desk', { userAccountControl: enabled | uac.passwordNotRequired })] }
  },
  'pwd-in-text-attributes'(f) {
    return { on: [serviceAccount(f, 'svc-scanner', { description: 'Scan to folder, password: Winter2024!' })] }
  },
  'pwd-smartcard-hash-static'(f) {
    const account = clerk(f, 'card.holder', { userAccountControl: enabled | uac.smartcardRequired })
    f.replicated(account, { unicodePwd: f.daysAgo(500) })
    return { on: [account] }
  },
  'pwd-unix-attributes'(f) {
    return { on: [clerk(f, 'nis.user', { unixUserPassword: '{crypt}x' })] }
  },
  'krb-krbtgt-password-old'(f) {
    f.set(f.krbtgt, { pwdLastSet: f.daysAgo(1600) })
    return { on: [f.krbtgt] }
  },
  'krb-asrep-admin'(f) {
    return { on: [admin(f, 'adm-unix', { userAccountControl: enabled | uac.notDelegated | uac.preauthNotRequired })] }
  },
  'krb-asrep-user'(f) {
    return { on: [clerk(f, 'linux.kiosk', { userAccountControl: enabled | uac.preauthNotRequired })] }
  },
  'krb-des-enabled'(f) {
    return { on: [clerk(f, 'old.java', { userAccountControl: enabled | uac.useDesKeyOnly })] }
  },
  'krb-kerberoast-admin'(f) {
    return { on: [admin(f, 'adm-sql', { servicePrincipalName: 'MSSQLSvc/sql01.meridian.example:1433' })] }
  },
  'krb-dc-weak-etypes'(f) {
    return { on: [f.controller('DC-OLDKEYS', { 'msDS-SupportedEncryptionTypes': encryptionTypes.rc4 })] }
  },
  'krb-shadow-credentials-present'(f) {
    const account = admin(f, 'adm-keyed')
    f.set(account, { 'msDS-KeyCredentialLink': `B:${keyCredential.length}:${keyCredential}:${account.dn}` })
    return { on: [account] }
  },
  'svc-user-spn'(f) {
    const account = serviceAccount(f, 'svc-web', { servicePrincipalName: 'HTTP/web01.meridian.example', pwdLastSet: f.daysAgo(1200) })
    return { on: [account] }
  },
  'svc-gmsa-readers-broad'(f) {
    return { on: [f.managedAccount('gmsa-print', { readers: [f.domainComputers] })] }
  },
  'svc-gmsa-tier0-readable-below'(f) {
    const account = f.managedAccount('gmsa-tier0', { readers: [server(f, 'JOBS01')] })
    f.addTo(f.backupOperators, account)
    return { on: [account] }
  },
  'svc-kds-root-key-acl'(f) {
    const key = f.kdsRootKey()
    f.grant(clerk(f, 'c.kdsreader'), key, 'RPCR')
    return { on: [key] }
  },
  'svc-dmsa-create-delegated'(f) {
    f.kdsRootKey()
    f.controller('DC-2025', { operatingSystem: 'Windows Server 2025 Standard', operatingSystemVersion: '10.0 (26100)' })
    const automation = f.ou('Automation')
    f.grant(clerk(f, 'c.automator'), automation, 'CC', 'msDS-DelegatedManagedServiceAccount')
    return { on: [automation] }
  },
  'svc-dmsa-write-existing'(f) {
    const account = f.managedAccount('dmsa-web', { kind: 'delegated', in: ou(f, 'Service Accounts') })
    const writer = clerk(f, 'c.dmsawriter')
    f.grant(writer, account, 'WP', 'msDS-ManagedAccountPrecededByLink')
    f.grant(writer, account, 'WP', 'msDS-DelegatedMSAState')
    return { on: [account] }
  },
  'svc-dmsa-target-link-writable'(f) {
    const account = admin(f, 'adm-superseded')
    const writer = clerk(f, 'c.linkwriter')
    f.grant(writer, account, 'WP', 'msDS-SupersededManagedAccountLink')
    f.grant(writer, account, 'WP', 'msDS-SupersededServiceAccountState')
    return { on: [account] }
  },
  'svc-dmsa-supersedes-privileged'(f) {
    const target = admin(f, 'adm-jobs')
    const account = f.managedAccount('dmsa-jobs', { kind: 'delegated', 'msDS-DelegatedMSAState': 2, 'msDS-ManagedAccountPrecededByLink': target })
    f.set(target, { 'msDS-SupersededManagedAccountLink': account, 'msDS-SupersededServiceAccountState': 2 })
    return { on: [account] }
  },
  'stale-users-dormant'(f) {
    return { on: [clerk(f, 'long.gone', { pwdLastSet: f.daysAgo(1500), lastLogonTimestamp: f.daysAgo(900), lastLogon: f.daysAgo(900) })] }
  },
  'stale-os-pre-vista'(f) {
    return { on: [f.computer('XP-LAB', { operatingSystem: 'Windows XP Professional', operatingSystemVersion: '5.1 (2600)' })] }
  },
  'stale-precreated-computers'(f) {
    const computer = f.computer('PREPARED1', {
      userAccountControl: uac.workstationTrustAccount | uac.passwordNotRequired,
      logonCount: 0,
      lastLogon: undefined,
      lastLogonTimestamp: undefined,
    })
    return { on: [computer] }
  },
}

/**
 * A key credential in hex: version 2, then fields of u16 length, u8 kind and value; here a key ID, a usage of sign-in and a
 * source in the directory (MS-ADTS 2.2.20).
 */
const keyCredential = ['00020000', `200001${'5A'.repeat(32)}`, '01000401', '01000500'].join('')
