import type { Planter } from '../plant.ts'
import { admin, clerk, ou, server, serviceAccount } from './places.ts'

/** Accounts of services, managed and not. */
export const serviceAccounts: Readonly<Record<string, Planter>> = {
  'svc-dmsa-create-delegated'(f) {
    f.kdsRootKey()
    f.controller('DC-2025', {
      operatingSystem: 'Windows Server 2025 Standard',
      operatingSystemVersion: '10.0 (26100)',
    })
    const automation = f.ou('Automation')
    f.grant(clerk(f, 'c.automator'), automation, 'CC', 'msDS-DelegatedManagedServiceAccount')
    return { on: [automation] }
  },
  'svc-dmsa-supersedes-privileged'(f) {
    const target = admin(f, 'adm-jobs')
    const account = f.managedAccount('dmsa-jobs', {
      kind: 'delegated',
      'msDS-DelegatedMSAState': 2,
      'msDS-ManagedAccountPrecededByLink': target,
    })
    f.set(target, {
      'msDS-SupersededManagedAccountLink': account,
      'msDS-SupersededServiceAccountState': 2,
    })
    return { on: [account] }
  },
  'svc-dmsa-target-link-writable'(f) {
    const account = admin(f, 'adm-superseded')
    const writer = clerk(f, 'c.linkwriter')
    f.grant(writer, account, 'WP', 'msDS-SupersededManagedAccountLink')
    f.grant(writer, account, 'WP', 'msDS-SupersededServiceAccountState')
    return { on: [account], alsoCauses: { 'acl-protected-object-differs': [account] } }
  },
  'svc-dmsa-write-existing'(f) {
    const account = f.managedAccount('dmsa-web', {
      kind: 'delegated',
      in: ou(f, 'Service Accounts'),
    })
    const writer = clerk(f, 'c.dmsawriter')
    f.grant(writer, account, 'WP', 'msDS-ManagedAccountPrecededByLink')
    f.grant(writer, account, 'WP', 'msDS-DelegatedMSAState')
    return { on: [account] }
  },
  'svc-gmsa-readers-broad'(f) {
    return { on: [f.managedAccount('gmsa-print', { readers: [f.domainComputers] })] }
  },
  'svc-gmsa-tier0-readable-below'(f) {
    const account = f.managedAccount('gmsa-tier0', { readers: [server(f, 'JOBS01')] })
    f.addTo(f.domainAdmins, account)
    return { on: [account], alsoCauses: { 'priv-computer-in-admin-group': [account] } }
  },
  'svc-kds-root-key-acl'(f) {
    const key = f.kdsRootKey()
    f.grant(clerk(f, 'c.kdsreader'), key, 'RPCR')
    return { on: [key] }
  },
  'svc-user-spn'(f) {
    const account = serviceAccount(f, 'svc-web', {
      servicePrincipalName: 'HTTP/web01.meridian.example',
      pwdLastSet: f.daysAgo(1200),
    })
    return { on: [account] }
  },
}
