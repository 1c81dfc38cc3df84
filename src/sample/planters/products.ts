import type { ForestBuilder, TestObject, TestPrincipal } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk, ou, server } from './places.ts'

/** Entra Connect, Exchange and LAPS. */
export const products: Readonly<Record<string, Planter>> = {
  'entra-sso-key-old'(f) {
    const computer = f.computer('AZUREADSSOACC', {
      in: f.ou('Hybrid'),
      servicePrincipalName: 'HOST/autologon.microsoftazuread-sso.com',
      pwdLastSet: f.daysAgo(500),
      operatingSystem: undefined,
      operatingSystemVersion: undefined,
    })
    return { on: [computer] }
  },
  'entra-sync-account-dcsync'(f) {
    const account = f.user('MSOL_4e1f3b2a9c0d', { description: `Account created by Entra Connect, computer SYNC01 configured to synchronize to tenant` })
    f.grant(account, f.head, 'CR', 'DS-Replication-Get-Changes')
    f.grant(account, f.head, 'CR', 'DS-Replication-Get-Changes-All')
    return { on: [account] }
  },
  'entra-sync-account-resettable'(f) {
    const account = f.user('MSOL_0d9c2a3b1f4e', { in: f.ou('Cloud Sync') })
    f.grant(clerk(f, 'c.resetter'), account, 'CR', 'User-Force-Change-Password')
    return { on: [account] }
  },
  'entra-sync-server-exposed'(f) {
    const host = server(f, 'SYNC02')
    f.user('MSOL_77aa20114cde', { in: f.ou('Sync Accounts'), description: 'Account created to run synchronization on computer SYNC02 configured to synchronize' })
    f.grant(clerk(f, 'c.syncadmin'), host, 'GA')
    return { on: [host] }
  },
  'entra-cloud-kerberos-trust'(f) {
    const keeper = f.user('krbtgt_AzureAD', { userAccountControl: 514, pwdLastSet: f.daysAgo(10) })
    const computer = f.computer('AzureADKerberos', {
      in: f.domainControllersOu,
      userAccountControl: 0x05001000,
      primaryGroupID: 521,
      'msDS-KrbTgtLink': keeper,
      'msDS-NeverRevealGroup': [f.administrators],
      'msDS-RevealOnDemandGroup': [f.allowedRodcReplication],
    })
    return { on: [computer] }
  },
  'entra-adfs-dkm-readable'(f) {
    const key = federationKey(f)
    f.grant(f.domainUsers, key, 'RP')
    return { on: [key] }
  },
  'exch-windows-permissions-writedacl'(f) {
    f.grant(exchange(f, 'Exchange Windows Permissions'), f.head, 'WD')
    return { on: [f.head] }
  },
  'exch-adminsdholder'(f) {
    f.grant(exchange(f, 'Exchange Trusted Subsystem'), f.adminSdHolder, 'WP', 'description')
    return { on: [f.adminSdHolder] }
  },
  'exch-groups-control-tier0'(f) {
    f.grant(exchange(f, 'Organization Management'), f.keyAdmins, 'WP', 'member')
    return { on: [f.keyAdmins] }
  },
  'exch-server-obsolete'(f) {
    const services = f.object(`CN=Microsoft Exchange,${f.services.dn}`, ['top', 'container', 'msExchConfigurationContainer'])
    const server = f.object(`CN=MAIL01,${services.dn}`, ['top', 'server', 'msExchExchangeServer'], {
      serialNumber: 'Version 15.1 (Build 32507.6)',
      versionNumber: 1_942_061_819,
    })
    return { on: [server] }
  },
  'laps-not-deployed'(f) {
    f.strip('msLAPS-PasswordExpirationTime')
    f.strip('ms-Mcs-AdmPwdExpirationTime')
    server(f, 'UNMANAGED01')
    return { on: [f.head] }
  },
  'laps-readers'(f) {
    const branch = f.ou('Branch Machines')
    f.computer('BR-01', { in: branch })
    const support = f.group('Branch Support', { in: ou(f, 'Groups'), members: [clerk(f, 'br.support')] })
    f.grant(support, branch, 'RPCR', 'msLAPS-Password', { onlyTo: 'computer' })
    return { on: [branch] }
  },
  'laps-searchflags-weak'(f) {
    const attribute = f.at(`CN=ms-Mcs-AdmPwd,${f.schemaDn}`)
    f.set(attribute, { searchFlags: 0 })
    return { on: [attribute] }
  },
}

/** A group of Exchange, in the OU that its set-up makes. */
function exchange(f: ForestBuilder, name: string): TestPrincipal {
  return f.group(name, { in: ou(f, 'Microsoft Exchange Security Groups'), scope: 'universal' })
}

/** The container with the key that AD FS encrypts its signing key with, as its set-up makes it. */
function federationKey(f: ForestBuilder): TestObject {
  const group = f.container('ADFS', { in: f.at('CN=Microsoft,CN=Program Data') })
  const service = f.container('8f2c1d9e-0000-4000-8000-5a5a5a5a5a5a', { in: group })
  const key = f.object(`CN=CryptoPolicy,${service.dn}`, ['top', 'person', 'organizationalPerson', 'contact'], { thumbnailPhoto: Uint8Array.of(1) })
  for (const object of [group, service, key]) f.descriptor(object, 'D:P(A;CI;GA;;;DA)(A;CI;GA;;;SY)')
  return key
}
