import { replicationSpnPrefix, uac } from '#directory'
import { type Ground, adminSdHolder, protectAdminSdHolder, readersOf } from './ground.ts'
import type { Field } from './seed.ts'

const readOnly = (g: Ground) => g.at('CN=RODC,OU=Domain Controllers')

/** Groups whose passwords no read-only controller may keep. */
const denied = (g: Ground) => [
  ...['Administrators', 'Account Operators', 'Server Operators', 'Backup Operators'].map((name) =>
    g.at(`CN=${name},CN=Builtin`),
  ),
  g.builtIn('Denied RODC Password Replication Group'),
]

/** Domain controllers, read-only ones too. */
export default {
  title: 'domain controllers',

  /** A read-only controller as its promotion would leave it. It is never asked: its server object names no host. */
  async prepare(g) {
    await protectAdminSdHolder(g)
    const keys = await g.make(
      g.builtIn('krbtgt_1'),
      'user',
      { sAMAccountName: 'krbtgt_1', userAccountControl: 514, 'msDS-SecondaryKrbTgtNumber': 65_536 },
      'system',
    )
    const account = await g.make(
      readOnly(g),
      'computer',
      {
        sAMAccountName: 'RODC$',
        userAccountControl:
          uac.workstationTrustAccount | uac.trustedToAuthForDelegation | uac.partialSecretsAccount,
        primaryGroupID: 521,
        dNSHostName: `rodc.${g.dc.domain}`,
        operatingSystem: 'Windows Server 2025 Standard',
        operatingSystemVersion: '10.0 (26100)',
        'msDS-KrbTgtLink': keys,
        'msDS-NeverRevealGroup': denied(g),
        'msDS-RevealOnDemandGroup': g.builtIn('Allowed RODC Password Replication Group'),
      },
      'system',
    )
    const server = await g.make(
      g.inConfiguration('CN=RODC,CN=Servers,CN=Default-First-Site-Name,CN=Sites'),
      'server',
      { serverReference: account },
      'system',
    )
    await g.make(`CN=NTDS Settings,${server}`, 'nTDSDSARO', {}, 'system')
  },

  mends: ['acl-adminsdholder'],

  seeds: {
    async 'dc-inconsistent-registration'(g) {
      const appliance = await g.computer('FILER')
      await g.set(appliance, {
        userAccountControl: uac.serverTrustAccount | uac.trustedForDelegation,
      })
      return {
        on: appliance,
        alsoCauses: { 'priv-non-dc-in-domain-controllers': appliance },
        because: 'the flag of a controller makes Domain Controllers its primary group',
      }
    },
    async 'dc-os-before-2012'(g) {
      await g.set(g.controller, {
        operatingSystem: 'Windows Server 2008 R2 Standard',
        operatingSystemVersion: '6.1 (7601)',
      })
      return g.controller
    },
    async 'dc-os-2012'(g) {
      await g.set(readOnly(g), {
        operatingSystem: 'Windows Server 2012 R2 Standard',
        operatingSystemVersion: '6.3 (9600)',
      })
      return readOnly(g)
    },
    async 'dc-rogue-registration'(g) {
      const shadow = await g.computer('SHADOW')
      await g.append(shadow, 'servicePrincipalName', [
        `${replicationSpnPrefix}/8ac3f2b1-0f5e-4a6d-9c1b-2e3d4f5a6b7c/${g.dc.domain}`,
        `GC/shadow.${g.dc.domain}/${g.dc.domain}`,
      ])
      return shadow
    },
    async 'deleg-rbcd-on-dc'(g) {
      const actor = await g.sidOf(await g.computer('ACTOR'))
      await g.set(
        g.controller,
        { 'msDS-AllowedToActOnBehalfOfOtherIdentity': readersOf(actor) },
        'system',
      )
      return g.controller
    },
    async 'krb-dc-weak-etypes'(g) {
      await g.set(g.controller, { 'msDS-SupportedEncryptionTypes': 0x7 })
      return {
        on: g.controller,
        alsoCauses: { 'krb-des-enabled': g.controller },
        because: 'a controller is an account that accepts DES, too',
      }
    },
    async 'rodc-never-reveal-incomplete'(g) {
      await g.set(readOnly(g), { 'msDS-NeverRevealGroup': denied(g).slice(1) }, 'system')
      return readOnly(g)
    },
    async 'rodc-privileged-revealed'(g) {
      await g.append(
        readOnly(g),
        'msDS-RevealedUsers',
        `B:32:${Buffer.alloc(16).toString('hex').toUpperCase()}:${g.administrator}`,
        'system',
      )
      return readOnly(g)
    },
    async 'rodc-reveal-on-demand-privileged'(g) {
      await g.append(readOnly(g), 'msDS-RevealOnDemandGroup', g.builtIn('Domain Admins'), 'system')
      return readOnly(g)
    },
    async 'forest-critical-objects-missing'(g) {
      const holder = adminSdHolder(g)
      await g.set(holder, { systemFlags: 0 }, 'system')
      await g.rename(holder, 'CN=AdminSDHolder (old)', 'system')
      return holder
    },
    async 'forest-functional-level-unsupported'(g) {
      await g.set(g.dc.baseDn, { 'msDS-Behavior-Version': 2 }, 'system')
      return g.dc.baseDn
    },
  },
} satisfies Field
