import type { ForestBuilder } from '#directory'
import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './stale-os-pre-vista.ts'

const host = (
  f: ForestBuilder,
  name: string,
  operatingSystem: string | undefined,
  operatingSystemVersion: string | undefined,
  more: object = {},
) => f.computer(name, { operatingSystem, operatingSystemVersion, ...more })

exposureTest(rule, {
  exposed: {
    'NT, 2000, XP and 2003': (f) => [
      host(f, 'A', 'Windows NT', '4.0'),
      host(f, 'B', 'Windows 2000 Professional', '5.0 (2195)'),
      host(f, 'C', 'Windows XP Professional', '5.1 (2600)'),
      host(f, 'D', 'Windows Server 2003', '5.2 (3790)'),
    ],
    'one whose sign-ins nobody recorded, with a new password': (f) =>
      host(f, 'F', 'Windows XP Professional', '5.1 (2600)', {
        lastLogon: undefined,
        lastLogonTimestamp: undefined,
        logonCount: 0,
        pwdLastSet: f.daysAgo(44),
      }),
    'a version without a name': (f) => host(f, 'E', undefined, '5.1 (2600)'),
  },
  clean: {
    'Vista and later': (f) => {
      host(f, 'A', 'Windows Vista™ Business', '6.0 (6002)')
      host(f, 'B', 'Windows 11 Pro', '10.0 (22631)')
    },
    'other systems with such numbers': (f) => {
      host(f, 'A', 'Samba', '4.17.12-Debian')
      host(f, 'B', 'Linux', '5.10')
      host(f, 'C', 'Mac OS X', '10.5')
      host(f, 'D', undefined, '4.0')
    },
    'one that nobody uses any more, or never did': (f) => {
      host(f, 'A', 'Windows XP Professional', '5.1 (2600)', {
        lastLogon: f.daysAgo(60),
        lastLogonTimestamp: f.daysAgo(46),
      })
      host(f, 'B', 'Windows XP Professional', '5.1 (2600)', {
        lastLogon: undefined,
        lastLogonTimestamp: undefined,
        logonCount: 0,
        pwdLastSet: f.daysAgo(46),
      })
    },
    'a disabled one': (f) =>
      void host(f, 'A', 'Windows XP Professional', '5.1 (2600)', {
        userAccountControl: uac.workstationTrustAccount | uac.disabled,
      }),
    'a controller, which has a rule of its own': (f) =>
      void f.controller('DC2', {
        operatingSystem: 'Windows Server 2003',
        operatingSystemVersion: '5.2 (3790)',
      }),
  },
  notAssessed: {
    'sign-ins that may not be read': (f) => {
      const computer = host(f, 'A', 'Windows XP Professional', '5.1 (2600)')
      f.set(computer, { pwdLastSet: f.daysAgo(46) })
      for (const name of ['lastLogon', 'lastLogonTimestamp', 'logonCount'])
        f.withhold(computer, name)
    },
  },
})
