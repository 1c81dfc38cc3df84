import { exposureTest } from '../../testing.ts'
import rule from './dc-os-before-2012.ts'

exposureTest(rule, {
  exposed: {
    '2000, 2003, 2008 and 2008 R2': (f) =>
      [
        ['Windows 2000 Server', '5.0 (2195)'],
        ['Windows Server 2003', '5.2 (3790)'],
        ['Windows Server® 2008 Standard', '6.0 (6002)'],
        ['Windows Server 2008 R2 Enterprise', '6.1 (7601)'],
      ].map(([operatingSystem, operatingSystemVersion], n) =>
        f.controller(`DC${n + 2}`, { operatingSystem, operatingSystemVersion }),
      ),
    'a read-only one': (f) =>
      f.rodc('RODC1', {
        operatingSystem: 'Windows Server 2008 R2 Standard',
        operatingSystemVersion: '6.1 (7601)',
      }),
  },
  clean: {
    '2012 and later': (f) => {
      f.controller('DC2', {
        operatingSystem: 'Windows Server 2012 Standard',
        operatingSystemVersion: '6.2 (9200)',
      })
      f.controller('DC3', {
        operatingSystem: 'Windows Server 2025 Standard',
        operatingSystemVersion: '10.0 (26100)',
      })
    },
    Samba: (f) =>
      void f.controller('DC2', {
        operatingSystem: 'Samba',
        operatingSystemVersion: '4.17.12-Debian',
      }),
    'a member server': (f) =>
      void f.computer('OLD1', {
        operatingSystem: 'Windows Server 2008 R2 Standard',
        operatingSystemVersion: '6.1 (7601)',
      }),
  },
  notAssessed: {
    'a controller that does not tell which Windows it has': (f) =>
      void f.controller('DC2', { operatingSystemVersion: undefined }),
    'a controller that tells nothing of its system': (f) =>
      void f.controller('DC2', { operatingSystem: undefined, operatingSystemVersion: undefined }),
  },
})
