import { exposureTest } from '../../testing.ts'
import rule from './svc-gmsa-readers-broad.ts'

exposureTest(rule, {
  exposed: {
    'every computer of the domain': (f) =>
      f.managedAccount('gmsaApp', { readers: [f.domainComputers] }),
    'a group that holds everybody': (f) =>
      f.managedAccount('gmsaApp', { readers: [f.group('All', { members: [f.domainUsers] })] }),
    'Authenticated Users': (f) => f.managedAccount('gmsaApp', { readers: ['S-1-5-11'] }),
    'a group of 51 computers': (f) => {
      const members = Array.from({ length: 51 }, (_, index) => f.computer(`SRV${index}`))
      return f.managedAccount('gmsaApp', { readers: [f.group('Hosts', { members })] })
    },
  },
  clean: {
    'one that everybody is denied, let in afterwards or not': (f) => {
      const account = f.managedAccount('gmsaApp')
      f.set(account, { 'msDS-GroupMSAMembership': 'O:BAD:(D;;GA;;;WD)(A;;GA;;;AU)' })
    },
    'a right that is not reading, and one for what is below': (f) => {
      const account = f.managedAccount('gmsaApp')
      f.set(account, { 'msDS-GroupMSAMembership': 'O:BAD:(A;;RC;;;WD)(A;CIIO;GA;;;AU)' })
    },
    'two groups of the same forty hosts': (f) => {
      const members = Array.from({ length: 40 }, (_, index) => f.computer(`FARM${index}`))
      f.managedAccount('gmsaApp', {
        readers: [f.group('Farm', { members }), f.group('Also', { members })],
      })
    },
    'one host': (f) => {
      f.managedAccount('gmsaApp', { readers: [f.computer('SRV1')] })
    },
    'a group of three hosts': (f) => {
      f.managedAccount('gmsaApp', {
        readers: [f.group('Hosts', { members: ['A', 'B', 'C'].map((name) => f.computer(name)) })],
      })
    },
    'a standalone account': (f) => {
      f.managedAccount('smsa', { kind: 'standalone' })
    },
  },
})
