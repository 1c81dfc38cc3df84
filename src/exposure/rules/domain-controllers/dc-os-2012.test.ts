import { exposureTest } from '../../testing.ts'
import rule from './dc-os-2012.ts'

exposureTest(rule, {
  exposed: {
    '2012 and 2012 R2': (f) => [
      f.controller('DC2', {
        operatingSystem: 'Windows Server 2012 Standard',
        operatingSystemVersion: '6.2 (9200)',
      }),
      f.rodc('RODC1', {
        operatingSystem: 'Windows Server 2012 R2 Datacenter',
        operatingSystemVersion: '6.3 (9600)',
      }),
    ],
  },
  clean: {
    'older and newer ones': (f) => {
      f.controller('DC2', {
        operatingSystem: 'Windows Server 2008 R2 Standard',
        operatingSystemVersion: '6.1 (7601)',
      })
      f.controller('DC3', {
        operatingSystem: 'Windows Server 2016 Standard',
        operatingSystemVersion: '10.0 (14393)',
      })
    },
    'a member server': (f) =>
      void f.computer('APP1', {
        operatingSystem: 'Windows Server 2012 R2 Standard',
        operatingSystemVersion: '6.3 (9600)',
      }),
  },
  notAssessed: {
    'a controller that does not tell which Windows it has': (f) =>
      void f.controller('DC2', { operatingSystemVersion: undefined }),
    'a controller that tells nothing of its system': (f) =>
      void f.controller('DC2', { operatingSystem: undefined, operatingSystemVersion: undefined }),
  },
})
