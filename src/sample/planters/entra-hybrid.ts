import type { ForestBuilder, TestObject } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk, seamlessSignOn, server } from './places.ts'

/** What ties the forest to Entra ID. */
export const entraHybrid: Readonly<Record<string, Planter>> = {
  'entra-adfs-dkm-readable'(f) {
    const key = federationKey(f)
    f.grant(f.domainUsers, key, 'RP')
    return { on: [key] }
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
  'entra-sso-key-old'(f) {
    const computer = seamlessSignOn(f)
    f.set(computer, { pwdLastSet: f.daysAgo(500) })
    return { on: [computer] }
  },
  'entra-sync-account-dcsync'(f) {
    const account = f.user('MSOL_4e1f3b2a9c0d', {
      description: `Account created by Entra Connect, computer SYNC01 configured to synchronize to tenant`,
    })
    f.grant(account, f.head, 'CR', 'DS-Replication-Get-Changes')
    f.grant(account, f.head, 'CR', 'DS-Replication-Get-Changes-All')
    server(f, 'SYNC01', { in: f.ou('Sync Hosts') })
    return { on: [account], alsoCauses: { 'acl-dcsync-unexpected': [f.head] } }
  },
  'entra-sync-account-resettable'(f) {
    const account = f.user('MSOL_0d9c2a3b1f4e', { in: f.ou('Cloud Sync') })
    f.grant(clerk(f, 'c.resetter'), account, 'CR', 'User-Force-Change-Password')
    return { on: [account] }
  },
  'entra-sync-server-exposed'(f) {
    const apart = f.ou('Sync Accounts')
    const host = server(f, 'SYNC02', { in: apart })
    f.user('MSOL_77aa20114cde', {
      in: apart,
      description:
        'Account created to run synchronization on computer SYNC02 configured to synchronize',
    })
    f.grant(clerk(f, 'c.syncadmin'), host, 'RPCR', 'msLAPS-Password')
    return { on: [host], alsoCauses: { 'laps-readers': [host] } }
  },
}

/** The container with the key that AD FS encrypts its signing key with, as its set-up makes it. */
function federationKey(f: ForestBuilder): TestObject {
  const group = f.container('ADFS', { in: f.at('CN=Microsoft,CN=Program Data') })
  const service = f.container('8f2c1d9e-0000-4000-8000-5a5a5a5a5a5a', { in: group })
  const key = f.object(
    `CN=CryptoPolicy,${service.dn}`,
    ['top', 'person', 'organizationalPerson', 'contact'],
    { thumbnailPhoto: Uint8Array.of(1) },
  )
  for (const object of [group, service, key])
    f.descriptor(object, 'D:P(A;CI;GA;;;DA)(A;CI;GA;;;SY)')
  return key
}
