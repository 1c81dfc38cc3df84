import { exposureTest } from '../../testing.ts'
import rule from './svc-gmsa-tier0-readable-below.ts'

exposureTest(rule, {
  exposed: {
    'an administrator whose password a member server may retrieve': (f) => {
      const account = f.managedAccount('gmsaBackup', { readers: [f.computer('SRV1')] })
      f.addTo(f.domainAdmins, account)
      return account
    },
    'an administrator of which a user may say who retrieves the password': (f) => {
      const account = f.managedAccount('gmsaBackup', { readers: [f.controllers[0]!] })
      f.addTo(f.backupOperators, account)
      f.grant(f.user('alice'), account, 'WP', 'msDS-GroupMSAMembership')
      return account
    },
    'one that controls a group of administrators': (f) => {
      const account = f.managedAccount('gmsaSync', { readers: [f.computer('SRV1')] })
      f.grant(account, f.domainAdmins, 'WP', 'member')
      return account
    },
    'an administrator whose password a group may retrieve that nobody is in yet': (f) => {
      const account = f.managedAccount('gmsaBackup', { readers: [f.group('BackupHosts')] })
      f.addTo(f.domainAdmins, account)
      return account
    },
    'an administrator whose password everybody may retrieve, for want of a list': (f) => {
      const account = f.managedAccount('gmsaBackup')
      f.set(account, { 'msDS-GroupMSAMembership': 'O:SY' })
      f.addTo(f.domainAdmins, account)
      return account
    },
  },
  clean: {
    'an ordinary service': (f) => {
      f.managedAccount('gmsaApp', { readers: [f.computer('SRV1')] })
    },
    'an administrator on hosts that a group holds, all of them of Tier Zero': (f) => {
      const hosts = f.group('BackupHosts', { members: [f.controllers[0]!] })
      f.addTo(f.domainAdmins, f.managedAccount('gmsaBackup', { readers: [hosts] }))
    },
    'an administrator on a domain controller': (f) => {
      f.addTo(f.domainAdmins, f.managedAccount('gmsaBackup', { readers: [f.domainControllers] }))
    },
  },
})
