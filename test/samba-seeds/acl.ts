import { attributeGuid, builtinSid, extendedRight, propertySet, wellKnownSid } from '#directory'
import { type Ground, adminSdHolder, protectAdminSdHolder } from './ground.ts'
import type { Field } from './seed.ts'

const passwordSettings = (g: Ground) => g.at('CN=Password Settings Container,CN=System')
const everybody = wellKnownSid.authenticatedUsers

const beyondTemplate = 'AdminSDHolder protects the object and does not give this'

/** Who can do what to whom. */
export default {
  title: 'access control',

  prepare: protectAdminSdHolder,
  mends: ['acl-adminsdholder'],

  seeds: {
    async 'acl-account-restrictions-write'(g) {
      await g.grant(await g.helpdesk(), g.administrator, 'WP', propertySet.userAccountRestrictions)
      return {
        on: g.administrator,
        alsoCauses: { 'acl-protected-object-differs': g.administrator },
        because: beyondTemplate,
      }
    },
    async 'acl-adminsdholder'(g) {
      await g.grant(await g.helpdesk(), adminSdHolder(g), 'WP', attributeGuid.description)
      return adminSdHolder(g)
    },
    async 'acl-config-schema-control'(g) {
      await g.grant(
        await g.helpdesk(),
        g.inConfiguration('CN=Services'),
        'WP',
        attributeGuid.description,
      )
      return g.inConfiguration('CN=Services')
    },
    async 'acl-dangerous-extended-rights'(g) {
      await g.grant(
        await g.helpdesk(),
        g.inConfiguration('CN=Partitions'),
        'CR',
        extendedRight.manageOptionalFeatures,
      )
      return g.inConfiguration('CN=Partitions')
    },
    async 'acl-dc-object-control'(g) {
      await g.grant(await g.helpdesk(), g.controller, 'WP', attributeGuid.dNSHostName)
      return g.controller
    },
    async 'acl-dc-owner'(g) {
      await g.setDescriptor(g.controller, (before) => ({ ...before, owner: g.own(500) }))
      return g.controller
    },
    async 'acl-dcsync-unexpected'(g) {
      const { dsReplicationGetChanges, dsReplicationGetChangesAll } = extendedRight
      await g.grant(await g.helpdesk(), g.dc.baseDn, 'CR', dsReplicationGetChanges)
      await g.grant(await g.helpdesk(), g.dc.baseDn, 'CR', dsReplicationGetChangesAll)
      return g.dc.baseDn
    },
    async 'acl-delegation-broad'(g) {
      const project = await g.group('Project')
      await g.grant(everybody, project, 'WP', attributeGuid.member)
      return project
    },
    async 'acl-dfsr-sysvol-objects'(g) {
      await g.grant(
        await g.helpdesk(),
        g.at('CN=DFSR-GlobalSettings,CN=System'),
        'WP',
        attributeGuid.description,
      )
      return g.at('CN=DFSR-GlobalSettings,CN=System')
    },
    async 'acl-domain-head-control'(g) {
      await g.grant(await g.helpdesk(), g.dc.baseDn, 'WO')
      return {
        on: g.dc.baseDn,
        alsoCauses: { 'gpo-link-write-domain': g.dc.baseDn },
        because: 'whoever can take ownership of the head can link policies there',
      }
    },
    async 'acl-dpapi-backup-keys'(g) {
      const key = await g.add(g.at('CN=BCKUPKEY_P Secret,CN=System'), 'secret', {}, 'system')
      await g.grant(everybody, key, 'GR', undefined, '', 'system')
      return key
    },
    async 'acl-force-change-password-broad'(g) {
      const trainee = await g.user('trainee')
      await g.grant(everybody, trainee, 'CR', extendedRight.userForceChangePassword)
      return {
        on: trainee,
        alsoCauses: { 'acl-delegation-broad': trainee },
        because: 'it was given to everybody',
      }
    },
    async 'acl-group-membership-write'(g) {
      const editors = await g.group('Policy editors')
      const policy = await g.make(
        g.at('CN={6E0F5E4A-7A37-4E0F-9C2B-1D2F3A4B5C6D},CN=Policies,CN=System'),
        'groupPolicyContainer',
        { displayName: 'Kiosks' },
      )
      await g.grant(editors, policy, 'WD')
      await g.grant(await g.helpdesk(), editors, 'WP', attributeGuid.member)
      return editors
    },
    async 'acl-install-replica'(g) {
      await g.grant(await g.helpdesk(), g.dc.baseDn, 'CR', extendedRight.dsInstallReplica)
      return g.dc.baseDn
    },
    async 'acl-key-admins-full-control'(g) {
      await g.grant(g.own(527), g.dc.baseDn, 'GA', undefined, 'CI')
      return g.dc.baseDn
    },
    async 'acl-protected-object-differs'(g) {
      await g.grant(await g.helpdesk(), g.builtIn('Domain Admins'), 'WP', attributeGuid.displayName)
      return g.builtIn('Domain Admins')
    },
    async 'acl-pso-control'(g) {
      await g.grant(everybody, passwordSettings(g), 'GA')
      return passwordSettings(g)
    },
    async 'acl-shadow-credentials-broad'(g) {
      const manager = await g.user('manager')
      await g.grant(await g.helpdesk(), manager, 'GA')
      return manager
    },
    async 'acl-sidhistory-write'(g) {
      const migrant = await g.user('migrant')
      await g.grant(await g.helpdesk(), migrant, 'WP', attributeGuid.sIDHistory)
      return migrant
    },
    async 'acl-tier0-object-control'(g) {
      const group = g.builtIn('Enterprise Read-only Domain Controllers')
      await g.grant(await g.helpdesk(), group, 'WD')
      return group
    },
    async 'acl-well-known-container-control'(g) {
      await g.grant(await g.helpdesk(), g.at('CN=Users'), 'CC')
      return g.at('CN=Users')
    },
    async 'acl-writespn-privileged'(g) {
      const admin = g.builtIn('krbtgt')
      await g.grant(await g.helpdesk(), admin, 'WP', attributeGuid.servicePrincipalName)
      return {
        on: admin,
        alsoCauses: { 'acl-tier0-object-control': admin, 'acl-protected-object-differs': admin },
        because: `setting such a name on an account of Tier Zero is a way to its password; ${beyondTemplate}`,
      }
    },
    async 'dns-server-object-control'(g) {
      const dns = g.at('CN=MicrosoftDNS,CN=System')
      await g.grant(builtinSid.users, dns, 'RC')
      await g.grant(await g.helpdesk(), dns, 'CC')
      return {
        on: dns,
        alsoCauses: { 'acl-well-known-container-control': dns },
        because: 'it is one of the containers of every domain',
      }
    },
    async 'deleg-rbcd-writable-broad'(g) {
      const desk = await g.computer('DESK')
      await g.grant(
        g.own(513),
        desk,
        'WP',
        attributeGuid['msDS-AllowedToActOnBehalfOfOtherIdentity'],
      )
      return {
        on: desk,
        alsoCauses: { 'acl-delegation-broad': desk },
        because: 'it was given to everybody',
      }
    },
    async 'deleg-rbcd-writable-tier0'(g) {
      await g.grant(
        await g.helpdesk(),
        g.controller,
        'WP',
        attributeGuid['msDS-AllowedToActOnBehalfOfOtherIdentity'],
      )
      return {
        on: g.controller,
        alsoCauses: {
          'acl-dc-object-control': g.controller,
          'acl-tier0-object-control': g.controller,
        },
        because: 'it is a way to take the controller over',
      }
    },
    async 'gpo-link-write-domain'(g) {
      await g.grant(await g.helpdesk(), g.at('OU=Domain Controllers'), 'WP', attributeGuid.gPLink)
      return g.at('OU=Domain Controllers')
    },
    async 'gpo-link-write-site'(g) {
      const site = g.inConfiguration('CN=Default-First-Site-Name,CN=Sites')
      await g.grant(await g.helpdesk(), site, 'WP', attributeGuid.gPLink)
      return site
    },
    async 'ldap-anonymous-read'(g) {
      const unit = await g.unit('Phone book')
      await g.grant(wellKnownSid.anonymous, unit, 'RPLC')
      return unit
    },
    async 'acl-null-dacl'(g) {
      const contact = await g.make(g.at('CN=contact,CN=Users'), 'contact')
      // The last one: Samba gives an object without a list that of its class, also when something above it changes.
      await g.setDescriptor(
        contact,
        (before) => ({ ...before, sacl: undefined, dacl: null }),
        'raw',
      )
      return contact
    },
  },
} satisfies Field
