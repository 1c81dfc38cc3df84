import { exposureTest } from '../../testing.ts'
import rule from './acl-tier0-object-control.ts'

exposureTest(rule, {
  exposed: {
    'full control of an administrator': (f) => (
      f.grant(f.user('mallory'), f.administrator, 'GA'),
      f.administrator
    ),
    'resetting the password of an administrator': (f) => (
      f.grant(f.group('HelpDesk'), f.administrator, 'CR', 'User-Force-Change-Password'),
      f.administrator
    ),
    'all extended rights on an administrator': (f) => (
      f.grant(f.group('HelpDesk'), f.administrator, 'CR'),
      f.administrator
    ),
    'writing to an administrator': (f) => (
      f.grant(f.user('mallory'), f.administrator, 'GW'),
      f.administrator
    ),
    'changing the members of a privileged group': (f) => (
      f.grant(f.user('mallory'), f.domainAdmins, 'WP', 'member'),
      f.domainAdmins
    ),
    'its members by the property set': (f) => (
      f.grant(f.user('mallory'), f.keyAdmins, 'WP', 'Membership'),
      f.keyAdmins
    ),
    'adding oneself to a privileged group': (f) => (
      f.grant('S-1-5-11', f.backupOperators, 'SW', 'Self-Membership'),
      f.backupOperators
    ),
    'adding keys to a domain controller': (f) => {
      const [dc] = f.controllers
      f.grant(f.user('mallory'), dc!, 'WP', 'msDS-KeyCredentialLink')
      return dc!
    },
    'owning a privileged group': (f) => (
      f.owner(f.schemaAdmins, f.user('mallory')),
      f.schemaAdmins
    ),
    'a right inherited by the host of an authority': (f) => {
      const servers = f.ou('Servers')
      const host = f.computer('PKI1', { in: servers })
      f.authority('CA1', { host })
      f.grant(f.group('ServerTeam'), servers, 'GA', undefined, { onlyTo: 'computer' })
      return host
    },
    'a certification authority': (f) => {
      const authority = f.authority('CA1')
      f.grant(f.user('mallory'), authority, 'WD')
      return authority
    },
    'a managed account in Domain Admins': (f) => {
      const service = f.managedAccount('svc')
      f.addTo(f.domainAdmins, service)
      f.grant(f.user('mallory'), service, 'WO')
      return service
    },
    'what SDProp spreads, told of AdminSDHolder': (f) => (
      f.grant(f.user('mallory'), f.adminSdHolder, 'GA'),
      f.adminSdHolder
    ),
    'the owner that SDProp spreads': (f) => (
      f.owner(f.adminSdHolder, f.user('mallory')),
      f.adminSdHolder
    ),
    'what SDProp spreads and what was added on top, each where it was set': (f) => {
      const mallory = f.user('mallory')
      f.grant(mallory, f.adminSdHolder, 'CR', 'User-Force-Change-Password')
      f.grant(mallory, f.administrator, 'WD')
      return [f.adminSdHolder, f.administrator]
    },
    'the administrator of a child domain': (f) => {
      const child = f.childDomain('emea')
      f.grant(f.user('mallory'), child.administrator, 'GA')
      return child.administrator
    },
  },
  clean: {
    'an ordinary account': (f) => f.grant(f.user('mallory'), f.user('alice'), 'GA'),
    'somebody of Tier Zero': (f) => f.grant(f.serverOperators, f.administrator, 'GA'),
    'members of Tier Zero by primary group': (f) => {
      const admin = f.user('admin', { primaryGroupID: 512 })
      f.grant(admin, f.administrator, 'GA')
    },
    'a harmless property': (f) =>
      f.grant(f.group('HelpDesk'), f.administrator, 'WP', 'description'),
    'what a denial comes before': (f) => {
      const mallory = f.user('mallory')
      f.grant(mallory, f.administrator, 'CR', 'User-Force-Change-Password')
      f.deny(mallory, f.administrator, 'CR', 'User-Force-Change-Password')
    },
    'a unit that privileged accounts do not inherit from': (f) => {
      const staff = f.ou('Staff')
      f.addTo(f.domainAdmins, f.user('admin', { in: staff }))
      f.grant(f.group('HelpDesk'), staff, 'GA', undefined, { onlyTo: 'user' })
    },
    'whom a read-only controller was given to': (f) => {
      const branch = f.group('BranchAdmins')
      f.grant(branch, f.rodc('RODC1', { managedBy: branch }), 'CR', 'User-Force-Change-Password')
    },
    'the heads of naming contexts, which have exposures of their own': (f) => {
      f.grant(f.user('mallory'), f.head, 'WD')
      f.grant(f.user('other'), f.configuration, 'WD')
    },
  },
})
