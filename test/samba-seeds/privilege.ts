import { uac } from '#directory'
import { managedAccount, noRootKey, readersOf } from './ground.ts'
import type { Field } from './seed.ts'

/** A user who is no exposure as administrator but for the domain's password policy. */
const careful = { userAccountControl: uac.normalAccount | uac.notDelegated }
/** One who is none even so: nobody chose its password. */
const byCard = { userAccountControl: uac.normalAccount | uac.notDelegated | uac.smartcardRequired }

const underDomainPolicy =
  'every administrator here is under the policy of the domain, which asks for seven characters'

/** Who is in what privileged group. */
export default {
  title: 'privileged groups',
  unseen: { 'svc-kds-root-key-acl': noRootKey },
  seeds: {
    async 'krb-asrep-admin'(g) {
      const admin = await g.user('admin-roastable', byCard)
      await g.join(admin, g.builtIn('Domain Admins'))
      await g.set(admin, { userAccountControl: byCard.userAccountControl | uac.preauthNotRequired })
      return admin
    },
    async 'krb-kerberoast-admin'(g) {
      const admin = await g.user('admin-service', byCard)
      await g.join(admin, g.builtIn('Domain Admins'))
      await g.set(admin, { servicePrincipalName: `HTTP/intranet.${g.dc.domain}` })
      return {
        on: admin,
        alsoCauses: { 'svc-user-spn': admin },
        because: 'it is a user with a service principal name as well',
      }
    },
    async 'priv-broad-principal-in-admin-group'(g) {
      await g.join(g.builtIn('Domain Users'), g.at('CN=Backup Operators,CN=Builtin'))
      return {
        on: g.at('CN=Backup Operators,CN=Builtin'),
        alsoCauses: { 'priv-operators-not-empty': g.at('CN=Backup Operators,CN=Builtin') },
        because: 'this privileged group is one that should be empty',
      }
    },
    async 'priv-computer-in-admin-group'(g) {
      const backup = await g.computer('BACKUP')
      await g.join(backup, g.builtIn('Domain Admins'))
      return backup
    },
    async 'priv-delegation-allowed'(g) {
      const admin = await g.user('admin-plain')
      await g.join(admin, g.builtIn('Enterprise Admins'))
      return {
        on: admin,
        alsoCauses: { 'priv-weak-password-policy': admin },
        because: underDomainPolicy,
      }
    },
    async 'priv-dnsadmins-members'(g) {
      const operator = await g.user('dns-operator')
      await g.join(operator, g.builtIn('DnsAdmins'))
      return g.builtIn('DnsAdmins')
    },
    async 'priv-foreign-principal-in-admin-group'(g) {
      await g.join(
        '<SID=S-1-5-21-1004336348-1177238915-682003330-1144>',
        g.at('CN=Administrators,CN=Builtin'),
      )
      return g.at('CN=Administrators,CN=Builtin')
    },
    async 'priv-key-admins-members'(g) {
      const keyAdmins = await g.make(
        g.builtIn('Key Admins'),
        'group',
        { sAMAccountName: 'Key Admins', objectSid: g.own(526) },
        'system',
      )
      await g.join(await g.user('key-keeper', byCard), keyAdmins)
      return keyAdmins
    },
    async 'priv-krbtgt-extra-groups'(g) {
      const auditors = await g.group('Auditors')
      await g.join(g.builtIn('krbtgt'), auditors)
      return g.builtIn('krbtgt')
    },
    async 'priv-non-dc-in-domain-controllers'(g) {
      const appliance = await g.computer('APPLIANCE')
      await g.join(appliance, g.builtIn('Domain Controllers'))
      return appliance
    },
    async 'priv-operators-not-empty'(g) {
      await g.join(await g.user('printer-caretaker', byCard), g.at('CN=Print Operators,CN=Builtin'))
      return g.at('CN=Print Operators,CN=Builtin')
    },
    async 'priv-remote-access-groups-on-dc'(g) {
      await g.join(await g.user('remote-worker'), g.at('CN=Remote Desktop Users,CN=Builtin'))
      return g.at('CN=Remote Desktop Users,CN=Builtin')
    },
    async 'priv-too-many-admins'(g) {
      for (let number = 1; number <= 51; number++) {
        await g.join(await g.user(`admin-${number}`, byCard), g.builtIn('Schema Admins'))
      }
      return g.dc.baseDn
    },
    async 'priv-weak-password-policy'(g) {
      const admin = await g.user('admin-careful', careful)
      await g.join(admin, g.at('CN=Account Operators,CN=Builtin'))
      return {
        on: admin,
        alsoCauses: { 'priv-operators-not-empty': g.at('CN=Account Operators,CN=Builtin') },
        because: 'its privileged group is one that should be empty',
      }
    },
    async 'svc-gmsa-tier0-readable-below'(g) {
      const backup = await managedAccount(g, 'gmsaBackup')
      await g.join(backup, g.builtIn('Domain Admins'))
      await g.set(backup, {
        'msDS-GroupMSAMembership': readersOf(await g.sidOf(await g.computer('BACKUP2'))),
      })
      return {
        on: backup,
        alsoCauses: { 'priv-computer-in-admin-group': backup },
        because: 'it is Tier Zero by being in Domain Admins',
      }
    },
  },
} satisfies Field
