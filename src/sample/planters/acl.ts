import type { Planter } from '../plant.ts'
import { admin, authority, clerk, ou, serviceAccount, team } from './places.ts'

/** Permissions that give somebody more than was meant. */
export const acl: Readonly<Record<string, Planter>> = {
  'acl-account-restrictions-write'(f) {
    const account = admin(f, 'adm-uac')
    f.grant(clerk(f, 'c.uacwriter'), account, 'WP', 'User-Account-Restrictions')
    return { on: [account], alsoCauses: { 'acl-protected-object-differs': [account] } }
  },
  'acl-adminsdholder'(f) {
    f.grant(clerk(f, 'c.phonebook'), f.adminSdHolder, 'WP', 'description')
    return { on: [f.adminSdHolder] }
  },
  'acl-altsecid-write'(f) {
    authority(f)
    const account = admin(f, 'adm-mapped')
    f.grant(clerk(f, 'c.mapper'), account, 'WP', 'altSecurityIdentities')
    return { on: [account], alsoCauses: { 'acl-protected-object-differs': [account] } }
  },
  'acl-confidential-flag-removed'(f) {
    const attribute = f.at(`CN=msFVE-RecoveryPassword,${f.schemaDn}`)
    f.set(attribute, { searchFlags: 0 })
    return { on: [attribute] }
  },
  'acl-config-schema-control'(f) {
    f.grant(clerk(f, 'c.integrator'), f.services, 'CC', 'container')
    return { on: [f.services] }
  },
  'acl-dangerous-extended-rights'(f) {
    f.grant(team(f, 'Recycle Bin Users'), f.head, 'CR', 'Reanimate-Tombstones')
    return { on: [f.head] }
  },
  'acl-dc-object-control'(f) {
    const controller = f.controller('DC-LAB')
    f.grant(clerk(f, 'c.labtech'), controller, 'WP', 'dNSHostName')
    return { on: [controller] }
  },
  'acl-dc-owner'(f) {
    const controller = f.controller('DC-BRANCH')
    f.owner(controller, clerk(f, 'c.joiner'))
    return {
      on: [controller],
      alsoCauses: {
        'acl-dc-object-control': [controller],
        'acl-tier0-object-control': [controller],
      },
    }
  },
  'acl-dcsync-unexpected'(f) {
    const backup = serviceAccount(f, 'svc-adbackup')
    f.grant(backup, f.head, 'CR', 'DS-Replication-Get-Changes')
    f.grant(backup, f.head, 'CR', 'DS-Replication-Get-Changes-All')
    return { on: [f.head] }
  },
  'acl-default-sd-changed'(f) {
    const container = f.at(`CN=container,${f.schemaDn}`)
    f.set(container, {
      defaultSecurityDescriptor:
        'D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPWPCCDCLCLORC;;;AU)',
    })
    return { on: [container] }
  },
  'acl-delegation-broad'(f) {
    const projects = f.ou('Projects')
    f.grant(f.domainUsers, projects, 'CC', 'contact')
    return { on: [projects] }
  },
  'acl-dfsr-sysvol-objects'(f) {
    const settings = f.at('CN=DFSR-GlobalSettings,CN=System')
    f.grant(clerk(f, 'c.replicator'), settings, 'WP')
    return { on: [settings] }
  },
  'acl-domain-head-control'(f) {
    f.grant(serviceAccount(f, 'svc-provisioning'), f.head, 'WD')
    return { on: [f.head], alsoCauses: { 'gpo-link-write-domain': [f.head] } }
  },
  'acl-dpapi-backup-keys'(f) {
    const key = f.at('CN=BCKUPKEY_P Secret,CN=System')
    f.grant(clerk(f, 'c.keyreader'), key, 'RP')
    return { on: [key] }
  },
  'acl-force-change-password-broad'(f) {
    const kiosks = f.ou('Kiosk Users')
    f.user('kiosk1', { in: kiosks })
    f.grant(f.domainUsers, kiosks, 'CR', 'User-Force-Change-Password', { onlyTo: 'user' })
    return { on: [kiosks], alsoCauses: { 'acl-delegation-broad': [kiosks] } }
  },
  'acl-group-membership-write'(f) {
    f.grant(clerk(f, 'c.groupowner'), f.keyAdmins, 'WP', 'member')
    return { on: [f.keyAdmins], alsoCauses: { 'acl-tier0-object-control': [f.keyAdmins] } }
  },
  'acl-install-replica'(f) {
    f.grant(team(f, 'Branch Installers'), f.head, 'CR', 'DS-Install-Replica')
    return { on: [f.head] }
  },
  'acl-key-admins-full-control'(f) {
    f.grant(f.enterpriseKeyAdmins, f.head, 'GA')
    return { on: [f.head], alsoCauses: { 'acl-dcsync-unexpected': [f.head] } }
  },
  'acl-null-dacl'(f) {
    const contact = f.object(`CN=Fax Gateway,${ou(f, 'People').dn}`, [
      'top',
      'person',
      'organizationalPerson',
      'contact',
    ])
    f.descriptor(contact, 'D:NO_ACCESS_CONTROL')
    return { on: [contact] }
  },
  'acl-protected-object-differs'(f) {
    const account = admin(f, 'adm-restored')
    f.grant(clerk(f, 'c.restorer'), account, 'WP', 'description')
    return { on: [account] }
  },
  'acl-pso-control'(f) {
    const settings = f.passwordSettings('Contractor Passwords')
    f.grant(clerk(f, 'c.policywriter'), settings, 'WP')
    return { on: [settings] }
  },
  'acl-shadow-credentials-broad'(f) {
    const contractors = f.ou('Contractors')
    f.user('x.contractor', { in: contractors })
    f.grant(team(f, 'Badge Office'), contractors, 'WP', 'msDS-KeyCredentialLink', {
      onlyTo: 'user',
    })
    return { on: [contractors] }
  },
  'acl-sidhistory-write'(f) {
    const account = clerk(f, 'm.migrated')
    f.grant(clerk(f, 'c.migrator'), account, 'WP', 'sIDHistory')
    return { on: [account] }
  },
  'acl-tier0-object-control'(f) {
    const account = admin(f, 'adm-reset')
    f.grant(clerk(f, 'c.resetdesk'), account, 'CR', 'User-Force-Change-Password')
    return { on: [account], alsoCauses: { 'acl-protected-object-differs': [account] } }
  },
  'acl-well-known-container-control'(f) {
    f.grant(clerk(f, 'c.accountmaker'), f.users, 'CC', 'contact')
    return { on: [f.users] }
  },
  'acl-writespn-privileged'(f) {
    const account = admin(f, 'adm-spn')
    f.grant(clerk(f, 'c.spnwriter'), account, 'WP', 'servicePrincipalName')
    return {
      on: [account],
      alsoCauses: {
        'acl-protected-object-differs': [account],
        'acl-tier0-object-control': [account],
      },
    }
  },
}
