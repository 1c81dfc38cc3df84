import { attributeGuid, extendedRight, uac } from '#directory'
import { type Ground, adminSdHolder, protectAdminSdHolder, quoted } from './ground.ts'
import type { Field } from './seed.ts'

const standIn = (g: Ground) => g.at('CN=AzureADKerberos,OU=Domain Controllers')
const signOn = (g: Ground) => g.at('CN=AZUREADSSOACC,OU=Sign-on')
const syncAccount = (g: Ground) => g.at('CN=MSOL_0123456789ab,OU=Sync')
const syncServer = (g: Ground) => g.at('CN=SYNC,OU=Sync')
const exchangePermissions = (g: Ground) => g.builtIn('Exchange Windows Permissions')
const exchangeSubsystem = (g: Ground) => g.builtIn('Exchange Trusted Subsystem')

/** What links the forest with Entra ID, and what AD FS and Exchange leave in it. */
export default {
  title: 'Entra ID, AD FS and Exchange',

  /** All of it as it should be: apart from ordinary accounts, and with what its set-up gives it. */
  async prepare(g) {
    await protectAdminSdHolder(g)
    await g.unit('Sign-on')
    await g.computer(
      'AZUREADSSOACC',
      {
        unicodePwd: quoted('Sign-on-2026'),
        servicePrincipalName: 'HOST/autologon.microsoftazuread-sso.com',
      },
      'OU=Sign-on',
    )
    await g.unit('Sync')
    await g.computer('SYNC', {}, 'OU=Sync')
    await g.user(
      'MSOL_0123456789ab',
      {
        description:
          "Account created by Microsoft Azure Active Directory Connect running on computer 'SYNC' configured to synchronize to tenant 'corp.example'.",
      },
      'OU=Sync',
    )
    const keys = await g.user('krbtgt_AzureAD', {
      userAccountControl: uac.normalAccount | uac.disabled,
    })
    await g.make(
      standIn(g),
      'computer',
      {
        sAMAccountName: 'AzureADKerberos$',
        userAccountControl:
          uac.workstationTrustAccount | uac.trustedToAuthForDelegation | uac.partialSecretsAccount,
        primaryGroupID: 521,
        'msDS-KrbTgtLink': keys,
        'msDS-NeverRevealGroup': [
          ...['Administrators', 'Account Operators', 'Server Operators', 'Backup Operators'].map(
            (name) => g.at(`CN=${name},CN=Builtin`),
          ),
          g.builtIn('Denied RODC Password Replication Group'),
        ],
      },
      'system',
    )
    await g.group('Exchange Windows Permissions')
    await g.group('Exchange Trusted Subsystem')
  },
  mends: ['acl-adminsdholder'],

  seeds: {
    async 'deleg-sso-account'(g) {
      await g.set(signOn(g), { 'msDS-AllowedToDelegateTo': `http/intranet.${g.dc.domain}` })
      return signOn(g)
    },
    async 'entra-adfs-dkm-readable'(g) {
      const top = await g.make(g.at('CN=ADFS,CN=Microsoft,CN=Program Data'), 'container')
      const folder = await g.make(`CN=5e1c2f7a-0d3b-4c7e-9f10-1a2b3c4d5e6f,${top}`, 'container')
      return g.add(`CN=CryptoPolicy,${folder}`, 'contact', { thumbnailPhoto: Buffer.alloc(32, 7) })
    },
    async 'entra-cloud-kerberos-trust'(g) {
      await g.set(standIn(g), { 'msDS-NeverRevealGroup': [] }, 'system')
      return standIn(g)
    },
    async 'entra-sso-key-old'(g) {
      await g.add(g.at('CN=intern,OU=Sign-on'), 'user', { sAMAccountName: 'intern' })
      return signOn(g)
    },
    async 'entra-sync-account-dcsync'(g) {
      const { dsReplicationGetChanges, dsReplicationGetChangesAll } = extendedRight
      const account = await g.user('svc-sync', { description: 'Synchronizes with the cloud' })
      await g.grant(account, g.dc.baseDn, 'CR', dsReplicationGetChanges)
      await g.grant(account, g.dc.baseDn, 'CR', dsReplicationGetChangesAll)
      return {
        on: account,
        alsoCauses: { 'acl-dcsync-unexpected': g.dc.baseDn },
        because: 'a synchronisation account can replicate all secrets, and is no controller',
      }
    },
    async 'entra-sync-account-resettable'(g) {
      await g.grant(await g.helpdesk(), syncAccount(g), 'CR', extendedRight.userForceChangePassword)
      return syncAccount(g)
    },
    async 'entra-sync-server-exposed'(g) {
      await g.grant(await g.helpdesk(), syncServer(g), 'WP', attributeGuid.servicePrincipalName)
      return syncServer(g)
    },
    async 'exch-adminsdholder'(g) {
      await g.grant(exchangeSubsystem(g), adminSdHolder(g), 'WP', attributeGuid.description)
      return {
        on: adminSdHolder(g),
        alsoCauses: { 'acl-adminsdholder': adminSdHolder(g) },
        because: 'the group of Exchange is outside Tier Zero',
      }
    },
    async 'exch-groups-control-tier0'(g) {
      const group = g.builtIn('Enterprise Read-only Domain Controllers')
      await g.grant(exchangeSubsystem(g), group, 'WD')
      return {
        on: group,
        alsoCauses: { 'acl-tier0-object-control': group },
        because: 'the group of Exchange is outside Tier Zero',
      }
    },
    async 'exch-windows-permissions-writedacl'(g) {
      await g.grant(exchangePermissions(g), g.dc.baseDn, 'WD')
      return {
        on: g.dc.baseDn,
        alsoCauses: {
          'acl-domain-head-control': g.dc.baseDn,
          'gpo-link-write-domain': g.dc.baseDn,
        },
        because: 'whoever can change the permissions of the head controls it',
      }
    },
  },
} satisfies Field
