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
